"""Lists of units after one kind word: "Các sở: Nội vụ, Tư pháp", "UBND các huyện: Tiên Yên"."""

from __future__ import annotations

import re

from parstats.plans.fields.unit_register import CAPITALS, known_at_start

_DEPARTMENT = "Sở "
_DEPARTMENTS = re.compile(rf"(?:các\s+)?sở\s*:?\s+(?=(?-i:[{CAPITALS}]))", re.IGNORECASE)
_PLACE_KIND = r"huyện|thị xã|thành phố|quận|xã|phường|thị trấn|đặc khu"
_OFFICES = re.compile(
    r"(?P<office>UBND|Ủy ban nhân dân|HĐND|Công an|Đảng ủy)"
    rf"\s+(?:các\s+)?(?P<kind>{_PLACE_KIND})\s*:?\s+(?=(?-i:[{CAPITALS}]))",
    re.IGNORECASE,
)
_PROPER = re.compile(rf"[{CAPITALS}][^\W\d_]*(?:['’ ]+[{CAPITALS}][^\W\d_]*){{0,3}}")
_OTHER_KIND = re.compile(rf"(?P<kind>{_PLACE_KIND})\s+(?=[{CAPITALS}])")
_MORE = re.compile(
    rf"\s*(?:,\s*(?:và\s+)?|\s+và\s+)(?=[{CAPITALS}]|(?:{_PLACE_KIND})\s+[{CAPITALS}])"
)
_BEGINS = re.compile(r"(?:^|[,;\n+•-])\s*|\bvà\s+")
_ENDS = re.compile(r"\s*(?:$|[,;.\n()+•]|và\b)")


def list_after_kind(text: str) -> tuple[int, tuple[str, ...]]:
    """Return how far a list after one kind word goes at the start of a text, and its units.

    >>> list_after_kind("Các sở: Nội vụ, Y tế rà soát giá")
    (20, ('Sở Nội vụ', 'Sở Y tế'))
    >>> list_after_kind("UBND các huyện: Tiên Yên, Ba Chẽ")[1]
    ('UBND huyện Tiên Yên', 'UBND huyện Ba Chẽ')
    >>> list_after_kind("UBND các xã: Nam Đông, A Lưới, phường Thuận Hóa")[1]
    ('UBND xã Nam Đông', 'UBND xã A Lưới', 'UBND phường Thuận Hóa')
    >>> list_after_kind("Sở Nội vụ, Thanh tra tỉnh"), list_after_kind("Các sở: rà soát giá")
    ((0, ()), (0, ()))
    """
    departments = _DEPARTMENTS.match(text)
    if departments:
        return _names(text, departments.end(), _DEPARTMENT, departments[0])
    offices = _OFFICES.match(text)
    if offices:
        office = f"{offices['office']} "
        return _names(text, offices.end(), f"{office}{offices['kind']} ", offices[0], office)
    return 0, ()


def _names(
    text: str, at: int, kind: str, opening: str, office: str = ""
) -> tuple[int, tuple[str, ...]]:
    """Return the end of the names from a place on, and each with its kind.

    Of an office of places the kind may change within the list: "xã Nam Đông, phường Thuận Hóa".
    """
    names: list[str] = []
    end = 0
    while True:
        other = _OTHER_KIND.match(text, at) if office and names else None
        if other:
            kind, at = f"{office}{other['kind']} ", other.end()
        name = _name(text[at:], kind)
        if not name or (names and known_at_start(text[at:])):
            break
        names.append(f"{kind}{name}")
        end = at + len(name)
        more = _MORE.match(text, end)
        if more is None:
            break
        at = more.end()
    # One name is a list only where the words say so: "các sở Nội vụ".
    told = len(names) > 1 or opening.lower().startswith("các")
    return (end, tuple(names)) if names and told else (0, ())


def _name(text: str, kind: str) -> str:
    """Return the name that a text begins with, of the register or, of a place, in capitals."""
    if kind == _DEPARTMENT:
        known = known_at_start(kind + text)
        return known[len(kind) :] if len(known) > len(kind) else ""
    proper = _PROPER.match(text)
    return proper[0] if proper and _ENDS.match(text, proper.end()) else ""


def spread(text: str) -> str:
    """Return a list of units with the kind before each name, parted by semicolons.

    >>> spread("Sở Nội vụ, Tư pháp; Công an tỉnh")
    'Sở Nội vụ; Sở Tư pháp; Công an tỉnh'
    >>> spread("Sở Văn hóa, Thể thao và Du lịch"), spread("UBND các xã, phường")
    ('Sở Văn hóa, Thể thao và Du lịch', 'UBND các xã, phường')
    """
    at = 0
    while at <= len(text) and (mark := _BEGINS.search(text, at)):
        end, names = list_after_kind(text[mark.end() :])
        if names:
            before, after = text[: mark.end()], text[mark.end() + end :]
            text = before + "; ".join(names) + after
            at = len(text) - len(after)
        else:
            at = max(mark.end(), at + 1)
    return text
