"""The closed lists of words that facts are told in: what kinds there are, and what their parts are called."""

from __future__ import annotations

FACT_KINDS = frozenset(
    {
        *("observation", "condition", "finding", "medication", "allergy", "procedure", "immunization", "encounter"),
        *("family_history", "social_history", "device", "careplan", "goal", "report"),
    }
)
"""``finding`` is a symptom or sign named in text, ``report`` a result in words (imaging, pathology, an impression)."""

SLOT_NAMES = frozenset(
    {
        *("date", "name", "value", "unit", "status", "range", "interpretation"),
        *("dose", "route", "frequency", "duration", "quantity", "form", "action", "previous_dose"),
        *("onset", "abated", "recorded", "start", "stop", "reason", "severity", "body_site", "laterality", "stage", "outcome"),
        *("reaction", "criticality", "category", "relation", "age", "certainty", "negation", "text"),
    }
)
"""``name`` is the thing itself as displayed, ``text`` a sentence of prose (a conclusion, an impression, a goal)."""
