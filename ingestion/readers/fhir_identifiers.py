"""Every identifier that a chart's own resources name: the patient's, the relatives', the carers' and the places'.

These are never rendered; they tell the de-identifier what to look for in the chart's free text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingestion.readers.fhir_elements import day, one_line
from ingestion.readers.fhir_json import Json, choice, node, nodes, strings, text
from ingestion.readers.fhir_kinds import ADMINISTRATIVE, PERSONS_AND_PLACES
from ingestion.readers.fhir_pool import Entry, Pool
from rag.deidentification.identity import KnownIdentifier
from rag.types import Span

_ROLES = {
    "Patient": "patient",
    "RelatedPerson": "relative",
    "Person": "relative",
    "Practitioner": "practitioner",
    "PractitionerRole": "practitioner",
    "Organization": "organization",
    "Location": "organization",
}
_TELECOM = {"phone": "PHONE", "fax": "FAX", "sms": "PHONE", "pager": "PHONE", "email": "EMAIL", "url": "URL"}
_RECORD_NUMBER_TYPES = ("MR", "MRN", "PI", "PT")
_NUMBER_TYPES = {
    "MR": "MRN",
    "SS": "SSN",
    "SB": "SSN",
    "DL": "LICENSE",
    "MD": "LICENSE",
    "MB": "HEALTH_PLAN",
    "MC": "HEALTH_PLAN",
    "MA": "HEALTH_PLAN",
}
"""Source: HL7 v2 table 0203. Every other number is an ``ID``."""
_PERSON_KEYS = {
    **dict.fromkeys(("subject", "patient", "beneficiary"), "Patient"),
    **dict.fromkeys(("custodian", "serviceProvider", "managingOrganization", "organization", "manufacturer"), "Organization"),
    **dict.fromkeys(("location", "origin", "destination"), "Location"),
    **dict.fromkeys(("individual", "actor", "performer", "author", "requester", "asserter", "recorder", "practitioner"), "Practitioner"),
    **dict.fromkeys(("authenticator", "member", "enterer", "informationSource", "contributor", "resultsInterpreter"), "Practitioner"),
    **dict.fromkeys(
        ("generalPractitioner", "authorReference", "operator", "interpreter", "source", "expressedBy", "assessor"), "Practitioner"
    ),
}
"""What a reference without a type points at, by the element it stands in."""
MIN_CUT_CHARS = 5
_DEVICE_NUMBERS = ("serialNumber", "lotNumber", "distinctIdentifier")


def record_numbers(patient: Json) -> tuple[str, ...]:
    """The patient's record numbers: identifiers typed as such, or without a type. SSN, licence and passport are no record numbers."""
    found = []
    for identifier in nodes(patient, "identifier"):
        codes = [text(coding, "code") for coding in nodes(node(identifier, "type"), "coding")]
        if text(identifier, "value") and (not codes or any(code in _RECORD_NUMBER_TYPES for code in codes)):
            found.append(text(identifier, "value"))
    return tuple(dict.fromkeys(found))


def without_identifiers(words: str, clear: Sequence[Span], known: Iterable[KnownIdentifier]) -> tuple[Span, ...]:
    """``clear`` less every place where a full name, an address or a number of this chart stands.

    Single words are left: a patient named White has white blood cells.
    """
    low = words.casefold()
    if len(low) != len(words):  # offsets would differ: rare letters fold to two
        low = words.lower() if len(words.lower()) == len(words) else words
    cuts: list[Span] = []
    for identifier in known:
        value = identifier.value.casefold()
        if identifier.entity_type == "DATE" or len(value) < MIN_CUT_CHARS or value.isalpha():
            continue
        at = low.find(value)
        while at >= 0:
            cuts.append(Span(at, at + len(value)))
            at = low.find(value, at + len(value))
    return _cut(clear, sorted(cuts)) if cuts else tuple(clear)


