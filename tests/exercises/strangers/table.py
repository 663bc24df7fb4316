"""Strangers' answers: written from the course's table of exercises alone, exams unread.

`wrong` and `right` enter a function or a class in the table, with the exercise it answers and
one line on what it does. `kind` of a wrong one: "one" mistake, "two" of them, or it "raises".
"""

from dataclasses import dataclass


@dataclass
class Stranger:
    exercise: str
    answer: object
    right: bool
    note: str
    kind: str = "one"

    @property
    def chapter_file(self):
        return self.answer.__module__.rsplit(".", 1)[-1]


STRANGERS = []


def wrong(exercise, note, kind="one"):
    def enter(answer):
        STRANGERS.append(Stranger(exercise, answer, False, note, kind))
        return answer

    return enter


def right(exercise, note):
    def enter(answer):
        STRANGERS.append(Stranger(exercise, answer, True, note))
        return answer

    return enter
