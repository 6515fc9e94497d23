"""Simulated plans: size, power and bias of the estimators."""
