"""Actors and deadlines, from sentences and labelled lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parstats.documents import header_roles
from parstats.documents.phrases import key, tidy
from parstats.plans.fields import deadlines
from parstats.plans.fields.agencies import looks_like_unit
from parstats.plans.fields.marked_units import after_dash, marked_units
from parstats.plans.fields.unit_phrases import is_anybody, is_subject, leading_units
from parstats.plans.fields.unit_register import CAPITALS

_LABEL_TERMS = (
    r"(?:cơ quan|đơn vị|phòng|bộ phận|cán bộ|lãnh đạo)?(?:\s*,?\s*đơn vị)?\s*(?:chủ trì|phối hợp"
    r"|thực hiện"
    r"|chịu trách nhiệm|phụ trách)(?:\s*(?:/|,|và)?\s*(?:chủ trì|phối hợp))?(?:\s+(?:thực hiện"
    r"|tham mưu))?"
    r"|thời (?:gian|hạn|điểm)(?:\s+(?:thực hiện|hoàn thành))?|tiến độ(?:\s+(?:thực hiện|hoàn "
    r"thành))?"
    r"|hoàn thành|(?:kết quả|sản phẩm)(?:\s*(?:/|,|và)\s*(?:kết quả|sản phẩm))?(?:\s+(?:dự kiến"
    r"|đầu ra))?"
    r"|(?:(?:cơ quan|đơn vị|người|bộ phận)\s+)?(?:(?:làm\s+)?đầu mối|làm chính|chính|hỗ trợ"
    r"|tham gia|liên quan|phụ trách|giúp việc|tham mưu)|cùng (?:thực hiện|làm|phối hợp)|trách nhiệm"
    r"|hạn(?:\s+(?:hoàn thành|chót|cuối|xong))?"
    r"|(?:mục tiêu|chỉ tiêu)(?:\s+(?:phấn đấu|cần đạt))?|trách nhiệm thực hiện|phân "
    r"công(?:\s+thực hiện)?"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[;.(,])\s*|(?<=\s-)\s*)(?P<label>{_LABEL_TERMS})\s*:\s*", re.IGNORECASE
)
# Labels that are also the name of a criterion or the subject of a list: units have to follow.
_WEAK = re.compile(
    r"(?:hỗ trợ|tham gia|chính|liên quan|phụ trách|trách nhiệm|hạn|tham mưu)$", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\((?P<inside>[^()]*)\)\s*(?P<end>[.;]?)\s*$")
# Brackets around a line or at the end of a measure, with brackets inside of them.
_OUTER = re.compile(r"^\((?P<inside>(?:[^()]*\([^()]*\)){1,6}[^()]*)\)\s*[.;]?$")
_NESTED = re.compile(r"\s*(?P<whole>\((?:[^()]*\([^()]*\)){1,6}[^()]*\))\s*(?P<end>[.;]?)\s*$")
_LEADS = re.compile(
    r"^(?P<lead>.+?)\s+(?:có trách nhiệm\s+|chịu trách nhiệm\s+)?(?:là\s+(?:cơ quan|đơn "
    r"vị)\s+)?chủ trì\b(?:\s*,?\s*(?:và\s+)?phối hợp(?:\s+(?:chặt chẽ\s+)?(?:với|cùng))?\s+"
    r"(?P<support>.+?)(?=\s*(?:$|[.;:])))?",
    re.IGNORECASE,
)
# What a unit is in a sentence that gives it a measure.
_IN_CHARGE = re.compile(
    r"^\s*[,:]?\s*(?:(?:có|chịu) trách nhiệm\s*)?(?:là\s+(?:cơ quan|đơn vị)\s+)?"
    r"(?P<role>chủ trì|làm đầu mối|đầu mối|phụ trách|tổ chức thực hiện|triển khai thực hiện"
    r"|thực hiện|theo dõi|đôn đốc|tham mưu|chịu trách nhiệm)\b",
    re.IGNORECASE,
)
_SUPPORT = re.compile(r"[;.,]\s*(?:(?:cơ quan|đơn vị)\s+)?phối hợp\s*:\s*", re.IGNORECASE)
_WATCHES = {"theo dõi", "đôn đốc", "tham mưu"}
_WITH = re.compile(
    r"^\s*,?\s*(?:(?:và|đồng thời)\s+)?(?:phối hợp(?:\s+chặt chẽ)?(?:\s+(?:với|cùng))?"
    r"|cùng(?:\s+với)?)\s+",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"^(?:chủ trì\s*,?\s*(?:và\s+)?)?phối hợp(?:\s+chặt chẽ)?\s+(?:(?:với|cùng)\s+)?", re.IGNORECASE
)
_HELPS = re.compile(r"^\s*(?:,\s*)?(?:cùng\s+)?phối hợp(?:\s+thực hiện)?\b", re.IGNORECASE)
_ROLE = re.compile(
    r"(?P<name>[^:]+?)\s*,?\s+(?:(?:có|chịu) trách nhiệm\s+)?"
    r"(?P<role>chủ trì|phối hợp(?:\s+(?:với|cùng|thực hiện))?|thực hiện|phụ trách|đầu mối)(?!\w)",
    re.IGNORECASE,
)
# Who leads and who helps in one cell without a label: "Sở A (phối hợp: Sở B)", "Sở A phối hợp
# Sở B", "Sở A; Sở B phối hợp", "Sở A (chủ trì), Sở B".
_TOGETHER = r"(?:cùng\s+)?phối hợp(?:\s+(?:chặt chẽ|thực hiện))?(?:\s+(?:với|cùng))?"
_JOINED = (
    re.compile(
        rf"^(?P<lead>[^()]+?)\s*\(\s*(?:(?:cơ quan|đơn vị)\s+)?{_TOGETHER}\s*:?\s*"
        r"(?P<support>[^\W\d_][^()]*)\)[\s.;]*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<lead>[^()]+?)\s*(?:[,;.–-]\s*|\s)(?:chủ trì\s*[,;]?\s*)?(?:và\s+)?"
        rf"{_TOGETHER}\s*:?\s+"
        r"(?P<support>[^\W\d_][^()]*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<lead>[^();,]+)[;,]\s*(?P<support>[^();]+?)\s+(?:cùng\s+)?phối hợp(?:\s+thực hiện)?"
        r"[\s.;]*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<lead>[^()]+?)\s*\(\s*(?:cơ quan\s+|đơn vị\s+)?chủ trì\s*\)\s*[,;]\s*"
        r"(?:và\s+)?(?P<support>[^()]+)$",
        re.IGNORECASE,
    ),
)
_ROLE_WORD = re.compile(r"\b(?:phối hợp|chủ trì)\b", re.IGNORECASE)
_SIGNS = " \t,;.:-–"
# "Chủ trì: Sở A Phối hợp: Sở B", as a cell of two lines comes out of a text file.
_SECOND_LABEL = re.compile(
    r"(?<=[^\W\d_])[ ]+(?=(?:(?:Cơ quan|Đơn vị) (?:chủ trì|phối hợp)|Chủ trì|Phối hợp)"
    r"(?: [^\W\d_]+){0,2}\s*:)"
)
# What may come between who does it and by when in a sentence that says nothing else.
_ONLY_DONE = re.compile(
    r"(?:(?:tổ chức|triển khai)\s+)?(?:thực hiện)?(?:\s+nhiệm vụ này)?"
    r"(?:,?\s*(?:hoàn thành|xong)(?:\s+trong)?)?",
    re.IGNORECASE,
)
# "áp dụng từ năm 2018" after a semicolon says of the deed before it by when.
_ONLY_WHEN = re.compile(
    r"(?:(?:tổ chức|triển khai)\s+)?(?:thực hiện|áp dụng|hoàn thành|xong|triển khai)\s+"
    r"(?P<deadline>.+)$",
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
_WHO_AND_WHEN = {"lead", "support", "units", "deadline"}
# "hoàn thành trước 30/6" says by when: the deed is no part of the deadline.
_DONE = re.compile(
    r"^(?:(?:và\s+)?(?:hoàn thành|thực hiện|xong|thời gian(?: thực hiện)?)\b[\s:]*)+", re.IGNORECASE
)
# Where a cell of units may go on with by when: a sign, a line or a bracket.
_TIME_BEGINS = re.compile(r"\s*(?:[;,]\s+|\n|\s[-–—]\s+|(?P<bracket>\())\s*(?=\S)")
_TAIL = 400
_SIGN = re.compile(r"[.;:]\s+|\s[-–—]\s+|,\s+")
_CLAUSE = re.compile(rf"[.;]\s+|,\s*(?=(?:giao|do)\s)|\s(?=do\s+[{CAPITALS}])")
_GIVES = re.compile(
    r"^(?:(?:UBND|Ủy ban nhân dân)\b[^,;.:]{0,30}?\s)?"
    r"(?:giao(?:\s+cho)?|do|đề nghị|yêu cầu)\s+",
    re.IGNORECASE,
)


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
        if _WEAK.match(match["label"]) and not (is_deadline(value) or is_subject(value)):
            return None
        for field in ("lead", "support") if role == "units" else (role,):
            values.setdefault(field, value)
    available = {name: values[name] for name in Actors.__slots__ if name in values}
    return Actors(**available) if available else None


def whole_line(text: str) -> Actors | None:
    """Parse a line that only says who and when, by labels or by brackets; None for any other.

    >>> whole_line("(Sở Nội vụ (chủ trì), Sở Y tế (phối hợp)).").support
    'Sở Y tế'
    """
    bare = _OUTER.sub(r"\g<inside>", strip_brackets(text).strip())
    marked = marked_units(bare)
    return Actors(*marked) if marked else labelled(bare)


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
    >>> in_brackets("Rà soát phí (Sở Y tế chủ trì, Sở Tài chính phối hợp; trước 30/6)")[1].support
    'Sở Tài chính'
    >>> in_brackets("Ghép ba thủ tục (hộ kinh doanh, an toàn thực phẩm)")[0]
    'Ghép ba thủ tục (hộ kinh doanh, an toàn thực phẩm)'
    """
    nested = _NESTED.search(text)
    if nested and (marked := whole_line(nested["whole"])):
        return text[: nested.start()] + nested["end"], marked
    match = _BRACKETS.search(text)
    actors = (labelled(match["inside"]) or _unlabelled(match["inside"])) if match else None
    if match is None or actors is None:
        return text, Actors()
    return text[: match.start()] + match["end"], actors


