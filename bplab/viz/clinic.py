"""Chapter 6: how a classifier does on patients, and what it says about one."""

import numpy as np

from bplab.viz import style
from bplab.viz.widget import interactive

FEATURES = ("age", "bmi", "glucose")
LABELS = {"age": "age (years)", "bmi": "BMI (kg/m²)", "glucose": "glucose (mg/dl)"}
CLASSES = ("healthy", "diabetic")


def _labels_and_p(y, p):
    y, p = np.asarray(y).astype(int).ravel(), np.asarray(p, dtype=float).ravel()
    if y.shape != p.shape:
        raise ValueError(f"y {y.shape} and p {p.shape} must have one entry a patient each.")
    if not (np.any(y == 1) and np.any(y == 0)):
        raise ValueError("y holds one class only: both are needed.")
    if not (np.all(p >= 0) and np.all(p <= 1)):
        raise ValueError(f"p must be probabilities in [0, 1], got {p.min():g} to {p.max():g}.")
    return y, p


def roc_points(y, p):
    """Thresholds from high to low with the counts at each: (K,), tp (K,), fp (K,).

    Positive is p >= threshold; the first threshold is above every p.
    """
    order = np.argsort(-p, kind="stable")
    p, y = p[order], y[order]
    last = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)  # of each run of equal p
    tp, fp = np.cumsum(y)[last], np.cumsum(1 - y)[last]
    return np.append(np.inf, p[last]), np.append(0, tp), np.append(0, fp)


def _auc(tp, fp):
    return float(np.trapezoid(tp / tp[-1], fp / fp[-1]))


def _counts(y, p, threshold):
    positive = p >= threshold
    tp, fp = int(np.sum(positive & (y == 1))), int(np.sum(positive & (y == 0)))
    return tp, fp, int(np.sum(y == 1)) - tp, int(np.sum(y == 0)) - fp


def roc(y, p, threshold=0.5):
    """The ROC curve with a slider for the threshold, and the counts that follow from it.

    Look for: each threshold is one point of the curve. Lower it and more of the diabetic are
    found (recall), at the price of more healthy ones alarmed (precision).

    Parameters
    ----------
    y : array (N,)
        0 healthy, 1 diabetic.
    p : array (N,)
        Predicted probabilities of 1.
    threshold : float
        Where the slider starts; positive is p >= threshold.
    """
    y, p = _labels_and_p(y, p)
    _, tp, fp = roc_points(y, p)
    curve, auc = np.column_stack([fp / fp[-1], tp / tp[-1]]), _auc(tp, fp)
    state = {
        "title": "ROC curve",
        "y": y,
        "p": p,
        "curve": curve.round(5),
        "auc": auc,
        "threshold": float(threshold),
    }
    return interactive("roc", state, _roc_picture(y, p, float(threshold), curve, auc))


