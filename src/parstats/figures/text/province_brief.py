"""The brief of a province: what it reached, what fell short, what may be done, what to propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from IPython.display import Markdown

from parstats.advice import Priorities, RankSteps
from parstats.advice.names_today import name_today
from parstats.arguments import from_results
from parstats.figures.boxes import Cards, Notice
from parstats.figures.brief_parts import Brief, Picture, Section
from parstats.figures.chart import Chart
from parstats.figures.citation import source_line
from parstats.figures.tables import advised_series
from parstats.figures.tables.planned_series import (
    other_plans_note,
    plan_years,
    planned,
    unread_note,
    years_read,
)
from parstats.figures.text.advice_summary import few_years, note_lines
from parstats.figures.text.plain_words import plain_words
from parstats.panel.evidence import Evidence
from parstats.panel.overall import Overall
from parstats.plans.plans_of_province import measures_seen, own_plans, plans_running, plans_until
from parstats.reference import frameworks
from parstats.reference.labels import number, period, text

# Entries of a list; by judgement: two pages in all.
_N_TOP = 3
_N_CAUSES = 3
_N_PRIORITIES = 5
# Columns of the table of priorities that the width of a brief holds.
_COLUMNS = ("position", "name", "now", "needed", "who")


@from_results(
    profile="parstats.panel.profile: series score max_score percentile",
    movement="parstats.drivers.relative_change: series relative_change comparable",
)
def province_brief(
    standing: Overall,
    profile: pd.DataFrame,
    movement: pd.DataFrame,
    lang: str,
    *,
    chart: Chart | None = None,
    advised: Priorities | None = None,
    plans: pd.DataFrame | None = None,
    measures: pd.DataFrame | None = None,
    shortcomings: pd.DataFrame | None = None,
    checks: pd.DataFrame | None = None,
    steps: RankSteps | None = None,
    targets: pd.DataFrame | None = None,
) -> Brief:
    """Return the brief of a province: four sections with one picture and one table.

    Parameters
    ----------
    standing : Overall (`parstats.panel.overall`)
    profile : pandas.DataFrame of `parstats.panel.profile`
    movement : pandas.DataFrame of `parstats.drivers.relative_change`
    lang : {"vi", "en"}
    chart : Chart, optional
        The picture: with advice that of the tasks (`parstats.charts.priorities` with `brief`),
        without that of the results, as the history.
    advised : Priorities, optional (`parstats.advice.page_priorities`); without, the weakest parts
    plans, measures, targets, shortcomings, checks : pandas.DataFrame, optional
        Of this province: `parstats.load_plans`, `load_measures`, `load_targets`,
        `load_shortcomings`, `parstats.advice.check_plans`. Plans of what it became, or was before,
        are named and not counted; later ones than of the year after are left out.
    steps : RankSteps, optional (`parstats.advice.next_rank`); points to the ranks above
    """
    checks = None if checks is None else checks[checks["reason"] == ""]
    results = (*_results(standing, profile, lang), *_results_of_targets(checks, standing, lang))
    weak = _weak(profile, lang)
    known = _Plans.of(standing, plans, measures, targets)
    picture = Picture(chart._bytes(".png"), chart.alt) if chart else None
    has_advice = advised is not None and len(advised.table) > 0
    tasks = _tasks(advised, profile, known, steps, lang)
    if has_advice:
        tasks = replace(tasks, picture=picture)
    title = text(
        "brief.title",
        lang,
        index=standing.index,
        year=period(standing.year, lang),
        name=_name(standing, lang),
    )
    first = _notes(advised, steps, lang)
    told = [first[key] for key in ("without", "first", "hold") if key in first]
    summary = (results[0], *weak, *told)
    sections = (
        Section(
            text("brief.results", lang),
            results,
            picture=None if has_advice else picture,
        ),
        _shortfalls(weak, movement, _by_then(shortcomings, known), standing, lang),
        tasks,
        _proposals(advised, known, _open_targets(checks, standing), lang),
    )
    source = source_line(pd.DataFrame({"index": [standing.index], "year": [standing.year]}), lang)
    return Brief(lang, title, summary, sections, source)


def known_brief(
    about: Evidence, province: str, notes: Sequence[Markdown | Notice | Cards | None], lang: str
) -> Brief:
    """Return the brief of a year that carries no ranking: what is known, and what would decide.

    Parameters
    ----------
    about : Evidence (`parstats.panel.evidence`)
    province : str; code of the province
    notes : sequence of Markdown, Notice, Cards or None; what the page says of the year
    lang : {"vi", "en"}
    """
    name = name_today(province, about.vintage, lang, about.index)
    year = period(about.year, lang)
    said = tuple(line for note in notes if note is not None for line in _said(note))
    nothing = text("brief.shown_only", lang)
    why = text("advice.no_coverage", lang)
    source = source_line(pd.DataFrame({"index": [about.index], "year": [about.year]}), lang)
    sections = (
        Section(text("brief.results", lang), said),
        Section(text("brief.shortfalls", lang), (nothing, text("brief.causes", lang))),
        Section(text("brief.tasks", lang), (text("brief.no_tasks", lang, why=why),)),
        Section(text("brief.proposals", lang), (), (text("brief.fill_in_alone", lang),)),
    )
    title = text("brief.title", lang, index=about.index, year=year, name=name)
    return Brief(lang, title, (*said[:1], why), sections, source)


def _said(note: Markdown | Notice | Cards) -> list[str]:
    """Return a note of the page as paragraphs; each card as one."""
    if isinstance(note, Cards):
        said = [
            (card.label, card.text(note.lang) if card.value is not None else "", card.note)
            for card in note.cards
        ]
        return [
            f"{label}: {value} ({remark})." if value and remark else f"{label}: {value or remark}."
            for label, value, remark in said
        ]
    return [plain_words(note.text if isinstance(note, Notice) else note.data)]


@dataclass(frozen=True)
class _Plans:
    """Plans up to the year after: the province's own, with measures and goals, and those of others.

    Attributes
    ----------
    index : str
    own, running : pandas.DataFrame; the province's own plans; those of them that are for next year
    everything : pandas.DataFrame; with those of what it became, or was before
    """

    index: str
    own: pd.DataFrame
    running: pd.DataFrame
    everything: pd.DataFrame
    measures: pd.DataFrame
    targets: pd.DataFrame | None

    @classmethod
    def of(
        cls,
        standing: Overall,
        plans: pd.DataFrame | None,
        measures: pd.DataFrame | None,
        targets: pd.DataFrame | None,
    ) -> _Plans | None:
        if plans is None or measures is None:
            return None
        plans = plans_until(plans, standing.year)
        own = own_plans(plans, standing.vintage, standing.province)
        running = plans_running(own, standing.year)
        return cls(standing.index, own, running, plans, measures, targets)

    def years_read(self, lang: str) -> str:
        """Return the years of the own plans that were read; "" if none was."""
        return years_read(self.own, self.measures, self.index, lang)

    def unread_note(self, lang: str) -> str:
        """Return in which own plans no measure could be seen; "" without any."""
        return unread_note(self.own, self.measures, self.index, lang)

    def has(self, series: str, lang: str) -> str:
        """Return what the own plans have for a part; "" if nothing was seen."""
        return planned(series, self.own, self.measures, self.targets, lang)

    def answers(self, series: str, lang: str) -> str:
        """Return the measures for a part in plans for next year: to be named answers nothing."""
        return planned(series, self.running, measures_seen(self.measures), None, lang)


def _by_then(shortcomings: pd.DataFrame | None, known: _Plans | None) -> pd.DataFrame | None:
    """Return what the province's own plans up to the year after say fell short."""
    if shortcomings is None or known is None or "plan" not in shortcomings:
        return shortcomings
    return shortcomings[shortcomings["plan"].isin(known.own["plan"])]


