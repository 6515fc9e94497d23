"""Rendering notebooks in batch, and the site their pages make.

Nothing here knows what a notebook is about, but for `parstats.reports.provincial`, `national` and
`release`, which list the jobs of the project's own reports.
"""

from parstats.reports.jobs import Job, Result
from parstats.reports.manifest import verify
from parstats.reports.runner import render
from parstats.reports.site import Entry, write_site

__all__ = ["Entry", "Job", "Result", "render", "verify", "write_site"]
