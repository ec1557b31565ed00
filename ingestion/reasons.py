"""Words of a source that stand in a report: type names and suffixes that are known, never others, which may hold a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from mimetypes import MimeTypes

OTHER = "other"
_MORE_SUFFIXES = {".gz", ".md", ".ndjson", ".jsonl", ".yaml", ".yml", ".log"}
_FREE = ("attachment_type", "unsupported_type")
_R4_TYPES = frozenset(
    [
        "AdverseEvent", "BiologicallyDerivedProduct", "BodyStructure", "CatalogEntry", "ChargeItem", "ChargeItemDefinition",
        "Communication", "CommunicationRequest", "DetectedIssue", "DeviceRequest", "DeviceUseStatement", "DocumentManifest",
        "EffectEvidenceSynthesis", "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario", "Flag",
        "GuidanceResponse", "ImmunizationEvaluation", "ImmunizationRecommendation", "MedicationKnowledge", "MedicinalProduct",
        "MolecularSequence", "ObservationDefinition", "OrganizationAffiliation", "RequestGroup", "ResearchDefinition",
        "ResearchElementDefinition", "ResearchStudy", "ResearchSubject", "RiskAssessment", "RiskEvidenceSynthesis",
        "SpecimenDefinition", "StructureMap", "SubstanceSpecification", "SupplyDelivery", "SupplyRequest",
        "TerminologyCapabilities", "TestReport", "TestScript", "VerificationResult", "VisionPrescription", "unknown"
    ]
)  # fmt: skip
"""Resource types that become no line. Source: FHIR R4 (4.0.1), resource list."""


def known_reasons(dropped: Mapping[str, int]) -> dict[str, int]:
    """Counts by reason, with a content or resource type that no list knows counted as ``other``."""
    counts: Counter[str] = Counter()
    for reason, count in dropped.items():
        word, _, detail = reason.partition(":")
        known = word not in _FREE or detail in _R4_TYPES or detail in _media_types()
        counts[reason if known else f"{word}:{OTHER}"] += count
    return dict(counts)


def known_suffixes(passed_over: Mapping[str, int]) -> Counter[str]:
    """Counts by file suffix, with a suffix that no list knows counted as ``other``: "letter.smith" has one."""
    counts: Counter[str] = Counter()
    for suffix, count in passed_over.items():
        counts[suffix if suffix in _suffixes() or not suffix.startswith(".") else OTHER] += count
    return counts


@cache
def _media_types() -> frozenset[str]:
    tables = MimeTypes(filenames=())
    return frozenset(kind for table in tables.types_map_inv for kind in table) | {"application/dicom", "application/fhir+json", "unknown"}


@cache
def _suffixes() -> frozenset[str]:
    tables = MimeTypes(filenames=())
    return frozenset(suffix for table in tables.types_map for suffix in table) | _MORE_SUFFIXES
