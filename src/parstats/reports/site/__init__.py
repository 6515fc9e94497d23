"""The front page of a folder of reports."""
