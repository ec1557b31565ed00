"""Narrative attachments: decoded, each text once, replaced notes left out, superseded ones kept."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ingestion.readers.pdf_layout import PdfText
from rag.types import PageSpan
from tests.ingestion.readers.fhir_charts import PATIENT, VISIT, Resource, concept, document, note, of, read

BODY = "# Chief complaint\nCough for 3 days.\n\n\n# Plan\nRest."


def attached(data: str | None, content_type: str = "text/plain", **fields: Any) -> Resource:
    attachment = {"contentType": content_type, **({"data": data} if data is not None else {}), **fields}
    return of("DocumentReference", "n1", status="current", content=[{"attachment": attachment}])


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_note_is_a_document_of_its_own() -> None:
    found = document(read(PATIENT, VISIT, note("n1", BODY)), "DocumentReference/n1")
    assert (found.text, found.kind, found.date, found.patient) == (BODY, "Progress note", "2024-03-01", "p1")
    assert [(span.start, span.end, span.reference) for span in found.resources] == [(0, len(BODY), "DocumentReference/n1")]
    assert found.clear == () and found.identifiers


def test_the_same_text_in_a_report_of_the_visit_is_one_document_with_both_references() -> None:
    result = read(PATIENT, VISIT, note("r1", BODY, "DiagnosticReport"), note("n1", BODY))
    notes = [d for d in result.documents if d.text == BODY]
    assert [d.key for d in notes] == ["DocumentReference/n1"]
    assert [span.reference for span in notes[0].resources] == ["DocumentReference/n1", "DiagnosticReport/r1"]
    assert result.dropped["duplicate_attachment"] == 1


def test_the_same_text_in_two_visits_is_two_documents() -> None:
    other = note("n2", BODY, context={"encounter": [{"reference": "Encounter/e2"}]})
    assert sum(d.text == BODY for d in read(PATIENT, VISIT, note("n1", BODY), other).documents) == 2


def test_a_report_with_results_has_a_line_and_its_form_is_a_document() -> None:
    report = note("r1", BODY, "DiagnosticReport", conclusion="Pneumonia.")
    result = read(PATIENT, VISIT, report)
    assert {d.key for d in result.documents} == {"Encounter/e1", "DiagnosticReport/r1/presentedForm"}
    assert "conclusion: Pneumonia." in document(result, "Encounter/e1").text


def test_a_superseded_note_that_nothing_replaces_is_ingested() -> None:
    assert document(read(PATIENT, note("n1", BODY, status="superseded")), "DocumentReference/n1").text == BODY


def test_a_replaced_note_is_left_out_and_counted() -> None:
    newer = note("n2", "Cough for 4 days.", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/n1"}}])
    result = read(PATIENT, note("n1", BODY, status="superseded"), newer)
    assert [d.key for d in result.documents] == ["DocumentReference/n2"]
    assert result.dropped["replaced"] == 1


@pytest.mark.parametrize("code", ["appends", "transforms", "signs"])
def test_other_relations_replace_nothing(code: str) -> None:
    newer = note("n2", "Addendum.", relatesTo=[{"code": code, "target": {"reference": "DocumentReference/n1"}}])
    assert len(read(PATIENT, note("n1", BODY), newer).documents) == 2


def test_a_note_is_kept_when_what_replaces_it_cannot_be_read() -> None:
    replaces = {"relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/n1"}}]}
    newer = of("DocumentReference", "n2", status="current", content=[{"attachment": {"url": "Binary/7"}}], **replaces)
    assert [d.key for d in read(PATIENT, note("n1", BODY), newer).documents] == ["DocumentReference/n1"]


def test_a_note_entered_in_error_is_dropped_and_replaces_nothing() -> None:
    wrong = note("n2", "x", status="entered-in-error", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/n1"}}])
    result = read(PATIENT, note("n1", BODY), wrong)
    assert [d.key for d in result.documents] == ["DocumentReference/n1"] and result.dropped["entered_in_error"] == 1


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (attached(None, url="http://example.org/note.pdf"), "attachment_url_only"),
        (attached(None), "attachment_empty"),
        (attached(encoded(b"  \n")), "attachment_empty"),
        (attached("not base64!"), "attachment_malformed"),
        (attached(encoded(b"caf\xe9")), "attachment_encoding"),
        (attached(encoded(b"x"), "text/plain; charset=klingon"), "attachment_charset"),
        (attached(encoded(b"x"), "image/png"), "attachment_type:image/png"),
        (attached(encoded(b"junk"), "application/pdf"), "attachment_malformed"),
        (attached(encoded(b'<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>'), "application/xhtml+xml"), "attachment_doctype"),
    ],
)
def test_an_attachment_that_gives_no_text_is_dropped_with_its_reason(resource: Resource, reason: str) -> None:
    result = read(PATIENT, resource)
    assert not result.documents and result.dropped[reason] == 1


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("naïve 5 µg".encode(), "text/plain; charset=utf-8", "naïve 5 µg"),
        ("naïve 5 µg".encode("latin-1"), 'text/plain; charset="ISO-8859-1"', "naïve 5 µg"),
        (
            b"<div xmlns='http://www.w3.org/1999/xhtml'><h2>Plan</h2><p>Rest &amp; fluids</p></div>",
            "application/xhtml+xml",
            "Plan\n\nRest & fluids",
        ),
        (b"<p>BP 120/80</p><script>x()</script>", "text/html", "BP 120/80"),
        (b"# Plan\n* rest", "text/markdown", "# Plan\n* rest"),
        (b"no type given", "", "no type given"),
    ],
)
def test_attachments_are_decoded_by_content_type_and_charset(content: bytes, content_type: str, text: str) -> None:
    (found,) = read(PATIENT, attached(encoded(content), content_type)).documents
    assert found.text == text


def test_a_pdf_attachment_keeps_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.readers import fhir_attachments
    from ingestion.readers.pdf import PdfRead

    pages = (PageSpan(0, 4, 1), PageSpan(5, 9, 2))
    monkeypatch.setattr(fhir_attachments, "read_pdf", lambda content, uri: PdfRead(PdfText("Page page", pages), ""))
    (found,) = read(PATIENT, attached(encoded(b"%PDF-1.4"), "application/pdf")).documents
    assert found.pages == pages


def test_each_attachment_of_a_reference_counts() -> None:
    contents = [{"attachment": {"contentType": "text/plain", "data": encoded(body)}} for body in (b"one", b"two")]
    result = read(PATIENT, of("DocumentReference", "n1", status="current", type=concept("Note"), content=[*contents, {"attachment": {}}]))
    assert [d.key for d in result.documents] == ["DocumentReference/n1", "DocumentReference/n1/2"]
    assert (result.records_in, result.rendered, result.dropped["attachment_empty"]) == (4, 2, 1)


def test_a_url_that_names_a_binary_of_the_unit_is_followed() -> None:
    binary = {"resourceType": "Binary", "id": "b7", "contentType": "text/plain", "data": encoded(b"Scanned letter.")}
    reference = of("DocumentReference", "n1", status="current", content=[{"attachment": {"contentType": "text/plain", "url": "Binary/b7"}}])
    result = read(PATIENT, reference, binary)
    assert document(result, "DocumentReference/n1").text == "Scanned letter."
    assert result.dropped["supporting:Binary"] == 1


def test_a_composition_gives_the_narratives_of_its_sections() -> None:
    sections = [
        {
            "title": "Problems",
            "text": {"div": "<div><p>Gout, stable.</p></div>"},
            "section": [{"title": "Past", "text": {"div": "<p>Cataract.</p>"}}],
        },
        {"title": "Plan", "text": {"div": "<div>Rest.</div>"}},
    ]
    composition = of(
        "Composition", "c1", status="final", type=concept("Summary"), title="Patient summary", date="2024-01-01", section=sections
    )
    found = document(read(PATIENT, composition), "Composition/c1")
    assert found.text == "Problems\n\nGout, stable.\n\nPast\n\nCataract.\n\nPlan\n\nRest."
    assert (found.kind, found.title, found.date) == ("Summary", "Patient summary", "2024-01-01")


def test_a_composition_without_text_is_dropped_with_its_reason() -> None:
    assert read(PATIENT, of("Composition", "c1", status="final")).dropped["no_narrative"] == 1
