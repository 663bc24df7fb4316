"""What a learner is told: a report, as plain text and as a card of HTML that needs no script."""

import re
from dataclasses import dataclass, field
from html import escape

# A card has the paper and ink of JupyterLab's theme, light or dark, and its own where there is
# none: on a dark page of another house it stays white. Only borders and a faint tint have color,
# because no color of text is legible on both.
_THEME = (
    "background-color:var(--jp-layout-color0,#ffffff);color:var(--jp-content-font-color0,#1f2328);"
)
RUNGS = ("What was observed", "Where to look", "A step of the derivation")


# A line may break after a hyphen: the minus of "theta = -b" would stay behind on it.
_MINUS = re.compile(r"(?:\w+ = )?(?<![\w)\]])-[A-Za-z]\w*")


def _prose(text):
    """Text for a page, with no minus torn from what it negates."""
    return _MINUS.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(text))


class CheckFailed(AssertionError):
    """A check that did not pass. Its traceback is its message; under a card, one line."""

    def __init__(self, report, under_card=False):
        super().__init__(str(report))
        self.report = report
        self.under_card = under_card

    def _render_traceback_(self):
        if self.under_card:
            return [f"CheckFailed: {self.report.exercise} is not right yet; see the card above."]
        return [f"CheckFailed: {self}"]


@dataclass(frozen=True)
class Fault:
    """One thing that went wrong, in three rungs.

    kind : the type of the error that was raised, or of the thing that stands in the wrong place
    message : Python's own words of that error
    """

    name: str
    observed: str
    look: str = ""
    derive: str = ""
    kind: str = ""
    message: str = ""


@dataclass(frozen=True)
class Report:
    """The result of one exercise.

    exercise : its name
    passed : whether everything was right
    score : share of the points earned, 0 to 1
    mistake : the name of the mistake, or None
    observed : the first thing that went wrong, with its numbers (or what passed)
    hints : three rungs: observed, where to look, the step of the derivation; empty if passed
    parts : for each returned thing, whether it was right on every case
    carried : names of the exercises whose faults alone make this one fail
    """

    exercise: str
    passed: bool
    score: float
    mistake: str | None = None
    observed: str = ""
    hints: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)
    carried: list = field(default_factory=list)

    def __str__(self):
        mark = "passed" if self.passed else "not yet"
        lines = [f"{self.exercise}: {mark}. {self.observed}"]
        if self.parts and not self.passed and any(self.parts.values()):
            right = [name for name, good in self.parts.items() if good]
            lines.append(f"  Right on every case: {', '.join(right)}.")
        lines += [f"  {title}: {hint}" for title, hint in self.folded()]
        return "\n".join(lines)

    def folded(self):
        """(title, hint) of the rungs below the headline, which is the first."""
        return list(zip(RUNGS, self.hints, strict=False))[1:]

    def html(self, points=None, unfolded=False):
        """The card.

        points : what the exercise is worth, if it is to be said
        unfolded : whether the rungs stand open, as on a page that may be printed
        """
        color, tint = ("#0f7b5f", "15,123,95") if self.passed else ("#b3541e", "179,84,30")
        word = "passed" if self.passed else "not yet"
        tally = (
            "" if points is None else f" {round(self.score * points, 2):g} of {points:g} points."
        )
        body = [
            f'<div class="bplab-card" style="{_THEME}border:1px solid {color};'
            f'border-left:6px solid {color};border-radius:4px;max-width:760px;margin:6px 0">',
            f'<div style="background-color:rgba({tint},0.08);padding:8px 14px;'
            f'overflow-wrap:anywhere">',
            f'<p style="margin:0 0 4px 0"><strong>'
            f"{'✓' if self.passed else '✗'} {escape(self.exercise)}: {word}.</strong>"
            f"{escape(tally)} {_prose(self.observed)}</p>",
        ]
        if self.parts and not self.passed and len(self.parts) > 1:
            shown = " · ".join(
                f'<span style="white-space:nowrap">{mark} {escape(str(name))}</span>'
                for name, mark in ((name, "✗✓"[good]) for name, good in self.parts.items())
            )
            body.append(f'<p style="margin:0 0 4px 0">{shown}</p>')
        for title, hint in self.folded():
            body.append(
                f'<details{" open" * unfolded} style="margin:2px 0">'
                f'<summary style="cursor:pointer">{title}</summary>'
                f'<p style="margin:2px 0 6px 18px">{_prose(hint)}</p></details>'
            )
        body.append("</div></div>")
        return "\n".join(body)

    def _repr_html_(self):
        return self.html()

    def to_dict(self):
        """Plain data, for JSON."""
        return {
            "exercise": self.exercise,
            "passed": self.passed,
            "score": self.score,
            "mistake": self.mistake,
            "observed": self.observed,
            "hints": list(self.hints),
            "parts": dict(self.parts),
            "carried": list(self.carried),
        }
