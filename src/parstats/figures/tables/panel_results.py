"""Tables of regressions over provinces and years.

Each raises InvalidRequest if the result it is given is empty or of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from parstats import errors
from parstats.arguments import require_drawable, result_part
from parstats.figures.caption import percent
from parstats.figures.citation import span_text
from parstats.figures.column import SIGNED, WHOLE, Column, count_column, number_column, text_column
from parstats.figures.index_language import index_language, series_language
from parstats.figures.number_format import P_VALUE, NumberFormat
from parstats.figures.table import Table, joined, keeps_source
from parstats.reference import frameworks
from parstats.reference.labels import text

if TYPE_CHECKING:
    from parstats.drivers.over_time.leads import Leads
    from parstats.drivers.over_time.outside import Outside
    from parstats.drivers.over_time.panel_model import PanelResult
    from parstats.drivers.over_time.rank_logit import RankLogit

_PERCENT = NumberFormat(1, scale=100)
_PARTS = [
    *("index", "series", "coefficient", "ci_low", "ci_high", "p_adjusted", "partial_r2", "mde"),
    *("province_effects", "n_draws", "n_cells", "n_provinces", "n_years", "first", "last"),
    "years_left_out",
]


@keeps_source
def panel(result: PanelResult | RankLogit, lang: str) -> Table:
    """Tabulate the coefficients of a panel regression, or of a regression of ranks.

    Parameters
    ----------
    result : PanelResult of `parstats.drivers.panel`, or RankLogit of `parstats.drivers.rank_logit`
    lang : {"vi", "en"}

    Examples
    --------
    >>> import parstats as ps
    >>> result = ps.drivers.panel(ps.load_scores("PAPI"), outcome="papi.services",
    ...                           regressors=["papi.environment"], n_draws=99)
    >>> panel(result, "en").displayed["name"].tolist()
    ['Environmental Governance']
    """
    from parstats.drivers.over_time.panel_model import PanelResult
    from parstats.drivers.over_time.rank_logit import RankLogit

    if isinstance(result, RankLogit):
        return _rank_logit(result, lang)
    if not isinstance(result, PanelResult):
        raise errors.InvalidRequest(
            f"the table of a panel is made from {type(result).__name__}: expected the result of "
            "parstats.drivers.panel or of parstats.drivers.rank_logit"
        )
    fit = result.fit.iloc[0]
    lang = index_language(lang, fit["index"])
    data = _named(result, lang)
    number = SIGNED if fit["standardised"] else NumberFormat(3, sign=True)
    columns = [
        text_column("name", text("table.variable", lang)),
        number_column("coefficient", text("table.coefficient", lang), number=number),
        number_column("se", text("table.standard_error", lang), number=NumberFormat(3)),
        _interval(data, lang, number),
        number_column("p", text("table.p", lang), number=P_VALUE),
        number_column("p_wild", text("table.p_wild", lang), number=P_VALUE),
        number_column("partial", text("table.partial_r2", lang), "partial_r2", number=_PERCENT),
        number_column("mde", text("remedies.mde", lang), number=NumberFormat(number.decimals)),
    ]
    if data["p_wild"].isna().all():
        columns = [column for column in columns if column.name != "p_wild"]
    notes = (
        *joined(
            _basis(result, lang), text(f"panel.model.{fit['model']}", lang), _years(result, lang)
        ),
        *joined(
            text("panel.standardised" if fit["standardised"] else "panel.points", lang),
            text(f"panel.se.{fit['errors']}", lang),
            _draws(fit["n_draws"], lang),
            text("panel.no_effect", lang),
        ),
        *joined(
            text("panel.overlap_note", lang) if data["overlaps"].any() else "",
            _dynamic(fit, lang),
        ),
    )
    return Table("panel", lang, data, tuple(columns), notes)


def _rank_logit(result: RankLogit, lang: str) -> Table:
    """Tabulate the coefficients of a regression of ranks."""
    fit = result.fit.iloc[0]
    lang = index_language(lang, fit["index"])
    data = _named(result, lang)
    columns = (
        text_column("name", text("table.variable", lang)),
        number_column("coefficient", text("table.coefficient", lang), number=SIGNED),
        number_column("se", text("table.standard_error", lang), number=NumberFormat(3)),
        _interval(data, lang),
        number_column("p", text("table.p", lang), number=P_VALUE),
        number_column("odds", text("table.odds", lang)),
    )
    several = "_several" if fit["n_years"] > 1 else ""
    notes = (
        *joined(_basis(result, lang), text("panel.model.rank_logit", lang), _years(result, lang)),
        *joined(
            text("panel.standardised", lang),
            text(f"panel.se.rank_logit{several}", lang),
            text("panel.odds_note", lang),
            text("panel.no_effect", lang),
        ),
        *joined(text("panel.overlap_note", lang) if data["overlaps"].any() else ""),
    )
    return Table("panel", lang, data, columns, notes)


def _named(result: PanelResult | RankLogit, lang: str) -> pd.DataFrame:
    """Return the coefficients with the names of the variables, and a mark on overlapping ones."""
    table, fit = result.coefficients, result.fit.iloc[0]
    # The outcome's own past has a name of its own among the regressors.
    own_past = f"{fit['outcome']}_before"
    terms = [fit["outcome"] if fit["lag"] and t == own_past else t for t in table["term"]]
    names = [variable_name(term, lang) for term in terms]
    if fit["lag"]:
        key = "table.lagged_one" if fit["lag"] == 1 else "table.lagged"
        names = [text(key, lang, name=name, n=int(fit["lag"])) for name in names]
    marked = zip(names, table["overlaps"], strict=True)
    return table.assign(name=[f"{name} *" if overlaps else name for name, overlaps in marked])


def _basis(result: PanelResult | RankLogit, lang: str) -> str:
    fit = result.fit.iloc[0]
    return text(
        "panel.basis",
        lang,
        outcome=variable_name(fit["outcome"], lang),
        index=fit["index"],
        span=span_text(int(fit["first"]), int(fit["last"]), lang),
        cells=int(fit["n_cells"]),
        provinces=int(fit["n_provinces"]),
        years=int(fit["n_years"]),
    )


def _dynamic(fit: pd.Series, lang: str) -> str:
    """Return by how much the coefficient of the outcome's own past is off, if it is in."""
    if not fit["dynamic"]:
        return ""
    ending = "_differences" if fit["model"] == "first_differences" else ""
    return text(f"panel.dynamic{ending}", lang)


