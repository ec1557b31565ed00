"""Kinds of suite parts: each takes samples of a build and scores them."""
