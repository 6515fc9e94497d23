"""Grids of cells, as they stand in workbooks, CSV files and PDF tables."""
