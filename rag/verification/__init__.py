"""Checks that a statement says no more than its cited spans."""
