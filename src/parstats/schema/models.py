"""The tables of the package as pandera models.

The models are checked at every border: when raw figures have been read, before processed tables
are written, and when a user's own file is checked. Rules that need a second table take it as an
argument.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from parstats import errors
from parstats.reference import frameworks, provinces

# Scales were derived, not read: 1/k and 10/k. Figures printed to two decimals may lie this far
# below the derived minimum (0.33 for 1/3); two of 21,891 do, by less than 0.002.
MINIMUM_TOLERANCE = 0.005
# Points: the rounding of the derived maximum 10/k.
MAXIMUM_TOLERANCE = 1e-4

# PCI, the oldest index the package knows of, began in 2005.
FIRST_YEAR = 2005


ORIGINS = ("printed", "compiled", "press", "derived")
UNIT_LEVELS = ("province", "department")
#: Whose score a plan may be about; of districts no scores are published.
PLAN_UNIT_LEVELS = (*UNIT_LEVELS, "district", "commune")
SCALES = ("points", "percent of maximum")
BASES = ("", "printed", "derived", "listed", "inferred", "disputed")

AGENCY_LEVELS = ("province", "party", "department", "district", "commune")
COMPLETENESS = ("full", "partial", "title_only")
LIST_TYPES = ("remediate", "maintain", "general")
SERIES_BASES = ("", "stated", "inferred", "press")
SEEN = ("measure", "criterion", "title")
CODED_BY = ("hand", "machine", "machine-reviewed", "human")
TARGET_KINDS = ("target", "threshold", "result", "change")
OPERATORS = ("", "=", ">=", "<=", ">", "<", "increase", "decrease", "maintain")


class _Table(pa.DataFrameModel):
    class Config:
        """Exactly the columns of the table, in their order."""

        strict = True
        ordered = True


def _index_check(*further: str) -> Any:
    """Return the check that a column holds indices, those of the data folder in use among them."""

    def index_exists(cls: type, index: Series[str]) -> Any:
        return index.isin([*further, *frameworks.indices()])

    return pa.check("index", error="isin(the indices of reference/indices.csv)")(index_exists)


class Scores(_Table):
    """Scores in long form: one row per series, year and unit; missing cells have no row."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    framework: Series[str] = pa.Field(description="Framework in force that year, as PAPI-2021")
    year: Series[int] = pa.Field(ge=FIRST_YEAR, le=2100, description="Year the index is about")
    unit_level: Series[str] = pa.Field(isin=list(UNIT_LEVELS), description="Whose score it is")
    vintage: Series[pd.Int64Dtype] = pa.Field(
        isin=list(provinces.VINTAGES),
        nullable=True,
        description="Set of provinces the code is of; empty in an index of one's own",
    )
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code of the province")
    unit: Series[str] = pa.Field(description="Department, empty for a province")
    series: Series[str] = pa.Field(description="Series: what the score measures")
    level: Series[str] = pa.Field(
        isin=list(frameworks.LEVELS), description="Place in the framework"
    )
    score: Series[float] = pa.Field(description="Score in the points of the index")
    max_score: Series[float] = pa.Field(
        gt=0, nullable=True, description="Highest possible score, where known"
    )
    min_score: Series[float] = pa.Field(
        ge=0, nullable=True, description="Lowest possible score, where known"
    )
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
        """Exactly these columns, one row per cell."""

        unique = ("index", "year", "vintage", "unit_level", "province", "unit", "series")

    @pa.dataframe_check
    def score_within_scale(cls, table: pd.DataFrame) -> Any:
        """A score lies between the lowest and the highest possible one."""
        low = table["score"] < table["min_score"] - MINIMUM_TOLERANCE
        return ~(low | (table["score"] > table["max_score"] + MAXIMUM_TOLERANCE))

    @pa.dataframe_check
    def rank_within_count(cls, table: pd.DataFrame) -> Any:
        """A rank is not larger than the number of ranked provinces."""
        return table["rank"].isna() | (table["rank"] <= table["n_ranked"]).fillna(False)


class UnitScores(Scores):
    """Scores of an index of one's own: of any units, on any scale, of years, quarters or months."""

    year: Series[int] = pa.Field(ge=1000, lt=36000, description="Period, as a number")
    unit_level: Series[str] = pa.Field(isin=["unit"], description="Whose score it is")
    province: Series[str] = pa.Field(str_length={"min_value": 1}, description="Code of the unit")
    level: Series[str] = pa.Field(
        isin=["index", *frameworks.LEVELS_UPWARDS], description="Place in the framework"
    )
    max_score: Series[float] = pa.Field(nullable=True, description="Highest possible score")
    min_score: Series[float] = pa.Field(nullable=True, description="Lowest possible score")


