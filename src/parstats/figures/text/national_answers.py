"""The answer of a page on the whole country, in some sentences, before anything else on it."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results
from parstats.figures.index_language import series_language
from parstats.figures.tables.data_quality import verdict
from parstats.reference import frameworks
from parstats.reference.labels import number, period, text

# Parts that the answer names. By judgement: what a reader keeps in mind.
_N_NAMED = 3


@from_results(shares="parstats.drivers.shares: index year series share tied_with_top")
def drivers_answer(shares: pd.DataFrame, lang: str) -> Markdown:
    """Say in which parts of an index the differences between provinces lie.

    Parameters
    ----------
    shares : pandas.DataFrame of `parstats.drivers.shares`, of a year
    lang : {"vi", "en"}

    Returns
    -------
    IPython.display.Markdown: the largest shares; the least number of parts that make up half of the
        differences; how many others cannot be told apart from the first, where draws were made.

    Examples
    --------
    >>> from parstats.drivers import shares
    >>> from parstats.panel import load_scores
    >>> print(drivers_answer(shares(load_scores("PAPI"), 2024, n_draws=5), "en").data[:72])
    **The differences of PAPI scores between provinces in 2024 lie mostly in
    """
    lang = series_language(lang, shares["series"])
    ordered = shares.sort_values("share", ascending=False, kind="stable")
    named = [
        f"{frameworks.series_name(name, lang, short=True)} ({number(100 * share, lang, 1)}%)"
        for name, share in zip(ordered["series"], ordered["share"], strict=True)
    ]
    half = int((ordered["share"].cumsum() < ordered["share"].sum() / 2).sum()) + 1
    year = period(int(shares["year"].iloc[0]), lang)
    index = str(shares["index"].iloc[0])
    most = ", ".join(named[:_N_NAMED])
    sentences = [
        text("answer.drivers", lang, index=index, year=year, named=most),
        text("answer.half", lang, n=half, p=len(shares)),
    ]
    tied = ordered["tied_with_top"]
    if tied.notna().any() and (n_tied := int(tied.fillna(False).astype(bool).sum()) - 1) > 0:
        first = frameworks.series_name(ordered["series"].iloc[0], lang, short=True)
        sentences.append(text("answer.tied", lang, first=first, n=n_tied))
    return Markdown(" ".join(sentences))


@from_results(
    limits=(
        "parstats.panel.coverage_limits: index year vintage n_complete n_units needed "
        "carries_ranking without_total"
    )
)
def quality_answer(limits: pd.DataFrame, lang: str) -> Markdown:
    """Say of each index how far the newest year goes, and how many years carry a ranking.

    Parameters
    ----------
    limits : pandas.DataFrame of `parstats.panel.coverage_limits`
    lang : {"vi", "en"}

    Examples
    --------
    >>> from parstats.panel import coverage_limits, load_scores
    >>> years = coverage_limits(load_scores("PAPI"))
    >>> print(quality_answer(years[years["year"] <= 2023], "en").data)
    - **PAPI 2011–2023**: 13 of 13 years have enough figures for a ranking. 2023: 61 of 63 ...
    """
    lines = []
    for index, rows in limits.sort_values("year").groupby("index", sort=False):
        newest = rows.iloc[-1]
        years = [period(int(rows["year"].iloc[at]), lang, short=True) for at in (0, -1)]
        lines.append(
            text(
                "answer.quality",
                lang,
                index=index,
                years="–".join(dict.fromkeys(years)),
                n=int(rows["carries_ranking"].sum()),
                of=len(rows),
                newest=years[-1],
                n_complete=int(newest["n_complete"]),
                n_units=int(newest["n_units"]),
                verdict=verdict(newest, lang),
            )
        )
    return Markdown("\n".join(f"- {line}" for line in lines))
