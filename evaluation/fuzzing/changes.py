"""The register of changes: what a table needs for one, and who makes it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .tables import INDICES, Form, Layout, Table, Unfit, right_table

Make = Callable[[Table, random.Random], None]
EVERY_LAYOUT: tuple[Layout, ...] = (
    "total",
    "years",
    "criteria",
    "fields",
    "sub-indices",
    "parts",
    "long",
)
WIDE: tuple[Layout, ...] = EVERY_LAYOUT[:-1]
PARTS: tuple[Layout, ...] = ("criteria", "fields", "sub-indices")


@dataclass(frozen=True)
class Change:
    """A named change of a right table.

    Attributes
    ----------
    name : str
    kind : {"fault", "harmless", "none"}
    make : function that changes a table, and what is true of it
    layouts, forms, indices, ranks, years, complete : what tables it fits
    dressed : whether the table may have a usual harmless change besides
    """

    name: str
    kind: Literal["fault", "harmless", "none"]
    make: Make
    layouts: Sequence[Layout] = EVERY_LAYOUT
    forms: Sequence[Form] = ("csv", "xlsx", "pdf")
    indices: Sequence[str] = INDICES
    ranks: bool | None = None
    years: Sequence[int] | None = None
    complete: bool = False
    dressed: bool = True

    def table(self, rng: random.Random) -> Table:
        """A table with the change."""
        for _ in range(200):
            try:
                table = right_table(
                    rng,
                    layouts=self.layouts,
                    forms=self.forms,
                    indices=self.indices,
                    ranks=self.ranks,
                    years=self.years,
                    complete=self.complete,
                )
                if self.dressed and DRESSES and rng.random() < 0.3:
                    CHANGES[rng.choice(DRESSES)].make(table, rng)
                self.make(table, rng)
            except Unfit:
                continue
            return table
        raise RuntimeError(f"no table fits the change {self.name!r}")


CHANGES: dict[str, Change] = {}
#: Names of usual harmless changes that others are combined with.
DRESSES: list[str] = []


def _register(kind: Literal["fault", "harmless", "none"], make: Make, **needs: object) -> Make:
    name = make.__name__.replace("_", "-")
    assert name not in CHANGES, name
    CHANGES[name] = Change(name, kind, make, **needs)  # type: ignore[arg-type]
    return make


def fault(**needs: object) -> Callable[[Make], Make]:
    """Register a function as a fault, with what tables it fits."""
    return lambda make: _register("fault", make, **needs)


def harmless(**needs: object) -> Callable[[Make], Make]:
    """Register a function as a harmless change, with what tables it fits."""
    return lambda make: _register("harmless", make, **needs)


def unchanged(table: Table, rng: random.Random) -> None:
    """The right table itself."""


_register("none", unchanged, dressed=False)
