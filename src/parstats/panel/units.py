"""Units of a table of scores, and their set of provinces."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.panel.subset_marks import subset_in, units_in_subset
from parstats.reference import definitions, frameworks, provinces
from parstats.reference.period_numbers import year_and_part
from parstats.reference.provinces import match_province


def n_units(
    index: str, vintage: int, scores: pd.DataFrame | None = None, *, region: str = ""
) -> int:
    """Return the number of units an index grades: provinces of the vintage, departments, or others.

    Of those, if given: in the subset that the scores are (`parstats.panel.only`), in the region of
    that code.

    >>> n_units("PAPI", 63), n_units("PAPI", 34), n_units("PAPI", 63, region="RRD")
    (63, 34, 11)
    """
    subset = "" if scores is None else subset_in(scores)
    if not subset and not region:
        return frameworks.index_info(index).n_units or len(provinces.by_code(vintage))
    clauses = [*([subset] if subset else []), *([f"only region {region}"] if region else [])]
    if frameworks.index_info(index).unit_level == "department":
        return frameworks.index_info(index).n_units or 0
    return len(units_in_subset("; ".join(clauses), vintage))


def vintage_in(scores: pd.DataFrame, year: int) -> int:
    """Return the vintage of the scores of a year.

    A year without scores has the vintage that its calendar year had. In an index that grades no
    provinces the column is empty, and the result the number of its set of units. Raises
    VintageCrossed if the year holds scores of both sets, as after `parstats.panel.to_vintage` was
    appended.

    >>> from parstats.panel import load_scores
    >>> vintage_in(load_scores("PAPI"), 2024)
    63
    """
    vintages = scores.loc[scores["year"] == year, "vintage"].unique()
    if len(vintages) == 1 and pd.isna(vintages[0]):
        return definitions.unit_set_of_index(str(scores["index"].iloc[0]))
    if len(vintages) > 1:
        raise errors.VintageCrossed(
            f"the scores of {year} are of both the 63 provinces to June 2025 and the 34 since, "
            "whose codes overlap; keep one: scores[scores['vintage'] == 63]"
        )
    return int(vintages[0]) if len(vintages) else provinces.vintage_in_year(year)


def same_vintage(scores: pd.DataFrame, year: int, previous: int) -> int:
    """Return the vintage that two years share.

    Raises VintageCrossed if one year is of the 63 provinces and the other of the 34.
    """
    now, then = vintage_in(scores, year), vintage_in(scores, previous)
    if now != then:
        raise errors.VintageCrossed(
            f"{year} is of {now} provinces and {previous} of {then}: their ranks and "
            "codes do not compare; turn the older scores into the 34 with "
            "panel.backcast(scores, 34) first"
        )
    return now


def resolve_province(table: pd.DataFrame, province: str) -> str:
    """Return the code of a province, given by name or code, in the vintage of a table.

    Raises
    ------
    UnknownProvince: if there is no such province in that vintage

    Examples
    --------
    >>> resolve_province(pd.DataFrame({"vintage": [34]}), "Lào Cai")
    '15'
    """
    vintage = int(table["vintage"].iloc[0]) if "vintage" in table and len(table) else 63
    code = match_province(province, vintage=vintage)
    if table.attrs.get("province", code) != code:
        raise errors.InvalidRequest(
            f"the table is about province {table.attrs['province']}, not about {province} ({code})"
        )
    return code


def about_province(table: pd.DataFrame, province: str) -> pd.DataFrame:
    """Note in a table of one province whose it is, for those who name it in a figure."""
    table.attrs["province"] = province
    return table


def province_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores of whole provinces, without those aggregated from a part of the members.

    Examples
    --------
    >>> table = pd.DataFrame({"score": [1.0, 2.0], "complete": [True, False]})
    >>> province_scores(table)["score"].tolist()
    [1.0]
    """
    return scores[scores["complete"].ne(False)] if "complete" in scores else scores


def check_provinces(index: str, result: str) -> None:
    """Refuse a result about single units for an index of departments, whose units have no codes.

    `result` is what is asked for, as "history". Raises InvalidRequest if the index grades
    departments.

    >>> check_provinces("PAPI", "history")
    """
    if frameworks.index_info(index).unit_level == "department":
        raise errors.InvalidRequest(
            f"{result}: {index} grades departments of one province, not provinces; use "
            "panel.ranks, panel.change or panel.wide"
        )


def has_regions(index: str) -> bool:
    """Return whether the units of an index lie in regions: provinces do.

    >>> has_regions("PAPI"), has_regions("PAR KHANH HOA")
    (True, False)
    """
    return frameworks.index_info(index).unit_level == "province"


def with_vintage(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores with the number of their set of units where the vintage is empty.

    >>> table = pd.DataFrame({"index": ["PAPI"], "vintage": [63]})
    >>> with_vintage(table)["vintage"].tolist()
    [63]
    """
    empty = scores["vintage"].isna()
    if not empty.any():
        return scores
    numbers = {
        name: definitions.unit_set_of_index(name) for name in scores.loc[empty, "index"].unique()
    }
    return scores.assign(vintage=scores["vintage"].where(~empty, scores["index"].map(numbers)))


def with_published_vintage(table: pd.DataFrame) -> pd.DataFrame:
    """Return a result with the set of provinces as scores have it: empty where there is none.

    Inside, an index that grades no provinces has the number of its set of units in its place.

    >>> with_published_vintage(pd.DataFrame({"vintage": [63, -5]}))["vintage"].tolist()
    [63, <NA>]
    """
    columns = [name for name in ("vintage", "case_vintage") if name in table]
    numbers = {name: pd.to_numeric(table[name]).astype("Int64") for name in columns}
    return table.assign(**{name: each.where(each > 0) for name, each in numbers.items()})


def province_codes(index: str, year: int) -> dict[str, str] | None:
    """Return the province that each unit of an index is, by code; None if one is no province.

    The units of an index of one's own have codes of their own: they are provinces if the names of
    all are those of different provinces of the year.

    >>> province_codes("PAPI", 2024)["20"], province_codes("PAR KHANH HOA", 2024)
    ('20', None)
    """
    level = frameworks.index_info(index).unit_level
    if level == "department":
        return None
    vintage = provinces.vintage_in_year(year_and_part(year)[0])
    if level == "province":
        return {code: code for code in (*provinces.by_code(63), *provinces.by_code(34))}
    units = provinces.by_code(definitions.unit_set_of_index(index))
    try:
        codes = {
            code: match_province(unit.names["vi"], vintage=vintage) for code, unit in units.items()
        }
    except errors.InvalidRequest:
        return None
    return codes if len(set(codes.values())) == len(codes) else None


def unit_column(index: str) -> str:
    """Return the column that names the units of an index: province, or unit for departments.

    >>> unit_column("PAPI"), unit_column("PAR KHANH HOA")
    ('province', 'unit')
    """
    return "unit" if frameworks.index_info(index).unit_level == "department" else "province"
