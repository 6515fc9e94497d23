"""Pages of index-years that too few provinces cover: what they say, and what they must not say.

The notebooks' own cells are run here, in this process; what they show is read back as a reader
would, and compared with the raw files, not with the tables that the page was made from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

import parstats as ps
from parstats import errors, storage
from parstats.figures.boxes import Cards, Notice
from parstats.figures.chart import Chart
from parstats.figures.table import Table
from parstats.figures.tables import available_scores
from parstats.figures.text import available_scores_summary, page_sections
from parstats.reference import sources
from parstats.reference.labels import LANGUAGES, number, text

pytestmark = pytest.mark.usefixtures("figures_to_2024")

HA_GIANG, BAC_KAN, LANG_SON, QUANG_NINH, KHANH_HOA, HCMC = "02", "06", "20", "22", "56", "79"
INDICES = {"SIPAS": "sipas", "PAR INDEX": "par"}
# The section of the other indices, which stands before the plans.
BESIDE = "province_indices"


# The pages.


@dataclass
class Page:
    """What a notebook showed: its words without markup, its headings and its figures."""

    markup: str
    charts: list[Chart]

    @property
    def plain_text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.markup)).split())

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^## (.*)$", self.markup, re.M)


@pytest.fixture
def run(monkeypatch):
    """Run a notebook's cells with other parameters."""

    def execute(name: str, **parameters: object) -> Page:
        outputs: list[object] = []
        monkeypatch.setattr(page_sections, "display", outputs.append)
        notebook = nbformat.read(storage.notebooks_folder() / f"{name}.ipynb", as_version=4)
        scope: dict[str, object] = {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, name, "exec"), scope)
            if "parameters" in cell.metadata.get("tags", []):
                scope.update(parameters)
        charts = [output for output in outputs if isinstance(output, Chart)]
        return Page("\n".join(map(render_markup, outputs)), charts)

    def render_markup(element: object) -> str:
        if isinstance(element, Chart):
            return element.alt
        if isinstance(element, Table):
            return element.gt.as_raw_html()
        return element.html if isinstance(element, Cards | Notice) else str(element.data)

    return execute


@pytest.fixture
def page(run):
    return lambda index, year, province, lang="vi": run(
        "04_province_report", index=index, year=year, province=province, lang=lang
    )


# What is expected, from the raw files.


def raw(index: str) -> pd.DataFrame:
    """The figures of all files, each cell once: what was printed as such first, then the older."""
    folder = storage.data_folder().raw / INDICES[index]
    files = [
        pd.read_csv(path, dtype={"province": str}).assign(order=order)
        for order, path in enumerate(sorted(folder.glob("*_printed*.csv")))
    ]
    table = pd.concat(files).fillna({"basis_score": "", "basis_rank": ""})
    about = {"score": ["score", "scale", "basis_score"], "rank": ["rank", "n_ranked", "basis_rank"]}
    cell = ["series", "year", "province"]
    halves = []
    for what, columns in about.items():
        derived = table[f"basis_{what}"].isin(["derived", "inferred", "disputed"])
        ordered = table.assign(missing=table[what].isna(), derived=derived)
        ordered = ordered.sort_values(["missing", "derived", "order"], kind="stable")
        halves.append(ordered.drop_duplicates(cell).set_index(cell)[columns])
    sources = table.drop_duplicates(cell).set_index(cell)["source"]
    return halves[0].join(halves[1]).join(sources).reset_index()


def overall(index: str, province: str | None = None) -> pd.DataFrame:
    table = raw(index)
    table = table[table["series"] == INDICES[index]]
    return table if province is None else table[table["province"] == province].set_index("year")


def published(index: str, year: int) -> pd.Series:
    folder = storage.data_folder().raw / INDICES[index]
    table = pd.read_csv(folder / f"{INDICES[index]}_statistics.csv", keep_default_na=False)
    table = table[(table["series"] == INDICES[index]) & (table["region"] == "")]
    table = table[table["year"].astype(int) == year]
    return table.set_index("statistic")["value"].astype(float)


def table_rows(markup: str, identity: str) -> list[list[str]]:
    table = markup.split(f'<div id="{identity}"', 1)[1].split("</table>", 1)[0]
    body = table.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in body.split("</tr>")]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells if row]


