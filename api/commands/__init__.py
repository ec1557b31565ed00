"""One module per command: its arguments, and a thin run."""
