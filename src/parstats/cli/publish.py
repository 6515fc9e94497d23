"""Commands for those who publish and cite: codebook, cite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parstats import errors
from parstats.cli.application import IndexOption, YearOption, _build_first, _say, _show


def codebook(
    index: IndexOption = "PAPI",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write here: .xlsx, .json, .csv or .dta (Stata)."),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", help="Language of headings, names and reasons: vi or en.")
    ] = "vi",
) -> None:
    """What the series of an index mean: wording, codes, scale, years, breaks, gaps, sources.

    A workbook has a sheet for each table, JSON all tables, CSV the table of series alone. A file
    for Stata (.dta) has the scores: a row for each unit and year, a labelled variable for each
    series, named as the codebook says. Without -o the series are shown.

    Example: [bold]parstats codebook --index PAPI -o codebook.xlsx[/bold]

    Example: [bold]parstats codebook --index PAPI --lang en -o papi.dta[/bold]
    """
    from parstats.figures.index_codebook import ENDINGS
    from parstats.figures.index_codebook import codebook as make

    if output is not None and output.suffix.lower() not in ENDINGS:
        raise errors.UnknownChoice("ending of a codebook", output.name, ENDINGS)
    _build_first()
    book = make(index, lang=lang)
    if output is None:
        _show(book.series)
        return
    book.save(output)
    _say(f"wrote {output} ({book.index}, {len(book.series)} series)")


def cite(
    index: Annotated[
        str, typer.Argument(metavar="INDEX", help="The index; parstats for the package itself.")
    ] = "PAPI",
    year: YearOption = None,
    form: Annotated[
        str, typer.Option("--form", help="text, or for reference managers: bibtex, ris, csl.")
    ] = "text",
    lang: Annotated[str, typer.Option("--lang", help="Language: vi or en.")] = "vi",
) -> None:
    """How to cite the figures of an index: their producers, title, year, page and data version.

    It says whether the figures are the producers' own, compiled by others or quoted from the press.
    The year is that of the figures; all years if none is given.

    Example: [bold]parstats cite PAPI --year 2024 --form bibtex[/bold]

    Example: [bold]parstats cite parstats[/bold]
    """
    from parstats.figures.citation import PACKAGE
    from parstats.figures.citation import cite as make

    if index != PACKAGE:
        _build_first()
    typer.echo(make(index, year, form=form, lang=lang))
