"""Advice on pages, in the brief, in the Word report and at the command line."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from evaluation import advised
from typer.testing import CliRunner

import parstats as ps
from parstats import cli
from parstats.cli import app
from parstats.figures.boxes import Notice
from parstats.figures.text.advice_summary import note_lines
from parstats.figures.text.plain_words import plain_words
from parstats.plans.plans_of_province import plans_running, plans_until
from parstats.reference import labels
from parstats.reports.catalogue import province_reports, release
from parstats.reports.formats.writer import file_name

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("advice")
    for lang in ("vi", "en"):
        command = ["report", "Lạng Sơn", "--year", "2024", "--lang", lang, "--jobs", "1"]
        forms = ["--format", "html,docx,brief", "-o", str(folder)]
        assert RUNNER.invoke(app, [*command, *forms]).exit_code == 0
    return folder / "papi" / "2024"


def words(path: Path) -> list[str]:
    document = docx.Document(io.BytesIO(path.read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.parametrize(
    ("lang", "title"),
    [("vi", "Nội dung còn dư địa cải thiện"), ("en", "Room for improvement")],
)
def test_the_page_of_a_named_province_has_advice(rendered: Path, lang: str, title: str) -> None:
    page = (rendered / lang / "20-lang-son.html").read_text("utf-8")
    assert title in page
    assert page.index(title) < page.index("papi.org.vn")


def _cells(tables: Any) -> list[Any]:
    return [cell for table in tables for row in table.rows for cell in row.cells]


@pytest.mark.slow
@pytest.mark.notebook
def test_the_brief_is_a_draft_of_an_administrative_report(rendered: Path) -> None:
    lines = words(rendered / "vi" / "20-lang-son-brief.docx")
    for part in (
        *("Kết quả", "Tồn tại, hạn chế và nguyên nhân", "Nhiệm vụ, giải pháp", "Kiến nghị"),
        *("BÁO CÁO", "Nơi nhận:", "Số: …/BC-…"),
    ):
        assert any(part in line for line in lines), part
    document = docx.Document(io.BytesIO((rendered / "vi" / "20-lang-son-brief.docx").read_bytes()))
    for header in (document.sections[0].header, document.sections[0].first_page_header):
        assert "DỰ THẢO" in header.paragraphs[0].text
    assert len(document.inline_shapes) == 1
    # Lines under the agency and under the motto, none at the signature.
    ruled = [
        cell.paragraphs[-1]._p.xpath("count(.//w:pBdr/w:top)") for cell in _cells(document.tables)
    ]
    assert ruled[:4] == [1, 1, 0, 0]
    assert sum(ruled) == 2
    assert any("thứ hạng ở đây tính trong 61" in line for line in lines)
    assert any("hạng 11: thêm 0,10 điểm tổng hợp" in line for line in lines)
    # Of its plans one is known by name only and one was read in part; the brief says both.
    assert any("Kế hoạch chỉ biết tên, chưa đọc được (2017)" in line for line in lines)
    assert any("các kế hoạch đã đọc (đọc được một phần: 2019)" in line for line in lines)
    assert not any(" %" in line for line in lines[:-60])  # kept on the line of its number
    english = words(rendered / "en" / "20-lang-son-brief.docx")
    assert "REPORT" in english
    assert not any("SOCIALIST REPUBLIC" in line for line in english)


@pytest.mark.slow
@pytest.mark.notebook
def test_the_word_report_opens_with_a_summary_and_contents(rendered: Path) -> None:
    lines = words(rendered / "vi" / "20-lang-son.docx")
    summary, contents = lines.index("Tóm tắt"), lines.index("Mục lục")
    assert summary < contents < 30
    assert lines[contents + 1].startswith("1. ")
    assert any(line.startswith("Ưu tiên cải thiện: Tiếp cận Internet") for line in lines[:contents])


@pytest.mark.slow
@pytest.mark.notebook
def test_no_report_goes_under_the_name_of_a_brief(tmp_path: Path) -> None:
    command = ["report", "--lang", "vi", "--format", "brief", "-o", str(tmp_path), "--jobs", "1"]
    for arguments, says in (
        (["Lạng Sơn", "--index", "SIPAS", "--year", "2024"], "cần bảng điểm đầy đủ của cả nước"),
        (["Vĩnh Phúc", "--year", "2024"], "không có điểm tổng hợp PAPI"),
    ):
        assert RUNNER.invoke(app, [*command, *arguments]).exit_code == 0
        paths = sorted(tmp_path.glob("*/2024/vi/*-brief.docx"))
        lines = words(paths[-1])
        assert any(says in line for line in lines)
        assert "BÁO CÁO" in lines
        paths[-1].unlink()


def test_a_report_on_the_country_has_no_brief(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "reports")
    assert cli._run(["report", "--national", "--format", "brief", "-o", folder]) == 2
    assert "--format brief is of single provinces" in capsys.readouterr().err
    selection = release.select_provinces(["Lạng Sơn"], {"PAPI": [2024]})
    every = release.jobs(selection, ["vi"], ["html", "brief"], country=True)
    assert any("brief" in job.forms for job in every)
    of_country = [job for job in every if "province" not in job.parameters]
    assert of_country
    assert not any("brief" in job.forms for job in of_country)


def plans_of(province: str, vintage: int = 63) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    plans = ps.load_plans("PAPI", province=province, vintage=vintage)
    measures, goals = ps.load_measures("PAPI"), ps.load_targets("PAPI")
    of_these = (table[table["plan"].isin(plans["plan"])] for table in (measures, goals))
    return plans, *of_these  # type: ignore[return-value]


def test_a_measure_for_what_is_above_a_part_counts_and_is_named_so() -> None:
    answer = ps.advice.look_up("PAPI", "Lào Cai", 2024)
    plans, measures, goals = plans_of("Lào Cai")
    were_seen = measures.assign(seen="measure")
    table = ps.tables.priorities(
        answer.table, answer.cases, "en", measures=were_seen, plans=plans, targets=goals
    )
    cells = table.data["plan"].tolist()
    assert cells[0].startswith("for the dimension Public services as a whole: ")
    assert all(cell.endswith("(2021)") for cell in cells)
    only_goals = ps.tables.priorities(
        answer.table, answer.cases, "en", measures=measures.head(0), plans=plans, targets=goals
    )
    assert all(cell.startswith("goal for the dimension ") for cell in only_goals.data["plan"])
    no_goals = ps.tables.priorities(
        answer.table, answer.cases, "en", measures=measures, plans=plans, targets=goals.head(0)
    )
    assert all("named without a measure that was seen" in cell for cell in no_goals.data["plan"])
    heading = {column.name: column.heading for column in table.columns}["plan"]
    assert "2018, 2019, 2020, 2021, 2024" in heading


def test_a_plan_of_what_a_province_became_is_not_its_own() -> None:
    answer = ps.advice.look_up("PAPI", "Hậu Giang", 2024)
    plans, measures, goals = plans_of("Hậu Giang")
    assert plans["plan"].tolist() == ["can-tho-2025-ubnd"]
    table = ps.tables.priorities(
        answer.table, answer.cases, "en", measures=measures, plans=plans, targets=goals
    )
    assert "plan" not in table.data
    assert any("Can Tho 2025" in note for note in table.notes)


def test_a_province_that_did_not_merge_keeps_its_plans_across_the_merger() -> None:
    plans, _, goals = plans_of("Cao Bằng")
    assert set(plans["vintage"]) == {34}
    checks = ps.advice.check_plans(ps.load_scores("PAPI"), "Cao Bằng", plans, goals)
    assert len(checks) == 2
    merged, _, of_merged = plans_of("Tây Ninh")
    years = merged.loc[merged["vintage"] == 34, "plan_year"]
    assert 2025 in set(years)
    judged = ps.advice.check_plans(ps.load_scores("PAPI"), "Tây Ninh", merged, of_merged)
    assert 2024 not in set(judged["year"])


Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def briefed(province: str, lang: str, tables: Tables | None = None) -> list[str]:
    scores = ps.load_scores("PAPI")
    code = ps.match_province(province)
    plans, measures, goals = plans_of(province) if tables is None else tables
    summed = ps.text.province_brief(
        ps.panel.overall(scores, code, 2024),
        ps.panel.profile(scores, code, 2024),
        ps.drivers.relative_change(scores, code, 2024),
        lang,
        advised=ps.advice.look_up("PAPI", province, 2024),
        steps=ps.advice.next_rank(scores, province, 2024),
        plans=plans,
        measures=measures,
        targets=goals,
    )
    sections = [(*part.paragraphs, *part.items, *part.closing) for part in summed.sections]
    return [summed.title, *summed.summary, *(line for part in sections for line in part)]


def test_a_brief_without_a_plan_claims_nothing_of_plans() -> None:
    said = " ".join(briefed("Quảng Ninh", "en"))
    assert "No plan of the province for this index has been read" in said
    assert "without a measure" not in said
    assert "Assign a lead agency" in said
    assert "above 100" not in said


def test_the_brief_of_a_merged_province_says_what_it_is_part_of() -> None:
    lines = briefed("Hậu Giang", "vi")
    assert "Hậu Giang (nay thuộc Cần Thơ)" in lines[0]
    said = " ".join(lines)
    assert "Hậu Giang nay thuộc Cần Thơ" in said
    assert "không phải trong 34" in said
    assert "Không tính là kế hoạch của địa phương này: Cần Thơ 2025" in said
    assert "chưa thấy biện pháp" not in said
    assert any(line.startswith("Ưu tiên cải thiện:") for line in lines[:6])


def test_a_brief_names_plans_by_year_and_measures_above_a_part() -> None:
    plans, measures, goals = plans_of("Lào Cai")
    at_work = plans.assign(until_year=2025)
    were_seen = measures.assign(seen="measure")
    said = " ".join(briefed("Lào Cai", "en", (at_work, were_seen, goals)))
    years = "2018, 2019, 2020, 2021, 2024"
    assert f"({years}) have: Primary education: for the dimension Public services as" in said
    only_named = " ".join(briefed("Lào Cai", "en", (at_work, measures, goals)))
    assert "have: " not in only_named
    assert "without a measure" not in said


def test_an_old_plan_or_a_goal_alone_leaves_the_proposals_as_they_are() -> None:
    plans, measures, goals = plans_of("Lào Cai")
    parts = "Primary education, Internet access, Water quality, Equity in employment"
    for tables in (
        (plans, measures, goals),
        (plans, measures.head(0), goals),
        (plans.assign(until_year=2025), measures.head(0), goals),
    ):
        said = " ".join(briefed("Lào Cai", "en", tables))
        years = "in part: 2019, 2021"
        assert f"a measure for 2025 in the plans that were read ({years}): {parts}" in said
        assert "have: " not in said


def test_plans_of_later_years_are_no_plans_of_an_old_year() -> None:
    scores, code = ps.load_scores("PAPI"), ps.match_province("Lào Cai")
    plans, measures, goals = plans_of("Lào Cai")
    assert 2024 in set(plans["plan_year"])
    answer = ps.advice.look_up("PAPI", "Lào Cai", 2021)
    table = ps.tables.priorities(
        answer.table, answer.cases, "en", measures=measures, plans=plans, targets=goals
    )
    shown = " ".join([*table.notes, *(column.heading for column in table.columns)])
    assert "2018, 2019, 2020, 2021" in shown
    assert "2024" not in shown
    lacking = ps.load_shortcomings("PAPI").head(0)
    words = dict.fromkeys(lacking.columns, "")
    words |= {"plan": plans["plan"].iloc[-1], "cause_as_written": "Too late"}
    later = pd.DataFrame([words])
    summed = ps.text.province_brief(
        *(ps.panel.overall(scores, code, 2021), ps.panel.profile(scores, code, 2021)),
        *(ps.drivers.relative_change(scores, code, 2021), "en"),
        **{"advised": answer, "plans": plans, "measures": measures, "targets": goals},
        shortcomings=later,
    )
    sections = [(*part.paragraphs, *part.items, *part.closing) for part in summed.sections]
    said = " ".join(line for part in sections for line in part)
    assert "(in part: 2019, 2021)" in said
    assert "not read (2018, 2020)" in said
    assert "2024" not in said
    assert "Too late" not in said


def test_a_year_after_says_which_plans_run() -> None:
    plans = ps.load_plans("PAPI", province="Hà Nội", vintage=63)
    assert plans_running(plans, 2021)["plan_year"].tolist() == [2021]
    assert plans_running(plans, 2024)["plan_year"].tolist() == [2021, 2025]
    assert plans_until(plans, 2022)["plan_year"].tolist() == [2021]
    unknown = plans.assign(plan_year=pd.NA)
    assert len(plans_until(unknown, 2022)) == len(plans)
    assert plans_running(unknown, 2022).empty


@pytest.mark.parametrize(
    ("year", "says"),
    [
        (2015, "scores and ranks of the two years are hard to compare"),
        (2017, "2018 is not measured like 2017"),
        (2019, "points of the two years are hard to compare, ranks are comparable"),
        (2020, "scores and ranks of the two years are hard to compare"),
    ],
)
def test_advice_says_that_the_next_year_is_measured_in_another_way(year: int, says: str) -> None:
    answer = ps.advice.look_up("PAPI", "Lạng Sơn", year)
    assert says in note_lines(answer.table, answer.pairs, "en")["break"]
    assert f"Năm {year + 1}" in note_lines(answer.table, answer.pairs, "vi")["break"]
    alike = ps.advice.look_up("PAPI", "Lạng Sơn", 2023)
    assert "break" not in note_lines(alike.table, alike.pairs, "en")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_where_five_ranks_cannot_be_gained_the_chance_is_to_keep_the_rank(lang: str) -> None:
    answer = ps.advice.look_up("PAPI", "Quảng Ninh", 2024)
    lines = note_lines(answer.table, answer.pairs, lang)
    said = " ".join(lines.values())
    assert {"vi": "tăng từ 5 bậc", "en": "five ranks or more"}[lang] not in said
    table = ps.tables.priorities(answer.table, answer.cases, lang)
    chances = {column.name: column.heading for column in table.columns}["chance"]
    assert {"vi": "giữ hạng", "en": "keep the rank"}[lang] in chances


def test_the_page_says_that_the_same_advice_for_all_did_as_well() -> None:
    answer = ps.advice.look_up("PAPI", "Hà Nội", 2024)
    said = note_lines(answer.table, answer.pairs, "en")["evaluated"]
    assert "the same for all, did at least as well" in said


def test_all_provinces_get_no_advice_unless_asked_for() -> None:
    for advice in (True, False):
        job = province_reports.jobs(["20"], "PAPI", 2024, "vi", ["html"], advice=advice)[0]
        assert job.parameters["advice"] is advice
        assert job.parameters["brief"] is False
    named = province_reports.jobs(["20"], "PAPI", 2024, "vi", ["brief"])[0]
    assert named.parameters["brief"] is True
    assert named.outputs() == {"brief": file_name(named.stem, "brief")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sentences_agree_with_the_table(lang: str) -> None:
    answer = ps.advice.look_up("PAPI", "Hà Nội", 2024)
    lines = note_lines(answer.table, answer.pairs, lang)
    first = answer.table.iloc[0]
    assert f"{first['rank']}" in lines["without"]
    assert "first" in lines or "hold" in lines
    table = ps.tables.priorities(answer.table, answer.cases, lang)
    assert len(table.data) == 5
    for row in table.displayed.to_dict("records"):
        assert row["who"]


def test_points_to_a_rank_are_rounded_up() -> None:
    scores = ps.load_scores("PAPI")
    steps = ps.advice.next_rank(scores, "Lạng Sơn", 2024)
    answer = ps.advice.look_up("PAPI", "Lạng Sơn", 2024)
    lines = note_lines(answer.table, answer.pairs, "en", steps)
    assert "rank 11: 0.10 points" in lines["steps"]  # 0.0914 are needed


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_prints_one_screen(lang: str) -> None:
    result = RUNNER.invoke(
        app, ["advise", "lang son", "--year", "2024", "--lang", lang, "--target", "top 20"]
    )
    assert result.exit_code == 0
    title = {"vi": "Nội dung còn dư địa cải thiện", "en": "Room for improvement"}[lang]
    assert title in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_one_wrong_target_leaves_the_others_judged_on_the_screen() -> None:
    targets = ["--target", "top 20", "--target", "SIPAS 85 %", "--target", "tốt hơn"]
    result = RUNNER.invoke(app, ["advise", "lang son", "--year", "2024", *targets])
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert "- top 20: trong khoảng thường gặp (58 trong 92 lần:" in said
    assert "là mục tiêu của SIPAS; cần xét với điểm SIPAS (--index “SIPAS”)" in said
    assert "- tốt hơn: chưa đủ căn cứ nhận định: không đọc được" in said


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["Lạng Sơn", "--index", "SIPAS", "--target", "SIPAS 85 %"], 0, "15/63 địa phương"),
        (["Vĩnh Phúc", "--target", "top 20"], 0, "của chính địa phương này"),
        (["Lạng Sơn", "--index", "PCI"], 1, "bảng điểm đầy đủ của cả nước"),
        (["Lạng Sơn", "--index", "PAR", "--lang", "en"], 1, "whole national table is needed"),
        (["Vĩnh Phúc", "--year", "2024"], 1, "địa phương chưa có đủ điểm thành phần"),
        (["Lạng Sơn", "--year", "2012", "--lang", "en"], 1, "too few years are comparable"),
    ],
)
def test_where_data_carry_no_advice_the_command_says_what_would_decide(
    arguments: list[str], code: int, says: str
) -> None:
    result = RUNNER.invoke(app, ["advise", *arguments])
    assert result.exit_code == code
    said = " ".join(result.output.split())
    assert says in said
    assert "chưa đủ căn cứ nhận định" in said.lower() or "not enough to judge by" in said.lower()
    assert "drivers" not in said


def test_the_points_to_the_next_ranks_are_told_without_advice_too() -> None:
    """PCI 2020, overall scores alone: 62.43 on rank 49 of 63, 62.44 on rank 48."""
    result = RUNNER.invoke(app, ["advise", "Lạng Sơn", "--index", "PCI", "--year", "2020"])
    assert "hạng 48: thêm 0,01 điểm tổng hợp" in " ".join(result.output.split())
    none = RUNNER.invoke(app, ["advise", "Vĩnh Phúc", "--year", "2024"])
    assert "thêm" not in none.output


@pytest.mark.parametrize(
    ("arguments", "works"),
    [
        (["Lạng Sơn", "--year", "2012", "--lang", "en"], "--year 2014"),
        (["Vĩnh Phúc", "--year", "2024"], "--year 2023"),
        (["Lạng Sơn", "--year", "2012", "-o", "never.csv"], "--year 2014"),
        (["Lạng Sơn", "--index", "SIPAS"], ""),
    ],
)
def test_a_year_without_advice_names_one_that_has(
    capsys: pytest.CaptureFixture[str], arguments: list[str], works: str
) -> None:
    assert cli._run(["advise", *arguments]) == 1
    printed = capsys.readouterr()
    said = " ".join((printed.out + printed.err).split())
    assert ("--year" in said) == bool(works)
    assert works in said
    if works:  # and it does
        year = works.removeprefix("--year ")
        assert RUNNER.invoke(app, ["advise", arguments[0], "--year", year]).exit_code == 0


def test_the_brief_of_a_year_without_ranking_has_words_and_figures_only() -> None:
    links = "**A:** [Báo \\[A\\]](<https://example.org/a_(b)>) (2025); [B](https://example.org)"
    assert plain_words(links) == "A: Báo [A] (2025); B"
    reach = ps.panel.evidence(ps.load_scores("SIPAS"), ps.load_printed(), 2024)
    code = ps.match_province("Lào Cai")
    printed = ps.load_printed().query("index == 'SIPAS' and vintage == 63")
    known = ps.panel.available_scores(ps.load_scores("SIPAS"), printed, code, vintage=63)
    national = ps.panel.national_scores("SIPAS")
    for lang in ("vi", "en"):
        notes = (
            ps.text.coverage_note(reach, code, lang),
            ps.text.available_headline(known, national, 2024, lang),
            ps.text.sources_note(known, national, 2024, lang),
            Notice(text="No score is known."),
        )
        brief = ps.text.known_brief(reach, code, notes, lang)
        said = "\n".join(brief.sections[0].paragraphs)
        assert "](" not in said
        assert "**" not in said
        assert "http" not in said
        assert "No score is known." in said
        score = known.query("level == 'index' and year == 2024")["score"].iloc[0]
        assert f"{score:.2f}".replace(".", "," if lang == "vi" else ".") in said


def test_both_languages_at_once_and_a_merged_province_by_name() -> None:
    result = RUNNER.invoke(app, ["advise", "Hậu Giang", "--year", "2024", "--lang", "all"])
    assert result.exit_code == 0
    assert "Hậu Giang (nay thuộc Cần Thơ), PAPI 2024" in result.output
    assert "Hau Giang (now part of Can Tho), PAPI 2024" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["Lạng Sơn", "--year", "2030"], 2, "2030"),
        (["Atlantis"], 2, "Atlantis"),
        (["Vĩnh Phúc", "-o", "never.csv"], 1, "no advice to Vĩnh Phúc on PAPI 2024"),
        (["Lạng Sơn", "--index", "SIPAS", "-o", "never.csv"], 1, "no scores of the parts"),
        (["Lạng Sơn", "--target", "tốt hơn"], 2, "cannot be read"),
        (["Lạng Sơn", "--plan", "lao-cai-2019-ubnd", "--year", "2018"], 2, "plan of Lạng Sơn"),
        (["Lạng Sơn", "--plan", "lao-cai-2019-ubnd", "--year", "2018"], 2, "with --target"),
        (["Lào Cai", "--plan", "nosuch", "--year", "2018"], 2, "lao-cai-2019-ubnd"),
        (["Quảng Ninh", "--target", "+1 bậc"], 2, "keep the rank"),
        (["Lạng Sơn", "--target", "top 20", "--plan", "x"], 2, "not both"),
        (["Lạng Sơn", "--lang", "fr"], 2, "vi, en, all"),
    ],
)
def test_refusals_are_one_message(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, says: str
) -> None:
    assert cli._run(["advise", *arguments]) == code
    said = capsys.readouterr()
    assert says in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_figure_of_a_brief_is_drawn_as_large_as_it_is_printed(lang: str) -> None:
    table = ps.advice.look_up("PAPI", "Lạng Sơn", 2024).table
    chart = ps.charts.priorities(table, lang, brief=True)
    width, height = chart.figure.get_size_inches()
    assert width * 25.4 == pytest.approx(127)
    assert height < 2.5
    axes = chart.figure.axes[0]
    sizes = [axes.xaxis.label.get_size(), *(mark.get_size() for mark in axes.texts)]
    assert min(sizes) >= 7
    chart.figure.canvas.draw()
    label = axes.yaxis.label.get_window_extent()
    assert label.y0 >= 0
    assert label.y1 <= chart.figure.bbox.height
    assert len(chart.alt) < 100


def test_a_part_without_a_case_is_no_point_at_nothing() -> None:
    """No case from there is not a share of 0: the figure leaves the part to the table."""
    answer = ps.advice.look_up("PAPI", "Lạng Sơn", 2024).table
    first = answer["position"] <= 2
    table = answer.assign(
        n_cases=answer["n_cases"].mask(first, 0), n_reached=answer["n_reached"].mask(first, 0)
    )
    chart = ps.charts.priorities(table, "vi")
    marks = {part.get_text() for part in chart.figure.axes[0].texts}
    assert not marks & {"1", "2"}
    assert "3" in " ".join(marks)


@pytest.mark.parametrize("province", ["Hà Nội", "Cao Bằng"])
def test_plans_that_nobody_could_read_are_not_said_to_have_no_measure(province: str) -> None:
    plans, measures, goals = plans_of(province)
    unread = plans[plans["completeness"] == "title_only"] if province == "Hà Nội" else plans
    assert len(unread)
    answer = ps.advice.look_up("PAPI", province, 2024)
    table = ps.tables.priorities(
        answer.table, answer.cases, "vi", measures=measures, plans=unread, targets=goals
    )
    notes = " ".join(table.notes)
    assert "chưa thấy" not in notes
    assert "đã đọc" not in notes
    assert "chưa rõ có biện pháp cho các nội dung này hay không" in notes
    years = ", ".join(str(year) for year in sorted(unread["plan_year"]))
    assert f"({years})" in notes
    said = " ".join(briefed(province, "vi", (unread, measures, goals)))
    assert "đã đọc" not in said
    assert f"nếu kế hoạch chưa xem được ({years}) chưa có biện pháp" in said


def test_plans_read_in_part_and_by_title_are_told_apart() -> None:
    said = " ".join(briefed("Hà Nội", "vi"))
    assert "trong các kế hoạch đã đọc (đọc được một phần: 2025)" in said
    assert "Kế hoạch chỉ biết tên, chưa đọc được (2021, 2024)" in said
    plans, measures, goals = plans_of("Hà Nội")
    in_full = plans.assign(completeness="full")
    said = " ".join(briefed("Hà Nội", "en", (in_full, measures, goals)))
    assert "in the plans that were read (2021, 2024, 2025): " in said
    assert "not read" not in said


def checked_brief(province: str, lang: str, year: int) -> dict[str, str]:
    """Return the sections of a brief with the targets of plans."""
    scores, code = ps.load_scores("PAPI"), ps.match_province(province)
    plans, _, goals = plans_of(province)
    recent = plans[plans["plan_year"].isin([year, year + 1])]
    summed = ps.text.province_brief(
        *(ps.panel.overall(scores, code, year), ps.panel.profile(scores, code, year)),
        *(ps.drivers.relative_change(scores, code, year), lang),
        advised=ps.advice.look_up("PAPI", province, year),
        checks=ps.advice.check_plans(scores, code, recent, goals, vintage=63),
    )
    return {part.heading: " ".join((*part.paragraphs, *part.items)) for part in summed.sections}


def test_a_target_of_the_year_of_the_brief_is_a_result_and_only_later_ones_are_open() -> None:
    parts = checked_brief("Hà Nội", "en", 2024)
    missed = "Target for 2024 “Group of four, Highest quarter”: missed (Upper middle)."
    assert missed in parts["Results"]
    assert "2024" not in parts["Proposals"]
    assert "Target for 2025 “Group of four, Upper middle”: within" in parts["Proposals"]
    before = checked_brief("Hà Nội", "en", 2023)
    assert "Target for" not in before["Results"]
    assert "Target for 2024 “Group of four, Highest quarter”:" in before["Proposals"]


def test_nothing_is_other_where_there_is_nothing_before_it() -> None:
    reach = ps.panel.evidence(ps.load_scores("SIPAS"), ps.load_printed(), 2024)
    brief = ps.text.known_brief(reach, ps.match_province("Lào Cai"), (), "vi")
    assert brief.sections[-1].items == ("Cơ quan báo cáo bổ sung (…).",)
    assert "Kiến nghị khác" in checked_brief("Hà Nội", "vi", 2024)["Kiến nghị"]


def test_parts_to_hold_are_those_whose_level_stands_in_the_table() -> None:
    answer = ps.advice.look_up("PAPI", "Lai Châu", 2024)
    group = answer.table[answer.table["group"] == 1]
    held = group[group["aim"] <= group["score"] + 0.005]
    assert (held["position"] > 5).any()
    shown = set(ps.tables.priorities(answer.table, answer.cases, "vi").data["name"])
    named = note_lines(answer.table, answer.pairs, "vi")["hold"].split("**")[2].split(": đang cao")
    assert set(named[0].strip().split(", ")) <= shown
    n_raised = len(group) - len(held)
    n_held = int((held["position"] <= 5).sum())
    assert f"phân biệt {n_raised + n_held} nội dung này" in named[1]


def test_one_part_is_told_of_as_one() -> None:
    answer = ps.advice.look_up("PAPI", "Cao Bằng", 2024)
    vi, en = (note_lines(answer.table, answer.pairs, lang)["first"] for lang in ("vi", "en"))
    assert "mỗi nội dung" not in vi
    assert "each" not in en
    assert "it adds 1.1 ranks" in en
    several = ps.advice.look_up("PAPI", "Hà Nội", 2024)
    assert "each adds up to" in note_lines(several.table, several.pairs, "en")["first"]


@pytest.mark.parametrize(
    ("province", "plan", "lang", "says"),
    [
        ("Tây Ninh", "tay-ninh-2025-ubnd", "vi", "điểm năm 2024 là của các tỉnh trước sáp nhập"),
        ("Tây Ninh", "tay-ninh-2025-ubnd", "en", "Group of four, Upper middle: not enough to"),
        ("Long An", "tay-ninh-2025-ubnd", "en", "scores of the new province would decide"),
        ("Cao Bằng", "cao-bang-2025-ubnd", "vi", "Điểm chung so với 2024, không thấp hơn:"),
        ("Cao Bằng", "cao-bang-2025-ubnd", "en", "Overall rank against 2024, +1 rank:"),
        ("Lai Châu", "lai-chau-2025-ubnd", "vi", "Tăng hạng chung, +1 bậc: trong khoảng"),
        ("Lai Châu", "lai-chau-2025-ubnd", "en", "Places up in the overall rank, +1 rank: within"),
    ],
)
def test_a_plan_is_checked_with_the_value_it_asks_for(
    province: str, plan: str, lang: str, says: str
) -> None:
    asked = ["advise", province, "--plan", plan, "--year", "2024", "--lang", lang]
    result = RUNNER.invoke(app, asked)
    assert result.exit_code == 0
    assert says in " ".join(result.output.split())
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_where_any_loss_costs_a_rank_it_is_not_said_that_no_points_may_go() -> None:
    scores = ps.load_scores("PAPI")
    answers = ps.advice.look_up("PAPI", "Lạng Sơn", 2024)
    steps = ps.advice.next_rank(scores, "Lạng Sơn", 2024)
    near = replace(steps, losses=steps.losses.assign(overall_loss=0.004))
    vi, en = (
        note_lines(answers.table, answers.pairs, lang, near)["losses"] for lang in ("vi", "en")
    )
    assert "0,00" not in vi
    assert "Giảm 0,01 điểm tổng hợp là tụt hạng" in vi
    assert "0.01 points of the overall score less a rank is lost" in en
    far = note_lines(answers.table, answers.pairs, "vi", steps)["losses"]
    assert "thì chưa tụt hạng" in far


@pytest.mark.slow
@pytest.mark.usefixtures("figures_to_2024")
def test_the_page_says_how_the_advice_of_earlier_years_did() -> None:
    scores = ps.load_scores("PAPI")
    moved = pd.concat([advised.simulated(scores, year) for year in advised.ADVISED])
    parts = pd.concat([advised.excess(scores, year) for year in advised.ADVISED])
    risen = advised.risen_parts(parts, moved)
    widest, ours = (100 * advised.share_named(risen, rule) for rule in ("widest", "advice"))
    assert f"{widest:.1f}% against {ours:.1f}%" in labels.text("advice.evaluated", "en")
    spoken = f"{widest:.1f}% so với {ours:.1f}%".replace(".", ",")
    assert spoken in labels.text("advice.evaluated", "vi")


@pytest.mark.parametrize("brief", [False, True])
def test_the_figure_holds_the_whole_interval_of_each_part(brief: bool) -> None:
    for code in ("20", "01", "79"):
        table = ps.advice.look_up("PAPI", code, 2024).table
        axes = ps.charts.priorities(table, "vi", brief=brief).figure.axes[0]
        low, high = axes.get_ylim()
        first = table[table["position"] <= 5]
        assert low <= first["added_low"].min()
        assert first["added_high"].max() < 0.95 * high
