"""Types of measure: features, classifier, groups."""
