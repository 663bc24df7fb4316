"""The table of attacks, and what an attack is.

An attack is a small function. One without arguments is learner's code: its body becomes a cell of
its own near the top of an untouched notebook. One with an argument is given the classroom and
returns the notebook (a dict, or the bytes of the file), or hands something in itself.
"""

import inspect
import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

FAMILIES = (
    "verdict forging",
    "answer theft",
    "tampering",
    "notebook",
    "resource",
    "exfiltration",
    "stored script",
    "cost of marking",
    "cost of cleaning",
    "hidden memory",
    "follow-through",
    "view",
    "forged file",
    "name",
    "metadata",
    "cost of reading",
    "processes",
    "time",
)


@dataclass
class Attack:
    """One hostile submission, and what it must end with.

    points: what is honest in it earns. ends: names of the faults that may be recorded, if one
    must be. told: words that must stand in the comments. ran: its cell must be seen to have run.
    status: what the grader says it did with it. exam: whether it is handed in to the class whose
    chapter is called after no chapter and mixes several.
    """

    name: str
    family: str
    build: Callable
    points: float = 0.0
    ends: tuple[str, ...] = ()
    told: str = ""
    ran: bool = False
    status: str = "graded"
    exam: bool = False
    details: dict = field(default_factory=dict)

    @property
    def mark(self):
        """What its processes carry in their names: short, and of this test run."""
        return f"a{ATTACKS.index(self):03}x{os.getpid() % 100_000}"


ATTACKS: list[Attack] = []


def attack(
    family, points=0.0, ends=(), told="", student=None, status="graded", ran=None, exam=False
):
    """Decorator: put an attack into the table."""

    def register(function):
        is_code = not inspect.signature(function).parameters
        found = Attack(
            student or function.__name__.replace("_", "-"),
            family,
            function,
            points,
            (ends,) if isinstance(ends, str) else tuple(ends),
            told,
            is_code if ran is None else ran,
            status,
            exam,
        )
        assert family in FAMILIES and found.name not in {a.name for a in ATTACKS}
        ATTACKS.append(found)
        return function

    return register


def key_of(attack):
    """The name by which the grader speaks of the learner."""
    return ascii(attack.name) if attack.status == "failed" else attack.name


def hand_in(attack, room):
    """Let the attack hand in what it has."""
    if inspect.signature(attack.build).parameters:
        content = attack.build(room)
    else:
        content = room.with_code(body(attack.build))
    if isinstance(content, dict):
        for cell in content.get("cells", []):
            if isinstance(cell.get("source"), str):
                cell["source"] = fill(cell["source"], attack, room)
    if content is not None:
        room.hand_in(attack.name, content)


def body(function):
    """Source of a function's body, as a cell. It says first that it runs."""
    lines = textwrap.dedent(inspect.getsource(function)).split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("def ")) + 1
    while not lines[start - 1].rstrip().endswith(":"):
        start += 1
    return "print('armed', flush=True)\n" + textwrap.dedent("\n".join(lines[start:])).strip()


def fill(source, attack, room):
    """What a well-informed attacker knows: the grader's folders. And the mark of the test."""
    for word, meant in (("ROOT", room.root), ("HOME", room.home), ("MARK", attack.mark)):
        source = source.replace(f"@{word}@", str(meant))
    return source
