"""Commands on remediation plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parstats import errors
from parstats.cli.application import OutputOption, _emit, _say, _with_bar

if TYPE_CHECKING:
    from parstats.plans.register import Tables


def plan(
    files: Annotated[
        list[Path], typer.Argument(help="Plans: .docx, .pdf, .txt or .md.", show_default=False)
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; by default by number of files.")
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

    Columns of tables are recognised by their headers and items of prose by their headings; the
    table says where in the document each measure stands and how sure its link is. What a person
    should look at is listed. A file that cannot be read is named with what to do; the others are
    read all the same, and the exit status is 1.

    Example: [bold]parstats plan ke-hoach-papi-2024.docx -o measures.csv[/bold]

    Example: [bold]parstats plan plans/*.pdf --jobs 4 -o measures.parquet[/bold]

    Example: [bold]parstats plan ke-hoach.docx --review review.xlsx[/bold], correct it, then
    [bold]parstats plan ke-hoach.docx --apply review.xlsx -o measures.csv[/bold]
    """
    from parstats.plans import review as workbook
    from parstats.plans.plan_batch import read_all
    from parstats.plans.register import review_lines, together
    from parstats.reference.labels import check_language, text

    check_language(lang)
    if review is not None and review.suffix.lower() != ".xlsx":
        raise errors.UnknownChoice("ending of a workbook to review", review.name, [".xlsx"])

    done = _with_bar("plans", len(files), lambda step: read_all(files, n_jobs=jobs, progress=step))
    if done.tables:
        tables = _corrected(together(done.tables), apply, overrides, lang)
        if review is not None:
            workbook.check_free(review, tables)
            workbook.write(tables, review, lang)
            _say(text("plan.review_written", lang, path=review))
        if output is not None or review is None:
            _emit(tables.long(), output)
        if targets is not None:
            _emit(tables.targets, targets)
        if plans is not None:
            _emit(tables.plans, plans)
        counts = {"plans": len(done.plans), "measures": len(tables.measures)}
        _say(text("plan.done", lang, **counts))
        for line in review_lines(tables.review, lang):
            _say(text("review.look", lang, line=line))
    if done.problems:
        raise errors.InvalidData(done.problems)


def _corrected(
    tables: Tables, workbook: Path | None, overrides_path: Path | None, lang: str
) -> Tables:
    """Apply a person's corrections, from a file and from a workbook, to the tables."""
    from parstats.pipeline.plan_files import read_overrides
    from parstats.plans.corrections import DROPPED, merged
    from parstats.plans.register import apply
    from parstats.plans.review.read import holds_corrections, read
    from parstats.reference.labels import text
    from parstats.storage import write_table

    overrides = None
    if overrides_path is not None and (overrides_path.exists() or workbook is None):
        overrides = read_overrides(overrides_path, str(overrides_path))
        tables = apply(tables, overrides)
    if workbook is None:
        return tables
    new = read(workbook, tables)
    target = overrides_path or workbook.with_suffix(".overrides.csv")
    if overrides is None and target.exists() and holds_corrections(workbook):
        overrides = read_overrides(target, str(target))
        tables = apply(tables, overrides)
    write_table(new if overrides is None else merged(overrides, new), target)
    dropped = int((new["column"] == DROPPED).sum())
    counts = {"cells": len(new) - dropped, "dropped": dropped}
    _say(text("plan.overrides_written", lang, path=target, **counts))
    return apply(tables, new)
