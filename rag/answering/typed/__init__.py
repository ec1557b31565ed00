"""Answers computed from typed facts: values, dates, changes, counts and lists, each tied to the spans it rests on."""