def national_and_breaks(index: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return ps.panel.national_scores(index), ps.load_breaks()


def province_figures(index: str, province: str) -> pd.DataFrame:
    return ps.panel.available_scores(ps.load_scores(index), ps.load_printed(), province)


# What the page says.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("index", "year"), [("SIPAS", 2022), ("SIPAS", 2024), ("PAR INDEX", 2023), ("PAR INDEX", 2019)]
)
def test_the_first_paragraph_counts_the_provinces_at_hand(index, year, lang):
    table = overall(index)[lambda rows: rows["year"] == year]
    scored = table.loc[table["score"].notna(), "province"].nunique()
    ranked = set(table.loc[table["rank"].notna(), "province"])
    ranked -= set(table.loc[table["score"].notna(), "province"])
    reach = ps.panel.evidence(ps.load_scores(index), ps.load_printed(), year)
    note = available_scores_summary.coverage_note(reach, LANG_SON, lang).data
    first = text("partial.biased", lang).split()[0]
    counts = [int(count) for count in re.findall(r"\d+", note.split(first)[0])]
    expected = [year, scored, 63, *([len(ranked)] if ranked else [])]
    assert counts == expected if lang == "vi" else sorted(counts) == sorted(expected)
    assert "57" in note
    assert text("partial.biased", lang) in note
    assert ("Lạng Sơn" if lang == "vi" else "Lang Son") in note


@pytest.mark.parametrize(
    ("index", "year", "province", "lang"),
    [
        ("SIPAS", 2022, LANG_SON, "vi"),
        ("PAR INDEX", 2023, QUANG_NINH, "en"),
        ("PAR INDEX", 2021, BAC_KAN, "vi"),
    ],
)
def test_score_rank_and_country_stand_as_printed(page, index, year, province, lang):
    result = page(index, year, province, lang)
    row = overall(index, province).loc[year]
    country = published(index, year)
    values = re.findall(r'class="ps-value"><b>(.*?)</b>', result.markup)
    assert values == [
        number(row["score"], lang),
        f"{row['rank']:.0f} / {row['n_ranked']:.0f}",
        number(country["mean"], lang),
    ]
    share = text("partial.score_note", lang, max=100, share=number(row["score"], lang, 1))
    assert share in result.plain_text
    for name in ("max", "min"):
        assert (
            f"{text(f'statistic.{name}', lang)} {number(country[name], lang)}" in result.plain_text
        )
    linkable = [one for one in row["source"].split() if sources.page(one).is_linked]
    assert linkable[0] in result.markup


@pytest.mark.parametrize(
    ("index", "year", "province"),
    [
        ("SIPAS", 2024, LANG_SON),  # a rank, no score
        ("SIPAS", 2023, LANG_SON),  # other years only
        ("SIPAS", 2024, HA_GIANG),  # nothing in any year
        ("PAR INDEX", 2024, KHANH_HOA),  # parts known as percentages only
        ("PAR INDEX", 2015, HCMC),  # a year without any score
        ("PAR INDEX", 2015, LANG_SON),
        ("SIPAS", 2015, QUANG_NINH),  # a place on a list of ten
    ],
)
def test_nothing_is_ranked_compared_or_made_up(page, index, year, province):
    result = page(index, year, province, "en")
    for token in ("nan", "NaN", "NaT", "<NA>", "None", "inf"):
        assert token not in re.findall(r"[\w<>]+", result.plain_text)
    forbidden = ["quartile.1", "quartile.2", "quartile.3", "quartile.4", "headline.rank"]
    assert not [key for key in forbidden if text(key, "en") in result.plain_text]
    assert "average" not in result.plain_text
    # The note below the plans tells of other provinces' printed ranks, and says so for every page.
    peers = " ".join(text("table.peers_note", "en").split())
    assert "median" not in " ".join(result.plain_text.split()).replace(peers, "")
    last = [text(f"section.{key}.title", "en") for key in ("plans", "notes")]
    measures = text("section.plan_measures.title", "en")  # where a plan was read
    shown = [heading for heading in result.headings if heading != measures]
    assert shown[-2:] == last
    headings = [text("section.own_years.title", "en")]
    headings += [text(f"section.{key}.title", "en", year=year) for key in ("own_parts", BESIDE)]
    assert set(shown[:-2]) <= set(headings)


