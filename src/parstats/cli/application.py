"""The command line: thin commands over the library.

Data and results go to standard output, progress and remarks to standard error. Exit status: 0
done; 1 bad data, too little coverage or failed reports; 2 wrong options or names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from parstats import errors, storage
from parstats.reference import editions

if TYPE_CHECKING:
    import pandas as pd


app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
)

_remarks = Console(stderr=True, highlight=False, soft_wrap=True)

IndexOption = Annotated[str, typer.Option("--index", help="The index: PAPI, SIPAS, PAR, PCI.")]


def _period(text: str) -> int:
    """Parse the value of --year: a year, or a quarter or month of an index of one's own."""
    from parstats.reference.periods import parse_period

    try:
        return int(text)
    except ValueError:
        return parse_period(text)


YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        parser=_period,
        metavar="YEAR",
        help="The year; the newest with figures if not given. Of an index of your own also a "
        "quarter or month, as 2025-Q3 or 2025-07.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write here instead: .csv, .parquet, .xlsx or .json."),
]


def _say(message: str) -> None:
    _remarks.print(message, markup=False)


def _version(requested: bool) -> None:
    if requested:
        typer.echo(f"parstats {storage.version()}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Viet Nam's provincial governance indices: clean data, drivers of rank, provincial reports."""
    editions.refresh()


def _build_first() -> None:
    """Build the tables if they are missing or out of date, and say so."""
    from parstats.pipeline.processed_tables import build as run

    done = run()
    if done.is_new:
        _say(f"built the processed tables first: {done.folder}")


def _scores(index: str, year: int | None) -> pd.DataFrame:
    from parstats.panel import check_year, load_scores

    _build_first()
    scores = load_scores(index)
    if year is not None:
        check_year(scores, year)
    return scores


def _year(scores: pd.DataFrame, year: int | None) -> int:
    from parstats.panel import check_year

    return int(scores["year"].max()) if year is None else check_year(scores, year)


def _with_period_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Write the quarters or months of a table, which are numbers, as a person would."""
    from parstats.reference.period_numbers import period_kind, period_text

    if "year" in table and any(period_kind(year) != "year" for year in table["year"].dropna()):
        return table.assign(year=table["year"].map(period_text))
    return table


def _emit(
    table: pd.DataFrame,
    output: Path | None,
    *,
    source: Mapping[str, str] | None = None,
    on_screen: str = "",
) -> None:
    """Write a result to a file, to the screen as a table or lines, or into a pipe as CSV.

    A file says `source`: whose figures it is made from.
    """
    if output is None:
        _show(table, on_screen=on_screen)
        return
    is_new = not output.parent.exists()
    storage.write_table(_with_period_texts(table), output, source)
    if is_new:
        _say(f"made the folder {output.parent}, which was not there")
    beside = storage.source_path(output)
    more = f", its source in {beside.name}" if source and storage.has_source_beside(output) else ""
    _say(f"wrote {output} ({len(table)} rows{more})")


def _show(table: pd.DataFrame, *, on_screen: str = "") -> None:
    """Write a table to the screen as a table or lines, or into a pipe as CSV."""
    table = _with_period_texts(table)
    displayed_rows = (
        (on_screen or _as_lines(table)) if sys.stdout.isatty() else storage.csv_text(table)
    )
    typer.echo(displayed_rows, nl=False)


def _as_lines(table: pd.DataFrame) -> str:
    """Return the columns worth showing at a terminal; files hold all of them."""
    constant = [name for name in table if name != "series" and table[name].nunique() == 1]
    constant_values = [(name, table[name].iloc[0]) for name in constant]
    head = ", ".join(f"{name} {value}" for name, value in constant_values if value != "")
    displayed_rows = table.drop(columns=[*constant, "parent"], errors="ignore")
    return f"{head}\n{displayed_rows.to_string(index=False, float_format='{:.4f}'.format)}\n"


def _check_names(names: Sequence[str], all_provinces: bool) -> None:
    """Refuse provinces by name beside all of them, and neither."""
    if all_provinces and names:
        raise errors.InvalidRequest("give province names or --all, not both")
    if not all_provinces and not names:
        raise errors.InvalidRequest("no province given; name some, or use --all")


def _with_bar(what: str, count: int, run: Callable[[Callable[[Path], None]], Any]) -> Any:
    """Process several files with a progress bar."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_remarks, transient=True) as bar:
        task = bar.add_task(what, total=count)
        return run(lambda path: bar.update(task, advance=1, description=path.name))
