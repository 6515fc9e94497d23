"""Which reports there are: provinces, the country, a whole release."""
