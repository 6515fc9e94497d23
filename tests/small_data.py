"""A data folder of a few rows, to build in and to break."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml


def table_path(processed: Path, name: str) -> Path:
    """The file of a processed table, which the descriptor names."""
    descriptor = json.loads((processed / "datapackage.json").read_text(encoding="utf-8"))
    (path,) = (item["path"] for item in descriptor["resources"] if item["name"] == name)
    return processed / path


class SmallData:
    """A data folder with a few rows in it, whose files a test writes one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.papi = folder / "raw" / "papi"
        self.processed = folder / "processed"
        self.papi.mkdir(parents=True)

    def put(self, name: str, content: str | bytes, *, folder: str = "papi", **about: Any) -> Path:
        """Write a raw file, and a sidecar that fits it but for the keys given in `about`.

        A key set to None is left out of the sidecar.
        """
        path = self.folder / "raw" / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        sidecar = {
            "title": "a few rows",
            "form": "scores",
            "producer": "PAPI",
            "page": "https://papi.org.vn",
            "obtained": "compiled",
            "date_accessed": "2026-01-31",
            "licence": "figures credited to PAPI",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        } | about
        fields = {key: value for key, value in sidecar.items() if value is not None}
        self.put_sidecar(name, yaml.safe_dump(fields, allow_unicode=True), folder=folder)
        return path

    def put_sidecar(self, name: str, content: str, *, folder: str = "papi") -> None:
        """Write the sidecar of a raw file as given."""
        directory = self.folder / "raw" / folder
        (directory / f"{name}.yml").write_text(content, encoding="utf-8")

    def processed_bytes(self) -> dict[str, bytes]:
        """Content of every file in the folder of processed tables, hidden ones too."""
        return {
            path.relative_to(self.processed).as_posix(): path.read_bytes()
            for path in sorted(self.processed.rglob("*"))
            if path.is_file()
        }
