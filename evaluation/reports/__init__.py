"""A run told: as JSON, as JUnit XML, as Markdown, as one HTML page."""
