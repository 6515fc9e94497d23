"""Charts to explore in a browser or a notebook, drawn by Vega-Altair (extra ``explore``).

The explorer of a release (``explore.html``) draws the same charts from its own data.
"""

from parstats.figures.interactive.interactive_chart import InteractiveChart
from parstats.figures.interactive.notebook_widgets import explorer, what_if_sliders
from parstats.figures.interactive.province_tiles import tile_map
from parstats.figures.interactive.score_comparison import comparison
from parstats.figures.interactive.score_history import history

__all__ = [
    "InteractiveChart",
    "comparison",
    "explorer",
    "history",
    "tile_map",
    "what_if_sliders",
]