def _notes(advised: Priorities | None, steps: RankSteps | None, lang: str) -> dict[str, str]:
    """Return the sentences of the advice; none without any."""
    if advised is None or advised.table.empty:
        return {}
    lines = note_lines(advised.table, advised.pairs, lang, steps)
    return {key: plain_words(line) for key, line in lines.items()}


def _name(standing: Overall, lang: str) -> str:
    return name_today(standing.province, standing.vintage, lang, standing.index)


def _results(standing: Overall, profile: pd.DataFrame, lang: str) -> tuple[str, ...]:
    """Return score, rank and change, and where the province is strongest."""
    fields = {
        "name": _name(standing, lang),
        "index": standing.index,
        "year": period(standing.year, lang),
    }
    if standing.score is None:
        return (text("brief.no_score", lang, **fields),)
    first = text(
        "brief.score",
        lang,
        score=number(standing.score, lang),
        max=number(standing.max_score, lang, 0 if float(standing.max_score).is_integer() else 2),
        **fields,
    )
    if standing.rank is not None:
        first += " " + text("brief.rank", lang, rank=standing.rank, of=standing.n_ranked)
    if standing.quartile and frameworks.index_info(standing.index).unit_level == "province":
        group = text(f"quartile.{standing.quartile}", lang)
        first += " " + text("brief.group", lang, group=group[:1].lower() + group[1:])
    if standing.previous is not None and standing.year in frameworks.rank_breaks(standing.index):
        first += " " + text(
            "brief.hard_to_compare",
            lang,
            year=period(standing.year, lang),
            previous=period(standing.previous, lang),
        )
    elif standing.rank_previous is not None and standing.previous is not None:
        first += " " + text(
            "brief.before",
            lang,
            year=period(standing.previous, lang),
            rank=standing.rank_previous,
            of=standing.n_ranked_previous,
        )
    strong = _ordered(profile).head(_N_TOP)
    if strong.empty:
        return (first,)
    return first, text("brief.strong", lang, listed=_listed(strong, lang))


