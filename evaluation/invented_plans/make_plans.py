"""Make the invented plans and the tables of what they say from one text each.

    python evaluation/invented_plans/make_plans.py            # all
    python evaluation/invented_plans/make_plans.py 04 17      # these documents, and all tables

Each file in ``sources`` is one plan: facts above the line ``---``, then one line a piece of the
document. The document and its truth come from the same line, so they cannot differ. README.md
tells the marks. Needs LibreOffice (``soffice``), ``pdftotext`` and the font Tinos (Debian:
fonts-croscore) for the forms PDF, XLS, ODS, ODT and for text copied from a PDF.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# These two stand beside this script, which is run by its path.
import plan_readings  # noqa: E402
import plan_writers  # noqa: E402

MEASURE_COLUMNS = [
    "file",
    "order",
    "index",
    "criterion_as_written",
    "series",
    "series_by_measure",
    "measure",
    "lead_as_written",
    "lead",
    "support_as_written",
    "support",
    "deadline_as_written",
    "deadline_end",
    "deadline_rule",
    "target_as_written",
    "target_op",
    "target_value",
    "target_unit",
    "result_as_written",
    "measure_types",
]
SHORTCOMING_COLUMNS = [
    "file",
    "order",
    "criterion_as_written",
    "achieved",
    "threshold",
    "cause_as_written",
    "has_measure",
    "shortcoming_as_written",
]
PLAN_COLUMNS = [
    "file",
    "province",
    "unit",
    "issuer_level",
    "number",
    "date",
    "plan_year",
    "until_year",
    "baseline_year",
    "indices",
    "n_measures",
    "layout",
]
FIELD_OF_ROLE = {
    "c": "criterion_as_written",
    "m": "measure",
    "l": "lead_as_written",
    "s": "support_as_written",
    "d": "deadline_as_written",
    "t": "target_as_written",
    "tw": "target_as_written",
    "r": "result_as_written",
}
SHORTCOMING_ROLES = {
    "c": "criterion_as_written",
    "a": "achieved",
    "h": "threshold",
    "x": "cause_as_written",
    "q": "shortcoming_as_written",
}


@dataclass
class Plan:
    """One plan: its facts, the pieces of its document, and what it says."""

    facts: dict[str, str]
    blocks: list[tuple] = field(default_factory=list)
    measures: list[dict[str, str]] = field(default_factory=list)
    shortcomings: list[dict[str, str]] = field(default_factory=list)
    index: str = ""
    criterion: str = ""
    series: str = ""
    standing: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    above: dict[str, str] = field(default_factory=dict)


def newlines(text: str) -> str:
    """Give the text of a cell with its paragraphs on lines of their own."""
    return text.replace(" // ", "\n")


def keyed(text: str) -> dict[str, str]:
    """Read ``l=Sở Nội vụ | d=Quý I`` into fields of a measure."""
    named = (part.split("=", 1) for part in text.split(" | ") if "=" in part)
    return {key.strip(): value.strip() for key, value in named}


def add_measure(plan: Plan, said: dict[str, str], note: str) -> None:
    """Keep one measure: ``note`` is ``series # types # targets # further fields``.

    The series is that of the cell with the criterion; below a heading it is what the measure alone
    would be filed under, and the heading has its own.
    """
    series, types, targets, further = (
        [part.strip() for part in re.split(r"(?:^|\s)#(?=\s|$)", note.strip())] + [""] * 4
    )[:4]
    row = dict.fromkeys(MEASURE_COLUMNS, "")
    row.update(index=plan.index, criterion_as_written=plan.criterion, file=plan.facts["file"])
    row.update({FIELD_OF_ROLE[key]: value for key, value in plan.standing.items()})
    row.update({key: value for key, value in said.items() if value or key == "measure"})
    marks = keyed(further)
    by_measure = series or plan.series
    named = marks.get("of") or (by_measure if "criterion_as_written" in said else plan.series)
    row.update(
        series=named.strip("-"), series_by_measure=by_measure.strip("-"), measure_types=types
    )
    row.update({FIELD_OF_ROLE[key]: value for key, value in marks.items() if key in FIELD_OF_ROLE})
    row["order"] = str(len(plan.measures) + 1)
    row["index"] = marks.get("index", row["index"])
    row["lead"] = marks.get("lead") or plan_readings.units(row["lead_as_written"])
    row["support"] = marks.get("support") or plan_readings.units(row["support_as_written"])
    end, rule = plan_readings.deadline(row["deadline_as_written"], plan.facts["plan_year"])
    row["deadline_end"], row["deadline_rule"] = marks.get("end", end), marks.get("rule", rule)
    row["target_op"], row["target_value"], row["target_unit"] = plan_readings.targets(targets)
    plan.measures.append(row)


def add_shortcoming(plan: Plan, said: dict[str, str], has_measure: str) -> None:
    """Keep one shortcoming the document names."""
    row = dict.fromkeys(SHORTCOMING_COLUMNS, "")
    row.update(said, file=plan.facts["file"], order=str(len(plan.shortcomings) + 1))
    row["has_measure"] = {"yes": "true", "no": "false"}[has_measure.strip()]
    plan.shortcomings.append(row)


def prose_measure(plan: Plan, text: str) -> str:
    """Read ``number || sentence || rest ## note``; give the words as printed."""
    printed, _, note = text.partition(" ## ")
    parts = [part.strip() for part in printed.split("||")]
    before, said, after = (["", *parts, ""] if len(parts) == 1 else [*parts, ""])[:3]
    add_measure(plan, {"measure": said}, note)
    return " ".join(part for part in (before, said, after) if part)