class Provinces(_Table):
    """Provinces of a vintage."""

    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code")
    vintage: Series[int] = pa.Field(isin=list(provinces.VINTAGES), description="Set of provinces")
    name_vi: Series[str] = pa.Field(description="Name in Vietnamese")
    name_en: Series[str] = pa.Field(description="Name in English")
    short_vi: Series[str] = pa.Field(description="Short name in Vietnamese")
    short_en: Series[str] = pa.Field(description="Short name in English")
    full_name_vi: Series[str] = pa.Field(description="Name with the kind of unit")
    unit_class: Series[str] = pa.Field(isin=["province", "centrally-run city"], description="Kind")
    region: Series[str] = pa.Field(
        isin=list(provinces.REGIONS), description="Socio-economic region"
    )
    iso_3166_2: Series[str] = pa.Field(description="ISO 3166-2 code, of the 63 only")
    pci_code: Series[str] = pa.Field(description="Code in the PCI data")
    code_before_2004: Series[str] = pa.Field(description="Three-digit code in use before 2004")
    population_2020_thousand: Series[float] = pa.Field(
        gt=0, nullable=True, description="Average population 2020"
    )
    population_2021_thousand: Series[float] = pa.Field(
        gt=0, nullable=True, description="Average population 2021"
    )
    tile_row: Series[int] = pa.Field(ge=0, description="Row in the tile map")
    tile_column: Series[int] = pa.Field(ge=0, description="Column in the tile map")
    source: Series[str] = pa.Field(description="Sources")
    note: Series[str] = pa.Field(description="Note")

    class Config:
        """Exactly these columns; a code is of one vintage."""

        unique = ("vintage", "province")

    @pa.dataframe_check
    def unique_tiles(cls, table: pd.DataFrame) -> Any:
        """Two provinces of a vintage never share a tile."""
        return ~table.duplicated(["vintage", "tile_row", "tile_column"], keep=False)


class Mergers(_Table):
    """The 63 provinces in the 34 of July 2025."""

    province: Series[str] = pa.Field(
        str_matches=r"^\d{2}$", unique=True, description="GSO code among the 63"
    )
    province_2025: Series[str] = pa.Field(
        str_matches=r"^\d{2}$", description="GSO code among the 34"
    )
    change: Series[str] = pa.Field(
        isin=["unchanged", "renamed", "merged"], description="What happened"
    )
    n_members: Series[int] = pa.Field(ge=1, description="Provinces in the new one")
    weight_2020: Series[float] = pa.Field(
        gt=0, le=1, description="Share of the new province's population, 2020"
    )
    weight_2021: Series[float] = pa.Field(
        gt=0, le=1, description="Share of the new province's population, 2021"
    )
    resolution: Series[str] = pa.Field(description="Resolution of the National Assembly")
    in_operation_from: Series[str] = pa.Field(description="ISO date, empty if unchanged")
    source: Series[str] = pa.Field(description="Sources")
    note: Series[str] = pa.Field(description="Note")

    @pa.dataframe_check
    def weights_add_up(cls, table: pd.DataFrame) -> Any:
        """The weights inside a new province add up to one."""
        sums = table.groupby("province_2025")[["weight_2020", "weight_2021"]].transform("sum")
        return ((sums - 1).abs() < 1e-5).all(axis=1)


class SeriesTable(_Table):
    """Series: one meaning each."""

    series: Series[str] = pa.Field(unique=True, description="Stable name of the series")
    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    parent: Series[str] = pa.Field(description="Series it is part of, empty for the index")
    level: Series[str] = pa.Field(
        isin=[*frameworks.LEVELS, *frameworks.LEVELS_UPWARDS], description="Place in the framework"
    )
    word_vi: Series[str] = pa.Field(description="What the index calls this level, in Vietnamese")
    word_en: Series[str] = pa.Field(description="What the index calls this level, in English")
    position: Series[int] = pa.Field(ge=0, description="Order in the index")
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

        unique = ("index", "position")

    @pa.dataframe_check
    def parent_exists(cls, table: pd.DataFrame) -> Any:
        """A parent is itself a series."""
        return table["parent"].isin(table["series"]) | (table["level"] == "index")


