"""Blocks to sections and records: tables, prose, results, the plan itself."""
