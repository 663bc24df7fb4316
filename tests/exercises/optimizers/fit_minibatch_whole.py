"""fit_minibatch, written out whole: what must pass, and what must be told."""

import numpy as np

from bplab.nn import cross_entropy, flatten, minibatches, mlp_backward, mlp_forward, pair_up

EXERCISE = "fit_minibatch"


def plain_fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def copy_rows(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            Xb, yb = (X[batch], y[batch])
            P, cache = mlp_forward(Xb, layers)
            total += cross_entropy(P, yb) * len(batch)
            grads = flatten(mlp_backward(P, yb, cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def weights_first_then_biases(X, y, params, step, learning_rate, batch_size, epochs, rng):
    L = len(params)
    tensors = [W for W, b in params] + [b for W, b in params]
    state, losses = ({}, [])
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = list(zip(tensors[:L], tensors[L:], strict=False))
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            g = mlp_backward(P, y[batch], cache, layers)
            grads = [dW for dW, db in g] + [db for dW, db in g]
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (list(zip(tensors[:L], tensors[L:], strict=False)), losses)


def step_per_layer(X, y, params, step, learning_rate, batch_size, epochs, rng):
    state, losses = ({}, [])
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            P, cache = mlp_forward(X[batch], params)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = mlp_backward(P, y[batch], cache, params)
            new = []
            for (W, b), (dW, db) in zip(params, grads, strict=False):
                (W, b), state = step([W, b], [dW, db], state, learning_rate)
                new.append((W, b))
            params = new
        losses.append(total / len(y))
    return (params, losses)


def params_pairs_to_step(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = params
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = tensors
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = mlp_backward(P, y[batch], cache, layers)
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (tensors, losses)


def one_loss_a_batch(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            losses.append(cross_entropy(P, y[batch]))
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
    return (pair_up(tensors), losses)


def one_update_per_example(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors, state, losses = (flatten(params), {}, [])
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            for i in batch:
                layers = pair_up(tensors)
                P, cache = mlp_forward(X[[i]], layers)
                total += cross_entropy(P, y[[i]])
                grads = flatten(mlp_backward(P, y[[i]], cache, layers))
                tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def loss_of_the_last_batch(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(cross_entropy(P, y[batch]))
    return (pair_up(tensors), losses)


def loss_every_2_epochs(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        if epoch % 2 == 0:
            losses.append(total / len(y))
    return (pair_up(tensors), losses)


def loss_after_epoch_on_all(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(cross_entropy(mlp_forward(X, pair_up(tensors))[0], y))
    return (pair_up(tensors), losses)


def state_in_loop(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        state = {}
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def state_in_inner(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            state = {}
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def unweighted(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch])
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(minibatches(len(y), batch_size, np.random.default_rng(0))))
    return (pair_up(tensors), losses)


def tensors_not_assigned(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            _, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def batch_size_as_weight(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * batch_size
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def batches_fixed_outside(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    batches = minibatches(len(y), batch_size, rng)
    for _epoch in range(epochs):
        total = 0.0
        for batch in batches:
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def own_rng_advancing(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    rng = np.random.default_rng(42)
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def params_in_step(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            total += cross_entropy(P, y[batch]) * len(batch)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate / len(batch))
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


def loss_after_step(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = flatten(params)
    state = {}
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for batch in minibatches(len(y), batch_size, rng):
            layers = pair_up(tensors)
            P, cache = mlp_forward(X[batch], layers)
            grads = flatten(mlp_backward(P, y[batch], cache, layers))
            tensors, state = step(tensors, grads, state, learning_rate)
            total += cross_entropy(mlp_forward(X[batch], pair_up(tensors))[0], y[batch]) * len(
                batch
            )
        losses.append(total / len(y))
    return (pair_up(tensors), losses)


ACCEPTED = [plain_fit_minibatch, copy_rows]
TOLD = [
    (weights_first_then_biases, "tensors-in-another-order"),
    (step_per_layer, "some-tensors-only"),
    (params_pairs_to_step, "raised"),
    (one_loss_a_batch, "one-loss-a-batch"),
    (one_update_per_example, "one-update-per-example"),
    (loss_of_the_last_batch, "last-batch-only"),
    (loss_every_2_epochs, "every-second-loss"),
    (loss_after_epoch_on_all, "loss-after-epoch"),
    (state_in_loop, "forgets-each-epoch"),
    (state_in_inner, "state-lost"),
    (unweighted, "unweighted-mean"),
    (tensors_not_assigned, "no-step"),
    (batch_size_as_weight, "batch-size-for-weight"),
    (batches_fixed_outside, "shuffled-once"),
    (own_rng_advancing, "other-dice-once"),
    (params_in_step, "rate-divided-by-batch"),
    (loss_after_step, "loss-after-step"),
]
