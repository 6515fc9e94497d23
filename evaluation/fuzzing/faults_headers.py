"""Faults of headers, years and columns."""

from __future__ import annotations

import random
from collections.abc import Callable

from .changes import PARTS, WIDE, fault
from .tables import SHORT, Cell, Column, Table, Unfit, invented, series_name

DATED = ("total", "years")


def dated(table: Table) -> list[Column]:
    """Columns of scores whose header has the year; else the table is unfit."""
    columns = [c for c in table.of_kind("score") if str(c.year) in str(c.header)]
    if not columns:
        raise Unfit("no year in headers")
    return columns


def beside(
    table: Table, column: Column, header: str, cells: list[Cell], rng: random.Random
) -> None:
    """Put a column before or after another one."""
    place = table.place(column) + rng.choice((0, 1))
    table.columns.insert(place, Column("other", header, cells))


def like(column: Column, change: Callable[[float], Cell]) -> list[Cell]:
    """Cells made from those of a column."""
    return [change(float(str(cell))) if isinstance(cell, float) else None for cell in column.cells]


@fault(layouts=("fields", "sub-indices"))
def headers_of_two_columns_swapped(table: Table, rng: random.Random) -> None:
    """Headers of two columns changed places; the figures show it."""
    total = next(
        each for each in table.columns if each.series == table.total and each.kind == "score"
    )
    part = rng.choice([each for each in table.of_kind("score") if each is not total])
    total.header, part.header = part.header, total.header


@fault(layouts=("total",), ranks=True)
def headers_of_score_and_rank_swapped(table: Table, rng: random.Random) -> None:
    """The header of ranks stands over the scores, and the other way round."""
    score, rank = table.of_kind("score")[0], table.of_kind("rank")[0]
    score.header, rank.header = rank.header, score.header


@fault(layouts=("fields",))
def headers_of_fields_swapped(table: Table, rng: random.Random) -> None:
    """Headers of two fields changed places; figures are above the maximum of one."""
    by_series = {each.series: each for each in table.of_kind("score")}
    small = by_series["par.steering"]
    large = by_series[rng.choice(("par.procedures", "par.civil_service", "par.impact"))]
    small.header, large.header = large.header, small.header


@fault(layouts=WIDE, forms=("csv",))
def header_lacks_its_first_cell(table: Table, rng: random.Random) -> None:
    """The header has a cell less than the rows, at its start."""

    def edit(rows: list[list[Cell]], first: int) -> None:
        del rows[first - 1][0]

    table.edits.append(edit)


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def header_has_a_cell_more_at_its_start(table: Table, rng: random.Random) -> None:
    """The header is one column to the right of the rows."""

    def edit(rows: list[list[Cell]], first: int) -> None:
        rows[first - 1].insert(0, rng.choice(("TT", "", "Mã")))

    table.edits.append(edit)


@fault(layouts=("total",))
def two_years_in_a_header(table: Table, rng: random.Random) -> None:
    """A header names two years, and nothing says which one is meant."""
    column = dated(table)[0]
    other = column.year + rng.choice((-1, 1))
    one, two = sorted((column.year, other))
    pattern = rng.choice(("{}-{}", "{}, {}", "{}/{}", "{} và {}", "{} – {}", "{} & {}", "{}; {}"))
    text = str(column.header).replace(str(column.year), pattern.format(one, two))
    column.header = text
    table.nothing_is_right()


@fault(layouts=DATED)
def year_of_publication_in_brackets(table: Table, rng: random.Random) -> None:
    """A header says when the figures were published."""
    pattern = rng.choice(
        (
            "{} (công bố năm {})",
            "{} (công bố {})",
            "{} (published {})",
            "{}, công bố tháng 4/{}",
            "{} (Quyết định 675/QĐ-BNV năm {})",
            "{} (QĐ số 675 ngày 25/4/{})",
            "{} (ban hành {})",
            "{} (released in {})",
            "{} (cập nhật {})",
        )
    )
    for column in dated(table):
        column.header = pattern.format(column.header, column.year + 1)


@fault(layouts=WIDE)
def year_of_publication_in_the_title(table: Table, rng: random.Random) -> None:
    """The title names the year of the figures and that of their publication."""
    if not table.title:
        raise Unfit("no title")
    pattern = rng.choice(
        (
            "{} (công bố năm {})",
            "{} (Kèm theo Quyết định số 675/QĐ-BNV ngày 25/4/{})",
            "{}, published in {}",
            "{} - Hà Nội, {}",
        )
    )
    table.above = [[pattern.format(table.title, table.year + 1)]]


