"""PAR INDEX and SIPAS with whole tables: drivers of weighted sums, and pages of all three."""

from __future__ import annotations

import html
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import invented_indices
import parstats as ps
from invented_indices import COMMON, PERSISTENCE, SIPAS_WEIGHTS
from parstats import errors
from parstats.pipeline.processed_tables import build
from parstats.reports import render
from parstats.reports.batch import versions
from parstats.reports.catalogue import country_reports, release
from parstats.stats.composites import implied_weights

RAW = Path(__file__).parent.parent / "data" / "raw"
YEARS = [2021, 2022, 2023, 2024]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with whole tables of three indices, and the plans of the register."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "raw" / "papi").mkdir(parents=True)
    shutil.copytree(RAW / "plans", folder / "raw" / "plans")
    for year in YEARS:
        for ending in ("csv", "csv.yml"):
            name = f"papi_{year}.{ending}"
            shutil.copy2(RAW / "papi" / name, folder / "raw" / "papi" / name)
    for vintage, years in ((63, YEARS), (34, [2025, 2026])):
        par, sipas = invented_indices.par_index, invented_indices.sipas
        invented_indices.put(folder, "PAR INDEX", par(years, vintage), f"par_{vintage}")
        invented_indices.put(folder, "SIPAS", sipas(years, vintage), f"sipas_{vintage}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        build()
        yield folder


@pytest.fixture(scope="module")
def sipas(folder: Path) -> pd.DataFrame:
    return ps.load_scores("SIPAS")


@pytest.fixture(scope="module")
def par(folder: Path) -> pd.DataFrame:
    return ps.load_scores("PAR INDEX")


@pytest.fixture(scope="module")
def disturbed(sipas: pd.DataFrame) -> pd.DataFrame:
    """SIPAS whose overall score holds something that is none of its parts."""
    noise = np.random.default_rng(0).normal(0, 1, len(sipas)).round(2)
    is_overall = sipas["series"] == "sipas"
    return sipas.assign(score=sipas["score"].where(~is_overall, (sipas["score"] + noise).round(2)))


def overall(scores: pd.DataFrame, year: int) -> pd.Series:
    return ps.panel.ranks(scores, year).set_index("province")["score"]


# The invented tables are like the real ones, as far as these are known.


@pytest.mark.parametrize("index", ["PAR INDEX", "SIPAS"])
def test_invented_tables_are_about_as_alike_and_as_lasting_as_papi(folder, index) -> None:
    scores, papi = ps.load_scores(index), ps.load_scores("PAPI")

    def shape(table: pd.DataFrame, years: list[int]) -> tuple[float, float]:
        wide = [ps.panel.wide(table, year, level="dimension", complete=True) for year in years]
        alike = [
            matrix.corr().to_numpy()[np.triu_indices(matrix.shape[1], 1)].mean() for matrix in wide
        ]
        lasting = [
            np.mean([before[name].corr(after[name]) for name in after if name in before])
            for before, after in itertools.pairwise(wide)
        ]
        return float(np.mean(alike)), float(np.mean(lasting))

    invented, real = shape(scores, YEARS[1:]), shape(papi, YEARS)
    assert invented == pytest.approx((COMMON, PERSISTENCE), abs=0.1)
    assert invented == pytest.approx(real, abs=0.1)


@pytest.mark.parametrize(("index", "least", "most"), [("PAR INDEX", 8, 15), ("SIPAS", 9, 16)])
def test_invented_totals_spread_as_the_printed_ones(folder, index, least, most) -> None:
    """Highest less lowest: PAR 16.2 points in 2019, 10.9 in 2023; SIPAS 15.6, then 9.7 in 2024."""
    for year in YEARS:
        score = overall(ps.load_scores(index), year)
        assert least < score.max() - score.min() < most


# Weights that no rule says.


def test_planted_weights_are_found_and_called_exact(sipas) -> None:
    for year, n in ((2023, 63), (2024, 63), (2025, 34), (2026, 34)):
        table = ps.drivers.shares(sipas, year, n_draws=20)
        assert set(table["basis"]) == {"exact"}
        found = table.set_index("series")["weight"].to_dict()
        assert found == pytest.approx(SIPAS_WEIGHTS, abs=0.003)
        assert (table["n_provinces"] == n).all()
        assert table["share"].sum() == pytest.approx(1)
        by_hand = ps.panel.wide(sipas, year, level="dimension", complete=True)
        points = by_hand * pd.Series(SIPAS_WEIGHTS)
        total = points.sum(axis=1)
        expected = points.apply(lambda part, total=total: part.cov(total) / total.var())
        assert table.set_index("series")["share"].to_dict() == pytest.approx(
            expected.to_dict(), abs=0.01
        )


def test_weights_of_a_year_that_stands_alone_are_not_called_exact(sipas) -> None:
    """2022 is the only year of its framework; of 2024 alone nothing else says so either."""
    alone = sipas[sipas["year"] == 2024]
    for scores, year in ((sipas, 2022), (alone, 2024)):
        table = ps.drivers.shares(scores, year, n_draws=20)
        assert set(table["basis"]) == {"fitted"}
        assert table["series"].tolist().count("sipas.rest") == 1
        assert table.set_index("series").loc["sipas.rest", "share"] == pytest.approx(0, abs=0.01)


def test_weights_that_change_between_years_are_not_called_exact(sipas) -> None:
    changed = sipas.copy()
    year = (changed["year"] == 2023) & (changed["vintage"] == 63)
    parts = ps.panel.wide(sipas, 2023, level="dimension", complete=True)
    equal = parts.mean(axis=1).round(2)
    is_overall = year & (changed["series"] == "sipas")
    changed.loc[is_overall, "score"] = changed.loc[is_overall, "province"].map(equal)
    assert set(ps.drivers.shares(changed, 2024, n_draws=5)["basis"]) == {"fitted"}


def test_what_no_weights_explain_is_a_part_of_its_own(disturbed) -> None:
    table = ps.drivers.shares(disturbed, 2024, n_draws=20)
    assert set(table["basis"]) == {"fitted"}
    assert table["share"].sum() == pytest.approx(1)
    assert table.set_index("series").loc["sipas.rest", "share"] > 0.03
    assert ps.frameworks.series_name("sipas.rest", "en") == "Rest (not by the parts above)"
    lmg = ps.drivers.importance(disturbed, 2024, n_draws=0)
    assert lmg["lmg"].sum() == pytest.approx(lmg["r2"].iloc[0]) == pytest.approx(1)


def test_more_parts_than_a_third_of_the_units_are_refused(sipas) -> None:
    with pytest.raises(errors.InvalidRequest, match=r"found from .* units .* there are 63"):
        ps.drivers.shares(sipas, 2024, level="criterion", n_draws=5)


@pytest.mark.parametrize("of", ["sipas", "disturbed", "par"])
def test_every_attribution_adds_up_to_the_published_figures(of, request) -> None:
    scores = request.getfixturevalue(of)
    for year in (2023, 2024):
        score, before = overall(scores, year), overall(scores, year - 1)
        for reference in ("median", "previous"):
            try:
                table = ps.drivers.rank_attribution(scores, "20", year, reference=reference)
            except errors.BreakCrossed:
                assert (of != "par", year, reference) == (True, 2023, "previous")
                continue
            row = table.iloc[0]
            assert table["rank_part"].sum() == pytest.approx(row["rank_reference"] - row["rank"])
            ranks = ps.panel.ranks(scores, year).set_index("province")["rank"]
            assert row["rank"] == ranks["20"]
        for on_break in ("series", "framework"):
            table = ps.drivers.change_attribution(scores, "20", year, on_break=on_break)
            row = table.iloc[0]
            assert table["rank_part"].sum() == pytest.approx(row["rank_previous"] - row["rank"])
            assert table["score_part"].sum() == pytest.approx(score["20"] - before["20"])
        moved = ps.drivers.relative_change(scores, "20", year)
        assert moved["change"].sum() == pytest.approx(score["20"] - before["20"])
        common = score.index.intersection(before.index)
        mean = (score[common] - before[common]).mean()
        assert moved["relative_change"].sum() == pytest.approx(score["20"] - before["20"] - mean)


def test_fitted_weights_of_one_framework_are_the_same_in_a_comparison(disturbed) -> None:
    """Else a change of weights would look like a change of the province."""
    table = ps.drivers.change_attribution(disturbed, "20", 2024)
    weights = ps.drivers.shares(disturbed, 2024, n_draws=5).set_index("series")["weight"]
    parts = table[(table["kind"] == "series") & (table["series"] != "sipas.rest")]
    wide = [ps.panel.wide(disturbed, year, level="dimension").loc["20"] for year in (2023, 2024)]
    for row in parts.itertuples():
        moved = wide[1][row.series] - wide[0][row.series]
        assert row.score_part == pytest.approx(weights[row.series] * moved)


def test_robustness_ranks_by_the_published_score_and_leaves_the_rest_out(disturbed) -> None:
    ranks = ps.drivers.robustness(disturbed, 2024, n_draws=50).ranks.set_index("province")["rank"]
    published = ps.panel.ranks(disturbed, 2024).set_index("province")["rank"]
    assert ranks.astype(int).to_dict() == published.astype(int).to_dict()
    for run in (ps.drivers.structure, ps.drivers.target_weights, ps.drivers.main_effects):
        options = {"n_draws": 5} if run is not ps.drivers.target_weights else {}
        assert run(disturbed, 2024, **options) is not None


def test_fields_that_do_not_add_up_leave_a_rest(par) -> None:
    wrong = par.copy()
    cell = (wrong["year"] == 2024) & (wrong["province"] == "20") & (wrong["series"] == "par")
    wrong.loc[cell, "score"] -= 2.5
    table = ps.drivers.rank_attribution(wrong, "20", 2024)
    assert table["rank_part"].sum() == pytest.approx(
        table["rank_reference"].iloc[0] - table["rank"].iloc[0]
    )
    assert table.set_index("series").loc["par.rest", "score_part"] == pytest.approx(-2.5, abs=0.06)
    assert "par.rest" not in set(ps.drivers.shares(par, 2024, n_draws=5)["series"])


@pytest.mark.parametrize("of", ["par", "disturbed"])
def test_a_rest_of_few_provinces_is_refused_as_too_few_provinces_are(of, request) -> None:
    """All parts are known of 63, the overall score of 30, and the parts do not add up to it."""
    scores = request.getfixturevalue(of).copy()
    overall_rows = (scores["year"] == 2024) & (scores["level"] == "index")
    codes = sorted(scores.loc[overall_rows, "province"])
    scores.loc[overall_rows & (scores["province"] == codes[0]), "score"] -= 2.5
    scores = scores[~(overall_rows & scores["province"].isin(codes[30:]))]
    assert not ps.drivers.has_parts(scores, 2024)
    with pytest.raises(errors.InsufficientCoverage, match="30 of 63"):
        ps.drivers.shares(scores, 2024, n_draws=5)


def test_highest_scores_that_nobody_printed_are_named(par) -> None:
    unknown = ps.drivers.unknown_highest(par, 2024)
    assert "par.public_finance" in unknown
    note = ps.text.unknown_highest_note(unknown, "vi")
    assert "Tài chính công" in str(note._repr_mimebundle_())  # type: ignore[union-attr]


# Below: arrays.


@pytest.mark.parametrize("decimals", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_weights_are_found_whatever_they_are(decimals: int, seed: int) -> None:
    """Rules that the method was not made for: zero weights, one heavy part, sums over one."""
    rng = np.random.default_rng(seed)
    parts = rng.uniform(50, 100, (40, 6)).round(decimals)
    weights = rng.dirichlet(np.full(6, 0.5)) * rng.uniform(0.5, 3)
    weights[seed] = 0.0
    total = (parts @ weights).round(decimals)
    found = implied_weights.exact_weights(parts, total)
    assert found is not None
    assert found == pytest.approx(weights, abs=0.1 * 10.0 ** -(decimals - 1))
    step = 10.0**-decimals
    total[3] += 5 * step * (1 + weights.sum())
    assert implied_weights.exact_weights(parts, total) is None


def test_a_total_of_anything_else_is_not_called_exact() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        parts = rng.uniform(50, 100, (30, 8)).round(2)
        curved = np.exp(np.log(parts).mean(axis=1)).round(2)
        assert implied_weights.exact_weights(parts, curved) is None


# Pages.


def pages(out: Path, jobs: list) -> dict[str, str]:
    results = render(jobs, out, state=versions.current(), n_jobs=2)
    assert [result.message for result in results if result.status != "done"] == []
    texts = {}
    for path in sorted(out.rglob("*.html")):
        if "logs" not in path.parts:
            text = re.sub(r"<style.*?</style>", " ", path.read_text("utf-8"), flags=re.DOTALL)
            texts[path.relative_to(out).as_posix()] = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return texts


# Terms by index and language: what its own pages call their levels, and no page of another.
TERMS = {
    ("papi", "vi"): ("nội dung thành phần", "chỉ số nội dung"),
    ("papi", "en"): ("sub-dimension", "dimension"),
    ("par", "vi"): ("lĩnh vực",),
    ("par", "en"): ("field",),
    ("sipas", "vi"): ("nhóm tiêu chí",),
    ("sipas", "en"): ("group of criteria", "groups of criteria"),
    ("pci", "vi"): ("chỉ số thành phần",),
    ("pci", "en"): ("sub-index", "sub-indices"),
}


# 10 was Lào Cai and 15 Yên Bái; since the merger 15 is Lào Cai.
CODES_OF_TWO = {"10", "15"}


def foreign_terms(path: str, text: str) -> list[str]:
    """Terms of other indices on a page, as "par/2024/vi/drivers.html: nội dung thành phần"."""
    slug, _, lang, _ = path.split("/")
    others = [
        term
        for (index, of), terms in TERMS.items()
        if index != slug and of == lang
        for term in terms
    ]
    found = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, others))})s?(?!\w)", re.IGNORECASE)
    return [f"{path}: {term}" for term in found.findall(text)]


