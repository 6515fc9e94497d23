"""Numbers along an axis, written as the language writes them."""

from __future__ import annotations

from matplotlib.axis import Axis
from matplotlib.ticker import ScalarFormatter

from parstats.labels import number


class _Written(ScalarFormatter):
    """The usual numbers with the decimal mark of a language."""

    def __init__(self, lang: str) -> None:
        super().__init__(useOffset=False)
        self.mark = number(0.5, lang, 1)[1]

    def __call__(self, x: float, pos: int | None = None) -> str:
        return str(super().__call__(x, pos)).replace(".", self.mark)


def decimal_marks(axis: Axis, lang: str) -> None:
    """Have an axis write its numbers with the decimal mark of a language.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        The axis.
    lang : {"vi", "en"}
        Language.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> decimal_marks(axes.xaxis, "vi")
    >>> axes.set_xticks([0, 0.5])  # doctest: +ELLIPSIS
    [...]
    >>> [label.get_text() for label in axes.get_xticklabels()]
    ['0,0', '0,5']
    """
    axis.set_major_formatter(_Written(lang))
