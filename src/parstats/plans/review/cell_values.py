"""What a person typed into a cell of the review workbook, as a value."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection

from parstats.documents.phrases import key
from parstats.errors import Problem
from parstats.plans.fields import deadlines
from parstats.plans.review.review_sheet import choice_lists
from parstats.reference import frameworks
from parstats.reference.editions import cached
from parstats.schema.models import FIRST_YEAR

# All of it, in per cent.
_WHOLE = 100
# Words for "%", as keys.
_PER_CENT = {"phan tram", "per cent", "percent"}
# By judgement: no plan aims further.
_LAST_YEAR = 2100


class NotRead(Exception):
    """A cell that cannot be read: what was expected, and what to do."""

    def __init__(self, expected: str, remedy: str) -> None:
        super().__init__(expected)
        self.expected, self.remedy = expected, remedy


def chosen(
    written: str, name: str, lang: str, indices: Collection[str] = (), *, several: bool = False
) -> str:
    """Return the entries of a list that a cell names, parted by ";".

    Each by its label, its code, or the last part of its label; of several series of one name that
    of one of the indices is meant. Raises NotRead.

    >>> chosen("At Least", "operators", "en"), chosen("papi", "series", "en")
    ('>=', 'papi')
    """
    choices, known = choice_lists(lang)[name], entries(name, lang)
    codes: list[str] = []
    for part in (part.strip() for part in written.split(";") if part.strip()):
        meant = known.get(part.casefold(), ())
        if len(meant) > 1:  # a name of several indices: that of the plan is meant
            meant = tuple(code for code in meant if _index_code(code) in indices) or meant
        if len(meant) == 1:
            codes += meant
            continue
        near = [label for label, code in choices.items() if code in meant][:3]
        near = near or difflib.get_close_matches(part, choices, n=3, cutoff=0.5)
        remedy = f"choose from the list{', perhaps ' + ' or '.join(near) if near else ''}"
        raise NotRead("an entry of the list", remedy)
    if len(codes) > 1 and not several:
        raise NotRead("one entry of the list", "keep one")
    return ";".join(codes)


def amount(written: str) -> str:
    """Return a number from 0 on as text, "" if the cell is empty. Raises NotRead.

    >>> amount("62,5"), amount("95%"), amount("")
    ('62.5', '95.0', '')
    """
    if not written:
        return ""
    value = as_float(written)
    if not math.isfinite(value):
        raise NotRead("a number", "write the number alone, as 95")
    if value < 0:
        raise NotRead(
            "a number from 0 on", "write it without the sign; a fall has the operator for it"
        )
    return repr(value)


def whole(written: str, least: int = 1, most: int = 9999) -> str:
    """Return a whole number within bounds as text, "" if the cell is empty. Raises NotRead.

    >>> whole("12"), whole("12,0")
    ('12', '12')
    """
    if not written:
        return ""
    value = as_float(written)
    if not math.isfinite(value) or value != int(value) or not least <= value <= most:
        raise NotRead(f"a whole number from {least} to {most}", "mend it, or empty the cell")
    return str(int(value))


def year(written: str) -> str:
    """Return a year as text, "" if the cell is empty. Raises NotRead.

    >>> year("2026")
    '2026'
    """
    return whole(written, FIRST_YEAR, _LAST_YEAR)


def as_float(written: str) -> float:
    """Return a number as it is typed, NaN if it is none.

    >>> as_float("62,5 %"), as_float("many")
    (62.5, nan)
    """
    try:
        return float(written.removesuffix("%").replace(",", "."))
    except ValueError:
        return math.nan


def unit_name(written: str) -> str:
    """Return a unit as the tables have it: a share is "%", however it is typed.

    >>> unit_name("Phần  trăm"), unit_name("per cent"), unit_name("phần trăm kế hoạch")
    ('%', '%', 'phần trăm kế hoạch')
    """
    return "%" if key(written) in _PER_CENT else written


def is_above_whole(written: str, unit: str) -> bool:
    """Return whether a number is a share of more than all there is.

    >>> is_above_whole("120", "%"), is_above_whole("120", "điểm"), is_above_whole("120%", "")
    (True, False, True)
    """
    is_share = unit_name(unit.strip()) == "%" or (not unit and written.endswith("%"))
    return is_share and _WHOLE < as_float(written) < math.inf


@cached
def entries(name: str, lang: str) -> dict[str, tuple[str, ...]]:
    """Return the accepted spellings of list entries: label, code, name, in lower case.

    The last part of a label is a name, which several entries may share.
    """
    spelt: dict[str, tuple[str, ...]] = {}
    choices = choice_lists(lang)[name]
    for label, code in choices.items():
        last = label.rpartition(" › ")[2].casefold()
        spelt[last] = (*spelt.get(last, ()), code)
    sure = {label.casefold(): code for label, code in choices.items()}
    sure |= {code.casefold(): code for code in choices.values()}
    return spelt | {entry: (code,) for entry, code in sure.items()}


@cached
def _indices() -> dict[str, str]:
    return dict(frameworks.series().set_index("series")["index"])


def _index_code(code: str) -> str:
    return _indices().get(code, "")


def is_no_time(written: str) -> bool:
    """Return whether a cell typed as a deadline names a day that is none, or a bare number.

    A date whose format was lost is such a number.

    >>> is_no_time("31/02/2025"), is_no_time("Quý 5/2025"), is_no_time("45930")
    (True, True, True)
    >>> is_no_time("Quý III/2025"), is_no_time("Thường xuyên"), is_no_time("2026"), is_no_time("")
    (False, False, False, False)
    """
    kind = deadlines.parse(written).kind if written else "empty"
    return not kind or (kind == "rule" and re.fullmatch(r"[\d.,]+", written) is not None)


def lost_original(place: str, title: str, hidden: str) -> Problem:
    """Return the problem of a sheet whose cells cannot be compared with those written.

    Some programs save a workbook without its hidden sheets; what was changed would go unnoticed.
    """
    remedy = (
        "write a new workbook with --review, correct it in Excel or LibreOffice, and keep its "
        "hidden sheets"
    )
    return Problem(
        place, None, None, f"sheet {title} without its hidden sheet {hidden}", "both", remedy
    )
