"""What a hand-written patient of the demo corpus looks like, read from ``scenarios/*.yaml``.

A scenario is data: the chart's coded entries by short key (``codes.yaml``), carers by key (``directory.yaml``),
and the notes as they stand on paper, with ``${…}`` fields for the identifiers of the patient and the signers.
Unknown fields and unknown keys are errors, so that a typing slip cannot drop a resource in silence.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Coding(_Data):
    """A code of ``codes.yaml``. Without ``code`` only ``text`` is emitted; ``range`` is the printed reference range."""

    code: str | None = None
    display: str | None = None
    text: str | None = None
    system: str | None = None
    unit: str | None = None
    ucum: str | None = None
    range: tuple[float | int | None, float | int | None] | None = None
    category: str | None = None

    @property
    def label(self) -> str:
        """What a person reads: the short text, else the official display."""
        return self.text or self.display or ""


class Address(_Data):
    """A street address in the United States."""

    line: str
    city: str
    state: str
    zip: str


class Contact(_Data):
    """The patient's next of kin."""

    given: str
    family: str
    relation: str
    phone: str


class Practitioner(_Data):
    """A signer of notes; every note names one."""

    given: str
    family: str
    suffix: str
    role: str
    npi: str
    pager: str

    @property
    def full_name(self) -> str:
        """As signed: ``Anita R. Patel, MD``."""
        return f"{self.given} {self.family}, {self.suffix}"


class Organization(_Data):
    """The one fictional hospital."""

    id: str
    name: str
    phone: str
    line: str
    city: str
    state: str
    zip: str


class Directory(_Data):
    """The hospital and everyone who signs there."""

    organization: Organization
    practitioners: dict[str, Practitioner]


class Visit(_Data):
    """An encounter; ``labs`` and ``vitals`` are taken at its start, ``series`` at the times given."""

    kind: Literal["AMB", "IMP", "EMER", "VR"]
    type: str
    start: datetime
    end: datetime
    reason: str
    by: str
    vitals: dict[str, float | int] = {}
    labs: dict[str, float | int | str] = {}
    series: dict[datetime, dict[str, float | int | str]] = {}


class Problem(_Data):
    """A condition with its course."""

    code: str
    onset: date
    abated: date | None = None
    visit: str | None = None
    status: Literal["active", "resolved", "inactive", "remission"] = "active"
    category: Literal["problem-list-item", "encounter-diagnosis"] = "problem-list-item"


class Drug(_Data):
    """One medication order; a dose change is an order stopped and the next begun."""

    code: str
    sig: str
    start: date
    visit: str
    status: Literal["active", "stopped", "completed", "on-hold", "cancelled"] = "active"
    by: str | None = None
    dose: float | int | None = None
    unit: str | None = None
    daily: int | None = None
    note: str | None = None


class Allergy(_Data):
    """An intolerance and how it showed itself."""

    substance: str
    recorded: date
    reaction: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    criticality: Literal["low", "high", "unable-to-assess"] | None = None


class Vaccine(_Data):
    """An immunization given, or not done with the reason."""

    code: str
    date: date
    refused: str | None = None


class Act(_Data):
    """A procedure."""

    code: str
    date: date
    visit: str | None = None
    by: str | None = None
    site: str | None = None
    status: Literal["completed", "not-done"] = "completed"
    note: str | None = None


class Relative(_Data):
    """What a relative had."""

    relation: str
    condition: str
    age: int | None = None
    died: bool = False
    note: str | None = None


class Aim(_Data):
    """A goal, with a measured target where there is one."""

    text: str
    start: date
    measure: str | None = None
    at_most: float | int | None = None
    status: Literal["active", "completed", "on-hold"] = "active"


class Plan(_Data):
    """A care plan and its activities."""

    title: str
    start: date
    activities: tuple[str, ...]


class Report(_Data):
    """A diagnostic report: its study, conclusion and the observations it groups."""

    study: str
    date: datetime
    visit: str
    by: str
    conclusion: str


class Note(_Data):
    """A narrative note. ``text`` holds ``${…}`` fields, see ``ingestion.demo.notes``."""

    key: str
    visit: str
    kind: str
    by: str
    date: datetime
    text: str
    format: Literal["text", "html", "pdf"] = "text"
    status: Literal["current", "superseded"] = "current"
    replaces: str | None = None


class Scenario(_Data):
    """One fictional patient."""

    id: str
    mrn: str
    ssn: str | None = None
    prefix: str
    given: tuple[str, ...]
    family: str
    gender: Literal["female", "male"]
    birth: date
    phone: str
    email: str | None = None
    language: str = "en"
    race: tuple[str, str] | None = None
    ethnicity: tuple[str, str] | None = None
    address: Address
    contact: Contact | None = None
    doctor: str
    visits: dict[str, Visit]
    smoking: dict[str, str] = {}
    problems: tuple[Problem, ...]
    drugs: tuple[Drug, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    vaccines: tuple[Vaccine, ...] = ()
    acts: tuple[Act, ...] = ()
    relatives: tuple[Relative, ...] = ()
    aims: tuple[Aim, ...] = ()
    plans: tuple[Plan, ...] = ()
    reports: tuple[Report, ...] = ()
    notes: tuple[Note, ...]


def _yaml(name: str) -> object:
    return yaml.safe_load(files("ingestion.demo").joinpath(name).read_text(encoding="utf-8"))


@cache
def load_codes() -> dict[str, dict[str, Coding]]:
    """Return the codes by family (``labs``, ``drugs`` …) and short key."""
    raw = _yaml("codes.yaml")
    if not isinstance(raw, dict):
        raise TypeError("codes.yaml is not a mapping")
    return {family: {key: Coding.model_validate(value) for key, value in entries.items()} for family, entries in raw.items()}


@cache
def load_directory() -> Directory:
    """Return the hospital and its practitioners."""
    return Directory.model_validate(_yaml("directory.yaml"))


@cache
def load_scenarios() -> tuple[Scenario, ...]:
    """Return every patient, ordered by id."""
    folder = files("ingestion.demo").joinpath("scenarios")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(Scenario.model_validate(_yaml(f"scenarios/{name}")) for name in names)
