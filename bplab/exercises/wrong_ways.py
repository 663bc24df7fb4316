"""Mistakes of the exercises whose answers a judge tells apart by what the trained thing does."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wrong:
    """One kind of mistake: its hints, and functions that make it, by different roads."""

    slug: str
    observed: str
    look: str
    derive: str
    ways: list = field(default_factory=list)

    def way(self, function):
        """Decorator: a function that makes this mistake."""
        self.ways.append(function)
        return function