class Versions(_Table):
    """What a series was in a span of years."""

    series: Series[str] = pa.Field(description="Series")
    framework: Series[str] = pa.Field(description="Framework in force")
    code: Series[str] = pa.Field(description="Number as published, empty if there is none")
    year_from: Series[int] = pa.Field(ge=FIRST_YEAR, description="First year")
    year_to: Series[int] = pa.Field(ge=FIRST_YEAR, description="Last year")
    parent: Series[str] = pa.Field(description="Series it was part of, empty for the index")
    cut: Series[str] = pa.Field(
        description="Series of a year with the same cut add up to the index; empty if none do"
    )
    max_points: Series[float] = pa.Field(
        gt=0, nullable=True, description="Highest possible score, where known"
    )
    min_points: Series[float] = pa.Field(
        ge=0, nullable=True, description="Lowest possible score, where known"
    )
    scored_by: Series[str] = pa.Field(description="Who gives the score")
    comparable_group: Series[str] = pa.Field(description="Years comparable in points")
    comparable_group_share_of_scale: Series[str] = pa.Field(
        description="Years comparable after rescaling to the range of the series"
    )
    comparable_group_strict: Series[str] = pa.Field(
        description="Years comparable by the strictest reading"
    )
    name_vi: Series[str] = pa.Field(description="Name in that span, in Vietnamese")
    name_en: Series[str] = pa.Field(description="Name in that span, in English")
    note: Series[str] = pa.Field(description="Note")

    class Config:
        """Exactly these columns, no span twice."""

        unique = ("series", "year_from")

    @pa.dataframe_check
    def years_in_order(cls, table: pd.DataFrame) -> Any:
        """A span does not end before it begins."""
        return table["year_from"] <= table["year_to"]

    @pa.dataframe_check
    def disjoint_spans(cls, table: pd.DataFrame) -> Any:
        """A series has one version in a year."""
        ordered = table.sort_values(["series", "year_from"])
        before = ordered.groupby("series")["year_to"].shift()
        return ~(ordered["year_from"] <= before).reindex(table.index)


class UnitVersions(Versions):
    """Versions of the series of an index of one's own: any scale, years, quarters or months."""

    year_from: Series[int] = pa.Field(ge=1000, description="First period, as a number")
    year_to: Series[int] = pa.Field(ge=1000, description="Last period, as a number")
    max_points: Series[float] = pa.Field(nullable=True, description="Highest possible score")
    min_points: Series[float] = pa.Field(nullable=True, description="Lowest possible score")


class Breaks(_Table):
    """Breaks: the first year in which a series no longer compares with the years before."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    series: Series[str] = pa.Field(description="Series, or the index as a whole")
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="First year after the break")
    kind: Series[str] = pa.Field(
        isin=["official", "structural", "scale", "statistical"], description="How it is known"
    )
    affects: Series[str] = pa.Field(isin=["level", "ranking"], description="What it breaks")
    text_vi: Series[str] = pa.Field(description="What happened, in Vietnamese")
    text_en: Series[str] = pa.Field(description="What happened, in English")
    source: Series[str] = pa.Field(description="Sources")

    class Config:
        """Exactly these columns."""

        unique = ("series", "year", "affects")


class Gaps(_Table):
    """Provinces without (complete) data in a year."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Year")
    vintage: Series[int] = pa.Field(isin=list(provinces.VINTAGES), description="Set of provinces")
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code")
    scope_vi: Series[str] = pa.Field(description="What is missing, in Vietnamese")
    scope_en: Series[str] = pa.Field(description="What is missing, in English")
    reason_vi: Series[str] = pa.Field(description="Why, in Vietnamese")
    reason_en: Series[str] = pa.Field(description="Why, in English")
    source: Series[str] = pa.Field(description="Sources")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "vintage", "province")


