"""Pairs of submissions that are more alike than the exercise explains.

Each answer is read as Python's tokens, names by their order of appearance (a renamed copy is a
copy), comments apart. Runs of tokens are kept by winnowing (Schleimer, Wilkerson and Aiken 2003,
"Winnowing: local algorithms for document fingerprinting"). What stands in the released text or in
the reference is taken away, and a run weighs the less the more of the class has it: what a third
of the class writes says nothing. What is left of a pair is a question, never an answer.
"""

import hashlib
import io
import keyword
import math
import tokenize
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations

RUN = 9  # tokens in a run: shorter ones are idioms
WINDOW = 5
MIN_TOKENS = 18  # of an answer, to be looked at at all
MAX_TOKENS = 5000
SHARE = 0.34  # of the class: what this many have is common
LEAST = 0.5  # of what is one's own, that two have in common
WEIGHT = 12.0  # and so much of it, in runs that nobody else has


@dataclass(frozen=True)
class Answer:
    """One learner's text of one cell, with its runs: {hash: (first line, last line)}."""

    student: str
    cell: str
    source: str
    runs: dict = field(repr=False, hash=False, compare=False)
    tokens: int = 0


@dataclass(frozen=True)
class Pair:
    """Two learners, how alike what is their own is (0 to 1), and where.

    weight : how much of it there is; a run that only these two have counts 1
    cells : {cell: share of the smaller one's own runs that both have}
    """

    first: str
    second: str
    alike: float
    weight: float
    cells: dict


@dataclass
class Similar:
    """What a class's answers have in common beyond the exercise."""

    chapter: str
    learners: int
    pairs: list
    answers: dict = field(repr=False)  # {(student, cell): Answer}
    common: set = field(default_factory=set, repr=False)


def compare(chapter, written, given):
    """A Similar.

    written : {student: {cell: source}}
    given : sources that explain likeness: the released cells, the reference's
    """
    explained = set()
    for source in given:
        explained |= set(_runs(_tokens(source), every=True))
    answers = {}
    for student, cells in written.items():
        for cell, source in cells.items():
            tokens = _tokens(source)
            if len(tokens) >= MIN_TOKENS:
                runs = {h: at for h, at in _runs(tokens).items() if h not in explained}
                answers[student, cell] = Answer(student, cell, source, runs, len(tokens))
    holders = defaultdict(set)
    for (student, cell), answer in answers.items():
        for run in answer.runs:
            holders[cell, run].add(student)
    size = len(written)
    most = max(2, math.floor(SHARE * size))
    common = {key for key, who in holders.items() if len(who) > most}
    weights = {key: _weight(len(who)) for key, who in holders.items() if key not in common}
    pairs = _pairs(answers, holders, weights)
    return Similar(chapter, size, pairs, answers, common)


def _weight(count):
    """Of a run that `count` learners have: 1 for two, less for more."""
    return 1 / (count - 1) if count > 1 else 1.0


def _pairs(answers, holders, weights):
    both = defaultdict(Counter)  # {(first, second): {cell: weight in common}}
    own = Counter()  # {(student, cell): weight}
    for key, weight in weights.items():
        cell, _ = key
        for student in holders[key]:
            own[student, cell] += weight
        if len(holders[key]) > 1:
            for pair in combinations(sorted(holders[key]), 2):
                both[pair][cell] += weight
    found = []
    for (first, second), cells in both.items():
        total = sum(cells.values())
        smaller = sum(
            min(own[first, cell], own[second, cell]) for cell in _both(own, first, second)
        )
        alike = total / smaller if smaller else 0.0
        if alike >= LEAST and total >= WEIGHT:
            shares = {
                cell: weight / min(own[first, cell], own[second, cell])
                for cell, weight in cells.items()
            }
            found.append(Pair(first, second, min(alike, 1.0), total, shares))
    return sorted(found, key=lambda pair: (-pair.weight * pair.alike, pair.first, pair.second))


def _both(own, first, second):
    return {cell for student, cell in own if student == first} & {
        cell for student, cell in own if student == second
    }


def shared_lines(similar, pair, cell):
    """(lines of the first, lines of the second) that stand in runs only a few have, from 1."""
    one = similar.answers.get((pair.first, cell))
    two = similar.answers.get((pair.second, cell))
    if one is None or two is None:
        return set(), set()
    runs = {r for r in one.runs.keys() & two.runs.keys() if (cell, r) not in similar.common}
    return _lines(one, runs), _lines(two, runs)


def _lines(answer, runs):
    return {line for run in runs for line in range(answer.runs[run][0], answer.runs[run][1] + 1)}


# Tokens


def _tokens(source):
    """[(word, line)]; names become their number in order of appearance, strings and comments go.

    Where the text is no Python, its lines' words are taken as they are.
    """
    names, found = {}, []
    skip = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in skip:
                continue
            word = token.string
            if token.type == tokenize.NAME and not keyword.iskeyword(word):
                word = f"n{names.setdefault(word, len(names))}"
            elif token.type == tokenize.STRING:
                word = "str"
            elif token.type in (tokenize.INDENT, tokenize.DEDENT):
                word = token.type == tokenize.INDENT and "{" or "}"
            found.append((word, token.start[0]))
            if len(found) >= MAX_TOKENS:
                break
    except (tokenize.TokenError, SyntaxError, IndentationError, ValueError, RecursionError):
        return [
            (word, number)
            for number, line in enumerate(source.splitlines(), 1)
            for word in line.split()
        ][:MAX_TOKENS]
    return found


def _runs(tokens, every=False):
    """{hash of a run: (first line, last line)}, names numbered anew within each run.

    A run is kept if it is the smallest of its window; with `every`, all are.
    """
    hashes = []
    for at in range(len(tokens) - RUN + 1):
        piece = tokens[at : at + RUN]
        renamed, names = [], {}
        for word, _ in piece:
            if word[0] == "n" and word[1:].isdigit():
                word = f"n{names.setdefault(word, len(names))}"
            renamed.append(word)
        hashes.append((_number(renamed), piece[0][1], piece[-1][1]))
    if every:
        return {h: (first, last) for h, first, last in hashes}
    kept = {}
    for at in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        h, first, last = min(hashes[at : at + WINDOW])
        kept.setdefault(h, (first, last))
    return kept


def _number(words):
    """A number for a run, the same in every process: Python's own hash is another each time."""
    whole = "\0".join(words).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(whole, digest_size=8).digest())


def collect(course, chapter):
    """The Similar of a graded chapter: what stands in `autograded/`, by solution cell."""
    import json

    from ..course import CourseError

    written, given, names = {}, [], course.notebooks(chapter)
    for name in names:
        source = course.source(chapter, name)["cells"]
        given += solution_sources(source).values()
        given += [_text(cell) for cell in course.release(chapter, name)["cells"]]
        before = f"{name}/" if len(names) > 1 else ""
        for student in course.students(chapter):
            path = course.path("autograded", student, chapter) / f"{name}.ipynb"
            try:
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            except (OSError, ValueError, KeyError):
                continue
            answers = written.setdefault(student, {})
            answers |= {before + cell: text for cell, text in solution_sources(cells).items()}
    if not written:
        raise CourseError(f"{chapter} has not been graded: there is nothing to compare.")
    return compare(chapter, written, given)


def solution_sources(cells):
    """{grade_id: source} of the cells a learner writes code in."""
    found = {}
    for cell in cells:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if marks.get("solution") and cell.get("cell_type") == "code":
            found[str(marks.get("grade_id"))] = _text(cell)
    return found


def _text(cell):
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