def prose_shortcoming(plan: Plan, text: str) -> str:
    """Read ``sentence ## criterion | achieved | threshold | cause | yes``; give the sentence."""
    printed, _, note = text.partition(" ## ")
    parts = [part.strip() for part in note.split("|")]
    if len(parts) != 5:
        raise SystemExit(f"{plan.facts['file']}: five parts expected in {note!r}")
    said = dict(
        zip(
            ("criterion_as_written", "achieved", "threshold", "cause_as_written"),
            parts,
            strict=False,
        )
    )
    add_shortcoming(
        plan, said | {"shortcoming_as_written": plan_readings.unnumbered(printed)}, parts[4]
    )
    return printed


def table_row(plan: Plan, text: str) -> None:
    """Read one row; ``^`` is a cell merged with the one above, `` >> `` a cut at a page's end."""
    printed, _, note = text.partition("##")
    cells = [newlines(cell.strip()) for cell in printed.split("|")]
    if len(cells) != len(plan.roles):
        raise SystemExit(
            f"{plan.facts['file']}: {len(cells)} cells, not {len(plan.roles)}: {text[:90]}"
        )
    plan.blocks[-1][2].append([None if cell == "^" else cell for cell in cells])
    whole = {role: cell.replace(" >> ", " ") for role, cell in zip(plan.roles, cells, strict=True)}
    said = {role: plan.above.get(role, "") if cell == "^" else cell for role, cell in whole.items()}
    plan.above = said
    if not note.strip():
        return
    measure_note, _, has_measure = note.partition(" ## ")
    if said.get("m"):
        add_measure(
            plan,
            {FIELD_OF_ROLE[role]: said[role] for role in said if role in FIELD_OF_ROLE},
            measure_note,
        )
    if has_measure.strip():
        add_shortcoming(
            plan,
            {SHORTCOMING_ROLES[role]: said[role] for role in said if role in SHORTCOMING_ROLES},
            has_measure,
        )


def open_table(plan: Plan, text: str) -> None:
    """Begin a table: ``c=Tiêu chí@25 | m=Giải pháp@40`` is role, header as printed, width."""
    roles, headers, widths = [], [], []
    for column in text.split(" | "):
        role, header, width = re.fullmatch(r"(\w+)=(.*)@(\d+)", column.strip()).groups()
        roles.append(role)
        headers.append(newlines(header))
        widths.append(int(width))
    plan.roles, plan.above = roles, {}
    plan.blocks.append(("table", (headers, widths), []))


def set_criterion(plan: Plan, text: str) -> str:
    """Take ``number || name # series`` as criterion of what follows; give the printed words."""
    printed, _, plan.series = text.partition(" # ")
    before, _, name = printed.partition("||")
    plan.criterion = (name or before).strip()
    return f"{before.strip()} {name.strip()}" if name else before.strip()


STYLE_OF_MARK = {
    "H": "heading",
    "C": "centre",
    "P": "",
    "B": "bullet",
    "I": "italic",
    "BOX": "box",
    "FRAME": "frame",
}
STYLE_OF_MEASURE = {"M": "", "BM": "bullet", "BOXM": "box", "HM": "heading"}
STYLE_OF_SHORTCOMING = {"Q": "", "QB": "bullet"}


def set_index(plan: Plan, text: str) -> None:
    """Take the index of what follows."""
    plan.index = text


def set_standing(plan: Plan, text: str) -> None:
    """Take units and deadline that hold for all measures below, until the next such line."""
    plan.standing = keyed(text)


