"""What the resource types are for: clinical content, persons and places, administration; and why a resource is left out."""

from __future__ import annotations

import re

from ingestion.readers.fhir_json import Json, node, nodes, text

PERSONS_AND_PLACES = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "RelatedPerson", "Person", "Group"}
)
"""Never rendered: they tell the de-identifier what to look for."""

ADMINISTRATIVE = frozenset(
    [
        "Account",
        "Appointment",
        "AppointmentResponse",
        "AuditEvent",
        "Basic",
        "Claim",
        "ClaimResponse",
        "Consent",
        "Contract",
        "Coverage",
        "CoverageEligibilityRequest",
        "CoverageEligibilityResponse",
        "Endpoint",
        "EnrollmentRequest",
        "EnrollmentResponse",
        "EpisodeOfCare",
        "ExplanationOfBenefit",
        "HealthcareService",
        "InsurancePlan",
        "Invoice",
        "Linkage",
        "List",
        "Measure",
        "MeasureReport",
        "MessageHeader",
        "OperationOutcome",
        "Parameters",
        "PaymentNotice",
        "PaymentReconciliation",
        "Provenance",
        "Questionnaire",
        "Library",
        "Schedule",
        "Slot",
        "Subscription",
        "Task",
        "ValueSet",
        "CodeSystem",
        "ConceptMap",
        "StructureDefinition",
        "CapabilityStatement",
        "ImplementationGuide",
        "SearchParameter",
        "OperationDefinition",
        "NamingSystem",
        "PlanDefinition",
        "ActivityDefinition",
        "GraphDefinition",
        "CompartmentDefinition",
    ]
)
_SUPPORTING = frozenset({"Medication", "Substance", "DeviceMetric", "DeviceDefinition", "Binary"})
"""Rendered inside the lines and notes of the resources that refer to them."""
_PLURALS = {
    "AllergyIntolerance": "Allergies and intolerances",
    "FamilyMemberHistory": "Family history",
    "ImagingStudy": "Imaging studies",
    "Media": "Media",
}


def group_title(kind: str) -> str:
    """The title of a document of one type's resources: ``MedicationRequest`` gives ``Medication requests``."""
    return _PLURALS.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower().capitalize() + "s"


def why_not_rendered(kind: str) -> str:
    """The reason word under which a resource of a type without a line is dropped."""
    if kind in PERSONS_AND_PLACES:
        return f"demographics:{kind}"
    if kind in ADMINISTRATIVE:
        return f"administrative:{kind}"
    if kind in _SUPPORTING:
        return f"supporting:{kind}"
    return f"unsupported_type:{kind if kind.isascii() and kind.isalnum() and len(kind) < 40 else 'unknown'}"


def is_entered_in_error(resource: Json) -> bool:
    """True where a resource's status, lifecycle or verification says that it was entered in error."""
    if "entered-in-error" in (text(resource, "status"), text(resource, "lifecycleStatus"), text(resource, "docStatus")):
        return True
    codings = nodes(node(resource, "verificationStatus"), "coding")
    return any(text(coding, "code") == "entered-in-error" for coding in codings)


def has_unknown_modifier(resource: Json) -> bool:
    """True where a modifier extension may change the meaning: FHIR forbids to read such a resource without knowing it."""
    return any(True for _ in nodes(resource, "modifierExtension"))
