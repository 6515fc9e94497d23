"""Estimators of the association between plans and change, and their verdict."""
