"""The table of resource types that become lines."""

from __future__ import annotations

from collections.abc import Callable

from ingestion.readers.fhir_care import (
    care_plan,
    care_team,
    clinical_impression,
    encounter,
    goal,
    nutrition_order,
    questionnaire_response,
    service_request,
)
from ingestion.readers.fhir_json import node, text
from ingestion.readers.fhir_line import Line, LineWriter
from ingestion.readers.fhir_medication import medication_line
from ingestion.readers.fhir_observation import observation
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_problems import allergy, condition, device, family_history, immunization, procedure
from ingestion.readers.fhir_results import imaging_study, media, report, specimen
from ingestion.readers.markup import markup_text

Renderer = Callable[[Entry, Pool], LineWriter]

RENDERERS: dict[str, Renderer] = {
    "Encounter": encounter,
    "Condition": condition,
    "AllergyIntolerance": allergy,
    "FamilyMemberHistory": family_history,
    "Procedure": procedure,
    "Immunization": immunization,
    "Device": device,
    "MedicationRequest": medication_line,
    "MedicationDispense": medication_line,
    "MedicationAdministration": medication_line,
    "MedicationStatement": medication_line,
    "Observation": observation,
    "DiagnosticReport": report,
    "ImagingStudy": imaging_study,
    "Specimen": specimen,
    "Media": media,
    "CarePlan": care_plan,
    "CareTeam": care_team,
    "Goal": goal,
    "ServiceRequest": service_request,
    "NutritionOrder": nutrition_order,
    "ClinicalImpression": clinical_impression,
    "QuestionnaireResponse": questionnaire_response,
}
"""Also the order of lines that share a moment."""


def render(entry: Entry, pool: Pool) -> Line:
    """The line of a resource whose type is in ``RENDERERS``; a narrative that says more than the data do is added to it."""
    line = RENDERERS[entry.type](entry, pool)
    narrative = node(entry.resource, "text")
    if text(narrative, "status") == "additional":
        line.prose("narrative:", markup_text(text(narrative, "div")))
    return line.done()
