"""Cells of a province, series and year: which plans target them, and what their outcome is."""
