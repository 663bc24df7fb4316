"""The way back, from the classes to the filters."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution.conv_backward import conv_backward
from bplab.exercises.convolution.images import CHAPTER
from bplab.exercises.convolution.max_pool_backward import max_pool_backward
from bplab.exercises.convolution.small_networks import NETWORKS, backward, network
from bplab.exercises.convolution.tiles import spread
from bplab.exercises.two_pass_mlp import (
    activation_backward,
    linear_backward,
    softmax_cross_entropy_backward,
)

conv_net_backward = Exercise(
    "conv_net_backward",
    CHAPTER,
    nn.conv_net_backward,
    returns="grads",
    points=5,
    shapes={"P": "N C", "y": "N"},
    latest_first=True,
    built_on=(
        softmax_cross_entropy_backward,
        linear_backward,
        max_pool_backward,
        activation_backward,
        conv_backward,
    ),
    achieved="Every weight of a convolutional network has its gradient; it can be trained.",
)


@conv_net_backward.paper
def _(rng):
    for sizes in NETWORKS:
        X, y, params = network(rng, *sizes)
        P, cache = nn.conv_net_forward(X, params)
        yield {"P": P, "y": y, "cache": cache, "params": params}


def _wrong(name, observed, look, derive, **steps):
    conv_net_backward.mistake(name, observed, look, derive)(made(_otherwise, **steps))


def _otherwise(**steps):
    return lambda P, y, cache, params: backward(P, y, cache, params, **steps)


LAST_RIGHT = "dW2 and db2, of the linear layer, are right; dW1 and db1, of the filters, are not: "


def _error(P, y):
    return P - np.eye(P.shape[1])[y]


def _by_places(pooled):
    return pooled.transpose(0, 2, 3, 1).reshape(len(pooled), -1)


def _from_places(dflat, shape):
    N, F, H, W = shape
    return dflat.reshape(N, H, W, F).transpose(0, 3, 1, 2)


_wrong(
    "not-divided",
    "Every gradient is exactly {N} times what it should be.",
    "The loss is a mean over {N} images. Where does its 1/N come in?",
    "The blame of the scores is (P - one-hot) / N; everything below carries that 1/N along.",
    first=_error,
)
_wrong(
    "sign",
    "Every gradient has the opposite sign.",
    "P minus one-hot, or one-hot minus P?",
    "The loss falls when the true class's score rises, so its gradient there is negative: P - 1.",
    first=lambda P, y: -nn.softmax_cross_entropy_backward(P, y),
)
_wrong(
    "softmax-slope-twice",
    "The blame of the scores carries an extra factor P (1 - P).",
    "P - one-hot is the gradient with respect to what: P, or the scores?",
    "The slope of the softmax is in P - one-hot already: it cancelled against the 1 / P of the "
    "logarithm.",
    first=lambda P, y: nn.softmax_cross_entropy_backward(P, y) * P * (1 - P),
)
_wrong(
    "relu-forgotten",
    LAST_RIGHT + "the slope of the ReLU is missing.",
    "Which step of the forward pass lies between pooling and convolution? Did the blame pass it?",
    "Where Z was below 0 the ReLU let nothing through, so no blame comes back there.",
    slope=lambda dA, cache: dA,
)
_wrong(
    "relu-forgotten-pool-of-z",
    LAST_RIGHT + "the blame went to the largest Z of every window, also where that is below 0.",
    "Which step of the forward pass lies between pooling and convolution? Did the blame pass it?",
    "Where Z was below 0 the ReLU let nothing through, so no blame comes back there.",
    unpool=lambda dpooled, cache: nn.max_pool_backward(dpooled, cache["Z"], 2),
    slope=lambda dA, cache: dA,
)
_wrong(
    "everyone-blamed",
    LAST_RIGHT + "every pixel of a pooling window gets the window's whole blame.",
    "Which of the four pixels of a window had a say in pooled?",
    "Only the largest of each window has a slope of 1; the other three have 0.",
    unpool=lambda dpooled, cache: spread(dpooled, 2),
)
_wrong(
    "shared-evenly",
    LAST_RIGHT + "every pixel of a pooling window gets a quarter of the window's blame.",
    "Which of the four pixels of a window had a say in pooled?",
    "Only the largest of each window has a slope of 1; an even share belongs to pooling by the "
    "mean.",
    unpool=lambda dpooled, cache: spread(dpooled, 2) / 4,
)
_wrong(
    "value-for-slope",
    LAST_RIGHT + "at the ReLU the blame is multiplied by the value itself.",
    "Which array holds the slope of the ReLU: 0 below, 1 above?",
    "dZ = dA where Z > 0, and 0 elsewhere. The value of Z itself is no factor.",
    slope=lambda dA, cache: dA * cache["A"],
)
_wrong(
    "rows-into-images-by-places",
    LAST_RIGHT + "the rows were turned into images place by place.",
    "In which order did the forward pass lay an image into a row?",
    "A row holds filter 0 read like a page, then filter 1: a reshape to the shape of pooled undoes "
    "it.",
    unflat=_from_places,
)
_wrong(
    "rows-into-images-by-columns",
    LAST_RIGHT + "the rows were turned into images column by column, the first axis fastest.",
    "In which order did the forward pass lay an image into a row?",
    "A row holds filter 0 read like a page, then filter 1: a reshape in C order undoes it.",
    unflat=lambda dflat, shape: dflat.reshape(shape, order="F"),
)
_wrong(
    "flattened-by-places",
    "dW2 holds the right numbers in the wrong rows: pooled was laid into rows place by place. db2 "
    "is right.",
    "In which order did the forward pass lay an image into a row?",
    "A row holds filter 0 read like a page, then filter 1. W has its rows in that order, and so "
    "has dW2.",
    flat=_by_places,
    unflat=_from_places,
)
_wrong(
    "grads-reversed",
    "The last layer's gradients stand first in your list.",
    "In which order does params hold the layers?",
    "The walk goes from the last layer to the first; the list goes from the first to the last.",
    ready=lambda grads: grads[::-1],
)
_wrong(
    "filters-averaged",
    LAST_RIGHT + "they are exactly 1/{N} of what they should be.",
    "Count the divisions by N on the way from the loss.",
    "The 1/N of the mean comes in once, at the scores. A filter's gradient is a sum over images "
    "and places.",
    slope=lambda dA, cache: dA * (cache["Z"] > 0) / len(dA),
)


@conv_net_backward.mistake(
    "last-weights-flat-a",
    "db2 is right. dW2 is not: it is made from the pooled values before the ReLU.",
    "What went into the linear layer on the way up?",
    "dW2 = (what went in, as rows).T @ (blame of the scores). What went in was pooled.",
)
def _(P, y, cache, params):
    before = nn.max_pool_forward(cache["Z"], 2).reshape(len(P), -1)
    right = nn.conv_net_backward(P, y, cache, params)
    return [right[0], (before.T @ nn.softmax_cross_entropy_backward(P, y), right[1][1])]


@conv_net_backward.mistake(
    "not-padded",
    LAST_RIGHT + "dW1 takes its windows from an X without margin.",
    "With which pad did the forward pass call its convolution?",
    "(K - 1) / 2, forward and so backward.",
)
def _(P, y, cache, params):
    m = (params[0][0].shape[-1] - 1) // 2
    X = cache["X"]
    shifted = np.pad(X[:, :, m:, m:], ((0, 0), (0, 0), (0, m), (0, m)))
    return backward(P, y, cache | {"X": shifted}, params)


def _whole_to_all_largest(dpooled, cache):
    A = cache["A"]
    return spread(dpooled, 2) * (spread(cache["pooled"], 2) == A)


_wrong(
    "relu-forgotten-ties-in-full",
    LAST_RIGHT + "the slope of the ReLU is missing, and in a window where all is 0 each pixel gets "
    "the window's whole blame.",
    "Which step of the forward pass lies between pooling and convolution? Did the blame pass it?",
    "Where Z was below 0 the ReLU let nothing through, so no blame comes back there.",
    unpool=_whole_to_all_largest,
    slope=lambda dA, cache: dA,
)


def _to_the_first_largest(dpooled, cache):
    A = cache["A"]
    N, C, H, W = A.shape
    windows = A.reshape(N, C, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(*dpooled.shape, 4)
    d = np.zeros(windows.shape)
    np.put_along_axis(d, windows.argmax(-1)[..., None], dpooled[..., None], -1)
    return d.reshape(N, C, H // 2, W // 2, 2, 2).swapaxes(3, 4).reshape(A.shape)


_wrong(
    "relu-forgotten-first-of-equals",
    LAST_RIGHT + "the slope of the ReLU is missing, and in a window where all is 0 its first pixel "
    "gets the blame.",
    "Which step of the forward pass lies between pooling and convolution? Did the blame pass it?",
    "Where Z was below 0 the ReLU let nothing through, so no blame comes back there.",
    unpool=_to_the_first_largest,
    slope=lambda dA, cache: dA,
)
