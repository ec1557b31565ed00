"""The parts of the facts that resources state, as the reader finds them in its own lines."""

from __future__ import annotations

import pytest

from ingestion.records import RawFact
from rag.vocabulary import FACT_KINDS, SLOT_NAMES
from tests.ingestion.readers.fhir_charts import LOINC, PATIENT, VISIT, Resource, concept, in_visit, lab, of, read
from tests.ingestion.readers.test_fhir_lines import AMOXICILLIN, BP, CASES, SINUSITIS

Parts = dict[str, list[str]]


def stated(resource: Resource, *others: Resource) -> list[tuple[RawFact, Parts]]:
    """The facts of the resource's line, each with the words of its slots by name."""
    reference = f"{resource['resourceType']}/{resource['id']}"
    for document in read(PATIENT, resource, *others).documents:
        for line in document.resources:
            if line.reference == reference:
                facts = [fact for fact in document.facts if (fact.start, fact.end) == (line.start, line.end)]
                return [(fact, _parts(fact, document.text)) for fact in facts]
    raise AssertionError(f"{reference} was not rendered")


def _parts(fact: RawFact, text: str) -> Parts:
    parts: Parts = {}
    for slot in fact.slots:
        assert fact.start <= slot.start < slot.end <= fact.end
        parts.setdefault(slot.name, []).append(text[slot.start : slot.end])
        assert slot.date is None or text[slot.start : slot.end] == slot.date
    return parts


@pytest.mark.parametrize("resource", [*(case[0] for case in CASES), AMOXICILLIN], ids=lambda r: r["resourceType"])
def test_every_fact_is_of_a_known_kind_and_names_its_parts(resource: Resource) -> None:
    for fact, parts in stated(resource, *([] if resource is VISIT else [VISIT])):
        assert fact.kind in FACT_KINDS and parts.keys() <= SLOT_NAMES
        assert len(parts["name"]) >= 1 and all(word == word.strip() for words in parts.values() for word in words)


def test_a_value_and_its_unit_are_parts_of_their_own() -> None:
    measured = {"interpretation": [concept("High", "H")], "referenceRange": [{"low": {"value": 4}, "high": {"value": 6, "unit": "%"}}]}
    ((fact, parts),) = stated(lab(**measured), VISIT)
    assert (fact.value, fact.unit, fact.time, fact.clock) == ("8.20", "%", "2024-03-01", "T09:05:00-05:00")
    assert parts == {
        "date": ["2024-03-01"],
        "name": ["Hemoglobin A1c"],
        "value": ["8.20"],
        "unit": ["%"],
        "interpretation": ["High"],
        "range": ["4 to 6 %"],
        "status": ["final"],
    }


def test_each_component_has_its_own_parts_and_the_name_of_the_whole() -> None:
    (systolic, upper), (diastolic, lower) = stated(BP, VISIT)
    assert (upper["name"], upper["value"], upper["unit"], upper["text"]) == (["Systolic"], ["142"], ["mm[Hg]"], ["Blood pressure"])
    assert lower["name"] == ["Diastolic"] and "value" not in lower and lower["text"] == ["Blood pressure", "unknown"]
    assert upper["status"] == lower["status"] == ["final"] and upper["category"] == lower["category"] == ["vital signs"]
    assert (systolic.value, diastolic.value) == ("142", None)


def test_a_component_keeps_its_range_to_itself() -> None:
    parts = [
        {"code": concept("Sodium", "2951-2", LOINC), "valueInteger": 140, "referenceRange": [{"text": "135-145"}]},
        {"code": concept("Potassium", "2823-3", LOINC), "valueInteger": 4, "interpretation": [concept("Low", "L")]},
    ]
    panel = {key: value for key, value in lab(component=parts).items() if key != "valueQuantity"}
    (_, sodium), (_, potassium) = stated(panel, VISIT)
    assert sodium["range"] == ["135-145"] and "interpretation" not in sodium
    assert potassium["interpretation"] == ["Low"] and "range" not in potassium


def test_a_panel_with_a_value_of_its_own_states_three_facts() -> None:
    panel = {**BP, "valueString": "normal"}
    (whole, named), *rest = stated(panel, VISIT)
    assert whole.display == "Blood pressure" and named["name"] == ["Blood pressure"] and named["value"] == ["normal"]
    assert [parts["name"] for _, parts in rest] == [["Systolic"], ["Diastolic"]]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"category": [{"coding": [{"code": "social-history"}]}]}, "social_history"),
        ({"code": concept("Tobacco smoking status", "72166-2", LOINC), "category": [{"coding": [{"code": "survey"}]}]}, "social_history"),
        ({"category": [{"coding": [{"code": "laboratory"}]}]}, "observation"),
        ({"code": concept("Smoke inhalation", "72166-2")}, "observation"),
    ],
)
def test_social_history_is_told_by_its_category_or_its_loinc_code(fields: Resource, kind: str) -> None:
    assert stated(lab(**fields), VISIT)[0][0].kind == kind


def test_a_condition_has_its_onset_and_its_end() -> None:
    ((fact, parts),) = stated({**SINUSITIS, "severity": concept("Mild")}, VISIT)
    assert (fact.time, fact.clock, fact.end_time) == ("2012-05-01", "T10:00:00Z", "2012-05-14")
    assert (parts["onset"], parts["abated"], parts["status"]) == (["2012-05-01"], ["2012-05-14"], ["resolved"])
    assert parts["severity"] == ["Mild"]


