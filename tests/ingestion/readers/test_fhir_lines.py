"""Each resource type as a line of plain clinical English."""

from __future__ import annotations

import pytest

from tests.ingestion.readers.fhir_charts import LOINC, PATIENT, VISIT, Raw, Resource, concept, in_visit, lab, line, of

BP = in_visit(
    "Observation",
    "bp",
    status="final",
    category=[{"coding": [{"code": "vital-signs"}]}],
    code=concept("Blood pressure", "85354-9", LOINC),
    effectiveDateTime="2024-03-01",
    component=[
        {"code": concept("Systolic", "8480-6", LOINC), "valueQuantity": {"value": 142, "unit": "mm[Hg]"}},
        {"code": concept("Diastolic", "8462-4", LOINC), "dataAbsentReason": {"coding": [{"code": "unknown"}]}},
    ],
)
AMOXICILLIN = in_visit(
    "MedicationRequest",
    "m1",
    status="active",
    intent="order",
    authoredOn="2024-03-01",
    medicationReference={"reference": "#drug"},
    contained=[{"resourceType": "Medication", "id": "drug", "code": concept("Amoxicillin 500 MG Oral Capsule")}],
    reasonReference=[{"reference": "Condition/c1"}],
    dosageInstruction=[
        {
            "text": "One capsule with food",
            "timing": {"repeat": {"frequency": 3, "period": Raw("1.0"), "periodUnit": "d"}},
            "route": concept("Oral route"),
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "capsule"}}],
        }
    ],
)
SINUSITIS = in_visit(
    "Condition",
    "c1",
    clinicalStatus={"coding": [{"code": "resolved"}]},
    verificationStatus={"coding": [{"code": "confirmed"}]},
    code=concept("Viral sinusitis (disorder)"),
    onsetDateTime="2012-05-01T10:00:00Z",
    abatementDateTime="2012-05-14",
)
CASES: list[tuple[Resource, str]] = [
    (
        lab(),
        "2024-03-01 Hemoglobin A1c: 8.20 % (final)",
    ),
    (BP, "2024-03-01 Blood pressure: Systolic 142 mm[Hg], Diastolic not available (unknown) (vital signs, final)"),
    (SINUSITIS, "2012-05-01 Condition: Viral sinusitis (disorder), clinical status resolved, onset 2012-05-01, abated 2012-05-14"),
    (VISIT, "2024-03-01 Encounter: Follow-up visit, ambulatory, status finished"),
    (
        of(
            "AllergyIntolerance",
            "a1",
            clinicalStatus={"coding": [{"code": "active"}]},
            criticality="high",
            category=["food"],
            code=concept(
                "Peanut",
            ),
            recordedDate="1999-02-03",
            reaction=[{"manifestation": [concept("Hives")], "severity": "mild"}],
        ),
        "1999-02-03 Allergy: Peanut, clinical status active, criticality high, category food, reaction Hives, severity mild",
    ),
    (
        in_visit(
            "Immunization",
            "i1",
            status="not-done",
            vaccineCode=concept(
                "Zoster",
            ),
            occurrenceDateTime="2024",
            statusReason=concept(
                "Immunity",
            ),
        ),
        "2024 Immunization: Zoster, status not done, status reason Immunity",
    ),
    (
        in_visit(
            "Procedure",
            "pr1",
            status="completed",
            code=concept(
                "Colonoscopy",
            ),
            performedPeriod={"start": "2020-01-02T08:00:00Z", "end": "2020-01-03"},
        ),
        "2020-01-02 Procedure: Colonoscopy, status completed, from 2020-01-02 to 2020-01-03",
    ),
    (
        of(
            "Goal",
            "g1",
            lifecycleStatus="active",
            description=concept(
                "A1c below 7",
            ),
            target=[{"detailQuantity": {"value": 7, "unit": "%"}, "dueDate": "2024-09"}],
        ),
        "Goal: A1c below 7, status active, target 7 %, due 2024-09",
    ),
    (
        of(
            "FamilyMemberHistory",
            "f1",
            status="completed",
            date="2019",
            relationship=concept(
                "mother",
            ),
            condition=[{"code": concept("Breast cancer"), "onsetAge": {"value": 44, "unit": "a"}}],
        ),
        "2019 Family history: mother had Breast cancer, onset at age 44 a",
    ),
    (
        of(
            "Device",
            "d1",
            status="active",
            type=concept("Pacemaker"),
            serialNumber="SN-881234",
            manufactureDate="2018-01-01",
        ),
        "Device: Pacemaker, status active, manufactured 2018-01-01",
    ),
    (
        of(
            "CareTeam",
            "t1",
            status="active",
            participant=[{"role": [concept("Cardiologist")], "member": {"display": "Ron Bone, MD"}}],
        ),
        "Care team, status active, member Cardiologist",
    ),
    (
        in_visit(
            "ServiceRequest",
            "s1",
            status="active",
            intent="order",
            code=concept("CBC panel"),
            authoredOn="2024-03-01",
        ),
        "2024-03-01 Service request: CBC panel, status active, intent order",
    ),
    (
        of(
            "QuestionnaireResponse",
            "q1",
            status="completed",
            authored="2024-01-01",
            item=[
                {
                    "text": "Do you smoke?",
                    "answer": [{"valueCoding": {"code": "n", "display": "Never"}}],
                    "item": [{"text": "Packs", "answer": [{"valueInteger": 0}]}],
                }
            ],
        ),
        "2024-01-01 Questionnaire response, status completed; Do you smoke?: Never; Packs: 0",
    ),
    (
        in_visit(
            "DiagnosticReport",
            "r1",
            status="final",
            code=concept(
                "Lipid panel",
            ),
            effectiveDateTime="2024-03-01",
            conclusion="Normal lipids.",
        ),
        "2024-03-01 Diagnostic report: Lipid panel, status final, conclusion: Normal lipids.",
    ),
    (
        in_visit(
            "ImagingStudy",
            "im1",
            status="available",
            started="2024-03-01",
            series=[
                {"modality": {"code": "DX", "display": "Digital Radiography"}, "bodySite": {"code": "51299004", "display": "Clavicle"}}
            ],
        ),
        "2024-03-01 Imaging study, modality Digital Radiography, body site Clavicle, status available",
    ),
    (
        in_visit(
            "MedicationAdministration",
            "ma1",
            status="completed",
            medicationCodeableConcept=concept(
                "Heparin",
            ),
            effectiveDateTime="2024-03-01",
            dosage={"dose": {"value": 5000, "unit": "U"}},
        ),
        "2024-03-01 Medication administration: Heparin, status completed, dose 5000 U",
    ),
    (
        of(
            "CarePlan",
            "cp1",
            status="active",
            intent="plan",
            category=[concept("Diabetes care")],
            activity=[{"detail": {"code": concept("Diet"), "status": "in-progress"}}],
        ),
        "Care plan: Diabetes care, status active, intent plan, activity Diet, activity status in progress",
    ),
    (
        of(
            "NutritionOrder",
            "n1",
            status="active",
            dateTime="2024-03-01",
            oralDiet={"type": [concept("Low sodium")]},
        ),
        "2024-03-01 Nutrition order, diet Low sodium, status active",
    ),
    (
        of(
            "ClinicalImpression",
            "ci1",
            status="completed",
            date="2024-03-01",
            summary="Likely viral.",
        ),
        "2024-03-01 Clinical impression: Clinical impression, status completed, summary: Likely viral.",
    ),
    (
        of(
            "Specimen",
            "sp1",
            status="available",
            type=concept("Serum"),
            collection={"collectedDateTime": "2024-03-01"},
        ),
        "2024-03-01 Specimen: Serum, status available",
    ),
    (
        of(
            "Media",
            "me1",
            status="completed",
            type=concept("Image"),
            createdDateTime="2024-03-01",
        ),
        "2024-03-01 Media: Image, status completed",
    ),
    (
        of(
            "MedicationStatement",
            "ms1",
            status="not-taken",
            medicationCodeableConcept=concept("Aspirin"),
            effectiveDateTime="2024-03-01",
        ),
        "2024-03-01 Medication statement: Aspirin, status not taken",
    ),
    (
        of(
            "MedicationDispense",
            "md1",
            status="completed",
            medicationCodeableConcept=concept(
                "Aspirin",
            ),
            quantity={"value": 30, "unit": "tablet"},
            whenHandedOver="2024-03-01",
        ),
        "2024-03-01 Medication dispense: Aspirin, status completed, quantity 30 tablet",
    ),
]


