"""Every number a reader sees, recomputed from the scores with plain pandas and numpy.

Nothing is compared with the result table that a figure, table or sentence was made from: totals are
sums of sub-dimensions, ranks and percentiles are counted, shares are covariances. Numbers are
written by a function of these tests, so that a wrong decimal mark or rounding shows as well.
"""

from __future__ import annotations

import html
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.text import Annotation

import parstats as ps
from parstats.figures import theme
from parstats.reference import sources
from parstats.reference.labels import text
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import province_reports, release

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANGUAGES = ("vi", "en")
YEARS = list(range(2011, 2025))
LANG_SON, QUANG_NINH, BAC_NINH, QUANG_TRI = "20", "22", "27", "45"
BINH_THUAN, TAY_NINH = "60", "72"
# Years alike, across a change of framework, with part of the figures missing, after a gap.
PROFILES = [(LANG_SON, 2024), (QUANG_TRI, 2021), (BAC_NINH, 2022), (QUANG_NINH, 2018)]


# What is expected, from the scores.


@cache
def provinces() -> pd.DataFrame:
    return ps.load_provinces().set_index("province")


@cache
def series() -> pd.DataFrame:
    return ps.load_series().set_index("series")


@cache
def published() -> pd.DataFrame:
    return ps.load_scores("PAPI", level="criterion")


@cache
def sheet(year: int, level: str = "criterion") -> pd.DataFrame:
    """Provinces by sub-dimensions; dimensions are sums of all their sub-dimensions."""
    rows = published()[published()["year"] == year]
    parts = rows.pivot(index="province", columns="series", values="score")
    parts = parts[[name for name in series().index if name in parts.columns]]
    if level == "criterion":
        return parts
    parents = parts.columns.str.rpartition(".").get_level_values(0)
    return pd.DataFrame(
        {name: parts.loc[:, parents == name].sum(axis=1, skipna=False) for name in parents.unique()}
    )


@cache
def totals(year: int) -> pd.Series:
    return sheet(year).dropna().sum(axis=1)


def rank_in(values: pd.Series, province: str) -> int:
    return 1 + int((values > values[province]).sum())


def quarter(rank: int, count: int) -> int:
    """1 for the best: how many quarters of the places end before this one, and one more."""
    return 1 + sum(rank - 1 >= count * part / 4 for part in (1, 2, 3))


def percentiles(matrix: pd.DataFrame) -> pd.DataFrame:
    """Percent of the others that are below, ties counting half."""

    def counted(column: pd.Series) -> pd.Series:
        values = column.dropna()
        value, other = values.to_numpy()[:, None], values.to_numpy()[None, :]
        below, tied = (value > other).sum(axis=1), (value == other).sum(axis=1) - 1
        return pd.Series(100 * (below + tied / 2) / (len(values) - 1), index=values.index)

    return matrix.apply(counted)


def region_codes(matrix: pd.DataFrame, province: str) -> list[str]:
    regions = provinces()["region"]
    return [code for code in matrix.index if regions[code] == regions[province]]


def covariance_shares(matrix: pd.DataFrame) -> pd.DataFrame:
    """Shares of the complete provinces, largest first."""
    parts = matrix.dropna()
    total = parts.sum(axis=1)
    rows = {
        name: {
            "share": np.cov(part, total)[0, 1] / np.var(total, ddof=1),
            "own": np.var(part) / np.var(total),
            "rest": np.cov(part, total - part)[0, 1] / np.var(total, ddof=1),
            "correlation": np.corrcoef(part, total)[0, 1],
        }
        for name, part in parts.items()
    }
    return pd.DataFrame(rows).T.sort_values("share", ascending=False)


@cache
def breaks() -> set[tuple[str, int, str]]:
    table = ps.load_breaks()
    return set(zip(table["series"], table["year"], table["affects"], strict=True))


def broken(name: str, year: int, affects: str = "level") -> bool:
    """Whether a year does not compare with the one before."""
    return (name, year, affects) in breaks()


def moved(province: str, year: int) -> pd.DataFrame:
    """Change of a province and of the mean, over the provinces with totals in both years."""
    now, then = sheet(year).dropna(), sheet(year - 1).dropna()
    common = now.index.intersection(then.index)
    now, then = now.loc[common], then.loc[common]
    names = [*now.columns, *(name for name in then.columns if name not in now.columns)]
    table = pd.DataFrame(
        {
            "own": now.loc[province].reindex(names).fillna(0)
            - then.loc[province].reindex(names).fillna(0),
            "mean": now.mean().reindex(names).fillna(0) - then.mean().reindex(names).fillna(0),
        }
    )
    alike = [
        name in now.columns and name in then.columns and not broken(name, year) for name in names
    ]
    return table.assign(relative=table["own"] - table["mean"], alike=alike)


# How it is written.


def written(value: float, lang: str, decimals: int = 2, *, sign: bool = False) -> str:
    """A number as a Vietnamese or an English reader expects it; zero has no sign."""
    digits = f"{abs(value):.{decimals}f}"
    mark = "−" if value < 0 else "+" if sign else ""
    if not digits.strip("0."):
        mark = ""
    return mark + (digits.replace(".", ",") if lang == "vi" else digits)


def points(score: float, maximum: float, lang: str, between: str = " / ") -> str:
    """A score with its maximum, which has decimals only if it is no whole number."""
    is_integer = float(maximum).is_integer()
    return f"{written(score, lang)}{between}{written(maximum, lang, 0 if is_integer else 2)}"


def series_name(name: str, lang: str, form: str = "short") -> str:
    return series().at[name, f"{form}_{lang}"]


def province_name(code: str, lang: str) -> str:
    return provinces().at[code, f"name_{lang}"]


def region_name(code: str, lang: str) -> str:
    return text(f"region.{provinces().at[code, 'region']}", lang)


