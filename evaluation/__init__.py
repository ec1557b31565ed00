"""Suites, metrics and the release gate."""
