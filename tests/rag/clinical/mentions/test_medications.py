"""What notes say of medications: names, doses that do not swap, schedules, what is done with them, and what is no medication."""

from __future__ import annotations

import pytest

from rag.clinical.lexicon import load_words
from rag.clinical.mentions.medications import find_medications
from rag.clinical.mentions.mention import Mention
from rag.clinical.sections import find_sections
from tests.growth import grows_linearly, repeated


def found(text: str) -> tuple[Mention, ...]:
    return find_medications(text, find_sections(text))


def slot(text: str, mention: Mention, name: str) -> str | None:
    return next((text[s.span.start : s.span.end] for s in mention.slots if s.name == name), None)


def table(text: str, *names: str) -> list[tuple[str | None, ...]]:
    return [(mention.canonical, *(slot(text, mention, name) for name in names)) for mention in found(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She takes lisinopril 20 mg daily and metformin 500 mg BID.", [("lisinopril", "20 mg"), ("metformin", "500 mg")]),
        ("20 mg of lisinopril daily, 500 mg metformin twice a day", [("lisinopril", "20 mg"), ("metformin", "500 mg")]),
        ("20 mg lisinopril and 500 mg metformin", [("lisinopril", "20 mg"), ("metformin", "500 mg")]),
        ("We will increase the lisinopril to 40 mg a day.", [("lisinopril", "40 mg")]),
        ("she takes 81 mg of aspirin", [("aspirin", "81 mg")]),
        ("lisinopril, 20 mg once a day", [("lisinopril", "20 mg")]),
        ("Take two tablets of Tylenol every 6 hours.", [("acetaminophen", "two tablets")]),
        ("lisinopril twenty milligrams a day", [("lisinopril", "twenty milligrams")]),
        ("Lantus 20 units at bedtime, albuterol 2 puffs q4h", [("insulin glargine", "20 units"), ("albuterol", "2 puffs")]),
        ("prednisone 5-10 mg daily", [("prednisone", "5-10 mg")]),
        ("lisinopril/HCTZ 20/12.5 mg daily", [("lisinopril/hydrochlorothiazide", "20/12.5 mg")]),
        ("heparin 5,000 units subcutaneously", [("heparin", "5,000 units")]),
        ("insulin aspart 100 units/mL, inject ten units before meals", [("insulin aspart", "ten units")]),
        ("I am going to start him with a 21 mg nicotine patch.", [("nicotine", "21 mg")]),
        ("metoprolol 25 twice a day", [("metoprolol", "25")]),
        ("She takes Lipitor and her LDL was 150 mg/dL.", [("atorvastatin", None)]),
        ("He takes lisinopril and should limit salt to 2300 mg daily.", [("lisinopril", None)]),
    ],
)
def test_each_drug_keeps_its_own_dose(text: str, wanted: list[tuple[str, str | None]]) -> None:
    assert table(text, "dose") == wanted


def test_change_of_dose_gives_both_doses() -> None:
    text = "Metformin was increased from 500 mg to 1000 mg twice a day."
    assert table(text, "action", "previous_dose", "dose", "frequency") == [("metformin", "increased", "500 mg", "1000 mg", "twice a day")]


def test_one_unit_serves_both_numbers_of_a_change() -> None:
    text = "Increase lisinopril from 10 to 20 mg daily."
    assert table(text, "previous_dose", "dose") == [("lisinopril", "10", "20 mg")]


def test_schedule_route_form_duration_and_reason_are_slots() -> None:
    text = "Amoxicillin 500 mg capsule by mouth three times a day for 10 days for sinusitis."
    assert table(text, "form", "route", "frequency", "duration", "reason") == [
        ("amoxicillin", "capsule", "by mouth", "three times a day", "for 10 days", "sinusitis")
    ]


@pytest.mark.parametrize(
    "written", ["BID", "b.i.d.", "q8h prn", "every morning", "at bedtime", "once weekly", "every 4-6 hours as needed", "Mon/Wed/Fri"]
)
def test_frequencies_as_clinicians_write_them(written: str) -> None:
    text = f"Takes warfarin 5 mg {written}."
    assert table(text, "frequency")[0][1] == written.rstrip(".") or table(text, "frequency")[0][1] == written