def _roc_picture(y, p, threshold, curve, auc):
    fig, (left, right) = style.figure(1, 2, height=5.0, width_ratios=(1, 1.05))
    left.plot(*curve.T, color=style.BLUE)
    left.plot([0, 1], [0, 1], ":", color=style.MUTED)
    left.text(0.97, 0.04, f"area {auc:.3f}\n(chance: 0.5)", ha="right", transform=left.transAxes)
    for t, marker in zip(sorted({0.2, threshold, 0.8}), "s*D^", strict=False):
        hit = _counts(y, p, t)
        at = hit[1] / np.sum(y == 0), hit[0] / np.sum(y == 1)
        here = t == threshold
        left.plot(*at, "*" if here else marker, markersize=18 if here else 8, zorder=4,
                  color=style.YELLOW if here else style.INK, markeredgecolor=style.INK)  # fmt: skip
        left.annotate(f"{t:.2f}", at, xytext=(10, -14), textcoords="offset points")
    left.set(xlabel="share of the healthy alarmed", ylabel="share of the diabetic found (recall)")
    left.set(title="ROC: every threshold", aspect="equal", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    _draw_split(right, y, p, threshold)
    tp1, fp1, fn1, tn1 = _counts(y, p, threshold)
    says = _rates(tp1, fp1, fn1, tn1)
    right.set_title(f"Threshold {threshold:.2f}")
    fig.supxlabel(
        f"{tp1} diabetic found, {fn1} missed; {fp1} healthy alarmed, {tn1} left in peace\n{says}",
        fontsize=11,
    )
    return style.show(
        fig,
        alt=f"ROC curve with area {auc:.3f}. At threshold {threshold:.2f}: {tp1} true positives, "
        f"{fp1} false positives, {fn1} false negatives, {tn1} true negatives; {says}.",
    )


def _rates(tp, fp, fn, tn):
    precision = f"{tp / (tp + fp):.2f}" if tp + fp else "undefined (nobody positive)"
    return f"recall {tp / (tp + fn):.2f}, precision {precision}, specificity {tn / (tn + fp):.2f}"


def _draw_split(ax, y, p, threshold):
    edges = np.linspace(0, 1, 21)
    for k, up in ((1, 1), (0, -1)):
        heights = up * np.histogram(p[y == k], edges)[0]
        ax.bar(edges[:-1], heights, 0.05, align="edge", color=style.CLASS_COLORS[k],
               edgecolor=style.PAPER, hatch="//" if k else None, label=CLASSES[k])  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=0.8)
    ax.axvline(threshold, color=style.INK, linestyle="--")
    ax.yaxis.set_major_formatter(lambda v, _: f"{abs(v):.0f}")
    low, high = ax.get_ylim()
    high = max(1.3 * high, -0.6 * low)
    ax.set(xlabel="predicted probability", ylabel="patients", xlim=(0, 1), ylim=(1.2 * low, high))
    if threshold < 0.75:
        ax.text(threshold + 0.015, high * 0.98, "positive →", ha="left", va="top")
    if threshold > 0.25:
        ax.text(threshold - 0.015, high * 0.98, "← negative", ha="right", va="top")
    ax.legend(loc="lower right")


def calibration(y, p, bins=10):
    """Do patients who are told 70 percent fall ill in 7 of 10 cases? With counts below.

    Look for: points on the diagonal mean honest probabilities. Below it the model frightens,
    above it the model soothes. Bars show how far chance alone would move a point of so few.

    Parameters
    ----------
    y : array (N,)
        0 healthy, 1 diabetic.
    p : array (N,), or dict of str to array
        Predicted probabilities; a dict compares models by name.
    bins : int

    Returns
    -------
    Picture
    """
    models = p if isinstance(p, dict) else {"model": p}
    fig, (top, low) = style.figure(2, 1, height=5.4, sharex=True, height_ratios=(3, 1))
    top.plot([0, 1], [0, 1], ":", color=style.MUTED, label="perfectly calibrated")
    edges, alts = np.linspace(0, 1, bins + 1), []
    for i, (name, values) in enumerate(models.items()):
        labels, values = _labels_and_p(y, values)
        told, seen, count = calibration_points(labels, values, edges)
        spread = np.sqrt(np.maximum(told * (1 - told), 1e-12) / count)
        spread = np.minimum(spread, [seen, 1 - seen])  # no share is below 0 or above 1
        top.errorbar(told, seen, spread, fmt=style.CLASS_MARKERS[i % 4] + "-", capsize=3,
                     color=style.CYCLE[i], linewidth=0.9, elinewidth=1.6, label=name)  # fmt: skip
        off = np.average(np.abs(told - seen), weights=count)
        alts.append(f"{name} is off by {off:.3f} on average")
        counts = np.histogram(values, edges)[0]
        if i == 0:
            low.bar(edges[:-1], counts, 1 / bins, align="edge", color=style.CYCLE[0],
                    edgecolor=style.PAPER)  # fmt: skip
        else:
            low.stairs(counts, edges, color=style.CYCLE[i], linewidth=2)
    top.set(ylabel="share who are diabetic", xlim=(0, 1), ylim=(-0.03, 1.03))
    top.set_title("Told and true")
    top.legend(loc="upper left")
    low.set(xlabel="predicted probability", ylabel="patients")
    return style.show(
        fig,
        alt=f"Calibration in {bins} bins over {len(np.ravel(y))} patients, against the diagonal of "
        f"perfect calibration: {'; '.join(alts)}. Counts of patients by bin below.",
    )


def calibration_points(y, p, edges):
    """Mean prediction, share of ones and count in every bin that is not empty."""
    bin_of = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(bin_of, minlength=len(edges) - 1)
    full = count > 0
    told = np.bincount(bin_of, p, len(edges) - 1)[full] / count[full]
    seen = np.bincount(bin_of, y, len(edges) - 1)[full] / count[full]
    return told, seen, count[full]


