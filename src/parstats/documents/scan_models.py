"""What recognition takes: tesserocr, the extra "ocr", and tesseract's files for Vietnamese."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from parstats.errors import ToolMissing

# The script's model reads diacritics better than the language's; files and folders by distribution.
_MODELS = ("Vietnamese", "script/Vietnamese", "vie")
_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tesseract-ocr/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)


@dataclass(frozen=True)
class Models:
    """Where the files of tesseract are: their folder, and the model for each reading."""

    folder: Path
    first: str
    second: str | None
    orientation: bool


def find_models() -> Models:
    """Return the models of tesseract for Vietnamese; raises ToolMissing if there are none."""
    if find_spec("tesserocr") is None:
        raise ToolMissing(
            'scans are read with tesserocr: pip install "parstats[ocr]"; and with the files of '
            f"tesseract for Vietnamese: {_how_to_get()}"
        )
    places = [Path(os.environ["TESSDATA_PREFIX"])] if os.environ.get("TESSDATA_PREFIX") else []
    for folder in _FOLDERS:
        root, _, pattern = folder.partition("*/")
        places += sorted(Path(root).glob(f"*/{pattern}"), reverse=True) if pattern else [Path(root)]
    for place in places:
        present = [name for name in _MODELS if (place / f"{name}.traineddata").is_file()]
        if present:
            second = "vie" if "vie" in present[1:] else None
            return Models(place, present[0], second, (place / "osd.traineddata").is_file())
    raise ToolMissing(
        "tesseract's files for Vietnamese (Vietnamese.traineddata or vie.traineddata) are in none "
        f"of its folders: {_how_to_get()}; or name their folder in TESSDATA_PREFIX"
    )


def _how_to_get() -> str:
    return (
        "apt install tesseract-ocr-script-viet tesseract-ocr-vie tesseract-ocr-osd (Debian, "
        "Ubuntu), dnf install tesseract-langpack-vie tesseract-osd (Fedora), brew install "
        "tesseract-lang (macOS), or tick Vietnamese in the installer for Windows"
    )
