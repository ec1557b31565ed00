"""Whose text this is: what the source itself says identifies the patient, and the patient's secret offset."""

from __future__ import annotations

from dataclasses import dataclass

from rag.deidentification.findings import EntityType


@dataclass(frozen=True, slots=True)
class KnownIdentifier:
    """An identifier that the source names for this patient's chart: a name, address line, phone, MRN, birth date.

    ``entity_type`` is an :class:`~rag.deidentification.findings.EntityType` (``PERSON``, ``ADDRESS``, ``PHONE``, ``ID``, ``DATE`` …);
    ``role`` says whose it is: patient, relative, practitioner, organization. A ``DATE`` of the patient is the birth date.
    """

    value: str
    entity_type: str
    role: str = "patient"


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """The patient at hand. ``date_offset_days`` is used by ``date_shift`` only."""

    pseudonym: str
    known: tuple[KnownIdentifier, ...] = ()
    date_offset_days: int = 0

    def birth_year(self) -> int | None:
        """The patient's year of birth where the source names it in ISO 8601."""
        for known in self.known:
            if known.entity_type == EntityType.DATE and known.role == "patient" and known.value[:4].isdigit():
                return int(known.value[:4])
        return None
