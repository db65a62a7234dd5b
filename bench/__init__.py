"""Measurements, run by hand: `python -m bench.NAME`.  No test is timed."""