def variable_name(term: str, lang: str) -> str:
    """Return the name of a series, or the header of a column of one's own.

    >>> variable_name("papi.environment", "en"), variable_name("grdp", "en")
    ('Environmental Governance', 'grdp')
    """
    known = set(frameworks.series()["series"])
    return frameworks.series_name(term, lang) if term in known else term


def _interval(data: pd.DataFrame, lang: str, number: NumberFormat = SIGNED) -> Column:
    heading = text("table.confidence_of", lang, share=percent(data["ci_level"].iloc[0], lang))
    return number_column("interval", heading, "ci_low", "ci_high", number=number, unbroken=True)


def _years(result: PanelResult | RankLogit, lang: str) -> str:
    """Return how many years entered, and which did not and why."""
    years, lag = result.years, int(result.fit["lag"].iloc[0])
    out = years[(years["reason"] != "") & (years["reason"] != "change")]
    if out.empty:
        return ""
    parts = [
        f"{_spans(part['year'].tolist(), lang)} ({_reason(str(reason), lag, lang)})"
        for reason, part in out.groupby("reason", sort=False)
    ]
    left = text("panel.left_out", lang, years=", ".join(parts))
    return text("panel.break_note", lang, all=len(years), n=len(years) - len(out), left=left)


def _reason(reason: str, lag: int, lang: str) -> str:
    return text(f"panel.reason.{reason}{'_lagged' if lag and reason == 'break' else ''}", lang)


