"""The command line: thin commands over the library.

Data and results go to standard output, progress and remarks to standard error. Exit status: 0
done; 1 bad data, too little coverage or failed reports; 2 wrong options or names.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer.exceptions import TyperException

from parstats import errors

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.tables import Tables
    from parstats.reports.batch.jobs import Result

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
)

_remarks = Console(stderr=True, highlight=False, soft_wrap=True)

IndexOption = Annotated[str, typer.Option("--index", help="The index: PAPI, SIPAS, PAR, PCI.")]
YearOption = Annotated[
    int | None, typer.Option("--year", help="The year; the newest with figures if not given.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write here instead: .csv, .parquet, .xlsx or .json."),
]


def _say(words: str) -> None:
    _remarks.print(words, markup=False)


def _version(asked: bool) -> None:
    if asked:
        from parstats.storage import version

        typer.echo(f"parstats {version()}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Viet Nam's provincial governance indices: clean data, drivers of rank, provincial reports."""


@app.command()
def build(
    force: Annotated[bool, typer.Option("--force", help="Build even if up to date.")] = False,
) -> None:
    """Build the processed tables from the published figures in data/raw.

    Reads and checks every raw file, derives dimension scores, totals and ranks, writes
    data/processed whole or not at all, and prints what is covered and where years do not
    compare. On bad data it names file, row, column and remedy, exits 1, and leaves the
    processed tables as they were.

    Example: [bold]parstats build[/bold]
    """
    from parstats.build import build as run
    from parstats.panel import load_breaks, load_conflicts, load_printed, load_scores
    from parstats.quality import summary

    done = run(force=force)
    table = summary(load_scores(None), load_breaks(), load_printed(), load_conflicts())
    typer.echo(table)
    rows = ", ".join(f"{count:,} {name}" for name, count in done.rows.items())
    _say(f"{'built' if done.fresh else 'up to date'}: {done.folder} ({rows})")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Tidy files (CSV).", show_default=False)],
    index: Annotated[
        str | None,
        typer.Option("--index", help="The index; told by the series in the file if not given."),
    ] = None,
    write_sidecar: Annotated[
        bool,
        typer.Option("--sidecar", help="Write the draft of a sidecar beside each file in order."),
    ] = False,
) -> None:
    """Check tidy files of your own; nothing is written unless you ask for a sidecar.

    A file has the columns year, province (code or name), series and score; see
    data/raw/papi for examples and reference/frameworks for the series. Any other table is
    turned into one by `parstats ingest`. With --sidecar the draft FILE.yml is written: fill in
    what is empty, put both files into data/raw/papi (or the folder of the index) and run
    `parstats build`.

    Example: [bold]parstats check my-scores.csv --sidecar[/bold]
    """
    from parstats import frameworks
    from parstats.build.raw import READERS
    from parstats.ingest import own_file, sidecar
    from parstats.storage import write_text

    asked = None if index is None else frameworks.check_index(index)
    problems = []
    for path in files:
        form = own_file.form_of(path)
        of_file = asked or own_file.index_of(path)
        try:
            table = READERS[form][1](path, of_file)
        except errors.InvalidData as fault:
            problems += fault.problems
            continue
        counts = f"{len(table):,} rows, {table['year'].nunique()} years"
        if "province" in table:
            counts += f", {table['province'].nunique()} provinces"
        counts += f", {table['series'].nunique()} series"
        typer.echo(f"{path}: in order as {form} of {of_file} ({counts})")
        if write_sidecar:
            target = sidecar.path_of(path)
            if target.exists():
                raise errors.OutputRefused(f"{target} is there already; remove it first")
            write_text(target, sidecar.draft(path, of_file, form))
            _say(f"wrote {target}: fill in what is empty")
    if problems:
        raise errors.InvalidData(problems)


