"""Inference on arrays: arrays in, arrays or small frozen dataclasses out."""

from parstats.stats.bootstrap import percentile_interval, resampling_counts

__all__ = ["percentile_interval", "resampling_counts"]
