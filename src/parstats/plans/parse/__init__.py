"""Parsing the blocks of a document: letterhead, sections, table rows, prose, results."""
