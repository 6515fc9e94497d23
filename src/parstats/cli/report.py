"""Commands that render reports and verify them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parstats import errors
from parstats.cli.application import _build_first, _check_names, _remarks, _say

if TYPE_CHECKING:
    from parstats.reports.batch.jobs import Result
    from parstats.reports.catalogue.release import Selection


# Pages that a message names. By judgement: two lines.
_NAMED = 5


def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROVINCE]...", help="Names or codes.", show_default=False),
    ] = None,
    all_provinces: Annotated[
        bool, typer.Option("--all", help="All provinces, and the country.")
    ] = False,
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
        typer.Option(
            "--format",
            help="Forms, with commas between: html, docx, pdf, ipynb, xlsx, "
            "brief (two pages in Word, of a province).",
        ),
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
        str, typer.Option("--scheduler", help="A Dask scheduler, as tcp://host:8786.")
    ] = "",
    with_advice: Annotated[
        bool | None,
        typer.Option(
            "--with-advice/--without-advice",
            help="What a province could work on, and its plan's targets judged: of provinces by "
            "name yes, with --all no, if not given.",
        ),
    ] = None,
    bundle: Annotated[
        bool,
        typer.Option(
            "--bundle",
            help="Also write bundle.zip: data, parameters, executed notebooks, versions, hashes.",
        ),
    ] = False,
    folder: Annotated[
        str,
        typer.Option(
            "-o", "--output", help="Output folder: new, empty, or made by this; also s3://..."
        ),
    ] = "build/reports",
) -> None:
    """Render reports of provinces and country, the front page over them, and the explorer.

    Pages go to OUTPUT/papi/2024/vi/20-lang-son.html, the front page to OUTPUT/index.html, charts
    to explore to OUTPUT/explore.html. One
    failure does not stop the rest; failed reports are listed at the end and the exit status is 1.
    With --bundle all that the run was made of and made lies in OUTPUT/bundle.zip, with how to run
    it again; none is written if a report failed.

    Example: [bold]parstats report "Lạng Sơn" "Hà Nội" --lang en -o reports[/bold]

    Example: [bold]parstats report --all --index all --lang all --resume -o reports[/bold]
    """
    from parstats.reports.batch import versions
    from parstats.reports.batch.manifest import DAMAGED, NAME, Manifest
    from parstats.reports.batch.outputs import output_path
    from parstats.reports.catalogue import release
    from parstats.reports.formats.writer import check as check_forms

    where = output_path(folder)
    # A folder of others is refused before any work is done.
    if damage := Manifest.open(where).damage:
        _say(f"{where / NAME} is damaged: {damage}; all is rendered anew (kept as {DAMAGED})")
    _build_first()
    named = release.indices(index)
    if names or not country:
        _check_names(names or [], all_provinces)
    languages = _languages(lang)
    formats = _formats(forms, bundle=bundle)
    country_formats = _country_formats(formats, country)
    check_forms(formats)
    years_by_index = _years_by_index(named, years, everything=index.strip().lower() == "all")
    if names and len(named) > 1:
        years_by_index = _of_provinces(years_by_index)
    try:
        selection = release.select_provinces(None if all_provinces else names or [], years_by_index)
    except errors.MergedProvince as error:
        year = max(year for index_years in years_by_index.values() for year in index_years)
        remedy = f'parstats report "{error.candidates[0]}" --index {named[0]} --year {year}'
        raise errors.InvalidRequest(f"{error}; its page: {remedy}") from None
    for line in _selection_remarks(selection, names or []):
        _say(line)
    todo = release.jobs(
        selection,
        languages,
        formats,
        country=bool(country_formats) and (all_provinces if country is None else country),
        advice=not all_provinces if with_advice is None else with_advice,
    )
    shared = versions.current()
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
    if not release.write_explorer(where, lang=languages[0], state=versions.hash_state(shared)):
        _say(
            "explore.html only says how to get it: the charts of the explorer need "
            'pip install "parstats[explore]"'
        )
    page = release.write_front_page(where, lang=languages[0])
    if orphans := release.reports_without_figures(where):
        more = f" and {len(orphans) - _NAMED} more" if len(orphans) > _NAMED else ""
        _say(
            f"left out of the front page, since there are no figures of them now: "
            f"{', '.join(orphans[:_NAMED])}{more}; delete these files, or name a new folder"
        )
    older = Manifest.open(where).outdated(versions.hash_state(shared))
    if older:
        _say(f"{older} other reports here were made from earlier data or versions: use --resume")
    if bundle:
        command = _command(
            [*(names or []), *(["--all"] if all_provinces else [])],
            {"--index": index, "--year": years or _only_year(years_by_index), "--lang": lang},
            country=country,
            advice=with_advice,
            formats=formats,
        )
        _bundle(where, results, command)
    _conclude(results, page)


def _only_year(years_by_index: dict[str, list[int]]) -> str:
    """Return the year of the reports if it is one of one index; else empty."""
    from parstats.reference.period_numbers import period_text

    years = [year for index_years in years_by_index.values() for year in index_years]
    return period_text(years[0]) if len(years) == 1 else ""


def _command(
    names: list[str],
    options: dict[str, str],
    *,
    country: bool | None,
    advice: bool | None,
    formats: list[str],
) -> list[str]:
    """Return the command that makes the same reports again."""
    words = ["parstats", "report", *names]
    for option, value in options.items():
        words += [option, value] if value else []
    if country is not None:
        words.append("--national" if country else "--no-national")
    if advice is not None:
        words.append("--with-advice" if advice else "--without-advice")
    return [*words, "--format", ",".join(formats), "-o", "again"]


def _bundle(where: Path, results: list[Result], command: list[str]) -> None:
    """Write the bundle of a run, or say why there is none."""
    from parstats.reports.catalogue.bundle import NAME, remove_bundle, write_bundle

    undone = [result for result in results if result.status not in ("done", "current")]
    if undone or not results:
        remove_bundle(where)
        reason = f"{len(undone)} of {len(results)} reports are not done" if results else "no report"
        _say(f"no {NAME}: {reason}; mend what failed and run it again with --resume --bundle")
        return
    path = write_bundle(where, [result.job for result in results], command)
    _say(f"wrote {path}")


def _formats(forms: str, *, bundle: bool) -> list[str]:
    """Return the forms that an option names; a bundle needs the executed notebooks."""
    formats = [form.strip() for form in forms.split(",") if form.strip()]
    if not formats:
        raise errors.InvalidRequest("--format is empty: expected html, docx, pdf, ipynb or xlsx")
    return [*formats, "ipynb"] if bundle and "ipynb" not in formats else formats


def _languages(lang: str) -> tuple[str, ...]:
    """Return the languages that an option names."""
    from parstats.reference.labels import LANGUAGES

    if lang not in (*LANGUAGES, "all"):
        raise errors.UnknownChoice("language", lang, (*LANGUAGES, "all"))
    return tuple(LANGUAGES) if lang == "all" else (lang,)


def _country_formats(formats: list[str], country: bool | None) -> list[str]:
    """Return the forms of the reports on the country, which have no brief."""
    kept = [form for form in formats if form != "brief"]
    if country and not kept:
        raise errors.InvalidRequest(
            "--format brief is of single provinces: a report on the country has none; leave "
            "--national out, or take html, docx or pdf"
        )
    return kept


def _select_years(index: str, years: str) -> list[int]:
    """Return the years of an index, or refuse one without figures with what to do about it."""
    from parstats.panel.load import absent_year_remedy
    from parstats.reports.catalogue import release

    try:
        return release.select_years(index, years)
    except errors.UnknownChoice as error:
        remedy = absent_year_remedy(index, error.found) if isinstance(error.found, int) else ""
        raise errors.UnknownChoice(error.what, error.found, error.allowed, remedy) from None


def _years_by_index(named: list[str], years: str, *, everything: bool) -> dict[str, list[int]]:
    """Return the years of each index; of all indices those are left out that have none of them."""
    from parstats.reports.catalogue import release

    if not everything:
        return {name: _select_years(name, years) for name in named}
    by_index: dict[str, list[int]] = {}
    refused: list[errors.UnknownChoice] = []
    for name in named:
        try:
            by_index[name] = release.select_years(name, years)
        except errors.UnknownChoice as error:
            refused.append(error)
    if not by_index:
        raise refused[0]
    for reason in refused:
        _say(f"left out: {reason}")
    return by_index


def _of_provinces(years_by_index: dict[str, list[int]]) -> dict[str, list[int]]:
    """Keep the indices of provinces, whose names are meant where no single index is asked for."""
    from parstats.reference import frameworks

    return {
        name: years
        for name, years in years_by_index.items()
        if frameworks.index_info(name).unit_level == "province"
    }


def verify(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="An output folder of `report`.")],
) -> None:
    """Re-check a rendered batch against its manifest.

    Example: [bold]parstats verify build/reports[/bold]
    """
    from parstats.reports.batch.manifest import verify as run
    from parstats.reports.batch.outputs import output_path

    wrong = run(output_path(folder))
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{folder}: every file is as it was written")


def _selection_remarks(selection: Selection, names: list[str]) -> list[str]:
    """Return how names were read, and which have no page in a year."""
    from parstats.reference.provinces import fuzzy_remarks

    vintages = sorted(set(selection.vintages.values()))
    lines = [line for vintage in vintages for line in fuzzy_remarks(names, vintage)]
    return [*dict.fromkeys(lines), *(f"{year}: {error}" for year, error in selection.merged)]


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
    # No separate thread: processes are forked while the bar is there.
    with Progress(*columns, console=_remarks, auto_refresh=False) as bar:
        task = bar.add_task("reports", total=len(todo))

        def step(result: Result) -> None:
            bar.update(task, advance=1, description=result.job.title, refresh=True)

        return render(todo, folder, progress=step, **how)


def _conclude(results: list[Result], page: Path) -> None:
    from parstats.reports.batch.outputs import is_local
    from parstats.reports.batch.runner import log_path

    counts = Counter(result.status for result in results)
    for result in results:
        if result.status == "failed":
            log = log_path(page.parent, result.job)
            _say(f"failed: {result.job.title}: {result.message} (see {log})")
    summary = (
        f"{counts['done']} rendered, {counts['current']} up to date, {counts['failed']} failed"
    )
    _say(summary + (f", {counts['not run']} not begun" if counts["not run"] else ""))
    typer.echo(str(page.resolve()) if is_local(page) else str(page))
    if counts["failed"]:
        raise typer.Exit(1)