@fault(layouts=WIDE)
def publication_line_under_the_title(table: Table, rng: random.Random) -> None:
    """A line under the title bears the date of the decision."""
    if not table.title:
        raise Unfit("no title")
    text = rng.choice(
        (
            "(Kèm theo Quyết định số 675/QĐ-BNV ngày 25 tháng 4 năm {})",
            "Hà Nội, ngày 19 tháng 4 năm {}",
            "Nguồn: Bộ Nội vụ, {}",
            "Published {}",
        )
    )
    table.above.append([text.format(table.year + 1)])


@fault(layouts=WIDE)
def only_a_year_of_publication(table: Table, rng: random.Random) -> None:
    """The one year in the file is that of the decision."""
    if not table.title:
        raise Unfit("no title")
    name = table.title.split(" năm ")[0].split(" in ")[0]
    table.above = [
        [name],
        [f"(Kèm theo Quyết định số 675/QĐ-BNV ngày 25 tháng 4 năm {table.year + 1})"],
    ]


@fault(layouts=DATED)
def year_of_the_criteria_in_a_header(table: Table, rng: random.Random) -> None:
    """A header says by which criteria scores were given."""
    pattern = rng.choice(
        (
            "{} (theo bộ tiêu chí {})",
            "{} theo Quyết định 1149/QĐ-BNV năm {}",
            "{} (bộ chỉ số {})",
            "{} (so với năm {})",
            "{} (giá gốc {})",
        )
    )
    for column in dated(table):
        column.header = pattern.format(column.header, column.year - 1)


@fault(layouts=DATED)
def note_digit_glued_to_a_year(table: Table, rng: random.Random) -> None:
    """The mark of a note stands at the year of a header: "SIPAS 20231"."""
    for column in dated(table):
        column.header = f"{column.header}{rng.choice('1¹²*')}"


@fault(layouts=DATED)
def year_with_a_typing_error(table: Table, rng: random.Random) -> None:
    """The year is one that cannot be: 2203 for 2023."""
    wrong = rng.choice(("{0}2{1}", "2{1}0", "1{0}", "20{0}"))
    for column in dated(table):
        year = str(column.year)
        typo = {"{0}2{1}": f"22{year[1]}{year[3]}", "2{1}0": f"2{year[3]}{year[1:3]}"}.get(
            wrong, f"1{year[1:]}"
        )
        if typo == year:
            raise Unfit(year)
        for each in table.columns:
            if each.year == column.year:
                each.header = str(each.header).replace(year, typo)
    table.nothing_is_right()


@fault(layouts=DATED)
def asked_for_another_year(table: Table, rng: random.Random) -> None:
    """The year that the reader asks for is not that of the headers."""
    years = {column.year for column in dated(table)}
    table.option_year = rng.choice([y for y in (max(years) + 1, min(years) - 1) if y <= 2024])
    table.nothing_is_right()


@fault(layouts=WIDE)
def title_of_another_year_than_asked_for(table: Table, rng: random.Random) -> None:
    """The year that the reader asks for is not that of the title."""
    if not table.title:
        raise Unfit("no title")
    table.option_year = table.year - 1
    table.nothing_is_right()


@fault(layouts=WIDE, forms=("xlsx",))
def sheet_named_after_another_year(table: Table, rng: random.Random) -> None:
    """The sheet still has the name of the year before."""
    if table.option_year:
        raise Unfit("no year in the file")
    table.sheet_name = rng.choice(("{}", "Năm {}", "SIPAS {}", "KQ{}")).format(table.year - 1)


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def file_named_after_another_year(table: Table, rng: random.Random) -> None:
    """The file still has the name of the year before, or of that of publication."""
    if table.option_year:
        raise Unfit("no year in the file")
    table.stem = f"ket-qua-{table.year + rng.choice((-1, 1))}"


@fault(layouts=("years",))
def years_lost_from_the_headers(table: Table, rng: random.Random) -> None:
    """Columns of several years have the same header, without a year."""
    for column in table.of_kind("score"):
        column.header = SHORT[table.index]
    for column in table.columns:
        if column.kind == "rank":
            column.header = "Hạng"
    table.nothing_is_right()


@fault(layouts=("years",), ranks=True)
def heading_of_a_year_spans_too_much(table: Table, rng: random.Random) -> None:
    """The heading of the first year reaches over the score of the second one."""
    groups: list[Cell] = [None] * len(table.columns)
    scores, ranks = table.of_kind("score"), table.of_kind("rank")
    groups[table.place(scores[0])] = f"Năm {scores[0].year}"
    groups[table.place(ranks[1])] = f"Năm {scores[1].year}"
    for score in scores[2:]:
        groups[table.place(score)] = f"Năm {score.year}"
    for column in scores:
        column.header = "Điểm"
    for column in ranks:
        column.header = "Hạng"
    table.groups = groups
    table.option_series = table.total
    table.nothing_is_right()


