"""From published figures to processed tables: read, check, derive, write whole or not at all."""

from parstats.pipeline.build import Built, build, is_current, make_tables

__all__ = ["Built", "build", "is_current", "make_tables"]
