"""When a thing began, ended, was last done, how long it lasted; why, at what dose, and what was reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Line, Told, coded, drug, lab, told

Ask = Callable[..., Told]
SINUSITIS = coded(
    "condition", "{date|2017-05-05}: {name|Viral sinusitis (disorder)}, {status|resolved}, abated {abated|2017-06-01}", code="s"
)
ASTHMA = coded("condition", "{date|2016}: {name|Asthma}, {status|active}", code="a")
COLONOSCOPY = coded("procedure", "{date|2018-07-07}: {name|Colonoscopy}, {status|completed}", code="col")
OLD_COLONOSCOPY = coded("procedure", "{date|2008-07-07}: {name|Colonoscopy}, {status|completed}", code="col")
METFORMIN = drug("2018-02-03", "metformin 500 MG Oral Tablet", "stopped")
LAST = lab("2021-04-02", "4.0", "mmol/L", "Potassium")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was asthma diagnosed?", "Asthma was first recorded in 2016 (active), 5 years before the record's last date."),
        ("When did the sinusitis resolve?", "Viral sinusitis (disorder) resolved on 2017-06-01."),
        (
            "How long did the sinusitis last?",
            "Viral sinusitis (disorder) was first recorded on 2017-05-05 and ended on 2017-06-01, 27 days later.",
        ),
        ("How long has she had asthma?", "Asthma was first recorded in 2016, 5 years before the record's last date."),
        ("When was the last colonoscopy?", "Colonoscopy was performed on 2018-07-07 (completed), 2 years before the record's last date."),
        ("How many colonoscopies were done?", "2 records of Colonoscopy, from 2008-07-07 to 2018-07-07."),
    ],
)
def test_dates_and_counts_are_told(ask: Ask, question: str, text: str) -> None:
    answer = ask(question, SINUSITIS, ASTHMA, OLD_COLONOSCOPY, COLONOSCOPY, LAST)
    assert answer.texts == (text,) and not answer.cited.withheld


def test_a_stopped_medication_never_takes_the_date_it_was_prescribed_for_its_end(ask: Ask) -> None:
    answer = ask("When was metformin stopped?", METFORMIN, LAST)
    assert answer.text == "metformin 500 MG Oral Tablet, stopped, recorded 2018-02-03. No end date is recorded."


def test_a_stopped_medication_tells_the_stop_that_is_on_record(ask: Ask) -> None:
    line = coded(
        "medication", "{date|2018-02-03}: {name|metformin 500 MG Oral Tablet}, {status|stopped}, until {stop|2019-08-09}", code="m"
    )
    assert ask("When was metformin stopped?", line).text == "metformin 500 MG Oral Tablet ended on 2019-08-09."


def test_the_note_that_tells_of_the_stop_is_quoted_with_its_date(ask: Ask) -> None:
    note = told("medication", "{action|Stopped} {name|metformin} because of diarrhea.", "2020-02-20", status="stopped")
    assert ask("When was metformin stopped?", METFORMIN, note).text == "2020-02-20: Stopped metformin because of diarrhea."


def test_an_active_medication_was_not_stopped(ask: Ask) -> None:
    assert ask("When was lisinopril stopped?", drug("2020-02-03", "lisinopril 10 MG Oral Tablet")).texts == ()


@pytest.mark.parametrize(
    "question",
    [
        "When did she have chest pain?",
        "When did the chest pain start?",
        "When was the last chest pain?",
        "How often did she have chest pain?",
    ],
)
def test_when_asked_of_what_is_only_denied_is_not_documented(ask: Ask, question: str) -> None:
    answer = ask(question, told("finding", "She denies {name|chest pain}.", "2020-01-05", assertion="negated"))
    assert answer.texts == () and answer.near == (("negated", "She denies chest pain."),)


def test_an_immunization_that_was_not_done_is_not_the_last_one(ask: Ask) -> None:
    refused = coded("immunization", "{date|2020-10-01}: {name|Influenza vaccine}, {status|not-done}", code="flu", assertion="negated")
    given = coded("immunization", "{date|2018-10-01}: {name|Influenza vaccine}, {status|completed}", code="flu")
    assert ask("When was the last flu shot?", given, refused).text.startswith("Influenza vaccine was given on 2018-10-01 (completed)")


def test_an_immunization_never_given_is_a_near_miss(ask: Ask) -> None:
    refused = coded("immunization", "{date|2020-10-01}: {name|Influenza vaccine}, {status|not-done}", code="flu", assertion="negated")
    assert ask("When was the last flu shot?", refused).near == (("negated", "2020-10-01: Influenza vaccine, not-done"),)


def test_the_first_value_past_a_limit_tells_when(ask: Ask) -> None:
    values = (lab("2018-01-01", "6.0"), lab("2019-01-01", "7.1"), lab("2020-01-01", "8.0"))
    assert ask("When did the A1c first exceed 7?", *values).text.startswith("Hemoglobin A1c was 7.1 % on 2019-01-01")


def test_a_visit_counts_as_a_visit(ask: Ask) -> None:
    stay = coded("encounter", "{date|2019-03-03} to {stop|2019-03-09}: {name|Hospital admission}, {category|inpatient}", code="e")
    assert ask("How many times was she admitted?", stay).text == "1 visit of Hospital admission, on 2019-03-03."


def dosed(name: str = "lisinopril", dose: str = "20 mg", date: str = "2020-02-20") -> Line:
    return told("medication", f"Takes {{name|{name}}} {{dose|{dose}}} {{frequency|daily}}.", date, status="active")


def test_the_dose_is_the_newest_on_record(ask: Ask) -> None:
    old = told("medication", "Takes {name|lisinopril} {dose|5 mg} daily.", "2017-02-20", status="active")
    assert ask("What dose of lisinopril does she take?", old, dosed()).text == "lisinopril 20 mg daily, note of 2020-02-20."


def test_a_change_of_dose_is_told_in_the_words_of_the_note(ask: Ask) -> None:
    raised = told(
        "medication", "{name|Lisinopril} {action|increased} from {previous_dose|10 mg} to {dose|20 mg}.", "2020-02-20", status="active"
    )
    answer = ask("How did the lisinopril dose change?", drug("2020-02-20", "lisinopril 20 MG Oral Tablet"), raised)
    assert answer.texts == ("2020-02-20: Lisinopril increased from 10 mg to 20 mg.",)


def test_a_change_of_dose_that_no_note_tells_is_two_records(ask: Ask) -> None:
    lines = (drug("2019-02-20", "lisinopril 10 MG Oral Tablet", "completed"), drug("2020-02-20", "lisinopril 20 MG Oral Tablet"))
    answer = ask("How did the lisinopril dose change?", *lines)
    assert answer.texts == (
        "lisinopril 10 MG Oral Tablet, completed, recorded 2019-02-20.",
        "lisinopril 20 MG Oral Tablet, active, 2020-02-20.",
    )


def test_a_reason_is_told_with_the_date(ask: Ask) -> None:
    line = coded(
        "medication", "{date|2020-02-03}: {name|lisinopril 10 MG Oral Tablet}, {status|active}, for {reason|Hypertension}", code="l"
    )
    assert ask("Why is she on lisinopril?", line).text == "lisinopril 10 MG Oral Tablet, 2020-02-03, reason: Hypertension."


def test_a_report_is_told_in_its_own_words(ask: Ask) -> None:
    line = coded("report", "{date|2020-02-03}: {name|Chest X-ray}: {text|No infiltrate. Heart size normal.}", code="cxr")
    assert ask("What did the chest X-ray show?", line).text == "Chest X-ray, 2020-02-03: No infiltrate. Heart size normal."
