"""How figures are cited: producers and data version in what is exported; nothing is invented."""

from __future__ import annotations

import io
import json
import re
from html import escape, unescape

import pandas as pd
import pytest
import yaml
from docx import Document
from matplotlib.figure import Figure
from nbformat.v4 import new_markdown_cell, new_notebook
from openpyxl import load_workbook
from PIL import Image

import parstats as ps
from parstats import storage
from parstats.errors import NoFigures, UnknownChoice
from parstats.figures import caption, citation
from parstats.figures.table import Table
from parstats.pipeline.framework_years import add_year
from parstats.pipeline.new_index import new_index
from parstats.pipeline.processed_tables import build
from parstats.reference import frameworks
from parstats.reports import formats
from parstats.reports.catalogue import country_reports, province_reports

POVERTY = "year,province,series,score\n{year},20,papi.transparency.poverty_lists,2.1\n"
LONG_NAME = "Chỉ số đo lường mức độ chuyển đổi số và cải cách hành chính các phường, xã Đắk L"


def put_year(small_data, year: int, **about: str) -> None:
    small_data.put(f"papi_{year}.csv", POVERTY.format(year=year), **about)


@pytest.mark.usefixtures("figures_to_2024")
class TestCitationOfTheReleasedFigures:
    def test_names_producers_title_year_page_day_and_versions(self):
        words = ps.cite("papi", 2024)
        assert words.startswith("CECODES, VFF-CRT, Real-Time Analytics and UNDP Viet Nam. ")
        assert "Public Administration Performance Index (PAPI), 2024. https://papi.org.vn" in words
        assert "(retrieved on 2026-11-21)" in words
        assert f"parstats {ps.__version__}, data version {storage.data_version('papi')}." in words

    @pytest.mark.parametrize(
        ("index", "year", "says"),
        [
            ("PAPI", 2024, "compiled by others"),
            ("PCI", 2020, "as the producers published them"),
            ("PCI", 2023, "quoted from the press"),
            ("SIPAS", 2023, "quoted from the press"),
        ],
    )
    def test_says_how_the_figures_were_come_by(self, index, year, says):
        assert says in ps.cite(index, year)

    def test_all_years_are_a_span_with_every_way_of_coming_by_figures(self):
        words = ps.cite("PCI")
        assert "(PCI), 2018–2024" in words
        assert "as the producers published them. Individual figures quoted" in words

    def test_in_vietnamese(self):
        words = ps.cite("PAR", 2023, lang="vi")
        assert words.startswith("Bộ Nội vụ. Chỉ số cải cách hành chính cấp tỉnh (PAR INDEX), 2023")
        assert "(lấy về ngày 28/11/2026)" in words

    def test_names_no_year_of_publication(self):
        """Nobody wrote down when a producer published; the year is that of the figures."""
        entry = ps.cite("PAPI", 2024, form="bibtex")
        assert "year =" not in entry
        assert "PY  - " not in ps.cite("PAPI", 2024, form="ris")
        assert "issued" not in json.loads(ps.cite("PAPI", 2024, form="csl"))[0]

    def test_each_producer_is_an_author_of_its_own(self):
        authors = ["CECODES", "VFF-CRT", "RTA", "UNDP Việt Nam"]
        entry = ps.cite("PAPI", 2024, form="bibtex", lang="vi")
        assert f"author = {{{' and '.join(f'{{{name}}}' for name in authors)}}}," in entry
        ris = ps.cite("PAPI", 2024, form="ris", lang="vi").splitlines()
        assert [line for line in ris if line.startswith("AU")] == [
            f"AU  - {name}," for name in authors
        ]
        (item,) = json.loads(ps.cite("PAPI", 2024, form="csl", lang="vi"))
        assert item["author"] == [{"literal": name} for name in authors]
        assert item["accessed"] == {"date-parts": [[2026, 11, 21]]}

    def test_bibtex_braces_are_balanced_and_signs_escaped(self):
        for index in ("PAPI", "SIPAS", "PAR", "PCI", "PAR KHANH HOA"):
            entry = ps.cite(index, form="bibtex", lang="vi")
            assert entry.count("{") == entry.count("}")
        assert citation._bibtex("R&D_{1}\\") == r"R\&D\_(1)/"

    def test_the_package_is_cited_with_its_version(self):
        assert ps.cite("parstats").endswith(f"version {ps.__version__}.")
        assert ps.cite("parstats", form="bibtex").startswith(f"@misc{{parstats-{ps.__version__},")

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("PAX",), "unknown index 'PAX': expected one of PAPI, SIPAS"),
            (("PAPI", 1999), "unknown year of PAPI 1999"),
        ],
    )
    def test_an_unknown_index_or_year_is_refused(self, arguments, says):
        with pytest.raises(UnknownChoice, match=re.escape(says)):
            ps.cite(*arguments)

    def test_an_unknown_form_or_language_is_refused(self):
        with pytest.raises(UnknownChoice, match="unknown form of a citation 'apa'"):
            ps.cite("PAPI", form="apa")
        with pytest.raises(UnknownChoice, match="unknown language 'fr'"):
            ps.cite("PAPI", lang="fr")


