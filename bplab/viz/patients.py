"""Chapter 6: the probability surface, and sliders for one patient."""

import numpy as np

from bplab.viz import style
from bplab.viz.clinic import CLASSES, LABELS
from bplab.viz.widget import interactive, packed

AGES = np.arange(20, 81, 3)
BMIS = np.linspace(15, 60, 31)
GLUCOSES = np.linspace(50, 220, 35)
# One patient's sliders: log-odds are smooth, so this is within half a percent of the network.
PATIENT_AXES = (np.arange(18, 91, 3), np.arange(14, 67, 4), np.arange(40, 305, 11))


def _grid(predict, ages, bmis, glucoses):
    """Probabilities (ages, bmis, glucoses), from one call of `predict`."""
    mesh = np.meshgrid(ages, bmis, glucoses, indexing="ij")
    p = np.asarray(predict(np.column_stack([a.ravel() for a in mesh])), dtype=float)
    if p.shape != (mesh[0].size,):
        raise ValueError(
            f"predict must give one probability a patient: ({mesh[0].size},), got {p.shape}."
        )
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError(
            f"predict must give probabilities in [0, 1], got {p.min():g} to {p.max():g}."
        )
    return p.reshape(mesh[0].shape)


def _patients(X, y):
    X, y = np.asarray(X, dtype=float), np.asarray(y).astype(int)
    if X.shape != (len(y), 3):
        raise ValueError(f"X must be ({len(y)}, 3): age, bmi, glucose; got {X.shape}.")
    return X, y


def probability_surface(predict, X, y, age=35, threshold=0.5):
    """The predicted probability over BMI and glucose at one age, with the patients on it.

    Look for: the line where the prediction crosses the threshold, its bend, and how many
    patients stand on the wrong side of it. Older, the line moves to lower glucose.

    Parameters
    ----------
    predict : callable
        Patients (N, 3), columns age, bmi, glucose, to probabilities (N,).
    X : array (N, 3)
    y : array (N,)
    age : float
        Where the slider starts.
    threshold : float
        Which line to draw.
    """
    X, y = _patients(X, y)
    ages = np.unique(np.append(AGES, age))
    p = _grid(predict, ages, BMIS, GLUCOSES)
    state = {
        "title": "Probability surface",
        "ages": ages,
        "start": int(np.searchsorted(ages, age)),
        "glucoses": GLUCOSES[[0, -1]],
        "bmis": BMIS[[0, -1]],
        "shape": p.shape[1:],
        "grids": [packed(here) for here in p],
        "lines": [_lines(here, threshold) for here in p],
        "X": X.round(2),
        "y": y,
        "p": np.asarray(predict(X), dtype=float).round(4),
        "threshold": threshold,
        "names": CLASSES,
    }
    return interactive("surface", state, _surface_picture(predict, X, y, (25, age, 55), threshold))


def _lines(here, threshold):
    from contourpy import contour_generator

    return [line.round(2) for line in contour_generator(GLUCOSES, BMIS, here).lines(threshold)]


def _near(X, age, within=5):
    return np.abs(X[:, 0] - age) <= within


def _surface_picture(predict, X, y, ages, threshold):
    ages = sorted(set(ages))
    p = _grid(predict, ages, BMIS, GLUCOSES)
    fig, axes = style.figure(1, len(ages), height=3.9, sharey=True, squeeze=False)
    alts = []
    for ax, age, here in zip(axes[0], ages, p, strict=True):
        shade = ax.pcolormesh(GLUCOSES, BMIS, here, cmap=style.probability(), vmin=0, vmax=1,
                              shading="gouraud", rasterized=True)  # fmt: skip
        ax.contour(GLUCOSES, BMIS, here, levels=[threshold], colors=style.INK, linewidths=2)
        near = _near(X, age)
        style.points(ax, X[near][:, [2, 1]], y[near], size=20)
        ax.set(title=f"age {age:g}", xlabel=LABELS["glucose"], xlim=GLUCOSES[[0, -1]])
        ax.set_ylim(BMIS[[0, -1]])
        ax.grid(False)
        alts.append(
            f"age {age:g}: {near.sum()} patients within 5 years, {_crossing(here, threshold)}"
        )
    axes[0, 0].set_ylabel(LABELS["bmi"])
    bar = fig.colorbar(shade, ax=axes, shrink=0.9, pad=0.01)
    bar.set_label("predicted probability")
    bar.ax.axhline(threshold, color=style.INK, linewidth=2)
    fig.legend(handles=_class_handles(), loc="outside lower center", ncols=2, frameon=False)
    return style.show(
        fig,
        alt=f"Predicted probability of diabetes over glucose and BMI, with patients, at "
        f"{len(ages)} ages. {'; '.join(alts)}.",
    )