def _ordered(profile: pd.DataFrame) -> pd.DataFrame:
    """Return the parts that were assessed, the strongest first."""
    assessed = profile[~profile["is_filled"]] if "is_filled" in profile else profile
    return assessed.sort_values("percentile", ascending=False, kind="stable")


def _listed(rows: pd.DataFrame, lang: str) -> str:
    return "; ".join(
        text(
            {100: "brief.part_highest", 0: "brief.part_lowest"}.get(
                round(float(row["percentile"])), "brief.part"
            ),
            lang,
            name=frameworks.series_name(str(row["series"]), lang, short=True),
            score=number(row["score"], lang),
            max=number(row["max_score"], lang),
            percentile=number(row["percentile"], lang, 0),
        )
        for row in rows.to_dict("records")
    )


def _weak(profile: pd.DataFrame, lang: str) -> tuple[str, ...]:
    weak = _ordered(profile).tail(_N_TOP).iloc[::-1]
    return (text("brief.weak", lang, listed=_listed(weak, lang)),) if len(weak) else ()


def _shortfalls(
    weak: tuple[str, ...],
    movement: pd.DataFrame,
    shortcomings: pd.DataFrame | None,
    standing: Overall,
    lang: str,
) -> Section:
    """Return what is weak, what fell, and the causes that the province itself named."""
    paragraphs = [line for line in weak if line]
    compares = movement["comparable"].fillna(False).astype(bool)
    fell = movement[compares & (movement["relative_change"] < 0)]
    fell = fell.sort_values("relative_change").head(_N_TOP)
    if len(fell) and standing.previous is not None:
        listed = "; ".join(
            f"{frameworks.series_name(str(row['series']), lang, short=True)} "
            f"({number(row['relative_change'], lang, sign=True)})"
            for row in fell.to_dict("records")
        )
        paragraphs.append(
            text("brief.fell", lang, listed=listed, year=period(standing.previous, lang))
        )
    causes = () if shortcomings is None else _causes(shortcomings)
    paragraphs.append(text("brief.causes_named" if causes else "brief.causes", lang))
    return Section(text("brief.shortfalls", lang), tuple(paragraphs), causes)


def _causes(shortcomings: pd.DataFrame) -> tuple[str, ...]:
    named = shortcomings[shortcomings["cause_as_written"] != ""].head(_N_CAUSES)
    return tuple(
        f"{row['shortcoming_as_written'] or row['criterion_as_written']}: {row['cause_as_written']}"
        for row in named.to_dict("records")
    )


def _tasks(
    advised: Priorities | None,
    profile: pd.DataFrame,
    known: _Plans | None,
    steps: RankSteps | None,
    lang: str,
) -> Section:
    """Return what to work on first, with the table of priorities."""
    heading = text("brief.tasks", lang)
    if advised is None or advised.table.empty:
        return Section(heading, _weakest_first(advised, profile, lang))
    notes = _notes(advised, steps, lang)
    table = advised_series.priorities(advised.table, advised.cases, lang, n_top=_N_PRIORITIES)
    before = [notes[key] for key in ("without", "break", "steps") if key in notes]
    before.append(text("brief.order", lang))
    before += [notes[key] for key in ("first", "hold", "pair") if key in notes]
    return Section(
        heading,
        tuple(before),
        table=replace(table.only(_COLUMNS), notes=table.notes[1:]),
        caption=text("section.advice.title", lang),
        closing=(
            *([notes["merged"]] if "merged" in notes else []),
            _limits(advised, lang),
            *_planned(advised, known, lang),
        ),
    )


def _limits(advised: Priorities, lang: str) -> str:
    """Return what the figures do not say, in a sentence, with a caution where few years compare."""
    line = text("brief.limits", lang)
    few = few_years(int(advised.table["n_years"].iloc[0]))
    return f"{line} {text('advice.few_years', lang)}" if few else line


