"""Which parts lead, and which go with an outcome from outside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from evaluation import drivers as evaluation

import parstats as ps
from parstats import drivers, errors
from parstats.drivers.compared_scores import compared_scores
from parstats.figures.latex_table import escape
from parstats.reference import frameworks
from parstats.reference.labels import text


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def led(papi) -> drivers.leads:
    return drivers.leads(papi, level="dimension", n_draws=199)


def by_hand(papi: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Standings of a dimension and of the rest of the score, this year and next."""
    wide = papi[papi["series"].isin(["papi", dimension])]
    wide = wide.pivot(index=["year", "province"], columns="series", values="score")
    rest = wide["papi"] - wide[dimension]
    z = pd.DataFrame({"x": wide[dimension], "rest": rest})
    z = z.groupby("year").transform(lambda v: (v - v.mean()) / v.std(ddof=0)).reset_index()
    z = z.dropna()
    after = z[["year", "province", "rest"]].assign(year=z["year"] - 1)
    cells = z.merge(after, on=["year", "province"], suffixes=("", "_after"))
    return cells[cells["year"] != 2020].assign(era=lambda t: (t["year"] > 2020).astype(str))


@pytest.mark.parametrize("dimension", ["papi.participation", "papi.services"])
def test_a_lead_is_the_regression_with_every_dummy(papi, dimension) -> None:
    """In runs of ranks that compare; a part that is measured anew has effects of its own."""
    found = drivers.leads(papi, level="dimension", n_draws=9).parts.set_index("series")
    cells = by_hand(papi, dimension)
    runs = ps.panel.standings(papi, series=dimension, breaks="ranking")
    cells = cells.merge(runs[["year", "province", "run"]], on=["year", "province"])
    cells["effect"] = cells["province"] + cells["era"] + cells["run"].astype(str)
    fit = smf.ols("rest_after ~ x + rest + C(effect) + C(year)", cells).fit()
    assert found.loc[dimension, "coefficient"] == pytest.approx(fit.params["x"], abs=1e-9)
    assert found.loc[dimension, "persistence"] == pytest.approx(fit.params["rest"], abs=1e-9)
    assert found.loc[dimension, "n_cells"] == len(cells)
    without = smf.ols("rest_after ~ rest + C(effect) + C(year)", cells).fit()
    share = 1 - fit.ssr / without.ssr
    assert found.loc[dimension, "partial_r2"] == pytest.approx(share, abs=1e-9)


def test_the_part_s_own_dimension_is_on_neither_side(papi) -> None:
    """Points added to one dimension a year later change nothing for its own parts."""
    dimension = "papi.services"
    rng = np.random.default_rng(0)
    extra = pd.Series(rng.uniform(-0.2, 0.2, size=len(papi)), papi.index)
    keys = ["year", "province"]
    of_dimension = papi["series"] == dimension
    shift = papi[of_dimension].assign(extra=extra)[[*keys, "extra"]]
    moved = papi.merge(shift, on=keys, how="left").set_axis(papi.index)
    touched = papi["series"].isin([dimension, "papi"])
    changed = papi.assign(score=papi["score"] + moved["extra"].fillna(0).where(touched, 0))
    before, after = (
        drivers.leads(table, level="criterion", n_draws=9).parts.set_index("series")
        for table in (papi, changed)
    )
    own = before["branch"] == dimension
    same = ["coefficient", "se", "partial_r2", "n_cells"]
    pd.testing.assert_frame_equal(before.loc[own, same], after.loc[own, same])
    assert (before.loc[~own, "coefficient"] != after.loc[~own, "coefficient"]).all()


def test_years_across_a_break_are_listed(led) -> None:
    years = led.years.set_index("year")
    assert years.loc[2021, ["entered", "reason"]].tolist() == [False, "break"]
    assert years["entered"].sum() == 12
    assert led.parts["n_years"].max() == 12


def test_adjusted_p_values_are_never_below_single_ones_of_the_bootstrap(led) -> None:
    parts = led.parts.sort_values("t", key=np.abs, ascending=False)
    assert parts["p_adjusted"].is_monotonic_increasing
    assert (parts["p_adjusted"] > parts["p"] - 0.05).all()