def maximum(matrix: pd.DataFrame, name: str) -> float:
    """A dimension has 10 points, divided equally between its sub-dimensions."""
    parent = name.rpartition(".")[0]
    return 10 / sum(other.rpartition(".")[0] == parent for other in matrix.columns)


# What is shown.


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", markup)).strip()


def numbers(content: str) -> list[str]:
    """All numbers of a sentence in order, with their signs."""
    return re.findall(r"[+−]?\d+(?:[.,]\d+)*", content)


def table_rows(table: object) -> list[dict[str, str]]:
    """Rows of a table by column heading; the heading of a group of rows stands under "group"."""
    markup = table.gt.as_raw_html()
    headings = [plain(th) for th in re.findall(r"<th class=\"gt_col_heading.*?</th>", markup, re.S)]
    assert len(set(headings)) == len(headings)
    rows, group = [], None
    for row in re.findall(r"<tr.*?</tr>", markup.split("<tbody")[1], re.S):
        heading = re.search(r"<th class=\"gt_group_heading.*?</th>", row, re.S)
        cells = [plain(td) for td in re.findall(r"<td.*?</td>", row, re.S)]
        if heading:
            group = plain(heading.group())
        elif len(cells) == len(headings):
            rows.append(dict(zip(headings, cells, strict=True)))
            rows[-1] |= {"group": group} if group else {}
    return rows


def headed(lang: str, **cells: str) -> dict[str, str]:
    """Cells under the headings that belong to them in a language."""
    group = {"group": cells.pop("group")} if "group" in cells else {}
    return {text(f"table.{key}", lang): value for key, value in cells.items()} | group


def row_names(axes: object) -> dict[int, str]:
    """What is written beside each row of a figure, by its place from the top."""
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    return {int(tick): label.get_text() for tick, label in ticks}


def dots(collection: PathCollection) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.asarray(collection.get_offsets())]


def texts(axes: object) -> list[tuple[str, float, float]]:
    return [(label.get_text(), *map(float, label.get_position())) for label in axes.texts]


# Tables.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), PROFILES)
def test_extremes_table_shows_score_percentile_region_and_change(scores, code, year, lang):
    matrix, before = sheet(year), sheet(year - 1)
    percent = percentiles(matrix)
    region = percent.loc[region_codes(matrix, code)].median()
    values = percent.loc[code].dropna().sort_values(ascending=False, kind="stable")

    def change(name: str) -> str:
        then = before[name].get(code, np.nan) if name in before else np.nan
        if np.isnan(then):
            return "–"
        if broken(name, year):
            return text("table.break", lang)
        return written(matrix.loc[code, name] - then, lang, sign=True)

    expected = [
        headed(
            ps.text.language(lang, "PAPI"),
            group=text(f"table.{group}", lang),
            sub_dimension=series_name(name, lang),
            score=points(matrix.loc[code, name], maximum(matrix, name), lang),
            percentile=written(values[name], lang, 0),
            region=written(region[name], lang, 0),
            change=change(name),
        )
        for group, part in (("strongest", values.index[:5]), ("weakest", values.index[:-6:-1]))
        for name in part
    ]

    table = ps.tables.extremes(ps.panel.profile(scores, code, year), lang)
    assert table_rows(table) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), PROFILES)
def test_dimensions_table_shows_score_medians_and_percentile(scores, code, year, lang):
    matrix = sheet(year, "dimension")
    percent = percentiles(matrix).loc[code]
    region = matrix.loc[region_codes(matrix, code)].median()
    expected = [
        headed(
            ps.text.language(lang, "PAPI", "dimension"),
            sub_dimension=series_name(name, lang, "name"),
            score=written(matrix.loc[code, name], lang),
            region_median=written(region[name], lang),
            country_median=written(matrix[name].median(), lang),
            percentile=written(percent[name], lang, 0),
        )
        for name in matrix.columns[matrix.loc[code].notna()]
    ]

    table = ps.panel.profile(scores, code, year, level="dimension")
    assert table_rows(ps.tables.dimensions(table, lang)) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), [(LANG_SON, 2024), (TAY_NINH, 2012)])
def test_peers_table_shows_distance_score_and_rank(scores, code, year, lang):
    matrix, values = sheet(year), totals(year)
    z = (matrix - matrix.mean()) / matrix.std(ddof=0)
    distance = np.sqrt(((z - z.loc[code]) ** 2).mean(axis=1)).drop(code).sort_values()
    expected = [
        headed(
            lang,
            province=province_name(near, lang),
            region_name=region_name(near, lang),
            distance=written(distance[near], lang),
            score=written(values[near], lang),
            rank_computed=str(rank_in(values, near)),
        )
        for near in distance.index[:5]
    ]

    table = ps.tables.peers(ps.panel.peers(scores, code, year), lang)
    assert table_rows(table) == expected


