"""What the indices side by side say, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import check_integer, check_share, from_results
from parstats.drivers.compared_scores import LEFT_OUT
from parstats.figures.boxes import Notice
from parstats.figures.caption import percent, range_text
from parstats.panel.coverage import needed
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


@from_results(
    pairs=(
        "parstats.drivers.across: index_1 index_2 year region spearman spearman_sens_low "
        "spearman_sens_high concordant discordant n_common n_units is_comparable reason n_1 n_2 "
        "n_published_1 n_published_2"
    )
)
def agreement_note(pairs: pd.DataFrame, lang: str) -> Markdown:
    """Return how far the indices rank the provinces alike, a sentence for each pair.

    Parameters
    ----------
    pairs : pandas.DataFrame; pairs of `parstats.drivers.across`; those of regions are left out
    lang : {"vi", "en"}
    """
    country = pairs[pairs["region"] == ""]
    sentences = [_pair_text(row, lang) for row in country.to_dict("records")]
    inside = {*country["index_1"], *country["index_2"]} & set(LEFT_OUT)
    sentences += [text("agreement.left_out", lang, index=index) for index in sorted(inside)]
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences))


def _pair_text(row: dict[str, Any], lang: str) -> str:
    fields: dict[str, Any] = {
        "one": row["index_1"],
        "two": row["index_2"],
        "year": row["year"],
        "n": row["n_common"],
        "of": row["n_units"],
    }
    if row["is_comparable"]:
        return text(
            "agreement.comparable",
            lang,
            alike=percent(round(row["concordant"], 2), lang),
            opposite=percent(round(row["discordant"], 2), lang),
            value=number(row["spearman"], lang),
            range=range_text(row["spearman_sens_low"], row["spearman_sens_high"], lang),
            **fields,
        )
    if row["reason"] == "no_spread":
        return text("agreement.no_spread", lang, **fields)
    key = "agreement.too_few" if row["n_common"] else "agreement.none"
    sentence = text(key, lang, needed=needed(row["n_units"]), **fields)
    hidden = [
        text("agreement.hidden", lang, index=index, n=published, known=known)
        for index, published, known in (
            (row["index_1"], row["n_published_1"], row["n_1"]),
            (row["index_2"], row["n_published_2"], row["n_2"]),
        )
        if published > known
    ]
    return " ".join([sentence, *hidden])


@from_results(
    table=(
        "parstats.drivers.across: index_1 index_2 year vintage province rank_1 rank_2 difference "
        "is_comparable"
    )
)
def differing_note(table: pd.DataFrame, lang: str, *, n_top: int = 3) -> Markdown | None:
    """Return which provinces two indices rank most differently; None if no pair is comparable.

    Parameters
    ----------
    table : pandas.DataFrame; provinces of `parstats.drivers.across`, or its whole result
    lang : {"vi", "en"}
    n_top : int; how many of each pair are named
    """
    n_top = check_integer("n_top", n_top, 1)
    rows = table[table["is_comparable"].astype(bool)]
    sentences = []
    for (one, two), pair in rows.groupby(["index_1", "index_2"], sort=False):
        listed = "; ".join(
            text(
                "agreement.province",
                lang,
                name=provinces.by_code(int(row["vintage"]))[row["province"]].names[lang],
                rank_1=int(row["rank_1"]),
                rank_2=int(row["rank_2"]),
                one=one,
                two=two,
            )
            for row in pair.head(n_top).to_dict("records")
        )
        sentences.append(text("agreement.differing", lang, one=one, two=two, listed=listed))
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences)) if sentences else None


@from_results(
    table="parstats.drivers.across: index_1 index_2 series_1 series_2 spearman p_adjusted"
)
def parts_note(table: pd.DataFrame, lang: str, *, alpha: float = 0.05) -> Markdown | None:
    """Return which parts of two indices go together beyond chance; None if no parts are known.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.across`, or its whole result
    lang : {"vi", "en"}
    alpha : float; the family-wise error that is allowed
    """
    alpha = check_share("alpha", alpha)
    sentences = []
    for (one, two), pair in table.groupby(["index_1", "index_2"], sort=False):
        beyond = pair[pair["p_adjusted"] <= alpha]
        fields: dict[str, Any] = {
            "one": one,
            "two": two,
            "n": len(beyond),
            "of": len(pair),
            "share": percent(alpha, lang),
        }
        if beyond.empty:
            sentences.append(text("agreement.no_parts", lang, **fields))
            continue
        first = beyond.iloc[0]
        sentences.append(
            text(
                "agreement.parts",
                lang,
                first=frameworks.series_name(first["series_1"], lang, short=True),
                second=frameworks.series_name(first["series_2"], lang, short=True),
                value=number(first["spearman"], lang),
                **fields,
            )
        )
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences)) if sentences else None


def no_other_index_note(index: str, year: int, lang: str) -> Notice:
    """Return that no other index has scores of the same provinces in a year.

    Parameters
    ----------
    index : str
    year : int
    lang : {"vi", "en"}

    Examples
    --------
    >>> no_other_index_note("PAPI", 2011, "en").text
    'For 2011 there are figures of PAPI alone: there is nothing to set beside it.'
    """
    return Notice(text=text("agreement.alone", lang, index=index, year=year))