def _crossing(here, threshold):
    """At what glucose a BMI near 32 crosses the threshold, in words."""
    row = here[np.argmin(np.abs(BMIS - 32))]
    above = np.flatnonzero(row >= threshold)
    if not above.size:
        return f"the line of {threshold:g} is not reached at BMI 32"
    return f"at BMI 32 the probability passes {threshold:g} at glucose {GLUCOSES[above[0]]:.0f}"


def _class_handles():
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            linestyle="",
            marker=style.CLASS_MARKERS[k],
            color=style.CLASS_COLORS[k],
            label=CLASSES[k],
            markeredgecolor=style.PAPER,
        )  # fmt: skip
        for k in (0, 1)
    ]


def one_patient(predict, X, y, patient=(50, 33, 148)):
    """Sliders for age, BMI and glucose of one patient, and the probability that follows.

    Look for: which slider moves the probability most, and where this patient stands among
    those the model knows. Far from them all, the model guesses.

    Parameters
    ----------
    predict : callable
        Patients (N, 3), columns age, bmi, glucose, to probabilities (N,).
    X : array (N, 3)
    y : array (N,)
        The population to compare with.
    patient : (age, bmi, glucose)
        Where the sliders start.
    """
    X, y = _patients(X, y)
    for axis, value, name in zip(PATIENT_AXES, patient, LABELS.values(), strict=True):
        if not axis[0] <= value <= axis[-1]:
            raise ValueError(f"{name} must be from {axis[0]} to {axis[-1]}, got {value}.")
    # The starting patient stands on the grid itself: there the sliders say what the still says.
    axes = [np.unique([*axis, value]) for axis, value in zip(PATIENT_AXES, patient, strict=True)]
    p = _grid(predict, *axes).clip(1e-6, 1 - 1e-6)
    state = {
        "title": "One patient",
        "axes": axes,
        "grid": np.log(p / (1 - p)).ravel().round(3),
        "patient": patient,
        "X": X.round(2),
        "y": y,
        "p": np.asarray(predict(X), dtype=float).round(4),
        "near": (5, 3, 10),
        "names": CLASSES,
    }
    return interactive("patient", state, _patient_picture(predict, X, y, patient))


def _patient_picture(predict, X, y, patient):
    people = np.array(
        [np.median(X[y == 0], axis=0).round(), patient, np.median(X[y == 1], axis=0).round()]
    )
    who = ("middle of the healthy", "this patient", "middle of the diabetic")
    p, population = np.asarray(predict(people)), np.asarray(predict(X))
    fig, (top, low) = style.figure(2, 1, height=4.6, sharex=True, height_ratios=(1, 1.2))
    for i, (name, person, risk) in enumerate(zip(who, people, p, strict=True)):
        color = (style.CLASS_COLORS[0], style.PURPLE, style.CLASS_COLORS[1])[i]
        top.barh(-i - 0.2, risk, height=0.4, color=color)
        words = f"{name}: age {person[0]:g}, BMI {person[1]:g}, glucose {person[2]:g}: {risk:.0%}"
        top.text(0.005, -i + 0.05, words, weight="bold" if i == 1 else None)
    top.set(yticks=[], xlim=(0, 1), ylim=(-2.5, 0.5), title="What the model says")
    top.grid(False)
    edges = np.linspace(0, 1, 26)
    for k in (0, 1):
        low.hist(population[y == k], edges, histtype="step", linewidth=2, label=CLASSES[k],
                 color=style.CLASS_COLORS[k], linestyle=style.DASHES[k])  # fmt: skip
    low.axvline(p[1], color=style.PURPLE, linewidth=2.5, label="this patient")
    lower = np.mean(population < p[1])
    low.set(xlabel="predicted probability of diabetes", ylabel="patients")
    low.set_title(f"Higher than {lower:.0%} of {len(X)} patients")
    low.legend()
    return style.show(
        fig,
        alt="Predicted probability of diabetes: "
        + "; ".join(
            f"{name} (age {a:g}, BMI {b:g}, glucose {g:g}) {risk:.0%}"
            for name, (a, b, g), risk in zip(who, people, p, strict=True)
        )
        + f". This patient's is higher than that of {lower:.0%} of {len(X)} patients.",
    )
