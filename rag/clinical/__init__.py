"""Clinical text to slots: sentences, sections, assertions, dates, units. Pure functions over strings."""