class Printed(_Table):
    """Scores and ranks as printed, beside the ones in `Scores`."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Year")
    unit_level: Series[str] = pa.Field(isin=list(UNIT_LEVELS), description="Whose score it is")
    vintage: Series[int] = pa.Field(isin=list(provinces.VINTAGES), description="Set of provinces")
    province: Series[str] = pa.Field(str_matches=r"^\d{2}$", description="GSO code")
    unit: Series[str] = pa.Field(description="Department, empty for a province")
    series: Series[str] = pa.Field(description="Series")
    score_printed: Series[float] = pa.Field(nullable=True, description="Score as printed")
    scale: Series[str] = pa.Field(
        isin=list(SCALES), description="Whether the printed score is in points"
    )
    basis_score: Series[str] = pa.Field(
        isin=list(BASES), description="Printed as such, derived from a printed change, ..."
    )
    score: Series[float] = pa.Field(nullable=True, description="Score in the table of scores")
    score_agrees: Series[pd.BooleanDtype] = pa.Field(
        nullable=True,
        description="Whether the two agree within 0.05 points",
    )
    rank_printed: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Printed rank")
    n_ranked_printed: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, ge=1, description="Of how many, as printed"
    )
    basis_rank: Series[str] = pa.Field(
        isin=list(BASES), description="Printed as such, taken from an ordered list, ..."
    )
    rank: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Rank by parstats")
    n_ranked: Series[pd.Int64Dtype] = pa.Field(nullable=True, ge=1, description="Of how many")
    file: Series[str] = pa.Field(description="Raw file")
    source: Series[str] = pa.Field(description="Addresses of the pages")
    note_vi: Series[str] = pa.Field(description="Note in Vietnamese")
    note_en: Series[str] = pa.Field(description="Note in English")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "vintage", "unit_level", "province", "unit", "series")


class Statistics(_Table):
    """National and regional statistics as published."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Year")
    series: Series[str] = pa.Field(description="Series")
    statistic: Series[str] = pa.Field(description="What it is: mean, max, min, n_increased, ...")
    region: Series[str] = pa.Field(description="Region, empty for the country")
    value: Series[float] = pa.Field(description="The figure")
    unit: Series[str] = pa.Field(description="Unit of the figure")
    basis: Series[str] = pa.Field(isin=list(BASES), description="Printed as such or derived")
    source: Series[str] = pa.Field(description="Addresses of the pages")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "series", "statistic", "region")


