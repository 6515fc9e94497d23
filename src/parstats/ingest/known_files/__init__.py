"""Raw files of known form: tidy CSV with fixed columns, and public data sets of known layout."""
