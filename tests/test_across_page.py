"""What the page of the indices side by side shows: every sentence against its figures."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import invented_indices
import parstats as ps
from parstats import errors
from parstats.drivers.across import across, across_years
from parstats.drivers.compared_scores import comparable_indices, compared_scores
from parstats.reference import frameworks, provinces
from parstats.reference.labels import period

LANGUAGES = ("vi", "en")
COPIED, COPY = "papi.e_governance", "sipas.service.access"


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return ps.load_scores(None)


@pytest.fixture(scope="module")
def result(scores):
    """PAPI beside the others in the one year that two indices cover whole."""
    return across(scores, 2020, index="PAPI", by_region=True, n_draws=200, n_permutations=199)


@pytest.fixture(scope="module")
def planted():
    """PAPI beside a drawn SIPAS, of which one component is a copy of a dimension of PAPI."""
    papi = ps.load_scores("PAPI", years=2024)
    points = papi[papi["series"] == COPIED].set_index("province")["score"]
    sipas = invented_indices.scores_of("SIPAS", invented_indices.sipas([2024]))
    is_copy = (sipas["series"] == COPY) & sipas["province"].isin(points.index)
    copied = sipas["score"].where(~is_copy, sipas["province"].map(points))
    return across(pd.concat([papi, sipas.assign(score=copied)], ignore_index=True), 2024, n_draws=5)


def numbers(sentence: str, lang: str) -> list[float]:
    mark = "," if lang == "vi" else "."
    pattern = rf"[−-]?\d+(?:\{mark}\d+)?"
    return [
        float(found.replace("−", "-").replace(",", ".")) for found in re.findall(pattern, sentence)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_of_a_pair_says_what_its_figures_say(result, scores, lang) -> None:
    sentences = {
        re.search(r"\*\*(.+?)(?: năm |, )2020\*\*", line)[1]: line
        for line in ps.text.agreement_note(result.pairs, lang).data.splitlines()
        if "**" in line
    }
    x, y = (
        compared_scores(scores[scores["index"] == index], 2020).sort_index()
        for index in ("PAPI", "PCI")
    )
    assert list(x.index) == list(y.index)
    signs = [
        np.sign(x.iloc[i] - x.iloc[j]) * np.sign(y.iloc[i] - y.iloc[j])
        for i in range(63)
        for j in range(i)
    ]
    alike, opposite = ((np.array(signs) == sign).mean() * 100 for sign in (1, -1))
    joint = " và " if lang == "vi" else " and "
    found = numbers(sentences[f"PAPI{joint}PCI"], lang)
    low, high = result.pairs.query("index_2 == 'PCI' and region == ''")[
        ["spearman_sens_low", "spearman_sens_high"]
    ].to_numpy()[0]
    expected = [2020, 100, round(alike), round(opposite)]
    expected += [stats.spearmanr(x, y)[0], low, high, 63, 63]
    assert found == pytest.approx(expected, abs=0.006)
    for other, hidden in (("SIPAS", []), ("PAR INDEX", [17, 10])):
        found = numbers(sentences[f"PAPI{joint}{other}"], lang)
        own = scores[scores["index"] == other]
        common = set(x.index) & set(compared_scores(own, 2020).index)
        assert len(common) == 10
        # 17 provinces have a PAR score, of 10 of them what is taken out is known.
        published = own[(own["year"] == 2020) & (own["level"] == "index")]
        assert found == [2020, 10, 63, 57, *hidden]
        assert hidden in ([], [len(published), len(compared_scores(own, 2020))])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_provinces_named_are_those_that_differ_most(result, scores, lang) -> None:
    x, y = (
        ps.panel.ranks(scores[scores["index"] == index], 2020).set_index("province")["rank"]
        for index in ("PAPI", "PCI")
    )
    largest = (x - y).abs().sort_values(ascending=False).head(3).index
    (line,) = ps.text.differing_note(result.provinces, lang).data.splitlines()
    for code in largest:
        name = provinces.by_code(63)[code].names[lang]
        found = numbers(line[line.index(f"{name} (") :].split(")")[0], lang)
        assert found == [x[code], y[code]]
    rows = ps.tables.differing_provinces(result.provinces, lang).data
    assert rows["name"].tolist()[:3] == [
        provinces.by_code(63)[code].names[lang] for code in largest
    ]
    assert (rows["rank_1"] - rows["rank_2"] == rows["difference"]).all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_parts_that_are_copies_are_said_to_go_together(planted, lang) -> None:
    sentence = ps.text.parts_note(planted.parts, lang).data
    beyond = planted.parts[planted.parts["p_adjusted"] <= 0.05]
    first = beyond.iloc[0]
    assert (first["series_1"], first["series_2"]) == (COPIED, COPY)
    assert numbers(sentence, lang) == [len(planted.parts), len(beyond), 5, 1.0]
    for series in (COPIED, COPY):
        assert frameworks.series_name(series, lang, short=True) in sentence
    table = ps.tables.parts_together(planted.parts, lang, n_top=100)
    assert len(table.data) == len(beyond)
    chart = ps.charts.parts_together(planted.parts, lang)
    frames = [patch for axes in chart.figure.axes for patch in axes.patches]
    assert len(frames) == len(beyond)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_too_few_provinces_are_listed_without_ranks_among_them(result, lang) -> None:
    rows = result.provinces[result.provinces["index_2"] == "SIPAS"]
    assert len(rows) == 10
    assert rows[["rank_1", "rank_2", "difference"]].isna().all().all()
    table = ps.tables.common_provinces(result.provinces, lang)
    assert "rank_1" not in table.data
    assert len(table.data) == 27
    # Đồng Tháp: 2nd of PAPI, 12th of SIPAS as printed.
    row = table.data[table.data["name"] == provinces.by_code(63)["87"].names[lang]].iloc[0]
    assert (row["national_rank_1"], row["national_rank_2"]) == (2, 12)
    assert "PCI" not in " ".join(table.data["pair"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_coefficient_is_drawn_or_tabulated_of_too_few_provinces(result, scores, lang) -> None:
    table = ps.tables.agreement(result.pairs, lang, bounds=True)
    by_pair = table.data.groupby("pair")["spearman"].agg(["size", "count"])
    assert by_pair.loc["PAPI – PCI"].tolist() == [5, 5]
    assert by_pair.loc["PAPI – SIPAS"].tolist() == [1, 0]
    assert table.data[["kendall_least", "kendall_greatest"]].notna().all().all()
    chart = ps.charts.agreement(result.pairs, lang)
    assert len(chart.figure.axes[0].get_yticks()) == 5
    of_2023 = across(scores, 2023, n_draws=5, n_permutations=19)
    assert not ps.charts.agreement(of_2023.pairs, lang)
    assert not ps.charts.rank_pairs(of_2023.provinces, lang)
    assert ps.text.differing_note(of_2023.provinces, lang) is None
    assert ps.text.parts_note(of_2023.parts, lang) is None


def test_points_of_the_scatter_are_the_ranks(result) -> None:
    chart = ps.charts.rank_pairs(result.provinces, "vi")
    (axes,) = chart.figure.axes
    rows = result.provinces[result.provinces["is_comparable"]]
    drawn = np.asarray(axes.collections[0].get_offsets())
    assert drawn.tolist() == rows[["rank_1", "rank_2"]].astype(float).to_numpy().tolist()
    assert [label.get_text() for label in axes.texts] == [
        provinces.by_code(63)[code].names["vi"] for code in rows["province"].head(5)
    ]


def test_every_year_with_two_indices_is_there(scores) -> None:
    pairs = across_years(scores, "PCI", n_draws=20)
    rows = scores[(scores["unit_level"] == "province")]
    years = rows.groupby("year")["index"].agg(set)
    assert set(pairs["year"]) == {
        year for year, names in years.items() if "PCI" in names and len(names) > 1
    }
    assert set(pairs["index_1"]) == {"PCI"}
    one = across(scores, 2020, index="PCI", n_draws=20).pairs
    same = pairs[pairs["year"] == 2020].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, one, check_dtype=False)
    assert across_years(scores, indices=["PAPI"]).empty


def test_indices_of_another_set_of_provinces_stay_out(scores) -> None:
    moved = scores[(scores["index"] == "SIPAS") & (scores["year"] == 2024)]
    moved = moved[moved["province"].isin(provinces.by_code(34))].assign(vintage=34)
    others = scores[~((scores["index"] == "SIPAS") & (scores["year"] == 2024))]
    mixed = pd.concat([others, moved], ignore_index=True)
    assert comparable_indices(mixed, 2024, "PAPI") == ("PAPI", "PAR INDEX", "PCI")
    assert comparable_indices(mixed, 2024, "SIPAS") == ("SIPAS",)
    assert comparable_indices(mixed, 2024) == ("PAPI", "PAR INDEX", "PCI")
    assert comparable_indices(scores, 1999) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_stands_in_every_index_with_a_figure(scores, lang) -> None:
    printed = ps.load_printed()
    table = ps.panel.province_indices(scores, printed, "Lạng Sơn", 2022)
    papi = ps.panel.ranks(scores[scores["index"] == "PAPI"], 2022).set_index("province")
    row = table.set_index("index")
    assert row.loc["PAPI", ["rank", "n_ranked"]].tolist() == [papi.at["20", "rank"], len(papi)]
    assert row.loc["PAPI", "score"] == pytest.approx(papi.at["20", "score"])
    assert row.loc["SIPAS", ["rank", "n_ranked", "rank_basis"]].tolist() == [63, 63, "printed"]
    shown = ps.tables.province_indices(table, lang).displayed
    assert shown["rank"].tolist() == ["13/61", "63/63"]
    with pytest.raises(errors.ProvinceNotMatched):
        ps.panel.province_indices(scores, printed, "Atlantis", 2022)


def test_a_code_is_read_among_the_provinces_of_its_vintage(scores) -> None:
    """15 was Yên Bái and is Lào Cai: figures of the one are not those of the other."""
    printed = ps.load_printed()
    old = ps.panel.province_indices(scores, printed, "15", 2024)
    assert set(old["vintage"]) == {63}
    assert ps.panel.province_indices(scores, printed, "15", 2024, vintage=34).empty


def test_a_pair_without_parts_does_not_spoil_the_others(scores) -> None:
    """SIPAS and PAPI whole beside a PCI without parts: the tables keep their types."""
    papi = scores[(scores["index"] == "PAPI") & (scores["year"] == 2024)]
    sipas = invented_indices.scores_of("SIPAS", invented_indices.sipas([2024]))
    pci = scores[(scores["index"] == "PCI") & (scores["year"] == 2024)]
    result = across(pd.concat([papi, sipas, pci], ignore_index=True), 2024, index="PAPI", n_draws=5)
    assert result.parts["spearman"].dtype == float
    assert ps.charts.parts_together(result.parts, "vi")
    assert set(result.parts["index_2"]) == {"SIPAS"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_index_with_one_score_for_all_has_no_order(scores, lang) -> None:
    papi = scores[(scores["index"] == "PAPI") & (scores["year"] == 2024)]
    sipas = invented_indices.scores_of("SIPAS", invented_indices.sipas([2024]))
    same = sipas.assign(score=80.0)
    result = across(pd.concat([papi, same], ignore_index=True), 2024, n_draws=5)
    row = result.pairs.iloc[0]
    assert (row["reason"], row["is_comparable"]) == ("no_spread", False)
    assert np.isnan(row["spearman"])
    assert result.parts.empty
    words = "cùng điểm" if lang == "vi" else "the same score"
    assert words in ps.text.agreement_note(result.pairs, lang).data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_score_that_cannot_be_taken_apart_is_not_denied(scores, lang) -> None:
    """A whole PAR INDEX whose points from SIPAS are not known: scores are there, none compares."""
    papi = scores[(scores["index"] == "PAPI") & (scores["year"] == 2024)]
    par = invented_indices.scores_of("PAR INDEX", invented_indices.par_index([2024]))
    blind = par[par["series"] != "par.impact"]
    result = across(pd.concat([papi, blind], ignore_index=True), 2024, n_draws=5)
    row = result.pairs.iloc[0]
    assert (row["n_2"], row["n_published_2"], row["reason"]) == (0, 63, "few")
    sentence = ps.text.agreement_note(result.pairs, lang).data.splitlines()[0]
    assert numbers(sentence, lang) == [2024, 63, 63, 0]
    table = ps.tables.common_provinces(result.provinces, lang)
    assert len(table.data) == 61
    assert table.data["published_2"].notna().all()


def test_an_index_of_ones_own_about_provinces_joins_by_its_names(scores) -> None:
    papi = scores[(scores["index"] == "PAPI") & (scores["year"] == 2024)]
    names = [provinces.by_code(63)[code].names["vi"] for code in sorted(provinces.by_code(63))]
    rng = np.random.default_rng(0)
    values = pd.DataFrame({"unit": names, "A": rng.normal(size=63), "B": rng.normal(size=63)})
    mine = ps.index_from(values, name="Of provinces", year=2024)
    try:
        result = across(pd.concat([papi, mine], ignore_index=True), 2024, n_draws=5)
        row = result.pairs.iloc[0]
        assert (row["index_2"], row["n_2"], row["n_common"]) == ("Of provinces", 63, 61)
        own = mine[mine["level"] == "index"].set_index("province")["score"]
        by_name = dict(zip(names, sorted(provinces.by_code(63)), strict=True))
        units = provinces.by_code(frameworks_unit_set("Of provinces"))
        own.index = [by_name[units[code].names["vi"]] for code in own.index]
        first = compared_scores(papi, 2024)
        expected = stats.spearmanr(first, own[first.index])[0]
        assert row["spearman"] == pytest.approx(expected)
        assert comparable_indices(pd.concat([papi, mine]), 2024) == ("PAPI", "Of provinces")
        other = values.assign(unit=[f"Sở {number}" for number in range(63)])
        departments = ps.index_from(other, name="Of departments", year=2024)
        both = pd.concat([papi, departments], ignore_index=True)
        assert comparable_indices(both, 2024, "PAPI") == ("PAPI",)
    finally:
        for name in ("Of provinces", "Of departments"):
            frameworks.undefine(name)


def frameworks_unit_set(index: str) -> int:
    return ps.panel.units.definitions.unit_set_of_index(index)


def test_every_bar_of_the_chart_says_its_year(scores) -> None:
    pairs = across_years(scores, "PCI", n_draws=20)
    labels = [
        t.get_text() for t in ps.charts.agreement(pairs, "en").figure.axes[0].get_yticklabels()
    ]
    assert labels == ["PCI – PAPI, 2020"]


def test_bad_requests_of_the_comparison_are_named(scores) -> None:
    assert len(across(scores, 2020, indices="PCI", index="PAPI", n_draws=5).pairs) == 1
    with pytest.raises(errors.InvalidRequest, match="name a second one"):
        across(scores, 2024, indices="PAPI")
    with pytest.raises(errors.InvalidRequest, match="year is '2024'"):
        across(scores, "2024")
    with pytest.raises(errors.InvalidRequest, match="PCI has none"):
        across(scores, 2012, indices=["PAPI", "PCI"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pairs_without_a_coefficient_stand_in_a_note_and_not_in_rows_of_dashes(
    scores, lang
) -> None:
    every_year = across_years(scores, "PAPI", n_draws=20)
    table = ps.tables.agreement(every_year, lang)
    assert table.data["spearman"].notna().all()
    lacking = every_year[~every_year["is_comparable"].astype(bool)]
    assert len(lacking) > 20
    note = table.notes[-1]
    for row in lacking.itertuples():
        years = note.partition(f"{row.index_1} – {row.index_2}: ")[2].partition(";")[0]
        assert f"{row.year} ({row.n_common}/{row.n_units})" in years
    alone = ps.tables.agreement(lacking, lang)
    assert len(alone.data) == len(lacking)
    assert [column.name for column in alone.columns] == ["pair", "year", "n"]
    assert not ps.tables.agreement(every_year.head(0), lang, bounds=True)
    quarters = lacking.head(1).assign(year=8102)
    both = pd.concat([quarters, every_year[every_year["is_comparable"]]])
    assert period(8102, lang, short=True) in ps.tables.agreement(both, lang).notes[-1]