def headed_criterion(plan: Plan, text: str) -> None:
    """Print a heading that names the criterion of what follows."""
    plan.blocks.append(("heading", set_criterion(plan, text)))


def measure_in_paragraph(plan: Plan, text: str) -> None:
    """Add a measure to the paragraph before."""
    style, said = plan.blocks[-1]
    plan.blocks[-1] = (style, f"{said} {prose_measure(plan, text)}")


def criterion_row(plan: Plan, text: str) -> None:
    """Add a row over all columns that names the criterion of the rows below."""
    plan.blocks[-1][2].append(set_criterion(plan, text))
    plan.above = {}


def unit_row(plan: Plan, text: str) -> None:
    """Add a row over all columns that names the unit which leads all rows below."""
    plan.standing = {"l": text.partition("||")[2].strip() or text}
    plan.blocks[-1][2].append(" ".join(text.replace("||", " ").split()))


READER_OF_MARK = {
    "X": set_index,
    "D": set_standing,
    "K": set_criterion,
    "HK": headed_criterion,
    "J": measure_in_paragraph,
    "T": open_table,
    "R": table_row,
    "G": criterion_row,
    "GU": unit_row,
}


def take_line(plan: Plan, mark: str, text: str) -> None:
    """Put one line of the source into the document and into its truth."""
    if mark in READER_OF_MARK:
        READER_OF_MARK[mark](plan, text)
    elif mark in STYLE_OF_MEASURE:
        plan.blocks.append((STYLE_OF_MEASURE[mark], prose_measure(plan, text)))
    elif mark in STYLE_OF_SHORTCOMING:
        plan.blocks.append((STYLE_OF_SHORTCOMING[mark], prose_shortcoming(plan, text)))
    elif mark in ("PB", "SHEET", "COLS", "SP"):
        plan.blocks.append((mark.lower(), text))
    elif mark in STYLE_OF_MARK:
        plan.blocks += [(STYLE_OF_MARK[mark], part) for part in text.split(" // ")]
    else:
        raise SystemExit(f"{plan.facts['file']}: no such mark: {mark} {text[:60]}")


def read_source(path: Path) -> Plan:
    """Read one source file."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    plan = Plan(
        {
            key.strip(): value.strip()
            for key, value in (line.split(":", 1) for line in head.splitlines() if line)
        }
    )
    for line in body.splitlines():
        if line.strip():
            mark, _, text = line.strip().partition(" ")
            take_line(plan, mark, text.strip())
    return plan


def check_words(plan: Plan) -> None:
    """Refuse a truth whose words are not in the document."""
    text = " ".join(plan_writers.words_of(plan.blocks)).replace(" >> ", " ")
    text = " ".join(text.split())
    for row in plan.measures:
        if row["target_op"] and not row["target_as_written"]:
            print(f"{row['file']} {row['order']}: a target without its words")
    for row in plan.measures + plan.shortcomings:
        for name in row:
            words = " ".join(row[name].split())
            printed = name.endswith("as_written") or name in ("measure", "achieved", "threshold")
            if printed and words not in text:
                print(f"{row['file']} {row['order']} {name}: not in the document: {words}")


def plan_row(plan: Plan) -> dict[str, str]:
    """Give the row of the table of plans."""
    names = {"unit": "unit", "issuer_level": "level", "n_measures": "", "layout": "layout"}
    row = {name: plan.facts.get(names.get(name, name), "") for name in PLAN_COLUMNS}
    row["n_measures"] = str(len(plan.measures))
    return row


def write_table(name: str, columns: list[str], rows: list[dict[str, str]]) -> None:
    """Write one of the tables beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(wanted: list[str]) -> None:
    """Make the documents whose number is wanted, and the tables of all."""
    plans = [read_source(path) for path in sorted((HERE / "sources").glob("*.txt"))]
    for plan in plans:
        check_words(plan)
        if not wanted or plan.facts["file"][:2] in wanted:
            plan_writers.write(
                plan.facts, plan_writers.cut_rows(plan.blocks), HERE / plan.facts["file"]
            )
    write_table("plans.csv", PLAN_COLUMNS, [plan_row(plan) for plan in plans])
    write_table("measures.csv", MEASURE_COLUMNS, [row for plan in plans for row in plan.measures])
    write_table(
        "shortcomings.csv",
        SHORTCOMING_COLUMNS,
        [row for plan in plans for row in plan.shortcomings],
    )
    measures = sum(len(plan.measures) for plan in plans)
    shortcomings = sum(len(plan.shortcomings) for plan in plans)
    print(f"{len(plans)} plans, {measures} measures, {shortcomings} shortcomings")


if __name__ == "__main__":
    main(sys.argv[1:])