def _unlabelled(inside: str) -> Actors | None:
    """Return who and when of words in brackets, None if they say anything else."""
    roles: dict[str, list[str]] = {"lead": [], "support": [], "deadline": []}
    for part in re.split(r"\s*;\s*", tidy(inside).strip(_SIGNS)):
        if not _take(part, roles):
            return None
    if not roles["lead"] and not roles["support"]:
        return None
    return Actors(**{name: "; ".join(parts) for name, parts in roles.items()})


def _take(part: str, roles: dict[str, list[str]]) -> bool:
    """Add the units and the deadline of words between semicolons; return whether that is all."""
    name, comma, when = part.rpartition(",")
    if comma and is_deadline(_DONE.sub("", when.strip())) and _only_units(name):
        roles["lead"].append(name.strip())
        roles["deadline"].append(_DONE.sub("", when.strip()))
        return True
    if _only_units(part):
        roles["lead"].append(part)
        return True
    rest = part.strip(_SIGNS)
    while rest:
        role = _ROLE.match(_GIVES.sub("", rest))
        if role is None or not is_subject(role["name"]):
            when = _DONE.sub("", rest)
            if not is_deadline(when):
                return False
            roles["deadline"].append(when)
            return True
        rest = _GIVES.sub("", rest)[role.end() :]
        together = leading_units(rest.strip(_SIGNS)) if role["role"].startswith("phối") else ""
        if role["role"].startswith("phối") and not together:
            roles["support"].append(role["name"].strip(_SIGNS))
        else:
            roles["lead"].append(role["name"].strip(_SIGNS))
        if role["role"] == "chủ trì" and (mark := _WITH.match(rest)):
            rest = rest[mark.end() :]
            together = leading_units(rest)
        if together:
            roles["support"].append(together)
            rest = rest.strip(_SIGNS)[len(together) :]
        rest = rest.strip(_SIGNS)
    return True