def test_too_few_years_and_scores_that_do_not_add_up_are_refused(papi) -> None:
    with pytest.raises(errors.InsufficientData, match="no two years in a row whose overall scores"):
        drivers.leads(papi[papi["year"] == 2024])
    with pytest.raises(errors.InvalidRequest, match="level='index' is the score itself"):
        drivers.leads(papi, level="index")
    with pytest.raises(errors.InsufficientData, match=r"in two pairs of years .*province_effects"):
        drivers.leads(papi[papi["year"] >= 2023], level="dimension")
    pooled = drivers.leads(papi[papi["year"] >= 2023], level="dimension", province_effects=False)
    assert pooled.parts["n_years"].eq(1).all()
    wrong = papi.assign(score=papi["score"] * np.where(papi["series"] == "papi", 0.9, 1.0))
    with pytest.raises(errors.InvalidRequest, match=r"do not add up to it .*index that is a sum"):
        drivers.leads(wrong)


def test_provinces_merged_from_some_of_their_members_are_left_out(papi) -> None:
    merged = ps.panel.to_vintage(papi, "2025")
    dropped = ps.panel.to_vintage(papi, "2025", partial="drop")
    assert not merged["complete"].all()
    options = {"level": "dimension", "n_draws": 9}
    whole, without = (drivers.leads(table, **options).parts for table in (merged, dropped))
    pd.testing.assert_frame_equal(whole, without)
    regression = {"outcome": "papi.services", "regressors": "papi.environment", "n_draws": 0}
    whole, without = (drivers.panel(table, **regression) for table in (merged, dropped))
    pd.testing.assert_frame_equal(whole.coefficients, without.coefficients)


def test_a_unit_whose_parts_do_not_add_up_is_named(papi) -> None:
    place = (papi["year"] == 2018) & (papi["province"] == "01") & (papi["series"] == "papi")
    with pytest.raises(errors.InvalidRequest, match=r"PAPI 2018: .* in 1 of \d+ units \(01; by"):
        drivers.leads(papi.assign(score=papi["score"].where(~place, 20.0)))


def test_a_planted_lead_is_found_and_nothing_else() -> None:
    cell = evaluation.Cell("factor", planted=True)
    with_effects, without = evaluation.result(cell, seed=1)
    assert with_effects["found"]
    assert not with_effects["false"]
    assert 0.05 < with_effects["partial_r2"] < 0.16
    assert without["false_lead"], "a common factor looks like leads without effects of provinces"


@pytest.mark.slow
# Not noise, which the test holds for most easily; the evaluation has all rules.
@pytest.mark.parametrize("rule", ["factor", "reversion", "shared"])
def test_false_leads_are_rare_in_rules_they_were_not_made_for(rule) -> None:
    cell = evaluation.Cell(rule, planted=False)
    method = ("with effects of provinces",)
    false = [evaluation.result(cell, seed, method)[0]["false"] for seed in range(50)]
    # 7 % is the goal; 9 of 50 has a chance below 1 in 100 if it is held.
    assert sum(false) < 9


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["reversion"])
def test_planted_leads_are_found_in_four_of_five(rule) -> None:
    cell = evaluation.Cell(rule, planted=True)
    method = ("with effects of provinces",)
    found = [evaluation.result(cell, seed, method)[0]["found"] for seed in range(30)]
    # 80 % is the goal; 18 or fewer of 30 have a chance of 1 in 100 if it is held.
    assert sum(found) > 18


