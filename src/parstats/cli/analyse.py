"""Commands that answer questions: drivers, remedies, compare."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parstats import errors
from parstats.cli.application import (
    IndexOption,
    OutputOption,
    YearOption,
    _build_first,
    _emit,
    _say,
    _scores,
    _year,
)

if TYPE_CHECKING:
    import pandas as pd

    from parstats.advice import Priorities


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
            "--region",
            help='A region with 10 provinces or more, by name or code: "Đồng bằng sông Hồng", '
            "NMM, RRD, NCC, MRD.",
        ),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            "--level", help="criterion or dimension; the lowest that adds up if not given."
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="vi or en; of the table on screen.")] = "vi",
    output: OutputOption = None,
) -> None:
    """Which sub-dimensions drive the overall ranking: covariance shares with their sensitivity.

    sens_low and sens_high say how far a share moves with which provinces are in; the provinces are
    a census, so they are no sampling error. Shares describe the spread between provinces, not what
    an effort would bring. With --province, two more columns: its score in points and its percentile
    in the country.

    Example: [bold]parstats drivers --index PAPI --year 2024 --province "Lạng Sơn"[/bold]
    """
    from parstats.drivers import shares
    from parstats.figures.citation import table_source
    from parstats.figures.tables.driver_results import shares_on_screen
    from parstats.panel import profile
    from parstats.panel.units import vintage_in
    from parstats.reference import frameworks
    from parstats.reference.labels import check_language
    from parstats.reference.period_numbers import period_text
    from parstats.reference.provinces import by_code, fuzzy_remarks, match_province

    check_language(lang)
    scores = _scores(index, year)
    score_year = _year(scores, year)
    vintage = vintage_in(scores, score_year)
    codes = [] if province is None else [match_province(province, vintage=vintage)]
    for line in fuzzy_remarks([] if province is None else [province], vintage):
        _say(line)
    table = shares(scores, score_year, level=level, region=region)
    for code in codes:
        parts = table.loc[~table["series"].map(frameworks.is_rest), "series"]
        level = frameworks.series_level(parts.iloc[0])
        province_profile = profile(scores, code, score_year, level=level)[
            ["series", "score", "percentile"]
        ]
        table = table.merge(province_profile, on="series", how="left")
        n_missing = int(table["score"].isna().sum())
        if n_missing:
            name = by_code(vintage)[code].names["vi"]
            _say(
                f"{name} ({code}) has no score in {n_missing} of {len(table)} series "
                f"of {period_text(score_year)}"
            )
    on_screen = ""
    if output is None and sys.stdout.isatty():
        on_screen = shares_on_screen(table, check_language(lang)) + "\n"
    _emit(table, output, source=table_source(table), on_screen=on_screen)


def remedies(
    index: IndexOption = "PAPI",
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="A row for each measure_type, coarse_group or index; one if not given."
        ),
    ] = None,
    timing: Annotated[
        str,
        typer.Option(
            "--timing",
            help="First outcome year of a plan: fieldwork (its own year if at least half of the "
            "survey came after the day of issue, else the next), plan_year, next_year.",
        ),
    ] = "fieldwork",
    event_time: Annotated[
        int,
        typer.Option(
            "--event-time",
            help="Years from the outcome year: 1 looks one year on, -1 at a year before the plan.",
        ),
    ] = 0,
    years: Annotated[
        str | None, typer.Option("--years", help="Outcome years, as 2024 or 2018-2024; or all.")
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option(
            "--plans",
            help="Plans of your own instead of the registered ones: a file, or a folder with "
            "plans.* and measures.*.",
        ),
    ] = None,
    measures: Annotated[
        Path | None, typer.Option("--measures", help="The measures of these plans.")
    ] = None,
    list_types: Annotated[
        str,
        typer.Option(
            "--list-types", help="Lists that aim at a series: remediate,maintain,general."
        ),
    ] = "remediate",
    formal_only: Annotated[
        bool,
        typer.Option(
            "--formal-only/--all-documents", help="Formal plans, or articles and meetings too."
        ),
    ] = True,
    n_draws: Annotated[
        int, typer.Option("--n-draws", help="Number of reassignments of the randomization test.")
    ] = 1_999,
    seed: Annotated[int, typer.Option("--seed", help="Seed of these.")] = 0,
    lag: Annotated[str | None, typer.Option("--lag", hidden=True)] = None,
    output: OutputOption = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of table and remarks.")] = "vi",
) -> None:
    """Which measures go with improvement: adjusted association of being targeted with the change.

    An association is no effect. The mere change before and after stands beside it and is no
    estimate: what stands low comes back by itself. Where there is too little data for a verdict the
    row says so and shows no estimate. How many measures met no cell, and why, is reported on the
    way. Tables of your own are written by `parstats plan FILES -o measures.csv --plans plans.csv`.

    Example: [bold]parstats remedies --index PAPI --by measure_type -o remedies.xlsx[/bold]

    Example: [bold]parstats remedies --years 2018-2024 --plans plans.csv --measures
    measures.csv[/bold]

    Example: [bold]parstats remedies --plans my-plans --timing next_year[/bold]
    """
    from parstats.figures.citation import table_source
    from parstats.figures.text.estimate_summary import (
        estimate_lines,
        remarks,
        unlinked_text,
        unmatched_text,
        with_marks,
        without_withheld,
    )
    from parstats.reference import frameworks
    from parstats.reference.labels import check_language
    from parstats.remedies import estimate, exposure, unlinked_measures, unmatched_measures
    from parstats.remedies.association.hypotheses import BY

    check_language(lang)
    _refuse_lag(lag)
    _check_choices(by, BY, output)
    index = frameworks.check_index(index)
    scores = _scores(index, None)
    outcome_years = _span(years, scores)
    plan_table, measure_table = _plans_and_measures(index, plans, measures)
    inputs = scores, measure_table, plan_table
    choices: dict[str, Any] = {
        **{"event_time": event_time, "timing": timing, "years": outcome_years},
        **{"list_types": _words(list_types), "formal_only": formal_only},
    }
    cells = exposure(*inputs, **choices)
    _check_cells(cells, scores, index, years)
    unmatched = unmatched_measures(*inputs, **choices)
    if not (cells["state"] == "targeted").any():
        why = unmatched_text(unmatched, len(measure_table), "en")
        if measure_table.empty:
            why = _without_measures(index, measure_table)
        raise errors.InsufficientData(f"no cell is targeted, nothing to estimate: {why}")
    estimates = estimate(cells, by=by, n_draws=n_draws, seed=seed)  # type: ignore[arg-type]
    table = without_withheld(estimates)
    kept = {name: choices[name] for name in ("timing", "list_types", "formal_only")}
    waiting = unlinked_measures(*inputs, **kept)
    lines = unmatched_text(unmatched, len(measure_table), lang), unlinked_text(waiting, lang)
    for line in (*filter(None, lines), *remarks(table, lang)):
        _say(line)
    source = table_source(table, index)
    _emit(with_marks(table), output, source=source, on_screen=estimate_lines(table, lang))


def _refuse_lag(lag: str | None) -> None:
    """Say what took the place of an option of version 0.1."""
    if lag is not None:
        raise errors.InvalidRequest(
            "--lag is now --timing plan_year or next_year (which outcome year), or --event-time "
            "(years from the outcome year)"
        )


def _words(text: str) -> list[str]:
    """Return the words of an option, which stand with commas between."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _check_choices(by: str | None, allowed: Sequence[str], output: Path | None) -> None:
    """Refuse options before any work is done."""
    from parstats.storage import TABLE_ENDINGS

    if by is not None and by not in allowed:
        raise errors.UnknownChoice("--by", by, allowed)
    if output is not None and output.suffix.lower() not in TABLE_ENDINGS:
        raise errors.UnknownChoice("ending of an output file", output.name, TABLE_ENDINGS)