def _weakest_first(advised: Priorities | None, profile: pd.DataFrame, lang: str) -> tuple[str, ...]:
    """Return the weakest parts, where nothing was simulated, and why that is."""
    reason = text(f"advice.no_{advised.reason}", lang) if advised and advised.reason else ""
    weakest = _ordered(profile).tail(_N_PRIORITIES)["series"][::-1]
    if weakest.empty:
        return (text("brief.no_tasks", lang, why=reason or text("advice.no_parts", lang)),)
    named = advised_series.names_of(weakest, lang)
    return tuple(filter(None, [text("brief.weakest_first", lang, names=named), reason]))


def _planned(advised: Priorities, known: _Plans | None, lang: str) -> tuple[str, ...]:
    """Say which of the first parts the plans that were read have measures or goals for."""
    if known is None or known.everything.empty:
        return (text("brief.no_plan", lang),)
    others = other_plans_note(known.everything, known.own, lang)
    if known.own.empty:
        return (text("brief.no_plan", lang), others)
    first = advised.table["series"].head(_N_PRIORITIES)
    answered = [series for series in first if known.answers(series, lang)]
    # The proposals name what is to be raised.
    others_named = set(first) - set(answered) - set(_raised(advised))
    named = [series for series in first if series in others_named and known.has(series, lang)]
    fields = {"years": plan_years(known.own), "next": _next(advised, lang)}
    lines = []
    if answered:
        covered = "; ".join(
            text(
                "brief.covered_part",
                lang,
                name=advised_series.names_of([series], lang),
                planned=known.answers(series, lang),
            )
            for series in answered
        )
        lines.append(text("brief.covered", lang, names=covered, **fields))
    if named:
        names = advised_series.names_of(named, lang)
        lines.append(text("brief.covered_before", lang, names=names, **fields))
    years = known.years_read(lang)
    if not lines and years and _raised(advised).empty:  # else the proposals name the parts
        lines.append(text("table.none_planned", lang, years=years))
    return tuple(filter(None, (*lines, known.unread_note(lang), others)))


def _next(advised: Priorities, lang: str) -> str:
    return period(int(advised.table["year"].iloc[0]) + 1, lang)


def _proposals(
    advised: Priorities | None, known: _Plans | None, checks: pd.DataFrame | None, lang: str
) -> Section:
    """Return what to propose: who leads what has no measure, targets, and lines to fill in."""
    items = []
    if advised is not None and len(advised.table):
        items += _assigned(advised, known, lang)
    if checks is not None:
        items += [
            text(
                "brief.target",
                lang,
                target=advised_series.target_words(row, lang),
                year=period(int(row["year"]) + 1, lang),
                verdict=advised_series.verdict(row, lang),
            )
            for row in checks.head(_N_TOP).to_dict("records")
        ]
    items.append(text("brief.fill_in" if items else "brief.fill_in_alone", lang))
    return Section(text("brief.proposals", lang), (), tuple(items))


def _open_targets(checks: pd.DataFrame | None, standing: Overall) -> pd.DataFrame | None:
    """Return the judged targets of years after that of the brief; those of others are past."""
    return None if checks is None else checks[checks["year"] >= standing.year]


def _results_of_targets(
    checks: pd.DataFrame | None, standing: Overall, lang: str
) -> tuple[str, ...]:
    """Return the targets for the year of the brief itself, whether each was met."""
    if checks is None:
        return ()
    of_year = checks[(checks["year"] + 1 == standing.year) & checks["outcome"].notna()]
    return tuple(
        text(
            "brief.target_met" if advised_series.is_met(row) else "brief.target_missed",
            lang,
            target=advised_series.target_words(row, lang),
            year=period(standing.year, lang),
            came=advised_series.target_value(row, row["outcome"], lang),
        )
        for row in of_year.head(_N_TOP).to_dict("records")
    )


def _raised(advised: Priorities) -> pd.Series:
    """Return the first parts without those that are high already."""
    top = advised.table.head(_N_PRIORITIES)
    raised: pd.Series = top.loc[advised_series.rises(top["aim"], top["score"]), "series"]
    return raised


def _assigned(advised: Priorities, known: _Plans | None, lang: str) -> list[str]:
    """Return the parts to be raised that no plan has anything for, as a proposal."""
    raised = _raised(advised)
    has_plans = known is not None and len(known.own) > 0
    open_parts = [
        series
        for series in raised
        if known is None or not has_plans or not known.answers(series, lang)
    ]
    if not open_parts:
        return []
    names = advised_series.names_of(open_parts, lang)
    if known is None or not has_plans:
        return [text("brief.assign_no_plan", lang, names=names)]
    years, after = known.years_read(lang), _next(advised, lang)
    if not years:
        return [text("brief.assign_unread", lang, names=names, years=plan_years(known.own))]
    return [text("brief.assign", lang, names=names, years=years, next=after)]
