"""The modules that report notebooks use; imported once before processes are forked."""

from __future__ import annotations

NOTEBOOKS = (
    "pandas",
    "pandas.io.formats.style",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "seaborn",
    "great_tables",
    "joblib",
    "narwhals.stable.v1",
    "narwhals.stable.v2",
    "nbconvert.exporters.html",
    "rich.progress",
    "scipy.stats",
    "sklearn.decomposition",
    "sklearn.discriminant_analysis",
    "sklearn.linear_model",
    "sklearn.neighbors",
    "parstats",
    "parstats.drivers",
    "parstats.figures.charts",
    "parstats.figures.tables",
    "parstats.figures.text",
    "parstats.panel",
    "parstats.plans",
    "parstats.remedies",
)
