"""The tables of the package as pandera models: what a row means and what it may hold.

The models are checked at every border: when raw figures have been read, before processed tables
are written, and when a user's own file is checked. Rules that need a second table take it as an
argument.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from parstats import errors, frameworks, provinces

# Scales were derived, not read: 1/k and 10/k. Figures printed to two decimals may lie this far
# below the derived minimum (0.33 for 1/3); two of 21,891 do, by less than 0.002.
MINIMUM_TOLERANCE = 0.005
MAXIMUM_TOLERANCE = 1e-4

ORIGINS = ("printed", "compiled", "press", "derived")
UNIT_LEVELS = ("province", "department")


class Scores(pa.DataFrameModel):
    """Scores in long form: one row a series, year and unit; a missing cell is an absent row."""

    index: Series[str] = pa.Field(isin=list(frameworks.INDICES), description="Index")
    framework: Series[str] = pa.Field(description="Framework in force that year, as PAPI-2021")
    year: Series[int] = pa.Field(ge=2011, le=2100, description="Year the index is about")
    unit_level: Series[str] = pa.Field(isin=list(UNIT_LEVELS), description="Whose score it is")
    vintage: Series[int] = pa.Field(isin=[63, 34], description="Set of provinces the code is of")
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code of the province")
    unit: Series[str] = pa.Field(description="Department, empty for a province")
    series: Series[str] = pa.Field(description="Series: what the score measures")
    level: Series[str] = pa.Field(
        isin=list(frameworks.LEVELS), description="Place in the framework"
    )
    score: Series[float] = pa.Field(description="Score in the points of the index")
    max_score: Series[float] = pa.Field(gt=0, description="Highest possible score")
    min_score: Series[float] = pa.Field(ge=0, description="Lowest possible score")
    rank_printed: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Rank as printed somewhere, never used in computations"
    )
    rank: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="1 + number of provinces strictly above; ties share it"
    )
    n_ranked: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Provinces ranked in that series and year"
    )
    origin: Series[str] = pa.Field(isin=list(ORIGINS), description="How the figure came here")
    n: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Respondents, where published"
    )
    se: Series[float] = pa.Field(ge=0, nullable=True, description="Standard error, where published")
    source: Series[str] = pa.Field(description="Raw file the row comes from, or what it sums")

    class Config:
        """Exactly these columns, one row a cell."""

        strict = True
        ordered = True
        unique = ("index", "year", "vintage", "unit_level", "province", "unit", "series")

    @pa.dataframe_check
    def score_within_scale(cls, table: pd.DataFrame) -> Any:
        """A score lies between the lowest and the highest possible one."""
        low = table["score"] >= table["min_score"] - MINIMUM_TOLERANCE
        return low & (table["score"] <= table["max_score"] + MAXIMUM_TOLERANCE)

    @pa.dataframe_check
    def rank_within_count(cls, table: pd.DataFrame) -> Any:
        """A rank is not larger than the number of ranked provinces."""
        return table["rank"].isna() | (table["rank"] <= table["n_ranked"]).fillna(False)


class Provinces(pa.DataFrameModel):
    """Provinces of a vintage."""

    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", unique=True, description="GSO code")
    vintage: Series[int] = pa.Field(isin=[63, 34], description="Set of provinces")
    name_vi: Series[str] = pa.Field(description="Name in Vietnamese")
    name_en: Series[str] = pa.Field(description="Name in English")
    short_vi: Series[str] = pa.Field(description="Short name in Vietnamese")
    short_en: Series[str] = pa.Field(description="Short name in English")
    full_name_vi: Series[str] = pa.Field(description="Name with the kind of unit")
    unit_class: Series[str] = pa.Field(isin=["province", "centrally-run city"], description="Kind")
    region: Series[str] = pa.Field(
        isin=list(provinces.REGIONS), description="Socio-economic region"
    )
    iso_3166_2: Series[str] = pa.Field(unique=True, description="ISO 3166-2 code")
    pci_code: Series[str] = pa.Field(description="Code in the PCI data")
    code_before_2004: Series[str] = pa.Field(description="Three-digit code in use before 2004")
    population_2020_thousand: Series[float] = pa.Field(gt=0, description="Average population 2020")
    population_2021_thousand: Series[float] = pa.Field(gt=0, description="Average population 2021")
    tile_row: Series[int] = pa.Field(ge=0, description="Row in the tile map")
    tile_column: Series[int] = pa.Field(ge=0, description="Column in the tile map")
    source: Series[str] = pa.Field(description="Sources")
    note: Series[str] = pa.Field(description="Note")

    class Config:
        """Exactly these columns; two provinces never share a tile."""

        strict = True
        ordered = True
        unique = ("tile_row", "tile_column")


class SeriesTable(pa.DataFrameModel):
    """Series: one meaning each."""

    series: Series[str] = pa.Field(unique=True, description="Stable name of the series")
    index: Series[str] = pa.Field(isin=list(frameworks.INDICES), description="Index")
    parent: Series[str] = pa.Field(description="Series it is part of, empty for the index")
    level: Series[str] = pa.Field(
        isin=list(frameworks.LEVELS), description="Place in the framework"
    )
    position: Series[int] = pa.Field(ge=0, unique=True, description="Order in the framework")
    name_vi: Series[str] = pa.Field(description="Name in Vietnamese")
    name_en: Series[str] = pa.Field(description="Name in English")
    short_vi: Series[str] = pa.Field(description="Short name in Vietnamese")
    short_en: Series[str] = pa.Field(description="Short name in English")
    name_vi_origin: Series[str] = pa.Field(
        isin=["official", "translated by parstats"], description="Where the Vietnamese name is from"
    )
    source: Series[str] = pa.Field(description="Sources")

    class Config:
        """Exactly these columns."""

        strict = True
        ordered = True

    @pa.dataframe_check
    def parent_exists(cls, table: pd.DataFrame) -> Any:
        """A parent is itself a series."""
        return table["parent"].isin(table["series"]) | (table["level"] == "index")


class Versions(pa.DataFrameModel):
    """What a series was in a span of years."""

    series: Series[str] = pa.Field(description="Series")
    framework: Series[str] = pa.Field(description="Framework in force")
    code: Series[str] = pa.Field(description="Number as published")
    year_from: Series[int] = pa.Field(ge=2011, description="First year")
    year_to: Series[int] = pa.Field(ge=2011, description="Last year")
    max_points: Series[float] = pa.Field(gt=0, description="Highest possible score (10/k)")
    min_points: Series[float] = pa.Field(ge=0, description="Lowest possible score (1/k)")
    scored_by: Series[str] = pa.Field(description="Who gives the score")
    comparable_group: Series[str] = pa.Field(description="Years comparable in points")
    comparable_group_share_of_scale: Series[str] = pa.Field(
        description="Years comparable after rescaling to the range of the series"
    )
    comparable_group_strict: Series[str] = pa.Field(
        description="Years comparable by the strictest reading"
    )

    class Config:
        """Exactly these columns, no span twice."""

        strict = True
        ordered = True
        unique = ("series", "year_from")

    @pa.dataframe_check
    def years_in_order(cls, table: pd.DataFrame) -> Any:
        """A span does not end before it begins."""
        return table["year_from"] <= table["year_to"]


class Breaks(pa.DataFrameModel):
    """Breaks: the first year in which a series no longer compares with the years before."""

    index: Series[str] = pa.Field(isin=list(frameworks.INDICES), description="Index")
    series: Series[str] = pa.Field(description="Series, or the index as a whole")
    year: Series[int] = pa.Field(ge=2011, description="First year after the break")
    kind: Series[str] = pa.Field(
        isin=["official", "structural", "scale", "statistical"], description="How it is known"
    )
    affects: Series[str] = pa.Field(isin=["level", "ranking"], description="What it breaks")
    text_vi: Series[str] = pa.Field(description="What happened, in Vietnamese")
    text_en: Series[str] = pa.Field(description="What happened, in English")
    source: Series[str] = pa.Field(description="Sources")

    class Config:
        """Exactly these columns."""

        strict = True
        ordered = True
        unique = ("series", "year", "affects")


class Gaps(pa.DataFrameModel):
    """Provinces without (complete) data in a year."""

    index: Series[str] = pa.Field(isin=list(frameworks.INDICES), description="Index")
    year: Series[int] = pa.Field(ge=2011, description="Year")
    vintage: Series[int] = pa.Field(isin=[63, 34], description="Set of provinces")
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code")
    scope_vi: Series[str] = pa.Field(description="What is missing, in Vietnamese")
    scope_en: Series[str] = pa.Field(description="What is missing, in English")
    reason_vi: Series[str] = pa.Field(description="Why, in Vietnamese")
    reason_en: Series[str] = pa.Field(description="Why, in English")
    source: Series[str] = pa.Field(description="Sources")

    class Config:
        """Exactly these columns."""

        strict = True
        ordered = True
        unique = ("index", "year", "province")


class Printed(pa.DataFrameModel):
    """Totals and ranks printed elsewhere, beside what the sub-dimensions add up to."""

    index: Series[str] = pa.Field(isin=list(frameworks.INDICES), description="Index")
    year: Series[int] = pa.Field(ge=2011, description="Year")
    vintage: Series[int] = pa.Field(isin=[63, 34], description="Set of provinces")
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code")
    series: Series[str] = pa.Field(description="Series")
    score_printed: Series[float] = pa.Field(nullable=True, description="Score as printed")
    score: Series[float] = pa.Field(nullable=True, description="Score computed by parstats")
    score_agrees: Series[pd.BooleanDtype] = pa.Field(
        nullable=True,
        description="Whether the two agree within 0.05 points",
    )
    rank_printed: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Printed rank")
    n_ranked_printed: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, ge=1, description="Of how many, as printed"
    )
    rank: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Rank by parstats")
    n_ranked: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Of how many")
    source: Series[str] = pa.Field(description="Address of the page")
    note_vi: Series[str] = pa.Field(description="Note in Vietnamese")
    note_en: Series[str] = pa.Field(description="Note in English")

    class Config:
        """Exactly these columns."""

        strict = True
        ordered = True
        unique = ("index", "year", "province", "series")


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "scores": Scores,
    "series": SeriesTable,
    "versions": Versions,
    "provinces": Provinces,
    "breaks": Breaks,
    "gaps": Gaps,
    "printed": Printed,
}


def validate(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Check a table against its model.

    Parameters
    ----------
    name : str
        One of `TABLES`.
    table : pandas.DataFrame
        The table.

    Returns
    -------
    pandas.DataFrame
        The table as given.

    Raises
    ------
    InvalidData
        With a problem for every breach: the table, its row (counted from 1), the column.
    """
    try:
        return TABLES[name].validate(table, lazy=True)
    except pa.errors.SchemaErrors as failure:
        raise errors.InvalidData(_problems(name, failure.failure_cases)) from None


