"""Automatic numbers and bullets of lists, which are no part of a paragraph's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered.

    Attributes
    ----------
    form : str
        "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "bullet" or "none"
    text : str; its pattern, as "%1.%2."
    start : int; its first number
    """

    form: str
    text: str
    start: int = 1


@dataclass
class ListNumbers:
    """Counts the items of lists, by their name in the document.

    >>> numbers = ListNumbers({"a": {0: Level("upperRoman", "%1."), 1: Level("decimal", "%2)")}})
    >>> [numbers.next("a", level) for level in (0, 1, 1, 0, 1)]
    ['I. ', '1) ', '2) ', 'II. ', '1) ']
    """

    levels: Mapping[str, Mapping[int, Level]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, name: str, depth: int, start: int | None = None) -> str:
        """Return number or bullet of the next item at a depth, with a blank; "" if it has none."""
        levels = self.levels.get(name, {})
        level = levels.get(depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "- " if depth == 0 else "+ "
        counts = self._counts.setdefault(name, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1 if start is None else start
        for deeper in [available for available in counts if available > depth]:
            del counts[deeper]
        text = level.text
        for outer in range(depth + 1):
            about = levels.get(outer, Level("decimal", ""))
            written = _written(counts.get(outer, about.start), about.form)
            text = text.replace(f"%{outer + 1}", written)
        return f"{text} " if text else ""

    def restart(self, name: str) -> None:
        """Begin the list of a name anew."""
        self._counts.pop(name, None)


def _written(count: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman"):
        written = ""
        for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
            written += letters * (count // value)
            count %= value
        return written if form == "upperRoman" else written.lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (count - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    return str(count)
