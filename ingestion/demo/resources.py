"""FHIR R4 resources of a scenario's coded entries, shaped like US Core.

Each builder takes the chart being written and returns one resource; ids are ``<patient>-<kind>-<n>`` in chart order, so that
the same scenario always gives the same bundle. Times are local times of the hospital with their offset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ingestion.demo.scenario import Act, Allergy, Coding, Directory, Drug, Problem, Relative, Report, Scenario, Vaccine, Visit

Resource = dict[str, object]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"

ACT_CODES = {"AMB": "ambulatory", "IMP": "inpatient encounter", "EMER": "emergency", "VR": "virtual"}


@dataclass(slots=True)
class Chart:
    """A bundle in the making: the scenario, the codes, and the resources so far."""

    patient: Scenario
    codes: dict[str, dict[str, Coding]]
    directory: Directory
    resources: list[Resource] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, resource: Resource, identity: str | None = None) -> str:
        """Append the resource under a fresh (or the given) id and return its reference."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        resource_id = identity or f"{self.patient.id}-{kind}-{self.counts[kind]:03d}"
        resource_type = str(resource["resourceType"])
        self.resources.append({"resourceType": resource_type, "id": resource_id, **resource})
        return f"{resource_type}/{resource_id}"

    @property
    def subject(self) -> Resource:
        """The reference to the patient."""
        return {"reference": f"Patient/{self.patient.id}"}

    def visit(self, key: str | None) -> Resource:
        """``{"encounter": …}``, or nothing for entries outside an encounter."""
        if key is None:
            return {}
        if key not in self.patient.visits:
            raise KeyError(f"{self.patient.id}: no visit {key}")
        return {"encounter": {"reference": f"Encounter/{self.patient.id}-{key}"}}

    def carer(self, key: str) -> Resource:
        """The reference to a practitioner of the directory."""
        return {"reference": f"Practitioner/demo-{key}", "display": self.directory.practitioners[key].full_name}


def local(moment: datetime) -> str:
    """Return the local time with the offset of US Eastern time (daylight saving: second Sunday of March to first of November)."""
    begin, end = _sunday(moment.year, 3, 8), _sunday(moment.year, 11, 1)
    offset = "-04:00" if begin <= moment.date() < end else "-05:00"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{offset}"


def _sunday(year: int, month: int, first_day: int) -> date:
    start = date(year, month, first_day)
    return start + timedelta(days=(6 - start.weekday()) % 7)


def concept(coding: Coding, system: str) -> Resource:
    """Return a CodeableConcept; entries without a code carry text only."""
    if coding.code is None:
        return {"text": coding.label}
    used = RXNORM if coding.system == "rxnorm" else system
    return {"coding": [{"system": used, "code": coding.code, "display": coding.display}], "text": coding.label}


def of_system(name: str, code: str, display: str | None = None) -> Resource:
    """Return a CodeableConcept of one of HL7's own code systems."""
    return {"coding": [{"system": TERMINOLOGY + name, "code": code, **({"display": display} if display else {})}]}


def profile(name: str) -> Resource:
    """Return the ``meta`` that claims a US Core profile."""
    return {"meta": {"profile": [US_CORE + name]}}


def encounter(chart: Chart, key: str, visit: Visit) -> Resource:
    """Return the encounter; the reader hangs everything that happened in it below."""
    return {
        "resourceType": "Encounter", **profile("us-core-encounter"), "status": "finished",
        "class": {"system": TERMINOLOGY + "v3-ActCode", "code": visit.kind, "display": ACT_CODES[visit.kind]},
        "type": [{"text": visit.type}], "subject": chart.subject,
        "participant": [{"individual": chart.carer(visit.by)}],
        "period": {"start": local(visit.start), "end": local(visit.end)},
        "reasonCode": [{"text": visit.reason}],
        "serviceProvider": {"reference": f"Organization/{chart.directory.organization.id}"},
    }


