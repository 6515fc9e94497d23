"""Advice to a province on one screen of a terminal."""

from __future__ import annotations

import textwrap
from io import StringIO

import pandas as pd
from rich.console import Console
from rich.table import Table as Grid

from parstats.advice import Priorities, RankSteps
from parstats.advice.names_today import name_today
from parstats.errors import InvalidRequest
from parstats.figures.number_format import MISSING
from parstats.figures.table import Table
from parstats.figures.tables.advised_series import other_targets, priorities, target_checks
from parstats.figures.text.advice_summary import priority_note, step_lines
from parstats.figures.text.plain_words import plain_words
from parstats.reference.labels import period, text

# Columns of the printed tables that a terminal of 80 characters holds.
_PRIORITIES = ("position", "name", "now", "needed", "added", "chance")
_CHECKS = ("name", "now_cell", "usual", "probability")


def advice_screen(
    answer: Priorities,
    lang: str,
    *,
    steps: RankSteps | None = None,
    checks: pd.DataFrame | None = None,
    width: int = 80,
) -> str:
    """Return the advice to a province as lines of a terminal.

    Parameters
    ----------
    answer : Priorities of one province (`parstats.advice.priorities`)
    lang : {"vi", "en"}
    steps : RankSteps, optional (`parstats.advice.next_rank`)
    checks : pandas.DataFrame, optional; `parstats.advice.check_targets`
    width : int; characters of a line

    Examples
    --------
    >>> from parstats.advice import priorities
    >>> from parstats.panel import load_scores
    >>> answer = priorities(load_scores("PAPI"), "Lạng Sơn", 2024)
    >>> print(advice_screen(answer, "en").splitlines()[0])
    Lang Son, PAPI 2024: Room for improvement
    """
    if not isinstance(answer, Priorities):
        raise InvalidRequest(
            f"answer is of type {type(answer).__name__}: expected the result of "
            "parstats.advice.priorities"
        )
    parts = []
    if len(answer.table):
        parts += [_title(answer.table.iloc[0], lang), *_advised(answer, steps, lang, width)]
    if checks is not None and len(checks):
        parts += _checked(checks, lang, width)
    return "\n".join(part for part in parts if part) + "\n"


def undecided_screen(
    index: str,
    province: str,
    vintage: int,
    year: int,
    reason: str,
    lang: str,
    width: int = 80,
    *,
    other_year: int | None = None,
    steps: RankSteps | None = None,
) -> str:
    """Return as lines of a terminal that there is no advice, why, and which data would decide.

    The points to the ranks above and below need no other year: they stand there all the same.

    Parameters
    ----------
    index, province, vintage, year : of the advice that was asked for
    reason : str; "years", "parts" or "coverage", as `parstats.advice.page_priorities` gives it
    lang : {"vi", "en"}
    width : int; characters of a line
    other_year : int, optional; a year that does carry advice (`parstats.advice.other_year`)
    steps : RankSteps, optional (`parstats.advice.next_rank`)

    Examples
    --------
    >>> print(undecided_screen("PCI", "20", 63, 2024, "coverage", "en"), end="")
    Lang Son, PCI 2024: Room for improvement
    Not enough to judge by. Not computed: there are no scores of the parts for 90%
      of the provinces this year; the whole national table is needed.
    """
    head = pd.Series({"index": index, "province": province, "vintage": vintage, "year": year})
    verdict = text("verdict.undecided", lang)
    why = text(f"advice.no_{reason}", lang)
    line = text("advice.undecided", lang, verdict=verdict[:1].upper() + verdict[1:], why=why)
    if other_year is not None:
        line += " " + text("advice.other_year", lang, year=period(other_year, lang))
    known = {} if steps is None else step_lines(steps, lang)
    lines = [line, *(f"- {each}" for each in known.values())]
    return "\n".join([_title(head, lang), *(_wrapped(each, width) for each in lines)]) + "\n"


def _title(first: pd.Series, lang: str) -> str:
    """Return whose advice it is: a province that merged with what it is part of now."""
    code, index = str(first["province"]), str(first["index"])
    name = name_today(code, first["vintage"], lang, index)
    title = text("section.advice.title", lang)
    return f"{name}, {index} {period(int(first['year']), lang)}: {title}"


def _advised(answer: Priorities, steps: RankSteps | None, lang: str, width: int) -> list[str]:
    note = priority_note(answer.table, answer.pairs, lang, steps=steps)
    table = priorities(answer.table, answer.cases, lang)
    return [
        _wrapped(note.data if note else "", width),
        _grid(table, _PRIORITIES, width),
        _who(table, lang, width),
        *(_wrapped(f"* {line}", width) for line in table.notes),
    ]


def _checked(checks: pd.DataFrame, lang: str, width: int) -> list[str]:
    """Return the targets: figures of those that are judged, then each with its verdict."""
    table = target_checks(checks, lang)
    judged = target_checks(checks[checks["probability"].notna()], lang)
    of_plan = bool((checks["plan"] != "").all())  # a typed target has its value in its words
    lines = []
    for row in table.data.to_dict("records"):
        cases = "" if row["cases"] == MISSING else f" ({row['cases']})"
        asked = f", {row['aim']}" if of_plan and row["aim"] != MISSING else ""
        line = f"- {row['name']}{asked}: {row['verdict']}{cases}"
        lines.append(textwrap.fill(line, width, subsequent_indent="  "))
    grid = _grid(judged, _CHECKS, width) if len(judged.data) else ""
    head = text("table.target", lang) + ":"
    notes = [_wrapped(f"* {note}", width) for note in table.notes if note and grid]
    n_others = len(checks) - len(table.data)
    if not lines and n_others:
        lines.append(_wrapped(other_targets(n_others, lang), width))
    return [head, grid, *lines, *notes]


def _wrapped(markdown: str, width: int) -> str:
    lines = [plain_words(line) for line in markdown.splitlines()]
    return "\n".join(textwrap.fill(line, width, subsequent_indent="  ") for line in lines)


def _who(table: Table, lang: str, width: int) -> str:
    """Return who did it, a line for each row of the table."""
    lines = [f"{row['position']}. {row['who']}" for row in table.data.to_dict("records")]
    head = text("table.who_did_it", lang) + ":"
    return "\n".join(
        [head, *(textwrap.fill(line, width, subsequent_indent="   ") for line in lines)]
    )


def _grid(table: Table, names: tuple[str, ...], width: int) -> str:
    """Return some columns of a printed table as text."""
    shown = table.displayed
    grid = Grid(box=None, pad_edge=False, header_style="", show_edge=False)
    for column in table.columns:
        if column.name in names:
            grid.add_column(column.heading, justify=column.align)
    kept = [column.name for column in table.columns if column.name in names]
    for row in shown[kept].itertuples(index=False):
        grid.add_row(*map(str, row))
    written = StringIO()
    Console(file=written, width=width, color_system=None).print(grid)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())
