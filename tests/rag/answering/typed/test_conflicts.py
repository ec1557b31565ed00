"""Sources that disagree are both shown; none is presumed right; sources that agree or follow each other are no conflict."""

from __future__ import annotations

from collections.abc import Callable

from tests.rag.answering.typed.charting import Line, Told, coded, drug, lab, told

Ask = Callable[..., Told]


def sides(answer: Told) -> list[tuple[str, set[str]]]:
    """The slot of each conflict and the quotes of its sides."""
    by_number = {citation.n: citation.quote for citation in answer.cited.citations}
    return [(conflict.slot, {by_number[n] for n in conflict.citations}) for conflict in answer.cited.conflicts]


def potassium(date: str, value: str, doc: str, **more: str) -> Line:
    return lab(date, value, "mmol/L", "Potassium", doc=doc, **more)


def test_two_values_of_one_moment_are_both_cited(ask: Ask) -> None:
    answer = ask("What was the potassium?", potassium("2020-01-01", "4.1", "a"), potassium("2020-01-01", "5.9", "b"))
    assert sides(answer) == [("value", {"2020-01-01: Potassium 4.1 mmol/L, final", "2020-01-01: Potassium 5.9 mmol/L, final"})]


def test_values_of_two_hours_are_no_conflict(ask: Ask) -> None:
    lines = (potassium("2020-01-01", "4.1", "a", clock="T08:00:00Z"), potassium("2020-01-01", "5.9", "b", clock="T12:00:00Z"))
    assert sides(ask("What was the potassium?", *lines)) == []


def test_one_value_in_two_units_is_no_conflict(ask: Ask) -> None:
    lines = (lab("2020-01-01", "180", "mg/dL", "Glucose", doc="a"), lab("2020-01-01", "0.18", "g/dL", "Glucose", doc="b"))
    assert sides(ask("What was the glucose?", *lines)) == []


LISINOPRIL = drug("2020-02-03", "lisinopril 10 MG Oral Tablet")


def test_two_doses_in_one_period_are_both_cited(ask: Ask) -> None:
    note = told("medication", "Takes {name|lisinopril} {dose|20 mg} daily.", "2020-02-20", status="active")
    ((slot, quotes),) = sides(ask("What dose of lisinopril does she take?", LISINOPRIL, note))
    assert slot == "dose" and quotes == {"2020-02-03: lisinopril 10 MG Oral Tablet, active", "Takes lisinopril 20 mg daily."}


def test_a_dose_that_was_raised_is_no_conflict(ask: Ask) -> None:
    note = told("medication", "{action|Increase} {name|lisinopril} to {dose|20 mg} daily.", "2020-02-20", status="active")
    assert sides(ask("What dose of lisinopril does she take?", LISINOPRIL, note)) == []


def test_a_drug_on_the_list_that_a_later_note_says_was_stopped_is_a_conflict(ask: Ask) -> None:
    note = told("medication", "{action|Stopped} {name|lisinopril} for cough.", "2020-02-20", status="stopped")
    ((slot, quotes),) = sides(ask("Is she on lisinopril?", LISINOPRIL, note))
    assert slot == "status" and "Stopped lisinopril for cough." in quotes


def test_said_and_denied_on_one_day_is_a_conflict(ask: Ask) -> None:
    lines = (
        told("finding", "Reports {name|cough}.", "2020-03-01", doc="n-1"),
        told("finding", "Denies {name|cough}.", "2020-03-01", assertion="negated", doc="n-2"),
    )
    assert sides(ask("Does she have a cough?", *lines)) == [("presence", {"Reports cough.", "Denies cough."})]


def test_what_disagrees_elsewhere_is_not_shown(ask: Ask) -> None:
    lines = (potassium("2020-01-01", "4.1", "a"), potassium("2020-01-01", "5.9", "b"), potassium("2021-01-01", "4.4", "c"))
    assert sides(ask("What was the last potassium?", *lines)) == []


def test_a_copied_record_is_no_conflict(ask: Ask) -> None:
    lines = (
        coded("condition", "{date|2016}: {name|Asthma}, {status|active}", doc="a"),
        coded("condition", "{date|2016}: {name|Asthma}, {status|active}", doc="b"),
    )
    assert sides(ask("Does she have asthma?", *lines)) == []


def test_what_is_denied_of_one_thing_does_not_dispute_another(ask: Callable[..., Told]) -> None:
    taken = drug("2020-05-01", "allopurinol 100 MG Oral Tablet")
    denied = told("medication", "Not a candidate for {name|lisinopril}.", "2020-05-01", assertion="negated")
    assert ask("What medications is she taking?", taken, denied).cited.conflicts == ()
