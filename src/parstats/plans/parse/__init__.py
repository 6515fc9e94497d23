"""From the blocks of a document to a plan: letterhead, sections, table rows, prose, results."""
