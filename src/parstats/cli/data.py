"""Commands on data: build, init, check, ingest, fetch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parstats import errors
from parstats.cli.application import IndexOption, OutputOption, _build_first, _emit, _say

if TYPE_CHECKING:
    import pandas as pd


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
    from parstats.panel import load_breaks, load_conflicts, load_printed, load_scores
    from parstats.pipeline.processed_tables import build as run
    from parstats.pipeline.quality_summary import summary

    done = run(force=force)
    table = summary(load_scores(None), load_breaks(), load_printed(), load_conflicts())
    typer.echo(table)
    rows = ", ".join(f"{count:,} {name}" for name, count in done.rows.items())
    _say(f"{'built' if done.is_new else 'up to date'}: {done.folder} ({rows})")


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)
    ],
    lang: Annotated[str, typer.Option("--lang", help="Language of README and notebooks.")] = "vi",
) -> None:
    """Make a data folder of your own: figures, reference tables, notebooks, templates, a README.

    For those who installed with pip: set the environment variable PARSTATS_DATA to the folder, as
    its README says, and everything you add lies there. A folder made by this command gets what it
    lacks; nothing in it is changed. Any other folder that holds files is refused.

    Example: [bold]parstats init my-data --lang en[/bold]
    """
    from parstats.pipeline.new_data_folder import create

    done = create(folder, lang=lang)
    typer.echo(str(done.folder / "README.md"))
    unchanged = f", {len(done.unchanged)} were there and are as they were" if done.unchanged else ""
    _say(f"wrote {len(done.added)} files to {done.folder}{unchanged}")
    _say("next: the README says how to set PARSTATS_DATA to this folder, and every step after")


def _about(pairs: list[str], write_sidecar: bool) -> dict[str, str]:
    """Return what a sidecar is to say, from KEY=VALUE."""
    if pairs and not write_sidecar:
        raise errors.InvalidRequest("--about is for the sidecar: add --sidecar")
    for pair in pairs:
        key, is_pair, value = pair.partition("=")
        if not (is_pair and key.strip() and value.strip()):
            raise errors.InvalidRequest(
                f"--about {pair!r}: expected KEY=VALUE, as producer=CECODES"
            )
    return {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Tidy files (CSV), tables that `parstats plan` writes.", show_default=False
        ),
    ],
    index: Annotated[
        str | None,
        typer.Option("--index", help="The index; by default that of the series in the file."),
    ] = None,
    write_sidecar: Annotated[
        bool,
        typer.Option("--sidecar", help="Write the draft of a sidecar beside each file in order."),
    ] = False,
    about: Annotated[
        list[str] | None,
        typer.Option(
            "--about", metavar="KEY=VALUE", help="What the sidecar is to say, as producer=CECODES."
        ),
    ] = None,
) -> None:
    """Check tables of your own: scores, plans, measures; nothing is written unless you ask for it.

    A file has the columns year, province (code or name), series and score; see
    data/raw/papi for examples and reference/frameworks for the series. Any other table is
    turned into one by `parstats ingest`. With --sidecar the draft FILE.yml is written: fill in
    what is empty, put both files into raw/papi of the data folder (or the folder of the index) and
    run `parstats build`. Tables of plans, measures, targets and shortcomings are known by their
    columns; they may also be .xlsx, .parquet or .json.

    Example: [bold]parstats check my-scores.csv --sidecar[/bold]

    Example: [bold]parstats check plans.csv measures.csv[/bold]

    Example: [bold]parstats check my-scores.csv --sidecar --about "title=PAPI 2025" --about
    producer=CECODES --about page=papi.org.vn --about obtained=official --about
    "licence=none found"[/bold]
    """
    from parstats.ingest import absent_series, recognise, sidecar
    from parstats.pipeline import user_plans
    from parstats.pipeline.raw_files import READERS
    from parstats.reference import frameworks
    from parstats.storage import write_text

    requested = None if index is None else frameworks.check_index(index)
    values = _about(about or [], write_sidecar)
    own = {path: form for path in files if (form := user_plans.table_form(path))}
    problems = _check_plans(own, write_sidecar=write_sidecar)
    for path in files:
        if path in own:
            continue
        form = recognise.detect_form(path)
        file_index = requested or recognise.detect_index(path)
        try:
            table = READERS[form][1](path, file_index)
        except errors.InvalidData as error:
            problems += error.problems
            continue
        of_units = frameworks.index_info(file_index).unit_level == "unit"
        counts = [
            _count(len(table), "row"),
            _count(table["year"].nunique(), "period" if of_units else "year"),
        ]
        if "province" in table:
            counts.append(_count(table["province"].nunique(), "unit" if of_units else "province"))
        counts.append(f"{table['series'].nunique()} series")
        typer.echo(f"{path}: in order as {form} of {file_index} ({', '.join(counts)})")
        for line in absent_series.remarks(table) if form == "scores" else ():
            _say(line)
        if write_sidecar:
            target = sidecar.sidecar_path(path)
            if target.exists():
                raise errors.OutputRefused(f"{target} is there already; remove it first")
            write_text(target, sidecar.draft(path, file_index, form, values))
            empty = [key for key in sidecar.ASKED if key not in values]
            remaining = f": fill in what is empty ({', '.join(empty)})" if empty else ""
            _say(f"wrote {target}{remaining}")
            _say_if_elsewhere(path)
    if problems:
        raise errors.InvalidData(problems)


def _check_plans(forms: dict[Path, str], *, write_sidecar: bool) -> list[errors.Problem]:
    """Say that the tables of plans are in order, or return what is wrong with them.

    `forms` says of each file what it holds: "plans", "measures", "targets" or "shortcomings".
    """
    from parstats.pipeline import plan_result_tables, user_plans

    reads = {
        "plans": user_plans.read_plans,
        "measures": user_plans.read_measures,
        "targets": plan_result_tables.read_targets,
        "shortcomings": plan_result_tables.read_shortcomings,
    }
    tables: dict[Path, pd.DataFrame] = {}
    problems: list[errors.Problem] = []
    for path, form in forms.items():
        if write_sidecar:
            raise errors.InvalidRequest(f"{path} holds {form}: --sidecar is for files of figures")
        try:
            tables[path] = reads[form](path)
        except errors.InvalidData as error:
            problems += error.problems
    # A table that cannot be read says nothing of the other.
    apart, remarks = ([], []) if problems else _check_together(tables, forms)
    wrong = {problem.file for problem in apart}
    for path, table in tables.items():
        if str(path) not in wrong:
            typer.echo(
                f"{path}: in order as {forms[path]} ({', '.join(_counts(table, forms[path]))})"
            )
        for line in table.attrs["remarks"]:
            _say(line)
    for line in remarks:
        _say(line)
    return problems + apart


def _counts(table: pd.DataFrame, form: str) -> list[str]:
    """Return what a table of a form holds, in words."""
    n_plans = _count(table["plan"].nunique(), "plan")
    if form == "plans":
        named = table.loc[table["province"] != "", "province"]
        return [n_plans, _count(named.nunique(), "province")]
    counts = [_count(len(table), form.removesuffix("s")), n_plans]
    if "series" in table:
        counts.append(f"{(table['series'] == '').sum():,} linked to no series")
    return counts


def _check_together(
    tables: dict[Path, pd.DataFrame], forms: dict[Path, str]
) -> tuple[list[errors.Problem], list[str]]:
    """Return problems of measures without a plan, and remarks on plans without a measure."""
    import pandas as pd

    from parstats.pipeline import plan_checks, plan_result_tables

    paths: dict[str, list[Path]] = {}
    for path in tables:
        paths.setdefault(forms[path], []).append(path)
    joined = {form: pd.concat([tables[path] for path in named]) for form, named in paths.items()}
    problems: list[errors.Problem] = []
    remarks: list[str] = []
    for path, table in tables.items():
        if forms[path] == "plans" and "measures" in joined:
            remarks += plan_checks.plans_without_measures(table, joined["measures"], str(path))
        elif forms[path] != "plans" and "plans" in joined:
            plans_name = " or ".join(map(str, paths["plans"]))
            plans = joined["plans"]
            problems += plan_checks.plans_not_listed(table, str(path), plans, plans_name)
        column = {"targets": "row", "shortcomings": "measures"}.get(forms[path])
        if column and "measures" in joined and "row" in joined["measures"]:
            measures = joined["measures"]
            problems += plan_result_tables.rows_not_listed(table, str(path), column, measures)
    return problems, remarks


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("s" if number != 1 else "")


def ingest(
    file: Annotated[
        Path,
        typer.Argument(
            help="A workbook (.xlsx, .xls, .xlsb, .ods), CSV, .dta or PDF.", show_default=False
        ),
    ],
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
        str | None, typer.Option("--decimal", help="comma or point, where unclear.")
    ] = None,
    ranks: Annotated[
        str | None,
        typer.Option(
            "--ranks", help="Printed ranks that contradict the scores: ignore or keep them."
        ),
    ] = None,
    codes: Annotated[
        list[Path] | None,
        typer.Option(
            "--codes",
            metavar="FILE",
            help="A codebook, where provinces or columns have codes: a code and its name in each "
            "row. May be given several times.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Report every column and row, however many.")
    ] = False,
    log: Annotated[
        Path | None, typer.Option("--log", help="Write the whole report into this file.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Turn an official workbook, a table of a colleague or a ranking in a PDF into tidy scores.

    Columns are recognised by their headers, in Vietnamese or English, never by their place. The
    report says what each column was taken for and what was left out. Where a column may mean
    several things the command asks: it lists the choices and exits 1; --map settles it.

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
        ranks=ranks,
        codes=codes or [],
    )
    if log is not None:
        from parstats.storage import write_text

        write_text(log, read.report(verbose=True) + "\n")
    _say(read.report(verbose=verbose))
    _emit(read.table, output)
    if output is not None:
        _say_if_elsewhere(output)


def _say_if_elsewhere(path: Path) -> None:
    """Say that a file of figures lies in a folder raw/ that is not that of the data folder."""
    from parstats.folders import data_root
    from parstats.reference import frameworks

    slugs = [frameworks.slug(index) for index in frameworks.indices()]
    path, root = path.resolve(), data_root()
    is_raw = path.parent.name in slugs and path.parent.parent.name == "raw"
    if is_raw and (root is None or path.parent.parent != root.resolve() / "raw"):
        remedy = "make one with `parstats init DIR` and set PARSTATS_DATA to it"
        if root is not None:
            remedy = f"write it to {root / 'raw' / path.parent.name / path.name}"
        _say(f"note: {path} is not in the data folder in use, so nothing reads it; {remedy}")


def _maps(map_options: list[str]) -> dict[str, str]:
    """Parse the targets by column, parted at the last "=", since a header may contain one."""
    column_map = {}
    for text in map_options:
        column, mark, target = text.rpartition("=")
        if not mark or not column.strip() or not target.strip():
            raise errors.InvalidRequest(f"--map {text!r}: expected COLUMN=MEANING")
        column_map[column.strip()] = target.strip()
    return column_map


def fetch(
    index: Annotated[str, typer.Argument(help="papi, sipas or par.", show_default=False)],
) -> None:
    r"""Download the known public data set of an index into data/raw and build.

    Files are only added, each with its address, revision, day and hash. Needs a network and the
    extra "fetch": pip install "parstats\[fetch]". Without a network nothing is touched.

    Example: [bold]parstats fetch par[/bold]
    """
    from parstats.pipeline.fetch import fetch as run
    from parstats.pipeline.fetch import take_back

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
