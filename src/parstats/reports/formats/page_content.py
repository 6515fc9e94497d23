"""The parts that a report consists of, in order, for formats other than HTML."""

from __future__ import annotations

from dataclasses import dataclass

from parstats.figures.boxes import Cards
from parstats.figures.table import Table


@dataclass(frozen=True)
class Run:
    """Words of one format; `href` is the address they link to."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the page has level 1."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `verbatim` is what a cell printed, its lines kept."""

    runs: Runs
    verbatim: bool = False


@dataclass(frozen=True)
class Item:
    """An entry of a list, `depth` lists deep, from 0; `number` is None without numbers."""

    runs: Runs
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True)
class Figure:
    """A picture, its description, and its width on the page in inches, 0 if it does not say.

    `table` holds what is drawn, if it is a chart of parstats.
    """

    content: bytes
    kind: str
    alt: str
    width: float = 0.0
    table: Table | None = None


@dataclass(frozen=True)
class Box:
    """A highlighted box."""

    parts: tuple[Paragraph | Item, ...] = ()


Part = Heading | Paragraph | Item | Figure | Table | Cards | Box


def plain(runs: Runs) -> str:
    """Return the words without formatting.

    >>> plain((Run("Điểm "), Run("45,00", bold=True)))
    'Điểm 45,00'
    """
    return "".join(run.text for run in runs)
