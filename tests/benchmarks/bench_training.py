"""Training the diabetes network: the course's reference code, scikit-learn and PyTorch.

    python tests/benchmarks/bench_training.py [--pairs 9] [--epochs 40]

The same network, patients, batch size, epochs and optimizer, in float64, on one thread. Each
rival is timed in turns with `bplab.nn`, ours, theirs, ours, theirs; the ratio is the median over
these pairs. Time is the process's CPU time: with one thread it is what a clock on the wall
measures, less what other programs take. PyTorch is left out where it is not installed.

What is not quite the same: of two classes, `MLPClassifier` has one logistic output in place of
two softmax outputs, the same model with fewer numbers; it draws its own first weights and its own
batches. PyTorch starts from our weights and takes our batches, so it must reach our loss.
"""

import argparse
import time
import warnings
from functools import partial
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from bplab import data, nn
from bplab.nn.diabetes_classifier import HIDDEN

WIDTHS = (3, *HIDDEN, 2)
LEARNING_RATE = 0.01
HEADING = """\
Training the diabetes network: tanh, cross-entropy, Adam; float64, one thread, CPU time.
ours is bplab.nn with Adam on one vector; ratio says how many times faster it is, run by run.
MLPClassifier has one logistic output in place of two softmax outputs: a little less to do."""
SAME = 0.02  # losses this close count as the same training; different first weights cost as much


def ours(X, y, batch_size, epochs, seed, step=None):
    """Loss of the last epoch."""
    rng = np.random.default_rng(seed)
    params = nn.init_params(WIDTHS, rng)
    step = step or nn.as_one_vector(nn.adam_step)
    _, losses = nn.fit_minibatch(X, y, params, step, LEARNING_RATE, batch_size, epochs, rng)
    return losses[-1]


def scikit_learn(X, y, batch_size, epochs, seed):
    """Loss of the last epoch; every stopping rule and the L2 penalty are switched off."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        HIDDEN, activation="tanh", solver="adam", alpha=0.0, batch_size=batch_size,
        learning_rate_init=LEARNING_RATE, max_iter=epochs, tol=0.0, n_iter_no_change=epochs + 1,
        random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # told to stop early, it complains
        network.fit(X, y)
    return network.loss_curve_[-1]


def pytorch(X, y, batch_size, epochs, seed, fused=None):
    """Loss of the last epoch; no DataLoader, which would only make it slower."""
    import torch

    rng = np.random.default_rng(seed)
    network = torch_network(nn.init_params(WIDTHS, rng))
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, fused=fused)
    loss_of = torch.nn.CrossEntropyLoss()
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    for _ in range(epochs):
        total = 0.0
        for batch in map(torch.from_numpy, nn.minibatches(len(y), batch_size, rng)):
            loss = loss_of(network(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
    return total / len(y)


def torch_network(params):
    """Tanh layers and a last linear one, in float64, with the weights of `params`."""
    import torch

    torch.set_num_threads(1)
    layers = []
    for W, b in params:
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def rivals():
    """name: what trains with it, for each that is installed."""
    found = {
        "bplab.nn, Adam tensor by tensor": partial(ours, step=nn.adam_step),
        "scikit-learn MLPClassifier": scikit_learn,
    }
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: left out.")
    else:
        found[f"PyTorch {torch.__version__}"] = pytorch
        found["PyTorch, Adam(fused=True)"] = partial(pytorch, fused=True)
    return found


def timed(train, *arguments):
    """CPU seconds, and what `train` returns."""
    start = time.process_time()
    loss = train(*arguments)
    return time.process_time() - start, loss


def compare(rival, X, y, batch_size, epochs, pairs):
    """Arrays of `pairs` rows: seconds (ours, theirs) and last losses (ours, theirs)."""
    for train in (ours, rival):
        train(X, y, batch_size, 1, 0)  # what only the first call takes
    rows = [
        [timed(train, X, y, batch_size, epochs, seed) for train in (ours, rival)]
        for seed in range(pairs)
    ]
    return np.moveaxis(np.array(rows), 2, 0)


def table(X, y, batch_size, epochs, pairs):
    """Print a row for each rival; the names of those whose loss is not ours."""
    steps = epochs * -(-len(y) // batch_size)
    width = "-".join(map(str, WIDTHS))
    print(f"\n{width}, {len(y)} patients, batches of {batch_size}, {epochs} epochs, {steps} steps")
    print(f"{'':34}{'µs a step':>10}{'ours':>8}{'ratio':>8}{'of pairs':>14}{'loss':>8}{'ours':>8}")
    different = []
    for name, rival in rivals().items():
        seconds, losses = compare(rival, X, y, batch_size, epochs, pairs)
        our_time, their_time = np.median(seconds, axis=0) / steps * 1e6
        ratios = seconds[:, 1] / seconds[:, 0]
        our_loss, their_loss = np.median(losses, axis=0)
        spread = f"{ratios.min():.2f} to {ratios.max():.2f}"
        print(
            f"{name:34}{their_time:10.0f}{our_time:8.0f}{median(ratios):8.2f}{spread:>14}"
            f"{their_loss:8.4f}{our_loss:8.4f}"
        )
        if abs(our_loss - their_loss) > SAME:
            different.append(name)
    return different


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=9, help="runs of each, in turns")
    parser.add_argument("--epochs", type=int, default=40)
    options = parser.parse_args(arguments)
    X, y = data.diabetes()
    X = nn.apply_scaler(X, nn.fit_scaler(X))
    print(HEADING)
    different = []
    with threadpool_limits(1):
        for batch_size, longer in ((32, 1), (200, 4), (len(y), 10)):
            different += table(X, y, batch_size, longer * options.epochs, options.pairs)
    if different:
        raise SystemExit(f"Not the same training, by the losses: {', '.join(different)}.")


if __name__ == "__main__":
    main()