def _span(years: str | None, scores: pd.DataFrame) -> range | None:
    """Return the years of a span, all of which must have scores."""
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
    from parstats.pipeline.user_plans import plan_tables

    is_alone = plans is not None and measures is None and not plans.is_dir()
    if is_alone or (plans is None and measures is not None):
        raise errors.InvalidRequest(
            "give --plans and --measures together, a folder with both as --plans, or neither"
        )
    user_plans, measure_table = plan_tables(index, plans or "", measures or "")
    for line in (*user_plans.attrs.get("remarks", ()), *measure_table.attrs.get("remarks", ())):
        _say(line)
    return user_plans, measure_table


def _without_measures(index: str, measure_table: pd.DataFrame) -> str:
    """Say that no measure is for the index, and of how many."""
    n_read = measure_table.attrs.get("n_read")
    if n_read is None:
        return f"no registered measure is for {index}"
    return f"none of the {n_read} measures is for {index}; see --index and their column index"


def _check_cells(cells: pd.DataFrame, scores: pd.DataFrame, index: str, years: str | None) -> None:
    """Refuse cells without an outcome."""
    from parstats.remedies import outcomes

    if len(cells):
        return
    years_with_outcome = sorted(outcomes(scores)["year"].unique()) if years is not None else []
    with_cells = (
        f"; years that have: {', '.join(map(str, years_with_outcome))}"
        if years_with_outcome
        else ""
    )
    raise errors.InsufficientData(
        f"nothing of {index} {years or ''}".rstrip() + " can be set beside a plan: it takes scores "
        "of a series for 90 % of the provinces in three years running, with no break between them"
        + with_cells
    )


