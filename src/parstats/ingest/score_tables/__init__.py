"""Score tables of any layout: workbooks, CSV and PDF tables, their columns recognised by header."""
