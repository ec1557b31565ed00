"""Thin entry points: command line and HTTP."""
