"""One queue of reviews by people: de-identification first."""
