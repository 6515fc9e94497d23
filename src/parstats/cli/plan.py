"""Commands on remediation plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parstats import errors
from parstats.cli.application import OutputOption, _emit, _say, _with_bar

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.plan_batch import Batch
    from parstats.plans.register import Tables


def plan(
    files: Annotated[
        list[Path],
        typer.Argument(help="Plans: Word, PDF, workbooks, web pages, text.", show_default=False),
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; by default by number of files.")
    ] = None,
    ocr: Annotated[
        bool,
        typer.Option("--ocr", help="Recognise pages that are pictures (scans); seconds a page."),
    ] = False,
    output: OutputOption = None,
    targets: Annotated[
        Path | None, typer.Option("--targets", help="Write the targets here too, likewise.")
    ] = None,
    plans: Annotated[
        Path | None, typer.Option("--plans", help="Write the plans here too, for `remedies`.")
    ] = None,
    shortcomings: Annotated[
        Path | None,
        typer.Option("--shortcomings", help="Write what the plans say fell short here too."),
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
    register: Annotated[
        bool,
        typer.Option("--register", help="Put the plans into the data folder, for the reports."),
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="Language of workbook and remarks.")] = "vi",
) -> None:
    """Turn remediation plans into a table of measures, each with the series it aims at.

    Columns of tables are recognised by their headers and items of prose by their headings; the
    table says where in the document each measure stands and how sure its link is. What a person
    should look at is listed. A file that cannot be read is named with what to do; the others are
    read all the same, and the exit status is 1.

    Example: [bold]parstats plan ke-hoach-papi-2024.docx -o measures.csv[/bold]

    Example: [bold]parstats plan plans/*.pdf --jobs 4 -o measures.parquet[/bold]

    Example: [bold]parstats plan scan.pdf --ocr -o measures.csv[/bold], a scan, with the extra "ocr"

    Example: [bold]parstats plan ke-hoach.docx --review review.xlsx[/bold], correct it, then
    [bold]parstats plan ke-hoach.docx --apply review.xlsx --register[/bold] and
    [bold]parstats report[/bold]
    """
    from parstats.plans.plan_batch import read_all
    from parstats.plans.review_summary import summary_lines
    from parstats.reference.labels import check_language, text

    check_language(lang)
    if review is not None and review.suffix.lower() != ".xlsx":
        raise errors.UnknownChoice("ending of a workbook to review", review.name, [".xlsx"])

    done = _with_bar(
        "plans", len(files), lambda step: read_all(files, n_jobs=jobs, ocr=ocr, progress=step)
    )
    if done.tables:
        tables = _corrected(done, apply, overrides, lang)
        if review is not None:
            _write_review(tables, review, lang)
        if output is not None or (review is None and not register):
            _emit(tables.long(), output)
        beside = {targets: tables.targets, plans: tables.plans, shortcomings: tables.shortcomings}
        for path, table in beside.items():
            if path is not None:
                _emit(table, path)
        if register:
            _register(tables, lang)
        counts = {"plans": len(done.plans), "measures": len(tables.measures)}
        _say(text("plan.done", lang, **counts))
        for line in summary_lines(tables.review, lang):
            _say(line)
    if done.problems:
        raise errors.InvalidData(done.problems)


def _write_review(tables: Tables, path: Path, lang: str) -> None:
    from parstats.plans import review as workbook
    from parstats.reference.labels import text

    workbook.check_free(path, tables)
    workbook.write(tables, path, lang)
    _say(text("plan.review_written", lang, path=path))


def _register(tables: Tables, lang: str) -> None:
    from parstats.pipeline.plan_registration import register_plans
    from parstats.reference.labels import text

    done = register_plans(tables)
    new = [name for name in done.plans if name not in done.replaced]
    for key, names in (("registered", new), ("registered_anew", done.replaced)):
        if names:
            folder = done.files[0].parent
            _say(text(f"plan.{key}", lang, plans=", ".join(names), folder=folder))
    for name, other in done.alike:
        _say(text("plan.registered_alike", lang, plan=name, of=other))
    for problem in done.left_out:
        _say(text("plan.left_out", lang, problem=problem))


def _corrected(
    done: Batch, workbook: Path | None, overrides_path: Path | None, lang: str
) -> Tables:
    """Apply a person's corrections, from a file and from a workbook, to the tables."""
    from parstats.pipeline.plan_files import read_overrides
    from parstats.plans.corrections import DROPPED, merged
    from parstats.plans.register import together
    from parstats.plans.review.read import holds_corrections, read
    from parstats.plans.row_sources import LETTERS, table_of
    from parstats.reference.labels import text
    from parstats.storage import write_table

    overrides = None
    tables = together(done.tables)
    if overrides_path is not None and (overrides_path.exists() or workbook is None):
        overrides = read_overrides(overrides_path, str(overrides_path))
        tables = _with_corrections(done, overrides)
    if workbook is None:
        return tables
    new = read(workbook, tables)
    target = overrides_path or workbook.with_suffix(".overrides.csv")
    if overrides is None and target.exists() and holds_corrections(workbook):
        overrides = read_overrides(target, str(target))
    every = new if overrides is None else merged(overrides, new)
    write_table(every, target)
    dropped = new.loc[new["column"] == DROPPED, "row"].map(table_of)
    left_out = {name: int((dropped == name).sum()) for name in ("measures", *LETTERS)}
    counts = {"cells": len(new) - len(dropped), **left_out}
    _say(text("plan.overrides_written", lang, path=target, **counts))
    return _with_corrections(done, every)


def _with_corrections(done: Batch, corrections: pd.DataFrame) -> Tables:
    """Return the tables with corrections: facts of a plan first, as its links hang on them."""
    from parstats.plans.corrections import is_fact
    from parstats.plans.plan_facts import with_facts
    from parstats.plans.register import apply, tabulate, together

    corrected = set(corrections.loc[is_fact(corrections), "plan"])
    tables = [
        tabulate(with_facts(plan, corrections)) if plan.name in corrected else table
        for plan, table in zip(done.plans, done.tables, strict=True)
    ]
    return apply(together(tables), corrections)
