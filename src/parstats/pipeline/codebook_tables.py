"""What there is of an index, as tables: series, versions, years, breaks, gaps, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from parstats import storage
from parstats.ingest import sidecar
from parstats.panel import (
    coverage,
    load_breaks,
    load_gaps,
    load_printed,
    load_scores,
    load_statistics,
    load_versions,
)
from parstats.panel import load_series as all_series
from parstats.reference import frameworks, provinces, sources
from parstats.reference.labels import collation_key, text
from parstats.reference.period_numbers import period_value

#: Letters that Stata allows in the name of a variable.
STATA_NAME_LENGTH = 32
# Variables of the rows themselves, and what Stata keeps for itself.
STATA_KEYS = ("vintage", "unit_id", "code", "unit_name", "region", "year", "period")
_RESERVED = {
    *STATA_KEYS,
    *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n"),
    *("_N", "_pi", "_pred", "_rc", "_skip", "strL", "using", "with"),
}
_NOT_STATA = re.compile(r"[^A-Za-z0-9_]+")
_STRING_TYPE = re.compile(r"str\d*")


def series_table(index: str) -> pd.DataFrame:
    """Return the series of an index in its order, a row each.

    series, stata_name, level, parent, name_vi, name_en, name_vi_origin (official or translated),
    codes (as published, with their years), min_points and max_points (of the newest framework),
    first_year and last_year with scores, n_scores.
    """
    table = all_series().query("index == @index").sort_values("position", kind="stable")
    scores = load_scores(index)
    newest_year = int(scores["year"].max())
    by_series = scores.groupby("series")["year"].agg(["min", "max", "size"])
    versions = dict(list(versions_table(index).groupby("series")))
    names = stata_names(table["series"], frameworks.slug(index))
    rows = []
    for row, stata_name in zip(table.itertuples(), names, strict=True):
        spans = versions.get(row.series, pd.DataFrame())
        newest = spans.iloc[-1] if len(spans) else {}
        years = by_series.loc[row.series] if row.series in by_series.index else {}
        rows.append(
            {
                "series": row.series,
                "stata_name": stata_name,
                "level": row.level,
                "parent": row.parent,
                "name_vi": row.name_vi,
                "name_en": row.name_en,
                "name_vi_origin": row.name_vi_origin,
                "codes": _codes(spans, newest_year) if len(spans) else "",
                "min_points": newest.get("min_points"),
                "max_points": newest.get("max_points"),
                "first_year": _period_value(years.get("min")),
                "last_year": _period_value(years.get("max")),
                "n_scores": int(years.get("size", 0)),
            }
        )
    return pd.DataFrame(rows)


def versions_table(index: str) -> pd.DataFrame:
    """Return what each series was in each span of years: framework, code, scale, comparable group.

    Years with the same comparable_group compare in points, those with the same
    comparable_group_share_of_scale as shares of the scale.
    """
    order = all_series().query("index == @index").set_index("series")["position"]
    table = load_versions()
    table = table[table["series"].isin(order.index)]
    table = table.assign(position=table["series"].map(order))
    return (
        table.sort_values(["position", "year_from"], kind="stable")
        .drop(columns=["position", "cut"])
        .reset_index(drop=True)
    )


def years_table(index: str) -> pd.DataFrame:
    """Return the years of an index: framework, set of units, how many have figures and all of them.

    year, framework, vintage, n_series (at the level that is counted), n_units, n_provinces (with
    any figure), n_complete.
    """
    columns = [
        *("year", "framework", "vintage", "level", "n_series", "n_units", "n_provinces"),
        "n_complete",
    ]
    table = coverage(load_scores(index))[columns].astype({"vintage": "Int64"})
    # A set of units of one's own has a number that says nothing to a reader.
    table["vintage"] = table["vintage"].where(table["vintage"] > 0)
    return _with_period_values(table)


def breaks_table(index: str, lang: str) -> pd.DataFrame:
    """Return the first years that do not compare with the year before: series, kind, reason.

    What is recorded, and every further year in which points of a series do not compare, as a
    dimension whose parts changed (kind "structural").
    """
    recorded = load_breaks().query("index == @index").rename(columns={f"text_{lang}": "reason"})
    keys = set(zip(recorded["series"], recorded["year"], recorded["affects"], strict=True))
    further = [
        {"series": series, "year": year, "reason": reason}
        for series, year, reason in _level_breaks(index, lang)
        if (series, year, "level") not in keys
    ]
    derived = pd.DataFrame(further, columns=["series", "year", "reason"]).assign(
        kind="structural", affects="level", source=""
    )
    columns = ["year", "series", "kind", "affects", "reason", "source"]
    table = pd.concat([recorded[columns], derived[columns]], ignore_index=True)
    order = {name: place for place, name in enumerate(frameworks.series()["series"])}
    table = table.sort_values(
        ["year", "series"], key=lambda c: c.map(order) if c.name == "series" else c, kind="stable"
    ).reset_index(drop=True)
    return _with_period_values(table.assign(source=_without_addresses(table["source"], lang)))


def _level_breaks(index: str, lang: str) -> list[tuple[str, int, str]]:
    """Return the series and years whose points do not compare with the year before, and why."""
    first, last = frameworks.years(index)
    found = []
    for year in range(first + 1, last + 1):
        now, then = (frameworks.in_year(index, y)["series"] for y in (year, year - 1))
        both = now[now.isin(then)].reset_index(drop=True)
        broken = both[~frameworks.comparable(both, year, year - 1).to_numpy()]
        if broken.empty:
            continue
        reasons = frameworks.break_texts(broken, year, year - 1)[f"break_{lang}"]
        unknown = text("codebook.criteria_changed", lang)
        found += [(name, year, why or unknown) for name, why in zip(broken, reasons, strict=True)]
    return found


def missing_table(index: str, lang: str) -> pd.DataFrame:
    """Return the units without complete figures, by year, with the reason where one is known.

    year, vintage, code, name, scope (all or some series), reason.
    """
    gaps = {
        (row.year, row.vintage, row.province): getattr(row, f"reason_{lang}")
        for row in load_gaps().query("index == @index").itertuples()
    }
    rows = []
    for row in coverage(load_scores(index)).itertuples():
        units = provinces.by_code(row.vintage)
        scopes = dict.fromkeys(row.incomplete, "some") | dict.fromkeys(row.absent, "all")
        names = {code: units[code].names[lang] for code in scopes if code in units}
        for code in sorted(names, key=lambda code: collation_key(names[code])):
            reason = gaps.get((row.year, row.vintage, code)) or text("codebook.no_figure", lang)
            rows.append((row.year, row.vintage, code, names[code], scopes[code], reason))
    columns = ["year", "vintage", "code", "name", "scope", "reason"]
    return _with_period_values(pd.DataFrame(rows, columns=columns))


def sources_table(index: str, lang: str) -> pd.DataFrame:
    """Return where the figures of an index come from: its raw files, then pages of single figures.

    what (file or page), title, publisher, date (of a file the day it was taken over), kind (how a
    file was obtained; who runs the host of a page), licence, link (empty unless the host may be
    linked to), file, sha256.
    """
    raw = storage.data_folder().raw
    rows = []
    for path in sorted((raw / frameworks.slug(index)).glob("*")):
        if not sidecar.sidecar_path(path).is_file():
            continue
        about = sidecar.read(path, path.name)
        rows.append(
            {
                "what": "file",
                "title": about.title,
                "publisher": about.producer,
                "date": about.date_accessed,
                "kind": about.obtained,
                "licence": about.licence,
                "link": about.page if sources.page(about.page).is_linked else "",
                "file": path.relative_to(raw.parent).as_posix(),
                "sha256": about.sha256,
            }
        )
    tables = (load_printed(), load_statistics())
    addresses = _addresses(
        source for table in tables for source in table.loc[table["index"] == index, "source"]
    )
    rows += [_page_row(sources.page(address), lang) for address in addresses]
    return pd.DataFrame(rows).fillna("")


def _page_row(page: sources.Page, lang: str) -> dict[str, str]:
    return {
        "what": "page",
        "title": page.title,
        "publisher": page.publisher[lang] or (page.site if page.kind != "copy" else ""),
        "date": page.date,
        "kind": page.kind,
        "link": page.address if page.is_linked else "",
    }


def _addresses(texts: Iterable[str]) -> list[str]:
    """Return the addresses in texts, each once."""
    parts = (part.rstrip(";,") for words in texts for part in words.split())
    return sorted({part for part in parts if part.startswith(("http://", "https://"))})


def _without_addresses(texts: pd.Series, lang: str) -> list[str]:
    """Return sources with who publishes there in place of addresses that may not be linked to."""
    return [
        " ".join(
            part
            if not part.startswith(("http://", "https://")) or sources.page(part).is_linked
            else sources.page(part).publisher[lang] or sources.page(part).site
            for part in words.split()
        )
        for words in texts
    ]


def _codes(versions: pd.DataFrame, newest_year: int) -> str:
    """Return the codes of a series as published, with their years as far as there are figures.

    >>> _codes(pd.DataFrame({"code": ["1.2", "1.2", "1.3"], "year_from": [2011, 2016, 2018],
    ...                      "year_to": [2015, 2017, 2030]}), 2024)
    '1.2 (2011–2017); 1.3 (2018–2024)'
    """
    spans: list[tuple[str, int, int]] = []
    for row in versions[versions["year_from"] <= newest_year].itertuples():
        last = min(int(row.year_to), newest_year)
        if spans and spans[-1][0] == row.code:
            spans[-1] = (row.code, spans[-1][1], last)
        elif row.code:
            spans.append((row.code, int(row.year_from), last))
    return "; ".join(f"{code} ({_span(first, last)})" for code, first, last in spans)


def _span(first: int, last: int) -> str:
    return "–".join(dict.fromkeys(str(period_value(year)) for year in (first, last)))


def _period_value(year: int | None) -> int | str | None:
    return None if year is None else period_value(int(year))


def _with_period_values(table: pd.DataFrame) -> pd.DataFrame:
    """Write quarters and months as a person would; years stay numbers."""
    return table.assign(year=[period_value(int(year)) for year in table["year"]])


def stata_names(series: Sequence[str] | pd.Series, slug: str) -> list[str]:
    """Return names of variables that Stata takes, one for each series, each only once.

    The slug of the index is left out; of a long name the dimension is cut first. A name that is
    there already or that Stata keeps for itself has a number or an underscore after it.

    >>> stata_names(["papi", "papi.transparency", "papi.transparency.poverty_lists"], "papi")
    ['papi', 'transparency', 'transparency_poverty_lists']
    >>> stata_names(["a.corruption_control.limits_in_government", "a.year"], "a")
    ['corruption_limits_in_government', 'year_']
    """
    names: list[str] = []
    used: set[str] = set()
    for identifier in series:
        _, *parts = identifier.split(".")
        name = base = _stata_name(parts or [slug])
        count = 1
        while name.lower() in used:
            count += 1
            name = f"{base[: STATA_NAME_LENGTH - len(str(count)) - 1]}_{count}"
        used.add(name.lower())
        names.append(name)
    return names


def _stata_name(parts: Sequence[str]) -> str:
    *parents, leaf = (_NOT_STATA.sub("_", part).strip("_") or "s" for part in parts)
    head = "_".join(parents)
    if head and len(head) + 1 + len(leaf) > STATA_NAME_LENGTH:
        head = head[: max(STATA_NAME_LENGTH - 1 - len(leaf), 0)].rpartition("_")[0]
    name = f"{head}_{leaf}" if head else leaf
    if name[0].isdigit():
        name = f"s_{name}"
    if name in _RESERVED or _STRING_TYPE.fullmatch(name):
        name = f"{name}_"
    return name[:STATA_NAME_LENGTH]
