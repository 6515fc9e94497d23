"""Grids of cells from workbooks, CSV files and PDF tables."""