def _only_units(text: str) -> bool:
    """Return whether a text is a list of units without a word of what they do."""
    key_text = key(text)
    said = any(word in f" {key_text} " for word in (" chu tri ", " phoi hop ", " thuc hien "))
    return looks_like_unit(text) and is_subject(text) and not said and not is_deadline(text)


def is_deadline(text: str) -> bool:
    """Return whether a whole text is a deadline.

    >>> is_deadline("trước ngày 30/11/2024"), is_deadline("Sở Nội vụ")
    (True, False)
    """
    return bool(text) and deadlines.looks_like_deadline(text) and not is_subject(text)


def unit_and_time(text: str) -> tuple[str, str]:
    """Split a cell of units from the deadline at its end; "" if it says none.

    >>> unit_and_time("Văn phòng Sở - trước 01/7/2024")
    ('Văn phòng Sở', 'trước 01/7/2024')
    >>> unit_and_time("Phòng Y tế (xong trong Quý II)"), unit_and_time("Sở Y tế, Sở Nội vụ")
    (('Phòng Y tế', 'Quý II'), ('Sở Y tế, Sở Nội vụ', ''))
    """
    for sign in _TIME_BEGINS.finditer(text):
        when = text[sign.end() :].strip(" .;")
        when = when.removesuffix(")") if sign["bracket"] else when
        when = re.sub(r"^trong (?=quý|tháng)", "", _DONE.sub("", when), flags=re.IGNORECASE)
        if "\n" not in when and is_deadline(when):
            return text[: sign.start()].strip(" ,;\n"), when.strip()
    return text, ""


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
    return _after_sign(text)


