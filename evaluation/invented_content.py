"""What an invented plan says, from the tables of its author and from the package's reader.

Both sides are put into the same form, `Content`, without passing through a normaliser of the
package: what the author wrote is compared as it is.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import parstats as ps
from parstats.documents.file_forms import PLAN
from parstats.errors import InvalidData
from parstats.plans.fields import targets

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan

FOLDER = Path(__file__).parent / "invented_plans"
#: Facts of a plan, in the order they are printed.
FACTS = (
    "province",
    "issuer",
    "issuer_level",
    "number",
    "date",
    "plan_year",
    "until_year",
    "baseline_year",
    "indices",
)
#: Cells of a measure beside its words, and where a record has them. A column of the reader's table
#: called as the author's ("lead_as_written") stands before the record.
CELLS = {
    "lead": "lead_unit",
    "support": "support_unit",
    "deadline": "deadline",
    "target": "target",
    "result": "product",
}
#: Indices of the ministry and of the survey: a department's or district's own index is none.
OFFICIAL = frozenset({"PAPI", "SIPAS", "PAR INDEX"})
_COMMITTEE = "Ủy ban nhân dân"
#: Columns of the author's shortcomings that the reader's table has to have.
SHORTCOMING_CELLS = ("criterion_as_written", "achieved", "threshold", "cause_as_written")

Target = tuple[str, float, str]  # operator, value, unit


@dataclass(frozen=True)
class Measure:
    """A measure as written, and what it means.

    Attributes
    ----------
    text : str
        Its words; of the reader the column "text" of its table.
    criterion : str
        Its criterion as written, else the heading above it.
    cells : mapping of str to str
        Each of `CELLS` as written, "" where there is none. Not in it: the target of a measure that
        has one in its sentence only.
    lead, support : frozenset of str
        Names of units.
    deadline_end : str
        Last day, ISO.
    targets : tuple of (str, float, str)
        Operators, values and units.
    types, series : frozenset of str
        Types of measure, and series of the criterion.
    series_by_measure : frozenset of str
        Series that the measure by itself belongs to.
    index : str
        The index it is for.
    place : hashable
        Where it stands: what the reader makes of one place may be joined.
    confidence : float
        Of the reader: how sure its link is.
    """

    text: str
    criterion: str
    cells: Mapping[str, str]
    lead: frozenset[str]
    support: frozenset[str]
    deadline_end: str
    targets: tuple[Target, ...]
    types: frozenset[str]
    series: frozenset[str]
    series_by_measure: frozenset[str]
    index: str
    place: Hashable = None
    confidence: float = 0.0


@dataclass(frozen=True)
class Content:
    """What a document says.

    Attributes
    ----------
    document : str
        Name of the file.
    facts : mapping of str to str
        Each of `FACTS`; empty where the document was not read.
    measures : tuple of Measure
        In their order.
    shortcomings : tuple of tuple of str, or None
        Each of `SHORTCOMING_CELLS`, in their order; None where the document was not read.
    notes : tuple of str
        What the reader says a person should look at about the whole plan.
    error : str
        Why it was not read.
    supported : bool
        Whether the reader takes files of its form.
    """

    document: str
    facts: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    shortcomings: tuple[tuple[str, ...], ...] | None = None
    notes: tuple[str, ...] = ()
    error: str = ""
    supported: bool = True


def truths() -> list[Content]:
    """What the author's tables say of each document."""
    series = {row["id"]: row["series"] for row in _rows("series")}
    measures: dict[str, list[Measure]] = defaultdict(list)
    for row in _rows("measures"):
        measures[row["file"]].append(_true_measure(row, series))
    shortcomings: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in _rows("shortcomings"):
        shortcomings[row["file"]].append(tuple(row[name] for name in SHORTCOMING_CELLS))
    return [
        Content(
            row["file"],
            _true_facts(row),
            tuple(measures[row["file"]]),
            tuple(shortcomings[row["file"]]),
        )
        for row in _rows("plans")
    ]