@pytest.mark.parametrize(
    ("text", "action", "status"),
    [
        ("Stop the amlodipine.", "Stop", "stopped"),
        ("Lisinopril was stopped due to cough.", "stopped", "stopped"),
        ("She quit taking her Zoloft.", "quit taking", "stopped"),
        ("Hold aspirin before surgery.", "Hold", "stopped"),
        ("Eliquis was held for surgery and resumed on discharge.", "resumed", "active"),
        ("We will start Lasix 20 mg daily.", "start", "planned"),
        ("Continue metformin 500 mg.", "Continue", "active"),
        ("I refilled her levothyroxine.", "refilled", "active"),
        ("I have prescribed meloxicam 15 mg.", "prescribed", "active"),
        ("He is on Coumadin.", None, "active"),
        ("He used to take Paxil 20 mg.", None, "stopped"),
        ("He finished amoxicillin last week.", None, "ended"),
    ],
)
def test_what_is_done_gives_the_status(text: str, action: str | None, status: str) -> None:
    (mention,) = found(text)
    assert (slot(text, mention, "action"), mention.status) == (action, status)


def test_switch_stops_one_and_takes_the_other() -> None:
    text = "We switched her from lisinopril to losartan 50 mg."
    assert [(m.canonical, m.status) for m in found(text)] == [("lisinopril", "stopped"), ("losartan", "active")]


def test_nearest_action_governs() -> None:
    text = "Discontinue Norvasc and start chlorthalidone 25 mg."
    assert table(text, "action") == [("amlodipine", "Discontinue"), ("chlorthalidone", "start")]


def test_dates_are_starts_and_stops() -> None:
    text = "She started metformin in March 2019. Her statin was stopped in 2020."
    first, second = found(text)
    assert (first.time, slot(text, first, "start")) == ("2019-03", "March 2019")
    assert (second.time, slot(text, second, "stop")) == ("2020", "2020")


def test_medications_section_lists_what_is_taken() -> None:
    text = "Medications:\nMetformin | 1000 mg | BID\nCoumadin\n  5 mg every evening\n- Zoltipril 10 mg\n- Warferin as directed\n"
    assert [(m.canonical, m.status, slot(text, m, "dose")) for m in found(text)] == [
        ("metformin", "active", "1000 mg"),
        ("warfarin", "active", "5 mg"),
        ("zoltipril", "active", "10 mg"),
        ("warfarin", "active", None),
    ]


def test_display_of_a_combination_keeps_each_strength() -> None:
    text = "# Medications\namoxicillin 250 mg / clavulanate 125 mg oral tablet; 24 hr metformin hydrochloride 500 mg oral tablet\n"
    assert table(text, "dose") == [("amoxicillin", "250 mg"), ("clavulanate", "125 mg"), ("metformin", "500 mg")]


def test_misspelt_name_counts_before_a_dose_only() -> None:
    assert table("Metfornin 500 mg bid", "dose") == [("metformin", "500 mg")]
    assert found("The metfornin question was discussed.") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Potassium 4.2, calcium 9.1, iron 45.",
        "Her lithium level is 0.8 and the vitamin D level is low.",
        "Iron deficiency anemia and a high calcium score.",
        "She follows a low potassium diet.",
        "Allergies: penicillin - rash, sulfa.",
        "She is allergic to codeine.",
        "In April she lives with her biologic father and mother.",
        "Cystatin C was 1.1 mg/L.",
    ],
)
def test_analytes_allergies_and_ordinary_words_are_no_medications(text: str) -> None:
    assert found(text) == ()


def test_analyte_names_count_when_taken() -> None:
    text = "She takes iron and vitamin d, and KCl 20 mEq daily."
    assert [m.canonical for m in found(text)] == ["iron", "vitamin d", "potassium chloride"]


def test_list_of_drugs_is_not_read_as_a_combination() -> None:
    text = "Medications: lisinopril, hydrochlorothiazide, calcium, vitamin D"
    assert [m.canonical for m in found(text)] == ["lisinopril", "hydrochlorothiazide", "calcium", "vitamin d"]


def test_classes_are_mentions_under_their_own_name() -> None:
    text = "He takes a beta blocker, statins and his insulin."
    assert [m.canonical for m in found(text)] == ["beta blocker", "statin", "insulin"]


def test_brand_and_generic_meet() -> None:
    text = "Lasix (furosemide) 40 mg daily"
    assert table(text, "dose") == [("furosemide", "40 mg")]


def test_denied_and_relatives_medications_are_not_the_patients() -> None:
    text = "He is not taking any blood thinners. Her mother takes insulin."
    assert [(m.canonical, m.assertion, m.experiencer) for m in found(text)] == [
        ("anticoagulant", "negated", "patient"),
        ("insulin", "family", "mother"),
    ]