@fault(layouts=DATED)
def header_of_another_index(table: Table, rng: random.Random) -> None:
    """The figures are those of another index than asked for."""
    other = rng.choice([index for index in SHORT if index != table.index])
    table.index = other
    for column in dated(table):
        if SHORT[other] in str(column.header):
            raise Unfit("both named")
    table.nothing_is_right()


@fault(layouts=WIDE)
def title_of_another_index(table: Table, rng: random.Random) -> None:
    """The title, and only it, says that the figures are of another index."""
    if table.layout != "total" or not table.title:
        raise Unfit("no title")
    other = rng.choice([index for index in ("SIPAS", "PAR", "PCI") if index != table.index])
    for column in table.of_kind("score"):
        column.header = "Điểm số" if table.language == "vi" else "Score"
    table.index = other
    table.option_series = {"SIPAS": "sipas", "PAR": "par", "PCI": "pci"}[other]
    table.nothing_is_right()


@fault(layouts=("total",))
def column_of_another_index_beside(table: Table, rng: random.Random) -> None:
    """Another index of the same provinces stands beside."""
    column = table.of_kind("score")[0]
    other = rng.choice([index for index in ("SIPAS", "PCI", "PAR") if index != table.index])
    figures = invented(other, table.year, rng)
    series = {"SIPAS": "sipas", "PAR": "par", "PCI": "pci"}[other]
    year = f" {column.year}" if rng.random() < 0.6 else ""
    cells: list[Cell] = [figures.scores[series].get(code) for code in table.codes]
    beside(table, column, f"{rng.choice(('', 'Chỉ số '))}{SHORT[other]}{year}", cells, rng)


def _near_column(
    table: Table, rng: random.Random, words: tuple[str, ...], change: Callable[[float], Cell]
) -> None:
    """A column beside a score, under its header and some words more."""
    column = table.score_column(rng)
    text = rng.choice(words).format(column.header)
    beside(table, column, text, like(column, change), rng)


TARGETS = (
    "Mục tiêu {}",
    "{} (mục tiêu)",
    "Chỉ tiêu {}",
    "{} - kế hoạch",
    "{} target",
    "Target for {}",
    "Phấn đấu {}",
    "{} kỳ vọng",
    "Dự kiến {}",
)
SELF = (
    "{} tự đánh giá",
    "Điểm tự đánh giá {}",
    "{} (tự chấm)",
    "Tự chấm điểm {}",
    "{} self-assessment",
    "Self-assessed {}",
    "{} - địa phương tự đánh giá",
)
MAXIMA = (
    "{} tối đa",
    "Điểm tối đa {}",
    "Điểm chuẩn {}",
    "Maximum {}",
    "{} max",
    "Thang điểm {}",
    "{} (điểm tối đa)",
)
WEIGHTS = ("Trọng số {}", "{} (trọng số)", "Weight of {}", "{} weight", "Tỷ trọng {}")
CHANGES = (
    "Tăng/giảm {}",
    "Thay đổi {}",
    "{} so với năm trước",
    "{} (+/-)",
    "Change in {}",
    "{} change",
    "Chênh lệch {}",
    "Mức tăng {}",
    "{} tăng/giảm điểm",
    "Biến động {}",
)
SPREADS = (
    "{} sai số chuẩn",
    "Sai số {}",
    "{} standard error",
    "{} SE",
    "Độ lệch chuẩn {}",
    "{} (CI 95% thấp)",
    "{} cận dưới",
    "{} lower bound",
)
SAMPLES = (
    "Số phiếu {}",
    "{} (số phiếu)",
    "{} cỡ mẫu",
    "{} n",
    "Số người trả lời {}",
    "{} tỷ lệ phiếu thu về (%)",
    "Tỷ lệ trả lời {}",
    "{} response rate",
)
GROUPS = (
    "{} - nam",
    "{} (nữ)",
    "{} - thành thị",
    "{} nông thôn",
    "{} male",
    "{} (women)",
    "{} doanh nghiệp",
    "{} người dân tộc thiểu số",
    "{} cấp huyện",
    "{} cấp xã",
)
MEANS = (
    "{} trung bình cả nước",
    "Trung bình 5 năm {}",
    "{} bình quân 2019-2023",
    "{} trung vị",
    "Average {}",
    "{} national mean",
    "{} trung bình vùng",
    "{} cao nhất cả nước",
)
ROUNDED = (
    "{} (làm tròn)",
    "{} rounded",
    "{} chuẩn hóa",
    "{} z-score",
    "{} (thang 10)",
    "{} quy đổi",
)
FORECASTS = ("Ước {}", "Dự báo {}", "{} ước thực hiện", "{} (tạm tính)", "Forecast {}", "{} sơ bộ")


