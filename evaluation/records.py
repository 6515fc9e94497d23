"""Records, source spans, units, deadlines and targets against the facts coded by hand.

A coded row and a record are of the same source if they stand in the same appendix and their lines
overlap most. What is found is counted by source (an item of a list, a row of a table); how one
source is cut into several measures is a judgement of the coder, printed beside as row recall and
row precision. Units, deadline and target of each coded row are compared, after normalisation, with
the record of its source that agrees most, each record used once.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from evaluation.coded import CODED, ROOT, Document, documents
from parstats.plans import Plan
from parstats.plans.fields import targets
from parstats.plans.fields.agencies import units
from parstats.plans.fields.deadlines import normalise
from parstats.plans.records import Record

BARS = {
    "recall": 0.98,
    "precision": 0.98,
    "spans": 0.95,
    "units": 0.95,
    "deadline": 0.95,
    "target": 0.95,
}
# People coded units in the words of the document, so names apart have no goal: where they
# differ, the package writes "Thanh tra" of a department out as "Thanh tra Sở".
_COLUMNS = (*BARS, "unit names", "inherited", "row recall", "row precision")
_DIRECTIONS = (">", "increase")  # "more than in 2022" is coded as an increase

Fact = dict[str, str]
Location = tuple[str, int, int]  # appendix, first line, last line


@dataclass
class Score:
    """Counts of one document."""

    document: str
    coded: int = 0
    read: int = 0
    both: int = 0
    rows_coded: int = 0
    rows_read: int = 0
    rows_both: int = 0
    right: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def shares(self) -> dict[str, float]:
        """Each measure as a share of one."""
        ratios = {
            "recall": self.both / max(self.coded, 1),
            "precision": self.both / max(self.read, 1),
            "row recall": self.rows_both / max(self.rows_coded, 1),
            "row precision": self.rows_both / max(self.rows_read, 1),
        }
        return ratios | {name: self.right[name] / self.totals[name] for name in self.totals}

    def add(self, other: Score) -> None:
        """Count another document in."""
        for name in ("coded", "read", "both", "rows_coded", "rows_read", "rows_both"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.right += other.right
        self.totals += other.totals


def facts() -> dict[str, list[Fact]]:
    """Coded rows by plan."""
    path = ROOT / "data" / "raw" / "plans" / CODED
    by_plan: dict[str, list[Fact]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_plan[row["plan"]].append(row)
    return by_plan


def score(document: str, coded: Sequence[Fact], plan: Plan) -> Score:
    """Compare the coded rows of a document with what was read from it."""
    result = Score(document, rows_coded=len(coded), rows_read=len(plan.records))
    rows: dict[Location, list[Fact]] = defaultdict(list)
    for row in coded:
        rows[row["appendix"], int(row["line_start"]), int(row["line_end"])].append(row)
    records: dict[Location, list[Record]] = defaultdict(list)
    for record in plan.records:
        span = record.span
        records[record.section.appendix, span.line_start, span.line_end].append(record)
    # Coded rows that begin on the same line are of one item, whatever part of it they quote.
    sources: dict[tuple[str, int], list[Location]] = defaultdict(list)
    for location in rows:
        sources[location[:2]].append(location)
    result.coded, result.read = len(sources), len(records)
    matched: set[Location] = set()
    for locations in sources.values():
        item_rows = [row for location in locations for row in rows[location]]
        match = _nearest(locations, records.keys() - matched)
        if match is None:
            result.totals["spans"] += len(item_rows)
            result.wrong.append(f"not found: {locations}")
            continue
        matched.add(match)
        result.both += 1
        result.rows_both += min(len(item_rows), len(records[match]))
        for location in locations:
            result.totals["spans"] += len(rows[location])
            result.right["spans"] += len(rows[location]) * (location == match)
            if location != match:
                result.wrong.append(f"span {location} read as {match}")
        _compare(result, item_rows, records[match], plan.plan_year)
    result.wrong += [f"too many: {location}" for location in sorted(records.keys() - matched)]
    return result


def _nearest(locations: Sequence[Location], candidates: Iterable[Location]) -> Location | None:
    """The record whose lines overlap those coded most."""

    def overlap(candidate: Location) -> int:
        return max(
            min(location[2], candidate[2]) - max(location[1], candidate[1]) + 1
            if location[0] == candidate[0]
            else 0
            for location in locations
        )

    best = max(candidates, key=overlap, default=None)
    return best if best is not None and overlap(best) > 0 else None


def _compare(
    result: Score, coded: Sequence[Fact], records: Sequence[Record], year: int | None
) -> None:
    remaining = list(records)
    for row in coded:
        options = remaining or [records[-1]]
        agreements = [dict(_agreement(row, record, year)) for record in options]
        best = max(range(len(options)), key=lambda index: sum(agreements[index].values()))
        if remaining:
            remaining.pop(best)
        for name, right in agreements[best].items():
            result.totals[name] += 1
            result.right[name] += right
            if not right:
                result.wrong.append(f"row {row['row']}: {name}")


def _agreement(row: Fact, record: Record, year: int | None) -> Iterator[tuple[str, bool]]:
    sides = ("lead_unit", "support_unit")
    written = [(row[side], getattr(record, side)) for side in sides]
    yield "units", all(_plain(coded) == _plain(read) for coded, read in written)
    yield (
        "unit names",
        all(_names(coded) == _names("; ".join(units(read))) for coded, read in written),
    )
    yield "deadline", normalise(row["deadline"], year) == normalise(record.deadline, year)
    yield (
        "target",
        _coded_target(row) == {_reduced(target) for target in targets.extract_from_record(record)},
    )
    coded = set(filter(None, row["inherited"].split(";")))
    yield "inherited", coded == set(record.inherited) - {"number"}


def _plain(text: str) -> str:
    """Words as written; blanks, the signs between units and the first letter are no difference."""
    return " ".join(re.split(r"[\s;,.]+", text)).strip().casefold()


def _names(text: str) -> set[str]:
    """Names parted by semicolons, as a person coded them: through no normaliser of the package."""
    return {" ".join(part.split()).casefold() for part in text.split(";") if part.strip()}


def _coded_target(row: Fact) -> set[tuple[str, float | None, bool]]:
    if not row["target_op"]:
        return set()
    value = float(row["target_value"]) if row["target_value"] else None
    return {(row["target_op"], value, value is not None and row["target_unit"] == "%")}


def _reduced(target: targets.Target) -> tuple[str, float | None, bool]:
    """Operator, value and whether it is a share; coded units are words of the coder."""
    relative = target.value is None and target.operator in _DIRECTIONS
    return "increase" if relative else target.operator, target.value, target.unit == "%"


def scores(corpus: Sequence[Document]) -> list[Score]:
    """A score for each document with coded facts."""
    coded = facts()
    return [
        score(document.name, coded[document.name], document.plan)
        for document in corpus
        if document.name in coded
    ]


def report(corpus: Sequence[Document]) -> tuple[list[str], bool]:
    """Lines to print, a document each and all together, and whether every bar is reached."""
    each = scores(corpus)
    total = Score("all")
    for document_score in each:
        total.add(document_score)
    width = max(len(document_score.document) for document_score in [*each, total])
    lines = [f"{'':{width}}  " + "  ".join(_COLUMNS)]
    for document_score in [*each, total]:
        shares = document_score.shares()
        cells = [f"{shares[name]:{len(name)}.3f}" for name in _COLUMNS]
        lines.append(f"{document_score.document:{width}}  " + "  ".join(cells))
    low = [name for name, bar in BARS.items() if total.shares()[name] < bar]
    lines.append(
        "goals: "
        + ", ".join(f"{name} {bar}" for name, bar in BARS.items())
        + (f"; MISSED: {', '.join(low)}" if low else "; all reached")
    )
    return lines, not low


def main() -> None:
    """Print the report; with --wrong, also what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list what differs")
    corpus = documents()
    print("\n".join(report(corpus)[0]))
    if parser.parse_args().wrong:
        for document_score in scores(corpus):
            print("\n".join(f"{document_score.document}: {line}" for line in document_score.wrong))


if __name__ == "__main__":
    main()