def test_lack_of_relief_does_not_deny_the_drug() -> None:
    text = "She takes Enablex 50 mg and has not noted any improvement. She uses ibuprofen with no relief."
    assert [m.assertion for m in found(text)] == ["present", "present"]


def test_spans_lie_in_their_sentence() -> None:
    text = "Plan:\n- Increase Lasix from 20 mg to 60 mg daily for edema.\n- Start Ultram 50 mg every 6 hours as needed for pain.\n"
    for mention in found(text):
        for part in (mention.name, *(s.span for s in mention.slots)):
            assert mention.sentence.start <= part.start < part.end <= mention.sentence.end


def test_every_class_has_members_that_are_drugs() -> None:
    drugs, members = load_words("drugs"), load_words("drug_class_members")
    assert set(members) == set(load_words("drug_classes"))
    assert [name for names in members.values() for name in names if name not in drugs] == []


def test_no_name_stands_for_two_drugs() -> None:
    seen: dict[str, str] = {}
    for generic, names in load_words("drugs").items():
        for name in (generic, *names):
            assert seen.setdefault(name, generic) == generic


def test_time_grows_with_the_text() -> None:
    unit = "She takes lisinopril 20 mg daily, metformin 500 mg BID and 1 2 3 of of of the the "
    assert grows_linearly(lambda size: found(repeated(unit, size)), 4_000)


def test_action_denied_leaves_the_drug_taken() -> None:
    (mention,) = found("She did not hold methotrexate before the vaccine.")
    assert (mention.assertion, mention.status) == ("present", "active")


def test_condition_and_possibility_make_a_planned_drug_hypothetical() -> None:
    text = "If the test is positive, I will prescribe amoxicillin 500 mg. We may need to start her on warfarin."
    assert [(m.assertion, m.status) for m in found(text)] == [("hypothetical", "planned"), ("hypothetical", "planned")]


def test_completed_course_has_ended() -> None:
    (mention,) = found("He was placed on amoxicillin, which he completed yesterday.")
    assert mention.status == "ended"


def test_as_needed_speaks_of_its_own_drug_only() -> None:
    text = "Tylenol 500 mg q6h prn, ibuprofen 800 mg q8h prn, methocarbamol 750 mg qid."
    assert [m.assertion for m in found(text)] == ["present", "present", "present"]


def test_route_before_the_name_is_its_own() -> None:
    text = "lipitor 80 qhs, SL nitroglycerin prn"
    assert table(text, "dose", "route") == [("atorvastatin", "80", None), ("nitroglycerin", None, "SL")]


def test_volume_of_a_pack_is_not_the_dose() -> None:
    assert table("1 ml epoetin alfa 4000 unt/ml injection", "dose") == [("epoetin alfa", "4000 unt/ml")]


def test_what_another_thing_did_is_not_the_drugs_action() -> None:
    text = "She received 5 mg of metoprolol IV, after which the heart rate was reduced. Pain is decreased with rest and ibuprofen."
    assert table(text, "action") == [("metoprolol", None), ("ibuprofen", None)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("HFrEF, EF 25 %: carvedilol increased from 6.25 mg to 12.5 mg twice daily.", [("carvedilol", "12.5 mg")]),
        ("BP 122/76 on amlodipine, HR 82, SpO2 97 %.", [("amlodipine", None)]),
        ("Hydrocortisone cream 1 % twice daily.", [("hydrocortisone", "1 %")]),
    ],
)
def test_a_measured_percentage_is_no_dose(text: str, wanted: list[tuple[str | None, ...]]) -> None:
    assert table(text, "dose") == wanted


@pytest.mark.parametrize("text", ["Discussed naloxone - pt declined today.", "Ondansetron not given."])
def test_what_was_declined_or_not_given_is_negated(text: str) -> None:
    assert [mention.assertion for mention in found(text)] == ["negated"]


def test_a_table_of_results_gives_no_dose() -> None:
    assert table("Date | A1c | Glargine dose\n2024-01-22 | 9.6 % | 10 units started\n", "dose") in ([], [("insulin glargine", None)])


@pytest.mark.parametrize(
    ("text", "status"),
    [("She has taken sertraline 50 mg for six weeks.", "active"), ("She has taken ibuprofen without relief.", "stopped")],
)
def test_what_has_been_taken_for_so_long_is_taken_still(text: str, status: str) -> None:
    assert [mention.status for mention in found(text)] == [status]