def observation(chart: Chart, family: str, key: str, value: float | int | str, moment: datetime, visit: str) -> Resource:
    """Return a laboratory result or vital sign with its printed range and the flag that follows from it."""
    coding = chart.codes[family][key]
    category = "vital-signs" if family == "vitals" else coding.category or "laboratory"
    name = "us-core-vital-signs" if family == "vitals" else "us-core-observation-lab"
    resource: Resource = {
        "resourceType": "Observation", **(profile(name) if category in ("vital-signs", "laboratory") else {}), "status": "final",
        "category": [of_system("observation-category", category)], "code": concept(coding, LOINC), "subject": chart.subject,
        **chart.visit(visit), "effectiveDateTime": local(moment),
    }
    if isinstance(value, str):
        return {**resource, "valueString": value}
    unit = coding.unit or ""
    arbitrary = unit.startswith(("{", "["))  # UCUM annotations such as {INR} and [pH] are not printed after a number
    quantity: Resource = {"value": value, **({} if arbitrary else {"unit": unit}), "system": UCUM, "code": coding.ucum or unit}
    resource["valueQuantity"] = quantity
    if coding.range is not None:
        resource |= _range(value, coding.range, quantity)
    return resource


def _range(value: float, limits: tuple[float | None, float | None], quantity: Resource) -> Resource:
    low, high = limits
    flag = "L" if low is not None and value < low else "H" if high is not None and value > high else "N"
    unit = {key: quantity[key] for key in ("unit", "system", "code") if key in quantity}
    bounds = {name: {"value": limit, **unit} for name, limit in (("low", low), ("high", high)) if limit is not None}
    return {"interpretation": [of_system("v3-ObservationInterpretation", flag)], "referenceRange": [bounds]}


def blood_pressure(chart: Chart, systolic: float, diastolic: float, moment: datetime, visit: str) -> Resource:
    """Return the blood pressure panel with its two components."""
    components = []
    for key, value in (("sbp", systolic), ("dbp", diastolic)):
        quantity = {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
        components.append({"code": concept(chart.codes["vitals"][key], LOINC), "valueQuantity": quantity})
    panel = Coding(code="85354-9", display="Blood pressure panel with all children optional", text="Blood pressure")
    return {
        "resourceType": "Observation", **profile("us-core-blood-pressure"), "status": "final",
        "category": [of_system("observation-category", "vital-signs")], "code": concept(panel, LOINC), "subject": chart.subject,
        **chart.visit(visit), "effectiveDateTime": local(moment), "component": components,
    }


def smoking(chart: Chart, visit: str, state: str) -> Resource:
    """Return the smoking status observation of a visit."""
    code = Coding(code="72166-2", display="Tobacco smoking status", text="Tobacco smoking status")
    return {
        "resourceType": "Observation", **profile("us-core-smokingstatus"), "status": "final",
        "category": [of_system("observation-category", "social-history")], "code": concept(code, LOINC), "subject": chart.subject,
        **chart.visit(visit), "effectiveDateTime": local(chart.patient.visits[visit].start),
        "valueCodeableConcept": concept(chart.codes["smoking"][state], SNOMED),
    }


def condition(chart: Chart, problem: Problem) -> Resource:
    """Return a problem with its clinical status and dates."""
    return {
        "resourceType": "Condition", **profile("us-core-condition-problems-health-concerns"),
        "clinicalStatus": of_system("condition-clinical", problem.status),
        "verificationStatus": of_system("condition-ver-status", "confirmed"),
        "category": [of_system("condition-category", problem.category)],
        "code": concept(chart.codes["conditions"][problem.code], SNOMED), "subject": chart.subject, **chart.visit(problem.visit),
        "onsetDateTime": problem.onset.isoformat(), **({"abatementDateTime": problem.abated.isoformat()} if problem.abated else {}),
    }


def medication_request(chart: Chart, drug: Drug) -> Resource:
    """Return an order with its instructions in words and, where given, the dose and daily frequency as numbers."""
    dosage: Resource = {"text": drug.sig}
    if drug.daily is not None:
        dosage["timing"] = {"repeat": {"frequency": drug.daily, "period": 1, "periodUnit": "d"}}
    if drug.dose is not None:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": drug.dose, "unit": drug.unit}}]
    return {
        "resourceType": "MedicationRequest", **profile("us-core-medicationrequest"), "status": drug.status, "intent": "order",
        "medicationCodeableConcept": concept(chart.codes["drugs"][drug.code], RXNORM), "subject": chart.subject,
        **chart.visit(drug.visit), "authoredOn": drug.start.isoformat(),
        "requester": chart.carer(drug.by or chart.patient.visits[drug.visit].by), "dosageInstruction": [dosage],
        **({"note": [{"text": drug.note}]} if drug.note else {}),
    }


def allergy(chart: Chart, entry: Allergy) -> Resource:
    """Return an intolerance (or "no known allergy") with its reaction."""
    reaction: Resource = {"manifestation": [{"text": entry.reaction}], **({"severity": entry.severity} if entry.severity else {})}
    return {
        "resourceType": "AllergyIntolerance", **profile("us-core-allergyintolerance"),
        "clinicalStatus": of_system("allergyintolerance-clinical", "active"),
        "verificationStatus": of_system("allergyintolerance-verification", "confirmed"),
        **({"criticality": entry.criticality} if entry.criticality else {}),
        "code": concept(chart.codes["substances"][entry.substance], SNOMED), "patient": chart.subject,
        "recordedDate": entry.recorded.isoformat(), **({"reaction": [reaction]} if entry.reaction else {}),
    }


def immunization(chart: Chart, entry: Vaccine) -> Resource:
    """Return a vaccination, or one not done with its reason."""
    status: Resource = {"status": "not-done", "statusReason": {"text": entry.refused}} if entry.refused else {"status": "completed"}
    return {
        "resourceType": "Immunization", **profile("us-core-immunization"), **status,
        "vaccineCode": concept(chart.codes["vaccines"][entry.code], CVX), "patient": chart.subject,
        "occurrenceDateTime": entry.date.isoformat(), "primarySource": not entry.refused,
    }


def procedure(chart: Chart, act: Act) -> Resource:
    """Return a procedure; laterality and site are in the text."""
    return {
        "resourceType": "Procedure", **profile("us-core-procedure"), "status": act.status,
        "code": concept(chart.codes["procedures"][act.code], SNOMED), "subject": chart.subject, **chart.visit(act.visit),
        "performedDateTime": act.date.isoformat(), **({"performer": [{"actor": chart.carer(act.by)}]} if act.by else {}),
        **({"bodySite": [{"text": act.site}]} if act.site else {}), **({"note": [{"text": act.note}]} if act.note else {}),
    }


def family_history(chart: Chart, relative: Relative, recorded: date) -> Resource:
    """Return one relative's condition, with the age at onset in years where known."""
    relation, disease = chart.codes["relatives"][relative.relation], chart.codes["conditions"][relative.condition]
    had: Resource = {"code": concept(disease, SNOMED), **({"contributedToDeath": True} if relative.died else {})}
    if relative.age is not None:
        had["onsetAge"] = {"value": relative.age, "unit": "years", "system": UCUM, "code": "a"}
    return {
        "resourceType": "FamilyMemberHistory", "status": "completed", "patient": chart.subject, "date": recorded.isoformat(),
        "relationship": {"coding": [{"system": TERMINOLOGY + "v3-RoleCode", "code": relation.code, "display": relation.display}]},
        **({"deceasedBoolean": True} if relative.died else {}), "condition": [had],
        **({"note": [{"text": relative.note}]} if relative.note else {}),
    }


def diagnostic_report(chart: Chart, report: Report) -> Resource:
    """Return an imaging or pathology report with its conclusion; the full text is a note of its own."""
    coding = chart.codes["studies"][report.study]
    category = {"coding": [{"system": TERMINOLOGY + "v2-0074", "code": coding.category}]}
    return {
        "resourceType": "DiagnosticReport", **profile("us-core-diagnosticreport-note"), "status": "final", "category": [category],
        "code": concept(coding, LOINC), "subject": chart.subject, **chart.visit(report.visit),
        "effectiveDateTime": local(report.date), "issued": local(report.date), "resultsInterpreter": [chart.carer(report.by)],
        "conclusion": report.conclusion,
    }
