"""Wrong ways to build a reader of digits, and what to say of each.

`WRONG` holds, for each slug, three rungs of hints and the functions that show the mistake, all
with the signature of `train_digits`. Most train a plain network, which is quick.
"""

import numpy as np

from bplab import data, nn
from bplab.exercises.wrong_ways import Wrong

WRONG = {}


def _wrong(slug, observed, look, derive):
    """Decorator: a reader that makes this mistake."""
    WRONG[slug] = Wrong(slug, observed, look, derive)
    return WRONG[slug].way


def _network(X, y, rng, epochs=12, shifts=((0, 0),), rate=0.005):
    """Parameters of a plain network of 64 units, trained on these shifts of the digits."""
    seen = np.concatenate([nn.shift_images(X, *shift) for shift in shifts]).reshape(-1, 64)
    params = nn.init_params((64, 64, 10), rng)
    step = nn.as_one_vector(nn.adam_step)
    labels = np.tile(y, len(shifts))
    return nn.fit_minibatch(seen, labels, params, step, rate, 64, epochs, rng)[0]


def _scores(params, images):
    return nn.mlp_forward(images.reshape(len(images), -1), params)[0]


def _reader(params):
    return lambda images: _scores(params, images).argmax(axis=1)


def _conv_net(X, y, rng, epochs=8):
    params, state = nn.init_conv_net(X.shape[1:], 8, 3, 10, rng), {}
    for _ in range(epochs):
        for batch in nn.minibatches(len(y), 64, rng):
            P, cache = nn.conv_net_forward(X[batch], params)
            grads = nn.conv_net_backward(P, y[batch], cache, params)
            tensors, state = nn.adam_step(nn.flatten(params), nn.flatten(grads), state, 0.01)
            params = nn.pair_up(tensors)
    return lambda images: nn.conv_net_forward(images, params)[0].argmax(axis=1)


COPIES = (
    "Shifted copies, with their labels, belong into the training set: zeros come in where the "
    "image has moved away."
)


@_wrong(
    "shifts-unseen",
    "Your reader does well on digits as they are, and loses its way when they move by one pixel.",
    "Has your network ever seen a digit that was shifted? What tells it that a shifted 3 is a 3?",
    f"A convolution finds the same stroke anywhere, but the linear layer behind it has a weight "
    f"for every place. {COPIES}",
)
def conv_net_without_copies(X, y, rng):
    return _conv_net(X, y, rng)


@WRONG["shifts-unseen"].way
def plain_network_without_copies(X, y, rng):
    return _reader(_network(X, y, rng))


@_wrong(
    "some-shifts-only",
    "Your reader does well on digits as they are and on some shifts, and not on the others.",
    "Compare the four numbers. Which directions has your network seen in training?",
    f"Up, down, left and right: what was learned of one direction says little of the others. "
    f"{COPIES}",
)
def left_and_right_only(X, y, rng):
    return _reader(_network(X, y, rng, shifts=((0, 0), (0, 1), (0, -1))))


@WRONG["some-shifts-only"].way
def one_axis_for_both(X, y, rng):
    return _reader(_network(X, y, rng, shifts=((0, 0), (1, 0), (-1, 0), (1, 0), (-1, 0))))


@_wrong(
    "nothing-learned",
    "Your reader does not even know the digits it was trained on.",
    "Does image i still belong to label i when they reach the network? And do the new parameters "
    "replace the old ones?",
    "Where images are shuffled, repeated or put end to end, the labels go exactly the same way: "
    "copies stacked after one another want the labels end to end, not each label five times.",
)
def each_label_five_times(X, y, rng):
    seen = np.concatenate([nn.shift_images(X, *s) for s in ((0, 0), (1, 0), (-1, 0), (0, 1))])
    return _reader(_network(seen, np.repeat(y, 4), rng, 3))


@WRONG["nothing-learned"].way
def labels_shuffled_apart(X, y, rng):
    return _reader(_network(X, rng.permutation(y), rng, 3))


@WRONG["nothing-learned"].way
def never_updated(X, y, rng):
    return _reader(nn.init_params((64, 64, 10), rng))