@pytest.mark.parametrize(("index", "level"), [("PAPI", "criterion"), ("SIPAS", "dimension")])
def test_the_terms_of_an_index_are_those_of_its_framework(index: str, level: str) -> None:
    for lang in ("vi", "en"):
        word = ps.frameworks.terms(index, lang)[level]
        assert word in TERMS[ps.frameworks.slug(index), lang]
        assert word in ps.labels.text("section.profile.title", ps.text.language(lang, index))


def test_a_page_of_each_kind_says_what_it_lacks_and_continues(folder, tmp_path) -> None:
    asked = [
        ("SIPAS", 2024, "en", ("drivers", "20-lang-son")),
        ("PAR INDEX", 2024, "vi", ("drivers", "20-lang-son")),
        ("SIPAS", 2025, "vi", ("15-lao-cai",)),
        ("PAPI", 2024, "vi", ("data-quality", "20-lang-son")),
        ("PAPI", 2024, "en", ("20-lang-son",)),
    ]
    jobs = []
    for index, year, lang, names in asked:
        selection = release.select_provinces(None, {index: [year]})
        every = release.jobs(selection, [lang], ["html"], country=True)
        jobs += [job for job in every if job.stem.rpartition("/")[2] in names]
    texts = pages(tmp_path, jobs)
    assert len(texts) == 8
    assert (
        "SIPAS publishes no weights for its groups of criteria"
        in texts["sipas/2024/en/drivers.html"]
    )
    assert "Chưa biết điểm tối đa của" in texts["par/2024/vi/drivers.html"]
    assert "0.20" in texts["sipas/2024/en/drivers.html"]
    for path, text in texts.items():
        assert "nan" not in text.lower().split()
        assert foreign_terms(path, text) == []


@pytest.mark.slow
@pytest.mark.parametrize("index", ["PAR INDEX", "SIPAS"])
def test_pages_of_whole_tables(folder, tmp_path, index) -> None:
    """Every third province, each in one of the languages; pages on the country in both."""
    for year, n in ((2024, 63), (2025, 34)):
        selection = release.select_provinces(None, {index: [year]})
        every = release.jobs(selection, ["vi", "en"], ["html", "xlsx"], country=True)
        codes = sorted({str(job.unit["province"]) for job in every if job.unit})
        assert len(codes) == n
        # Codes that are other provinces in the other set are always among them.
        taken = sorted({*codes[::3], *(CODES_OF_TWO & set(codes))})
        lang_of = dict(zip(taken, itertools.cycle(("vi", "en")), strict=False))
        jobs = [
            job
            for job in every
            if not job.unit or job.lang == lang_of.get(str(job.unit["province"]))
        ]
        texts = pages(tmp_path / str(year), jobs)
        assert len(texts) == len(taken) + 2 * len(country_reports.NOTEBOOKS)
        assert [term for item in texts.items() for term in foreign_terms(*item)] == []
        release.write_front_page(tmp_path / str(year), lang="vi")
