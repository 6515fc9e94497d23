"""A drawing of matplotlib as it stands in a page: SVG with real text, light, described."""

from __future__ import annotations

import hashlib
import math
import re

from lxml import etree

# Widths of letters are the same in both (Verdana is on Windows and macOS): what was laid out for
# the first fits with the second.
_DRAWN_WITH = "font-family: 'DejaVu Sans'"
_FONTS = f"{_DRAWN_WITH}, Verdana, sans-serif"
_SIZE = re.compile(r"font(?:-size)?:\s*(?:[a-z]+ )*([0-9.]+)px")
# Pixels of the smallest letters on any screen. By judgement: the smallest of the usual sizes of
# newspapers on a phone.
_READABLE = 11
_NAMESPACE = "{http://www.w3.org/2000/svg}"
# "url(#name)", or "#name" alone in a link.
_REFERENCE = re.compile(r"(url\(#|^#)([\w.-]+)(\)|$)")
# Stands for the letters that tell the names of one drawing from those of another.
_OWN = "OWN"
_KEY = 8  # of them


def page_svg(drawing: bytes, alt: str) -> str:
    """Return a drawing for the inside of a page.

    Parameters
    ----------
    drawing : bytes; SVG as matplotlib writes it, with text as text
    alt : str; what it shows

    Returns
    -------
    str: the element ``svg``, as wide as its place, without what only a file needs. Names inside are
        those of no other drawing of a page; the same drawing gives the same text.

    Examples
    --------
    >>> file = b'<svg xmlns="http://www.w3.org/2000/svg" width="9pt"><g id="a"><path/></g></svg>'
    >>> page_svg(file, "One")
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="One"><g><path/></g></svg>'
    """
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(drawing, parser)
    for name in ("metadata", "title", "desc"):
        for element in root.findall(f"{_NAMESPACE}{name}"):
            root.remove(element)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    _number_names(root)
    if narrowest := _narrowest(root):
        root.set("style", f"min-width:{narrowest}px")
    root.set("role", "img")
    root.set("aria-label", alt)
    etree.cleanup_namespaces(root)
    written = str(etree.tostring(root, encoding="unicode")).replace(_DRAWN_WITH, _FONTS)
    key = "f" + hashlib.sha256(written.encode()).hexdigest()[:_KEY]
    return written.replace(_OWN, key)


def _narrowest(root: etree._Element) -> int:
    """Return the width in pixels at which the smallest letters are still readable; 0 without any.

    A page gives a drawing no less: narrower screens scroll over it.
    """
    sizes = [
        float(size)
        for element in root.iter(f"{_NAMESPACE}text", f"{_NAMESPACE}tspan")
        for size in _SIZE.findall(str(element.get("style", "")))
    ]
    if not sizes:
        return 0
    wide = float(str(root.get("viewBox")).split()[2])
    return math.ceil(_READABLE / min(sizes) * wide)


def _number_names(root: etree._Element) -> None:
    """Number the names that something refers to, in their order; drop the others.

    matplotlib makes some of them from places in memory, which differ from run to run.
    """
    names = [str(element.get("id")) for element in root.iter(etree.Element) if element.get("id")]
    number_by_name = {name: f"{_OWN}-{number}" for number, name in enumerate(names)}

    def renamed(match: re.Match[str]) -> str:
        return match[1] + number_by_name.get(match[2], match[2]) + match[3]

    used = set()
    for element in root.iter(etree.Element):
        for attribute, value in element.attrib.items():
            if match := _REFERENCE.search(value):
                used.add(match[2])
                element.set(attribute, _REFERENCE.sub(renamed, value))
    for element in root.iter(etree.Element):
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", number_by_name[str(name)])
