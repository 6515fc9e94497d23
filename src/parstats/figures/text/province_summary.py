"""Sentences and cards on one province, in both languages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results
from parstats.figures import theme
from parstats.figures.boxes import Card, Cards, Notice
from parstats.figures.column import COUNT, SIGNED
from parstats.figures.index_language import index_language, series_language
from parstats.figures.text.criteria_notes import unconfirmed_text
from parstats.figures.text.source_links import linked
from parstats.panel.evidence import Evidence
from parstats.panel.overall import Overall
from parstats.panel.units import resolve_province
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


def title(standing: Overall, lang: str) -> Markdown:
    """Return the title of a provincial report: province, index, year."""
    return page_title(standing, standing.province, lang)


def page_title(about: Overall | Evidence, province: str, lang: str) -> Markdown:
    """Return the title of a report of one province, whether its year carries a ranking or not.

    Parameters
    ----------
    about : parstats.panel.overall.Overall or parstats.panel.Evidence
        Tells index, year and set of provinces.
    province : str; name or code of the province
    lang : {"vi", "en"}
    """
    province = provinces.match_province(province, vintage=about.vintage)
    province_record = provinces.by_code(about.vintage)[province]
    fields = {"name": province_record.names[lang], "index": about.index, "year": about.year}
    index_name = frameworks.series_name(frameworks.top(about.index), lang)
    head = text("page.title", lang, **fields)
    if not province_record.region:
        return Markdown(f"# {head}" if index_name == about.index else f"# {head}\n\n{index_name}")
    region = text(f"region.{province_record.region}", lang)
    below = text(
        "page.subtitle", lang, full=province_record.full_name, region=region, about=index_name
    )
    return Markdown(f"# {head}\n\n{below}")


def headline(standing: Overall, lang: str) -> Cards | None:
    """Return cards with a province's quartile group, score, rank, neighbours and change.

    None if the province has no overall score that year.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall
    lang : {"vi", "en"}
    """
    if standing.score is None or standing.quartile is None:
        return None
    cards = (
        Card(
            text("headline.score", lang, index=standing.index, year=standing.year),
            standing.score,
            _score_note(standing, lang),
        ),
        Card(
            text("headline.rank", lang),
            standing.rank,
            text(
                "headline.rank_note_groups"
                if frameworks.index_info(standing.index).publishes_groups
                else "headline.rank_note",
                lang,
                index=standing.index,
            ),
            replace(COUNT, after=f" / {standing.n_ranked}"),
        ),
        Card(
            text("headline.close", lang, within=number(standing.tolerance, lang)),
            standing.n_close,
            text(
                "headline.close_note" if standing.n_close else "headline.close_none",
                lang,
                low=standing.rank_close_best,
                high=standing.rank_close_worst,
            ),
            COUNT,
        ),
        _change_card(standing, lang),
    )
    group = text(f"quartile.{standing.quartile}", lang)
    group_note = text("headline.group_note", lang, n=standing.n_ranked)
    if standing.grade is not None:
        least = number(float(standing.grade["at_least"]), lang, 0)
        group = f"{text('headline.grade', lang)}: {standing.grade[f'name_{lang}']}"
        group_note = text("headline.grade_note", lang, least=least)
    return Cards(cards, lang, group, group_note, theme.QUARTILES[standing.quartile])


def _score_note(standing: Overall, lang: str) -> str:
    median = number(standing.median, lang)
    if math.isnan(standing.max_score):
        return text("headline.median_note", lang, median=median)
    return text("headline.score_note", lang, max=number(standing.max_score, lang, 0), median=median)


def _change_card(standing: Overall, lang: str) -> Card:
    if standing.previous is None:
        label = text("headline.change", lang, year=standing.year - 1)
        if standing.last_before is None:
            return Card(label, None, text("headline.no_previous", lang))
        gap = text("headline.gap", lang, year=standing.year - 1, last=standing.last_before)
        return Card(label, None, gap)
    label = text("headline.change", lang, year=standing.previous)
    if standing.change is None:
        note = text("headline.not_then", lang, year=standing.previous)
        return Card(label, None, note)
    note = ""
    if standing.rank_previous is not None:
        note = text("headline.change_note", lang, before=standing.rank_previous, now=standing.rank)
    if standing.is_calculated_previous:
        calculated = text("headline.change_calculated", lang, year=standing.previous)
        note = f"{note}. {calculated}" if note else calculated
    if len(standing.level_breaks):
        return Card(label, None, f"{text('headline.change_broken', lang)} {note}".strip())
    return Card(label, standing.change, note, SIGNED)


def change_note(standing: Overall, lang: str) -> Notice | None:
    """Return the warning where the two years do not compare; None where they do."""
    if standing.previous is None or standing.change is None:
        return None
    items = tuple(
        f"{row[f'text_{lang}']}."
        for table in (standing.level_breaks, standing.ranking_breaks)
        for _, row in table.iterrows()
    )
    if not items:
        return None
    lead = text("warning.break", lang, previous=standing.previous, year=standing.year)
    return Notice(lead, items=items)


@from_results(
    gaps="parstats.load_gaps: index year province", profile="parstats.panel.profile: series"
)
def no_data_note(
    standing: Overall, gaps: pd.DataFrame, profile: pd.DataFrame, lang: str
) -> Notice | None:
    """Return why a province has no overall score that year; None if it has one.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall
    gaps : pandas.DataFrame of known gaps (`parstats.load_gaps`)
    profile : pandas.DataFrame; what the province has figures for (`parstats.panel.profile`)
    lang : {"vi", "en"}
    """
    if standing.score is not None:
        return None
    lang = index_language(lang, standing.index)
    name = provinces.by_code(standing.vintage)[standing.province].names[lang]
    fields = {"name": name, "index": standing.index, "year": standing.year}
    key = "warning.no_total" if len(profile) else "warning.no_data"
    sentences = [text(key, lang, **fields)]
    available = gaps[
        (gaps["index"] == standing.index)
        & (gaps["year"] == standing.year)
        & (gaps["vintage"] == standing.vintage)
        & (gaps["province"] == standing.province)
    ]
    for _, gap in available.iterrows():
        if len(profile):
            sentences.append(text("warning.gap", lang, scope=gap[f"scope_{lang}"]))
        reason = gap[f"reason_{lang}"]
        sentences.append(f"{reason[:1].upper()}{reason[1:]}.")
    sentences.append(
        text("warning.no_total_rule" if len(profile) else "warning.history_only", lang)
    )
    return Notice(text=" ".join(sentences))


def close_note(standing: Overall, lang: str) -> Markdown | None:
    """Return the note on what the rank does and does not say."""
    if standing.score is None:
        return None
    key = "close" if standing.n_close else "close_none"
    return Markdown(
        text(
            f"note.{_whose(standing.index)}.{key}",
            lang,
            n=standing.n_close,
            within=number(standing.tolerance, lang),
            low=standing.rank_close_best,
            high=standing.rank_close_worst,
        )
    )


def overall_only_note(standing: Overall, levels: Sequence[str], lang: str) -> Markdown | None:
    """Return the statement that only overall scores are at hand; None if there are parts.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall
    levels : sequence of str; levels that the scores carry (`parstats.panel.complete_levels`)
    lang : {"vi", "en"}
    """
    if set(levels) - {"index"}:
        return None
    lang = index_language(lang, standing.index)
    return Markdown(text("note.overall_only", lang, index=standing.index, year=standing.year))


@from_results(
    movement="parstats.drivers.relative_change: change mean_change relative_change n_common"
)
def movement_note(movement: pd.DataFrame, standing: Overall, lang: str) -> Markdown | None:
    """Return the note on the sums behind a movement figure and on the common ranks."""
    if movement.empty or standing.previous is None:
        return None
    lang = series_language(lang, movement["series"])
    fields = {
        "name": provinces.by_code(standing.vintage)[standing.province].names[lang],
        "previous": standing.previous,
        "year": standing.year,
        "own": number(movement["change"].sum(), lang, sign=True),
        "mean": number(movement["mean_change"].sum(), lang, sign=True),
        "relative": number(movement["relative_change"].sum(), lang, sign=True),
        "n": int(movement["n_common"].iloc[0]),
        "before": standing.rank_common_previous,
        "now": standing.rank_common,
        "all_before": f"{standing.rank_previous}/{standing.n_ranked_previous}",
        "all_now": f"{standing.rank}/{standing.n_ranked}",
    }
    key = "note.movement_broken" if len(standing.level_breaks) else "note.movement"
    sentences = [text(key, lang, **fields)]
    if standing.rank_previous is not None:
        sentences.append(text("note.movement_rank", lang, **fields))
    ranked = {standing.n_ranked, standing.n_ranked_previous}
    if standing.rank_common is not None and ranked != {standing.n_common}:
        sentences.append(text("note.movement_rank_common", lang, **fields))
    for year, rank in (
        (standing.previous, standing.rank_printed_previous),
        (standing.year, standing.rank_printed),
    ):
        if rank is not None:
            sentences.append(text("note.movement_printed", lang, year=year, rank=rank))
    if standing.is_calculated_previous:
        sentences.append(text("headline.change_calculated", lang, year=standing.previous))
    return Markdown(" ".join(sentences))


@from_results(
    shares="parstats.drivers.shares: series", profile="parstats.panel.profile: series percentile"
)
def driver_note(shares: pd.DataFrame, profile: pd.DataFrame, lang: str) -> Markdown | None:
    """Return the note on the province's ranks in the strongest drivers.

    Parameters
    ----------
    shares, profile : pandas.DataFrame of `parstats.drivers.shares` and `parstats.panel.profile`
    lang : {"vi", "en"}
    """
    assessed = profile[~profile["is_filled"]] if "is_filled" in profile else profile
    available = assessed.set_index("series")["percentile"]
    top = [name for name in shares["series"].head(5) if name in available.index]
    if not top:
        return None
    lang = series_language(lang, top)
    listed = "; ".join(
        f"{frameworks.series_name(name, lang, short=True)} {number(available[name], lang, 0)}%"
        for name in top
    )
    return Markdown(text("note.drivers", lang, listed=listed))


@from_results(
    printed=(
        "parstats.load_printed: year province score_printed score score_agrees rank_printed "
        "n_ranked_printed rank n_ranked source note_vi"
    )
)
def printed_note(printed: pd.DataFrame, province: str, lang: str) -> Markdown | None:
    """Return the note on printed totals and ranks that differ from computed ones, or None.

    Parameters
    ----------
    printed : pandas.DataFrame of printed totals of one index (`parstats.load_printed`)
    province : str; name or code of the province
    lang : {"vi", "en"}
    """
    if printed.empty:
        return None
    province = resolve_province(printed, province)
    province_rows = printed[printed["province"] == province]
    if province_rows.empty:
        return None
    lines = []
    for _, row in province_rows.iterrows():
        parts = []
        if pd.notna(row["score_printed"]) and pd.notna(row["score"]):
            key = "note.printed_score" if row["score_agrees"] else "note.printed_score_differs"
            parts.append(
                text(
                    key,
                    lang,
                    printed=number(row["score_printed"], lang),
                    computed=number(row["score"], lang),
                )
            )
        if pd.notna(row["rank_printed"]):
            same = pd.notna(row["rank"]) and row["rank"] == row["rank_printed"]
            key = "note.printed_rank" if same else "note.printed_rank_differs"
            parts.append(
                text(
                    key,
                    lang,
                    printed=_rank(row["rank_printed"], row["n_ranked_printed"]),
                    computed=_rank(row["rank"], row["n_ranked"]),
                )
            )
        remark = row[f"note_{lang}"]
        parts += [remark] if remark else []
        parts.append(f"{text('note.source', lang)}: {linked(row['source'], lang)}")
        lines.append(f"- {row['year']}: {'; '.join(parts)}")
    return Markdown(text("note.printed", lang) + "\n\n" + "\n".join(lines))


def _rank(rank: Any, n_ranked: Any) -> str:
    """Return a rank and, where it is known, of how many."""
    if pd.isna(rank):
        return "–"
    return f"{rank}" if pd.isna(n_ranked) else f"{rank}/{n_ranked}"


@from_results(
    coverage="parstats.panel.coverage: year n_series n_complete n_units incomplete absent"
)
def notes(standing: Overall, coverage: pd.DataFrame, version: str, lang: str) -> Markdown:
    """Return the data notes and sources at the end of a report.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall; tells index and year
    coverage : pandas.DataFrame of coverage by year (`parstats.panel.coverage`)
    version : str; of the package
    lang : {"vi", "en"}
    """
    lang = index_language(lang, standing.index)
    coverage_row = coverage[coverage["year"] == standing.year].iloc[0]
    missing = [*coverage_row["absent"], *coverage_row["incomplete"]]
    provinces_by_code = provinces.by_code(standing.vintage)
    names = ", ".join(provinces_by_code[code].names[lang] for code in sorted(missing))
    fields = {
        "index": standing.index,
        "year": standing.year,
        "n": coverage_row["n_complete"],
        "of": coverage_row["n_units"],
        "series": coverage_row["n_series"],
        "n_dimensions": len(frameworks.in_year(standing.index, standing.year, "dimension")),
        "publisher": frameworks.index_info(standing.index).publisher[lang],
        "missing": names or text("note.none", lang),
        "version": version,
    }
    whose = _whose(standing.index)
    note_keys = [f"{whose}.{key}" for key in ("source", "sums", "ranks", "breaks", "sampling")]
    keys = [*note_keys[:3], "coverage", *note_keys[3:], "made"]
    if fields["publisher"] == standing.index:  # nobody was named who publishes it
        keys[0] = f"{whose}.source_own"
    lines = [text(f"notes.{key}", lang, **fields) for key in keys]
    criteria = unconfirmed_text(standing.index, standing.year, lang)
    return Markdown("\n".join(f"- {line}" for line in [criteria, *lines] if line))


def _whose(index: str) -> str:
    """Return the key of an index's texts: its own if its totals are sums, else the common one."""
    return index if frameworks.index_info(index).total == "sum" else "published"


