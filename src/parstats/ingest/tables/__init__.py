"""Tables of others: workbooks, CSV and PDF tables whose columns are told by their headers."""