# Tables of `compare`: of a year, by the attributes of its result, and of all years.
_COMPARED = ("pairs", "provinces", "parts", "years")


def _say_reasons(pairs: pd.DataFrame) -> None:
    """Say of each pair of indices without a coefficient why there is none."""
    for row in pairs.itertuples():
        if row.reason == "few":
            _say(
                f"{row.index_1} and {row.index_2} {row.year}: {row.n_common} of {row.n_units} "
                "provinces can be compared in both; no coefficient, see --table provinces"
            )
            for name, published, known in (
                (row.index_1, row.n_published_1, row.n_1),
                (row.index_2, row.n_published_2, row.n_2),
            ):
                if published > known:
                    _say(
                        f"  {name}: {published} provinces have a score; its points from SIPAS and "
                        f"from growth and investment, which are taken out, are known of {known}"
                    )
        elif row.reason:
            _say(f"{row.index_1} and {row.index_2} {row.year}: all have the same score in one")


def compare(
    year: YearOption = None,
    indices: Annotated[
        str,
        typer.Option("--indices", help="Names with commas between; all with scores if not given."),
    ] = "",
    table: Annotated[
        str,
        typer.Option(
            "--table",
            help="pairs of indices, provinces that they rank most differently, parts that go "
            "together, or years: the pairs of every year.",
        ),
    ] = "pairs",
    by_region: Annotated[
        bool, typer.Option("--by-region", help="Also within each region of 10 provinces or more.")
    ] = False,
    output: OutputOption = None,
) -> None:
    """How far the indices rank the provinces alike: Spearman and Kendall, pair by pair.

    The PAR INDEX enters without the points that it takes from SIPAS and from growth and investment.
    Where an index covers under 90 % of the provinces there is no coefficient, only the provinces
    with both scores and what tau can be at least and at most. Going together is no effect.

    Example: [bold]parstats compare --year 2023 --indices PAPI,SIPAS,PAR[/bold]
    """
    from parstats.drivers import across, across_years
    from parstats.figures.citation import table_source
    from parstats.panel import load_scores

    if table not in _COMPARED:
        raise errors.UnknownChoice("table", table, _COMPARED)
    _build_first()
    scores = load_scores(None)
    scores = scores[scores["unit_level"] == "province"]
    named = [name.strip() for name in indices.split(",") if name.strip()] or None
    if by_region and table != "pairs":
        raise errors.InvalidRequest(
            f"--table {table} is of the country: leave --by-region out, or take --table pairs"
        )
    if table == "years":
        if year is not None:
            raise errors.InvalidRequest("--table years is of all years: leave --year out")
        pairs = across_years(scores, indices=named)
        if pairs.empty:
            raise errors.InvalidRequest("no year has scores of two of these indices: name more")
        _emit(pairs, output, source=table_source(pairs))
        return
    newest = scores.groupby("year")["index"].nunique()
    result = across(
        scores,
        int(newest[newest > 1].index.max()) if year is None else year,
        indices=named,
        by_region=by_region,
    )
    _say_reasons(result.pairs[result.pairs["region"] == ""])
    _emit(getattr(result, table), output, source=table_source(getattr(result, table)))