@app.command()
def ingest(
    file: Annotated[Path, typer.Argument(help="A workbook, CSV or PDF.", show_default=False)],
    index: IndexOption = "PAPI",
    year: Annotated[
        int | None, typer.Option("--year", help="Year of the figures, or the one to keep.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Read this sheet only.")] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", help="Series of columns that say only a year or 'score'."),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=MEANING",
            help="What a column is, by its header or as #C: a series (@2019 for a year, % for "
            "percentages of its maximum), rank:SERIES, province, code, year, series, score, rank, "
            "ignore. May be given several times.",
        ),
    ] = None,
    decimal: Annotated[
        str | None, typer.Option("--decimal", help="comma or point, where figures do not tell.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Turn an official workbook, a table of a colleague or a ranking in a PDF into tidy scores.

    Columns are told by their headers, in Vietnamese or English, never by their place. The report
    says what each column was taken for and what was left out. Where a column may mean several
    things the command asks: it lists the choices and exits 1; --map settles it.

    Example: [bold]parstats ingest PAPI_2011-2016.xlsx --index PAPI -o papi.csv[/bold]

    Example: [bold]parstats ingest par-2023.pdf --index PAR --year 2023 -o par.csv[/bold]
    """
    from parstats.ingest.recognise import ingest as run

    read = run(
        file,
        index,
        year=year,
        sheet=sheet,
        series=series,
        maps=_maps(maps or []),
        decimal=decimal,
    )
    _say(read.report())
    _emit(read.table, output)


def _maps(told: list[str]) -> dict[str, str]:
    """Targets by column; the last = parts them, for a header may hold one."""
    found = {}
    for text in told:
        column, mark, target = text.rpartition("=")
        if not mark or not column.strip() or not target.strip():
            raise errors.InvalidRequest(f"--map {text!r}: expected COLUMN=MEANING")
        found[column.strip()] = target.strip()
    return found


@app.command()
def fetch(
    index: Annotated[str, typer.Argument(help="papi, sipas or par.", show_default=False)],
) -> None:
    """Download the known public data set of an index into data/raw and build.

    Files are only added, each with its address, revision, day and hash. Needs a network and the
    extra "fetch": pip install "parstats[fetch]". Without a network nothing is touched.

    Example: [bold]parstats fetch par[/bold]
    """
    from parstats.fetch import fetch as run
    from parstats.fetch import take_back

    done = run(index)
    if not done.fresh:
        _say(f"up to date: {', '.join(path.name for path in done.files)} ({done.revision[:8]})")
    try:
        _build_first()
    except errors.InvalidData:
        if done.fresh:
            take_back(done)
            _say("the downloaded figures are not in order; they were removed again")
        raise
    for path in done.files if done.fresh else ():
        _say(f"added {path}")


@app.command()
def drivers(
    index: IndexOption = "PAPI",
    year: YearOption = None,
    province: Annotated[
        str | None,
        typer.Option("--province", help="Show beside each share where this province stands."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region", help="Code of a region with 10 provinces or more: NMM, RRD, NCC, MRD."
        ),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", help="criterion or dimension; the lowest that adds up if not given."
        ),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Which sub-dimensions drive the overall ranking: covariance shares with their sensitivity.

    ci_low and ci_high say how far a share moves with which provinces are in; the provinces are a
    census, so they are no sampling error. Shares describe the spread between provinces, not what an
    effort would bring. With --province, two more columns: its score in points and its percentile in
    the country.

    Example: [bold]parstats drivers --index PAPI --year 2024 --province "Lạng Sơn"[/bold]
    """
    from parstats import frameworks
    from parstats.drivers import shares
    from parstats.panel import profile
    from parstats.provinces import by_code

    codes = [] if province is None else _codes([province], False, [])
    scores = _scores(index, year)
    of_year = _year(scores, year)
    table = shares(scores, of_year, level=level, region=region)
    for code in codes:
        level = frameworks.level_of(table["series"].iloc[0])
        own = profile(scores, code, of_year, level=level)[["series", "score", "percentile"]]
        table = table.merge(own, on="series", how="left")
        lacking = int(table["score"].isna().sum())
        if lacking:
            name = by_code()[code].names["vi"]
            _say(f"{name} ({code}) has no score in {lacking} of {len(table)} series of {of_year}")
    _emit(table, output)


@app.command()
def remedies(
    index: IndexOption = "PAPI",
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="A row for each measure_type, coarse_group or index; one if not given."
        ),
    ] = None,
    lag: Annotated[
        int | None,
        typer.Option(
            "--lag",
            help="Years from the plan's year to its outcome. Not given: 0 if it is dated before "
            "July, else 1.",
        ),
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Outcome years, as 2024 or 2018-2024; or all.")
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option("--plans", help="Plans of your own instead of the registered ones."),
    ] = None,
    measures: Annotated[
        Path | None, typer.Option("--measures", help="The measures of these plans.")
    ] = None,
    output: OutputOption = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of table and remarks.")] = "vi",
) -> None:
    """Which measures go with improvement: adjusted association of being targeted with the change.

    An association is no effect. The mere change before and after stands beside it and is no
    estimate: what stands low comes back by itself. Where there is too little data for a verdict the
    row says so and shows no estimate. How many measures met no cell, and why, is told on the way.
    Tables of your own are written by `parstats plan FILES -o measures.csv --plans plans.csv`.

    Example: [bold]parstats remedies --index PAPI --by measure_type -o remedies.xlsx[/bold]

    Example: [bold]parstats remedies --years 2018-2024 --plans plans.csv --measures
    measures.csv[/bold]
    """
    from parstats import frameworks
    from parstats.labels import check_language
    from parstats.remedies import estimate, exposure, left_out
    from parstats.remedies.estimate import BY
    from parstats.remedies.in_words import left_out_words, lines, marked, remarks, withheld

    check_language(lang)
    _check_choices(by, BY, output)
    index = frameworks.check_index(index)
    scores = _scores(index, None)
    wanted = _span(years, scores)
    known, aims = _plans_and_measures(index, plans, measures)
    cells = exposure(scores, aims, known, lag=lag, years=wanted)
    _check_cells(cells, scores, index, years)
    missed = left_out(scores, aims, known, lag=lag, years=wanted)
    if not (cells["state"] == "targeted").any():
        left = left_out_words(missed, len(aims), "en")
        raise errors.InsufficientData(f"no cell is targeted, nothing to estimate: {left}")
    table = withheld(estimate(cells, by=by))  # type: ignore[arg-type]
    for line in (left_out_words(missed, len(aims), lang), *remarks(table, lang)):
        _say(line)
    _emit(marked(table), output, on_screen=lines(table, lang))