@from_results(scores="parstats.load_scores: index year province series level origin")
def not_assessed_note(scores: pd.DataFrame, province: str, year: int, lang: str) -> Notice | None:
    """Return the note on criteria of an own index by which a unit was not assessed, or None.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code of the unit
    year : int
    lang : {"vi", "en"}
    """
    if scores.empty or frameworks.index_info(scores["index"].iloc[0]).unit_level != "unit":
        return None
    rows = scores[(scores["province"] == province) & (scores["year"] == year)]
    filled = rows.loc[(rows["level"] == "criterion") & (rows["origin"] == "derived"), "series"]
    if filled.empty:
        return None
    names = ", ".join(frameworks.series_name(series, lang) for series in filled)
    return Notice(text("note.not_assessed", lang, names=names))


def no_rank_note(standing: Overall, lang: str) -> Markdown | None:
    """Return the statement that a province has no rank to explain; None if it has one.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall
    lang : {"vi", "en"}
    """
    if standing.rank is not None:
        return None
    return Markdown(text("note.no_rank", lang, **_fields(standing, lang)))


def no_change_note(standing: Overall, lang: str) -> Markdown:
    """Return the statement that the change of a rank since the year before cannot be split.

    Parameters
    ----------
    standing : parstats.panel.overall.Overall
    lang : {"vi", "en"}
    """
    fields = _fields(standing, lang)
    return Markdown(text("note.no_rank_change", lang, previous=standing.year - 1, **fields))


def omitted_years_note(years: Sequence[int], lang: str) -> Markdown | None:
    """Return the note on years a figure omits for low coverage; None if there are none.

    Parameters
    ----------
    years : sequence of int
    lang : {"vi", "en"}
    """
    if not years:
        return None
    return Markdown(text("note.years_left_out", lang, years=", ".join(map(str, years))))


def _fields(standing: Overall, lang: str) -> dict[str, object]:
    name = provinces.by_code(standing.vintage)[standing.province].names[lang]
    return {"name": name, "index": standing.index, "year": standing.year}