def advise(
    province: Annotated[str, typer.Argument(help="Name or code of the province.")],
    index: IndexOption = "PAPI",
    year: YearOption = None,
    lang: Annotated[str, typer.Option("--lang", help="Language: vi, en or all.")] = "vi",
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            help='A target to check, such as "PAPI 46.5", "44,5/80 điểm", "top 20", '
            '"hạng 15/61", "+2 bậc", "giữ hạng", "nhóm trung bình cao trở lên"; of another index '
            'with its --index ("SIPAS 85 %"); may be given several times.',
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", help="Check the targets of this registered plan."),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Where a province's effort would move its rank most, by what provinces really achieved.

    Each part of the score is raised by what the quarter of the provinces that rose most really
    gained and kept; the rank of the year after is simulated with it and without. With
    --target or --plan, how often such a target is reached. An association in the figures of past
    years; nothing is promised. Where the data carry no advice, the command says so and what data
    would decide. -o writes the table of all parts, or of the targets if there are.

    Example: [bold]parstats advise "Lạng Sơn" --index PAPI --year 2024 --target "top 20"[/bold]
    """
    from parstats.advice import page_priorities
    from parstats.figures.citation import table_source
    from parstats.panel.units import vintage_in
    from parstats.reference.labels import LANGUAGES
    from parstats.reference.provinces import match_province

    if lang not in (*LANGUAGES, "all"):
        raise errors.UnknownChoice("language", lang, (*LANGUAGES, "all"))
    scores = _scores(index, year)
    index, year = str(scores["index"].iloc[0]), _year(scores, year)
    match_province(province, vintage=vintage_in(scores, year))
    targets = _targets(scores, province, year, target, plan)
    checks = None if targets is None else _checks(scores, province, targets, year)
    answer = page_priorities(index, province, year)
    if output is not None:
        if checks is None and answer.reason:
            raise _no_advice(scores, province, year, answer.reason)
        table = answer.table if checks is None else checks
        _emit(table, output, source=table_source(table))
        return
    for each in LANGUAGES if lang == "all" else (lang,):
        typer.echo(_screen(scores, province, year, answer, checks, each), nl=False)
    if checks is None and answer.reason:
        raise typer.Exit(1)


def _screen(
    scores: pd.DataFrame,
    province: str,
    year: int,
    answer: Priorities,
    checks: pd.DataFrame | None,
    lang: str,
) -> str:
    """Return the screen of the command: the advice or why there is none, and the targets."""
    from parstats.advice import next_rank, other_year
    from parstats.figures import text
    from parstats.panel.units import vintage_in
    from parstats.reference.provinces import match_province

    index = str(scores["index"].iloc[0])
    words = text.language(lang, index)
    if not answer.reason:
        steps = next_rank(scores, province, year)
        return text.advice_screen(answer, words, steps=steps, checks=checks)
    try:
        known = next_rank(scores, province, year)
    except errors.ParstatsError:
        known = None  # as there is no advice: the head says why
    vintage = vintage_in(scores, year)
    code = match_province(province, vintage=vintage)
    other = other_year(index, code, year)
    head = text.undecided_screen(
        index, code, vintage, year, answer.reason, words, other_year=other, steps=known
    )
    return head + (text.advice_screen(answer, words, checks=checks) if checks is not None else "")


def _no_advice(scores: pd.DataFrame, province: str, year: int, reason: str) -> errors.ParstatsError:
    """Return the error that there is no table to write, and which data there would have to be."""
    from parstats.advice import other_year
    from parstats.reference.labels import text
    from parstats.reference.period_numbers import period_text

    index = str(scores["index"].iloc[0])
    other = other_year(index, province, year)
    works = "" if other is None else " " + text("advice.other_year", "en", year=period_text(other))
    return errors.InsufficientData(
        f"no advice to {province} on {index} {period_text(year)}: "
        f"{text(f'advice.no_{reason}', 'en')}{works}"
    )


def _targets(
    scores: pd.DataFrame, province: str, year: int, texts: list[str] | None, plan: str | None
) -> pd.DataFrame | list[str] | None:
    """Return the targets to check: as typed, or of a registered plan of the province."""
    from parstats.panel import load_plans, load_targets
    from parstats.panel.units import vintage_in
    from parstats.plans.plans_of_province import own_plans_and_later
    from parstats.reference.provinces import match_province

    if plan is None:
        return texts or None
    if texts:
        raise errors.InvalidRequest("give --target or --plan, not both")
    index, vintage = str(scores["index"].iloc[0]), vintage_in(scores, year)
    plans = load_plans(index, province=province, vintage=vintage)
    code = match_province(province, vintage=vintage)
    plans = own_plans_and_later(plans, vintage, code)
    targets = load_targets(index)
    targets = targets[targets["plan"].isin(plans["plan"]) & (targets["kind"] == "target")]
    if targets.empty:
        raise errors.InvalidRequest(
            f"no plan of {province} with targets for {index} is registered, so there is no "
            f"{plan!r} to check; type the targets with --target"
        )
    if plan not in set(targets["plan"]):
        named = sorted(targets["plan"].unique())
        raise errors.UnknownChoice(f"plan of {province} with targets for {index}", plan, named)
    plan_targets = targets[targets["plan"] == plan]
    base = plans.loc[plans["plan"] == plan, "baseline_year"].iloc[0]
    return plan_targets.assign(base_year=base)


def _checks(
    scores: pd.DataFrame, province: str, targets: pd.DataFrame | list[str], year: int
) -> pd.DataFrame:
    """Check targets; what that needs is loaded only where there are any."""
    from parstats.advice import check_targets
    from parstats.advice.target_checks import before_merger
    from parstats.panel import load_plans
    from parstats.panel.units import vintage_in
    from parstats.plans.plans_of_province import own_plans
    from parstats.reference.provinces import match_province

    if isinstance(targets, list):
        return check_targets(scores, province, targets, year)
    index, vintage = str(scores["index"].iloc[0]), vintage_in(scores, year)
    plans = load_plans(index)
    plans = plans[plans["plan"].isin(targets["plan"])]
    if len(own_plans(plans, vintage, match_province(province, vintage=vintage))):
        return check_targets(scores, province, targets, year)
    later = plans.iloc[0]
    return before_merger(index, targets, year, int(later["vintage"]), str(later["province"]))