def _after_sign(text: str) -> tuple[str, Actors]:
    """Split a measure from units after it that brackets mark, or that stand alone after a dash."""
    # Units at the end of a measure are few: by judgement, as many letters as eight of them have.
    for match in _SIGN.finditer(text, max(len(text) - _TAIL, 0)):
        marked = marked_units(text[match.end() :])
        if marked:
            end = "." if match[0].startswith(".") else ""
            return text[: match.start()].rstrip(" ;") + end, Actors(*marked)
    dashed = after_dash(text)
    return (dashed[0], Actors(lead=dashed[1])) if dashed else (text, Actors())


def split_units(text: str) -> tuple[str, str]:
    """Split a cell of units into lead and support.

    >>> split_units("Chủ trì: Sở Y tế; Phối hợp: UBND các huyện")
    ('Sở Y tế', 'UBND các huyện')
    >>> split_units("Sở Y tế (chủ trì); Công an tỉnh (phối hợp)")
    ('Sở Y tế', 'Công an tỉnh')
    """
    marked_list = marked_units(text)
    joined = marked_list[:2] if marked_list is not None else _joined(text)
    if joined is not None:
        return joined
    text = _SECOND_LABEL.sub("; ", text)
    lines = [line.lstrip("-+*• ").strip() for line in text.split("\n")]
    actors = labelled("; ".join(line.rstrip(" ;.") for line in lines))
    if actors is not None and (actors.lead or actors.support):
        return actors.lead, actors.support
    match = _LEADS.match(" ".join(lines))
    said = _unlabelled(" ".join(lines)) if match and not match["support"] else None
    if said is not None and said.lead and said.support:
        return said.lead, said.support
    if match and not match["lead"].endswith("(") and not match["lead"].endswith(":"):
        helpers = match["support"] or _SUPPORT.split(" ".join(lines), maxsplit=1)[-1]
        support = "" if helpers == " ".join(lines) else helpers
        return match["lead"].strip(" ,"), support.strip(" ,.;")
    marked = {kind: _in_role(text, kind) for kind in ("chủ trì", "phối hợp")}
    if marked["chủ trì"]:
        return marked["chủ trì"], marked["phối hợp"]
    return " ".join(text.split("\n")), ""


