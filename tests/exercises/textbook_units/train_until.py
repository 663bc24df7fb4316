"""train_until: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np

from bplab import nn


def until_by_while(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason = [], None
    while reason is None:
        old = params
        params, loss = nn.train_step(X, y, old, learning_rate)
        losses.append(loss)
        settled = all(
            np.all(abs(new - before) < min_change)
            for layer, before_layer in zip(params, old, strict=True)
            for new, before in zip(layer, before_layer, strict=True)
        )
        P, _ = nn.mlp_forward(X, params)
        if settled:
            reason = "weights"
        elif 1 - np.mean(np.argmax(P, axis=1) == y) < max_error:
            reason = "error"
        elif len(losses) >= max_epochs:
            reason = "epochs"
    return params, losses, reason


def until_with_array_of_losses(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = np.zeros(max_epochs)
    for epoch in range(max_epochs):
        new, losses[epoch] = nn.train_step(X, y, params, learning_rate, "tanh")
        change = max(
            max(abs(W2 - W1).max(), abs(b2 - b1).max())
            for (W1, b1), (W2, b2) in zip(params, new, strict=True)
        )
        params = new
        if change < min_change:
            return [params, losses[: epoch + 1], "weights"]
        wrong = sum(
            int(p.argmax() != c) for p, c in zip(nn.mlp_forward(X, params)[0], y, strict=True)
        )
        if wrong / len(y) < max_error:
            return [params, losses[: epoch + 1], "error"]
    return [params, losses, "epochs"]


def until_with_break(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason = [], "epochs"
    for _ in range(max_epochs):
        step, loss = nn.train_step(X, y, params, learning_rate)
        losses += [float(loss)]
        flat = [np.concatenate([a.ravel() for pair in p for a in pair]) for p in (params, step)]
        params = step
        if np.linalg.norm(flat[1] - flat[0], np.inf) < min_change:
            reason = "weights"
            break
        if np.count_nonzero(nn.mlp_forward(X, params)[0].argmax(1) - y) < max_error * len(y):
            reason = "error"
            break
    return params, tuple(losses), reason


def while_true(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    epoch = 0
    while True:
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        epoch += 1
        biggest = 0
        for (W0, b0), (W1, b1) in zip(params, new):
            biggest = max(biggest, np.abs(W1 - W0).max(), np.abs(b1 - b0).max())
        params = new
        if biggest < min_change:
            return params, losses, "weights"
        P = nn.mlp_forward(X, params)[0]
        err = (np.argmax(P, 1) != y).sum() / len(y)
        if err < max_error:
            return params, losses, "error"
        if epoch == max_epochs:
            return params, losses, "epochs"


def all_and_break(X, y, params, lr, max_epochs, min_change, max_error):
    reason = "epochs"
    losses = []
    for i in range(max_epochs):
        old = [(W.copy(), b.copy()) for W, b in params]
        params, l = nn.train_step(X, y, params, lr, kind="tanh")
        losses.append(float(l))
        if all(
            (np.abs(W - V) < min_change).all() and (np.abs(b - c) < min_change).all()
            for (W, b), (V, c) in zip(params, old)
        ):
            reason = "weights"
            break
        if 1 - (nn.mlp_forward(X, params)[0].argmax(axis=1) == y).mean() < max_error:
            reason = "error"
            break
    return params, losses, reason


def training(
    stop_w=lambda old, new, mc, losses: nn.largest_change(old, new) < mc,
    stop_e=lambda X, y, p, me, losses: nn.misclassified_share(X, y, p) < me,
    words=("weights", "error", "epochs"),
    counter=None,
):
    def train_until(X, y, params, learning_rate, max_epochs, min_change, max_error):
        losses = []
        for e in range(max_epochs):
            old = params
            params, loss = nn.train_step(X, y, params, learning_rate)
            losses.append(loss)
            if stop_w(old, params, min_change, losses):
                return params, losses, words[0]
            if stop_e(X, y, params, max_error, losses):
                return params, losses, words[1]
        return params, losses, words[2]

    return train_until


def counter_never_raised_while_epoch_max(
    X, y, params, learning_rate, max_epochs, min_change, max_error
):
    losses = []
    epoch = 0
    while epoch < max_epochs:
        old = params
        params, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        if nn.largest_change(old, params) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def while_epoch_max_epochs_from_0(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    epoch = 0
    while epoch <= max_epochs:
        old = params
        params, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        epoch += 1
        if nn.largest_change(old, params) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def reason_overwritten_no_break(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    reason = "epochs"
    for _ in range(max_epochs):
        old = params
        params, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        if nn.largest_change(old, params) < min_change:
            reason = "weights"
        elif nn.misclassified_share(X, y, params) < max_error:
            reason = "error"
    return params, losses, reason


def loss_recorded_every_2nd_epoch(X, y, params, learning_rate, max_epochs, min_change, max_error):
    p, l, r = nn.train_until(X, y, params, learning_rate, max_epochs, min_change, max_error)
    return p, l[::2], r


def losses_last_number_only(X, y, params, learning_rate, max_epochs, min_change, max_error):
    p, l, r = nn.train_until(X, y, params, learning_rate, max_epochs, min_change, max_error)
    return p, l[-1], r


def old_is_alias_updated_in_place_change_always_0(
    X, y, params, learning_rate, max_epochs, min_change, max_error
):
    losses = []
    params = [(W.copy(), b.copy()) for W, b in params]
    for _ in range(max_epochs):
        old = params
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        for (W, b), (V, c) in zip(params, new):
            W[:] = V
            b[:] = c
        if nn.largest_change(old, params) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def initial_params_not_passed_on_each_step_from_start(
    X, y, params, learning_rate, max_epochs, min_change, max_error
):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        if nn.largest_change(params, new) < min_change:
            return new, losses, "weights"
        if nn.misclassified_share(X, y, new) < max_error:
            return new, losses, "error"
    return new, losses, "epochs"


def argmax_compared_with_one_hot_error_in_percent(X, y, params, *a):
    return nn.train_until(X, y, params, *a[:3], a[3] / 100)


def loss_before_training_prepended(X, y, params, *a):
    p, l, r = nn.train_until(X, y, params, *a)
    return p, [l[0], *l], r


def reason_index(X, y, params, *a):
    p, l, r = nn.train_until(X, y, params, *a)
    return p, l, ("weights", "error", "epochs").index(r)


def dict(X, y, params, *a):
    p, l, r = nn.train_until(X, y, params, *a)
    return {"params": p, "losses": l, "reason": r}


def rate_that_falls(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for epoch in range(1, max_epochs + 1):
        new, loss = nn.train_step(X, y, params, learning_rate / epoch)
        losses.append(loss)
        still = nn.largest_change(params, new) < min_change
        params = new
        if still:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


ACCEPTED = [
    until_by_while,
    until_with_array_of_losses,
    until_with_break,
    while_true,
    all_and_break,
]


def watches_the_gradients(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        if nn.largest_change(before, params) / learning_rate < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


TOLD = [
    # loss < max_error
    (training(stop_e=lambda X, y, p, me, l: l[-1] < me), "loss-for-error"),
    # change of loss as rule
    (
        training(stop_w=lambda o, n, mc, l: len(l) > 1 and abs(l[-1] - l[-2]) < mc),
        "change-of-the-listed-losses",
    ),
    # min change loss falling
    (
        training(stop_w=lambda o, n, mc, l: len(l) > 1 and l[-2] - l[-1] < mc),
        "fall-of-the-listed-losses",
    ),
    # last layer only change
    (
        training(stop_w=lambda o, n, mc, l: np.abs(n[-1][0] - o[-1][0]).max() < mc),
        "biases-not-watched",
    ),
    (
        training(
            stop_w=lambda o, n, mc, l: (
                np.abs(n[-1][0] - o[-1][0]).max() < mc and np.abs(n[-1][1] - o[-1][1]).max() < mc
            )
        ),
        "last-layer-only",
    ),
    (
        training(
            stop_w=lambda o, n, mc, l: (
                np.abs(n[0][0] - o[0][0]).max() < mc and np.abs(n[0][1] - o[0][1]).max() < mc
            )
        ),
        "first-layer-only",
    ),
    (
        training(
            stop_w=lambda o, n, mc, l: all(
                np.mean(np.abs(a - b)) < mc for p, q in zip(o, n) for a, b in zip(p, q)
            )
        ),
        "mean-change-of-an-array",
    ),
    (rate_that_falls, "right-until", "in another case already number 3 is off"),
    # norm of change
    (
        training(
            stop_w=lambda o, n, mc, l: (
                np.sqrt(sum((((a - b) ** 2).sum() for p, q in zip(o, n) for a, b in zip(p, q))))
                < mc
            )
        ),
        "total-change",
    ),
    # min_change <=
    (training(stop_w=lambda o, n, mc, l: nn.largest_change(o, n) <= mc), "at-most-min-change"),
    # words: 'max_epochs'
    (training(words=("weights", "error", "max_epochs")), "other-word"),
    # words: min_change...
    (training(words=("min_change", "max_error", "max_epochs")), "other-word"),
    (counter_never_raised_while_epoch_max, "limit-never-reached"),
    (while_epoch_max_epochs_from_0, "one-epoch-over-the-limit"),
    (reason_overwritten_no_break, "goes-on-after-a-rule"),
    (loss_recorded_every_2nd_epoch, "loss-every-2"),
    (losses_last_number_only, "reduced-too-far"),
    (old_is_alias_updated_in_place_change_always_0, "old-weights-overwritten"),
    (initial_params_not_passed_on_each_step_from_start, "always-from-the-start"),
    (argmax_compared_with_one_hot_error_in_percent, "counts-errors"),
    (loss_before_training_prepended, "first-loss-twice"),
    (reason_index, "other-word"),
    (dict, "wrong-type"),
    (watches_the_gradients, "gradients-watched"),
]


def watches_the_length(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        old = params
        params, loss = nn.train_step(X, y, old, learning_rate)
        losses.append(loss)
        moved = [n - o for new, before in zip(params, old) for n, o in zip(new, before)]
        if max(np.linalg.norm(move) for move in moved) < min_change:
            return params, losses, "weights"
        if nn.misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def sorted_if_no_rule_held(*given):
    params, losses, reason = nn.train_until(*given)
    return params, sorted(losses, reverse=True) if reason == "epochs" else losses, reason


TOLD.append((sorted_if_no_rule_held, "losses"))
NOT_SAID = [(watches_the_length, "gradients")]