class Conflicts(_Table):
    """Sources that contradict each other: the value kept, the values rejected, and why."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Year")
    vintage: Series[int] = pa.Field(isin=list(provinces.VINTAGES), description="Set of provinces")
    province: Series[str] = pa.Field(
        str_matches=r"^(\d{2})?$", description="GSO code, empty for the country"
    )
    unit: Series[str] = pa.Field(description="Department, empty for a province")
    series: Series[str] = pa.Field(description="Series")
    statistic: Series[str] = pa.Field(description="What they disagree on: score, rank, mean, ...")
    kept: Series[str] = pa.Field(description="Value kept, empty if none is")
    rejected: Series[str] = pa.Field(description="Values rejected")
    resolved_by: Series[str] = pa.Field(
        isin=["reading", "precedence"],
        description="A person who read the sources, or the rule of precedence",
    )
    why_vi: Series[str] = pa.Field(description="Why, in Vietnamese")
    why_en: Series[str] = pa.Field(description="Why, in English")
    source: Series[str] = pa.Field(description="Files and addresses")


class Plans(_Table):
    """Plans and like documents of provinces: what identifies them, how much of them was read."""

    plan: Series[str] = pa.Field(unique=True, description="Stable name of the plan")
    province: Series[str] = pa.Field(
        str_matches=r"^(\d{2})?$", description="GSO code valid at its date, empty if unknown"
    )
    vintage: Series[int] = pa.Field(
        isin=list(provinces.VINTAGES), description="Set of provinces the code is of"
    )
    agency: Series[str] = pa.Field(description="Who issued it, as written")
    agency_level: Series[str] = pa.Field(
        isin=["", *AGENCY_LEVELS], description="Level of the agency, empty if unknown"
    )
    number: Series[str] = pa.Field(description="Number, empty if blank or not seen")
    date: Series[str] = pa.Field(
        str_matches=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$", description="Date as far as known, ISO"
    )
    blanks: Series[str] = pa.Field(
        description="What the original leaves blank: number, day; several parted by ;"
    )
    kind: Series[str] = pa.Field(description="Kind of document: plan, letter, decision, ...")
    formal: Series[bool] = pa.Field(
        description="A document that sets a plan, unlike an article, a meeting, a conference"
    )
    plan_year: Series[pd.Int64Dtype] = pa.Field(
        ge=FIRST_YEAR, nullable=True, description="Year it is for, of several the first"
    )
    baseline_year: Series[pd.Int64Dtype] = pa.Field(
        ge=FIRST_YEAR, nullable=True, description="Year of the results it answers"
    )
    until_year: Series[pd.Int64Dtype] = pa.Field(
        ge=FIRST_YEAR, nullable=True, description="Last year it is for"
    )
    indices: Series[str] = pa.Field(description="Indices it serves, parted by ;")
    aims: Series[str] = pa.Field(
        description="Dimensions it sets out to raise, as far as they are known, parted by ;"
    )
    unit_level: Series[str] = pa.Field(
        isin=list(PLAN_UNIT_LEVELS),
        description="Whose score it is to raise: province, department or district",
    )
    completeness: Series[str] = pa.Field(
        isin=list(COMPLETENESS), description="How much of it was read: full, partial or title_only"
    )
    parent: Series[str] = pa.Field(description="Plan it is a part of, empty if none is registered")
    document: Series[str] = pa.Field(description="Name of the document's file without its ending")
    path: Series[str] = pa.Field(description="File it was read from; empty for a registered plan")
    sha256: Series[str] = pa.Field(
        str_matches=r"^([0-9a-f]{64})?$", description="Hash of that file, empty if not at hand"
    )
    n_pages: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Pages of that file, where its form has pages"
    )
    reader_version: Series[str] = pa.Field(
        description="Version of parstats that read it; empty where a person coded it"
    )
    source: Series[str] = pa.Field(description="Address of the page, or what it was read from")
    note_vi: Series[str] = pa.Field(description="Note in Vietnamese")
    note_en: Series[str] = pa.Field(description="Note in English")

    @pa.dataframe_check
    def years_in_order(cls, table: pd.DataFrame) -> Any:
        """A plan answers an earlier year, or its own, and does not end before it begins."""
        early = table["baseline_year"].isna() | (table["baseline_year"] <= table["plan_year"])
        late = table["until_year"].isna() | (table["until_year"] >= table["plan_year"])
        return early.fillna(True) & late.fillna(True)


class Measures(_Table):
    """Measures of plans: what is to be done, for which series, by whom, until when."""

    plan: Series[str] = pa.Field(description="Plan")
    row: Series[str] = pa.Field(description="Running number of the measure in the plan, as text")
    index: Series[str] = pa.Field(description="Index it serves, empty if none is named")
    index_exists = _index_check("")
    series: Series[str] = pa.Field(
        description="Series it aims at, the index as a whole if it names no part; empty if unsure"
    )
    series_basis: Series[str] = pa.Field(
        isin=list(SERIES_BASES),
        description="Stated in the plan, inferred by the coder, named by the press",
    )
    appendix: Series[str] = pa.Field(description="Appendix of the document, empty if none")
    section: Series[str] = pa.Field(description="Section of the document")
    criterion_as_written: Series[str] = pa.Field(
        description="Criterion as the document writes it; shortened in bundled tables"
    )
    code_as_written: Series[str] = pa.Field(
        description="Code as printed; plans number anew: no code of the framework"
    )
    surveyed: Series[bool] = pa.Field(description="Marked in the plan as scored by survey")
    list_type: Series[str] = pa.Field(
        isin=list(LIST_TYPES), description="Kind of its list: remediate, maintain or general"
    )
    measure_type: Series[str] = pa.Field(description="Types of measure, parted by ;")
    target_as_written: Series[str] = pa.Field(
        description="Target as the cell, or the words of the measure, write it"
    )
    target_op: Series[str] = pa.Field(
        isin=list(OPERATORS), description="Target: operator; of several the first, see targets"
    )
    target_value: Series[float] = pa.Field(nullable=True, description="Target: value")
    target_unit: Series[str] = pa.Field(description="Target: unit")
    lead_as_written: Series[str] = pa.Field(description="Who leads, as written")
    lead_unit: Series[str] = pa.Field(
        description="Who leads: names written out, parted by ;, as the register of units has them"
    )
    support_as_written: Series[str] = pa.Field(description="Who supports, as written")
    support_unit: Series[str] = pa.Field(description="Who supports, likewise")
    result_as_written: Series[str] = pa.Field(
        description="What is to come of it (Kết quả, sản phẩm), as written"
    )
    deadline: Series[str] = pa.Field(description="Until when, as written")
    deadline_start: Series[str] = pa.Field(
        str_matches=r"^(\d{4}-\d{2}-\d{2})?$",
        description="First day of a period; empty for a day or a rule",
    )
    deadline_end: Series[str] = pa.Field(
        str_matches=r"^(\d{4}-\d{2}-\d{2})?$", description="The day, or the last of the period"
    )
    deadline_rule: Series[str] = pa.Field(
        description="What has no date, as 'thuong xuyen' (ongoing); in small letters, unaccented"
    )
    inherited: Series[str] = pa.Field(
        description="Fields taken over from the row above (merged cells), parted by ;"
    )
    label_vi: Series[str] = pa.Field(description="The measure in our own words, in Vietnamese")
    label_en: Series[str] = pa.Field(description="The measure in our own words, in English")
    text: Series[str] = pa.Field(description="Source text; empty in bundled tables")
    page: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="Page, of a PDF")
    line_start: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="First line or block of the source"
    )
    line_end: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Last line or block of the source"
    )
    seen: Series[str] = pa.Field(
        isin=list(SEEN),
        description="What is known: the measure, only the criterion, or only that there is a plan",
    )
    coded_by: Series[str] = pa.Field(
        isin=list(CODED_BY), description="By hand, machine, machine with review; human: corrected"
    )
    confidence: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="How sure the link to the series is, of a machine"
    )

    class Config:
        """Exactly these columns; a measure that serves two series is two rows."""

        unique = ("plan", "row", "index", "series")

    @pa.dataframe_check
    def span_in_order(cls, table: pd.DataFrame) -> Any:
        """A span does not end before it begins."""
        return (table["line_start"] <= table["line_end"]).fillna(True)


class Targets(_Table):
    """Targets of plans, and results against thresholds that plans print."""

    plan: Series[str] = pa.Field(description="Plan")
    number: Series[int] = pa.Field(ge=1, description="Running number in the plan")
    row: Series[str] = pa.Field(description="Measure it belongs to, empty if to the plan")
    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check("")
    series: Series[str] = pa.Field(description="Series, empty if unsure")
    indicator_vi: Series[str] = pa.Field(description="What is counted, in Vietnamese")
    indicator_en: Series[str] = pa.Field(description="What is counted, in English")
    year: Series[pd.Int64Dtype] = pa.Field(ge=FIRST_YEAR, nullable=True, description="Year")
    kind: Series[str] = pa.Field(
        isin=list(TARGET_KINDS),
        description="Target of the plan; threshold of a past year; a result or change without one",
    )
    op: Series[str] = pa.Field(isin=list(OPERATORS), description="Operator of the target")
    value: Series[float] = pa.Field(nullable=True, description="Value of the target")
    unit: Series[str] = pa.Field(description="Unit of target and achieved value")
    achieved: Series[float] = pa.Field(nullable=True, description="Achieved, as the plan prints it")
    met: Series[pd.BooleanDtype] = pa.Field(
        nullable=True, description="Whether it was met, where the source says so"
    )
    rank: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="Printed rank")
    n_ranked: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="Of how many")
    line: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="Line of the source")
    note_vi: Series[str] = pa.Field(description="Note in Vietnamese")
    note_en: Series[str] = pa.Field(description="Note in English")

    class Config:
        """Exactly these columns."""

        unique = ("plan", "number")

    @pa.dataframe_check
    def met_agrees(cls, table: pd.DataFrame) -> Any:
        """A threshold said to be missed is not reached by the printed result."""
        reached = (table["op"] == ">=") & (table["achieved"] >= table["value"])
        return ~(reached & (table["met"] == False)).fillna(False)  # noqa: E712


class Shortcomings(_Table):
    """What plans say fell short, of which criterion, why, and which measures answer it."""

    plan: Series[str] = pa.Field(description="Plan")
    number: Series[int] = pa.Field(ge=1, description="Running number in the plan")
    index: Series[str] = pa.Field(description="Index, empty if none is named")
    index_exists = _index_check("")
    series: Series[str] = pa.Field(description="Series of the criterion, empty if unsure")
    criterion_as_written: Series[str] = pa.Field(description="Criterion as the document writes it")
    code_as_written: Series[str] = pa.Field(
        description="Code as printed; plans number anew: no code of the framework"
    )
    shortcoming_as_written: Series[str] = pa.Field(
        description="What fell short in words; empty where the row has figures only"
    )
    achieved_as_written: Series[str] = pa.Field(description="What was reached, as written")
    threshold_as_written: Series[str] = pa.Field(
        description="What it is measured against (the most points, a threshold), as written"
    )
    achieved: Series[float] = pa.Field(nullable=True, description="What was reached")
    threshold: Series[float] = pa.Field(nullable=True, description="What it is measured against")
    unit: Series[str] = pa.Field(description="Unit of both: điểm, %, bậc, ...; empty if none")
    cause_as_written: Series[str] = pa.Field(description="Cause as written, empty if none is named")
    measures: Series[str] = pa.Field(
        description="Rows of the measures that answer it, parted by ;; empty if none does"
    )
    page: Series[pd.Int64Dtype] = pa.Field(ge=1, nullable=True, description="Page, of a PDF")
    line_start: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="First line or block of the source"
    )
    line_end: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Last line or block of the source"
    )

    class Config:
        """Exactly these columns."""

        unique = ("plan", "number")


class _OfProvince(_Table):
    """Rows about one province of an index and a year."""

    index: Series[str] = pa.Field(description="Index")
    index_exists = _index_check()
    year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Baseline; the rest is a year later")
    vintage: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="Set of provinces; empty in an index of one's own"
    )
    province: Series[str] = pa.Field(description="Province, by code")


class Priorities(_OfProvince):
    """What raising each part of the score may do to a province's rank a year later."""

    rank: Series[int] = pa.Field(ge=1, description="Rank among those that have all parts")
    n_ranked: Series[int] = pa.Field(ge=1, description="Of how many")
    series: Series[str] = pa.Field(description="Part that is raised")
    parent: Series[str] = pa.Field(description="Series above it")
    level: Series[str] = pa.Field(description="Its level")
    score: Series[float] = pa.Field(description="Score, in its own points")
    max_score: Series[float] = pa.Field(nullable=True, description="Highest score")
    series_rank: Series[int] = pa.Field(ge=1, description="Rank in the part")
    standing: Series[float] = pa.Field(description="Score less the mean, in standard deviations")
    expected_score: Series[float] = pa.Field(description="Score a year later, none raised")
    uplift: Series[float] = pa.Field(ge=0, description="Points the top quarter kept, on top")
    uplift_standing: Series[float] = pa.Field(ge=0, description="The same in standard deviations")
    uplift_se: Series[float] = pa.Field(ge=0, description="Its standard error")
    aim: Series[float] = pa.Field(description="Score to be reached, if the mean of all stays")
    overall_gain: Series[float] = pa.Field(ge=0, description="Uplift in points of the whole score")
    gain: Series[float] = pa.Field(description="Ranks gained on average")
    range_low: Series[float] = pa.Field(description="Lower end of the range of ranks gained")
    range_high: Series[float] = pa.Field(description="Upper end")
    range_level: Series[float] = pa.Field(ge=0, le=1, description="Its probability")
    gain_without: Series[float] = pa.Field(description="Ranks gained on average, none raised")
    added_gain: Series[float] = pa.Field(description="The difference")
    added_low: Series[float] = pa.Field(description="Lower end, by the error of the uplift")
    added_high: Series[float] = pa.Field(description="Upper end")
    p_0: Series[float] = pa.Field(ge=0, le=1, description="Probability of keeping the rank")
    p_0_without: Series[float] = pa.Field(ge=0, le=1, description="None raised")
    p_1: Series[float] = pa.Field(ge=0, le=1, description="Probability of a rank or more")
    p_1_without: Series[float] = pa.Field(ge=0, le=1, description="None raised")
    p_5: Series[float] = pa.Field(ge=0, le=1, description="Probability of five ranks or more")
    p_5_without: Series[float] = pa.Field(ge=0, le=1, description="None raised")
    p_10: Series[float] = pa.Field(ge=0, le=1, description="Probability of ten ranks or more")
    p_10_without: Series[float] = pa.Field(ge=0, le=1, description="None raised")
    n_cases: Series[int] = pa.Field(ge=0, description="Runs of four years at the same level")
    n_reached: Series[int] = pa.Field(ge=0, description="Of these, that kept the uplift")
    n_years: Series[int] = pa.Field(ge=1, description="Pairs of years behind the forecast")
    n_draws: Series[int] = pa.Field(ge=1, description="Simulated years")
    position: Series[int] = pa.Field(ge=1, description="Place, what adds most first")
    group: Series[int] = pa.Field(ge=1, description="Series of one group cannot be told apart")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "province", "series")


