"""How well scans of plans are read: ``python -m evaluation.scans [KIND ...]``.

Two invented plans (``scan_plans/``, a table upright with a row cut by the page, a table on its side
with groups) are printed on paper of several kinds: drawn, set askew, stamped, stored as a picture,
the same ones each time. Each is read with recognition and held against the reading of its own PDF,
which is right. It takes some minutes, one process, and what the extra "ocr" takes.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from parstats.documents.scan_file import recognised_pages
from parstats.plans.parse.plan_reader import read
from parstats.plans.records import Plan, Record

FOLDER = Path(__file__).parent / "scan_plans"
#: Measures with text, lead, support and deadline right, as a share of all.
GOAL = 0.9
# A text is right within this share of its letters; one letter always may differ.
_SLIPS = 0.05
_FIELDS = ("text", "lead", "support", "deadline")
_STAMP = (205, 30, 45)


@dataclass(frozen=True)
class Kind:
    """How a plan was printed and scanned.

    `skews` are degrees, page by page; `quality` is that of JPEG, 0 for black and white; `quarters`
    turn the stored picture against the clock.
    """

    plan: str
    resolution: int
    skews: tuple[float, float] = (0.0, 0.0)
    colour: bool = False
    quality: int = 80
    grain: float = 0.0
    specks: int = 0
    stamp: bool = False
    quarters: int = 0


KINDS = {
    "grey-300": Kind("portrait", 300, (0.3, 0.3)),
    "colour-200": Kind("portrait", 200, (1.3, -1.7), True, 65, 6.0, 150),
    "stamp-200": Kind("portrait", 200, (1.8, -1.2), True, 65, 6.0, 150, True),
    "stamp-160": Kind("portrait", 160, (1.6, -1.0), True, 60, 5.0, 100, True),
    "landscape-200": Kind("landscape", 200, (0.6, -0.4), False, 75, 3.0),
    "landscape-150": Kind("landscape", 150, (1.1, -0.8), False, 45, 5.0, 100),
    "sideways-300": Kind("landscape", 300, (0.5, -0.6), False, 0, 4.0, 200, False, 1),
    "sideways-200-stamp": Kind("landscape", 200, (-0.9, 0.7), True, 65, 5.0, 100, True, 3),
}


def scan(kind: Kind, seed: int) -> bytes:
    """Return a plan as a scan of a kind, a PDF of pictures."""
    random = np.random.default_rng(seed)
    pages = []
    with pypdfium2.PdfDocument(FOLDER / f"{kind.plan}.pdf") as document:
        for number, sheet in enumerate(document):
            page = sheet.render(scale=kind.resolution / 72).to_pil().convert("RGB")
            if kind.stamp:
                _stamp(page, kind.resolution, (0.72, 0.30) if number == 0 else (0.55, 0.42))
            pages.append(_on_paper(page, kind, kind.skews[number % 2], random))
    target = io.BytesIO()
    options = {"resolution": kind.resolution, "save_all": True, "append_images": pages[1:]}
    if kind.quality:
        options["quality"] = kind.quality
    pages[0].save(target, "PDF", **options)
    return target.getvalue()


def _stamp(page: Image.Image, resolution: int, place: tuple[float, float]) -> None:
    """Put a round red stamp of 3.6 cm over a page, with letters and a star."""
    size = round(3.6 / 2.54 * resolution)
    ink = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(ink)
    width = max(2, size // 40)
    pen.ellipse((2, 2, size - 3, size - 3), outline=220, width=width)
    inner = size // 5
    pen.ellipse((inner, inner, size - inner, size - inner), outline=220, width=width // 2)
    centre = size / 2
    turn = np.arange(11) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(11) % 2, 0.06, 0.15) * size
    star = [
        (centre + r * np.cos(a), centre + r * np.sin(a)) for r, a in zip(reach, turn, strict=True)
    ]
    pen.polygon(star, fill=210)
    font = ImageFont.load_default(size // 9)
    for at, letter in enumerate("UBND TINH YEN BAI * VIET NAM *"):
        angle = at / 30 * 2 * np.pi - np.pi / 2
        spot = (centre + 0.4 * size * np.cos(angle), centre + 0.4 * size * np.sin(angle))
        pen.text(spot, letter, fill=220, font=font, anchor="mm")
    corner = (round(place[0] * page.width), round(place[1] * page.height))
    # Ink darkens what is under it: black stays black.
    under = np.asarray(page).astype(float)
    over = under.copy()
    area = np.s_[corner[1] : corner[1] + size, corner[0] : corner[0] + size]
    share = np.asarray(ink)[..., None] / 255
    share = share[: over[area].shape[0], : over[area].shape[1]]
    over[area] *= 1 - share * (1 - np.array(_STAMP) / 255)
    page.paste(Image.fromarray(over.astype(np.uint8)))


def _on_paper(
    page: Image.Image, kind: Kind, skew: float, random: np.random.Generator
) -> Image.Image:
    turned = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    pixels = np.asarray(turned).astype(float) * 0.93 + 10
    pixels += random.normal(0, kind.grain, pixels.shape[:2])[..., None] if kind.grain else 0
    for _ in range(kind.specks):
        y, x = (int(random.integers(2, side - 2)) for side in pixels.shape[:2])
        pixels[y : y + random.integers(1, 3), x : x + random.integers(1, 3)] = 60
    paper = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if not kind.colour:
        paper = paper.convert("L")
    if not kind.quality:
        paper = paper.point(lambda value: 255 * (value > 150)).convert("1")
    return paper.rotate(90 * kind.quarters, expand=True)


@dataclass
class Count:
    """How many measures of a scan are right, by field and in all of them; what is listed."""

    true: int
    right: dict[str, int]
    wholly: int
    extra: int
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


def compare(true: Plan, scanned: Plan) -> Count:
    """Compare a reading of a scan with that of its own PDF; measures go with the likest one."""
    right = dict.fromkeys(_FIELDS, 0)
    wholly, wrong = 0, []
    for record in true.records:
        likest = min(scanned.records, key=lambda other: _slips(record.measure, other.measure))
        fields = _right(record, likest)
        for name, is_right in fields.items():
            right[name] += is_right
        wholly += all(fields.values())
        if not all(fields.values()):
            cells = (likest.measure, likest.lead_unit, likest.support_unit, likest.deadline)
            wrong.append(f"{record.number}: {' | '.join(cells)}")
    extra = len(scanned.records) - len(true.records)
    notes = tuple(f"{note.key} {note.fields.get('places', '')}" for note in scanned.notes)
    return Count(len(true.records), right, wholly, extra, tuple(wrong), notes)


def _right(record: Record, other: Record) -> dict[str, bool]:
    allowed = max(1, _SLIPS * len(record.measure))
    return {
        "text": _slips(record.measure, other.measure) <= allowed,
        "lead": record.lead_unit == other.lead_unit,
        "support": record.support_unit == other.support_unit,
        "deadline": record.deadline == other.deadline,
    }


def _slips(text: str, other: str) -> int:
    return Levenshtein.distance(text, other)


def results(names: Sequence[str], folder: Path) -> dict[str, Count]:
    """Make, read and compare the scans of some kinds."""
    counts = {}
    for name in names:
        kind = KINDS[name]
        path = folder / f"{name}.pdf"
        path.write_bytes(scan(kind, list(KINDS).index(name)))
        scanned = read(path, ocr=True)
        counts[name] = compare(read(FOLDER / f"{kind.plan}.pdf"), scanned)
    return counts


def write_words(names: Sequence[str], folder: Path) -> None:
    """Write the words and cells that are recognised of some kinds of scan, as tests use them."""
    for name in names:
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "scan.pdf"
            path.write_bytes(scan(KINDS[name], list(KINDS).index(name)))
            pages = [page.as_dict() for page in recognised_pages(path)]
        text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text.replace("],[", "],\n[") + "\n", encoding="utf-8")


def report(counts: dict[str, Count]) -> list[str]:
    """Lines to print: a row a kind, then what is wrong and what is listed for review."""
    lines = [f"{'scan':<20}{'measures':>9}{'all':>5}" + "".join(f"{f:>10}" for f in _FIELDS)]
    for name, count in counts.items():
        by_field = "".join(f"{count.right[field]:>10}" for field in _FIELDS)
        lines.append(f"{name:<20}{count.true:>9}{count.wholly:>5}{by_field}{count.extra:>+5} extra")
    true = sum(count.true for count in counts.values())
    wholly = sum(count.wholly for count in counts.values())
    lines.append(f"wholly right: {wholly} of {true} ({wholly / true:.0%}; goal {GOAL:.0%})")
    for name, count in counts.items():
        lines += [f"{name} {wrong}" for wrong in count.wrong]
        lines += [f"{name} listed: {note}" for note in count.notes]
    return lines


def main() -> int:
    """Print the comparison; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--keep", type=Path, help="folder that the scans are left in")
    parser.add_argument("--words", type=Path, help="folder for what is recognised, a file a scan")
    chosen = parser.parse_args()
    if chosen.words is not None:
        write_words(chosen.kinds or list(KINDS), chosen.words)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        counts = results(chosen.kinds or list(KINDS), folder)
    print("\n".join(report(counts)))
    true = sum(count.true for count in counts.values())
    return int(sum(count.wholly for count in counts.values()) < GOAL * true)


if __name__ == "__main__":
    raise SystemExit(main())