def _joined(text: str) -> tuple[str, str] | None:
    """Return who leads and who helps in a cell that says so without labels; None for any other.

    >>> _joined("Sở Nội vụ (phối hợp Sở Y tế)"), _joined("Công an tỉnh phối hợp với Sở Y tế")
    (('Sở Nội vụ', 'Sở Y tế'), ('Công an tỉnh', 'Sở Y tế'))
    >>> _joined("Sở Nội vụ (chủ trì), Thanh tra tỉnh"), _joined("Sở Y tế; Sở Tài chính phối hợp")
    (('Sở Nội vụ', 'Thanh tra tỉnh'), ('Sở Y tế', 'Sở Tài chính'))
    """
    line = tidy(text)
    for pattern in _JOINED:
        match = pattern.match(line)
        if match is None:
            continue
        lead, support = (match[name].strip(_SIGNS) for name in ("lead", "support"))
        said = _ROLE_WORD.search(lead) or _ROLE_WORD.search(support) or ":" in lead
        if not said and is_subject(lead) and is_subject(support):
            return lead, support
    return None


def _in_role(text: str, kind: str) -> str:
    """Return the units of a list marked in brackets as lead or support."""
    parts = re.split(r"[;\n]", text)
    role_parts = [_IN_ROLE[kind].sub("", part) for part in parts if _IN_ROLE[kind].search(part)]
    return "; ".join(part.strip(" -+•,.") for part in role_parts)


def sentence_actors(text: str) -> Actors:
    """Return who leads and who supports in a sentence: its subject, or the unit it is given to.

    >>> sentence_actors("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính tham mưu kế hoạch.").support
    'Sở Tài chính'
    >>> sentence_actors("Các phòng chuyên môn rà soát hồ sơ.").lead
    'Các phòng chuyên môn'
    >>> sentence_actors("Tổ chức đối thoại với người dân.").lead
    ''
    >>> sentence_actors("Chủ trì, phối hợp với Sở Tư pháp tập huấn kỹ năng hòa giải.").support
    'Sở Tư pháp'
    >>> sentence_actors("Giao Thanh tra tỉnh làm đầu mối tiếp nhận đơn.").lead
    'Thanh tra tỉnh'
    """
    text = _GIVES.sub("", tidy(text))
    head, colon, _ = text.partition(":")
    if colon and "(" in head and (marked := marked_units(head)):
        return Actors(*marked)  # "Sở A (chủ trì), Sở B (phối hợp): ..."
    if helped := _HELPED.match(text):  # under the name of who leads
        return Actors(support=_helpers(text[helped.end() :]))
    if not is_subject(text):
        text = _FIRST.sub("", text)
    units = leading_units(text)
    if not units or is_anybody(units) or (units == text.strip(_SIGNS) and len(units.split()) > 12):
        return Actors()
    rest = text[len(units) :]
    role = _IN_CHARGE.match(rest)
    after = rest[role.end() :] if role else rest
    together = _WITH.match(after)
    support = _helpers(after[together.end() :]) if together else ""
    if role and not support:
        support = _beside(after)
    if not role and not support and not _acts(rest):
        return Actors()
    return Actors(lead=units, support=support)