@fault(layouts=WIDE)
def column_of_targets_beside(table: Table, rng: random.Random) -> None:
    """Targets stand beside the scores."""
    _near_column(table, rng, TARGETS, lambda value: round(value * 1.03, 2))


@fault(layouts=WIDE)
def column_of_self_assessment_beside(table: Table, rng: random.Random) -> None:
    """The provinces' assessments of themselves stand beside the scores."""
    _near_column(table, rng, SELF, lambda value: round(value * 1.02, 2))


@fault(layouts=WIDE)
def column_of_maxima_beside(table: Table, rng: random.Random) -> None:
    """The most points there are stand beside the scores."""
    column = table.score_column(rng)
    most = (
        100.0 if column.series == table.total else {"PAPI": 2.5, "PCI": 10.0}.get(table.index, 9.0)
    )
    text = rng.choice(MAXIMA).format(column.header)
    beside(table, column, text, like(column, lambda value: most), rng)


@fault(layouts=WIDE)
def column_of_weights_beside(table: Table, rng: random.Random) -> None:
    """Weights stand beside the scores."""
    _near_column(table, rng, WEIGHTS, lambda value: 0.5)


@fault(layouts=WIDE)
def column_of_changes_beside(table: Table, rng: random.Random) -> None:
    """Changes since the year before stand beside the scores, all of them rises."""
    _near_column(table, rng, CHANGES, lambda value: round(0.25 + value % 1, 2))


@fault(layouts=WIDE)
def column_of_errors_beside(table: Table, rng: random.Random) -> None:
    """Standard errors or bounds stand beside the scores."""
    _near_column(table, rng, SPREADS, lambda value: round(value * 0.9, 2))


@fault(layouts=WIDE)
def column_of_samples_beside(table: Table, rng: random.Random) -> None:
    """Sizes of samples or rates of response stand beside the scores."""
    _near_column(table, rng, SAMPLES, lambda value: round(value * 0.95, 2))


@fault(layouts=WIDE)
def column_of_a_subgroup_beside(table: Table, rng: random.Random) -> None:
    """Scores by a part of the people stand beside the scores."""
    _near_column(table, rng, GROUPS, lambda value: round(value * 0.99, 2))


@fault(layouts=WIDE)
def column_of_means_beside(table: Table, rng: random.Random) -> None:
    """Means over the country or years stand beside the scores."""
    _near_column(table, rng, MEANS, lambda value: round(value * 0.98, 2))


@fault(layouts=WIDE)
def column_of_converted_scores_beside(table: Table, rng: random.Random) -> None:
    """Rounded or converted scores stand beside the scores."""
    _near_column(table, rng, ROUNDED, lambda value: round(value * 0.9))


@fault(layouts=WIDE)
def column_of_forecasts_beside(table: Table, rng: random.Random) -> None:
    """Estimates before publication stand beside the scores."""
    _near_column(table, rng, FORECASTS, lambda value: round(value * 1.01, 2))


@fault(layouts=DATED)
def other_figures_in_place_of_scores(table: Table, rng: random.Random) -> None:
    """The column holds targets, self-assessments or the like, and its header says so."""
    words = rng.choice((TARGETS, SELF, CHANGES, SPREADS, SAMPLES, GROUPS, MEANS, FORECASTS, MAXIMA))
    for column in table.of_kind("score"):
        column.header = rng.choice(words).format(column.header)
        column.cells = like(column, lambda value: round(value * 0.98, 2))
    table.scores = {}
    if table.layout == "total":  # in the other layout the headers of ranks have years
        table.ranks = {}


@fault(layouts=DATED)
def changes_under_the_header_of_scores(table: Table, rng: random.Random) -> None:
    """Changes, falls too, stand under the header of the scores."""
    for column in table.of_kind("score"):
        column.cells = [round(rng.uniform(-4, 4), 2) for _ in column.cells]
    table.nothing_is_right()