def covered(year: int) -> tuple[list[str], list[str]]:
    """Provinces without any figure of a year, and those that lack some of them."""
    matrix = sheet(year)
    absent = [code for code in provinces().index if code not in matrix.index]
    return sorted(absent), sorted(matrix.index[matrix.isna().any(axis=1)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_coverage_table_counts_series_and_complete_provinces(scores, lang):
    def named(codes: list[str]) -> str:
        return ", ".join(province_name(code, lang) for code in codes) or "–"

    expected = []
    for year in YEARS:
        absent, incomplete = covered(year)
        expected.append(
            headed(
                lang,
                year=str(year),
                framework=scores.loc[scores["year"] == year, "framework"].iloc[0],
                n_series=str(sheet(year).shape[1]),
                complete=f"{63 - len(absent) - len(incomplete)}/63",
                absent=named(absent),
                incomplete=named(incomplete),
            )
        )

    assert table_rows(ps.tables.coverage(ps.panel.coverage(scores), lang)) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_breaks_table_shows_every_break_in_order_of_years(lang):
    table = ps.load_breaks().query("index == 'PAPI'")
    joined: dict[tuple[int, str, str], list[str]] = {}  # what changed alike stands in one row
    for year in sorted(set(table["year"])):
        for row in table[table["year"] == year].itertuples():
            alike = (year, text(f"break.{row.kind}", lang), getattr(row, f"text_{lang}"))
            joined.setdefault(alike, []).append(series_name(row.series, lang))
    expected = [
        headed(lang, year=str(year), series=", ".join(names), kind=kind, changed=changed)
        for (year, kind, changed), names in joined.items()
    ]

    assert table_rows(ps.tables.breaks(table, lang)) == expected
    assert len(expected) < len(table)


def test_years_that_allow_the_same_stand_in_one_row():
    limits = ps.panel.coverage_limits(ps.load_scores("PAPI"))
    rows = table_rows(ps.tables.limits(limits, "en"))
    spans = [row[text("table.year", "en")] for row in rows]
    assert spans[:3] == ["2011–2013", "2014", "2015–2017"]
    told = [
        year
        for first, _, last in (span.partition("–") for span in spans)
        for year in range(int(first), int(last or first) + 1)
    ]
    assert told == limits["year"].tolist()


@cache
def in_print() -> pd.DataFrame:
    table = ps.load_printed()
    return table[table["index"] == "PAPI"]


def printed_and_computed() -> pd.DataFrame:
    """Printed totals with score, rank and number of provinces counted here."""
    rows = []
    for row in in_print().to_dict("records"):
        values = totals(row["year"])
        has_score = row["province"] in values.index
        rows.append(
            row
            | {
                "score": values[row["province"]] if has_score else np.nan,
                "rank": rank_in(values, row["province"]) if has_score else None,
                "n_ranked": len(values) if has_score else None,
            }
        )
    table = pd.DataFrame(rows)
    both = table["score"].notna() & table["score_printed"].notna()
    is_different = (table["score"] - table["score_printed"]).abs() > 0.05
    ranked = table["rank"].notna() & table["rank_printed"].notna()
    other = table["rank"].astype("Int64") != table["rank_printed"].astype("Int64")
    return table.assign(
        score_differs=both & is_different, rank_differs=ranked & other.fillna(False)
    )


def rank_text(rank: object, count: object) -> str:
    if pd.isna(rank):
        return "–"
    return f"{int(rank)}" if pd.isna(count) else f"{int(rank)}/{int(count)}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_printed_table_shows_what_differs_from_the_computed_figures(lang):
    table = printed_and_computed()
    expected = [
        headed(
            lang,
            year=str(row.year),
            province=province_name(row.province, lang),
            score_printed="–" if pd.isna(row.score_printed) else written(row.score_printed, lang),
            score_computed="–" if pd.isna(row.score) else written(row.score, lang),
            rank_printed=rank_text(row.rank_printed, row.n_ranked_printed),
            rank_computed=rank_text(row.rank, row.n_ranked),
        )
        for row in table[table["score_differs"] | table["rank_differs"]].itertuples()
    ]

    assert len(expected) > 5
    assert table_rows(ps.tables.printed(in_print(), lang)) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", ["criterion", "dimension"])
@pytest.mark.parametrize("year", [2018, 2024])
def test_shares_table_shows_shares_their_parts_and_correlation(scores, year, level, lang):
    table = ps.drivers.shares(scores, year, level=level, n_draws=50)
    # The interval is compared with resampling by hand where drivers are tested.
    interval = table.set_index("series")[["sens_low", "sens_high"]]
    expected = [
        headed(
            ps.text.language(lang, "PAPI", level),
            sub_dimension=series_name(name, lang),
            share=written(100 * row.share, lang, 1),
            variance=written(100 * row.own, lang, 1),
            covariance=written(100 * row.rest, lang, 1),
            correlation=written(row.correlation, lang),
        )
        | {
            text("table.sensitivity_of", lang, share=95): " – ".join(
                written(100 * end, lang, 1) for end in interval.loc[name]
            )
        }
        for name, row in covariance_shares(sheet(year, level)).iterrows()
    ]

    output = ps.tables.shares(table, lang)

    assert table_rows(output) == expected
    foot = plain(output.gt.as_raw_html().split("<tfoot")[1])
    n = len(totals(year))
    assert numbers(foot) == [str(year), str(n), "63", f"{100 * n / 63:.0f}"]


# Sentences and cards.


def cards(output: object) -> list[tuple[str, str, str]]:
    """Label, value and note of each card."""
    matches = re.findall(
        r'ps-label">(.*?)</div>.*?ps-value">(.*?)</div>.*?ps-note">(.*?)</div>', output.html, re.S
    )
    return [(plain(label), plain(value), plain(note)) for label, value, note in matches]


def neighbours(values: pd.Series, province: str) -> pd.Index:
    return values.index[(values - values[province]).abs() <= 0.25 + 1e-9]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "year"),
    [(LANG_SON, 2024), (TAY_NINH, 2023), (BINH_THUAN, 2017), (QUANG_TRI, 2014), (LANG_SON, 2021)],
)
def test_headline_cards_show_score_rank_neighbours_and_change(scores, code, year, lang):
    values, before = totals(year), totals(year - 1)
    rank, close = rank_in(values, code), neighbours(values, code)
    close_ranks = [rank_in(values, other) for other in close]
    n_dimensions = sheet(year, "dimension").shape[1]
    change = written(values[code] - before[code], lang, sign=True)

    output = ps.text.headline(ps.panel.overall(scores, code, year), lang)
    score_card, rank_card, close_card, change_card = cards(output)

    assert numbers(score_card[0]) == [str(year)]
    assert score_card[1] == written(values[code], lang)
    assert numbers(score_card[2]) == [str(10 * n_dimensions), written(values.median(), lang)]
    assert rank_card[1] == f"{rank} / {len(values)}"
    assert numbers(close_card[0]) == [written(0.25, lang)]
    assert close_card[1] == str(len(close) - 1)
    ends = [str(min(close_ranks)), str(max(close_ranks))] if len(close) > 1 else []
    assert numbers(close_card[2]) == ends
    assert numbers(change_card[0]) == [str(year - 1)]
    assert change_card[1] == ("–" if broken("papi", year) else change)
    assert numbers(change_card[2]) == [str(rank_in(before, code)), str(rank)]
    group = plain(output.html.split("</p>")[0])
    assert group.startswith(text(f"quartile.{quarter(rank, len(values))}", lang))
    assert str(len(values)) in numbers(group)
    assert theme.QUARTILES[quarter(rank, len(values))] in output.html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_change_card_is_empty_without_a_year_before(scores, lang):
    first = cards(ps.text.headline(ps.panel.overall(scores, LANG_SON, 2011), lang))[-1]
    assert (numbers(first[0]), first[1]) == (["2010"], "–")
    after_gap = cards(ps.text.headline(ps.panel.overall(scores, QUANG_NINH, 2024), lang))[-1]
    assert (numbers(after_gap[0]), after_gap[1]) == (["2023"], "–")
    assert numbers(after_gap[2]) == ["2023"]