def _spans(years: list[int], lang: str) -> str:
    """Return years as spans: 2011–2013, 2018."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year - spans[-1][-1] == 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(span_text(span[0], span[-1], lang) for span in spans)


@keeps_source
def leads(table: pd.DataFrame | Leads, lang: str) -> Table:
    """Tabulate which parts lead next year's total without their own dimension.

    Parameters
    ----------
    table : pandas.DataFrame; ``parts`` of `parstats.drivers.leads`, or its whole result
    lang : {"vi", "en"}
    """
    columns = [*_PARTS, "branch", "persistence", "p_beyond"]
    parts: pd.DataFrame = result_part(table, columns)
    require_drawable(parts, columns, "the parts of parstats.drivers.leads", once=["series"])
    lang = series_language(lang, parts["series"])
    whole = "_whole" if (parts["branch"] == parts["series"]).all() else ""
    notes = [_parts_basis(parts, lang), text(f"table.leads{whole}_note", lang)]
    if parts["p_beyond"].notna().any():
        notes.append(text("table.leads_beyond_note", lang))
    if parts.loc[parts["coefficient"].notna(), "p_beyond"].isna().any():
        notes.append(text("table.leads_current_note", lang))
    return _parts("leads", parts, lang, notes)


@keeps_source
def outside(table: pd.DataFrame | Outside, lang: str) -> Table:
    """Tabulate which parts go with an outcome from outside.

    Parameters
    ----------
    table : pandas.DataFrame
        ``parts`` of `parstats.drivers.outside`, or its whole result, which also tells what was left
        out.
    lang : {"vi", "en"}
    """
    from parstats.drivers.over_time.outside import Outside

    columns = [*_PARTS, "outcome", "adjusted", "lag"]
    parts: pd.DataFrame = result_part(table, columns)
    require_drawable(parts, columns, "the parts of parstats.drivers.outside", once=["series"])
    lang = series_language(lang, parts["series"])
    first = parts.iloc[0]
    notes = [
        text("table.outside_note", lang, outcome=first["outcome"]),
        _parts_basis(parts, lang),
        text(f"outside.{'adjusted' if first['adjusted'] else 'alone'}", lang),
    ]
    if first["lag"]:
        notes.append(text("outside.lag", lang, n=int(first["lag"])))
    if isinstance(table, Outside) and len(table.left_out):
        listed = [
            f"{names} ({text(f'outside.reason.{reason}', lang)})"
            for reason, rows in table.left_out.groupby("reason", sort=False)
            if (names := ", ".join(_short_names(rows["series"], lang)))
        ]
        notes.append(text("outside.left_out", lang, parts="; ".join(listed)))
    return _parts("outside", parts, lang, notes)


def _short_names(series: pd.Series, lang: str) -> list[str]:
    return [frameworks.series_name(name, lang, short=True) for name in series]


def _parts_basis(parts: pd.DataFrame, lang: str) -> str:
    """Return the index, years and cells of regressions of parts, and the years that are not in."""
    from parstats.drivers.over_time.panel_sample import left_out_years

    known = parts[parts["coefficient"].notna()]
    most = known.loc[known["n_cells"].idxmax()]
    sentences = [
        text(
            "panel.parts_basis",
            lang,
            index=most["index"],
            span=span_text(int(known["first"].min()), int(known["last"].max()), lang),
            cells=int(most["n_cells"]),
            provinces=int(known["n_provinces"].max()),
            years=int(known["n_years"].max()),
        )
    ]
    out = [left_out_years(spans) for spans in known["years_left_out"]]
    # What is left out of some parts only shows in their number of years.
    common = set.intersection(*map(set, out))
    reasons = pd.Series({year: out[0][year] for year in sorted(common)}, dtype="object")
    if common:
        listed = [
            f"{_spans([*rows.index], lang)} ({_parts_reason(str(reason), parts, lang)})"
            for reason, rows in reasons.groupby(reasons, sort=False)
        ]
        sentences.append(text("panel.years_out", lang, years=", ".join(listed)))
    if known["n_years"].nunique() > 1:
        sentences.append(text("panel.fewer_years", lang))
    return " ".join(sentences)


def _parts_reason(reason: str, parts: pd.DataFrame, lang: str) -> str:
    if "branch" in parts and reason == "break":
        return text("panel.reason.break_before", lang)
    return _reason(reason, int(parts["lag"].iloc[0]) if "lag" in parts else 0, lang)


def _draws(n_draws: int, lang: str) -> str:
    """Return how many draws the wild bootstrap has; nothing if it has none."""
    return text("panel.draws", lang, n=WHOLE.text(n_draws, lang)) if n_draws else ""


def _parts(identity: str, table: pd.DataFrame, lang: str, about: Sequence[str]) -> Table:
    known = table["coefficient"].notna()
    order = table["coefficient"].abs().where(known, -1).sort_values(ascending=False).index
    data = table.loc[order]
    names = _short_names(data["series"], lang)
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("coefficient", text("table.coefficient", lang), number=SIGNED),
        _interval(data, lang),
        number_column("p_adjusted", text("table.p_family_wise", lang), number=P_VALUE),
        number_column("partial", text("table.partial_r2", lang), "partial_r2", number=_PERCENT),
        number_column("mde", text("remedies.mde", lang)),
        count_column("years", text("table.n_years", lang), "n_years"),
    )
    effects = "in" if table["province_effects"].iloc[0] else "out"
    notes = (
        *joined(*about),
        *joined(
            text(f"panel.effects_{effects}", lang),
            text("panel.standardised", lang),
            text("panel.se.cr2", lang),
            _draws(table["n_draws"].iloc[0], lang),
        ),
    )
    return Table(identity, lang, data.assign(name=names), columns, notes)
