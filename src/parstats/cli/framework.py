"""Commands on the criteria of an index: framework add-year, framework new."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace as replaced
from pathlib import Path
from typing import Annotated, Any

import typer

from parstats import errors
from parstats.cli.application import _say

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="The criteria of an index, in the reference/ folder of your data folder.",
)


@app.command("add-year")
def add_year(
    index: Annotated[str, typer.Argument(help="PAPI, SIPAS, PAR, PCI.", show_default=False)],
    year: Annotated[int, typer.Argument(help="The year after the last.", show_default=False)],
) -> None:
    """Add a new year of an index to your data folder, its criteria copied from the year before.

    They are a draft for you to correct: compare them with the publication, then write its name
    into the column source and yes into the column confirmed of each row. Until then the pages of
    that year say that the criteria were taken over, and `parstats ingest` asks about each header
    that is not exactly a name of the year before. The first year about other provinces (2025: the
    34) is compared with no year before until you say that it may be.

    Example: [bold]parstats framework add-year PAPI 2025[/bold]
    """
    from parstats.pipeline.framework_years import add_year as run

    added = run(index, year)
    typer.echo(str(added.framework))
    if added.breaks is not None:
        typer.echo(str(added.breaks))
    for line in added.report():
        _say(line)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of your index.", show_default=False)],
    table: Annotated[
        Path,
        typer.Argument(
            help="Units in rows, indicators in columns: a workbook or CSV.", show_default=False
        ),
    ],
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups",
            metavar="FILE",
            help="code, parent, weight, direction (1 or -1), min, max, name of each indicator and "
            "group; else the sheet called groups (tiêu chí).",
        ),
    ] = None,
    units: Annotated[
        Path | None,
        typer.Option(
            "--units", metavar="FILE", help="code and name; else the sheet called units (đơn vị)."
        ),
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Column of the units, if not unit or code.")
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(
            "--year", help="2025, 2025-Q3 or 2025-07; or the column that says it, if not year."
        ),
    ] = None,
    normalise: Annotated[
        str,
        typer.Option("--normalise", help="minmax, none (points), bounds, zscore or rank."),
    ] = "minmax",
    scale: Annotated[
        str | None, typer.Option("--scale", metavar="LOW,HIGH", help="0,100 if not given.")
    ] = None,
    aggregate: Annotated[
        str,
        typer.Option(
            "--aggregate",
            help="arithmetic, geometric or sum; with commas, one a level from the lowest up.",
        ),
    ] = "arithmetic",
    missing: Annotated[
        str,
        typer.Option(
            "--missing",
            help="refuse, leave_out, group, or index (points over the attainable ones).",
        ),
    ] = "refuse",
    additions: Annotated[
        str | None,
        typer.Option(
            "--additions", metavar="CODE,...", help="Bonus and penalty, outside the attainable."
        ),
    ] = None,
    grades: Annotated[
        str | None,
        typer.Option(
            "--grades",
            metavar="NAME=LEAST,...",
            help="As Tốt=85,Khá=70; else the sheet called grades (xếp loại).",
        ),
    ] = None,
    each_period: Annotated[
        bool, typer.Option("--each-period", help="Compare the units of each period only.")
    ] = False,
    publisher: Annotated[str, typer.Option("--publisher", help="Who grades.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace your index of that name.")
    ] = False,
) -> None:
    """Make an index of your own from a table, in your data folder.

    Any units: departments, communes, countries, firms. Row 1 holds the headers: unit, indicators
    and, for several periods, year. An empty cell, or "không đánh giá", is a missing value. The
    index is then one like any other: `parstats build`, `parstats drivers --index`,
    `ps.load_scores`. docs/add-an-index.md has worked examples.

    Example: [bold]parstats framework new "CCHC cấp sở" diem-2025.xlsx --year 2025[/bold]

    Example: [bold]parstats framework new "CCHC cấp xã" xa.csv --groups tieu-chi.csv --year 2025-Q2
    --normalise none --aggregate sum --missing index --grades "Tốt=85,Khá=70"[/bold]
    """
    from parstats.pipeline.new_index import new_index as run

    methods = aggregate.split(",")
    with _options_named():
        result = run(
            name,
            table,
            groups=groups,
            units=units,
            publisher=publisher,
            replace=replace,
            unit=unit,
            year=year,
            normalise=normalise,
            scale=None if scale is None else _numbers(scale),
            aggregate=methods[0] if len(methods) == 1 else methods,
            missing=missing,
            additions=None if additions is None else additions.split(","),
            grades=None if grades is None else _grades(grades),
            each_period=each_period,
        )
    for path in result.files:
        typer.echo(str(path))
    for line in result.report():
        _say(line)
    _say("next: parstats build")


_OPTIONS = "unit|units|groups|year|normalise|scale|aggregate|missing|additions|grades"
# An argument with words, as missing='group' or 'index'.
_WORDS = re.compile(rf"\b({_OPTIONS})=('\w+'(?:(?:, | or |, or )'\w+')*)")
# An argument without a value, or with two numbers.
_BARE = re.compile(rf"\b({_OPTIONS})=(?:\(([^)]*)\))?(?=[\s,;:.)]|$)")
_FIRST = re.compile(r"^(scale|aggregate|additions|grades)(?= is | are )")


@contextlib.contextmanager
def _options_named() -> Iterator[None]:
    """Let what is refused name the options of the command in place of arguments in Python."""
    try:
        yield
    except errors.InvalidData as error:
        raise errors.InvalidData(
            replaced(problem, remedy=_with_options(problem.remedy)) for problem in error.problems
        ) from None
    except errors.InvalidRequest as error:
        if (text := _with_options(str(error))) != str(error):
            raise errors.InvalidRequest(text) from None
        raise


def _with_options(text: str) -> str:
    """Return a text with the options of the command.

    >>> _with_options("pass missing='group' or 'index', or scale=(1, 100); pass year=, as 2024")
    'pass --missing group or index, or --scale 1,100; pass --year, as 2024'
    """
    text = _WORDS.sub(lambda match: f"--{match[1]} {match[2].replace(chr(39), '')}", text)
    text = text.replace("direction=-1", "direction -1 in the groups")
    text = _FIRST.sub(r"--\1", text)
    return _BARE.sub(
        lambda match: f"--{match[1]}" + (f" {match[2].replace(', ', ',')}" if match[2] else ""),
        text,
    )


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise errors.InvalidRequest(f"--scale {text!r}: expected LOW,HIGH, as 0,100") from None


def _grades(text: str) -> dict[str, Any]:
    """Parse grades with the least score of each."""
    grades = {}
    for part in text.split(","):
        name, mark, least = part.rpartition("=")
        try:
            grades[name.strip()] = float(least)
        except ValueError:
            mark = ""
        if not mark or not name.strip():
            raise errors.InvalidRequest(
                f"--grades {part!r}: expected NAME=LEAST, as Tốt=85; decimals with a point"
            )
    return grades
