"""Identifiers out of text, into the vault, and back only for a stated purpose."""