def test_close_note_names_the_ranks_that_lie_close(scores):
    year = 2024
    values = totals(year)
    ranks = {code: rank_in(values, code) for code in values.index}
    seen = set()
    for code in values.index:
        close = [ranks[other] for other in neighbours(values, code)]
        ends = [str(min(close)), str(max(close))] if len(close) > 1 else []
        standing = ps.panel.overall(scores, code, year)
        for lang in LANGUAGES:
            note = ps.text.close_note(standing, lang).data
            assert numbers(note) == [*ends, written(0.25, lang)]
        seen.add(len(ends))
    assert seen == {0, 2}


def test_title_names_province_region_index_and_year(scores):
    for lang in LANGUAGES:
        title = ps.text.title(ps.panel.overall(scores, LANG_SON, 2024), lang).data
        assert numbers(title) == ["2024"]
        for phrase in (province_name(LANG_SON, lang), region_name(LANG_SON, lang), "PAPI"):
            assert phrase in title


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("year", YEARS[1:])
def test_change_note_lists_the_breaks_of_the_total_and_of_the_ranking(scores, year, lang):
    table = ps.load_breaks()
    rows = table[(table["series"] == "papi") & (table["year"] == year)]
    note = ps.text.change_note(ps.panel.overall(scores, LANG_SON, year), lang)
    if rows.empty:
        assert note is None
        return
    listed = [plain(item) for item in re.findall(r"<li>(.*?)</li>", note.html)]
    assert [item.removesuffix(".") for item in listed] == rows[f"text_{lang}"].tolist()
    assert numbers(plain(note.html.split("<ul>")[0])) == [str(year - 1), str(year)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_data_note_says_what_is_missing_and_why(scores, lang):
    gaps = ps.load_gaps()
    for year in YEARS:
        absent, incomplete = covered(year)
        for code in [*absent, *incomplete]:
            note = ps.text.no_data_note(
                ps.panel.overall(scores, code, year),
                gaps,
                ps.panel.profile(scores, code, year),
                lang,
            )
            content = plain(note.html)
            kind = "no_data" if code in absent else "no_total"
            name = province_name(code, lang)
            assert text(f"warning.{kind}", lang, name=name, index="PAPI", year=year) in content
            rows = gaps[(gaps["year"] == year) & (gaps["province"] == code)]
            assert len(rows) == 1
            assert rows[f"reason_{lang}"].iloc[0].lower() in content.lower()
            assert (rows[f"scope_{lang}"].iloc[0] in content) is (code in incomplete)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "year"),
    [(TAY_NINH, 2024), (LANG_SON, 2023), (LANG_SON, 2012), (QUANG_TRI, 2021), (BINH_THUAN, 2021)],
)
def test_movement_note_shows_the_sum_and_both_pairs_of_ranks(scores, code, year, lang):
    values, before = totals(year), totals(year - 1)
    common = values.index.intersection(before.index)
    change, mean = values[code] - before[code], (values[common] - before[common]).mean()
    printed = in_print().set_index(["province", "year"])["rank_printed"].dropna()

    n, relative = str(len(common)), written(change - mean, lang, sign=True)
    by_how_much = [
        written(change, lang, sign=True),
        n,
        written(mean, lang, sign=True),
        relative,
    ]
    if broken("papi", year):
        by_how_much = [n, relative]
    expected = [
        str(year - 1),
        str(year),
        *by_how_much,
        *(str(rank_in(before, code)), str(len(before))),
        *(str(rank_in(values, code)), str(len(values))),
    ]
    if {len(values), len(before)} != {len(common)}:
        expected += [n, str(rank_in(before[common], code)), str(rank_in(values[common], code))]
    for which in (year - 1, year):
        if (code, which) in printed.index:
            expected += [str(which), str(printed[code, which])]

    movement = ps.drivers.relative_change(scores, code, year)
    note = ps.text.movement_note(movement, ps.panel.overall(scores, code, year), lang)
    assert numbers(note.data) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), PROFILES)