class PriorityPairs(_OfProvince):
    """What raising two parts of the score at once may do to a province's rank a year later."""

    rank: Series[int] = pa.Field(ge=1, description="Rank among those that have all parts")
    n_ranked: Series[int] = pa.Field(ge=1, description="Of how many")
    series: Series[str] = pa.Field(description="One part")
    other: Series[str] = pa.Field(description="The other")
    overall_gain: Series[float] = pa.Field(ge=0, description="Points of the whole score")
    gain: Series[float] = pa.Field(description="Ranks gained on average")
    gain_without: Series[float] = pa.Field(description="Ranks gained on average, none raised")
    p_0: Series[float] = pa.Field(ge=0, le=1, description="Probability of keeping the rank")
    p_1: Series[float] = pa.Field(ge=0, le=1, description="Probability of a rank or more")
    p_5: Series[float] = pa.Field(ge=0, le=1, description="Probability of five ranks or more")
    p_10: Series[float] = pa.Field(ge=0, le=1, description="Probability of ten ranks or more")
    position: Series[int] = pa.Field(ge=1, description="Place, what gains most first")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "province", "series", "other")


class PriorityCases(_OfProvince):
    """Who gained as much from the same place, and still had it a year later."""

    series: Series[str] = pa.Field(description="Part of the score")
    case_province: Series[str] = pa.Field(description="Province that did it, by code")
    case_vintage: Series[pd.Int64Dtype] = pa.Field(
        nullable=True, description="Set of provinces that the code is of"
    )
    case_year: Series[int] = pa.Field(ge=FIRST_YEAR, description="Year it started from")
    case_score: Series[float] = pa.Field(description="Score then")
    score_after: Series[float] = pa.Field(description="A year later")
    score_later: Series[float] = pa.Field(description="Two years later")

    class Config:
        """Exactly these columns."""

        unique = ("index", "year", "province", "series", "case_province", "case_year")


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "scores": Scores,
    "series": SeriesTable,
    "versions": Versions,
    "provinces": Provinces,
    "breaks": Breaks,
    "gaps": Gaps,
    "printed": Printed,
    "statistics": Statistics,
    "conflicts": Conflicts,
    "mergers": Mergers,
    "plans": Plans,
    "measures": Measures,
    "targets": Targets,
    "shortcomings": Shortcomings,
    "priorities": Priorities,
    "priority_pairs": PriorityPairs,
    "priority_cases": PriorityCases,
}


