"""From evidence to statements with citations."""
