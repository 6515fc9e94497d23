"""Loading the processed tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from numbers import Integral

import numpy as np
import pandas as pd

from parstats import errors, storage
from parstats.arguments import parse_years
from parstats.panel.units import with_vintage
from parstats.reference import frameworks, provinces
from parstats.reference.periods import parse_period


def load_scores(
    index: str | None = "PAPI",
    years: int | str | Iterable[int | str] | None = None,
    *,
    level: str | None = None,
    vintage: int | str | None = None,
) -> pd.DataFrame:
    """Load the scores of an index, in long form.

    Of SIPAS and the PAR INDEX only part of the provinces is there, more often the first and the
    last than the others; `parstats.panel.coverage` says how many. What such a part does not carry,
    as a ranking, is refused.

    Parameters
    ----------
    index : str
        The index: "PAPI", "SIPAS", "PAR INDEX" (also "PAR"), or another one of
        `parstats.reference.frameworks.INDICES` with figures in data/raw; None for all of them.
    years : int, str or iterable of them, optional
        Years to keep; all if not given. Also spans as text ("2018-2024", "2018-2020, 2024"), and a
        quarter or month ("2025-Q3", "2025-07").
    level : str, optional
        Keep one level only: "index" (totals), "part", "dimension", "criterion" (PAPI's
        sub-dimensions), ...
    vintage : {64, 63, 34}, optional
        Keep one set of provinces: the 63 to June 2025 or the 34 since; or the number of the set of
        units of an index of one's own (`parstats.panel.evidence`).

    Returns
    -------
    pandas.DataFrame: one row a year, province and series (see `parstats.schema.models.Scores`):
        index, framework, year, unit_level, vintage, province, unit, series, level, score,
        max_score, min_score (points), rank_printed, rank, n_ranked, origin, n, se, source. A
        missing figure is an absent row.

    Raises
    ------
    DataNotBuilt: if `parstats build` has not been run since data/raw changed
    UnknownChoice: if the index, a year, the level or the vintage does not exist
    NoFigures: if no figures of the index are in data/raw

    Examples
    --------
    >>> scores = load_scores("PAPI", years=2011)
    >>> transparency = scores[scores["series"].str.startswith("papi.transparency.")]
    >>> sorted(transparency["series"].unique())
    ['papi.transparency.communal_budget', 'papi.transparency.land_plans', 'papi.transparency.poverty_lists']
    """
    scores = storage.read_processed("scores")
    if index is not None:
        index = frameworks.check_index(index)
        scores = scores[scores["index"] == index]
    if scores.empty and index is not None:
        folder = storage.data_folder().raw / frameworks.slug(index)
        raise errors.NoFigures(
            f"no figures of {index}: put files with their sidecars into {folder} and run "
            "`parstats build` (docs/data.md)"
        )
    if years is not None:
        each = [years] if isinstance(years, int | Integral | str) else years
        requested_years = [number for year in each for number in _periods(year)]
        available_years = sorted(int(year) for year in scores["year"].unique())
        for year in requested_years:
            if year not in available_years:
                remedy = absent_year_remedy(index, year) if index else ""
                what = f"year of {index or 'any index'}"
                raise errors.UnknownChoice(what, year, available_years, remedy)
        scores = scores[scores["year"].isin(requested_years)]
    if level is not None:
        scores = scores[scores["level"] == frameworks.check_level(level)]
    if vintage is not None:
        scores = scores[with_vintage(scores)["vintage"] == provinces.check_vintage(vintage)]
    return scores.reset_index(drop=True)


# Years and spans of years, as `parse_years` takes them.
_YEARS = re.compile(r"[\d\s,–-]*\d{4}\s*[,–-]\s*\d{4}[\d\s,–-]*")


def _periods(written: int | str) -> list[int]:
    """Return the years, or the number of the period, that a number or a text names."""
    if not isinstance(written, str):
        return [int(written)]
    if _YEARS.fullmatch(written):
        return parse_years(written) or []
    return [parse_period(written)]


def absent_year_remedy(index: str, year: int) -> str:
    """Return what to do about a year without figures; empty if there are some, or nothing to say.

    Where the year has criteria: where its figures go, and the commands that put them there.

    >>> absent_year_remedy("PAPI", 2024), absent_year_remedy("PAPI", 1999)
    ('', '')
    """
    scores = storage.read_processed("scores")
    is_own = index not in frameworks.indices() or frameworks.index_info(index).unit_level == "unit"
    if is_own or ((scores["index"] == index) & (scores["year"] == year)).any():
        return ""
    if frameworks.framework_in_year(index, year) is None:
        is_next = year == frameworks.years(index)[1] + 1
        return frameworks.unknown_year_remedy(index, year) if is_next else ""
    name = f'"{index}"' if " " in index else index
    slug = frameworks.slug(index)
    folder = storage.data_folder().raw / slug
    file = f'"{folder / f"{slug}_{year}.csv"}"'
    return (
        f"there are criteria of {year} but no figures; these are expected in {folder}: `parstats "
        f"ingest FILE --index {name} --year {year} -o {file}`, then `parstats check {file} "
        "--sidecar`"
    )


def load_provinces(vintage: int | str | None = 63) -> pd.DataFrame:
    """Load the provinces: codes, names, region, population, place in the tile map.

    Parameters
    ----------
    vintage : {64, 63, 34} or None
        The 64 of 2004 to July 2008, the 63 to June 2025, the 34 since, or all (None). Codes
        overlap: join on vintage too.

    Raises
    ------
    DataNotBuilt: if `parstats build` has not been run since data/raw changed

    Examples
    --------
    >>> provinces = load_provinces()
    >>> len(provinces), provinces["region"].nunique()
    (63, 6)
    """
    table = storage.read_processed("provinces")
    if vintage is not None:
        table = table[table["vintage"] == provinces.check_vintage(vintage)]
    return table.reset_index(drop=True)


def load_mergers() -> pd.DataFrame:
    """Load the 63 provinces in the 34 of July 2025, with population weights.

    Examples
    --------
    >>> mergers = load_mergers()
    >>> len(mergers), mergers["province_2025"].nunique()
    (63, 34)
    """
    return storage.read_processed("mergers")


def load_conflicts() -> pd.DataFrame:
    """Load the sources that contradict each other: the value kept, the values rejected, and why.

    Returns
    -------
    pandas.DataFrame: see `parstats.schema.models.Conflicts`; resolved_by says whether a person who
        read the sources decided ("reading") or the rule of precedence did ("precedence").

    Examples
    --------
    >>> conflicts = load_conflicts()
    >>> set(conflicts["resolved_by"]) <= {"reading", "precedence"}
    True
    """
    return storage.read_processed("conflicts")


def load_series() -> pd.DataFrame:
    """Load the series with names and parents; see `parstats.reference.frameworks.series`.

    Examples
    --------
    >>> load_series().query("index == 'PAPI'")["level"].value_counts().to_dict()
    {'criterion': 31, 'dimension': 8, 'index': 1}
    """
    return storage.read_processed("series")


def load_versions() -> pd.DataFrame:
    """Load the versions of each series; see `parstats.reference.frameworks.versions`.

    Examples
    --------
    >>> load_versions().groupby("framework")["series"].nunique().to_dict()["PAPI-2021"]
    37
    """
    return storage.read_processed("versions")


def load_breaks() -> pd.DataFrame:
    """Load the breaks in comparability; see `parstats.reference.frameworks.breaks`.

    Examples
    --------
    >>> load_breaks().query("index == 'PAPI' and affects == 'ranking'")["year"].tolist()
    [2021]
    """
    return storage.read_processed("breaks")


def load_gaps() -> pd.DataFrame:
    """Load the provinces without (complete) data, by year, with the reason where one is known.

    Examples
    --------
    >>> load_gaps().query("year == 2024")["province"].tolist()
    ['26', '82']
    """
    return storage.read_processed("gaps")


def load_printed() -> pd.DataFrame:
    """Load the totals and ranks printed in the press beside the computed ones.

    Returns
    -------
    pandas.DataFrame
        See `parstats.schema.models.Printed`; ``score_agrees`` is true where the printed score lies within
        0.05 points of the computed one (printed totals are often sums of rounded figures).

    Examples
    --------
    >>> printed = load_printed()
    >>> bool(printed["score_agrees"].mean() > 0.9)
    True
    """
    return storage.read_processed("printed")


def load_plans(
    index: str | None = None,
    *,
    province: str | None = None,
    vintage: int | str = provinces.VINTAGE,
) -> pd.DataFrame:
    """Load the plans to raise an index: issuer, date, how much was read.

    Registered are four documents that were read in full, and what public pages show of others:
    a province without a plan here may well have one. See docs/plans.md.

    Parameters
    ----------
    index : str, optional; plans that serve this index; all if not given
    province : str, optional
        Name or code of a province: plans that it issued, and those of the provinces that it was
        made of, or became a part of, in July 2025.
    vintage : {63, 64, 34}
        Which set of provinces name or code are of.

    Returns
    -------
    pandas.DataFrame: one row per plan (see `parstats.schema.models.Plans`): plan, province,
        vintage, agency, agency_level, number, date, blanks, kind, formal, plan_year, baseline_year,
        until_year, indices, unit_level, completeness, parent, document, source, note_vi, note_en.

    Raises
    ------
    DataNotBuilt, UnknownChoice: if `parstats build` has not been run; if the index does not exist
    ProvinceNotMatched: if the province is unknown

    Examples
    --------
    >>> load_plans(province="Lạng Sơn")["plan"].tolist()[-2:]
    ['lang-son-2022-ubnd', 'lang-son-2024-sct']
    >>> load_plans("SIPAS")["completeness"].value_counts().to_dict()["full"]
    2
    """
    plans = storage.read_processed("plans")
    if index is not None:
        index = frameworks.check_index(index)
        served = [index in text.split(";") for text in plans["indices"]]
        plans = plans.loc[np.array(served, dtype=bool)]
    if province is not None:
        code = provinces.match_province(province, vintage=vintage)
        if provinces.check_vintage(vintage) == 34:
            later, older = code, [member.code for member in provinces.members(code)]
        else:
            later, older = provinces.successors().get(code, ""), [code]
        is_old_vintage = (plans["vintage"] == 63) & plans["province"].isin(older)
        plans = plans[is_old_vintage | ((plans["vintage"] == 34) & (plans["province"] == later))]
    return plans.reset_index(drop=True)


def load_measures(index: str | None = None) -> pd.DataFrame:
    """Measures of the registered plans: for which series, of which type, by whom, until when.

    Parameters
    ----------
    index : str, optional
        Measures for this index; all if not given. Measures for a department's score are under
        the index the province runs of its departments, as "PAR KHANH HOA", never under PAR INDEX.

    Returns
    -------
    pandas.DataFrame: one row per measure and series (see `parstats.schema.models.Measures`).
        ``seen`` says whether the measure itself is known, only the criterion it is for, or only
        that there is a plan; ``series_basis`` whether the plan states the series. ``text`` is
        empty: the documents are not part of the package.

    Raises
    ------
    DataNotBuilt, UnknownChoice: if `parstats build` has not been run; if the index does not exist

    Examples
    --------
    >>> measures = load_measures("PAPI")
    >>> measures.query("plan == 'bac-kan-2024-sct'")["series"].nunique()
    11
    """
    measures = storage.read_processed("measures")
    if index is not None:
        measures = measures[measures["index"] == frameworks.check_index(index)]
    return measures.reset_index(drop=True)


def load_targets(index: str | None = None) -> pd.DataFrame:
    """Load the targets of the registered plans, and results against thresholds that plans print.

    Parameters
    ----------
    index : str, optional; targets for this index; all if not given

    Returns
    -------
    pandas.DataFrame
        See `parstats.schema.models.Targets`: kind is target (of the plan), threshold (of the year before,
        with what was achieved), result or change; ``met`` is missing where unknown.

    Raises
    ------
    DataNotBuilt, UnknownChoice: if `parstats build` has not been run; if the index does not exist

    Examples
    --------
    >>> past = load_targets("PAR KHANH HOA").query("kind == 'threshold' and achieved > 60")
    >>> print(past[["indicator_en", "achieved", "op", "value"]].head(1).to_string(index=False))
    indicator_en                            achieved  op  value
    Level 3–4 procedures with online files     63.63  >=   80.0
    """
    targets = storage.read_processed("targets")
    if index is not None:
        targets = targets[targets["index"] == frameworks.check_index(index)]
    return targets.reset_index(drop=True)


def load_shortcomings(index: str | None = None) -> pd.DataFrame:
    """Load what registered plans say fell short, of which criterion, why, and what answers it.

    Parameters
    ----------
    index : str, optional; shortcomings in this index; all if not given

    Returns
    -------
    pandas.DataFrame: see `parstats.schema.models.Shortcomings`. Plans that `parstats plan
        --register` put into the data folder have them; those coded by hand have none.

    Raises
    ------
    DataNotBuilt, UnknownChoice: if `parstats build` has not been run; if the index does not exist

    Examples
    --------
    >>> shortcomings = load_shortcomings("PAPI")
    >>> bool((shortcomings["index"] == "PAPI").all())
    True
    """
    shortcomings = storage.read_processed("shortcomings")
    if index is not None:
        shortcomings = shortcomings[shortcomings["index"] == frameworks.check_index(index)]
    return shortcomings.reset_index(drop=True)
