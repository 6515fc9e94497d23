"""The catalogue of reports: provinces, the country, a whole release."""
