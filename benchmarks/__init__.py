"""Side-by-side timings, run by ``make benchmark``; never part of the tests."""
