"""The scores of a release as the explorer holds them: one table of numbers an index and year."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.drivers.score_matrix import build_parts
from parstats.figures.index_language import index_language
from parstats.figures.interactive.score_history import year_segments
from parstats.panel import load_scores
from parstats.panel.coverage import needed
from parstats.panel.ranks import rank_scores
from parstats.panel.units import n_units, vintage_in
from parstats.reference import frameworks, labels, provinces
from parstats.reference.islands import islands
from parstats.reports.site.addresses import section_id
from parstats.reports.site.search_keys import search_keys

# Decimals of scores in the page: the fewest, from these on, that leave every rank as it is.
_DECIMALS = range(4, 10)
_LEVELS = ("index", "dimension", "criterion", "part")


def explorer_data(indices: Iterable[str]) -> dict[str, Any]:
    """Return what the explorer shows, ready to be written as JSON.

    Parameters
    ----------
    indices : iterable of str; those without scores of provinces or other units are left out

    Returns
    -------
    dict: "indices", a list (name, slug, names of its series, years with scores, ...), and "sets",
        the units of each vintage. Scores of a year stand in the order of its set of units.

    """
    tables = {}
    for index in indices:
        with suppress(errors.NoFigures):  # of an index that was taken out of the data folder
            tables[index] = _with_units(load_scores(index))
    tables = {index: scores for index, scores in tables.items() if len(scores)}
    described = [_index(index, scores) for index, scores in tables.items()]
    vintages = sorted({year["set"] for index in described for year in index["years"]}, reverse=True)
    return {
        "indices": described,
        "sets": {str(vintage): _set(vintage) for vintage in vintages},
        "regions": {
            region: {lang: labels.text(f"region.{region}", lang) for lang in labels.LANGUAGES}
            for region in provinces.REGIONS
        },
    }


def _with_units(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of provinces, or of units of an index of one's own; not of departments."""
    return scores[scores["unit_level"].isin(["province", "unit"])]


def _index(index: str, scores: pd.DataFrame) -> dict[str, Any]:
    years = sorted(int(year) for year in scores["year"].unique())
    top = frameworks.top(index)
    with_scores = set(scores["series"])
    used = [name for name in frameworks.series()["series"] if name in with_scores]
    return {
        "index": index,
        "slug": frameworks.slug(index),
        "sections": {
            f"{year}-{lang}": section_id(index, year, lang)
            for year in years
            for lang in labels.LANGUAGES
        },
        "top": top,
        "names": {lang: frameworks.series_name(top, lang) for lang in labels.LANGUAGES},
        "terms": {
            lang: {
                level: labels.text(f"explorer.level.{level}", index_language(lang, index))
                for level in ("dimension", "criterion")
            }
            for lang in labels.LANGUAGES
        },
        "series": [_series(name, top) for name in used],
        "years": [_year(index, scores, year) for year in years],
        "segments": year_segments(used, years),
    }


def _series(name: str, top: str) -> dict[str, Any]:
    return {
        "series": name,
        "level": "index" if name == top else frameworks.series_level(name),
        "names": {
            lang: frameworks.series_name(name, lang, short=True) for lang in labels.LANGUAGES
        },
    }


def _year(index: str, scores: pd.DataFrame, year: int) -> dict[str, Any]:
    """Return the scores of a year, series by series, in the order of its units."""
    rows = scores[scores["year"] == year]
    vintage = vintage_in(scores, year)
    codes = list(provinces.by_code(vintage))
    matrix = rows.pivot(index="province", columns="series", values="score").reindex(codes)
    scales = rows.drop_duplicates("series").set_index("series")
    parents = frameworks.in_year(index, year).set_index("series")["parent"]
    return {
        "year": year,
        "when": {lang: labels.period(year, lang) for lang in labels.LANGUAGES},
        "short": {lang: labels.period(year, lang, short=True) for lang in labels.LANGUAGES},
        "set": vintage,
        "needed": needed(n_units(index, vintage)),
        "series": {
            str(name): {
                "scores": _rounded(matrix[name]),
                "low": _number(scales.loc[name, "min_score"]),
                "high": _number(scales.loc[name, "max_score"]),
                "parent": str(parents.get(name, "")),
            }
            for name in matrix.columns
        },
        "parts": _parts(scores, year, codes),
    }


def _rounded(column: pd.Series) -> list[float | None]:
    """Return scores with the fewest decimals that rank the units as all decimals do."""
    known = column.dropna()
    ranks = rank_scores(known)
    for decimals in _DECIMALS:
        rounded = known.round(decimals)
        if (rank_scores(rounded) == ranks).all():
            break
    return [_number(value) for value in rounded.reindex(column.index)]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _parts(scores: pd.DataFrame, year: int, codes: list[str]) -> dict[str, Any] | None:
    """Return what the overall score adds up from, for what-if; None where it does not."""
    try:
        parts = build_parts(scores, year)
    except (errors.InsufficientCoverage, errors.InvalidRequest, errors.PartsDoNotAddUp):
        return None
    at = [
        number for number in range(len(parts.series) - parts.has_rest) if parts.weights[number] > 0
    ]
    weights = parts.weights[at]
    return {
        "series": [parts.series[number] for number in at],
        "weights": weights.tolist(),
        "low": _finite(parts.low[at] / weights),
        "high": _finite(parts.high[at] / weights),
        "units": [codes.index(code) for code in parts.provinces],
        "totals": np.round(parts.total, 9).tolist(),
    }


def _finite(values: Any) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _set(vintage: int) -> dict[str, Any]:
    """Return the units of a vintage, with their tiles, and the islands on the map."""
    units = provinces.by_code(vintage)
    on_map = vintage in provinces.VINTAGES
    return {
        "on_map": on_map,
        "units": [
            {
                "code": code,
                "names": unit.names,
                "short": unit.short_names,
                "region": unit.region,
                "tile": list(unit.tile) if on_map else None,
                "keys": search_keys(code, vintage),
                "stem": unit.stem,
            }
            for code, unit in units.items()
        ],
        "order": {
            lang: sorted(
                range(len(units)),
                key=lambda at, lang=lang: labels.collation_key(  # type: ignore[misc]
                    list(units.values())[at].names[lang]
                ),
            )
            for lang in labels.LANGUAGES
        },
        "islands": [
            {
                "names": {
                    lang: f"{group.names[lang]} ({group.units[lang]})" for lang in labels.LANGUAGES
                },
                "short": group.short_names,
                "tile": list(group.tile),
            }
            for group in (islands(vintage) if on_map else ())
        ],
        "successors": provinces.successors() if vintage == provinces.VINTAGE else {},
    }
