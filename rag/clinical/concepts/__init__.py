"""Which thing is meant: coded displays, lay words, abbreviations and misspellings of one concept meet here."""