@fault(layouts=("total", "years", "criteria", "fields", "sub-indices"))
def same_header_twice(table: Table, rng: random.Random) -> None:
    """Two columns with other figures have the same header."""
    column = table.score_column(rng)
    cells = like(column, lambda value: round(value * 0.97, 2))
    beside(table, column, str(column.header), cells, rng)


@fault(layouts=("criteria",))
def questions_of_the_survey(table: Table, rng: random.Random) -> None:
    """Columns are answers to questions that contain words of the sub-dimensions."""
    patterns = (
        "Tỷ lệ người dân biết về {} (%)",
        "{} được công bố công khai trong 12 tháng qua (%)",
        "Người dân phải đưa thêm tiền để làm xong {} (%)",
        "Hài lòng với {} (%)",
        "% người trả lời cho rằng {} tốt",
        "Share of respondents who know of {} (%)",
        "Has your household seen {}? (%)",
    )
    pattern = rng.choice(patterns)
    for column in table.of_kind("score"):
        name = series_name(column.series, table.language, table.year)
        column.header = pattern.format(name[0].lower() + name[1:])
        if rng.random() < 0.5:
            column.cells = like(column, lambda value: round(value * 25, 1))
    table.columns = [c for c in table.columns if c.kind != "rank" and c.series != "papi"]
    table.nothing_is_right()


@fault(layouts=("criteria",))
def dimension_scores_under_headers_of_parts(table: Table, rng: random.Random) -> None:
    """Scores of a dimension, to ten, stand under the header of one of its parts."""
    column = rng.choice([c for c in table.of_kind("score") if c.series != "papi"])
    dimension = column.series.rsplit(".", 1)[0]
    scores = table.figures[-1].scores.get(dimension)
    if scores is None:
        raise Unfit(dimension)
    column.cells = [scores.get(code) for code in table.codes]


@fault(layouts=PARTS)
def number_column_under_the_header_of_a_score(table: Table, rng: random.Random) -> None:
    """Numbers of rows stand under the header of a score."""
    column = table.of_kind("score")[-1]
    column.cells = list(range(1, len(table.codes) + 1))


@fault(layouts=DATED, indices=("SIPAS", "PAR", "PCI"))
def numbers_of_rows_as_scores(table: Table, rng: random.Random) -> None:
    """Numbers of rows stand where the scores should."""
    for column in table.of_kind("score"):
        column.cells = list(range(1, len(table.codes) + 1))
    table.columns = [column for column in table.columns if column.kind in ("name", "score")]
    table.nothing_is_right()


@fault(layouts=DATED, indices=("SIPAS", "PAR", "PCI"))
def codes_as_scores(table: Table, rng: random.Random) -> None:
    """Codes of the provinces stand where the scores should."""
    text = rng.random() < 0.5
    for column in table.of_kind("score"):
        column.cells = [code if text else int(code) for code in table.codes]
    table.columns = [column for column in table.columns if column.kind in ("name", "score")]
    table.nothing_is_right()


@fault(layouts=DATED)
def ranks_as_scores(table: Table, rng: random.Random) -> None:
    """Ranks stand under the header of scores."""
    for column in table.of_kind("score"):
        figures = next(each for each in table.figures if each.year == column.year)
        column.cells = [figures.ranks[table.total][code] for code in table.codes]
    table.columns = [column for column in table.columns if column.kind in ("name", "score")]
    table.nothing_is_right()


@fault(layouts=("long",))
def years_of_two_digits(table: Table, rng: random.Random) -> None:
    """Years are written with two digits, or as spans."""
    pattern = rng.choice(("{0}", "'{0}", "{1}-{2}", "{1}/{2}", "FY{0}"))
    column = table.of_kind("year")[0]
    column.cells = [
        pattern.format(str(year)[2:], year, int(str(year)) + 1) for year in column.cells
    ]


@fault(layouts=("long",))
def a_row_twice_with_other_figures(table: Table, rng: random.Random) -> None:
    """In a long table, year, province and series stand twice."""
    row = rng.randrange(len(table.codes))
    cells = [
        round(float(cell) * 0.95, 3) if column.kind == "score" and isinstance(cell, float) else cell
        for column, cell in zip(table.columns, table.row(row), strict=True)
    ]
    table.insert(rng.randrange(len(table.codes)), cells, table.codes[row])


@fault(layouts=("long",))
def series_of_a_long_table_cut_off(table: Table, rng: random.Random) -> None:
    """Names of series are cut off, and may mean several."""
    columns = [column for column in table.columns if column.kind == "series"]
    if not columns:
        raise Unfit("one series")
    columns[0].cells = [str(cell).split(" ", maxsplit=1)[0] for cell in columns[0].cells]
    table.nothing_is_right()
