"""An index of one's own: from values of any units to a table of scores."""
