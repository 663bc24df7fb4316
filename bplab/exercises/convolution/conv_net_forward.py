"""Convolution, ReLU, pooling, a linear layer, softmax."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution.conv_forward import conv_forward
from bplab.exercises.convolution.images import CHAPTER
from bplab.exercises.convolution.max_pool_forward import max_pool_forward
from bplab.exercises.convolution.small_networks import NETWORKS, ORDER, forward, network
from bplab.exercises.two_pass_mlp import activation_forward, linear_forward, softmax

conv_net_forward = Exercise(
    "conv_net_forward",
    CHAPTER,
    nn.conv_net_forward,
    returns=("P", "cache"),
    points=3,
    shapes={"X": "N C H W"},
    order=ORDER,
    built_on=(conv_forward, activation_forward, max_pool_forward, linear_forward, softmax),
    achieved="A whole convolutional network goes from pixels to probabilities.",
)


@conv_net_forward.paper
def _(rng):
    for sizes in NETWORKS:
        X, _, params = network(rng, *sizes)
        yield {"X": X, "params": params}


def _otherwise(**steps):
    return lambda X, params: forward(X, params, **steps)


FLAT = (
    "An image (F, H / 2, W / 2) is laid into a row in C order: first filter 0 read like a page, "
    "then filter 1. W has its rows in that order."
)

conv_net_forward.mistake(
    "relu-forgotten",
    "A is the same as Z: the ReLU is missing.",
    "What stands between the convolution and the pooling?",
    "A = max(0, Z), entry by entry. Without it the whole network would be one linear map but for "
    "the pooling.",
)(made(_otherwise, rise=lambda Z: Z))
conv_net_forward.mistake(
    "tanh-for-relu",
    "A is tanh of Z.",
    "Which activation does the exercise name?",
    "A = max(0, Z), entry by entry.",
)(made(_otherwise, rise=np.tanh))
conv_net_forward.mistake(
    "sigmoid-for-relu",
    "A is the sigmoid of Z.",
    "Which activation does the exercise name?",
    "A = max(0, Z), entry by entry.",
)(made(_otherwise, rise=nn.sigmoid))
conv_net_forward.mistake(
    "leaky-relu",
    "A is a leaky ReLU of Z: 0.01 of what is below 0 comes through.",
    "Which activation does the exercise name?",
    "A = max(0, Z), entry by entry.",
)(made(_otherwise, rise=lambda Z: np.where(Z > 0, Z, 0.01 * Z)))
conv_net_forward.mistake(
    "filter-flipped",
    "Your filters lie on the image turned by half a turn.",
    "Which weight meets the pixel in the upper left corner of a window?",
    "Here nothing is flipped: Wc[f, c, 0, 0] meets the upper left pixel.",
)(made(_otherwise, filters=lambda Wc: Wc[..., ::-1, ::-1]))
conv_net_forward.mistake(
    "sigmoid-for-softmax",
    "{right: cache} your P is a sigmoid of each score by itself.",
    "Do the rows of your P sum to 1?",
    "Softmax, row by row, makes probabilities of the scores: the classes share 1.",
)(made(_otherwise, last=nn.sigmoid))
conv_net_forward.mistake(
    "pooled-by-mean",
    "pooled holds the mean of every window of A.",
    "Which of the four numbers in a window stays?",
    "Max pooling by 2: the largest of every 2 x 2 window.",
)(
    made(
        _otherwise,
        pool=lambda A: A.reshape(*A.shape[:2], A.shape[2] // 2, 2, -1, 2).mean(axis=(3, 5)),
    )
)
conv_net_forward.mistake(
    "flattened-by-places",
    "{right: cache} the numbers of an image went into their row place by place, filters fastest.",
    "Which number stands second in the row: the next pixel of filter 0, or the first of filter 1?",
    FLAT,
)(made(_otherwise, flat=lambda pooled: pooled.transpose(0, 2, 3, 1).reshape(len(pooled), -1)))
conv_net_forward.mistake(
    "flattened-by-columns",
    "{right: cache} each image went into its row column by column.",
    "Which number stands second in the row: the pixel to the right, or the one below?",
    FLAT,
)(made(_otherwise, flat=lambda pooled: pooled.reshape(len(pooled), -1, order="F")))
conv_net_forward.mistake(
    "pooled-without-relu",
    "A is right, but your pooling takes Z: what is below 0 stays in pooled, and goes on.",
    "Which array goes into the pooling: the one before the ReLU, or the one after it?",
    "Z, then A = max(0, Z), then the largest of every 2 x 2 window of A.",
)(made(_otherwise, pool_of=lambda A, Z: Z))
conv_net_forward.mistake(
    "scores-rectified",
    "{right: cache} the scores go through a ReLU before the softmax.",
    "What stands between the linear layer and the softmax?",
    "The last layer has no activation but the softmax: a score below 0 is an answer, too.",
)(made(_otherwise, last=lambda scores: nn.softmax(np.maximum(scores, 0))))
conv_net_forward.mistake(
    "last-bias-forgotten",
    "{right: cache} b of the linear layer is not in your scores.",
    "What is added to the product in the last layer?",
    "The scores are rows @ W + b, and P their softmax.",
)(made(_otherwise, biased=lambda scores, b: scores))
conv_net_forward.mistake(
    "softmax-forgotten",
    "{right: cache} your P holds the scores.",
    "Do the rows of your P sum to 1?",
    "The last layer gives scores. Softmax, row by row, makes probabilities of them.",
)(made(_otherwise, last=lambda scores: scores))
conv_net_forward.mistake(
    "softmax-over-examples",
    "{right: cache} in your P the columns sum to 1, and the rows do not.",
    "Over what should the probabilities of one image sum to 1?",
    "Softmax goes along each row: the classes of one image share a probability of 1.",
)(made(_otherwise, last=lambda scores: nn.softmax(scores.T).T))
conv_net_forward.mistake(
    "pooled-kept-flat",
    "The numbers are right, but your cache keeps pooled as rows.",
    "Which shape does the exercise ask for in the cache?",
    "pooled is (N, F, H / 2, W / 2) in the cache; the backward pass needs that shape to turn rows "
    "into images again.",
)(
    made(
        _otherwise,
        kept=lambda cache: cache | {"pooled": cache["pooled"].reshape(len(cache["pooled"]), -1)},
    )
)
conv_net_forward.mistake(
    "z-for-a",
    "{right: P} in your cache A holds what Z should, or the other way around.",
    "Which one comes before the ReLU?",
    "Z is what the convolution gives, A = max(0, Z).",
)(made(_otherwise, kept=lambda cache: cache | {"A": cache["Z"], "Z": cache["A"]}))


@conv_net_forward.mistake(
    "not-padded",
    "Your convolution makes the image smaller: it has no margin.",
    "How many zeros at each side keep a side of 8 at 8, for K = 3?",
    "H' = H + 2 pad - K + 1. H' = H asks for pad = (K - 1) / 2.",
)
def _(X, params):
    margin = (params[0][0].shape[-1] - 1) // 2
    if margin == 0:
        return forward(X, params)
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc)
    A = np.maximum(Z, 0)
    pooled = nn.max_pool_forward(A, 2)
    flat = pooled.reshape(len(X), -1)
    return nn.softmax(flat @ W[: flat.shape[1]] + b), {"X": X, "Z": Z, "A": A, "pooled": pooled}


@conv_net_forward.mistake(
    "x-padded",
    "{right: P} your cache keeps X with its margin.",
    "Which X does the backward pass of the convolution take: with the margin, or without?",
    "X goes into the cache as it came in. conv_backward puts the margin on by itself.",
)
def _(X, params):
    P, cache = forward(X, params)
    m = (params[0][0].shape[-1] - 1) // 2
    return P, cache | {"X": np.pad(X, ((0, 0), (0, 0), (m, m), (m, m)))}
