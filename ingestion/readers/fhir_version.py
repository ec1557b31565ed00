"""Which FHIR release a resource was written for, told by its structure. Only R4 (with 4.3) is read.

Releases differ in ways that change meaning when read as another (a status that is a string or a concept, ``context``
against ``encounter``), so a file with a mark of DSTU2, STU3 or R5 is refused as a whole.
Source: the R3-R4 and R4-R5 difference pages of hl7.org/fhir.
"""

from __future__ import annotations

from ingestion.readers.fhir_json import Json, node, strings, text
from rag.errors import SourceError

_OLD_TYPES = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "Conformance": "DSTU2",
    "DeviceUseRequest": "DSTU2",
    "ImagingObjectSelection": "DSTU2",
    "ProcedureRequest": "DSTU2 or STU3",
    "ReferralRequest": "DSTU2 or STU3",
    "DeviceComponent": "DSTU2 or STU3",
    "DataElement": "DSTU2 or STU3",
    "ImagingManifest": "STU3",
    "EligibilityRequest": "STU3",
    "EligibilityResponse": "STU3",
    "ProcessRequest": "STU3",
    "ServiceDefinition": "STU3",
}
_STATUS_TYPES = ("Condition", "AllergyIntolerance")
_CONTEXT_TYPES = (
    "Observation",
    "Condition",
    "Procedure",
    "DiagnosticReport",
    "MedicationRequest",
    "CarePlan",
    "CareTeam",
    "ClinicalImpression",
)
_PROFILE_MARKS = (("/DSTU2/", "DSTU2"), ("/1.0/", "DSTU2"), ("/STU3/", "STU3"), ("/3.0/", "STU3"), ("/5.0/", "R5"))
_RELEASES = {"0": "DSTU1", "1": "DSTU2", "3": "STU3", "5": "R5", "6": "R6"}


def refuse_other_releases(resource: Json, uri: str) -> None:
    """Return if nothing marks ``resource`` as another release than R4.

    Raises:
        SourceError: ``unsupported_fhir_version``; names the release and the file.
    """
    release = other_release(resource)
    if release:
        raise SourceError(
            "unsupported_fhir_version",
            f"{uri}: holds FHIR {release} resources; chartcite reads R4: convert the file to R4 or export it as R4",
        )


def other_release(resource: Json) -> str:
    """``DSTU2``, ``STU3`` or ``R5`` where the structure shows it, else empty."""
    kind = text(resource, "resourceType")
    if kind in _OLD_TYPES:
        return _OLD_TYPES[kind]
    declared = text(resource, "fhirVersion")
    if declared and kind in ("CapabilityStatement", "StructureDefinition", "ImplementationGuide"):
        return _RELEASES.get(declared[0], "")
    for profile in strings(node(resource, "meta"), "profile"):
        for mark, release in _PROFILE_MARKS:
            if mark in profile:
                return release
    return _by_structure(kind, resource)


def _by_structure(kind: str, resource: Json) -> str:
    if kind in _STATUS_TYPES and any(isinstance(resource.get(key), str) for key in ("clinicalStatus", "verificationStatus")):
        return "DSTU2" if kind == "Condition" and "patient" in resource else "DSTU2 or STU3"
    if kind in _CONTEXT_TYPES and "context" in resource:
        return "STU3"
    check = _CHECKS.get(kind)
    return check(resource) if check else ""


def _encounter(resource: Json) -> str:
    value = resource.get("class")
    if isinstance(value, str):
        return "DSTU2"
    if isinstance(value, list) or "actualPeriod" in resource:
        return "R5"
    return "STU3" if "reason" in resource and "reasonCode" not in resource else ""


def _observation(resource: Json) -> str:
    if "comments" in resource:
        return "DSTU2"
    return "STU3" if "comment" in resource or "related" in resource else ""


def _medication_request(resource: Json) -> str:
    if "medication" in resource:
        return "R5"
    return "STU3" if "agent" in node(resource, "requester") else ""


def _medication_statement(resource: Json) -> str:
    if "medication" in resource:
        return "R5"
    return "DSTU2 or STU3" if "taken" in resource or "wasNotTaken" in resource else ""


def _immunization(resource: Json) -> str:
    return "DSTU2 or STU3" if any(key in resource for key in ("notGiven", "wasNotGiven", "vaccinationProtocol")) else ""


def _procedure(resource: Json) -> str:
    if any(key in resource for key in ("notDone", "notPerformed", "reasonNotPerformed")):
        return "DSTU2 or STU3"
    return "R5" if any(key.startswith("occurrence") for key in resource) else ""


def _goal(resource: Json) -> str:
    return "DSTU2 or STU3" if "lifecycleStatus" not in resource and "status" in resource else ""


def _document_reference(resource: Json) -> str:
    if isinstance(resource.get("context"), list):
        return "R5"
    return "DSTU2 or STU3" if "indexed" in resource and "date" not in resource else ""


def _allergy(resource: Json) -> str:
    if "substance" in resource:
        return "DSTU2"
    return "R5" if isinstance(resource.get("type"), dict) else ""


def _patient(resource: Json) -> str:
    return "DSTU2 or STU3" if "animal" in resource else ""


_CHECKS = {
    "AllergyIntolerance": _allergy,
    "DocumentReference": _document_reference,
    "Encounter": _encounter,
    "Goal": _goal,
    "Immunization": _immunization,
    "MedicationRequest": _medication_request,
    "MedicationStatement": _medication_statement,
    "Observation": _observation,
    "Patient": _patient,
    "Procedure": _procedure,
}