def test_driver_note_shows_the_percentiles_in_the_five_largest_shares(scores, code, year, lang):
    matrix = sheet(year)
    values = percentiles(matrix).loc[code].dropna()
    five = covariance_shares(matrix).index[:5]
    listed = "; ".join(
        f"{series_name(name, lang)} {written(values[name], lang, 0)}%"
        for name in five
        if name in values
    )

    shares = ps.drivers.shares(scores, year, n_draws=2)
    note = ps.text.driver_note(shares, ps.panel.profile(scores, code, year), lang).data
    assert f": {listed}." in note
    assert numbers(note) == numbers(listed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_printed_note_sets_printed_beside_computed_and_stresses_what_differs(lang):
    printed = in_print()
    for code, rows in printed_and_computed().groupby("province"):
        lines = ps.text.printed_note(printed, code, lang).data.split("\n- ")[1:]
        for line, row in zip(lines, rows.itertuples(), strict=True):
            expected, stressed = [str(row.year)], []
            if pd.notna(row.score_printed) and pd.notna(row.score):
                expected.append(written(row.score_printed, lang))
                if row.score_differs:
                    stressed.append(expected[-1])
                    expected.append(written(row.score, lang))
            if pd.notna(row.rank_printed):
                printed_rank = rank_text(row.rank_printed, row.n_ranked_printed)
                expected += printed_rank.split("/")
                if row.rank != row.rank_printed:
                    stressed.append(printed_rank)
                    expected += numbers(rank_text(row.rank, row.n_ranked))
            remark = getattr(row, f"note_{lang}")
            statement, _, link = line.partition(f"; {text('note.source', lang)}: ")
            assert statement.endswith(remark)
            assert numbers(statement) == [*expected, *numbers(remark)]
            assert re.findall(r"\*\*(.*?)\*\*", statement) == stressed
            linkable = [one for one in row.source.split() if sources.page(one).is_linked]
            assert linkable[0] in link if linkable else "](" not in link


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("year", [2015, 2018, 2022, 2024])
def test_data_notes_count_series_and_provinces_and_name_the_missing(scores, year, lang):
    absent, incomplete = covered(year)
    names = [province_name(code, lang) for code in sorted([*absent, *incomplete])]
    n = 63 - len(names)
    standing = ps.panel.overall(scores, LANG_SON, year)

    lines = ps.text.notes(standing, ps.panel.coverage(scores), "1.2.3", lang).data.split("\n")

    line_numbers = [numbers(line) for line in lines]
    n_dimensions, n_parts = sheet(year, "dimension").shape[1], sheet(year).shape[1]
    sums = [str(n_dimensions), "1", "10", str(n_parts), str(year)]
    assert sums in line_numbers
    line = lines[line_numbers.index(sums)]
    per_dimension = "mỗi chỉ số nội dung từ 1 đến 10" if lang == "vi" else "each of which runs from"
    assert per_dimension in line
    assert ["1.2.3"] in line_numbers
    counted = lines[line_numbers.index([str(year), str(n), "63"])]
    missing = ", ".join(names) or text("note.none", lang)
    assert counted.endswith(f": {missing}.")


# Figures.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), [(LANG_SON, 2024), (TAY_NINH, 2012)])
def test_position_figure_has_a_dot_a_province_at_its_score(scores, code, year, lang):
    values = totals(year)
    axes = ps.charts.position(ps.panel.ranks(scores, year), code, lang).figure.axes[0]
    swarm, *marks = (drawn for drawn in axes.collections if isinstance(drawn, PathCollection))
    drawn = {
        score: to_hex(colour)
        for (score, _), colour in zip(dots(swarm), swarm.get_facecolors(), strict=True)
    }
    colours = {
        score: theme.QUARTILES[quarter(rank_in(values, other), len(values))]
        for other, score in values.items()
    }
    assert len(dots(swarm)) == len(values)
    assert sorted(drawn) == pytest.approx(sorted(colours))
    assert [drawn[score] for score in sorted(drawn)] == [colours[s] for s in sorted(colours)]
    # The dot of the province, in the colour of its group, and a ring around it.
    assert [dots(mark) for mark in marks] == [[pytest.approx((values[code], 0))]] * 2
    assert to_hex(marks[0].get_facecolor()[0]) == colours[values[code]]
    assert not len(marks[1].get_facecolor())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_position_figure_names_the_province_the_first_and_the_last(scores, lang):
    values = totals(2024)
    ranking = ps.panel.ranks(scores, 2024)
    for code in (LANG_SON, values.idxmax(), values.idxmin()):
        chart = ps.charts.position(ranking, code, lang)
        expected = {
            f"{province_name(other, lang)} {written(values[other], lang)}": values[other]
            for other in dict.fromkeys((code, values.idxmax(), values.idxmin()))
        }
        labels = {label.get_text(): float(label.xy[0]) for label in chart.figure.axes[0].texts}
        assert labels == pytest.approx(expected)
        rank = str(rank_in(values, code))
        alt_numbers = [str(len(values)), written(values[code], lang), rank]
        if lang == "en":
            assert numbers(chart.alt) == alt_numbers
        assert sorted(numbers(chart.alt)) == sorted(alt_numbers)


def curve(lines: list, colour: str) -> dict[int, float]:
    """Values of the lines of one colour by year; a lone year may be drawn a little wider."""
    by_year: dict[int, float] = {}
    for line in (line for line in lines if line.get_color() == colour):
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
            assert by_year.setdefault(round(x), float(y)) == float(y)
    return by_year


@pytest.mark.parametrize("code", [LANG_SON, QUANG_NINH])
def test_history_figure_draws_score_rank_median_and_middle_half(scores, code):
    by_year = {year: totals(year) for year in YEARS}
    upper, lower = ps.charts.history(ps.panel.history(scores, code), code, "vi").figure.axes
    province_scores = {
        year: values[code] for year, values in by_year.items() if code in values.index
    }
    assert curve(upper.lines, theme.PROVINCE) == pytest.approx(province_scores)
    rank = {year: rank_in(by_year[year], code) for year in province_scores}
    drawn = [line for line in lower.lines if line.get_marker() == "o"]
    assert curve(drawn, theme.PROVINCE) == rank
    medians = {year: np.median(values) for year, values in by_year.items()}
    assert curve(upper.lines, theme.COUNTRY) == pytest.approx(medians)
    band: dict[int, set[float]] = {year: set() for year in YEARS}
    for part in upper.collections:
        if isinstance(part, FillBetweenPolyCollection):
            for x, y in np.concatenate([path.vertices for path in part.get_paths()]):
                band[round(x)].add(round(float(y), 9))
    for year, values in by_year.items():
        quarters = np.quantile(values, [0.25, 0.75])
        assert (min(band[year]), max(band[year])) == pytest.approx(tuple(quarters))
        assert len(band[year]) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "selected", "named"),
    [(LANG_SON, None, 2024), (LANG_SON, 2019, 2019), (QUANG_NINH, 2021, 2024)],
)
def test_history_figure_writes_out_score_and_rank_of_one_year(scores, code, selected, named, lang):
    values = totals(named)
    chart = ps.charts.history(ps.panel.history(scores, code), code, lang, year=selected)
    upper, lower = chart.figure.axes
    score, rank = values[code], rank_in(values, code)
    for axes, content, value in (
        (upper, written(score, lang), score),
        (lower, str(rank), rank),
    ):
        (label,) = (label for label in axes.texts if isinstance(label, Annotation))
        assert label.get_text() == content
        assert label.xy == pytest.approx((named, value))
        rings = [c for c in axes.collections if type(c) is PathCollection]
        assert [dots(ring) for ring in rings] == [[pytest.approx((named, value))]]
    assert numbers(chart.alt) == ["2011", "2024", str(named), str(rank), str(len(values))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_history_figure_marks_breaks_and_the_scale(scores, lang):
    upper, lower = ps.charts.history(ps.panel.history(scores, "20"), "20", lang).figure.axes

    def upright(axes: object) -> list[float]:
        ends = [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
        return sorted(float(x[0]) for x in ends if x[0] == x[1])

    assert upright(upper) == [year - 0.5 for year in YEARS[1:] if broken("papi", year)]
    assert upright(lower) == [year - 0.5 for year in (2016, 2018, 2019, 2021)]
    most = {y: str(10 * sheet(y, "dimension").shape[1]) for y in YEARS}
    starts = [y for y in YEARS if most.get(y - 1) != most[y]]
    scales = [(numbers(t), x) for t, x, _ in texts(upper) if t.startswith(("out", "thang"))]
    assert scales == [([most[year]], pytest.approx(year - 0.42)) for year in starts]
    ticks = [label.get_text() for label in lower.get_xticklabels()]
    assert ticks == ["2011", *(f"'{year % 100}" for year in YEARS[1:])]
    assert lower.get_xticks().tolist() == YEARS


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), PROFILES)
def test_profile_figure_shows_percentiles_region_and_scores(scores, code, year, lang):
    matrix = sheet(year)
    percent = percentiles(matrix)
    province_values = percent.loc[code].dropna()
    region = percent.loc[region_codes(matrix, code)].median()[province_values.index]

    chart = ps.charts.profile(ps.panel.profile(scores, code, year), code, lang)
    axes = chart.figure.axes[0]

    names = row_names(axes)
    parents = province_values.index.str.rpartition(".").get_level_values(0)
    expected_names = [
        series_name(name, lang)
        for parent in parents.unique()
        for name in (parent, *province_values.index[parents == parent])
    ]
    assert [names[position] for position in sorted(names)] == expected_names
    diamonds, circles, colours = {}, {}, {}
    for collection in (part for part in axes.collections if type(part) is PathCollection):
        faces = [to_hex(colour) for colour in collection.get_facecolor()]
        for number, (x, y) in enumerate(dots(collection)):
            face = faces[number % len(faces)]
            if face == "#ffffff":
                diamonds[names[int(y)]] = x
            else:
                circles[names[int(y)]], colours[names[int(y)]] = x, face
    (lines,) = (part for part in axes.collections if isinstance(part, LineCollection))
    ends = {names[int(line[0, 1])]: line[:, 0].tolist() for line in lines.get_segments()}
    assert ends == {name: [50, pytest.approx(x)] for name, x in circles.items()}
    by_name = {name: series_name(name, lang) for name in province_values.index}
    assert circles == pytest.approx(
        {by_name[name]: province_values[name] for name in province_values.index}
    )
    assert diamonds == pytest.approx(
        {by_name[name]: region[name] for name in province_values.index}
    )
    best_to_last = {
        by_name[n]: theme.QUARTILES[1 + sum(province_values[n] < at for at in (25, 50, 75))]
        for n in province_values.index
    }
    assert colours == best_to_last
    assert {names[int(y)]: content for content, _, y in texts(axes)} == {
        by_name[n]: points(matrix.loc[code, n], maximum(matrix, n), lang, "/")
        for n in province_values.index
    }
    assert numbers(chart.alt) == [str(int((province_values > 50).sum())), str(len(province_values))]
    assert province_name(code, lang) in chart.alt
    assert by_name[province_values.idxmax()] in chart.alt
    assert by_name[province_values.idxmin()] in chart.alt


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "year"), [(TAY_NINH, 2024), (QUANG_TRI, 2021), (LANG_SON, 2018)])
def test_movement_figure_shows_the_largest_parts_and_the_rest(scores, code, year, lang):
    table = moved(code, year)
    largest = table.loc[table["relative"].abs().sort_values(ascending=False).index]
    top, rest = largest[:12].sort_values("relative", ascending=False), largest[12:]

    chart = ps.charts.movement(ps.drivers.relative_change(scores, code, year), code, year, lang)
    axes = chart.figure.axes[0]

    values = [*top["relative"], rest["relative"].sum()]
    names = [series_name(name, lang) for name in top.index]
    assert [row_names(axes)[position] for position in range(12)] == names
    assert numbers(row_names(axes)[12]) == [str(len(rest))]
    bars = sorted(axes.patches, key=lambda bar: bar.get_y())
    assert [bar.get_width() for bar in bars] == pytest.approx(values)
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx(list(range(13)))
    assert [not bar.get_hatch() for bar in bars[:12]] == top["alike"].tolist()
    assert [to_hex(bar.get_facecolor()) for bar in bars] == [
        *(theme.GAIN if value >= 0 else theme.LOSS for value in values[:12]),
        theme.REST,
    ]
    written_out = {int(y): content for content, _, y in texts(axes)}
    assert [written_out[position] for position in range(13)] == [
        written(value, lang, sign=True) for value in values
    ]
    total = written(table["relative"].sum(), lang, sign=True)
    assert numbers(axes.get_title(loc="left")) == [total]
    assert numbers(chart.alt) == [str(year), total]
    assert series_name(largest.index[0], lang) in chart.alt


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("top", [None, 7])
def test_shares_figure_shows_every_share_with_its_interval(scores, top, lang):
    expected = covariance_shares(sheet(2024))
    count = len(expected)
    expected = 100 * expected["share"].head(top or count)
    table = ps.drivers.shares(scores, 2024, n_draws=50)
    interval = 100 * table.set_index("series")[["sens_low", "sens_high"]]

    chart = ps.charts.shares(table, lang, n_top=top)
    axes = chart.figure.axes[0]

    names = row_names(axes)
    assert [names[p] for p in range(len(expected))] == [
        series_name(n, lang) for n in expected.index
    ]
    (dotted,) = (
        collection for collection in axes.collections if type(collection) is PathCollection
    )
    assert np.array(dots(dotted)) == pytest.approx(
        np.column_stack([expected, np.arange(len(expected))])
    )
    (lines,) = (
        collection for collection in axes.collections if isinstance(collection, LineCollection)
    )
    ends = [[*segment[:, 0], segment[0, 1]] for segment in lines.get_segments()]
    assert np.array(ends) == pytest.approx(
        np.column_stack([interval.loc[expected.index], np.arange(len(expected))])
    )
    written_out = {round(y): content for content, _, y in texts(axes) if content.endswith("%")}
    assert written_out == {
        position: f"{written(value, lang, 1)}%" for position, value in enumerate(expected)
    }
    equal = [x for content, x, _ in texts(axes) if text("figure.equal_share", lang) in content]
    assert equal == [pytest.approx(100 / count)]
    assert sorted(line.get_xdata()[0] for line in axes.lines) == pytest.approx([0, 100 / count])
    largest = written(expected.iloc[0], lang, 1)
    assert sorted(numbers(chart.alt)) == sorted([str(len(expected)), "2024", largest])
    assert series_name(expected.index[0], lang) in chart.alt


