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
_SHOWN = (*BARS, "inherited", "row recall", "row precision")
_DIRECTIONS = (">", "increase")  # "more than in 2022" is coded as an increase

Fact = dict[str, str]
Place = tuple[str, int, int]  # appendix, first line, last line


@dataclass
class Score:
    """Counts of one document."""

    document: str
    coded: int = 0
    found: int = 0
    both: int = 0
    rows_coded: int = 0
    rows_found: int = 0
    rows_both: int = 0
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def shares(self) -> dict[str, float]:
        """Each measure as a share of one."""
        own = {
            "recall": self.both / max(self.coded, 1),
            "precision": self.both / max(self.found, 1),
            "row recall": self.rows_both / max(self.rows_coded, 1),
            "row precision": self.rows_both / max(self.rows_found, 1),
        }
        return own | {name: self.right[name] / self.of[name] for name in self.of}

    def add(self, other: Score) -> None:
        """Count another document in."""
        for name in ("coded", "found", "both", "rows_coded", "rows_found", "rows_both"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.right += other.right
        self.of += other.of


def facts() -> dict[str, list[Fact]]:
    """Coded rows by plan."""
    path = ROOT / "data" / "raw" / "plans" / CODED
    found: dict[str, list[Fact]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["plan"]].append(row)
    return found


def score(document: str, coded: Sequence[Fact], plan: Plan) -> Score:
    """Compare the coded rows of a document with what was read from it."""
    result = Score(document, rows_coded=len(coded), rows_found=len(plan.records))
    rows: dict[Place, list[Fact]] = defaultdict(list)
    for row in coded:
        rows[row["appendix"], int(row["line_start"]), int(row["line_end"])].append(row)
    records: dict[Place, list[Record]] = defaultdict(list)
    for record in plan.records:
        span = record.span
        records[record.section.appendix, span.line_start, span.line_end].append(record)
    # Coded rows that begin on the same line are of one item, whatever part of it they quote.
    sources: dict[tuple[str, int], list[Place]] = defaultdict(list)
    for place in rows:
        sources[place[:2]].append(place)
    result.coded, result.found = len(sources), len(records)
    taken: set[Place] = set()
    for places in sources.values():
        own = [row for place in places for row in rows[place]]
        match = _nearest(places, records.keys() - taken)
        if match is None:
            result.of["spans"] += len(own)
            result.wrong.append(f"not found: {places}")
            continue
        taken.add(match)
        result.both += 1
        result.rows_both += min(len(own), len(records[match]))
        for place in places:
            result.of["spans"] += len(rows[place])
            result.right["spans"] += len(rows[place]) * (place == match)
            if place != match:
                result.wrong.append(f"span {place} read as {match}")
        _compare(result, own, records[match], plan.plan_year)
    result.wrong += [f"too many: {place}" for place in sorted(records.keys() - taken)]
    return result


def _nearest(places: Sequence[Place], candidates: Iterable[Place]) -> Place | None:
    """The record whose lines overlap those coded most."""

    def overlap(found: Place) -> int:
        return max(
            min(one[2], found[2]) - max(one[1], found[1]) + 1 if one[0] == found[0] else 0
            for one in places
        )

    best = max(candidates, key=overlap, default=None)
    return best if best is not None and overlap(best) > 0 else None


def _compare(
    result: Score, coded: Sequence[Fact], found: Sequence[Record], year: int | None
) -> None:
    left = list(found)
    for row in coded:
        options = left or [found[-1]]
        agreements = [dict(_agreement(row, record, year)) for record in options]
        best = max(range(len(options)), key=lambda place: sum(agreements[place].values()))
        if left:
            left.pop(best)
        for name, right in agreements[best].items():
            result.of[name] += 1
            result.right[name] += right
            if not right:
                result.wrong.append(f"row {row['row']}: {name}")


def _agreement(row: Fact, record: Record, year: int | None) -> Iterator[tuple[str, bool]]:
    lead = set(units(row["lead_unit"])) == set(units(record.lead_unit))
    support = set(units(row["support_unit"])) == set(units(record.support_unit))
    yield "units", lead and support
    yield "deadline", normalise(row["deadline"], year) == normalise(record.deadline, year)
    yield "target", _coded_target(row) == {_reduced(one) for one in targets.of_record(record)}
    coded = set(filter(None, row["inherited"].split(";")))
    yield "inherited", coded == set(record.inherited) - {"number"}


def _coded_target(row: Fact) -> set[tuple[str, float | None, bool]]:
    if not row["target_op"]:
        return set()
    value = float(row["target_value"]) if row["target_value"] else None
    return {(row["target_op"], value, value is not None and row["target_unit"] == "%")}


def _reduced(target: targets.Target) -> tuple[str, float | None, bool]:
    """Operator, value and whether it is a share; coded units are words of the coder."""
    relative = target.value is None and target.operator in _DIRECTIONS
    return "increase" if relative else target.operator, target.value, target.unit == "%"


def scores(found: Sequence[Document]) -> list[Score]:
    """A score for each document with coded facts."""
    coded = facts()
    return [score(one.name, coded[one.name], one.plan) for one in found if one.name in coded]


def report(found: Sequence[Document]) -> tuple[list[str], bool]:
    """Lines to print, a document each and all together, and whether every bar is reached."""
    each = scores(found)
    total = Score("all")
    for one in each:
        total.add(one)
    width = max(len(one.document) for one in [*each, total])
    lines = [f"{'':{width}}  " + "  ".join(_SHOWN)]
    for one in [*each, total]:
        shares = one.shares()
        cells = [f"{shares[name]:{len(name)}.3f}" for name in _SHOWN]
        lines.append(f"{one.document:{width}}  " + "  ".join(cells))
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
    found = documents()
    print("\n".join(report(found)[0]))
    if parser.parse_args().wrong:
        for one in scores(found):
            print("\n".join(f"{one.document}: {line}" for line in one.wrong))


if __name__ == "__main__":
    main()