def _beside(after: str) -> str:
    """Return who helps where the words after who leads name them first.

    >>> _beside(", Sở Y tế phối hợp rà soát giá"), _beside(", rà soát giá")
    ('Sở Y tế', '')
    """
    rest = after.lstrip(" ,;")
    units = leading_units(rest) if rest != after else ""
    return units if units and _HELPS.match(rest[len(units) :]) else ""


def _helpers(text: str) -> str:
    """Return who helps: the units a text begins with, else the words up to the next sign."""
    units = leading_units(text)
    if units:
        return units
    words = re.split(r"[,;.:]", text, maxsplit=1)[0].strip()
    # Six words, by judgement: "các nhà mạng", not a clause.
    return words if words.startswith("các ") and len(words.split()) <= 6 else ""


def _acts(rest: str) -> bool:
    """Return whether what follows a unit is what it does, or nothing."""
    rest = rest.strip()
    return not rest or rest[0] in ":" or rest[0].islower()


def given_at_end(text: str, *, watched: bool = True) -> Actors:
    """Return the unit to which a later clause of a measure gives it.

    With `watched` one that only watches over it will do.

    >>> given_at_end("Mở 04 lớp; Sở Nội vụ chủ trì, phối hợp Trường Chính trị tỉnh.").support
    'Trường Chính trị tỉnh'
    >>> given_at_end("Rà soát phí; công khai kết quả.").lead
    ''
    """
    clauses = _CLAUSE.split(tidy(text))
    for clause in reversed(clauses[1:]):
        said = _GIVES.sub("", clause)
        units = leading_units(said)
        role = _IN_CHARGE.match(said[len(units) :]) if units else None
        if role and (watched or role["role"].lower() not in _WATCHES):
            return sentence_actors(said)
    return Actors()


def who(text: str) -> Actors:
    """Return who leads and who supports in the words of a measure.

    A clause that gives the measure to a unit says it more surely than the subject of the first;
    one that has it watched over says it only where there is no other.

    >>> who("Công chức viết phiếu; Thanh tra tỉnh theo dõi.").lead
    'Thanh tra tỉnh'
    """
    subject = sentence_actors(text)
    said = _GIVES.sub("", tidy(text))
    given = said != tidy(text) or _IN_CHARGE.match(said[len(subject.lead) :])
    if subject.lead and (given or subject.support):
        return subject
    later = given_at_end(text, watched=not subject.lead)
    return later if later.lead else subject


def assigned(sentence: str) -> Actors | None:
    """Parse a sentence that only assigns the measure above; None for any other.

    >>> said = assigned("Giao Sở Y tế chủ trì, phối hợp Sở Tài chính, hoàn thành trước 30/9/2024.")
    >>> said.lead, said.support, said.deadline
    ('Sở Y tế', 'Sở Tài chính', 'trước 30/9/2024')
    >>> assigned("áp dụng từ năm 2018.").deadline
    'từ năm 2018'
    >>> assigned("Sở Y tế chủ trì, phối hợp Sở Tài chính rà soát giá.") is None
    True
    """
    text = _GIVES.sub("", tidy(sentence))
    marked = marked_units(text)
    if marked is not None:
        return Actors(*marked)
    units = leading_units(text)
    role = _IN_CHARGE.match(text[len(units) :]) if units else None
    if role is None:
        only = _ONLY_WHEN.match(text)
        deadline = only["deadline"].strip(" .;") if only else ""
        return Actors(deadline=deadline) if is_deadline(deadline) else None
    rest = text[len(units) + role.end() :]
    together = _WITH.match(rest)
    support = _helpers(rest[together.end() :]) if together else ""
    if together and support:
        rest = rest[together.end() + len(support) :]
    deadline = deadlines.find(rest)
    if not _ONLY_DONE.fullmatch(rest.replace(deadline, "").strip(" ,.;")):
        return None
    return Actors(lead=units, support=support, deadline=deadline)