@pytest.fixture(scope="module")
def yearly_shares(scores):
    return pd.concat([ps.drivers.shares(scores, year, n_draws=2) for year in YEARS])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_heat_map_shows_the_share_of_every_series_and_year(scores, yearly_shares, lang):
    expected = 100 * pd.DataFrame({year: covariance_shares(sheet(year))["share"] for year in YEARS})
    order = [name for name in series().index if name in expected.index]
    expected = expected.loc[order]

    chart = ps.charts.share_trend(yearly_shares, lang)
    axes, colour_bar = chart.figure.axes

    assert [label.get_text() for label in axes.get_yticklabels()] == [
        series_name(name, lang) for name in order
    ]
    assert [label.get_text() for label in axes.get_xticklabels()] == [f"'{y % 100}" for y in YEARS]
    mesh = axes.collections[0]
    drawn = np.ma.filled(mesh.get_array().reshape(expected.shape).astype(float), np.nan)
    assert drawn == pytest.approx(expected.to_numpy(), nan_ok=True)
    cells = {(order[int(y)], YEARS[int(x)]): content for content, x, y in texts(axes)}
    present = expected.stack().dropna()
    assert cells == {cell: written(value, lang, 0) for cell, value in present.items()}
    assert text("figure.share_axis", lang) == colour_bar.get_ylabel()
    frameworks = scores.groupby("year")["framework"].first()
    changes = [i for i, year in enumerate(YEARS) if i and frameworks[year] != frameworks[year - 1]]
    assert sorted(float(line.get_xdata()[0]) for line in axes.lines) == changes
    assert numbers(chart.alt) == ["2011", "2024"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_coverage_figure_colours_every_gap_as_its_legend_says(scores, lang):
    expected = {}
    for year in YEARS:
        absent, incomplete = covered(year)
        for codes, kind in ((absent, "absent"), (incomplete, "part")):
            expected |= {(province_name(code, lang), year): kind for code in codes}

    chart = ps.charts.coverage(ps.panel.coverage(scores), lang)
    axes = chart.figure.axes[0]

    (legend,) = chart.figure.legends
    kinds = {text(f"coverage.{kind}", lang): kind for kind in ("complete", "part", "absent")}
    meaning = {
        to_hex(patch.get_facecolor()): kinds[label.get_text()]
        for patch, label in zip(legend.get_patches(), legend.get_texts(), strict=True)
    }
    names = row_names(axes)
    assert names == dict(enumerate(sorted({n for n, _ in expected}, key=ps.labels.collation_key)))
    assert [label.get_text() for label in axes.get_xticklabels()] == [f"'{y % 100}" for y in YEARS]
    assert axes.get_xticks().tolist() == [position + 0.5 for position in range(len(YEARS))]
    mesh = axes.collections[0]
    states = mesh.get_array().reshape(len(names), len(YEARS))
    actual = {
        (names[row], year): meaning[to_hex(mesh.cmap(mesh.norm(states[row, column])))]
        for row in names
        for column, year in enumerate(YEARS)
    }
    assert len(set(meaning.values())) == 3
    assert {cell: kind for cell, kind in actual.items() if kind != "complete"} == expected
    assert numbers(chart.alt) == [str(len(names)), "2011", "2024"]


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_timeline_has_a_bar_for_every_run_of_years_that_compare(lang):
    expected = set()
    for name, rows in published().groupby("series"):
        years = sorted(set(rows["year"]))
        first = years[0]
        for year in years:
            if year == years[-1] or broken(name, year + 1):
                expected.add((series_name(name, lang), first, year))
                first = year + 1

    scores = ps.load_scores("PAPI", years=YEARS)
    chart = ps.charts.series_timeline(ps.load_versions(), scores, lang)
    axes = chart.figure.axes[0]

    names = row_names(axes)
    actual = {
        (
            names[round(bar.get_y() + bar.get_height() / 2)],
            round(bar.get_x() + 0.43, 6),
            round(bar.get_x() + bar.get_width() - 0.43, 6),
        )
        for bar in axes.patches
    }
    assert actual == expected
    assert len(axes.patches) == len(expected)
    order = [n for n in series().index if n in set(published()["series"])]
    assert [names[position] for position in sorted(names)] == [
        series_name(name, lang) for name in order
    ]
    ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    assert {int(x): label.get_text() for x, label in ticks} == {y: f"'{y % 100}" for y in YEARS}
    assert numbers(chart.alt) == [str(len(order)), "2011", "2024"]


# Front page.

FAILED = "01"


@pytest.fixture(scope="module")
def front_page(tmp_path_factory):
    """The front page over reports of all provinces in two years, one of which failed."""
    folder = tmp_path_factory.mktemp("reports")
    manifest = Manifest(folder, states={"state": {}})
    codes = list(provinces().index)
    for year, lang in ((2024, "vi"), (2018, "en")):
        for job in province_reports.jobs(codes, "PAPI", year, lang, ("html",)):
            failed = year == 2024 and job.parameters["province"] == FAILED
            manifest.reports[job.stem] = {
                "status": "failed" if failed else "done",
                "message": "cell [3]: KeyError" if failed else "",
                "key": "",
                "state": "state",
                "notebook": job.notebook.name,
                "parameters": dict(job.parameters),
                "title": job.title,
                "outputs": {} if failed else dict.fromkeys(job.outputs().values(), ""),
            }
    manifest.write()
    return release.write_front_page(folder, lang="vi").read_text(encoding="utf-8")


SECTIONS = [("papi-2024-vi", 2024), ("papi-2018-en", 2018)]


def section(page: str, name: str) -> str:
    return page.split(f'<section id="{name}"')[1].split("</section>", maxsplit=1)[0]


def both(markup: str) -> dict[str, str]:
    """A text by language; the same in both where the page writes it once."""
    by_language = {
        lang: " ".join(
            plain(part) for part in re.findall(rf'<span lang="{lang}">(.*?)</span>', markup)
        )
        for lang in LANGUAGES
    }
    return by_language if any(by_language.values()) else dict.fromkeys(LANGUAGES, plain(markup))


@pytest.mark.parametrize(("name", "year"), SECTIONS)
def test_front_page_sorts_by_the_rank_score_and_quarter_of_every_province(front_page, name, year):
    values = totals(year)
    actual = {
        code: dict(re.findall(r'data-(\w+)="([^"]*)"', about))
        for code, about in re.findall(r'<tr data-code="(\d\d)"([^>]*)>', section(front_page, name))
    }
    assert sorted(actual) == sorted(provinces().index)
    for code, row in actual.items():
        if code not in values.index:
            assert (row["rank"], row["score"], row["quartile"]) == ("", "", "")
            continue
        rank = rank_in(values, code)
        assert row["rank"] == str(rank)
        assert float(row["score"]) == pytest.approx(values[code])
        assert row["quartile"] == str(quarter(rank, len(values)))
    ranked = [code for code in actual if code in values.index]
    assert ranked == values.sort_values(ascending=False).index.tolist()


@pytest.mark.parametrize(("name", "year"), SECTIONS)
def test_front_page_writes_rank_score_and_group_in_both_languages(front_page, name, year):
    values = totals(year)
    rows = re.findall(r'<tr data-code="(\d\d)"[^>]*>(.*?)</tr>', section(front_page, name), re.S)
    assert len(rows) == 63
    for code, row in rows:
        rank, score, group = (
            both(re.search(rf'<td class="{key}">(.*?)</td>', row, re.S).group(1))
            for key in ("rank", "score", "quartile")
        )
        for lang in LANGUAGES:
            expected = ("–", "–", "–")
            if code in values.index:
                computed_rank = rank_in(values, code)
                expected = (
                    str(computed_rank),
                    written(values[code], lang),
                    text(f"site.group.{quarter(computed_rank, len(values))}", lang),
                )
            assert (rank[lang], score[lang], group[lang]) == expected


@pytest.mark.parametrize(("name", "year"), SECTIONS)
def test_front_page_map_shows_rank_and_score_of_every_province(front_page, name, year):
    values = totals(year)
    tiles = re.findall(
        r'class="tile ([\w-]+)[^"]*" data-code="(\d\d)" (.*?)<span class="tip">(.*?)\n',
        section(front_page, name),
        re.S,
    )
    assert len(tiles) == 63
    for kind, code, about, tip in tiles:
        failed = year == 2024 and code == FAILED
        corner = re.findall(r'<b aria-hidden="true">(.*?)</b>', about)
        if code not in values.index:
            unknown = "unranked" if code in sheet(year).index else "no-data"
            assert (kind, corner, numbers(plain(tip))) == (unknown, [], [])
            continue
        rank = str(rank_in(values, code))
        assert (kind, corner) == (("failed", ["!"]) if failed else ("ranked", [rank]))
        for lang in LANGUAGES:
            tooltip = both(tip)[lang]
            assert province_name(code, lang) in tooltip
            assert numbers(tooltip) == [written(values[code], lang), rank, str(len(values))]


@pytest.mark.parametrize(("name", "year"), SECTIONS)
def test_front_page_counts_the_ranked_and_the_missing(front_page, name, year):
    n, failed = len(totals(year)), int(year == 2024)
    n_scored = len(sheet(year))
    counts = re.search(r'<ul class="counts">(.*?)</ul>', section(front_page, name), re.S).group(1)
    for lang in LANGUAGES:
        actual = re.findall(rf'<span lang="{lang}">(.*?)</span>', counts)
        expected = {"done": n_scored - failed, "no_data": 63 - n_scored, "failed": failed}
        assert actual == [
            text(f"site.count.{key}", lang, n=count) for key, count in expected.items() if count
        ]
        assert text("site.note.ranked", lang, n=n, of=63) in section(front_page, name)