def test_an_onset_told_as_an_age_is_an_age() -> None:
    born = {key: value for key, value in SINUSITIS.items() if not key.startswith(("onset", "abatement"))}
    ((_, parts),) = stated({**born, "onsetAge": {"value": 12, "unit": "years"}, "recordedDate": "2020"}, VISIT)
    assert parts["age"] == ["12 years"] and "onset" not in parts


def test_a_prescription_has_dose_schedule_route_reason_and_its_text() -> None:
    ((fact, parts),) = stated(AMOXICILLIN, VISIT, SINUSITIS)
    assert fact.display == "Amoxicillin 500 MG Oral Capsule"
    assert parts["dose"] == ["1 capsule"] and parts["frequency"] == ["3 times per day"] and parts["route"] == ["Oral route"]
    assert parts["text"] == ["One capsule with food"] and parts["reason"] == ["Viral sinusitis (disorder)"]


def test_a_dosage_in_words_alone_is_read_for_its_parts() -> None:
    sig = {"dosageInstruction": [{"text": "Take 500 mg by mouth twice daily for 10 days"}]}
    ((_, parts),) = stated({**AMOXICILLIN, **sig}, VISIT)
    assert parts["dose"] == ["500 mg"] and parts["frequency"] == ["twice daily"] and parts["text"] == [sig["dosageInstruction"][0]["text"]]
    assert "by mouth" in parts["route"] and "10 days" in parts["duration"][0]


def test_a_course_that_ended_has_its_stop() -> None:
    taken = of("MedicationStatement", "ms", status="completed", medicationCodeableConcept=concept("Aspirin"),
               effectivePeriod={"start": "2020-01-02T08:00:00Z", "end": "2020-03-04"})  # fmt: skip
    ((fact, parts),) = stated(taken, VISIT)
    assert (fact.time, fact.end_time, parts["start"], parts["stop"]) == ("2020-01-02", "2020-03-04", ["2020-01-02"], ["2020-03-04"])


def test_a_visit_has_its_class_its_reason_and_its_end() -> None:
    ((fact, parts),) = stated({**VISIT, "reasonCode": [concept("Cough")]})
    assert (fact.display, fact.time, fact.clock, fact.end_time) == ("Follow-up visit", "2024-03-01", "T09:00:00-05:00", "2024-03-01")
    assert (parts["name"], parts["category"], parts["reason"]) == (["Follow-up visit"], ["ambulatory"], ["Cough"])


def test_a_visit_without_a_type_goes_by_its_setting() -> None:
    bare = {key: value for key, value in VISIT.items() if key != "type"}
    ((fact, parts),) = stated({**bare, "class": {"code": "EMER"}})
    assert fact.display == "emergency" and parts["name"] == ["emergency"] and "category" not in parts


def test_each_answered_question_is_a_fact() -> None:
    items = [
        {"text": "Do you smoke?", "answer": [{"valueString": "Never"}]},
        {"text": "Feeling down", "answer": [{"valueInteger": 2}]},
        {"text": "Falls"},
    ]
    (smoking, first), (mood, second) = stated(
        of("QuestionnaireResponse", "q", status="completed", authored="2024-01-01", item=items), VISIT
    )
    assert (first["name"], first["value"], smoking.value) == (["Do you smoke?"], ["Never"], "Never")
    assert (second["name"], second["value"], mood.value) == (["Feeling down"], ["2"], "2")


def test_each_illness_of_a_relative_is_a_fact_with_the_relation() -> None:
    conditions = [{"code": concept("Breast cancer"), "onsetAge": {"value": 44, "unit": "years"}}, {"code": concept("Asthma")}]
    mother = of("FamilyMemberHistory", "f", status="completed", relationship=concept("Mother"), condition=conditions)
    (cancer, first), (asthma, second) = stated(mother, VISIT)
    assert {cancer.experiencer, asthma.experiencer} == {"mother"} and {cancer.assertion, asthma.assertion} == {"family"}
    assert first["relation"] == second["relation"] == ["Mother"] and first["age"] == ["44 years"] and "age" not in second


def test_an_allergy_has_reaction_severity_and_criticality() -> None:
    ((_, parts),) = stated(CASES[4][0], VISIT)
    assert (parts["name"], parts["reaction"], parts["severity"]) == (["Peanut"], ["Hives"], ["mild"])
    assert (parts["criticality"], parts["category"]) == (["high"], ["food"])


@pytest.mark.parametrize("said", ["No known allergies", "No Known Drug Allergy (situation)", "NKDA", "No known food or drug allergies"])
def test_a_record_of_no_allergy_denies_one(said: str) -> None:
    ((fact, _),) = stated(of("AllergyIntolerance", "a", code={"text": said}), VISIT)
    assert fact.assertion == "negated"


def test_a_conclusion_is_the_text_of_a_report() -> None:
    report = in_visit("DiagnosticReport", "r", status="final", code=concept("Chest X-ray"), conclusion="No effusion.")
    ((fact, parts),) = stated(report, VISIT)
    assert fact.kind == "report" and parts["text"] == ["No effusion."]


def test_a_care_plan_goes_by_its_title_not_by_the_category_that_all_plans_have() -> None:
    plan = of("CarePlan", "c", status="active", category=[concept("assess plan", "assess-plan"), concept("Diabetes care", "2")])
    assert stated(plan, VISIT)[0][1]["name"] == ["Diabetes care"]
    ((fact, parts),) = stated({**plan, "title": "Foot care"}, VISIT)
    assert parts["name"] == ["Foot care"] and parts["category"] == ["assess plan", "Diabetes care"] and fact.display == ""


def test_what_was_entered_in_error_states_nothing() -> None:
    result = read(PATIENT, VISIT, lab(status="entered-in-error"))
    assert [fact.kind for document in result.documents for fact in document.facts] == ["encounter"]
