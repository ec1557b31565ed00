"""Composed statements are rendered again part by part: true names and dates where they stood, and nothing found by its letters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from api.opening import Owner
from api.schemas import answer_json
from rag.answering.typed.calendar import Calendar
from rag.deidentification.sealing import unseal_document
from rag.revealing import reveal_answer
from rag.scope import Principal
from rag.settings import ALL_ROLES
from rag.store.database import Database
from rag.store.documents import get_document, get_sealed
from rag.types import (
    Answer,
    Citation,
    Document,
    Part,
    Point,
    Policy,
    Question,
    Scope,
    Series,
    Source,
    SourceSpan,
    Statement,
    Status,
    Verdict,
)
from tests.security.hospital import ingested, manifest, opened

OPERATOR = Principal("t", frozenset(ALL_ROLES))
NOTE = "Dr. Hortensia Blackwood gave furosemide 40 mg daily from 2024-02-03.\n"
DATES = {"2018-05-01": 3.1, "2019-05-01": 4.2, "2020-05-01": 5.3}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def bundle() -> dict[str, object]:
    results = [
        {"resourceType": "Observation", "id": f"o-{day}", "status": "final", "effectiveDateTime": day,
         "code": {"text": "Potassium", "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
         "subject": {"reference": "Patient/pat-a"}, "valueQuantity": {"value": value, "unit": "mmol/L"}}
        for day, value in DATES.items()
    ]  # fmt: skip
    resources = [{"resourceType": "Patient", "id": "pat-a"}, *results]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}


@dataclass(frozen=True, slots=True)
class Ward:
    """An ingested chart and how to ask it."""

    owner: Owner
    policy: Policy

    def ask(self, text: str, reveal: str | None = "care", patient: str = "pat-a") -> Answer:
        return self.owner.service.ask(Question(text, patient=patient, reveal=reveal), OPERATOR)

    def stored(self, text: str) -> Answer:
        assert self.owner.service._engine is not None
        return self.owner.service._engine.ask(Question(text, patient="pat-a", reveal="care"), OPERATOR).stored


@pytest.fixture(scope="module", params=[Policy.SAFE_HARBOR, Policy.DATE_SHIFT])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("revealing")
    (folder / "a.json").write_text(json.dumps(bundle()))
    note = {"id": "1", "patient": "MRN-4401", "date": "2024-02-03", "type": "Progress note", "author": "Hortensia Blackwood", "text": NOTE}
    (folder / "n.jsonl").write_text(json.dumps(note) + "\n")
    (folder / "m.yaml").write_text(manifest("m", request.param.value, [("fhir-bundle", "*.json"), ("notes-jsonl", "*.jsonl")]))
    with opened(folder) as owner:
        assert not ingested(owner, folder / "m.yaml").failed
        yield Ward(owner, request.param)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What was the last potassium?", ["2020-05-01"]),
        ("What was the first potassium?", ["2018-05-01"]),
        ("What is the trend of the potassium?", list(DATES)),
        ("How many times was the potassium measured?", ["2018-05-01", "2020-05-01"]),
        ("What was the potassium in May 2019?", ["2019-05-01"]),
        ("What was the potassium on 2019-05-01?", ["2019-05-01"]),
    ],
)
def test_true_dates_are_shown_for_a_purpose_and_never_stored(ward: Ward, question: str, shown: list[str]) -> None:
    revealed, stored = ward.ask(question), ward.stored(question)
    assert _ISO_DAY.findall(revealed.answer) == shown == _ISO_DAY.findall(" ".join(s.text for s in revealed.statements))
    kept = json.dumps({**answer_json(stored), "question": ""})
    assert not set(_ISO_DAY.findall(kept)) & set(DATES)
    assert ward.policy is Policy.DATE_SHIFT or not _ISO_DAY.search(kept)


def test_an_unrevealed_answer_is_what_is_stored(ward: Ward) -> None:
    asked = "What was the last potassium?"
    plain, stored = answer_json(ward.ask(asked, None)), answer_json(ward.stored(asked))
    assert all(plain[key] == stored[key] for key in plain if key not in ("timings_ms", "provenance"))


def test_a_month_is_refused_without_a_purpose_where_only_years_are_shown(ward: Ward) -> None:
    answer = ward.ask("What was the potassium in May 2019?", None)
    if ward.policy is Policy.SAFE_HARBOR:
        assert answer.status is Status.REFUSED and "ask for whole years" in (answer.error or "") and not answer.citations
    else:
        assert answer.status is not Status.REFUSED


def test_the_points_of_a_series_are_true_for_a_purpose(ward: Ward) -> None:
    (revealed,), (stored,) = (answer.series for answer in (ward.ask("Potassium trend?"), ward.stored("Potassium trend?")))
    assert [point.date for point in revealed.points] == list(DATES)
    assert [point.value for point in revealed.points] == [point.value for point in stored.points] == ["3.1", "4.2", "5.3"]
    if ward.policy is Policy.SAFE_HARBOR:
        assert [point.date for point in stored.points] == ["2018", "2019", "2020"]


def test_a_distance_is_told_finer_for_a_purpose(ward: Ward) -> None:
    asked = "What was the first potassium since 2019?"
    assert "12 months before" in ward.ask(asked).answer
    assert ("12 months" in ward.stored(asked).answer) is (ward.policy is Policy.DATE_SHIFT)


def test_a_day_counted_back_from_a_true_date_is_not_stored(ward: Ward) -> None:
    stored = ward.stored("What was the potassium one year ago?")
    kept = json.dumps(answer_json(stored)["interpretation"])
    assert "2019-05-01" not in kept and (ward.policy is Policy.DATE_SHIFT or not _ISO_DAY.search(kept))


def test_the_lead_of_an_answer_stays(ward: Ward) -> None:
    assert ward.ask("Was the potassium ever above 5?").answer.startswith("Yes")


@dataclass(frozen=True, slots=True)
class Named:
    """The stored note, where the physician's surrogate stands in it, and its text."""

    document: Document
    start: int
    end: int

    @property
    def surrogate(self) -> str:
        return self.document.text[self.start : self.end]

    def span(self, start: int, end: int) -> SourceSpan:
        return SourceSpan(self.document.doc_id, self.document.sha256, start, end)