def _cut(clear: Sequence[Span], cuts: Sequence[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in clear:
        start = span.start
        for cut in cuts:
            if cut.end <= start or cut.start >= span.end:
                continue
            if cut.start > start:
                kept.append(Span(start, cut.start))
            start = max(start, cut.end)
        if start < span.end:
            kept.append(Span(start, span.end))
    return tuple(kept)


def chart_identifiers(entries: Iterable[Entry], pool: Pool) -> tuple[KnownIdentifier, ...]:
    """The identifiers of one chart: of every person and place its resources are, or refer to. Sorted, each once."""
    found: set[KnownIdentifier] = set()
    targets: dict[str, Entry] = {}
    for entry in entries:
        if entry.type in PERSONS_AND_PLACES:
            targets[entry.reference] = entry
        found.update(_of_numbers(entry))
        if entry.type not in ADMINISTRATIVE:
            found.update(_referred(entry, pool, targets))
    for target in list(targets.values()):
        if target.type == "PractitionerRole":
            found.update(_referred(target, pool, targets))
    for target in targets.values():
        found.update(_of_resource(target))
    return tuple(sorted(found, key=lambda item: (item.role, item.entity_type, item.value)))


def _referred(entry: Entry, pool: Pool, targets: dict[str, Entry]) -> Iterator[KnownIdentifier]:
    """The displays of the persons and places ``entry`` refers to; those that are at hand are added to ``targets``."""
    for key, reference in _references(entry.resource):
        target = pool.follow(reference, entry.resource)
        kind = target.type if target else _named_kind(reference, pool) or _PERSON_KEYS.get(key, "")
        if kind not in PERSONS_AND_PLACES:
            continue
        display = one_line(text(reference, "display"))
        if display:
            yield _name(display, kind)
        if target is not None:
            targets[f"{entry.reference}{target.reference}" if target.reference.startswith("#") else target.reference] = target


def _named_kind(reference: Json, pool: Pool) -> str:
    target = text(reference, "reference")
    if "?" in target:
        return target.partition("?")[0].rsplit("/", 1)[-1]
    return pool.name(reference).partition("/")[0] or text(reference, "type")


def _references(resource: Json) -> Iterator[tuple[str, Json]]:
    """Every Reference inside a resource with the element it stands in; a lone ``display`` counts where a person is expected."""
    stack: list[tuple[str, object]] = [("", resource)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            if isinstance(item.get("reference"), str) or ("display" in item and ("identifier" in item or key in _PERSON_KEYS)):
                yield key, item
            stack.extend((name, inner) for name, inner in item.items() if isinstance(inner, dict | list))
        elif isinstance(item, list):
            stack.extend((key, inner) for inner in item if isinstance(inner, dict | list))


def _name(value: str, kind: str) -> KnownIdentifier:
    role = _ROLES.get(kind, "practitioner")
    return KnownIdentifier(value, "ORGANIZATION" if role == "organization" else "PERSON", role)


def _of_resource(entry: Entry) -> Iterator[KnownIdentifier]:
    resource, role = entry.resource, _ROLES.get(entry.type, "practitioner")
    if entry.type not in PERSONS_AND_PLACES:
        return
    yield from _of_names(resource, entry.type, role)
    for address in [*nodes(resource, "address"), *_extension_values(resource, "Address")]:
        yield from _of_address(address, role)
    for contact_point in nodes(resource, "telecom"):
        if text(contact_point, "value"):
            yield KnownIdentifier(text(contact_point, "value"), _TELECOM.get(text(contact_point, "system"), "PHONE"), role)
    for identifier in nodes(resource, "identifier"):
        if len(text(identifier, "value")) > 2:
            yield KnownIdentifier(text(identifier, "value"), _number_type(identifier), role)
    for key in ("birthDate", "deceasedDateTime") if text(resource, "birthDate") else ():
        if day(text(resource, key)):
            yield KnownIdentifier(day(text(resource, key)), "DATE", role)
    if len(text(resource, "id")) > 8:
        yield KnownIdentifier(text(resource, "id"), "ID", role)
    for contact in nodes(resource, "contact"):
        yield from _of_contact(contact)


def _of_contact(contact: Json) -> Iterator[KnownIdentifier]:
    yield from _of_names(contact, "RelatedPerson", "relative")
    for address in nodes(contact, "address"):
        yield from _of_address(address, "relative")
    for contact_point in nodes(contact, "telecom"):
        if text(contact_point, "value"):
            yield KnownIdentifier(text(contact_point, "value"), _TELECOM.get(text(contact_point, "system"), "PHONE"), "relative")


def _of_names(resource: Json, kind: str, role: str) -> Iterator[KnownIdentifier]:
    plain = [*strings(resource, "alias"), *([text(resource, "name")] if isinstance(resource.get("name"), str) else [])]
    for name in plain:
        if name:
            yield _name(one_line(name), kind)
    for human in nodes(resource, "name"):
        given, family = strings(human, "given"), text(human, "family")
        words = [*given, *([family] if family else [])]
        prefixes, suffixes = strings(human, "prefix"), strings(human, "suffix")
        for value in (text(human, "text"), " ".join(words), " ".join([*prefixes, *words, *suffixes]), *given, family):
            if len(value) > 1:
                yield KnownIdentifier(one_line(value), "PERSON", role)
    for extension in nodes(resource, "extension"):
        if text(extension, "url").endswith("mothersMaidenName") and text(extension, "valueString"):
            yield KnownIdentifier(one_line(text(extension, "valueString")), "PERSON", "relative")


def _extension_values(resource: Json, kind: str) -> Iterator[Json]:
    for extension in nodes(resource, "extension"):
        suffix, value = choice(extension, "value")
        if suffix == kind and isinstance(value, dict):
            yield value


def _of_address(address: Json, role: str) -> Iterator[KnownIdentifier]:
    kinds = [("text", "ADDRESS"), ("city", "LOCATION"), ("district", "LOCATION"), ("postalCode", "ZIP")]
    values = [*((line, "ADDRESS") for line in strings(address, "line")), *((text(address, key), kind) for key, kind in kinds)]
    for value, kind in values:
        if len(value) > 1:
            yield KnownIdentifier(one_line(value), kind, role)


def _number_type(identifier: Json) -> str:
    codes = (text(coding, "code") for coding in nodes(node(identifier, "type"), "coding"))
    return next((_NUMBER_TYPES[code] for code in codes if code in _NUMBER_TYPES), "ID")


def _of_numbers(entry: Entry) -> Iterator[KnownIdentifier]:
    """Numbers of the chart's devices, specimens, studies and plans: UDI, serial, lot, accession, subscriber, business identifiers."""
    resource = entry.resource
    if entry.type in PERSONS_AND_PLACES:
        return
    device = [text(resource, key) for key in _DEVICE_NUMBERS] if entry.type == "Device" else []
    device += [text(carrier, key) for carrier in nodes(resource, "udiCarrier") for key in ("deviceIdentifier", "carrierHRF")]
    other = [
        text(node(resource, "accessionIdentifier"), "value"),
        *(text(identifier, "value") for identifier in nodes(resource, "identifier")),
    ]
    plan = [text(resource, "subscriberId")]
    for values, kind in ((device, "DEVICE"), (other, "ID"), (plan, "HEALTH_PLAN")):
        for value in values:
            if len(value) > 4:
                yield KnownIdentifier(value, kind, "patient")
