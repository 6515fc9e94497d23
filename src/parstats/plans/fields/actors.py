"""Actors and deadlines, from sentences and labelled lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from parstats.documents import header_roles
from parstats.documents.phrases import key, starts, tidy
from parstats.plans.fields import deadlines
from parstats.plans.fields.agencies import looks_like_unit

_LABEL_TERMS = (
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
    rf"(?:^|(?<=[;.(,])\s*|(?<=\s-)\s*)(?P<label>{_LABEL_TERMS})\s*:\s*", re.IGNORECASE
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
# What may come between who does it and by when in a sentence that says nothing else.
_ONLY_DONE = re.compile(
    r"(?:(?:tổ chức|triển khai)\s+)?(?:thực hiện)?(?:\s+nhiệm vụ này)?"
    r"(?:,?\s*(?:hoàn thành|xong))?",
    re.IGNORECASE,
)
_IN_ROLE = {
    kind: re.compile(rf"\s*\((?=[^()]*\b{kind}\b)[^()]*\)\s*$", re.IGNORECASE)
    for kind in ("chủ trì", "phối hợp")
}
_REQUEST_VERBS = re.compile(r"^(?:giao|đề nghị|yêu cầu)\s+", re.IGNORECASE)
_FIRST = re.compile(
    r"^(?:trong|khi|định kỳ|căn cứ|hàng|hằng|trên cơ sở|sau khi)\b[^,;]*,\s*", re.IGNORECASE
)
_NO_UNIT = re.compile(r"^(?:phòng\s*,?\s*chống|đơn vị hành chính)\b", re.IGNORECASE)
_WHO_AND_WHEN = {"lead", "support", "units", "deadline"}
# Words before the verb among which the actor is sought. By judgement: room for three agencies.
_FARTHEST = 24


@dataclass(frozen=True, slots=True)
class Actors:
    """Who leads, who supports, until when, with what result; "" if not given."""

    lead: str = ""
    support: str = ""
    deadline: str = ""
    product: str = ""
    target: str = ""


def labelled(text: str) -> Actors | None:
    """Parse a line of labels; None if the text does not begin with one.

    >>> labelled("Đơn vị chủ trì: Sở Nội vụ; đơn vị phối hợp: Sở Y tế; thời gian: Quý II/2025.")
    Actors(lead='Sở Nội vụ', support='Sở Y tế', deadline='Quý II/2025', product='', target='')
    >>> labelled("Rà soát các thủ tục") is None
    True
    """
    text = tidy(text)
    label_matches = list(_LABEL.finditer(text))
    if not label_matches or label_matches[0].start() > 0:
        return None
    values: dict[str, str] = {}
    for position, match in enumerate(label_matches):
        after = (
            label_matches[position + 1].start() if position + 1 < len(label_matches) else len(text)
        )
        value = text[match.end() : after].strip(" .;,-(")
        role = header_roles.plan_role(match["label"])
        for field in ("lead", "support") if role == "units" else (role,):
            values.setdefault(field, value)
    available = {name: values[name] for name in Actors.__slots__ if name in values}
    return Actors(**available) if available else None


def strip_brackets(text: str) -> str:
    """Remove brackets around a whole line.

    >>> strip_brackets("(Chủ trì: Sở Y tế; thời gian: Quý II).")
    'Chủ trì: Sở Y tế; thời gian: Quý II'
    """
    match = _BRACKETS.fullmatch(f" {text.strip()}")
    return match["inside"].strip() if match else text


def in_brackets(text: str) -> tuple[str, Actors]:
    """Split a measure from brackets at its end that say who and when.

    >>> in_brackets("Mở lớp tập huấn (chủ trì: Sở Nội vụ).")[0]
    'Mở lớp tập huấn.'
    """
    match = _BRACKETS.search(text)
    actors = labelled(match["inside"]) if match else None
    if match is None or actors is None:
        return text, Actors()
    return text[: match.start()] + match["end"], actors


def at_end(text: str) -> tuple[str, Actors]:
    """Split a measure from labels after it that say who and when.

    >>> at_end("Niêm yết lệ phí. Chủ trì: Sở Y tế. Thời gian: Quý II/2024.")[0]
    'Niêm yết lệ phí.'
    >>> at_end("Niêm yết lệ phí; đơn vị chủ trì: Sở Y tế")[1].lead
    'Sở Y tế'
    """
    text = tidy(text)
    for match in _LABEL.finditer(text):
        before = text[: match.start()].rstrip()
        if before.endswith((".", ";")) and header_roles.plan_role(match["label"]) in _WHO_AND_WHEN:
            actors = labelled(text[match.start("label") :])
            return before.rstrip("; "), actors or Actors()
    return text, Actors()


def split_units(text: str) -> tuple[str, str]:
    """Split a cell of units into lead and support.

    >>> split_units("Chủ trì: Sở Y tế; Phối hợp: UBND các huyện")
    ('Sở Y tế', 'UBND các huyện')
    >>> split_units("Sở Y tế (chủ trì); Công an tỉnh (phối hợp)")
    ('Sở Y tế', 'Công an tỉnh')
    """
    text = _SECOND_LABEL.sub("; ", text)
    lines = [line.lstrip("-+*• ").strip() for line in text.split("\n")]
    actors = labelled("; ".join(line.rstrip(" ;.") for line in lines))
    if actors is not None and (actors.lead or actors.support):
        return actors.lead, actors.support
    match = _LEADS.match(" ".join(lines))
    if match and not match["lead"].endswith("("):
        return match["lead"].strip(" ,"), (match["support"] or "").strip(" ,")
    marked = {kind: _in_role(text, kind) for kind in ("chủ trì", "phối hợp")}
    if marked["chủ trì"]:
        return marked["chủ trì"], marked["phối hợp"]
    return " ".join(text.split("\n")), ""


def _in_role(text: str, kind: str) -> str:
    """Return the units of a list marked in brackets as lead or support."""
    parts = re.split(r"[;\n]", text)
    role_parts = [_IN_ROLE[kind].sub("", part) for part in parts if _IN_ROLE[kind].search(part)]
    return "; ".join(part.strip(" -+•,.") for part in role_parts)


def sentence_actors(text: str) -> Actors:
    """Return the subject of a sentence as actor, if it is a unit.

    >>> sentence_actors("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính tham mưu kế hoạch.").support
    'Sở Tài chính'
    >>> sentence_actors("Các phòng chuyên môn rà soát hồ sơ.").lead
    'Các phòng chuyên môn'
    >>> sentence_actors("Tổ chức đối thoại với người dân.").lead
    ''
    """
    text = _REQUEST_VERBS.sub("", tidy(text))
    if not _is_subject(text):
        text = _FIRST.sub("", text)
    if not _is_subject(text):
        return Actors()
    match = _LEADS.match(text)
    if match and len(match["lead"].split()) <= _FARTHEST and ":" not in match["lead"]:
        lead, support = match["lead"].strip(" ,"), (match["support"] or "").strip(" ,")
        if not _verb_at(lead.split()):
            return Actors(lead=lead, support=support if looks_like_unit(support) else "")
    at = _verb_at(text.split()[: _FARTHEST + 3])
    return Actors(lead=" ".join(text.split()[:at]).strip(" ,:")) if at else Actors()


def assigned(sentence: str) -> Actors | None:
    """Parse a sentence that only assigns the measure above; None for any other.

    >>> said = assigned("Giao Sở Y tế chủ trì, phối hợp Sở Tài chính, hoàn thành trước 30/9/2024.")
    >>> said.lead, said.support, said.deadline
    ('Sở Y tế', 'Sở Tài chính', 'trước 30/9/2024')
    >>> assigned("Sở Y tế chủ trì, phối hợp Sở Tài chính rà soát giá.") is None
    True
    """
    text = _REQUEST_VERBS.sub("", tidy(sentence))
    match = _LEADS.match(text) if _is_subject(text) else None
    if match is None:
        return None
    rest = text[match.end() :]
    deadline = deadlines.find(rest)
    if not _ONLY_DONE.fullmatch(rest.replace(deadline, "").strip(" ,.;")):
        return None
    actors = sentence_actors(sentence)
    return replace(actors, deadline=deadline) if actors.lead else None


def _is_subject(text: str) -> bool:
    if _NO_UNIT.match(text):
        return False
    key_text = key(text[:120])
    deed, unit = starts(key_text, "verb"), starts(key_text, "unit", "start")
    if key_text.startswith("thanh tra so "):
        return True
    return len(unit) > len(deed)  # "Giám đốc" is no "giảm"


def _verb_at(tokens: list[str]) -> int:
    """Return the position of the first action verb, 0 if there is none."""
    keys = [key(token) for token in tokens]
    for position in range(1, min(len(tokens), _FARTHEST)):
        if tokens[position][0].islower() and starts(
            " ".join(keys[position : position + 4]), "verb"
        ):
            return position
    return 0
