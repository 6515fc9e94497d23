"""Who does what, and by when, as sentences and labelled lines say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parstats.plans.fields import deadlines
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.text import columns
from parstats.plans.text.words import key, starts, tidy

_LABEL_WORDS = (
    r"(?:cơ quan|đơn vị|phòng|bộ phận|cán bộ|lãnh đạo)?(?:\s*,?\s*đơn vị)?\s*(?:chủ trì|phối hợp"
    r"|thực hiện"
    r"|chịu trách nhiệm|phụ trách)(?:\s*(?:/|,|và)?\s*(?:chủ trì|phối hợp))?(?:\s+(?:thực hiện"
    r"|tham mưu))?"
    r"|thời (?:gian|hạn|điểm)(?:\s+(?:thực hiện|hoàn thành))?|tiến độ(?:\s+(?:thực hiện|hoàn "
    r"thành))?"
    r"|hoàn thành|(?:kết quả|sản phẩm)(?:\s*(?:/|,|và)\s*(?:kết quả|sản phẩm))?(?:\s+(?:dự kiến"
    r"|đầu ra))?"
    r"|(?:mục tiêu|chỉ tiêu)(?:\s+(?:phấn đấu|cần đạt))?|trách nhiệm thực hiện|phân "
    r"công(?:\s+thực hiện)?"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[;.(,])\s*|(?<=\s-)\s*)(?P<label>{_LABEL_WORDS})\s*:\s*", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\((?P<inside>[^()]*)\)\s*(?P<end>[.;]?)\s*$")
_LEADS = re.compile(
    r"^(?P<lead>.+?)\s+(?:có trách nhiệm\s+|chịu trách nhiệm\s+)?(?:là\s+(?:cơ quan|đơn "
    r"vị)\s+)?chủ trì\b"
    r"(?:\s*,?\s*(?:và\s+)?phối hợp(?:\s+(?:chặt chẽ\s+)?(?:với|cùng))?\s+(?P<support>.+?)"
    r"(?=\s*(?:$|[.;:]|\b(?:để|trong việc|tham mưu|triển khai|thực hiện|tổ chức|hướng dẫn|theo "
    r"dõi|rà soát"
    r"|xây dựng|kiểm tra|đôn đốc|tổng hợp|báo cáo|nâng cao|tăng cường|đẩy mạnh|giải quyết|công "
    r"khai|hoàn thành|xong trước|chậm nhất)\b)))?",
    re.IGNORECASE,
)
# "Chủ trì: Sở A Phối hợp: Sở B", as a cell of two lines comes out of a text file.
_SECOND_LABEL = re.compile(
    r"(?<=[^\W\d_])[ ]+(?=(?:(?:Cơ quan|Đơn vị) (?:chủ trì|phối hợp)|Chủ trì|Phối hợp)"
    r"(?: [^\W\d_]+){0,2}\s*:)"
)
# What may stand between who does it and by when in a sentence that says nothing else.
_ONLY_DONE = re.compile(
    r"(?:(?:tổ chức|triển khai)\s+)?(?:thực hiện)?(?:\s+nhiệm vụ này)?"
    r"(?:,?\s*(?:hoàn thành|xong))?",
    re.IGNORECASE,
)
_IN_ROLE = {
    kind: re.compile(rf"\s*\([^()]*\b{kind}\b[^()]*\)\s*$", re.IGNORECASE)
    for kind in ("chủ trì", "phối hợp")
}
_ASKED = re.compile(r"^(?:giao|đề nghị|yêu cầu)\s+", re.IGNORECASE)
_FIRST = re.compile(
    r"^(?:trong|khi|định kỳ|căn cứ|hàng|hằng|trên cơ sở|sau khi)\b[^,;]*,\s*", re.IGNORECASE
)
_NO_UNIT = re.compile(r"^(?:phòng\s*,?\s*chống|đơn vị hành chính)\b", re.IGNORECASE)
_WHO_AND_WHEN = {"lead", "support", "units", "deadline"}
_FARTHEST = 24  # words before the verb


@dataclass(frozen=True, slots=True)
class Actors:
    """Who leads, who helps, until when, with what result; "" where nothing is said."""

    lead: str = ""
    support: str = ""
    deadline: str = ""
    product: str = ""
    target: str = ""


def labelled(text: str) -> Actors | None:
    """What a line of labels says; None if the text does not begin with one.

    Examples
    --------
    >>> labelled("Đơn vị chủ trì: Sở Nội vụ; đơn vị phối hợp: Sở Y tế; thời gian: Quý II/2025.")
    Actors(lead='Sở Nội vụ', support='Sở Y tế', deadline='Quý II/2025', product='', target='')
    >>> labelled("Rà soát các thủ tục") is None
    True
    """
    text = tidy(text)
    found = list(_LABEL.finditer(text))
    if not found or found[0].start() > 0:
        return None
    values: dict[str, str] = {}
    for place, match in enumerate(found):
        after = found[place + 1].start() if place + 1 < len(found) else len(text)
        value = text[match.end() : after].strip(" .;,-(")
        role = columns.role(match["label"])
        for field in ("lead", "support") if role == "units" else (role,):
            values.setdefault(field, value)
    known = {name: values[name] for name in Actors.__slots__ if name in values}
    return Actors(**known) if known else None


def whole_in_brackets(text: str) -> str:
    """What stands in the brackets around a whole line; the line itself if there are none.

    Examples
    --------
    >>> whole_in_brackets("(Chủ trì: Sở Y tế; thời gian: Quý II).")
    'Chủ trì: Sở Y tế; thời gian: Quý II'
    """
    found = _BRACKETS.fullmatch(f" {text.strip()}")
    return found["inside"].strip() if found else text


def in_brackets(text: str) -> tuple[str, Actors]:
    """A measure without the brackets at its end that say who and when, and what they say.

    Examples
    --------
    >>> in_brackets("Mở lớp tập huấn (chủ trì: Sở Nội vụ).")[0]
    'Mở lớp tập huấn.'
    """
    found = _BRACKETS.search(text)
    said = labelled(found["inside"]) if found else None
    if found is None or said is None:
        return text, Actors()
    return text[: found.start()] + found["end"], said


def at_end(text: str) -> tuple[str, Actors]:
    """A measure without the labels after it that say who and when, and what they say.

    Examples
    --------
    >>> at_end("Niêm yết lệ phí. Chủ trì: Sở Y tế. Thời gian: Quý II/2024.")[0]
    'Niêm yết lệ phí.'
    >>> at_end("Niêm yết lệ phí; đơn vị chủ trì: Sở Y tế")[1].lead
    'Sở Y tế'
    """
    text = tidy(text)
    for found in _LABEL.finditer(text):
        before = text[: found.start()].rstrip()
        if before.endswith((".", ";")) and columns.role(found["label"]) in _WHO_AND_WHEN:
            said = labelled(text[found.start("label") :])
            return before.rstrip("; "), said or Actors()
    return text, Actors()


def split_units(text: str) -> tuple[str, str]:
    """Lead and support of a cell that holds both.

    Examples
    --------
    >>> split_units("Chủ trì: Sở Y tế; Phối hợp: UBND các huyện")
    ('Sở Y tế', 'UBND các huyện')
    >>> split_units("Sở Y tế (chủ trì); Công an tỉnh (phối hợp)")
    ('Sở Y tế', 'Công an tỉnh')
    """
    text = _SECOND_LABEL.sub("; ", text)
    lines = [line.lstrip("-+*• ").strip() for line in text.split("\n")]
    said = labelled("; ".join(line.rstrip(" ;.") for line in lines))
    if said is not None and (said.lead or said.support):
        return said.lead, said.support
    found = _LEADS.match(" ".join(lines))
    if found and not found["lead"].endswith("("):
        return found["lead"].strip(" ,"), (found["support"] or "").strip(" ,")
    marked = {kind: _in_role(text, kind) for kind in ("chủ trì", "phối hợp")}
    if marked["chủ trì"]:
        return marked["chủ trì"], marked["phối hợp"]
    return " ".join(text.split("\n")), ""


def _in_role(text: str, kind: str) -> str:
    """Units of a list whose brackets say that they lead, or help."""
    parts = re.split(r"[;\n]", text)
    found = [_IN_ROLE[kind].sub("", part) for part in parts if _IN_ROLE[kind].search(part)]
    return "; ".join(part.strip(" -+•,.") for part in found)


def of_sentence(text: str) -> Actors:
    """Who the subject of a sentence is, if it is a unit.

    Examples
    --------
    >>> of_sentence("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính tham mưu kế hoạch.").support
    'Sở Tài chính'
    >>> of_sentence("Các phòng chuyên môn rà soát hồ sơ.").lead
    'Các phòng chuyên môn'
    >>> of_sentence("Tổ chức đối thoại với người dân.").lead
    ''
    """
    text = _ASKED.sub("", tidy(text))
    if not _is_subject(text):
        text = _FIRST.sub("", text)
    if not _is_subject(text):
        return Actors()
    found = _LEADS.match(text)
    if found and len(found["lead"].split()) <= _FARTHEST and ":" not in found["lead"]:
        lead, support = found["lead"].strip(" ,"), (found["support"] or "").strip(" ,")
        if not _verb_at(lead.split()):
            return Actors(lead=lead, support=support if looks_like_unit(support) else "")
    at = _verb_at(text.split()[: _FARTHEST + 3])
    return Actors(lead=" ".join(text.split()[:at]).strip(" ,:")) if at else Actors()


def assigned(sentence: str) -> Actors | None:
    """Who does what stands before, of a sentence that says only that; None of any other.

    Examples
    --------
    >>> said = assigned("Giao Sở Y tế chủ trì, phối hợp Sở Tài chính, hoàn thành trước 30/9/2024.")
    >>> said.lead, said.support, said.deadline
    ('Sở Y tế', 'Sở Tài chính', 'trước 30/9/2024')
    >>> assigned("Sở Y tế chủ trì, phối hợp Sở Tài chính rà soát giá.") is None
    True
    """
    text = _ASKED.sub("", tidy(sentence))
    found = _LEADS.match(text) if _is_subject(text) else None
    if found is None:
        return None
    rest = text[found.end() :]
    deadline = deadlines.find(rest)
    if not _ONLY_DONE.fullmatch(rest.replace(deadline, "").strip(" ,.;")):
        return None
    said = of_sentence(sentence)
    return replace(said, deadline=deadline) if said.lead else None


def _is_subject(text: str) -> bool:
    if _NO_UNIT.match(text):
        return False
    words = key(text[:120])
    deed, unit = starts(words, "verb"), starts(words, "unit", "start")
    if words.startswith("thanh tra so "):
        return True
    return len(unit) > len(deed)  # "Giám đốc" is no "giảm"


def _verb_at(words: list[str]) -> int:
    """Place of the first word of a deed, 0 if there is none."""
    keys = [key(word) for word in words]
    for place in range(1, min(len(words), _FARTHEST)):
        if words[place][0].islower() and starts(" ".join(keys[place : place + 4]), "verb"):
            return place
    return 0
