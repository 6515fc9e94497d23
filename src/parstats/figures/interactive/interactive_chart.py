"""A chart of Vega-Altair that notebooks draw by themselves, without a network."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parstats import errors, storage
from parstats.figures.interactive.vega_theme import library, number_marks

# JupyterLab and VS Code hold Vega-Lite 5 themselves; Altair 6 names version 6, which they would
# load from a network. What is drawn here is the same in both.
_MIME_TYPE = "application/vnd.vegalite.v5+json"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_ENDINGS = (".html", ".json", ".png", ".svg")
# Pixels of a .png for each of the page: sharp on paper.
_SHARPNESS = 2


@dataclass(frozen=True, eq=False)
class InteractiveChart:
    """A chart to explore: the last line of a cell shows it, with what it says at each mark.

    Attributes
    ----------
    chart : altair.TopLevelMixin; the chart of Vega-Altair, to change or to combine further
    lang : {"vi", "en"}; language of its words and numbers
    """

    chart: Any
    lang: str

    def to_dict(self) -> dict[str, Any]:
        """Return the chart as Vega-Lite."""
        spec: dict[str, Any] = self.chart.to_dict()
        return spec

    def svg(self) -> str:
        """Return the chart as SVG with real text.

        Raises
        ------
        ToolMissing: if vl-convert is not installed
        """
        return str(_converter().vegalite_to_svg(self.to_dict(), **self._marks()))

    def save(self, path: str | Path) -> None:
        """Write the chart to a file, whole or not at all.

        Parameters
        ----------
        path : str or pathlib.Path
            Ends in .svg, .png, .html (with all that draws it inside, 0.9 MB) or .json (Vega-Lite).

        Raises
        ------
        UnknownChoice: if the ending is none of these
        ToolMissing: if vl-convert is not installed
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in _ENDINGS:
            raise errors.UnknownChoice("ending of an interactive chart", target.name, _ENDINGS)
        content = self._content(ending)
        storage.write_atomic(target, lambda part: part.write_bytes(content))

    def _content(self, ending: str) -> bytes:
        if ending == ".json":
            return f"{self.chart.to_json()}\n".encode()
        if ending == ".svg":
            return self.svg().encode()
        spec = self.to_dict()
        if ending == ".png":
            drawn = _converter().vegalite_to_png(spec, scale=_SHARPNESS, **self._marks())
            return bytes(drawn)
        return str(_converter().vegalite_to_html(spec, bundle=True, **self._marks())).encode()

    def _marks(self) -> dict[str, Any]:
        return {"format_locale": number_marks(self.lang)}

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        spec = self.to_dict() | {"$schema": _SCHEMA}
        options = {"formatLocale": number_marks(self.lang), "actions": False, "renderer": "svg"}
        bundle: dict[str, Any] = {
            _MIME_TYPE: spec,
            "text/plain": str(spec.get("description", "")),
        }
        try:
            # For whatever shows a notebook and cannot draw Vega-Lite.
            bundle["image/svg+xml"] = self.svg()
        except errors.ToolMissing as error:
            bundle["text/plain"] += f" ({error})"
        return bundle, {_MIME_TYPE: {"embed_options": options}}


def _converter() -> Any:
    return library("vl_convert", "interactive charts are turned into files by vl-convert")
