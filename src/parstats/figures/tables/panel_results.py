"""Tables of regressions over provinces and years.

Each raises InvalidRequest if the result it is given is empty or of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parstats import errors
from parstats.arguments import require_drawable
from parstats.drivers.over_time.panel_model import PanelResult
from parstats.figures.caption import percent
from parstats.figures.column import SIGNED, WHOLE, Column, count_column, number_column, text_column
from parstats.figures.index_language import index_language, series_language
from parstats.figures.number_format import P_VALUE, NumberFormat
from parstats.figures.table import Table, joined
from parstats.reference import frameworks
from parstats.reference.labels import text
from parstats.reference.period_numbers import period_text

_PERCENT = NumberFormat(1, scale=100)
_PARTS = [
    *("series", "coefficient", "ci_low", "ci_high", "p_adjusted", "partial_r2", "mde"),
    *("province_effects", "n_draws"),
]


def panel(result: PanelResult, lang: str) -> Table:
    """Tabulate the coefficients of a panel regression.

    Parameters
    ----------
    result : PanelResult of `parstats.drivers.panel`
    lang : {"vi", "en"}

    Examples
    --------
    >>> import parstats as ps
    >>> result = ps.drivers.panel(ps.load_scores("PAPI"), outcome="papi.services",
    ...                           regressors=["papi.environment"], n_draws=99)
    >>> panel(result, "en").displayed["name"].tolist()
    ['Environmental Governance']
    """
    if not isinstance(result, PanelResult):
        raise errors.InvalidRequest(
            f"the table of a panel is made from {type(result).__name__}: expected the result of "
            "parstats.drivers.panel"
        )
    table, fit = result.coefficients, result.fit.iloc[0]
    lang = index_language(lang, fit["index"])
    names = [variable_name(term, lang) for term in table["term"]]
    if fit["lag"]:
        names = [text("table.lagged", lang, name=name, n=int(fit["lag"])) for name in names]
    marks = [
        f"{name} *" if own else name for name, own in zip(names, table["overlaps"], strict=True)
    ]
    data = table.assign(name=marks)
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
    basis = text(
        "panel.basis",
        lang,
        outcome=variable_name(fit["outcome"], lang),
        index=fit["index"],
        first=period_text(int(fit["first"])),
        last=period_text(int(fit["last"])),
        cells=int(fit["n_cells"]),
        provinces=int(fit["n_provinces"]),
        years=int(fit["n_years"]),
    )
    notes = (
        *joined(basis, text(f"panel.model.{fit['model']}", lang), _years(result.years, lang)),
        *joined(
            text("panel.standardised" if fit["standardised"] else "panel.points", lang),
            text(f"panel.se.{fit['errors']}", lang),
            _draws(fit["n_draws"], lang),
            text("panel.no_effect", lang),
        ),
        *joined(text("panel.overlap_note", lang) if table["overlaps"].any() else ""),
    )
    return Table("panel", lang, data, tuple(columns), notes)


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


def _years(years: pd.DataFrame, lang: str) -> str:
    """Return how many years entered, and which did not and why."""
    out = years[(years["reason"] != "") & (years["reason"] != "change")]
    if out.empty:
        return ""
    parts = [
        f"{_spans(part['year'].tolist())} ({text(f'panel.reason.{reason}', lang)})"
        for reason, part in out.groupby("reason", sort=False)
    ]
    left = text("panel.left_out", lang, years=", ".join(parts))
    return text("panel.break_note", lang, all=len(years), n=len(years) - len(out), left=left)


def _spans(years: list[int]) -> str:
    """Return years as spans: 2011–2013, 2018."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year - spans[-1][-1] == 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(
        "–".join(map(period_text, dict.fromkeys((span[0], span[-1])))) for span in spans
    )


def leads(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate which parts lead next year's total without their own dimension.

    Parameters
    ----------
    table : pandas.DataFrame; ``parts`` of `parstats.drivers.leads`
    lang : {"vi", "en"}
    """
    source = "the parts of parstats.drivers.leads"
    require_drawable(table, [*_PARTS, "persistence", "p_beyond"], source, once=["series"])
    lang = series_language(lang, table["series"])
    notes = [text("table.leads_note", lang)]
    if table["p_beyond"].notna().any():
        notes.append(text("table.leads_beyond_note", lang))
    if table.loc[table["coefficient"].notna(), "p_beyond"].isna().any():
        notes.append(text("table.leads_current_note", lang))
    return _parts("leads", table, lang, notes)


def outside(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate which parts go with an outcome from outside.

    Parameters
    ----------
    table : pandas.DataFrame; ``parts`` of `parstats.drivers.outside`
    lang : {"vi", "en"}
    """
    source = "the parts of parstats.drivers.outside"
    require_drawable(table, [*_PARTS, "outcome", "adjusted", "lag"], source, once=["series"])
    lang = series_language(lang, table["series"])
    note = text("table.outside_note", lang, outcome=table["outcome"].iloc[0])
    first = table.iloc[0]
    notes = [note, text(f"outside.{'adjusted' if first['adjusted'] else 'alone'}", lang)]
    if first["lag"]:
        notes.append(text("outside.lag", lang, n=int(first["lag"])))
    return _parts("outside", table, lang, notes)


def _draws(n_draws: int, lang: str) -> str:
    """Return how many draws the wild bootstrap has; nothing if it has none."""
    return text("panel.draws", lang, n=WHOLE.text(n_draws, lang)) if n_draws else ""


def _parts(identity: str, table: pd.DataFrame, lang: str, about: Sequence[str]) -> Table:
    known = table["coefficient"].notna()
    order = table["coefficient"].abs().where(known, -1).sort_values(ascending=False).index
    data = table.loc[order]
    names = [frameworks.series_name(name, lang, short=True) for name in data["series"]]
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