def _check_choices(by: str | None, allowed: Sequence[str], output: Path | None) -> None:
    """Refuse options before any work is done."""
    from parstats.storage import TABLE_ENDINGS

    if by is not None and by not in allowed:
        raise errors.UnknownChoice("--by", by, allowed)
    if output is not None and output.suffix.lower() not in TABLE_ENDINGS:
        raise errors.UnknownChoice("ending of an output file", output.name, TABLE_ENDINGS)


def _span(years: str | None, scores: pd.DataFrame) -> range | None:
    """Years from the first to the last that is named, all of which have scores."""
    from parstats.panel import check_year

    if years is None:
        return None
    first, _, last = years.replace("–", "-").partition("-")
    if not (first.strip().isdecimal() and (last or first).strip().isdecimal()):
        raise errors.InvalidRequest(f"--years {years!r}: expected a year or two, as 2018-2024")
    span = range(int(first), int(last or first) + 1)
    if not span:
        raise errors.InvalidRequest(f"--years {years!r}: the first year is after the last")
    for year in (span[0], span[-1]):
        check_year(scores, year)
    return span


def _plans_and_measures(
    index: str, plans: Path | None, measures: Path | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The registered plans for an index and their measures, or those of a user."""
    from parstats import frameworks
    from parstats.build.given_plans import read_measures, read_plans
    from parstats.panel import load_measures, load_plans

    index = frameworks.check_index(index)
    if plans is None and measures is None:
        return load_plans(index), load_measures(index)
    if plans is None or measures is None:
        raise errors.InvalidRequest("give --plans and --measures together, or neither")
    own, aims = read_plans(plans), read_measures(measures)
    return own, aims[aims["index"].isin(["", index])]


def _check_cells(cells: pd.DataFrame, scores: pd.DataFrame, index: str, years: str | None) -> None:
    """Refuse what has no outcome to set beside a plan."""
    from parstats.remedies import changes

    if len(cells):
        return
    found = sorted(changes(scores)["year"].unique()) if years is not None else []
    with_cells = f"; years that have: {', '.join(map(str, found))}" if found else ""
    raise errors.InsufficientData(
        f"nothing of {index} {years or ''}".rstrip() + " can be set beside a plan: it takes scores "
        "of a series for 90 % of the provinces in three years running, with no break between them"
        + with_cells
    )


@app.command()
def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROVINCE]...", help="Names or codes.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All provinces, and the country.")] = False,
    country: Annotated[
        bool | None,
        typer.Option("--national/--no-national", help="Reports on the country; with --all: yes."),
    ] = None,
    index: Annotated[
        str, typer.Option("--index", help="The index: PAPI, SIPAS, PAR, PCI; all for all of them.")
    ] = "PAPI",
    years: Annotated[
        str,
        typer.Option(
            "--year", help="A year, 2022-2024, or all; the newest with figures if not given."
        ),
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language: vi, en or all.")] = "vi",
    forms: Annotated[
        str,
        typer.Option("--format", help="Forms, with commas between: html, docx, pdf, ipynb, xlsx."),
    ] = "html",
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; one a processor if not given.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out reports that are up to date.")
    ] = False,
    timeout: Annotated[
        int, typer.Option("--timeout", min=1, help="Seconds a cell may take.")
    ] = 600,
    memory: Annotated[
        int | None, typer.Option("--memory", min=64, help="Megabytes a report may take.")
    ] = None,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Begin no further report once one has failed.")
    ] = False,
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", help="A Dask scheduler, as tcp://host:8786."),
    ] = "",
    folder: Annotated[
        str,
        typer.Option(
            "-o", "--output", help="Output folder: new, empty, or made by this; also s3://..."
        ),
    ] = "build/reports",
) -> None:
    """Render reports of provinces and country, and the front page over them.

    Pages go to OUTPUT/papi/2024/vi/20-lang-son.html, the front page to OUTPUT/index.html. One
    failure does not stop the rest; failed reports are listed at the end and the exit status is 1.

    Example: [bold]parstats report "Lạng Sơn" "Hà Nội" --lang en -o reports[/bold]

    Example: [bold]parstats report --all --index all --lang all --resume -o reports[/bold]
    """
    from parstats import provinces
    from parstats.labels import LANGUAGES, check_language
    from parstats.reports import release
    from parstats.reports.batch import state
    from parstats.reports.batch.manifest import Manifest
    from parstats.reports.batch.places import place
    from parstats.reports.forms import check as check_forms

    where = place(folder)
    Manifest.open(where)  # refuses a folder of others before any work is done
    _build_first()
    named = release.indices(index)
    codes = _codes(names or [], every, list(provinces.by_code())) if names or not country else []
    languages = LANGUAGES if lang == "all" else (check_language(lang),)
    wanted = [form.strip() for form in forms.split(",") if form.strip()]
    if not wanted:
        raise errors.InvalidRequest("--format is empty: expected html, docx, pdf, ipynb or xlsx")
    check_forms(wanted)
    todo = release.jobs(
        codes,
        {one: release.years_of(one, years) for one in named},
        languages,
        wanted,
        country=every if country is None else country,
    )
    shared = state.current()
    results = _render(
        todo,
        where,
        state=shared,
        n_jobs=jobs if jobs is not None else os.cpu_count() or 1,
        resume=resume,
        timeout=timeout,
        memory=None if memory is None else memory * 2**20,
        fail_fast=fail_fast,
        scheduler=scheduler,
        prepare=release.prepare,
    )
    page = release.write_front_page(where, lang=languages[0])
    older = Manifest.open(where).outdated(state.hash_of(shared))
    if older:
        _say(f"{older} other reports here were made from earlier data or versions: use --resume")
    _conclude(results, page)


@app.command()
def plan(
    files: Annotated[
        list[Path], typer.Argument(help="Plans: .docx, .pdf, .txt or .md.", show_default=False)
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; told by the number of files.")
    ] = None,
    output: OutputOption = None,
    targets: Annotated[
        Path | None, typer.Option("--targets", help="Write the targets here too, likewise.")
    ] = None,
    plans: Annotated[
        Path | None, typer.Option("--plans", help="Write the plans here too, for `remedies`.")
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option("--review", help="Write a workbook (.xlsx) in which a person can correct."),
    ] = None,
    apply: Annotated[
        Path | None, typer.Option("--apply", help="Read a corrected workbook back.")
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option("--overrides", help="Corrections (.csv) to keep to; --apply adds to them."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of workbook and remarks.")] = "vi",
) -> None:
    """Turn remediation plans into a table of measures, each with the series it aims at.

    Columns of tables are told by their headers and items of prose by their headings; the table
    says where in the document each measure stands and how sure its link is. What a person should
    look at is listed. A file that cannot be read is named with what to do; the others are read all
    the same, and the exit status is 1.

    Example: [bold]parstats plan ke-hoach-papi-2024.docx -o measures.csv[/bold]

    Example: [bold]parstats plan plans/*.pdf --jobs 4 -o measures.parquet[/bold]

    Example: [bold]parstats plan ke-hoach.docx --review review.xlsx[/bold], correct it, then
    [bold]parstats plan ke-hoach.docx --apply review.xlsx -o measures.csv[/bold]
    """
    from parstats.labels import check_language, text
    from parstats.plans import review as workbook
    from parstats.plans.batch import read_all
    from parstats.plans.tables import review_lines, together

    check_language(lang)
    if review is not None and review.suffix.lower() != ".xlsx":
        raise errors.UnknownChoice("ending of a workbook to review", review.name, [".xlsx"])

    done = _with_bar("plans", len(files), lambda step: read_all(files, n_jobs=jobs, progress=step))
    if done.tables:
        found = _corrected(together(done.tables), apply, overrides, lang)
        if review is not None:
            workbook.check_free(review, found)
            workbook.write(found, review, lang)
            _say(text("plan.review_written", lang, path=review))
        if output is not None or review is None:
            _emit(found.long(), output)
        if targets is not None:
            _emit(found.targets, targets)
        if plans is not None:
            _emit(found.plans, plans)
        counts = {"plans": len(done.plans), "measures": len(found.measures)}
        _say(text("plan.done", lang, **counts))
        for line in review_lines(found.review, lang):
            _say(text("review.look", lang, line=line))
    if done.problems:
        raise errors.InvalidData(done.problems)


def _corrected(found: Tables, workbook: Path | None, kept: Path | None, lang: str) -> Tables:
    """The tables after a person's corrections: those kept in a file, and those of a workbook."""
    from parstats.build.plan_files import read_overrides
    from parstats.labels import text
    from parstats.plans.overrides import DROPPED, merged
    from parstats.plans.review import holds_corrections, read
    from parstats.plans.tables import apply
    from parstats.storage import write_table

    known = None
    if kept is not None and (kept.exists() or workbook is None):
        known = read_overrides(kept, str(kept))
        found = apply(found, known)
    if workbook is None:
        return found
    new = read(workbook, found)
    target = kept or workbook.with_suffix(".overrides.csv")
    if known is None and target.exists() and holds_corrections(workbook):
        known = read_overrides(target, str(target))
        found = apply(found, known)
    write_table(new if known is None else merged(known, new), target)
    dropped = int((new["column"] == DROPPED).sum())
    counts = {"cells": len(new) - dropped, "dropped": dropped}
    _say(text("plan.overrides_written", lang, path=target, **counts))
    return apply(found, new)


@app.command()
def verify(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="An output folder of `report`.")],
) -> None:
    """Re-check a rendered batch against its manifest.

    Example: [bold]parstats verify build/reports[/bold]
    """
    from parstats.reports.batch.manifest import verify as run
    from parstats.reports.batch.places import place

    wrong = run(place(folder))
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{folder}: every file is as it was written")


def _build_first() -> None:
    """Build the tables if they are missing or out of date, and say so."""
    from parstats.build import build as run

    done = run()
    if done.fresh:
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


def _emit(table: pd.DataFrame, output: Path | None, *, on_screen: str = "") -> None:
    """A result to a file, to the screen as a table or as told, or into a pipe as CSV."""
    if output is None:
        shown = (
            (on_screen or _as_lines(table)) if sys.stdout.isatty() else table.to_csv(index=False)
        )
        typer.echo(shown, nl=False)
        return
    from parstats.storage import write_table

    write_table(table, output)
    _say(f"wrote {output} ({len(table)} rows)")


def _as_lines(table: pd.DataFrame) -> str:
    """The columns that say something, for a reader at a terminal; files hold all of them."""
    constant = [name for name in table if name != "series" and table[name].nunique() == 1]
    told = [(name, table[name].iloc[0]) for name in constant]
    head = ", ".join(f"{name} {value}" for name, value in told if value != "")
    shown = table.drop(columns=[*constant, "parent"], errors="ignore")
    return f"{head}\n{shown.to_string(index=False, float_format='{:.4f}'.format)}\n"


def _codes(names: Sequence[str], every: bool, known: list[str]) -> list[str]:
    if every and names:
        raise errors.InvalidRequest("give province names or --all, not both")
    if not every and not names:
        raise errors.InvalidRequest("no province given; name some, or use --all")
    if every:
        return known
    from parstats.provinces import by_code, match_province

    codes = []
    for name in names:
        codes.append(match_province(name))
        try:
            match_province(name, threshold=100)
        except errors.ProvinceNotMatched:
            _say(f"read {name!r} as {by_code()[codes[-1]].names['vi']} ({codes[-1]})")
    return codes


def _with_bar(what: str, count: int, run: Callable[[Callable[[Path], None]], Any]) -> Any:
    """Do something to several files, with a bar that goes on as they are done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_remarks, transient=True) as bar:
        task = bar.add_task(what, total=count)
        return run(lambda path: bar.update(task, advance=1, description=path.name))


def _render(todo: list[Any], folder: Path, **how: Any) -> list[Result]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from parstats.reports.batch.runner import render

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # No thread of its own: processes are forked while the bar is there.
    with Progress(*columns, console=_remarks, auto_refresh=False) as bar:
        task = bar.add_task("reports", total=len(todo))

        def step(result: Result) -> None:
            bar.update(task, advance=1, description=result.job.title, refresh=True)

        return render(todo, folder, progress=step, **how)


def _conclude(results: list[Result], page: Path) -> None:
    from parstats.reports.batch.places import is_local
    from parstats.reports.batch.runner import log_of

    counts = Counter(result.status for result in results)
    for result in results:
        if result.status == "failed":
            log = log_of(page.parent, result.job)
            _say(f"failed: {result.job.title}: {result.message} (see {log})")
    said = f"{counts['done']} rendered, {counts['current']} up to date, {counts['failed']} failed"
    _say(said + (f", {counts['not run']} not begun" if counts["not run"] else ""))
    typer.echo(str(page.resolve()) if is_local(page) else str(page))
    if counts["failed"]:
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every refusal is one message and an exit status, never a traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments; those of the process if not given.
    """
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    try:
        status = app(args=arguments, prog_name="parstats", standalone_mode=False)
    except TyperException as fault:
        context = getattr(fault, "ctx", None)
        command = context.command_path if context is not None else "parstats"
        message = fault.format_message() if hasattr(fault, "format_message") else str(fault)
        if message:
            _say(f"{command}: {message} See `{command} --help`.")
        return int(getattr(fault, "exit_code", 2))
    except errors.ParstatsError as fault:
        _say(f"parstats: {fault}")
        return 2 if isinstance(fault, errors.InvalidRequest) else 1
    except (KeyboardInterrupt, typer.Abort):
        _say("parstats: stopped")
        return 130
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        _say(f"parstats: {fault.filename or ''}: {fault.strerror or fault}")
        return 1
    return int(status or 0)


if __name__ == "__main__":
    main()