def read(path: Path) -> Content:
    """What the package reads in a document; its message where it refuses it."""
    supported = path.suffix.lower() in PLAN.forms
    try:
        plan = ps.plans.read(path)
    except InvalidData as error:
        message = str(error).split("\n", 1)[-1].rpartition(f"{path.name}: ")[2]
        return Content(path.name, error=message, supported=supported)
    tables = ps.plans.tabulate(plan)
    return Content(
        path.name,
        _read_facts(tables.plans.iloc[0].to_dict()),
        _read_measures(plan, tables.measures),
        _read_shortcomings(plan),
        tuple(note.as_text("en") for note in plan.notes),
    )


def spaced(text: str) -> str:
    """A text with single blanks and the short name of people's committees.

    Examples
    --------
    >>> spaced("Ủy ban nhân dân  tỉnh")
    'UBND tỉnh'
    """
    return " ".join(text.split()).replace(_COMMITTEE, "UBND")


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _names(text: str) -> frozenset[str]:
    """Names of units; capitals are no difference."""
    return frozenset(spaced(part).casefold() for part in _parted(text))


def _unit(text: str) -> str:
    return spaced(text).casefold()


def _true_facts(row: Mapping[str, str]) -> dict[str, str]:
    return {
        **{name: row[name] for name in FACTS if name in row},
        "province": row["province"].split()[0],
        "issuer": spaced(row["unit"]),
        "until_year": row["until_year"] or row["plan_year"],
        "indices": ";".join(sorted(_parted(row["indices"]))),
    }


def _true_measure(row: Mapping[str, str], series: Mapping[str, str]) -> Measure:
    cells = {name: row[f"{name}_as_written"] for name in CELLS}
    around = (spaced(row["measure"]), spaced(row["result_as_written"]))
    if cells["target"] and any(spaced(cells["target"]) in text for text in around):
        del cells["target"]
    numbers = zip(
        _parted(row["target_op"]),
        _parted(row["target_value"]),
        _parted(row["target_unit"]),
        strict=True,
    )
    return Measure(
        text=row["measure"],
        criterion=row["criterion_as_written"],
        cells=cells,
        lead=_names(row["lead"]),
        support=_names(row["support"]),
        deadline_end=row["deadline_end"],
        targets=tuple((op, float(value), _unit(unit)) for op, value, unit in numbers),
        types=frozenset(_parted(row["measure_types"])),
        series=frozenset(series[name] for name in _parted(row["series"])),
        series_by_measure=frozenset(series[name] for name in _parted(row["series_by_measure"])),
        index=row["index"],
        place=(row["file"], row["order"]),
    )


def _read_facts(row: Mapping[str, Any]) -> dict[str, str]:
    import pandas as pd

    def year(name: str) -> str:
        return "" if pd.isna(row[name]) else str(int(row[name]))

    return {
        "province": row["province"],
        "issuer": spaced(row["agency"]),
        "issuer_level": row["agency_level"],
        "number": row["number"],
        "date": row["date"],
        "plan_year": year("plan_year"),
        "until_year": year("until_year"),
        "baseline_year": year("baseline_year"),
        "indices": ";".join(sorted(_parted(row["indices"]))),
    }


def _read_measures(plan: Plan, table: pd.DataFrame) -> tuple[Measure, ...]:
    measures = []
    for record, row in zip(plan.records, table.to_dict("records"), strict=True):
        series = frozenset(_parted(row["series"]))
        measures.append(
            Measure(
                text=row["text"],
                criterion=record.criterion or "".join(record.section.headings[-1:]),
                cells={
                    name: str(row.get(f"{name}_as_written", getattr(record, part)))
                    for name, part in CELLS.items()
                },
                lead=_names(row["lead_unit"]),
                support=_names(row["support_unit"]),
                deadline_end=row["deadline_end"],
                targets=tuple(
                    (
                        aim.operator,
                        float("nan") if aim.value is None else aim.value,
                        _unit(aim.unit),
                    )
                    for aim in targets.extract_from_record(record)
                ),
                types=frozenset(_parted(row["measure_type"])),
                series=series,
                series_by_measure=series,
                index=row["index"],
                place=(record.section.appendix, record.span.line_start, record.span.line_end),
                confidence=float(row["confidence"]),
            )
        )
    return tuple(measures)


def _read_shortcomings(plan: Plan) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (case.criterion, case.achieved, case.threshold, case.cause) for case in plan.shortcomings
    )
