"""Reference tables (CSV files, readable in a spreadsheet) and the modules that read them."""
