"""Training of adapters and heads on reviewed, de-identified data."""
