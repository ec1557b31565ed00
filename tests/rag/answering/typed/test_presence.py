"""Yes or no from explicit statements alone, and lists of what is current or past."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Line, Told, coded, drug, lab, told

Ask = Callable[..., Told]
LISINOPRIL = drug("2020-02-03", "lisinopril 10 MG Oral Tablet")
METFORMIN = drug("2018-02-03", "metformin 500 MG Oral Tablet", "stopped")
ASTHMA = coded("condition", "{date|2016}: {name|Asthma}, {status|active}", code="a")
SINUSITIS = coded("condition", "{date|2017-05-05}: {name|Sinusitis}, {status|resolved}, abated {abated|2017-06-01}", code="s")
PENICILLIN = coded("allergy", "{date|2010-01-01}: {name|Penicillin}, reaction {reaction|hives}, {status|active}", code="p")
ENDED = "Sinusitis was recorded on 2017-05-05 (resolved on 2017-06-01)."
LATEX = coded("allergy", "{date|2009-01-01}: {name|Latex}, {status|inactive}", code="x")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Does she have asthma?", "Yes: Asthma was recorded in 2016 (active)."),
        ("Is she on lisinopril?", "Yes: lisinopril 10 MG Oral Tablet, active, 2020-02-03."),
        ("Is she on metformin?", "No: metformin 500 MG Oral Tablet, stopped, recorded 2018-02-03."),
        ("Is she allergic to penicillin?", "Yes: Allergy to Penicillin, reaction hives, active, 2010-01-01."),
        ("Has she ever had sinusitis?", "Yes: Sinusitis was recorded on 2017-05-05 (resolved on 2017-06-01)."),
        ("Does she have sinusitis?", "Yes, in the past: Sinusitis was recorded on 2017-05-05 (resolved on 2017-06-01)."),
        ("Does she still have sinusitis?", "No: Sinusitis, resolved, 2017-05-05 to 2017-06-01."),
        ("Is she allergic to latex?", "Yes, in the past: Allergy to Latex, inactive, recorded 2009-01-01."),
        ("Did she have sinusitis in 2017?", "Yes: Sinusitis was recorded on 2017-05-05 (resolved on 2017-06-01)."),
        ("Does she currently have sinusitis?", "No: Sinusitis, resolved, 2017-05-05 to 2017-06-01."),
    ],
)
def test_the_line_that_decides_is_shown(ask: Ask, question: str, text: str) -> None:
    answer = ask(question, LISINOPRIL, METFORMIN, ASTHMA, SINUSITIS, PENICILLIN, LATEX)
    assert answer.text == text and not answer.cited.withheld


def test_what_came_again_is_told_before_what_ended(ask: Ask) -> None:
    again = coded("condition", "{date|2015-02-01}: {name|Sinusitis}, {status|active}", code="s")
    assert ask("Does she have sinusitis?", again, SINUSITIS).text == "Yes: Sinusitis was recorded on 2015-02-01 (active)."


@pytest.mark.parametrize(
    ("time", "assertion", "text"),
    [
        ("2019-01-05", "present", f"Yes: {ENDED} 2019-01-05: Acute sinusitis, day 3."),
        ("2019-01-05", "historical", f"Yes, in the past: {ENDED}"),
        ("2017-05-05", "present", f"Yes, in the past: {ENDED}"),
    ],
)
def test_a_note_from_after_the_end_stands_beside_it(ask: Ask, time: str, assertion: str, text: str) -> None:
    note = told("condition", "Acute {name|sinusitis}, day 3.", time, assertion=assertion)
    assert ask("Does she have sinusitis?", SINUSITIS, note).text == text


def test_the_record_that_ends_it_is_shown_before_a_notes_word(ask: Ask) -> None:
    note = told("condition", "Four months after surgery for {name|sinusitis}.", "2017-10-05", assertion="historical", status="resolved")
    assert ask("Does she still have sinusitis?", SINUSITIS, note).text == "No: Sinusitis, resolved, 2017-05-05 to 2017-06-01."


def test_a_dose_of_a_drug_is_no_reaction_to_it(ask: Ask) -> None:
    given = told("medication", "{name|Cefazolin} {dose|2 g} given before incision; no reaction.", "2024-06-05")
    assert ask("Did he react to the cefazolin?", given).texts == ()


def test_a_denial_answers_no_with_its_words(ask: Ask) -> None:
    answer = ask("Does she have chest pain?", told("finding", "She denies {name|chest pain}.", "2020-01-05", assertion="negated"))
    assert answer.text == "No: 2020-01-05: She denies chest pain." and answer.quotes() == ["She denies chest pain."]


def test_silence_is_never_no(ask: Ask) -> None:
    answer = ask("Does she have gout?", ASTHMA)
    assert answer.texts == () and answer.near == () and answer.lead == ""


@pytest.mark.parametrize(
    ("line", "near"),
    [
        (told("condition", "Her {relation|father} had {name|gout}.", "2020-01-05", assertion="family", experiencer="father"), "family"),
        (coded("family_history", "{relation|Father}: {name|Gout}", code="g", assertion="family", experiencer="father"), "family"),
        (told("condition", "Possible {name|gout}.", "2020-01-05", assertion="uncertain"), "related"),
        (told("condition", "Return if {name|gout} flares.", "2020-01-05", assertion="hypothetical"), "related"),
    ],
)
def test_what_is_not_said_of_the_patient_is_a_near_miss_of_its_kind(ask: Ask, line: Line, near: str) -> None:
    answer = ask("Does she have gout?", line)
    assert answer.texts == () and [kind for kind, _ in answer.near] == [near]


def test_a_relative_is_answered_from_what_is_said_of_that_relative(ask: Ask) -> None:
    lines = (
        told("condition", "Her {relation|father} had {name|gout}.", "2020-01-05", assertion="family", experiencer="father"),
        coded("condition", "{date|2016}: {name|Gout}, {status|active}", code="g"),
    )
    assert ask("Did her father have gout?", *lines).text == "Yes: 2020-01-05: Her father had gout."


def test_the_patients_own_condition_is_not_a_relatives(ask: Ask) -> None:
    answer = ask("Did her mother have asthma?", ASTHMA)
    assert answer.lead == "" and answer.texts == ()


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("What was the A1c in 2015?", ["outside_window"]),
        ("When did she have chest pain?", ["negated"]),
        ("When did she have breast cancer?", ["family"]),
        ("What was the ferritin?", []),
    ],
)
def test_the_receipt_tells_why_nothing_is_documented(ask: Ask, question: str, near: list[str]) -> None:
    answer = ask(
        question,
        lab("2018-03-01", "9.1"),
        told("finding", "She denies {name|chest pain}.", "2020-01-05", assertion="negated"),
        told("condition", "Her {relation|mother} had {name|breast cancer}.", "2020-01-05", assertion="family", experiencer="mother"),
    )
    assert answer.texts == () and [kind for kind, _ in answer.near] == near


def test_current_and_past_medications_are_two_lists(ask: Ask) -> None:
    assert ask("What medications is she on?", LISINOPRIL, METFORMIN).texts == ("lisinopril 10 MG Oral Tablet, active, 2020-02-03.",)


def test_past_medications_are_those_no_longer_taken(ask: Ask) -> None:
    answer = ask("What medications did she take in the past?", LISINOPRIL, METFORMIN)
    assert answer.texts == ("metformin 500 MG Oral Tablet, stopped, recorded 2018-02-03.",)


def test_a_medication_of_the_list_and_of_a_note_is_listed_once(ask: Ask) -> None:
    note = told("medication", "Continue {name|lisinopril} {dose|10 mg} daily.", "2020-02-10", status="active")
    assert ask("What medications is she on?", LISINOPRIL, note).texts == ("lisinopril 10 MG Oral Tablet, active, 2020-02-03.",)


def test_a_brand_name_in_a_note_is_the_generic_on_the_list(ask: Ask) -> None:
    note = told("medication", "Continue {name|Zestril} {dose|10 mg} daily.", "2020-02-10", status="active")
    assert len(ask("What medications is she on?", LISINOPRIL, note).texts) == 1


def test_a_medication_that_a_recent_note_alone_names_is_listed(ask: Ask) -> None:
    note = told("medication", "Takes {name|ibuprofen} {dose|400 mg} as needed.", "2020-02-10", status="active")
    assert ask("What medications is she on?", LISINOPRIL, note).texts[1] == "ibuprofen 400 mg, note of 2020-02-10."


def test_an_entry_in_error_is_not_listed(ask: Ask) -> None:
    wrong = coded("allergy", "{date|2011-01-01}: {name|Latex}, {status|active}", code="x", status="entered-in-error")
    assert ask("What are her allergies?", PENICILLIN, wrong).texts == ("Allergy to Penicillin, reaction hives, active, 2010-01-01.",)


def test_the_flu_shot_that_was_not_given_answers_no(ask: Ask) -> None:
    refused = coded("immunization", "{date|2020-10-01}: {name|Influenza vaccine}, {status|not-done}", code="flu", assertion="negated")
    assert ask("Did she get a flu shot?", refused).text == "No: Influenza vaccine, not-done, 2020-10-01."


def smoking(date: str, value: str) -> Line:
    return coded("social_history", f"{{date|{date}}}: {{name|Tobacco smoking status}}: {{value|{value}}}", code="smk")


@pytest.mark.parametrize(
    ("value", "now", "ever", "former"),
    [
        ("Current every day smoker", "Yes", "Yes", "No"),
        ("Smokes tobacco daily (finding)", "Yes", "Yes", "No"),
        ("Former smoker", "No", "Yes", "Yes"),
        ("Ex-smoker (finding)", "No", "Yes", "Yes"),
        ("Never smoker", "No", "No", "No"),
        ("Never smoked tobacco (finding)", "No", "No", "No"),
        ("Non-smoker", "No", "No", "No"),
    ],
)
def test_a_smoking_status_in_words_says_now_formerly_or_never(ask: Ask, value: str, now: str, ever: str, former: str) -> None:
    line = smoking("2020-01-01", value)
    for question, lead in (("Does she smoke?", now), ("Has she ever smoked?", ever), ("Is she a former smoker?", former)):
        answer = ask(question, line)
        assert answer.text == f"{lead}: Tobacco smoking status: {value}, 2020-01-01."


def test_the_newest_status_decides_and_an_older_one_tells_of_ever(ask: Ask) -> None:
    lines = (smoking("2012-01-01", "Current every day smoker"), smoking("2020-01-01", "Never smoker"))
    assert ask("Does she smoke?", *lines).text == "No: Tobacco smoking status: Never smoker, 2020-01-01."
    assert ask("Has she ever smoked?", *lines).text.startswith("Yes: Tobacco smoking status: Current every day smoker, 2012-01-01")


def test_current_things_are_counted_once_each(ask: Ask) -> None:
    lines = (LISINOPRIL, drug("2019-02-03", "lisinopril 10 MG Oral Tablet"), METFORMIN)
    assert ask("How many medications is she on?", *lines).text.startswith("1 record of lisinopril 10 MG Oral Tablet")
