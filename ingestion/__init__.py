"""From sources to stored, indexed, de-identified documents. RawDocument never leaves this package."""
