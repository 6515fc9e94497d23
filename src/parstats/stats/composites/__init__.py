"""Composite indices: aggregation, imputation, weights."""
