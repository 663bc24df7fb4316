"""Chapter 5: what memorizing looks like, and what each cure does to the network."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive


def memorization(lams, train_loss, validation_loss, names=("training", "validation")):
    """Training and validation loss against the strength of weight decay.

    Look for: at the left the network knows its own patients by heart and no others; at the
    right it has learned nothing; the gap between the curves is what it memorized.

    Parameters
    ----------
    lams : array (K,)
        Strengths, rising; 0 may be the first.
    train_loss, validation_loss : array (K,)

    Returns
    -------
    Picture
    """
    lams, train, validation = _columns(lams=lams, train=train_loss, validation=validation_loss)
    place = np.arange(len(lams))
    fig, ax = style.figure(height=3.8)
    ax.fill_between(place, train, validation, color=style.GRID, alpha=0.7, label="the gap")
    ax.plot(place, train, "o-", color=style.TRAIN, label=names[0])
    ax.plot(place, validation, "^--", color=style.VALIDATION, label=names[1])
    best = int(np.argmin(validation))
    ax.plot(best, validation[best], "*", color=style.YELLOW, markersize=18, zorder=4,
            markeredgecolor=style.INK, label=f"lowest: {validation[best]:.3g}")  # fmt: skip
    ax.set_xticks(place, [f"{lam:g}" for lam in lams])
    ax.set(xlabel="strength of weight decay, lam", ylabel="mean loss (nats)")
    ax.set_ylim(bottom=min(0, train.min()))
    ax.legend()
    gap = validation - train
    return style.show(
        fig,
        alt=f"Training and validation loss for lam from {lams[0]:g} to {lams[-1]:g}. At "
        f"lam = {lams[0]:g} training loss is {train[0]:.3g}, validation loss "
        f"{validation[0]:.3g}; the gap shrinks from {gap[0]:.3g} to {gap[-1]:.3g}. Validation "
        f"loss is lowest at lam = {lams[best]:g}: {validation[best]:.3g}.",
    )


def _columns(**columns):
    arrays = {name: np.asarray(column, dtype=float) for name, column in columns.items()}
    shapes = {name: a.shape for name, a in arrays.items()}
    if len(set(shapes.values())) > 1 or len(next(iter(shapes.values()))) != 1:
        words = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these must be arrays (n,) of one length: {words}.")
    if not next(iter(arrays.values())).size:
        raise ValueError(f"{' and '.join(arrays)} are empty: give at least one value.")
    return arrays.values()


def early_stop(validation_loss, patience):
    """Where early stopping with this patience keeps the weights and where it stops.

    Returns
    -------
    (best, stop) : int, int or None
        Epochs counted from 0; stop is None if patience never ran out.
    """
    best, waited = 0, 0
    for epoch, loss in enumerate(validation_loss):
        better = epoch == 0 or loss < validation_loss[best]
        best, waited = (epoch, 0) if better else (best, waited + 1)
        if waited >= patience:
            return best, epoch
    return best, None


def stopping_point(train_loss, validation_loss, patience=10):
    """Training and validation curves, and where early stopping would have ended the run.

    Look for: move the slider. Little patience stops at the first bump; much patience costs
    epochs and finds the same best.

    Parameters
    ----------
    train_loss, validation_loss : array (epochs,)
    patience : int
        Where the slider starts.
    """
    train, validation = _columns(train_loss=train_loss, validation_loss=validation_loss)
    if patience < 1:
        raise ValueError(f"patience must be at least 1, got {patience}.")
    state = {
        "title": "Early stopping",
        "train": train,
        "validation": validation,
        "patience": patience,
    }
    return interactive("stopping", state, _stopping_picture(train, validation, patience))


def _stopping_picture(train, validation, patience):
    best, stop = early_stop(validation, patience)
    fig, ax = style.figure(height=4.0)
    ax.plot(train, color=style.TRAIN, label="training")
    ax.plot(validation, "--", color=style.VALIDATION, label="validation")
    ax.plot(best, validation[best], "*", color=style.YELLOW, markersize=18, zorder=4,
            markeredgecolor=style.INK, label=f"kept: epoch {best}")  # fmt: skip
    says = f"it never stops; the weights of epoch {best} are kept"
    if stop is not None:
        says = f"it stops after epoch {stop} and keeps the weights of epoch {best}"
        ax.axvline(stop, color=style.INK, linewidth=1.5, label=f"stop: after epoch {stop}")
        ax.axvspan(stop, len(train) - 1, color=style.GRID, alpha=0.6, zorder=0)
        ax.axvspan(best, stop, color=style.YELLOW, alpha=0.25, zorder=0, label="waiting")
    ax.set(xlabel="epoch", ylabel="mean loss (nats)", title=f"Patience {patience}")
    ax.set_xlim(0, max(1, len(train) - 1))
    ax.legend(ncols=2)
    return style.show(
        fig,
        alt=f"Training loss falls from {train[0]:.3g} to {train[-1]:.3g} over {len(train)} epochs; "
        f"validation loss is lowest, {validation.min():.3g}, at epoch {np.argmin(validation)} and "
        f"ends at {validation[-1]:.3g}. With patience {patience} {says}.",
    )


def weight_histograms(weights, bins=40):
    """The weights of networks trained with different strengths of weight decay.

    Look for: the stronger the decay, the closer all weights stand to zero.

    Parameters
    ----------
    weights : dict of float to params or array
        By lam: a network's params, list of (W, b), of which the W are drawn; or an array.
    bins : int
    """
    flat = _flat_weights(weights)
    edges = _edges(np.concatenate(list(flat.values())), bins)
    state = {
        "title": "Weights under decay",
        "lams": [float(lam) for lam in flat],
        "edges": edges,
        "counts": [np.histogram(w, edges)[0] for w in flat.values()],
        "sizes": [_size(w) for w in flat.values()],
    }
    return interactive("weights", state, _weights_picture(flat, edges))


def _size(w):
    return float(np.sqrt(np.mean(w**2)))


def _flat_weights(weights):
    if not weights:
        raise ValueError("weights is empty: give at least one, such as {0.0: params}.")
    return {lam: _flat(params) for lam, params in weights.items()}


def _flat(params):
    if isinstance(params, np.ndarray):
        return params.ravel()
    return np.concatenate([np.asarray(W, dtype=float).ravel() for W, _ in params])


def _weights_picture(weights, edges):
    fig, axes = style.figure(
        len(weights), 1, height=0.9 + 1.25 * len(weights), sharex=True, squeeze=False
    )
    spreads = []
    for ax, (lam, w) in zip(axes[:, 0], weights.items(), strict=True):
        spread = _size(w)
        ax.hist(w, edges, color=style.BLUE)
        ax.axvline(0, color=style.INK, linewidth=0.8)
        ax.text(0.99, 0.9, f"lam = {lam:g}\ntypical size {spread:.2f}", va="top", ha="right",
                transform=ax.transAxes)  # fmt: skip
        spreads.append(f"lam = {lam:g}: {spread:.2g}")
    axes[-1, 0].set_xlabel("weight")
    fig.supylabel("number of weights", fontsize=11)
    return style.show(
        fig,
        alt=f"Histograms of the weights of {len(weights)} networks. Typical size (root mean "
        f"square) by strength of weight decay: {'; '.join(spreads)}.",
    )


def _edges(values, bins):
    reach = np.abs(values).max() or 1.0
    return np.linspace(-reach, reach, bins + 1)


def batchnorm_histograms(before, after, units=4, names=("before", "after")):
    """Activations of some units over a batch, before and after batch normalization.

    Look for: before, every unit lives on a scale of its own; after, all share mean 0 and
    spread 1 (or the learned beta and gamma).

    Parameters
    ----------
    before, after : array (N, D)
        Rows are examples, columns units.
    units : int
        How many of the first columns to draw, at most 6.

    Returns
    -------
    Picture
    """
    both = [np.asarray(a, dtype=float) for a in (before, after)]
    if both[0].ndim != 2 or both[0].shape != both[1].shape:
        raise ValueError(
            f"before and after must be (N, D) of one shape, "
            f"got {both[0].shape} and {both[1].shape}."
        )
    units = min(units, both[0].shape[1], 6)
    return _batchnorm_picture([a[:, :units] for a in both], names)


def _batchnorm_picture(both, names):
    units = both[0].shape[1]
    fig, axes = style.figure(
        units, 2, height=1.0 + 0.85 * units, sharex=True, sharey="col", squeeze=False
    )
    edges = np.linspace(min(a.min() for a in both), max(a.max() for a in both) + 1e-9, 61)
    alts = []
    for column, values, name in zip(axes.T, both, names, strict=True):
        for j, ax in enumerate(column):
            mean, std = values[:, j].mean() + 0.0, values[:, j].std()
            ax.hist(values[:, j], edges, color=style.CYCLE[j])
            ax.axvline(0, color=style.INK, linewidth=0.8)
            words = f"mean {mean:.1f}\nspread {std:.1f}".replace("-0.0", "0.0").replace("-", "−")
            ax.text(0.99, 0.95, words, va="top", ha="right", fontsize=10, transform=ax.transAxes)
        column[0].set_title(name.capitalize())
        column[-1].set_xlabel("activation")
        means, stds = values.mean(axis=0), values.std(axis=0)
        alts.append(
            f"{name}, means run from {means.min():.1f} to {means.max():.1f} and standard "
            f"deviations from {stds.min():.1f} to {stds.max():.1f}"
        )
    for j, ax in enumerate(axes[:, 0]):
        ax.set_ylabel(f"unit {j + 1}")
    fig.supylabel("examples in the batch", fontsize=11)
    alt = f"Histograms of {units} units on one axis: {'; '.join(alts)}."
    return style.show(fig, alt=alt.replace("-0.0", "0.0"))