def _problems(name: str, cases: pd.DataFrame) -> list[errors.Problem]:
    found = []
    for case in cases.drop_duplicates(["column", "check", "index"]).itertuples():
        row = None if pd.isna(case.index) else int(case.index) + 1
        found.append(
            errors.Problem(
                file=f"table {name}",
                row=row,
                column=None if case.schema_context == "DataFrameSchema" else str(case.column),
                found=repr(case.failure_case),
                expected=f"a table that keeps the rule {case.check}",
                remedy="mend the figures or the reference table it comes from",
            )
        )
    return found


def check_against_reference(scores: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Check that every score is of a series its framework holds that year, with its scale.

    Parameters
    ----------
    scores : pandas.DataFrame
        A `Scores` table.
    known : pandas.DataFrame
        Series by year, as `parstats.frameworks.by_year` gives them.

    Returns
    -------
    pandas.DataFrame
        The scores as given.

    Raises
    ------
    InvalidData
        If a series is not part of the framework in a year, or stands with another framework,
        level or scale than the reference.
    """
    reference = known.reset_index()[
        ["series", "year", "framework", "level", "max_points", "min_points"]
    ]
    joined = pd.merge(scores, reference, on=["series", "year"], how="left", suffixes=("", "_known"))
    wrong = (
        (joined["framework"] != joined["framework_known"])
        | (joined["level"] != joined["level_known"])
        | ((joined["max_score"] - joined["max_points"]).abs() > 1e-9)
        | ((joined["min_score"] - joined["min_points"]).abs() > 1e-9)
    )
    problems = [
        errors.Problem(
            file="table scores",
            row=int(place) + 1,
            column="series",
            found=f"{joined['series'].iloc[place]!r} in {joined['year'].iloc[place]}",
            expected="a series of that year's framework with its level and scale",
            remedy="see reference/versions.csv",
        )
        for place in wrong.to_numpy().nonzero()[0]
    ]
    if problems:
        raise errors.InvalidData(problems)
    return scores