def test_an_index_without_figures_is_refused(small_data):
    put_year(small_data, 2024)
    build()
    with pytest.raises(NoFigures, match="no figures of SIPAS"):
        ps.cite("SIPAS")


def test_an_address_of_a_host_that_is_not_listed_is_not_given(small_data, monkeypatch):
    put_year(small_data, 2024)
    build()
    monkeypatch.setattr(citation, "_linked", lambda page: "")
    assert "http" not in ps.cite("PAPI", 2024)


def test_an_index_of_one_s_own_is_nobody_else_s(small_data, tmp_path):
    put_year(small_data, 2024)
    (tmp_path / "own.csv").write_text("unit,A,B\nXã Ea Kao,1,5\nXã Cư Êbur,2,4\nP. Tân Lợi,3,9\n")
    new_index(LONG_NAME, tmp_path / "own.csv", year=2025)
    build()
    words = ps.cite(LONG_NAME, 2025)
    assert words.startswith(f"{LONG_NAME}, 2025 (retrieved on ")
    assert "Figures from the table that the index was made from." in words
    assert "author" not in ps.cite(LONG_NAME, form="bibtex")


class TestDataVersion:
    def test_is_the_same_after_building_again_and_another_after_a_change(self, small_data):
        put_year(small_data, 2024)
        build()
        first = storage.data_version("papi")
        build(force=True)
        assert storage.data_version("papi") == first
        small_data.put("papi_2024.csv", POVERTY.format(year=2024).replace("2.1", "2.2"))
        build()
        assert storage.data_version("papi") not in ("", first)

    def test_is_of_one_index(self, small_data):
        put_year(small_data, 2024)
        build()
        first = storage.data_version("papi")
        rows = "year,province,series,score\n2023,20,sipas,80\n"
        small_data.put("sipas.csv", rows, folder="sipas", producer="Bộ Nội vụ")
        build()
        assert storage.data_version("papi") == first
        assert storage.data_version("sipas") not in ("", first)

    def test_counts_what_the_data_folder_says_of_the_index(self, small_data):
        put_year(small_data, 2024)
        build()
        first = storage.data_version("papi")
        add_year("PAPI", 2025)
        build()
        assert storage.data_version("papi") != first


TABLE = pd.DataFrame({"index": ["PAPI"], "year": [2024], "share": [0.5]})
SOURCE = {"citation": "CECODES, RTA và UNDP Việt Nam. =1+1", "data_version": "PAPI 12345678"}


