"""Visits, plans, goals, orders and questionnaires as lines."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.readers.fhir_elements import Concept, code_of, coding, concept, concepts, one_line, period, quantity_words
from ingestion.readers.fhir_json import Json, flag, node, nodes, strings, text, word
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_medication import write_timing
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
_ANY_PLAN = "|assess-plan"
"""The category that every US Core care plan has: it names none."""


def encounter(entry: Entry, pool: Pool) -> LineWriter:
    """An Encounter: ``2012-05-01 Encounter: Encounter for symptom, ambulatory, status finished, reason Viral sinusitis``."""
    resource = entry.resource
    start, end = period(node(resource, "period"))
    line = LineWriter(text(node(resource, "period"), "start"))
    setting = encounter_class(resource)
    visit = next(iter(concepts(resource, "type")), None) or Concept("visit", "", True)
    name = setting if setting and not concepts(resource, "type") else visit  # a visit without a type goes by its setting
    status = word(resource, "status")
    line.words("Encounter: ").concept(visit, "name" if name is visit else "").listed("", [setting], "category" if name is visit else "name")
    line.coded("status", status.replace("-", " "), "status").listed("type", list(concepts(resource, "type"))[1:], "category")
    line.between(start, end)
    line.listed("service", concepts(resource, "serviceType")).listed("priority", concepts(resource, "priority"))
    line.listed("reason", reasons(resource, pool), "reason")
    line.listed("diagnosis", (found for item in nodes(resource, "diagnosis") for found in referred(item, "condition", pool)), "reason")
    stay = node(resource, "hospitalization")
    line.listed("admitted from", concepts(stay, "admitSource"))
    line.listed("discharge disposition", concepts(stay, "dischargeDisposition"), "outcome")
    line.coded("length", quantity_words(node(resource, "length")), "duration")
    return line.fact("encounter", name, status, end=end)


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
    first, *others = concepts(resource, "category") or (Concept("Care plan", "", True),)
    title = Concept(one_line(text(resource, "title")), "", False)
    name = title or next((c for c in (first, *others) if not c.code.endswith(_ANY_PLAN)), first)
    status = word(resource, "status")
    activities = list(nodes(resource, "activity"))
    line.words("Care plan: ").concept(first, "name" if name is first else "category")
    for other in others:
        line.listed("category", [other], "name" if name is other else "category")
    line.prose("title", title.display, "name").coded("status", status.replace("-", " "), "status")
    line.coded("intent", word(resource, "intent")).between(*period(span))
    line.listed("addresses", referred(resource, "addresses", pool), "reason").listed("goal", referred(resource, "goal", pool))
    for activity in activities:
        detail = node(activity, "detail")
        line.listed("activity", concepts(detail, "code"), "text").coded("activity status", word(detail, "status").replace("-", " "))
        line.prose("activity:", text(detail, "description"), "text").listed("activity", referred(activity, "reference", pool), "text")
        line.notes(notes(activity, "progress"))
    line.prose("description:", text(resource, "description"), "text").notes(notes(resource))
    if not activities and not text(resource, "description"):
        line.prose("narrative:", markup_text(text(node(resource, "text"), "div")), "text")
    return line.fact("careplan", name, status, end=text(span, "end"))


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
    line.words("Goal: ").concept(name, "name").coded("status", status.replace("-", " "), "status")
    line.coded("achievement", code_of(resource, "achievementStatus"), "outcome").listed("priority", concepts(resource, "priority"))
    for target in nodes(resource, "target"):
        detail = value_of(target, "detail")
        line.listed("measure", concepts(target, "measure"))
        if detail.words:
            line.words(", target ")
            write_value(line, detail, "value")
        line.on("due", text(target, "dueDate"), "stop")
    line.listed("addresses", referred(resource, "addresses", pool), "reason").prose("status reason", text(resource, "statusReason"), "text")
    line.listed("outcome", concepts(resource, "outcomeCode"), "outcome").notes(notes(resource))
    target = node(resource, "target")
    aim = value_of(target, "detail")
    return line.fact("goal", name, status, value=aim.value, unit=aim.unit, end=text(target, "dueDate"), assertion="hypothetical")


def service_request(entry: Entry, pool: Pool) -> LineWriter:
    """A ServiceRequest: what was ordered, why and for when."""
    resource = entry.resource
    line = LineWriter(text(resource, "authoredOn") or text(resource, "occurrenceDateTime"))
    name = concept(node(resource, "code")) or Concept("unnamed service", "", True)
    status = word(resource, "status")
    line.words("Service request: ").concept(name, "name").coded("do not perform", "yes" if flag(resource, "doNotPerform") else "")
    line.coded("status", status.replace("-", " "), "status").coded("intent", word(resource, "intent").replace("-", " "))
    line.coded("priority", word(resource, "priority")).listed("category", concepts(resource, "category"), "category")
    line.on("planned for", text(resource, "occurrenceDateTime"), "start")
    line.between(*period(node(resource, "occurrencePeriod")), label="planned from")
    write_timing(line, node(resource, "occurrenceTiming"))
    line.listed("detail", concepts(resource, "orderDetail")).listed("body site", concepts(resource, "bodySite"), "body_site")
    line.listed("reason", reasons(resource, pool), "reason")
    line.prose("instruction:", text(resource, "patientInstruction"), "text").notes(notes(resource))
    return line.fact("procedure", name, status, assertion="negated" if flag(resource, "doNotPerform") else "hypothetical")


def nutrition_order(entry: Entry, pool: Pool) -> LineWriter:
    """A NutritionOrder: diets, supplements and enteral formulas."""
    resource = entry.resource
    line = LineWriter(text(resource, "dateTime"))
    diet, formula = node(resource, "oralDiet"), node(resource, "enteralFormula")
    diets = list(concepts(diet, "type"))
    status = word(resource, "status")
    line.words("Nutrition order").listed("diet", diets, "name").coded("status", status, "status")
    line.prose("instruction:", text(diet, "instruction"), "text")
    line.listed("exclude", concepts(resource, "excludeFoodModifier")).listed("prefer", concepts(resource, "foodPreferenceModifier"))
    line.listed("supplement", (found for item in nodes(resource, "supplement") for found in concepts(item, "type")))
    line.listed("formula", concepts(formula, "baseFormulaType")).prose("instruction:", text(formula, "administrationInstruction"))
    line.notes(notes(resource))
    return line.fact("careplan", diets[0] if diets else Concept("Nutrition order", "", True), status, assertion="hypothetical")


def clinical_impression(entry: Entry, pool: Pool) -> LineWriter:
    """A ClinicalImpression: summary, findings and prognosis."""
    resource = entry.resource
    line = LineWriter(text(resource, "effectiveDateTime") or text(node(resource, "effectivePeriod"), "start") or text(resource, "date"))
    name = concept(node(resource, "code")) or Concept("Clinical impression", "", True)
    status = word(resource, "status")
    line.words("Clinical impression: ").concept(name, "name").coded("status", status, "status")
    line.prose("description:", text(resource, "description"), "text").prose("summary:", text(resource, "summary"), "text")
    line.listed("problem", referred(resource, "problem", pool))
    for finding in nodes(resource, "finding"):
        line.listed("finding", concepts(finding, "itemCodeableConcept")).listed("finding", referred(finding, "itemReference", pool))
        line.prose("basis:", text(finding, "basis"))
    line.listed("prognosis", concepts(resource, "prognosisCodeableConcept")).notes(notes(resource))
    return line.fact("report", name, status, value=text(resource, "summary"))


def questionnaire_response(entry: Entry, pool: Pool) -> LineWriter:
    """A QuestionnaireResponse: every question with its answers, nested ones in reading order; each answered one is a fact."""
    resource = entry.resource
    line = LineWriter(text(resource, "authored"))
    status = word(resource, "status")
    line.words("Questionnaire response").coded("status", status.replace("-", " "), "status")
    for question, answers in _answers(resource):
        line.words("; ").part().free(question, "name").words(": " if answers else "")
        for position, answer in enumerate(answers):
            line.words(", " if position else "")
            write_value(line, value_of(answer), "value")
        if answers:
            first = value_of(answers[0])
            line.fact("observation", Concept(question, "", False), status, value=first.value, unit=first.unit)
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
