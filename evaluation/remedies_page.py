"""The page of the validation of the remedies: what was found in each setting, and whether it holds."""