def validate(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Check a table against its model.

    The name is one of `TABLES`; the table is returned as given. Raises InvalidData with a problem
    for every breach: the table, its row (counted from 1), the column.
    """
    try:
        if name in _OF_UNITS and (of_units := _is_of_units(name, table)).any():
            _OF_UNITS[name].validate(table[of_units], lazy=True)
            TABLES[name].validate(table[~of_units], lazy=True)
            return table
        return TABLES[name].validate(table, lazy=True)
    except pa.errors.SchemaErrors as failure:
        raise errors.InvalidData(_problems(name, failure.failure_cases)) from None


# Models of the rows of indices of one's own.
_OF_UNITS: dict[str, type[pa.DataFrameModel]] = {"scores": UnitScores, "versions": UnitVersions}


def _is_of_units(name: str, table: pd.DataFrame) -> pd.Series:
    """Return which rows are of an index of one's own."""
    if name == "scores":
        return (table["unit_level"] == "unit") & table["vintage"].isna()
    series = frameworks.series()
    units = {i for i in series["index"].unique() if frameworks.index_info(i).unit_level == "unit"}
    return table["series"].isin(series.loc[series["index"].isin(units), "series"])


def _problems(name: str, cases: pd.DataFrame) -> list[errors.Problem]:
    problems = []
    for case in cases.drop_duplicates(["column", "check", "index"]).itertuples():
        row = None if pd.isna(case.index) else int(case.index) + 1
        problems.append(
            errors.Problem(
                file=f"table {name}",
                row=row,
                column=None if case.schema_context == "DataFrameSchema" else str(case.column),
                actual=repr(case.failure_case),
                expected=f"a table that keeps the rule {case.check}",
                remedy="mend the figures or the reference table it comes from",
            )
        )
    return problems
