"""What a panel regression shows, and the files that it is written to."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

import parstats as ps
from parstats import drivers, errors
from parstats.figures.latex_table import escape
from parstats.figures.table import Table
from parstats.reference.labels import LANGUAGES, number, text
from parstats.reports.panel_export import ENDINGS

HEALTH, ENVIRONMENT = "papi.services.public_health", "papi.environment"
GRDP = "GRDP growth, %"


@pytest.fixture(scope="module")
def result() -> drivers.panel:
    rng = np.random.default_rng(0)
    places = ps.provinces.by_code(63)
    rows = [(code, year, rng.normal(8, 2)) for code in places for year in range(2018, 2025)]
    return drivers.panel(
        ps.load_scores("PAPI"),
        outcome="papi.services",
        regressors=[HEALTH, ENVIRONMENT, GRDP],
        covariates=pd.DataFrame(rows, columns=["province", "year", GRDP]),
        n_draws=99,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_shows_the_coefficients_and_says_what_they_are(result, lang) -> None:
    table = ps.tables.panel(result, lang)
    rows = result.coefficients
    assert table.displayed["coefficient"].tolist() == [
        number(value, lang, sign=True) for value in rows["coefficient"]
    ]
    assert table.displayed["name"].iloc[0].endswith(" *")
    assert table.displayed["name"].iloc[2] == GRDP
    notes = " ".join(table.notes)
    for key in ("panel.no_effect", "panel.model.two_way", "panel.se.cr2", "panel.overlap_note"):
        assert text(key, lang) in notes
    assert "2018–2020" in notes
    assert text("panel.reason.break", lang) in notes
    assert text("panel.reason.covariates", lang) in notes or "2011–2017" in notes
    assert "245" in notes
    assert table.data["se"].tolist() == rows["se"].tolist()


def test_a_table_without_draws_has_no_column_for_them(result) -> None:
    plain = drivers.panel(
        ps.load_scores("PAPI"), outcome="papi.services", regressors=ENVIRONMENT, n_draws=0
    )
    names = [column.name for column in ps.tables.panel(plain, "en").columns]
    assert "p_wild" not in names
    assert "p_wild" in [column.name for column in ps.tables.panel(result, "en").columns]
    with pytest.raises(
        errors.InvalidRequest, match=r"expected the result of parstats.drivers.panel"
    ):
        ps.tables.panel(plain.coefficients, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_of_parts_begin_with_the_largest(lang) -> None:
    papi = ps.load_scores("PAPI")
    led = drivers.leads(papi, level="dimension", n_draws=49).parts
    table = ps.tables.leads(led, lang)
    assert table.data["coefficient"].abs().is_monotonic_decreasing
    assert len(table.data) == 8
    pci = drivers.outside(papi, ps.load_scores("PCI"), years=2020, level="dimension", n_draws=49)
    assert "PCI" in ps.tables.outside(pci.parts, lang).notes[0]


def test_latex_has_every_cell_and_no_bare_sign(result, tmp_path) -> None:
    (path,) = ps.reports.export_panel(result, tmp_path / "model.tex", lang="vi")
    written = path.read_text(encoding="utf-8")
    table = ps.tables.panel(result, "vi")
    for cell in table.displayed[["name", "coefficient", "se"]].to_numpy().ravel():
        assert escape(cell) in written
    assert written.count(r"\begin{tabular}{lrrrrrrr}") == 1
    assert r"\toprule" in written
    assert not re.search(r"(?<!\\)[%#_]", written)
    assert len(re.findall(r"(?<!\\)&", written)) == 7 * 4


def test_any_table_is_written_as_latex_its_groups_too(tmp_path) -> None:
    data = pd.DataFrame({"group": ["A&B", "A&B"], "name": ["x_1", "50 %"]})
    columns = (ps.tables.text_column("name", "Name"),)
    Table("t", "en", data, columns, ("50 % of all",), group="group").save(tmp_path / "t.tex")
    written = (tmp_path / "t.tex").read_text(encoding="utf-8")
    assert r"A\&B & x\_1 \\" in written
    assert r"50 \% of all" in written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_document_and_a_workbook_hold_the_table(result, tmp_path, lang) -> None:
    docx = pytest.importorskip("docx")
    (path,) = ps.reports.export_panel(result, tmp_path / "model.docx", lang=lang, title="Health")
    document = docx.Document(str(path))
    (table,) = document.tables
    shown = ps.tables.panel(result, lang).displayed
    assert [row.cells[1].text for row in table.rows][1:] == shown["coefficient"].tolist()
    assert document.paragraphs[0].text == "Health"
    again = ps.reports.export_panel(result, tmp_path / "again.docx", lang=lang, title="Health")
    assert again[0].read_bytes() == path.read_bytes()
    assert zipfile.is_zipfile(path)
    (book,) = ps.reports.export_panel(result, tmp_path / "model.xlsx", lang=lang)
    cells = [cell.value for row in openpyxl.load_workbook(book).active for cell in row]
    assert any(
        value == pytest.approx(result.coefficients["se"].iloc[0])
        for value in cells
        if isinstance(value, float)
    )


def test_stata_gets_the_cells_and_the_commands(result, tmp_path) -> None:
    data, commands = ps.reports.export_panel(result, tmp_path / "model.dta")
    cells = pd.read_stata(data)
    assert len(cells) == result.fit["n_cells"].iloc[0]
    assert cells["papi_environment"].tolist() == result.sample[ENVIRONMENT].tolist()
    with pd.read_stata(data, iterator=True) as reader:
        labels = reader.variable_labels()
    assert labels["papi_environment"] == ENVIRONMENT
    assert labels["grdp_growth"] == GRDP
    written = commands.read_text(encoding="utf-8")
    assert 'use "model.dta", clear' in written
    (line,) = (line for line in written.splitlines() if line.startswith("regress"))
    assert line.split(",")[0].split()[:3] == [
        "regress",
        "papi_services",
        "papi_services_public_health",
    ]
    # What the commands fit is the regression, by dummies.
    values = dict(re.findall(r"_b\[(\w+)\], (\S+)\)", written))
    dummies = [pd.get_dummies(cells[name]).astype(float) for name in ("unit_id", "year")]
    x = np.column_stack([cells[list(values)], dummies[0], dummies[1].iloc[:, 1:]])
    slopes = np.linalg.lstsq(x, cells["papi_services"], rcond=None)[0][: len(values)]
    assert slopes == pytest.approx([float(value) for value in values.values()], abs=1e-8)
    twice = ps.reports.export_panel(result, tmp_path / "again.dta")
    assert twice[0].read_bytes() == data.read_bytes()


@pytest.mark.parametrize(
    ("model", "starts"),
    [
        ("first_differences", "regress D.papi_services D.papi_environment i.year, vce(cluster"),
        ("between", "regress papi_services papi_environment, vce(hc2)"),
    ],
)
def test_commands_of_other_models(tmp_path, model, starts) -> None:
    result = drivers.panel(
        ps.load_scores("PAPI"),
        outcome="papi.services",
        regressors=ENVIRONMENT,
        model=model,
        n_draws=0,
    )
    _, commands = ps.reports.export_panel(result, tmp_path / "model.dta")
    written = commands.read_text(encoding="utf-8")
    assert any(line.startswith(starts) for line in written.splitlines())
    assert ("collapse (mean)" in written) == (model == "between")


def test_names_that_stata_cannot_have_are_made_unlike(tmp_path) -> None:
    from parstats.reports.panel_export import _stata_names

    names = _stata_names(["year", "a b", "a.b", "2024", "Tăng trưởng", "x" * 40, "x" * 41])
    assert len(set(names.values())) == len(names)
    assert all(re.fullmatch(r"[a-z]\w{0,31}", name) for name in names.values())
    assert "year" not in names.values()


def test_other_endings_are_refused(result, tmp_path) -> None:
    with pytest.raises(errors.UnknownChoice, match=", ".join(ENDINGS)):
        ps.reports.export_panel(result, tmp_path / "model.pdf")
    assert not list(tmp_path.iterdir())
