"""Links whose words match while the place does not: orders, bare rows, a province's own index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from parstats.documents.phrases import key, named
from parstats.plans.link.criterion_choice import TRUSTED

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan, Record

#: The highest confidence, in hundredths, that is listed for review.
LISTED = TRUSTED - 0.01
# Headings over orders to carry the plan out and to report; real plans code some of them.
_ORDERS = re.compile(
    r"\bto chuc thuc hien\b|\btrach nhiem (?:to chuc )?thuc hien$|^(?:[ivx]+ |\d+ )?kinh phi\b"
)
_NO_ORDERS = re.compile(
    r"\b(?:nhiem vu|giai phap|noi dung|phan cong|bien phap|chinh sach|quy dinh)\b"
)
# An index of departments, districts or communes, as keys; that a citizen is satisfied with how
# agencies serve is the name of SIPAS.
_OF_UNITS = re.compile(
    r"\b(?:chi so|cchc|cai cach hanh chinh|par index|parindex|sipas|hai long)\b"
    r"(?: (?!phuc vu\b|papi\b|pci\b)[a-z0-9]+){0,8}? "
    r"(?:cac so|so ban nganh|cac co quan(?! hanh chinh nha nuoc)|cac don vi|cac dia phuong"
    r"|ubnd cap|ubnd cac|ubnd quan|ubnd huyen|ubnd xa|ubnd phuong|cap huyen|cap xa|cac quan"
    r"|cac huyen|cac xa|cac phuong|cua thanh pho(?= nam\b|$))\b"
)
# Indices that provinces run of their own units too.
_RUN_BY_PROVINCES = {"PAR INDEX", "SIPAS"}


def with_doubts(plan: Plan, links: pd.DataFrame) -> pd.DataFrame:
    """Return links with a column ``doubt``: why one is listed whatever its words; "" if it is not.

    - ``own_index``: the title, or the heading that names the index, is about departments or
      districts, which a province may score itself;
    - ``order``: a link to the index as a whole of an order under "Tổ chức thực hiện";
    - ``index_alone``: one of a row without a measure, or whose criterion is the index.

    Their confidence is below `TRUSTED`.
    """
    rows = zip(plan.records, links.to_dict("records"), strict=True)
    doubts = [_doubt(plan, record, linked) for record, linked in rows]
    doubted = np.array([bool(doubt) for doubt in doubts], dtype=bool)
    confidence = links["confidence"].mask(doubted, links["confidence"].clip(upper=LISTED))
    return links.assign(confidence=confidence, review=links["review"] | doubted, doubt=doubts)


def index_of_units(plan: Plan, record: Record) -> str:
    """Return the title or heading by which the index may be one of a province's units; else "".

    >>> from parstats.plans.records import Plan
    >>> plan = Plan("p", title="Nâng cao Chỉ số CCHC của các sở, ban, ngành và UBND cấp huyện")
    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> record = Record(Section(), "1", "", "", "", "Rà soát thủ tục", "", "", "", "", False,
    ...                 frozenset(), Span(1, 1), "")
    >>> index_of_units(plan, record) == plan.title
    True
    """
    if plan.unit_level != "province":
        return ""
    texts = [*reversed(record.section.headings), plan.title]
    text = next((text for text in texts if named(text, "index")), "")
    is_run = not _RUN_BY_PROVINCES.isdisjoint(named(text, "index"))
    return text if is_run and _OF_UNITS.search(key(text)) else ""


def _doubt(plan: Plan, record: Record, linked: dict[str, object]) -> str:
    if not linked["series"]:
        return ""
    if linked["index"] in ("", *_RUN_BY_PROVINCES) and index_of_units(plan, record):
        return "own_index"
    if linked["level"] != "index":
        return ""
    if not record.measure or named(record.criterion, "index"):
        return "index_alone"
    return "order" if any(map(_heads_orders, record.section.headings)) else ""


def _heads_orders(heading: str) -> bool:
    key_text = key(heading)
    return bool(_ORDERS.search(key_text)) and not _NO_ORDERS.search(key_text)