class TestExportedTables:
    def test_a_workbook_has_the_source_on_a_second_sheet(self, tmp_path):
        storage.write_table(TABLE, tmp_path / "t.xlsx", SOURCE)
        sheets = pd.read_excel(tmp_path / "t.xlsx", sheet_name=None, engine="openpyxl")
        assert list(sheets) == ["Sheet1", "source"]
        assert dict(sheets["source"].to_numpy()) == SOURCE
        assert list(tmp_path.iterdir()) == [tmp_path / "t.xlsx"]

    def test_a_parquet_file_has_it_in_its_attributes(self, tmp_path):
        storage.write_table(TABLE, tmp_path / "t.parquet", SOURCE)
        assert pd.read_parquet(tmp_path / "t.parquet").attrs["source"] == SOURCE
        assert TABLE.attrs == {}

    @pytest.mark.parametrize("ending", ["csv", "json"])
    def test_beside_other_forms_it_lies_in_a_file_with_the_hash_of_the_table(
        self, tmp_path, ending
    ):
        path = tmp_path / f"t.{ending}"
        storage.write_table(TABLE, path, SOURCE)
        about = yaml.safe_load((tmp_path / f"t.{ending}.source.yml").read_text("utf-8"))
        assert about == SOURCE | {"sha256": storage.sha256(path)}
        read = pd.read_csv if ending == "csv" else pd.read_json
        pd.testing.assert_frame_equal(read(path), TABLE, check_dtype=False)

    def test_the_same_table_and_source_give_the_same_bytes(self, tmp_path):
        for ending in ("csv", "json", "parquet"):
            for name in ("a", "b"):
                storage.write_table(TABLE, tmp_path / f"{name}.{ending}", SOURCE)
            paths = (tmp_path / f"{name}.{ending}" for name in ("a", "b"))
            assert len({path.read_bytes() for path in paths}) == 1

    def test_a_command_writes_whose_figures_a_table_is_made_from(
        self, run, cut_folder, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
        target = tmp_path / "new" / "shares.csv"
        status, _, err = run("drivers", "--year", "2024", "-o", str(target))
        assert status == 0, err
        assert "its source in shares.csv.source.yml" in err
        about = yaml.safe_load(storage.source_path(target).read_text("utf-8"))
        assert about["citation"] == ps.cite("PAPI", 2024)
        assert about["data_version"] == f"PAPI {storage.data_version('papi')}"

    def test_a_table_of_a_user_s_own_file_is_not_said_to_be_of_the_producers(
        self, run, cut_folder, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
        source, target = tmp_path / "mine.csv", tmp_path / "scores.csv"
        source.write_text("Tỉnh,PAPI 2024\nLạng Sơn,45.0\nHà Nội,44.1\n", encoding="utf-8")
        status, _, err = run("ingest", str(source), "--index", "PAPI", "-o", str(target))
        assert status == 0, err
        assert not storage.source_path(target).exists()

    @pytest.mark.usefixtures("figures_to_2024")
    def test_a_table_of_pairs_names_every_index(self):
        pairs = pd.DataFrame({"index_1": ["PAPI"], "index_2": ["SIPAS"], "year": [2023]})
        about = citation.table_source(pairs)
        assert about["index"] == "PAPI, SIPAS"
        assert about["citation"].splitlines() == [ps.cite("PAPI", 2023), ps.cite("SIPAS", 2023)]

    def test_a_table_of_nothing_that_is_known_names_the_package_only(self):
        assert list(citation.table_source(pd.DataFrame({"a": [1]}))) == ["made_with"]


def test_the_command_cites(run, cut_folder, monkeypatch):
    monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
    status, out, _ = run("cite", "PAPI", "--year", "2024", "--lang", "en")
    assert (status, out) == (0, ps.cite("PAPI", 2024) + "\n")
    assert run("cite", "PAPI", "--year", "2013")[0] == 2
    assert run("cite", "parstats", "--form", "bibtex")[1].startswith("@misc{parstats-")


@pytest.mark.usefixtures("figures_to_2024")
class TestFiguresAndTables:
    def test_a_figure_says_whose_figures_it_shows(self, scores, tmp_path):
        ranks = ps.panel.ranks(scores, 2024)
        chart = ps.charts.position(ranks, "20", "vi")
        assert chart.source.startswith("Nguồn: CECODES, VFF-CRT, RTA và UNDP Việt Nam, PAPI 2024")
        assert f"số liệu {storage.data_version('papi')}; parstats {ps.__version__}" in chart.source
        caption = chart.figure.get_supxlabel().replace("\n", " ")
        assert caption.endswith(chart.source)

    def test_the_properties_of_its_files_say_so_too(self, scores, tmp_path):
        shares = ps.drivers.shares(scores, 2024)
        for ending in ("png", "svg", "pdf"):
            for name in ("a", "b"):
                chart = ps.charts.shares(shares, "vi", n_top=5)
                chart.save(tmp_path / f"{name}.{ending}")
            assert len({(tmp_path / f"{n}.{ending}").read_bytes() for n in "ab"}) == 1
        with Image.open(tmp_path / "a.png") as picture:
            assert picture.text["Source"] == chart.source
            assert picture.text["Description"] == chart.alt
        svg = (tmp_path / "a.svg").read_text("utf-8")
        assert f"<dc:source>{chart.source}</dc:source>" in unescape(svg)

    def test_a_figure_is_as_much_higher_as_its_source_needs(self):
        figure = Figure(figsize=(5.6, 3))
        caption.add_source(figure, "")
        assert figure.get_figheight() == 3
        caption.add_source(figure, "word " * 40)
        assert figure.get_figheight() == pytest.approx(3 + 3 * caption._LINE)

    @pytest.mark.parametrize(
        ("draw", "span"),
        [
            (lambda s: ps.charts.history(ps.panel.history(s, "20"), "20", "en"), "PAPI 2011–2024"),
            (lambda s: ps.charts.profile(ps.panel.profile(s, "20", 2024), "20", "en"), "PAPI 2024"),
            (
                lambda s: ps.charts.movement(
                    ps.drivers.relative_change(s, "20", 2024), "20", 2024, "en"
                ),
                "PAPI 2024",
            ),
            (lambda s: ps.charts.series_timeline(ps.load_versions(), s, "en"), "PAPI, data"),
            (
                lambda _: ps.charts.series_timeline(
                    ps.load_versions(), ps.load_scores("PAR"), "en", "par"
                ),
                "PAR INDEX,",
            ),
        ],
    )
    def test_results_without_a_column_index_say_it_too(self, scores, draw, span):
        source = draw(scores).source
        assert span in source
        assert source.count("data ") == 1

    def test_a_figure_of_an_index_made_in_memory_has_no_data_version(self):
        values = pd.DataFrame({"unit": list("abcd"), "A": [1, 2, 3, 5], "B": [4, 1, 2, 2]})
        mine = ps.index_from(values, name="In memory", year=2024)
        chart = ps.charts.shares(ps.drivers.shares(mine, 2024), "en")
        frameworks.undefine("In memory")
        assert chart.source == f"Source: In memory 2024; parstats {ps.__version__}."

    def test_a_table_alone_in_a_file_says_so(self, scores, tmp_path):
        table = ps.tables.shares(ps.drivers.shares(scores, 2024), "en")
        assert table.source.startswith("Source: CECODES")
        for ending in ("xlsx", "csv", "html"):
            table.save(tmp_path / f"t.{ending}")
        sheet = load_workbook(tmp_path / "t.xlsx").active
        assert sheet.cell(sheet.max_row, 1).value == table.source
        about = yaml.safe_load((tmp_path / "t.csv.source.yml").read_text("utf-8"))
        assert about["source"] == table.source
        assert table.source in unescape((tmp_path / "t.html").read_text("utf-8"))
        assert Table.from_json(json.loads(json.dumps(table.as_json()))).source == table.source
        # On a page its end says it once for all tables.
        assert table.source not in unescape(table.gt.as_raw_html())


REPORT = new_notebook(cells=[new_markdown_cell("# Lạng Sơn\n\n## Notes\n\n- of sources")])


@pytest.mark.parametrize("form", ["html", "docx", "xlsx", "ipynb"])
def test_every_form_of_a_page_ends_with_the_source(form):
    source = "CECODES & RTA. PAPI, 2024. <data> 12345678."
    content = formats.write(form, REPORT, formats.About("Lạng Sơn", "vi", source=source))
    bare = formats.write(form, REPORT, formats.About("Lạng Sơn", "vi"))
    if form == "html":
        assert f"<footer>{escape(source)}</footer>" in content.decode()
        assert "<footer>" not in bare.decode()
    elif form == "docx":
        assert Document(io.BytesIO(content)).paragraphs[-1].text == source
    elif form == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet.cell(sheet.max_row, 1).value == source
    else:
        assert json.loads(content)["metadata"]["source"] == source
        assert "source" not in json.loads(bare)["metadata"]


@pytest.mark.usefixtures("figures_to_2024")
def test_pages_of_provinces_and_country_are_given_the_citation_of_their_year():
    (page,) = province_reports.jobs(["20"], "PAPI", 2024, "en", ["html"])
    # The page of a province shows where it stands in the other indices.
    beside = ["PAPI", "SIPAS", "PAR INDEX", "PCI"]
    cited = " ".join(ps.cite(index, 2024) for index in beside)
    assert page.source == page.about.source == cited
    sources = {
        job.notebook.stem: job.source for job in country_reports.jobs("PAPI", 2024, "vi", [])
    }
    assert sources["02_drivers"] == ps.cite("PAPI", 2024, lang="vi")
    assert sources["01_data_quality"] == ps.cite("PAPI", lang="vi")
    assert sources["05_across_indices"] == " ".join(
        ps.cite(index, 2024, lang="vi") for index in beside
    )