def test_every_rank_on_the_page_was_printed(page):
    figures = overall("SIPAS", QUANG_NINH)
    rows = table_rows(page("SIPAS", 2024, QUANG_NINH).markup, "own-years")
    ranks = {row[0].split()[0]: row[3] for row in rows}
    expected = dict.fromkeys(map(str, range(2015, 2025)), "–")
    for year, row in figures[figures["rank"].notna()].iterrows():
        expected[str(year)] = f"{row['rank']:.0f}/{row['n_ranked']:.0f}"
    assert ranks == expected
    assert ranks["2015"] == "3/10"


@pytest.mark.parametrize(("index", "province"), [("SIPAS", LANG_SON), ("PAR INDEX", KHANH_HOA)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_has_every_year_and_marks_what_does_not_compare(index, province, lang):
    figures = overall(index, province)["score"].dropna()
    years = overall(index)["year"]
    table = available_scores.years(
        province_figures(index, province), *national_and_breaks(index), lang
    )
    markup = table.gt.as_raw_html()
    rows = table_rows(markup, "own-years")
    assert [int(row[0].split()[0]) for row in rows] == list(range(years.min(), years.max() + 1))
    scores = {int(row[0].split()[0]): row[1] for row in rows}
    assert {year: value for year, value in scores.items() if value != "–"} == {
        year: number(value, lang) for year, value in figures.items()
    }
    breaks = ps.load_breaks()
    broken = set(breaks.loc[breaks["series"] == INDICES[index], "year"])
    assert {int(row[0].split()[0]) for row in rows if row[0].endswith("*")} == broken
    lines = [row for row in markup.split("<tr>") if "border-top: 2px" in row]
    assert [int(re.search(r">(20\d\d)", row)[1]) for row in lines] == sorted(broken)
    assert all(row.count("border-top: 2px") == 6 for row in lines)
    for note in breaks.loc[breaks["series"] == INDICES[index], f"text_{lang}"]:
        assert note in unescape(markup)


def test_the_figure_joins_no_years_across_a_gap_or_a_break():
    figures = overall("SIPAS", LANG_SON)
    chart = ps.charts.available_scores(
        province_figures("SIPAS", LANG_SON), *national_and_breaks("SIPAS"), "en"
    )
    upper, lower = chart.figure.axes
    for axes, column in ((upper, "score"), (lower, "rank")):
        values = figures[column].dropna()
        lines = [line for line in axes.lines if line.get_marker() == "o"]
        drawn = {x: y for line in lines for x, y in zip(*line.get_data(), strict=True)}
        assert drawn == values.to_dict()
        # 2018 is alone, 2019 is missing; from 2022 and 2023 on nothing compares with before.
        runs = [list(line.get_xdata()) for line in lines]
        assert [run for run in runs if len(run) > 1] == [[2020, 2021]]
        dashed = sorted(line.get_xdata()[0] for line in axes.lines if line.get_marker() != "o")
        assert dashed == [2016.5, 2021.5, 2022.5]
    (spans,) = (
        collection for collection in upper.collections[:1] if isinstance(collection, LineCollection)
    )
    ends = {int(x[0][0]): sorted(y for _, y in x) for x in spans.get_segments() if len(x)}
    for year in (2021, 2022, 2023, 2024):
        country = published("SIPAS", year)
        assert ends[year] == [country["min"], country["max"]]


def test_a_place_on_a_short_list_is_not_drawn_among_all_provinces():
    chart = ps.charts.available_scores(
        province_figures("SIPAS", QUANG_NINH), *national_and_breaks("SIPAS"), "vi"
    )
    lines = [line for line in chart.figure.axes[1].lines if line.get_marker() == "o"]
    drawn = {x for line in lines for x in line.get_xdata()}
    assert 2015 not in drawn
    assert {2017, 2019, 2024} <= drawn


def test_parts_are_shares_of_their_own_maximum():
    rows = table_rows(
        available_scores.parts(
            province_figures("PAR INDEX", KHANH_HOA), 2024, "en"
        ).gt.as_raw_html(),
        "own-parts",
    )
    shares = {row[0]: row[1:3] for row in rows if len(row) > 1}
    figures = raw("PAR INDEX").query("province == @KHANH_HOA and year == 2024 and series != 'par'")
    assert len(shares) == len(figures) == 6
    assert shares[ps.frameworks.series_name("par.steering", "en")] == ["9.50 / 9.5", "100.0"]
    assert shares[ps.frameworks.series_name("par.procedures", "en")] == ["12.85 / 13", "98.9"]
    assert shares[ps.frameworks.series_name("par.institutions", "en")] == ["9.50 / 10", "95.0"]
    assert shares[ps.frameworks.series_name("par.public_finance", "en")] == ["–", "89.5"]


def test_parts_of_which_only_a_rank_was_printed_show_the_rank():
    rows = table_rows(
        available_scores.parts(province_figures("PAR INDEX", BAC_KAN), 2021, "vi").gt.as_raw_html(),
        "own-parts",
    )
    figures = raw("PAR INDEX").query("province == @BAC_KAN and year == 2021 and series != 'par'")
    assert sorted(row[3] for row in rows if len(row) > 1) == sorted(
        f"{rank:.0f}/63" for rank in figures["rank"]
    )
    assert not available_scores.parts(province_figures("PAR INDEX", BAC_KAN), 2024, "vi")


# Odd provinces and years.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_without_any_figure_is_told_so_and_keeps_its_plans(page, lang):
    assert overall("SIPAS", HA_GIANG).empty
    result = page("SIPAS", 2024, HA_GIANG, lang)
    name = {"vi": "Hà Giang", "en": "Ha Giang"}[lang]
    message = text("partial.unknown_ever", lang, name=name, index="SIPAS", year=2024)
    assert f"{message} {text('partial.not_found', lang)}" in result.plain_text
    assert not result.charts
    sections = (BESIDE, "plans", "notes")
    assert result.headings == [text(f"section.{key}.title", lang, year=2024) for key in sections]
    assert number(published("SIPAS", 2024)["mean"], lang) in result.plain_text


def test_a_province_without_a_figure_of_this_year_still_shows_the_others(page):
    assert 2023 not in overall("SIPAS", LANG_SON).index
    result = page("SIPAS", 2023, LANG_SON)
    message = text("partial.unknown", "vi", name="Lạng Sơn", index="SIPAS", year=2023)
    assert message in result.plain_text
    assert len(result.charts) == 1
    assert "72,54" in result.plain_text
    assert text("headline.score", "vi", index="SIPAS", year=2023) not in result.plain_text


def test_a_rank_printed_without_a_score_is_shown(page):
    assert np.isnan(overall("PAR INDEX", HCMC)["score"][2015])
    result = page("PAR INDEX", 2015, HCMC)
    values = re.findall(r'class="ps-value"><b>(.*?)</b>', result.markup)
    assert values == ["–", "3 / 63"]
    assert text("partial.no_score", "vi") in result.plain_text
    other = page("PAR INDEX", 2015, LANG_SON)
    assert not re.findall(r'class="ps-value"><b>(.*?)</b>', other.markup)
    with pytest.raises(errors.UnknownChoice, match="unknown year of SIPAS 2016"):
        page("SIPAS", 2016, LANG_SON)


def test_a_figure_that_was_not_printed_as_such_says_so(page):
    assert overall("SIPAS", LANG_SON).loc[2022, "basis_score"] == "inferred"
    result = page("SIPAS", 2022, LANG_SON, "en")
    notes = re.findall(r'class="ps-note">(.*?)<', result.markup)
    assert [text("basis.inferred", "en") in note for note in notes] == [True, True, False]


# The results below the page.


@pytest.mark.parametrize("index", ["PAPI", "SIPAS", "PAR INDEX"])
def test_reach_carries_a_ranking_exactly_where_standing_gives_one(index):
    scores, printed = ps.load_scores(index), ps.load_printed()
    years = sorted(scores["year"].unique())
    for year in years if index != "PAPI" else (2011, 2021, 2024):
        carried = ps.panel.evidence(scores, printed, int(year)).carries_ranking
        assert carried == (index == "PAPI")
        if carried:
            assert ps.panel.overall(scores, LANG_SON, int(year)).year == year
        else:
            with pytest.raises(errors.InsufficientCoverage):
                ps.panel.overall(scores, LANG_SON, int(year))


def test_reach_and_own_figures_refuse_departments():
    scores, printed = ps.load_scores("PAR KHANH HOA"), ps.load_printed()
    with pytest.raises(errors.InvalidRequest, match="departments"):
        ps.panel.evidence(scores, printed, 2022)
    with pytest.raises(errors.InvalidRequest, match="departments"):
        ps.panel.available_scores(scores, printed, KHANH_HOA)


@pytest.mark.parametrize("index", INDICES)
def test_own_figures_hold_every_printed_figure_of_a_province_and_no_other(index):
    figures = raw(index)
    for province in sorted(figures["province"].unique())[::6]:
        mine = figures[figures["province"] == province].set_index(["series", "year"])
        table = province_figures(index, province)
        has_value = table["score"].notna() | table["share_of_maximum"].notna()
        has_value |= table["rank_printed"].notna()
        actual = table[has_value].set_index(["series", "year"])
        assert set(actual.index) == set(mine.index)
        mine = mine.loc[actual.index]
        points = mine["scale"] == "points"
        assert np.allclose(actual["score"][points], mine["score"][points], equal_nan=True)
        expected_shares = mine["score"][~points] / 100
        assert np.allclose(actual["share_of_maximum"][~points], expected_shares, equal_nan=True)
        ranks = actual["rank_printed"].astype(float)
        assert np.allclose(ranks, mine["rank"].astype(float), equal_nan=True)
        assert (actual["share_of_maximum"].dropna().between(0, 1)).all()
        assert (actual["source"] != "").all()


def test_a_score_of_another_file_names_that_file_and_not_the_page_it_differs_from():
    scores, printed = ps.load_scores("SIPAS"), ps.load_printed()
    cell = (scores["year"] == 2021) & (scores["province"] == LANG_SON)
    other_file = scores.assign(
        score=scores["score"].mask(cell, 88.0),
        source=scores["source"].mask(cell, "raw/sipas/official.csv"),
    )
    is_row = (printed["index"] == "SIPAS") & (printed["year"] == 2021)
    is_row &= printed["province"] == LANG_SON
    differing = printed.assign(score_agrees=printed["score_agrees"].mask(is_row, False))
    row = ps.panel.available_scores(other_file, differing, LANG_SON).set_index("year").loc[2021]
    assert (row["score"], row["source"], row["basis_score"]) == (88.0, "raw/sipas/official.csv", "")
    assert row["rank_printed"] == 31


def test_national_figures_are_the_published_ones():
    for index in INDICES:
        table = ps.panel.national_scores(index).set_index("year")
        for year in table.index:
            expected = published(index, year).reindex(["mean", "max", "min"])
            assert np.allclose(
                table.loc[year, ["mean", "max", "min"]].astype(float), expected, equal_nan=True
            )
            bases = table.loc[year, [f"{name}_basis" for name in expected.index]]
            assert (bases.to_numpy() != "").tolist() == expected.notna().tolist()


# The national page.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("province", ["", "Lạng Sơn"])
def test_drivers_of_a_thin_year_say_what_is_missing_and_stop(run, lang, province):
    result = run("02_drivers", index="SIPAS", year=2024, province=province, lang=lang)
    scored = overall("SIPAS").query("year == 2024 and score == score")["province"].nunique()
    content = result.plain_text
    assert re.search(rf"\b{scored}\b.*\b63\b.*\b57\b", content)
    assert result.headings == [text("section.published.title", lang, year=2024)]
    assert not result.charts
    first = table_rows(result.markup, "statistics")[0]
    country = published("SIPAS", 2024)
    assert first[2:5] == [number(country[name], lang) for name in ("mean", "max", "min")]


def test_drivers_of_a_year_without_any_published_figure_say_so(run):
    result = run("02_drivers", index="PAR INDEX", year=2015, province="", lang="en")
    assert result.plain_text.endswith(text("partial.statistics_none", "en"))


def test_a_national_page_speaks_of_no_single_province(run):
    result = run("02_drivers", province="", lang="en")
    path = storage.notebooks_folder() / "02_drivers.ipynb"
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    keys = re.findall(r'text\.section\(\s*"(drivers_\w+)"', source)
    keys.remove("drivers_province")
    words = ps.text.language("en", "PAPI")
    assert result.headings == [text(f"section.{key}.title", words) for key in keys]
    assert "Lang Son" not in result.markup
    assert len(result.charts) == 5
    for key in ("note.no_rank", "note.no_rank_change", "figure.unranked"):
        phrase = text(key, "en").split("{name}")[-1].split("{")[0].strip(" *.")
        assert phrase not in result.plain_text