def feature_histograms(X, y, names=FEATURES):
    """Every feature's histogram, diabetic up and healthy down.

    Look for: which feature parts the two best, and how much they overlap in all.

    Parameters
    ----------
    X : array (N, D)
        Columns age, BMI, glucose, unless `names` says otherwise.
    y : array (N,)
    names : sequence of str

    Returns
    -------
    Picture
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    if X.ndim != 2 or X.shape != (len(y), len(names)):
        raise ValueError(
            f"X must be ({len(y)}, {len(names)}) for these y and names, got {X.shape}."
        )
    fig, axes = style.figure(1, len(names), height=3.5, sharey=True, squeeze=False)
    alts = []
    for ax, column, name in zip(axes[0], X.T, names, strict=True):
        edges = np.linspace(column.min(), column.max(), 26)
        for k, up, way in ((1, 1, "up"), (0, -1, "down")):
            heights = up * np.histogram(column[y == k], edges)[0]
            look = dict(color=style.CLASS_COLORS[k], hatch="//" if k else None)
            ax.bar(edges[:-1], heights, np.diff(edges), align="edge", edgecolor=style.PAPER,
                   linewidth=0.5, **look)  # fmt: skip
            ax.plot(column[y == k].mean(), 0, style.CLASS_MARKERS[k], color=style.CLASS_COLORS[k],
                    markersize=11, markeredgecolor=style.INK, zorder=4,
                    label=f"{CLASSES[k]} ({way}), mean")  # fmt: skip
        ax.axhline(0, color=style.INK, linewidth=0.8)
        ax.yaxis.set_major_formatter(lambda v, _: f"{abs(v):.0f}")
        ax.set_xlabel(LABELS.get(name, name))
        means = [column[y == k].mean() for k in (0, 1)]
        alts.append(f"{name} {means[0]:.1f} and {means[1]:.1f}")
    axes[0, 0].set_ylabel("patients")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2,
               frameon=False)  # fmt: skip
    return style.show(
        fig,
        alt=f"Histograms of {len(names)} features of {np.sum(y == 0)} healthy and "
        f"{np.sum(y == 1)} diabetic patients. Means, healthy and diabetic: {'; '.join(alts)}. "
        f"The classes overlap in each.",
    )


def scaling(X, X_scaled, names=FEATURES):
    """The features on one axis, as measured and scaled.

    Look for: as measured, glucose drowns the others because its numbers are large; scaled, a
    step of 1 means one standard deviation for each, and the loss is a bowl, not a ravine.

    Parameters
    ----------
    X, X_scaled : array (N, D)
    names : sequence of str

    Returns
    -------
    Picture
    """
    both = [np.asarray(a, dtype=float) for a in (X, X_scaled)]
    if both[0].shape != both[1].shape or both[0].ndim != 2 or both[0].shape[1] != len(names):
        raise ValueError(
            f"X and X_scaled must both be (N, {len(names)}), "
            f"got {both[0].shape} and {both[1].shape}."
        )
    fig, axes = style.figure(1, 2, height=3.4, sharey=True)
    rng, alts = np.random.default_rng(0), []
    for ax, values, title in zip(axes, both, ("As measured", "Scaled"), strict=True):
        for j, name in enumerate(names):
            height = j + rng.uniform(-0.18, 0.18, len(values))
            ax.scatter(values[:, j], height, s=7, alpha=0.35, color=style.CYCLE[j], linewidth=0)
            mean, std = values[:, j].mean() + 0.0, values[:, j].std()
            ax.errorbar(mean, j + 0.32, xerr=std, fmt=style.CLASS_MARKERS[j % 4], color=style.INK,
                        capsize=4, linewidth=1.6)  # fmt: skip
            alts.append(f"{name} {title.lower()} {mean:.1f} ± {std:.1f}".replace("-0.0", "0.0"))
        ax.set(title=title, ylim=(-0.4, len(names) - 0.4))
    axes[0].set_yticks(range(len(names)), [LABELS.get(name, name) for name in names])
    axes[0].set_xlabel("value, in the feature's own unit")
    axes[1].set_xlabel("standard deviations from the mean")
    return style.show(
        fig, alt=f"Features on one axis, mean ± standard deviation: {'; '.join(alts)}."
    )
