"""Commands on the criteria of an index: framework add-year."""

from __future__ import annotations

from typing import Annotated

import typer

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
