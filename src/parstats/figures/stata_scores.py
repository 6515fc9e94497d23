"""The scores of an index as a data set of Stata: a row for each unit and year, all labelled."""

from __future__ import annotations

import io
from datetime import datetime

import pandas as pd

from parstats import storage
from parstats.figures.text.page_sections import language
from parstats.panel.load import load_scores
from parstats.panel.units import with_vintage
from parstats.reference import frameworks, provinces
from parstats.reference.labels import text
from parstats.reference.period_numbers import period_kind, period_text, year_and_part

# Letters of a label of a variable and of a data set, of Stata.
_LONGEST_LABEL = 80
# The day of writing that the file names: no clock, as in workbooks.
_NO_DAY = datetime(1980, 1, 1)
_UNIT = ["vintage", "province", "unit"]


def file_content(index: str, lang: str, series: pd.DataFrame, breaks: pd.DataFrame) -> bytes:
    """Return the scores of an index as the bytes of a .dta file, of Stata 14 or newer, in UTF-8.

    ``unit_id`` numbers the units, which are (vintage, code), for ``xtset unit_id year``, and has
    their names as labels. The same scores give the same bytes.

    Parameters
    ----------
    index, lang : str
    series, breaks : pandas.DataFrame; of the codebook (`parstats.codebook`)
    """
    scores = with_vintage(load_scores(index))
    names = dict(zip(series["series"], series["stata_name"], strict=True))
    wide = scores.pivot(index=[*_UNIT, "year"], columns="series", values="score")
    wide = wide[[name for name in names if name in wide]].rename(columns=names).reset_index()
    units = _units(wide[_UNIT].drop_duplicates(), lang)
    table = _rows(wide[[*_UNIT, "year"]].merge(units, on=_UNIT, validate="many_to_one"))
    values = wide.drop(columns=[*_UNIT, "year"])
    words = language(lang, index)
    labels = {name: text(f"stata.{name}", words) for name in table}
    labels |= {
        names[name]: _series_label(name, lang, breaks) for name in names if names[name] in values
    }
    value_labels = {"unit_id": _unit_labels(units)}
    if "region" in table:
        value_labels["region"] = {
            number: text(f"region.{code}", lang) for code, number in _region_numbers(units).items()
        }
    versions = (
        f"; data {storage.data_version(frameworks.slug(index))}; parstats {storage.version()}"
    )
    buffer = io.BytesIO()
    pd.concat([table, values], axis="columns").to_stata(
        buffer,
        version=118,
        write_index=False,
        time_stamp=_NO_DAY,
        data_label=_cut(index, _LONGEST_LABEL - len(versions)) + versions,
        variable_labels={name: label[:_LONGEST_LABEL] for name, label in labels.items()},
        value_labels=value_labels,
    )
    return buffer.getvalue()


def _units(units: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the units with number, code, name and region; empty texts where there is none."""
    units = units.sort_values(_UNIT).reset_index(drop=True)
    keys = zip(units["vintage"], units["province"], strict=True)
    records = [provinces.by_code(vintage).get(code) for vintage, code in keys]
    is_province = units["vintage"].isin(provinces.VINTAGES) & (units["unit"] == "")
    names = [
        code if unit is None else unit.names[lang]
        for code, unit in zip(units["province"], records, strict=True)
    ]
    regions = [
        unit.region if unit is not None and is_whole else ""
        for unit, is_whole in zip(records, is_province, strict=True)
    ]
    return units.assign(
        # Of provinces the vintage and the code, as 6320.
        unit_id=units["vintage"] * 100 + units["province"].astype(int)
        if is_province.all()
        else range(1, len(units) + 1),
        code=units["unit"].where(units["unit"] != "", units["province"]),
        unit_name=units["unit"].where(units["unit"] != "", names),
        region=regions,
    )


def _rows(units_by_row: pd.DataFrame) -> pd.DataFrame:
    """Return the variables that tell which row is which; regions as numbers."""
    years = [int(year) for year in units_by_row["year"]]
    table = pd.DataFrame(
        {
            "vintage": units_by_row["vintage"].astype("int64"),
            "unit_id": units_by_row["unit_id"].astype("int32"),
            **{name: units_by_row[name] for name in ("code", "unit_name")},
            "region": units_by_row["region"].map(_region_numbers(units_by_row)).astype("float64"),
            "year": pd.Series([year_and_part(year)[0] for year in years], dtype="int32"),
            "period": [period_text(year) for year in years],
        }
    )
    needless = {
        "vintage": not table["vintage"].isin(provinces.VINTAGES).any(),
        "region": table["region"].isna().all(),
        "period": all(period_kind(year) == "year" for year in years),
    }
    table = table.drop(columns=[name for name, is_needless in needless.items() if is_needless])
    return table.astype({"vintage": "int32"}) if "vintage" in table else table


def _region_numbers(units: pd.DataFrame) -> dict[str, int]:
    codes = sorted({code for code in units["region"] if code})
    return {code: number for number, code in enumerate(codes, start=1)}


def _unit_labels(units: pd.DataFrame) -> dict[int, str]:
    """Return the names of units by number, with the set of units where two have one name."""
    is_twice = units["unit_name"].duplicated(keep=False)
    names = units["unit_name"].where(
        ~is_twice, units["unit_name"] + " (" + units["vintage"].astype(str) + ")"
    )
    return dict(zip(map(int, units["unit_id"]), names, strict=True))


def _series_label(series: str, lang: str, breaks: pd.DataFrame) -> str:
    """Return the name of a series, with the years in which its scores break.

    The name is cut where both do not fit.
    """
    is_break = (breaks["series"] == series) & (breaks["affects"] == "level")
    years = ", ".join(str(year) for year in sorted(breaks.loc[is_break, "year"].unique()))
    label = text("codebook.stata_label", lang, name="{}", years=years) if years else "{}"
    return label.format(_cut(frameworks.series_name(series, lang), _LONGEST_LABEL + 2 - len(label)))


def _cut(name: str, longest: int) -> str:
    """Return a name in at most so many letters.

    >>> _cut("Public Health Care", 8), _cut("Health", 8)
    ('Public…', 'Health')
    """
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