@pytest.mark.parametrize(("resource", "expected"), CASES, ids=[case[0]["resourceType"] + "/" + case[0]["id"] for case in CASES])
def test_a_resource_reads_as_one_line(resource: Resource, expected: str) -> None:
    assert line(resource, VISIT) == expected if resource is not VISIT else line(VISIT) == expected


def test_a_prescription_names_the_contained_medicine_its_dose_and_its_reason() -> None:
    assert line(AMOXICILLIN, VISIT, SINUSITIS) == (
        "2024-03-01 Medication request: Amoxicillin 500 MG Oral Capsule, status active, dosage: One capsule with food, dose 1 capsule, "
        "3 times per day, route Oral route, reason Viral sinusitis (disorder)"
    )


@pytest.mark.parametrize("digits", ["8.20", "167.77334700962666", "1.0", "0.000000100", "1E+2", "-3", "12345678901234567890.5"])
def test_decimals_stay_as_written(digits: str) -> None:
    assert f": {digits} %" in line(lab(value=digits))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "ng/L"}}, ": <5 ng/L"),
        ({"valueCodeableConcept": concept("Detected")}, ": Detected"),
        ({"valueString": "see  note\nbelow"}, ": see note below"),
        ({"valueBoolean": False}, ": no"),
        ({"valueInteger": 3}, ": 3"),
        ({"valueRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "mg"}}}, ": 1 to 2 mg"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, ": 1 / 128"),
        ({"valuePeriod": {"start": "2024-01-01T00:00:00Z", "end": "2024-01-02"}}, ": 2024-01-01 to 2024-01-02"),
        ({"valueDateTime": "2024-01-01T10:00:00Z"}, ": 2024-01-01"),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, ": not available (not performed)"),
        ({"valueInteger": 3, "interpretation": [concept("High", "H")]}, ": 3, interpretation High"),
        ({"valueInteger": 3, "referenceRange": [{"low": {"value": 1}, "high": {"value": 2}}]}, ", reference range 1 to 2"),
        ({"valueInteger": 3, "referenceRange": [{"text": "under 5"}]}, ", reference range under 5"),
        ({"valueInteger": 3, "note": [{"text": "haemolysed"}]}, "(final), note: haemolysed"),
    ],
)
def test_every_kind_of_value_is_said(fields: Resource, said: str) -> None:
    plain = {key: value for key, value in lab().items() if key != "valueQuantity"}
    assert said in line({**plain, **fields})


@pytest.mark.parametrize(
    "odd",
    [{"code": "text"}, {"valueQuantity": []}, {"component": "x"}, {"effectiveDateTime": 7}, {"category": {"a": None}}, {"note": [None, 3]}],
)
def test_an_element_of_the_wrong_shape_costs_only_itself(odd: Resource) -> None:
    assert "(" in line({**lab(), **odd})


def test_a_date_that_is_no_date_is_not_marked_as_one() -> None:
    assert line(lab(effectiveDateTime="Grace's birthday")) == "Hemoglobin A1c: 8.20 % (final)"


def test_a_narrative_that_says_more_than_the_data_is_added() -> None:
    more = {"status": "additional", "div": "<div><p>Taken after a meal.</p></div>"}
    assert line(lab(text=more)).endswith("(final), narrative: Taken after a meal.")
    assert "narrative" not in line(lab(text={**more, "status": "generated"}))


def test_the_patient_is_no_line() -> None:
    with pytest.raises(AssertionError, match="not rendered"):
        line(PATIENT)