@pytest.fixture
def named(ward: Ward) -> Named:
    database: Database = ward.owner.workspace.database
    answer = ward.ask("What dose of furosemide was given?", patient="MRN-4401")
    span = answer.citations[0].span
    document = get_document(database, span.doc_id, span.doc_sha256)
    sealed = get_sealed(database, span.doc_id, span.doc_sha256)
    assert document is not None and sealed is not None
    secret = unseal_document(ward.owner.workspace.keys, sealed, span.doc_id, span.doc_sha256)
    replaced = next(item for item in secret.replacements if "Blackwood" in item.original)
    return Named(document, replaced.start, replaced.end)


def hand_made(named: Named, *parts: Part) -> Answer:
    """An answer of one statement over the whole note."""
    whole = named.span(0, len(named.document.text))
    citation = Citation(1, whole, named.document.text, None, "", "t", Source("m", None, "u", None))
    text = "".join(part.text for part in parts)
    statement = Statement(text, (1,), Verdict.SUPPORTED, 1.0, parts)
    series = Series("x", "u", (Point("2019", "1", 1, "2019-05-01"),))
    return Answer(
        None, "q", named.document.patient, Status.ANSWERED, f"Yes. {text} [1]", (statement,), (citation,), None, "x", None, series=(series,)
    )


def shown(ward: Ward, answer: Answer, calendar: Calendar | None = None) -> Answer:
    scope = Scope(frozenset({"m"}), frozenset({answer.patient or ""}))
    return reveal_answer(answer, ward.owner.workspace, scope, calendar)


def test_words_like_a_surrogate_stay_where_nothing_was_replaced(ward: Ward, named: Named) -> None:
    drug = named.document.text.index("furosemide")
    answer = hand_made(
        named,
        Part("words", f"The {named.surrogate} catheter, "),
        Part("slot", "furosemide", span=named.span(drug, drug + 10)),
        Part("words", ", by "),
        Part("slot", named.surrogate, span=named.span(named.start, named.end)),
    )
    (statement,) = shown(ward, answer).statements
    assert statement.text.startswith(f"The {named.surrogate} catheter, furosemide, by ")
    assert "Blackwood" in statement.parts[-1].text and named.surrogate not in statement.parts[-1].text
    assert shown(ward, answer).answer == f"Yes. {statement.text} [1]"


def test_a_rounded_number_stays_rounded(ward: Ward, named: Named) -> None:
    dose = named.document.text.index("40")
    answer = hand_made(named, Part("slot", "40.0", span=named.span(dose, dose + 2)))
    assert shown(ward, answer).statements[0].text == "40.0"


def test_dates_and_distances_are_told_again_from_their_times(ward: Ward, named: Named) -> None:
    calendar = Calendar(ward.policy, -126, True)
    answer = hand_made(
        named,
        Part("words", "on "),
        Part("date", "2023", time="2023-10-01"),
        Part("words", ", "),
        Part("computed", "1 year", time="2022-09-01/2023-10-01", operation="duration"),
        Part("words", ", "),
        Part("computed", "3", operation="count"),
    )
    assert shown(ward, answer, calendar).statements[0].text == "on 2024-02-04, 13 months, 3"
    assert shown(ward, answer, None).statements[0].text == "on 2023, 1 year, 3"
    assert shown(ward, answer, calendar).series[0].points[0].date == "2019-09-04"


def test_spans_and_quotes_never_change(ward: Ward, named: Named) -> None:
    answer = hand_made(named, Part("slot", named.surrogate, span=named.span(named.start, named.end)))
    before, after = answer.citations[0], shown(ward, answer).citations[0]
    assert (before.span, before.quote, before.n) == (after.span, after.quote, after.n)
    assert "Hortensia Blackwood" in (after.display or "") and named.surrogate not in (after.display or "")
