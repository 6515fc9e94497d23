"""Reference tables of the package: provinces, indices and their frameworks, breaks, labels.

They are CSV files beside this module, readable in a spreadsheet. Everything is text here; the
modules that own a table (`parstats.reference.provinces`, `parstats.reference.frameworks`,
`parstats.reference.labels`) give its columns their types.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

NAMES = (
    "abbreviations",
    "aliases",
    "breaks",
    "criterion_synonyms",
    "gaps",
    "grades",
    "indices",
    "labels",
    "link_confidence",
    "measure_groups",
    "measure_model",
    "measure_types",
    "mergers",
    "offices",
    "plan_words",
    "provinces",
    "public_data",
    "unit_names",
    "units",
)


def framework_slugs() -> tuple[str, ...]:
    """Return the indices that have a file in ``frameworks/``, by the name of the file.

    >>> "papi" in framework_slugs()
    True
    """
    folder = resources.files(__package__).joinpath("frameworks")
    return tuple(sorted(entry.name.removesuffix(".csv") for entry in folder.iterdir()))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a reference table, as text.

    `name` is one of `NAMES`, or a table in a folder, as "frameworks/papi". The dicts, by column
    name, are shared between callers: do not change them.

    >>> rows("provinces")[0]["name_vi"]
    'Hà Nội'
    """
    path = resources.files(__package__).joinpath(f"{name}.csv")
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
