"""Time to read a plan grows with the length of its text, not with the square of it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from parstats.plans import plan_batch
from parstats.plans.fields import targets
from parstats.plans.parse import splitting
from parstats.plans.parse.sections import is_surveyed

HEAD = """ỦY BAN NHÂN DÂN
TỈNH LẠNG SƠN
Số: 12/KH-UBND
Lạng Sơn, ngày 3 tháng 4 năm 2024
KẾ HOẠCH
Nâng cao Chỉ số PAPI năm 2024
I. NHIỆM VỤ
1. Tổ chức thực hiện """


class Counted:
    """A pattern that counts the letters it is given."""

    letters = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> object:
        def call(*arguments: str) -> object:
            (text,) = [argument for argument in arguments[-1:] if isinstance(argument, str)] or [""]
            Counted.letters += len(text)
            return getattr(self.pattern, name)(*arguments)

        return call


@pytest.mark.parametrize(
    "unit",
    ["80% ", "ngày 15/3/2024 ", "đạt từ 80% đến ", "1. ", "để tăng tỷ lệ ", "hạng 5 ", "5/63 "],
)
def test_a_target_is_sought_near_its_number(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in vars(targets).copy().items():
        if isinstance(value, re.Pattern):
            monkeypatch.setattr(targets, name, Counted(value))
    operators = [(operator, Counted(pattern)) for operator, pattern in targets._BEFORE_RE]
    monkeypatch.setattr(targets, "_BEFORE_RE", operators)
    letters = []
    for length in (5_000, 20_000):
        Counted.letters = 0
        targets.extract((unit * length)[:length])
        letters.append(Counted.letters)
    assert letters[1] < 6 * letters[0]


def test_a_target_after_a_long_text_is_read_as_after_a_short_one() -> None:
    long = "Rà soát thủ tục ở các xã. " * 2000
    for text in ("đạt từ 98,5% trở lên", "mỗi năm ít nhất 01 lần", "nâng tỷ lệ hồ sơ trực tuyến"):
        assert targets.extract(long + text) == targets.extract(text)


def test_clauses_in_brackets_are_not_split_however_many_come_before() -> None:
    clauses = [f"rà soát thủ tục số {n} (công khai; niêm yết)" for n in range(200)]
    assert splitting.split_item("; ".join(clauses)) == clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tính kịp thời (điều tra XHH)", True),
        ("a (b (XÃ HỘI HỌC) c", True),
        ("(a) XHH (b)", False),
        ("(a XHH", False),
        ("XHH)", False),
        ("(XHH) (", True),
        ("", False),
    ],
)
def test_a_survey_is_told_by_closed_brackets(text: str, expected: bool) -> None:
    assert is_surveyed(text) is expected
    assert (re.search(r"\([^)]*(?:XHH|xã hội học)[^)]*\)", text, re.I) is not None) is expected


# Open marks, each of which a search might follow to the end of the text.
OPEN = ["(", "[", "; ", "<sup>", "<!--", "[](/", "[bookmark:", "(kèm ", "(XHH ", "(chủ trì "]


@pytest.mark.parametrize(
    "unit", [OPEN[0], *(pytest.param(u, marks=pytest.mark.slow) for u in OPEN)]
)
def test_four_times_the_text_takes_about_four_times_as_long(tmp_path: Path, unit: str) -> None:
    """Compared with itself, in seconds of the processor; 16 times would be the square."""

    def seconds(length: int) -> float:
        path = tmp_path / "plan.txt"
        path.write_text(HEAD + (unit * length)[:length] + "\n", encoding="utf-8")
        begin = time.process_time()
        document, problems = plan_batch._read_document(path, "plan")
        assert document is not None or problems
        return time.process_time() - begin

    seconds(1000)  # what is loaded once
    short = min(seconds(20_000) for _ in range(3))
    assert min(seconds(80_000) for _ in range(2)) < 9 * short
