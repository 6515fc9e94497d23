"""What the years say, in sentences: catching up, forecasts, groups, neighbours."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from parstats import errors
from parstats.arguments import check_share, from_results, require_drawable
from parstats.drivers.over_time.predictive import BASELINES
from parstats.figures.caption import percent
from parstats.figures.citation import span_text
from parstats.figures.index_language import index_language, series_language
from parstats.figures.number_format import p_text
from parstats.reference import frameworks
from parstats.reference.labels import number, text


@from_results(
    table=(
        "parstats.drivers.convergence: series level beta_ols beta_instrumented "
        "beta_instrumented_sens_low beta_instrumented_sens_high noise_of_change n_cells"
    )
)
def catching_up_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return whether standings close up, and how much of a yearly change is noise.

    Parameters
    ----------
    table : pandas.DataFrame
        catching_up of `parstats.drivers.convergence`, or its whole result; or a row of it, of one
        series.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest: if there are several rows, and none over all series
    """
    require_drawable(table, ["series"], "the catching_up of parstats.drivers.convergence")
    lang = series_language(lang, table["series"])
    together = table[table["series"] == ""]
    if together.empty and len(table) > 1:
        raise errors.InvalidRequest(
            f"catching_up_note: {len(table)} rows of single series and none over all of them; "
            "expected the result of parstats.drivers.convergence as it is, or one row of it"
        )
    row = (table if together.empty else together).iloc[-1]
    closes = row["beta_instrumented_sens_high"] < 0
    key = "closes" if closes else "stays"
    sentence = text(
        f"convergence.{key}",
        lang,
        ols=number(row["beta_ols"], lang),
        iv=number(row["beta_instrumented"], lang),
        noise=percent(round(row["noise_of_change"], 2), lang),
    )
    if together.empty:
        name = frameworks.series_name(row["series"], lang)
        sentence = text("convergence.of", lang, name=name, sentence=sentence)
    return Markdown(sentence)


@from_results(
    table=(
        "parstats.drivers.predictive: index method skill beats_persistence parts_help first last "
        "n_years"
    )
)
def forecast_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return whether anything foretells next year's standing, and whether the parts add to it.

    Parameters
    ----------
    table : pandas.DataFrame; performance of `parstats.drivers.predictive`, or its whole result
    lang : {"vi", "en"}
    """
    require_drawable(table, ["method"], "the performance of parstats.drivers.predictive")
    lang = index_language(lang, str(table["index"].iloc[0]))
    models = table[~table["method"].isin(BASELINES)]
    helping = models[models["parts_help"].astype(bool)]
    better = table[table["beats_persistence"].astype(bool) & (table["method"] != "mean")]
    if len(helping):
        key = "forecast.parts_help"
    else:
        key = "forecast.no_parts_help" if len(better) else "forecast.nothing"
    names = ", ".join(text(f"forecast.{name}", lang) for name in helping["method"])
    years = foretold_years(table, lang)
    sentences = [text(key, lang, names=names, years=years)]
    if key == "forecast.no_parts_help":
        all_beat = models["beats_persistence"].astype(bool).all()
        sentences.append(text("forecast.all_beat" if all_beat else "forecast.few_beat", lang))
    return Markdown(" ".join(sentences))


def foretold_years(performance: pd.DataFrame, lang: str) -> str:
    """Return the years that forecasts are of, and how many they are if some between are not.

    >>> foretold_years(pd.DataFrame({"first": [2014], "last": [2024], "n_years": [10]}), "en")
    '10 of the years 2014–2024'
    """
    first, last = int(performance["first"].min()), int(performance["last"].max())
    n_years, span = int(performance["n_years"].max()), span_text(first, last, lang)
    if n_years > last - first:
        return span
    return text("forecast.some_years", lang, n=n_years, span=span)


@from_results(
    choice="parstats.drivers.typology: index n_groups is_chosen best_silhouette null_median p alpha"
)
def groups_note(choice: pd.DataFrame, lang: str) -> Markdown:
    """Return whether provinces fall into groups.

    Parameters
    ----------
    choice : pandas.DataFrame; choice of `parstats.drivers.typology`, or its whole result
    lang : {"vi", "en"}
    """
    require_drawable(choice, ["p"], "the choice of parstats.drivers.typology")
    first = choice.iloc[0]
    lang = index_language(lang, str(first["index"]))
    chosen = choice[choice["is_chosen"].astype(bool)]
    fields = {
        "best": number(first["best_silhouette"], lang, 3),
        "median": number(first["null_median"], lang, 3),
        "p": p_text(first["p"], lang),
    }
    if chosen.empty:
        key = "groups.one" if first["p"] > first["alpha"] else "groups.one_asked"
        return Markdown(text(key, lang, **fields))
    key = "groups.several" if first["p"] <= first["alpha"] else "groups.asked"
    return Markdown(text(key, lang, n=int(chosen["n_groups"].iloc[0]), **fields))


@from_results(table="parstats.drivers.morans_i: series moran expected detectable p p_adjusted")
def neighbours_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return whether neighbouring provinces are alike.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.morans_i`
    lang : {"vi", "en"}
    """
    require_drawable(table, ["series"], "the table of parstats.drivers.morans_i")
    row, parts = table.iloc[0], table.iloc[1:]
    if row["series"] != frameworks.top(frameworks.index_of(str(row["series"]))):
        raise errors.InvalidRequest(
            f"neighbours_note: the first row is of {row['series']}; expected that of the overall "
            "score, as parstats.drivers.morans_i gives it"
        )
    lang = series_language(lang, parts["series"])
    stands_out = parts["p_adjusted"] <= 0.05
    is_alike = parts["moran"] > parts["expected"]
    key = "neighbours.unlike"
    if row["p"] <= 0.05:
        key = f"neighbours.{'alike' if row['moran'] > row['expected'] else 'apart'}"
    return Markdown(
        text(
            key,
            lang,
            moran=number(row["moran"], lang),
            p=p_text(row["p"], lang),
            detectable=number(row["detectable"], lang),
            n=int((stands_out & is_alike).sum()),
            unlike=int((stands_out & ~is_alike).sum()),
            of=len(parts),
        )
    )


@from_results(table="parstats.drivers.leads: series branch coefficient p_adjusted mde n_years")
def leads_note(table: pd.DataFrame, lang: str, *, alpha: float = 0.05) -> Markdown:
    """Return which parts lead next year's total without their own dimension.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.leads`, or its whole result
    lang : {"vi", "en"}
    alpha : float; the family-wise error that is allowed
    """
    require_drawable(table, ["series"], "the parts of parstats.drivers.leads")
    lang = series_language(lang, table["series"])
    alpha = check_share("alpha", alpha)
    whole = "_whole" if (table["branch"] == table["series"]).all() else ""
    found = table[table["p_adjusted"] <= alpha]
    fields = {
        "n": len(table),
        "share": percent(alpha, lang),
        "mde": number(table["mde"].median(), lang),
    }
    if found.empty:
        return Markdown(text(f"leads.none{whole}", lang, **fields))
    names = ", ".join(frameworks.series_name(name, lang, short=True) for name in found["series"])
    return Markdown(text(f"leads.some{whole}", lang, names=names, **fields))