@_wrong(
    "classes-renamed",
    "Your reader tells the digits apart, and calls most of them by another digit's name.",
    "Which column of your scores stands for the digit 0?",
    "Column c of the scores is class c: the place of the largest score is the answer, as it is.",
)
def counted_from_one(X, y, rng):
    read = _reader(_network(X, y, rng))
    return lambda images: (read(images) + 1) % 10


@_wrong(
    "same-for-every-image",
    "Your reader gives the same answer to every image.",
    "What differs between the scores of two images? Do you ask for the largest in each row?",
    "The scores are (N, 10): the largest is looked for along each row. If all rows agree, the "
    "loss has blown up or the network's units are all off.",
)
def always_three(X, y, rng):
    return lambda images: np.full(len(images), 3)


@_wrong(
    "undertrained",
    "Your reader does not yet read even the digits it was trained on well enough.",
    "Does the loss still fall when you stop? And how large is the rate?",
    "Train for more epochs, or with Adam; look at the loss of each epoch until it settles. If it "
    "has settled, the network is too small, or too tightly reined in.",
)
def one_slow_epoch(X, y, rng):
    return _reader(_network(X, y, rng, 2, rate=0.001))


@_wrong(
    "memorized",
    "Your reader knows nearly every digit it was trained on, and too few of the others.",
    "What do you have against memorizing: more copies, weight decay, dropout, an earlier stop?",
    "1200 digits are few. Shifted copies are new digits, too, for a network that has to read them.",
)
def known_by_heart(X, y, rng):
    known = {image.tobytes(): label for image, label in zip(X, y, strict=True)}
    read = _reader(_network(X, y, rng, 1, rate=0.003))

    def predict(images):
        guesses = read(images)
        keys = (image.tobytes() for image in images)
        return np.array([known.get(k, g) for k, g in zip(keys, guesses, strict=True)])

    return predict


@_wrong(
    "scores-for-classes",
    "You return ten numbers for each image; one class is asked.",
    "Which of the ten is the answer?",
    "The place of the largest score in each row, a whole number from 0 to 9.",
)
def probabilities_returned(X, y, rng):
    params = _network(X, y, rng, 1)
    return lambda images: _scores(params, images)


@_wrong(
    "no-classes",
    "Some of your answers are no class.",
    "Do you give back the largest score, or its place?",
    "A class is a whole number from 0 to 9: the place of the largest score in its row.",
)
def largest_probability(X, y, rng):
    params = _network(X, y, rng, 1)
    return lambda images: _scores(params, images).max(axis=1)


@_wrong(
    "training-digits-read",
    "Your function reads the training digits, whatever images it is given.",
    "Which images go into the network inside the function you return?",
    "The parameters are fixed after training; the images are the function's argument.",
)
def reads_what_it_knows(X, y, rng):
    read = _reader(_network(X, y, rng, 1))
    return lambda images: read(X)


@_wrong(
    "others-decide",
    "An image that comes alone is read otherwise than among others.",
    "What in the function you return depends on who else is in the batch: a mean, a spread, a "
    "largest value?",
    "Whatever you scale by belongs to the training set: measure it there once, and keep it.",
)
def scaled_by_the_batch(X, y, rng):
    centre = X.mean(axis=0)
    params = _network(X - centre, y, rng)
    return lambda images: _scores(params, images - images.mean(axis=0)).argmax(axis=1)


@_wrong(
    "reads-differ",
    "The same images, asked for twice, are read differently.",
    "Does something in the function you return draw random numbers, or learn on?",
    "Dropout and noise belong to training. After it the function is fixed.",
)
def dropout_at_test_time(X, y, rng):
    params = _network(X, y, rng)
    return lambda images: _scores(params, nn.dropout_forward(images, 0.7, rng)[0]).argmax(axis=1)


@_wrong(
    "too-good",
    "Your reader makes no mistake at all. Some of these digits nobody can read for certain: no "
    "honest reader gets there.",
    "Where do your answers come from: from the 1200 training digits, or from a table that holds "
    "the others too?",
    "The other 597 stand for digits that nobody has labelled yet. A reader that looks them up can "
    "read nothing new.",
)
def looks_them_up(X, y, rng):
    images, labels = data.digits()
    shifts = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
    known = {
        nn.shift_images(images, *s)[i].tobytes(): labels[i] for s in shifts for i in range(1797)
    }
    return lambda new: np.array([known.get(image.tobytes(), 0) for image in new])
