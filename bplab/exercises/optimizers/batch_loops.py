"""The loop over mini-batches, each of its steps open to a slip."""

from bplab import nn
from bplab.exam import maker


def flat_gradients(P, y, cache, layers, kind):
    return nn.flatten(nn.mlp_backward(P, y, cache, layers, kind))


@maker
def loop(
    weigh=lambda batch, batch_size: len(batch),
    shuffle=nn.minibatches,
    late=False,
    keep=True,
    total=lambda total, n, batches: total / n,
    labels=lambda y, batch: y[batch],
    rate=lambda rate, epoch, n: rate,
    scale=lambda n, of: 1.0,
    each_epoch=lambda tensors, start, state: (tensors, state),
    more_epochs=0,
    noted=None,
    kinds=("tanh", "tanh"),
):
    """A `fit_minibatch` that is right but for what is given."""

    def fit(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for epoch in range(epochs + more_epochs):
            cost, number = 0.0, 0
            tensors, state = each_epoch(tensors, nn.flatten(params), state)
            whole = [nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y)]
            for batch in shuffle(len(y), batch_size, rng):
                layers = nn.pair_up(tensors)
                P, cache = nn.mlp_forward(X[batch], layers, kinds[0])
                target = labels(y, batch)
                factor = scale(len(batch), len(y))
                grads = [factor * g for g in flat_gradients(P, target, cache, layers, kinds[1])]
                before = nn.cross_entropy(P, target)
                tensors, new = step(
                    tensors, grads, state, rate(learning_rate, epoch + 1, len(batch))
                )
                state = new if keep else {}
                after = nn.cross_entropy(nn.mlp_forward(X[batch], nn.pair_up(tensors))[0], target)
                cost += (after if late else before) * weigh(batch, batch_size)
                number += 1
            whole.append(nn.cross_entropy(nn.mlp_forward(X, nn.pair_up(tensors))[0], y))
            losses.append(noted(whole, before) if noted else total(cost, len(y), number))
        return nn.pair_up(tensors), losses

    return fit
