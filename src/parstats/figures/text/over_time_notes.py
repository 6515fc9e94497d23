"""What the years say, in sentences: catching up, forecasts, groups, neighbours."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import check_share, from_results
from parstats.drivers.over_time.predictive import BASELINES
from parstats.figures.caption import percent
from parstats.figures.citation import span_text
from parstats.figures.index_language import series_language
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
    table : pandas.DataFrame; catching_up of `parstats.drivers.convergence`
    lang : {"vi", "en"}
    """
    lang = series_language(lang, table["series"])
    row = table[table["series"] == ""].iloc[-1]
    closes = row["beta_instrumented_sens_high"] < 0
    key = "closes" if closes else "stays"
    return Markdown(
        text(
            f"convergence.{key}",
            lang,
            ols=number(row["beta_ols"], lang),
            iv=number(row["beta_instrumented"], lang),
            noise=percent(round(row["noise_of_change"], 2), lang),
        )
    )


@from_results(
    table="parstats.drivers.predictive: method skill beats_persistence parts_help first last"
)
def forecast_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return whether anything foretells next year's standing, and whether the parts add to it.

    Parameters
    ----------
    table : pandas.DataFrame; performance of `parstats.drivers.predictive`
    lang : {"vi", "en"}
    """
    models = table[~table["method"].isin(BASELINES)]
    helping = models[models["parts_help"].astype(bool)]
    better = table[table["beats_persistence"].astype(bool) & (table["method"] != "mean")]
    if len(helping):
        key = "forecast.parts_help"
    else:
        key = "forecast.no_parts_help" if len(better) else "forecast.nothing"
    names = ", ".join(text(f"forecast.{name}", lang) for name in helping["method"])
    years = span_text(int(table["first"].min()), int(table["last"].max()), lang)
    sentences = [text(key, lang, names=names, years=years)]
    if key == "forecast.no_parts_help":
        all_beat = models["beats_persistence"].astype(bool).all()
        sentences.append(text("forecast.all_beat" if all_beat else "forecast.few_beat", lang))
    return Markdown(" ".join(sentences))


@from_results(choice="parstats.drivers.typology: n_groups is_chosen best_silhouette null_median p")
def groups_note(choice: pd.DataFrame, lang: str) -> Markdown:
    """Return whether provinces fall into groups.

    Parameters
    ----------
    choice : pandas.DataFrame; choice of `parstats.drivers.typology`
    lang : {"vi", "en"}
    """
    first = choice.iloc[0]
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
    lang = series_language(lang, table["series"].iloc[1:])
    row, parts = table.iloc[0], table.iloc[1:]
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


@from_results(table="parstats.drivers.leads: series coefficient p_adjusted mde n_years")
def leads_note(table: pd.DataFrame, lang: str, *, alpha: float = 0.05) -> Markdown:
    """Return which parts lead next year's total without their own dimension.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.leads`
    lang : {"vi", "en"}
    alpha : float; the family-wise error that is allowed
    """
    lang = series_language(lang, table["series"])
    alpha = check_share("alpha", alpha)
    found = table[table["p_adjusted"] <= alpha]
    fields = {
        "n": len(table),
        "share": percent(alpha, lang),
        "mde": number(table["mde"].median(), lang),
    }
    if found.empty:
        return Markdown(text("leads.none", lang, **fields))
    names = ", ".join(frameworks.series_name(name, lang, short=True) for name in found["series"])
    return Markdown(text("leads.some", lang, names=names, **fields))