def test_the_evaluation_goes_on_where_it_stopped(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(evaluation, "CELLS", [evaluation.Cell("noise", planted=False)])
    monkeypatch.setattr(evaluation, "SHARD", 1)
    pieces = list(evaluation.shards(2))
    evaluation.run(tmp_path, *pieces[0])
    (first,) = tmp_path.iterdir()
    kept = first.read_bytes()
    monkeypatch.setattr(evaluation, "result", lambda *_: [])
    evaluation.run(tmp_path, *pieces[0])
    assert first.read_bytes() == kept
    monkeypatch.undo()


def test_a_common_current_is_no_lead() -> None:
    """Every part knows a little of a slow current; its dimension knows it better."""
    cell = evaluation.Cell("current", planted=False)
    # Sets in which the first test alone takes the current for a lead, as in a third of all.
    parts = [evaluation.leads_of(cell, seed) for seed in (4, 18, 19, 23)]
    assert all((table["p_lead"] <= 0.05).any() for table in parts)
    assert not any((table["p_adjusted"] <= 0.05).any() for table in parts)
    table = parts[0]
    assert (table["p_adjusted"] == np.fmax(table["p_lead"], table["p_beyond"])).all()


def test_a_whole_dimension_is_held_against_no_current_and_says_so(led) -> None:
    assert led.parts["p_beyond"].isna().all()
    assert led.parts["p_adjusted"].equals(led.parts["p_lead"])
    assert "common trend" in ps.tables.leads(led.parts, "en").notes[0]


def test_tables_say_what_was_done(papi, led, tmp_path) -> None:
    without = drivers.leads(papi, level="dimension", n_draws=19, province_effects=False)
    pci_2020 = {"years": 2020, "level": "dimension", "n_draws": 19}
    alone = drivers.outside(papi, pci(papi), **pci_2020)
    together = drivers.outside(papi, pci(papi), adjust=True, lag=1, **pci_2020)
    for lang in ("vi", "en"):
        for result, make, keys in (
            (led, ps.tables.leads, ["panel.effects_in"]),
            (without, ps.tables.leads, ["panel.effects_out"]),
            (alone, ps.tables.outside, ["panel.effects_out"]),
            (together, ps.tables.outside, ["panel.effects_out"]),
        ):
            table = make(result.parts, lang)
            notes = " ".join(table.notes)
            assert all(text(key, lang) in notes for key in keys)
            n_draws = int(result.parts["n_draws"].iloc[0])
            assert text("panel.draws", lang, n=n_draws) in notes
            table.save(tmp_path / "table.tex")
            written = (tmp_path / "table.tex").read_text(encoding="utf-8")
            assert all(escape(note) in written for note in table.notes)
        one, other = (ps.tables.outside(r.parts, lang).notes[0] for r in (alone, together))
        assert one != other
    assert together.parts[["adjusted", "lag"]].iloc[0].tolist() == [True, 1]
    assert alone.parts["years_left_out"].eq("").all()


# An outcome from outside.


def pci(papi: pd.DataFrame) -> pd.DataFrame:
    return ps.load_scores("PCI")


def test_one_part_in_one_year_is_a_correlation(papi) -> None:
    result = drivers.outside(papi, pci(papi), years=2020, level="dimension", n_draws=99)
    other = compared_scores(pci(papi), 2020)
    own = ps.panel.wide(papi, 2020, level="dimension")
    for row in result.parts.itertuples():
        both = pd.concat([own[row.series], other], axis=1).dropna()
        r = both.corr().iloc[0, 1]
        assert row.coefficient == pytest.approx(r)
        assert row.partial_r2 == pytest.approx(r**2)
        fit = smf.ols("y ~ x", both.set_axis(["x", "y"], axis=1)).fit()
        sd = both.std(ddof=0)
        hc2 = fit.HC2_se["x"] * sd.iloc[0] / sd.iloc[1]
        assert row.se == pytest.approx(hc2)


def test_adjusting_is_one_regression_on_all_parts(papi) -> None:
    result = drivers.outside(papi, pci(papi), years=2020, level="dimension", adjust=True)
    own = ps.panel.wide(papi, 2020, level="dimension")
    cells = own.assign(y=compared_scores(pci(papi), 2020)).dropna()
    z = (cells - cells.mean()) / cells.std(ddof=0)
    names = result.parts["series"].tolist()
    slopes = np.linalg.lstsq(z[names].to_numpy(), z["y"].to_numpy(), rcond=None)[0]
    assert result.parts["coefficient"].to_numpy() == pytest.approx(slopes)
    assert result.parts["adjusted"].all()
    lowest = drivers.outside(papi, pci(papi), years=2020, adjust=True, n_draws=9)
    assert len(lowest.parts) == 29
    assert set(lowest.left_out["reason"]) == {"coverage"}
    with pytest.raises(errors.InsufficientData, match="no_slope"):
        drivers.outside(papi, pci(papi), level="dimension", province_effects=True)


def test_a_series_and_a_table_with_sloppy_names_are_the_same(papi) -> None:
    rng = np.random.default_rng(0)
    places = ps.provinces.by_code(63)
    values = pd.Series(rng.normal(size=63), list(places), name="growth")
    table = pd.DataFrame(
        {"Tỉnh": [p.names["en"].upper() for p in places.values()], "Năm": 2024, "growth": values}
    )
    options = {"level": "dimension", "n_draws": 99}
    one = drivers.outside(papi, values, year=2024, **options).parts
    two = drivers.outside(papi, table, **options).parts
    pd.testing.assert_frame_equal(one, two)


def test_a_partial_outcome_is_refused_with_numbers(papi) -> None:
    sipas = ps.load_scores("SIPAS")
    present = set(papi.query("year == 2023 and series == 'papi'")["province"])
    n = len(present & set(compared_scores(sipas, 2023).index))
    with pytest.raises(errors.InsufficientCoverage, match=f"{n} of 63 have complete data, 57 are"):
        drivers.outside(papi, sipas, years=2023)
    few = pd.Series(1.0, ["01", "20"], name="growth")
    with pytest.raises(errors.InsufficientCoverage, match="2 of 63 have complete data"):
        drivers.outside(papi, few, year=2024)
    same = pd.Series(1.0, list(ps.provinces.by_code(63)), name="growth")
    with pytest.raises(errors.InvalidRequest, match="growth is the same for all units"):
        drivers.outside(papi, same, year=2024)


def made_up(index: str, year: int, seed: int) -> pd.DataFrame:
    """Random scores of all series of an index for the 63 provinces, inside their scales."""
    rng = np.random.default_rng(seed)
    table = frameworks.in_year(index, year)
    template = ps.load_scores(index)
    template = template[template["unit_level"] == "province"].iloc[0]
    rows = []
    for code in ps.provinces.by_code(63):
        for series in table.itertuples():
            low, high = (0 if pd.isna(v) else v for v in (series.min_points, series.max_points))
            score = rng.uniform(low, high or 100)
            row = {"series": series.series, "level": series.level, "score": score, "year": year}
            rows.append({**template.to_dict(), **row, "province": code, "vintage": 63})
    frame = pd.DataFrame(rows)
    return frame.assign(max_score=np.nan, min_score=np.nan)


@pytest.mark.parametrize("year", [2021, 2023])
def test_parts_of_the_par_index_that_hold_sipas_do_not_stand_beside_it(year) -> None:
    par, sipas = made_up("PAR INDEX", year, 0), made_up("SIPAS", year, 1)
    for level in ("dimension", "part"):
        present = set(par.loc[par["level"] == level, "series"])
        if not present:
            continue
        result = drivers.outside(par, sipas, level=level, n_draws=9)
        left = set(result.left_out.query("reason == 'made_of'")["series"])
        held = present & {"par.impact", "par.part.sipas"}
        assert left == held
        assert not left & set(result.parts["series"])
        for name in held:
            with pytest.raises(errors.InvalidRequest, match=f"{name} of PAR INDEX is made"):
                drivers.outside(par, sipas, series=name)


def test_the_par_index_as_an_outcome_enters_without_sipas(papi) -> None:
    par = made_up("PAR INDEX", 2023, 0)
    result = drivers.outside(
        papi[papi["year"] == 2023], par, level="dimension", n_draws=9
    ).parts.iloc[0]
    outcome = compared_scores(par, 2023)
    own = ps.panel.wide(papi, 2023, level="dimension")[result["series"]]
    assert result["coefficient"] == pytest.approx(
        pd.concat([own, outcome], axis=1).dropna().corr().iloc[0, 1]
    )
    whole = par[par["series"] == "par"].set_index("province")["score"]
    assert outcome[whole.index].to_numpy() != pytest.approx(whole.to_numpy())


@pytest.mark.parametrize(
    ("outcome", "options", "error", "message"),
    [
        ("same", {}, errors.InvalidRequest, "the outcome is PAPI itself.*drivers.leads"),
        (pd.Series([1.0], ["01"]), {}, errors.InvalidRequest, "name its year with year="),
        ([1, 2], {}, errors.InvalidRequest, "outcome is list"),
        (
            pd.DataFrame({"Tỉnh": ["Huế"], "Năm": [2024], "a": [1.0], "b": [2.0]}),
            {},
            errors.InvalidRequest,
            r"several columns of figures \(a, b\)",
        ),
        (
            pd.DataFrame({"Tỉnh": ["Huế"], "Năm": [2024], "a": [1.0]}),
            {"column": "c"},
            errors.UnknownChoice,
            "column of the outcome",
        ),
        (
            pd.DataFrame({"Tỉnh": ["Atlantis"], "Năm": [2024], "a": [1.0]}),
            {},
            errors.ProvinceNotMatched,
            "Atlantis",
        ),
        (
            pd.Series([1.0, 2.0], ["Huế", "Thừa Thiên Huế"]),
            {"year": 2024},
            errors.ParstatsError,
            "Huế",
        ),
        (pd.Series([1.0], ["01"]), {"year": 2024, "years": 1999}, errors.UnknownChoice, "1999"),
        (pd.Series([1.0], ["01"]), {"year": 1999}, errors.InvalidRequest, "no row is of a year"),
        (pd.Series([1.0], ["01"]), {"year": 2024, "level": "x"}, errors.ParstatsError, "."),
    ],
    ids=[
        "itself",
        "no-year",
        "list",
        "columns",
        "column",
        "name",
        "twice",
        "years",
        "year",
        "level",
    ],
)
def test_outcomes_that_cannot_be_used_are_refused(papi, outcome, options, error, message) -> None:
    with pytest.raises(error, match=message):
        drivers.outside(papi, papi if isinstance(outcome, str) else outcome, **options)
