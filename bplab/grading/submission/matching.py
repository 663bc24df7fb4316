"""Which submitted cell is which cell of the chapter, and where each answer belongs."""

from collections import Counter

from .attached import LEFT_OUT, Album
from .cells import (
    as_released,
    bare,
    defines,
    flags_differ,
    grade_id_of,
    is_sealed,
    is_solution,
    marks_of,
    starts_indented,
)
from .plan import asked_in
from .reading import Piece

MAX_OWN_CELLS = 500
MAX_OWN_TEXT = 2_000_000


_BROUGHT = "The answer to {} stood in another cell; it was put in its place."


class Matching:
    """One submission on its way into one pristine notebook."""

    def __init__(self, pristine, pieces, defined, done):
        self.cells, self.pieces, self.defined, self.done = pristine["cells"], pieces, defined, done
        self.names = asked_in(self.cells)
        self.by_grade_id = {grade_id_of(c): i for i, c in enumerate(self.cells) if grade_id_of(c)}
        self.by_id = {cell["id"]: i for i, cell in enumerate(self.cells)}
        self.by_source = {}
        for index, cell in enumerate(self.cells):
            self.by_source.setdefault((cell["cell_type"], bare(cell["source"])), index)
        self.home = [self._home(piece) for piece in pieces]
        self.anchor = self._anchors()
        self.album = self._album()
        self.candidates = {}  # index of a pristine cell -> indices of the pieces that claim it
        for i, home in enumerate(self.home):
            self.candidates.setdefault(home, []).append(i)
        self.answer = {}  # index of a pristine solution cell -> index of the piece that answers it
        self.used = set()  # pieces whose source is in the notebook already, or must not be
        self.answers = {}  # index of a pristine solution cell -> source
        self.said = {}  # sentence with a gap -> the pristine cells it is said of

    def _home(self, piece: Piece):
        """Index of the pristine cell that a piece once was, or None for the learner's own."""
        if piece.grade_id in self.by_grade_id:
            return self.by_grade_id[piece.grade_id]
        if piece.id in self.by_id:
            return self.by_id[piece.id]
        return self.by_source.get((piece.kind, bare(piece.source)))

    def _album(self):
        """The pictures in what the learner wrote, and the texts that call them by their names."""
        album = Album()
        for piece, home in zip(self.pieces, self.home, strict=True):
            if piece.pictures and (home is None or piece.source != self.cells[home]["source"]):
                piece.source = album.take(piece.source, piece.pictures)
        if album.left_out:
            self.done.note(LEFT_OUT)
        return album

    def _anchors(self):
        """Per piece, the index of the pristine cell that it follows, or -1."""
        anchors, last = [], -1
        for home in self.home:
            anchors.append(last)
            last = last if home is None else home
        return anchors

    def fill(self):
        self._choose()
        self._join_split()
        self._find_strays()
        self._find_texts()
        self._settle_the_rest()
        self._place()
        self._tell()

    # Answers

    def _solutions(self):
        cells = enumerate(self.cells)
        return [(i, cell, self.names[i]) for i, cell in cells if is_solution(cell)]

    def _choose(self):
        """Take the cell with the right id; of several, the last that defines what was asked."""
        for index, _, names in self._solutions():
            claims = self.candidates.get(index, [])
            good = [i for i in claims if not names or names & self.defined[i]]
            if good:
                self.answer[index] = good[-1]
        self._unswap()
        taken = set(self.answer.values())
        for index, _, _ in self._solutions():
            claims = [i for i in self.candidates.get(index, []) if i not in taken]
            if index not in self.answer and claims and not self._is_half(claims[-1]):
                self.answer[index] = claims[-1]
        self.used |= set(self.answer.values())

    def _unswap(self):
        """Cells whose ids were exchanged go by what they define."""
        asked = [(i, cell, names) for i, cell, names in self._solutions() if names]
        lost = [(i, cell, names) for i, cell, names in asked if i not in self.answer]
        for index, cell, names in lost:
            for other, _, theirs in lost:
                for piece in self.candidates.get(other, []) if other != index else []:
                    if names & self.defined[piece] and not theirs & self.defined[piece]:
                        self.answer[index] = piece
                        self._say(cell, "The answer to {} carried the id of another cell.")

    def _is_half(self, piece):
        return self.pieces[piece].kind == "code" and starts_indented(self.pieces[piece].source)

    def _join_split(self):
        """A cell cut in two leaves a second half that starts indented: put it back."""
        for index, cell, names in self._solutions():
            if index not in self.answer:
                self._join_backward(index, names)
            if index not in self.answer:
                continue
            parts = [self.answer[index]]
            while self._is_tail(parts[-1] + 1, index):
                parts.append(parts[-1] + 1)
            self.used |= set(parts)
            self.answers[index] = "\n".join(self.pieces[i].source for i in parts)
            if self.pieces[parts[0]].kind != cell["cell_type"]:
                self._say(cell, "The answer to {} stood in a cell of another kind; it was used.")
            if len(parts) > 1:
                self._say(cell, "The answer to {} was split into several cells; they were joined.")
            elif len(self.candidates.get(index, [])) > 1:
                self._say(cell, "There were several cells for {}; the last answer was taken.")

    def _join_backward(self, index, names):
        for tail in self.candidates.get(index, []):
            head = tail - 1
            if tail in self.used or not self._is_half(tail) or head < 0 or head in self.used:
                continue
            if names & self.defined[head]:
                self.answer[index] = head

    def _is_tail(self, piece, index):
        return (
            piece < len(self.pieces)
            and piece not in self.used
            and self.home[piece] in (None, index)
            and self._is_half(piece)
        )

    def _find_strays(self):
        """An answer whose own cell is gone or untouched may stand in another cell."""
        for index, cell, names in self._solutions():
            source = self.answers.get(index)
            untouched = source is None or bare(source) == bare(cell["source"])
            if not names or not (untouched or not names & defines(source)):
                continue
            others = [i for i, s in self.answers.items() if i != index and names <= defines(s)]
            if any(i < self._checked_at(index) for i in others):
                self._leave_to_another(index, cell, untouched)
                continue
            if others:
                self.answers[index] = self.answers[others[0]]
                self._say(cell, _BROUGHT)
                continue
            strays = [i for i in range(len(self.pieces)) if self._is_stray(i, names, cell)]
            if strays:
                self._bring_home(index, cell, strays[-1], untouched)
            elif source is None:
                self._say(cell, "No cell for {} was handed in; it counts as not answered.")

    def _find_texts(self):
        """A written answer may stand in new cells below the one that was left as it was, or in the
        place of one that is gone, with its marks and its id."""
        for index, cell, _ in self._solutions():
            source = self.answers.get(index, cell["source"])
            if cell["cell_type"] != "markdown" or bare(source) != bare(cell["source"]):
                continue
            gone = not self.candidates.get(index)
            texts = self._in_the_place_of(index) if gone else self._own_texts(index)
            if not texts:
                continue
            written = [self.pieces[i].source for i in texts]
            self.answers[index] = "\n\n".join(written if gone else [source, *written])
            self.used |= set(texts)
            if gone:
                self._say(cell, "The cell for {} was gone; the text in its place was used.")
            else:
                self._say(cell, "The answer to {} stood in a cell below it; it was used.")

    def _own_texts(self, anchor):
        """Pieces of the learner's own writing that follow a pristine cell."""
        return [
            i
            for i, piece in enumerate(self.pieces)
            if self.home[i] is None and self.anchor[i] == anchor and i not in self.used
            if piece.kind == "markdown" and piece.source.strip()
        ]

    def _in_the_place_of(self, index):
        """Own writing where a cell that is gone was; of several such cells each its own, if there
        are as many texts, else the first has them all."""
        before = max((i for i in range(index) if self.candidates.get(i)), default=-1)
        texts = self._own_texts(before)
        ahead = index + 1
        others = 0
        while ahead < len(self.cells) and not self.candidates.get(ahead):
            cell = self.cells[ahead]
            others += cell["cell_type"] == "markdown" and is_solution(cell)
            ahead += 1
        return texts[:1] if len(texts) == others + 1 else texts

    def _is_stray(self, piece, names, cell):
        if piece in self.used or not names <= self.defined[piece]:
            return False
        source, home = bare(self.pieces[piece].source), self.home[piece]
        unchanged = home is not None and source == bare(self.cells[home]["source"])
        return not unchanged and source != bare(cell["source"])

    def _bring_home(self, index, cell, stray, untouched):
        """Use an answer that stands elsewhere: where it is if it runs before its check, else here.

        One that stands between the untouched stub and the check counts as it is.
        """
        in_time = self.home[stray] is None and self.anchor[stray] < self._checked_at(index)
        if in_time and index <= self.anchor[stray] and index in self.answers:
            return
        if in_time:
            self._leave_to_another(index, cell, untouched)
            return
        self.answers[index] = self.pieces[stray].source
        self.used.add(stray)
        self._say(cell, _BROUGHT)

    def _leave_to_another(self, index, cell, untouched):
        if untouched:
            names = ", ".join(sorted(self.names[index]))
            self.answers[index] = f"# {names}: see the cell of yours that defines it"
        self._say(cell, "The answer to {} stood in another of your cells; it was used from there.")

    def _checked_at(self, index):
        """Index of the test cell that follows a solution cell."""
        for later in range(index + 1, len(self.cells)):
            marks = marks_of(self.cells[later])
            if marks.get("grade") and not marks.get("solution"):
                return later
        return len(self.cells)

    # Everything else

    def _settle_the_rest(self):
        """Say what happened to the chapter's own cells, and drop what is not the learner's."""
        for index, cell in enumerate(self.cells):
            pieces = [self.pieces[i] for i in self.candidates.get(index, [])]
            marks = marks_of(cell)
            if marks.get("grade") and not marks.get("solution"):
                self._tell_test_cell(cell, pieces)
            elif marks.get("locked") and not marks.get("solution"):
                if not all(as_released(piece, cell) for piece in pieces):
                    self._say(cell, "The read-only cell {} was edited; the original was used.")
            if any(_marked_otherwise(piece, cell) for piece in pieces):
                self._say(
                    cell, "The grading marks of cell {} are the chapter's, not those handed in."
                )
            elif marks and pieces and not any(piece.grade_id for piece in pieces):
                self._say(cell, "The grading marks of cell {} were lost; they were put back.")
        if self._was_moved():
            self.done.note("Cells of the chapter were moved; they were put back in its order.")
        answers = {bare(source) for source in self.answers.values()}
        for i, piece in enumerate(self.pieces):
            home = self.home[i]
            if i in self.used or home is None:
                continue
            if bare(piece.source) in answers or not _stays(piece, self.cells[home]):
                self.used.add(i)

    def _tell_test_cell(self, cell, pieces):
        named = [piece for piece in pieces if piece.grade_id == grade_id_of(cell)]
        same = [piece for piece in pieces if as_released(piece, cell)]
        if not pieces:
            self._say(cell, "The test cell {} was not handed in; the chapter's was used.")
        elif len(named) > 1:
            self._say(cell, "The test cell {} was there more than once; the original was used.")
        elif not same:
            self._say(cell, "The test cell {} was edited; the original was used.")
        elif all(piece.kind != cell["cell_type"] for piece in same):
            self._say(cell, "The test cell {} was no cell of code any more; the original was used.")

    def _was_moved(self):
        """Whether cells that are surely the chapter's come in another order than there."""
        places = [self._surely(i) for i in range(len(self.pieces))]
        times = Counter(place for place in places if place is not None)
        once = [place for place in times if times[place] == 1]
        return once != sorted(once)

    def _surely(self, piece):
        """Index of the pristine cell that a piece is by its text, too, not only by its id."""
        home, source = self.home[piece], bare(self.pieces[piece].source)
        if home is not None:
            cell = self.cells[home]
            if source == bare(cell["source"]) or self.names[home] & self.defined[piece]:
                return home
        return self.by_source.get((self.pieces[piece].kind, source))

    def _place(self):
        """Write the answers in and put the learner's own cells after the cell they followed."""
        for index, source in self.answers.items():
            self.cells[index]["source"] = source
            self.album.put(self.cells[index])
        before, after, taken = {}, {}, {cell["id"] for cell in self.cells}
        own, text = 0, 0
        for i, piece in enumerate(self.pieces):
            if i in self.used or not piece.source.strip():
                continue
            own, text = own + 1, text + len(piece.source)
            if own > MAX_OWN_CELLS or text > MAX_OWN_TEXT:
                self.done.note(
                    "So many cells were added that only the first were kept "
                    f"({MAX_OWN_CELLS} cells, {MAX_OWN_TEXT // 1_000_000} million letters)."
                )
                break
            anchor = self.anchor[i] if self.home[i] is None else self.home[i]
            # What stood above the answer that counts must not end up below it.
            side = before if i < self.answer.get(anchor, -1) else after
            side.setdefault(anchor, []).append(_own_cell(piece, own, taken))
            self.album.put(side[anchor][-1])
        cells = after.get(-1, [])
        for index, cell in enumerate(self.cells):
            cells += [*before.get(index, []), cell, *after.get(index, [])]
        self.cells[:] = cells

    def _say(self, cell, sentence):
        self.said.setdefault(sentence, []).append(cell)

    def _tell(self):
        """Note what was said: at the cell it concerns, and of many cells in one sentence."""
        for sentence, cells in self.said.items():
            first, *rest = dict.fromkeys(grade_id_of(cell) or cell["id"] for cell in cells)
            more = f" The same goes for {', '.join(rest)}." if rest else ""
            summary = sentence.format(first) + more
            self.done.note(summary)
            if all(is_solution(cell) for cell in cells):
                self.done.at_cells.add(summary)
                for name in (first, *rest):
                    self.done.about.setdefault(name, []).append(sentence.format(name))


def _marked_otherwise(piece, cell):
    """Whether a piece has other marks than the chapter's, and than it was released with."""
    if not flags_differ(piece.marks, marks_of(cell)):
        return False
    return not is_sealed(piece) and not is_sealed(piece, released=cell["source"])


def _stays(piece, cell):
    """Whether what was once a cell of the chapter is kept as the learner's own.

    An ordinary cell that was rewritten may define what the answers need, so it is. Test cells,
    read-only cells, and cells that grading leaves out are the chapter's.
    """
    marks = marks_of(cell)
    if bare(piece.source) == bare(cell["source"]):
        return False
    if "explore" in cell["metadata"].get("tags", []):
        return False
    return bool(marks.get("solution")) or not any(marks.get(k) for k in ("grade", "locked", "task"))


def _own_cell(piece, number, taken):
    kind = piece.kind if piece.kind in ("code", "markdown") else "markdown"
    name = f"own-{number}"
    while name in taken:
        name += "x"
    taken.add(name)
    cell = {"cell_type": kind, "id": name, "metadata": {"bplab": {"own": True}}}
    cell["source"] = piece.source
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell
