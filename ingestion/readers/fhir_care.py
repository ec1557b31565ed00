"""Visits, plans, goals, orders and questionnaires as lines."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.readers.fhir_elements import Concept, code_of, coding, concept, concepts, one_line, period, quantity_words
from ingestion.readers.fhir_json import Json, flag, node, nodes, strings, text, word
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_medication import timing
from ingestion.readers.fhir_observation import value_of, write_value
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_references import notes, reasons, referred
from ingestion.readers.markup import markup_text

_CLASSES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "FLD": "field",
    "HH": "home health",
    "IMP": "inpatient",
    "ACUTE": "inpatient acute",
    "NONAC": "inpatient non-acute",
    "OBSENC": "observation encounter",
    "PRENC": "pre-admission",
    "SS": "short stay",
    "VR": "virtual",
}
"""Source: HL7 v3 ActEncounterCode."""


def encounter(entry: Entry, pool: Pool) -> LineWriter:
    """An Encounter: ``2012-05-01 Encounter: Encounter for symptom, ambulatory, status finished, reason Viral sinusitis``."""
    resource = entry.resource
    start, end = period(node(resource, "period"))
    line = LineWriter(text(node(resource, "period"), "start"))
    name = next(iter(concepts(resource, "type")), None) or Concept("visit", "", True)
    status = word(resource, "status")
    line.words("Encounter: ").concept(name).listed("", [encounter_class(resource)]).coded("status", status.replace("-", " "))
    line.listed("type", list(concepts(resource, "type"))[1:]).between(start, end)
    line.listed("service", concepts(resource, "serviceType")).listed("priority", concepts(resource, "priority"))
    line.listed("reason", reasons(resource, pool))
    line.listed("diagnosis", (found for item in nodes(resource, "diagnosis") for found in referred(item, "condition", pool)))
    stay = node(resource, "hospitalization")
    line.listed("admitted from", concepts(stay, "admitSource")).listed("discharge disposition", concepts(stay, "dischargeDisposition"))
    line.coded("length", quantity_words(node(resource, "length")))
    return line.fact("encounter", name, status)


def encounter_class(resource: Json) -> Concept:
    """The class of an Encounter in a word: ``ambulatory``, ``emergency``, ``inpatient``; empty where it has none."""
    value = node(resource, "class")
    known = _CLASSES.get(text(value, "code"))
    return Concept(known, "", True) if known else coding(value)


def care_plan(entry: Entry, pool: Pool) -> LineWriter:
    """A CarePlan with its activities; the narrative where there is nothing else."""
    resource = entry.resource
    span = node(resource, "period")
    line = LineWriter(text(span, "start") or text(resource, "created"))
    name = next(iter(concepts(resource, "category")), None) or Concept("Care plan", "", True)
    status = word(resource, "status")
    activities = list(nodes(resource, "activity"))
    line.words("Care plan: ").concept(name).listed("category", list(concepts(resource, "category"))[1:])
    line.prose("title", text(resource, "title")).coded("status", status.replace("-", " ")).coded("intent", word(resource, "intent"))
    line.between(*period(span)).listed("addresses", referred(resource, "addresses", pool)).listed("goal", referred(resource, "goal", pool))
    for activity in activities:
        detail = node(activity, "detail")
        line.listed("activity", concepts(detail, "code")).coded("activity status", word(detail, "status").replace("-", " "))
        line.prose("activity:", text(detail, "description")).listed("activity", referred(activity, "reference", pool)).notes(
            notes(activity, "progress")
        )
    line.prose("description:", text(resource, "description")).notes(notes(resource))
    if not activities and not text(resource, "description"):
        line.prose("narrative:", markup_text(text(node(resource, "text"), "div")))
    return line.fact("careplan", name, status)


def care_team(entry: Entry, pool: Pool) -> LineWriter:
    """A CareTeam by the roles of its members; names are not rendered."""
    resource = entry.resource
    line = LineWriter(text(node(resource, "period"), "start"))
    status = word(resource, "status")
    line.words("Care team").listed("for", concepts(resource, "category")).coded("status", status.replace("-", " "))
    line.listed("member", (role for member in nodes(resource, "participant") for role in concepts(member, "role")))
    line.listed("reason", reasons(resource, pool)).between(*period(node(resource, "period"))).notes(notes(resource))
    return line


def goal(entry: Entry, pool: Pool) -> LineWriter:
    """A Goal with its targets and achievement."""
    resource = entry.resource
    line = LineWriter(text(resource, "startDate") or text(resource, "statusDate"))
    name = concept(node(resource, "description")) or Concept("unnamed goal", "", True)
    status = word(resource, "lifecycleStatus")
    line.words("Goal: ").concept(name).coded("status", status.replace("-", " "))
    line.coded("achievement", code_of(resource, "achievementStatus")).listed("priority", concepts(resource, "priority"))
    for target in nodes(resource, "target"):
        detail = value_of(target, "detail")
        line.listed("measure", concepts(target, "measure"))
        if detail.words:
            line.words(", target ")
            write_value(line, detail)
        line.on("due", text(target, "dueDate"))
    line.listed("addresses", referred(resource, "addresses", pool)).prose("status reason", text(resource, "statusReason"))
    line.listed("outcome", concepts(resource, "outcomeCode")).notes(notes(resource))
    return line.fact("goal", name, status, assertion="hypothetical")


def service_request(entry: Entry, pool: Pool) -> LineWriter:
    """A ServiceRequest: what was ordered, why and for when."""
    resource = entry.resource
    line = LineWriter(text(resource, "authoredOn") or text(resource, "occurrenceDateTime"))
    name = concept(node(resource, "code")) or Concept("unnamed service", "", True)
    status = word(resource, "status")
    line.words("Service request: ").concept(name).coded("do not perform", "yes" if flag(resource, "doNotPerform") else "")
    line.coded("status", status.replace("-", " ")).coded("intent", word(resource, "intent").replace("-", " "))
    line.coded("priority", word(resource, "priority")).listed("category", concepts(resource, "category"))
    line.on("planned for", text(resource, "occurrenceDateTime")).between(*period(node(resource, "occurrencePeriod")), label="planned from")
    line.coded("", timing(node(resource, "occurrenceTiming"))).listed("detail", concepts(resource, "orderDetail"))
    line.listed("body site", concepts(resource, "bodySite")).listed("reason", reasons(resource, pool))
    line.prose("instruction:", text(resource, "patientInstruction")).notes(notes(resource))
    return line.fact("order", name, status, assertion="negated" if flag(resource, "doNotPerform") else "hypothetical")


def nutrition_order(entry: Entry, pool: Pool) -> LineWriter:
    """A NutritionOrder: diets, supplements and enteral formulas."""
    resource = entry.resource
    line = LineWriter(text(resource, "dateTime"))
    diet, formula = node(resource, "oralDiet"), node(resource, "enteralFormula")
    diets = list(concepts(diet, "type"))
    status = word(resource, "status")
    line.words("Nutrition order").listed("diet", diets).coded("status", status).prose("instruction:", text(diet, "instruction"))
    line.listed("exclude", concepts(resource, "excludeFoodModifier")).listed("prefer", concepts(resource, "foodPreferenceModifier"))
    line.listed("supplement", (found for item in nodes(resource, "supplement") for found in concepts(item, "type")))
    line.listed("formula", concepts(formula, "baseFormulaType")).prose("instruction:", text(formula, "administrationInstruction"))
    line.notes(notes(resource))
    return line.fact("order", diets[0] if diets else Concept("Nutrition order", "", True), status, assertion="hypothetical")


def clinical_impression(entry: Entry, pool: Pool) -> LineWriter:
    """A ClinicalImpression: summary, findings and prognosis."""
    resource = entry.resource
    line = LineWriter(text(resource, "effectiveDateTime") or text(node(resource, "effectivePeriod"), "start") or text(resource, "date"))
    name = concept(node(resource, "code")) or Concept("Clinical impression", "", True)
    status = word(resource, "status")
    line.words("Clinical impression: ").concept(name).coded("status", status).prose("description:", text(resource, "description"))
    line.prose("summary:", text(resource, "summary")).listed("problem", referred(resource, "problem", pool))
    for finding in nodes(resource, "finding"):
        line.listed("finding", concepts(finding, "itemCodeableConcept")).listed("finding", referred(finding, "itemReference", pool))
        line.prose("basis:", text(finding, "basis"))
    line.listed("prognosis", concepts(resource, "prognosisCodeableConcept")).notes(notes(resource))
    return line.fact("impression", name, status)


def questionnaire_response(entry: Entry, pool: Pool) -> LineWriter:
    """A QuestionnaireResponse: every question with its answers, nested ones in reading order."""
    resource = entry.resource
    line = LineWriter(text(resource, "authored"))
    line.words("Questionnaire response").coded("status", word(resource, "status").replace("-", " "))
    for question, answers in _answers(resource):
        line.words("; ").free(question).words(": " if answers else "")
        for position, answer in enumerate(answers):
            line.words(", " if position else "")
            write_value(line, value_of(answer))
    return line


def _answers(item: Json) -> Iterator[tuple[str, list[Json]]]:
    for inner in nodes(item, "item"):
        answers = [answer for answer in nodes(inner, "answer") if value_of(answer).words]
        question = one_line(text(inner, "text") or " ".join(strings(inner, "linkId")))
        if answers or question:
            yield question, answers
        yield from _answers(inner)
        for answer in nodes(inner, "answer"):
            yield from _answers(answer)
