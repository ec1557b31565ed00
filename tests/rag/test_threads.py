"""Threads: what a follow-up builds on is sealed, and seen by nobody but the principal who asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from api.opening import Owner
from rag.errors import ConfigurationError
from rag.keys import Keys, ephemeral_keys
from rag.questions.understood import Anchor, Intent, Relation, Threshold, Understood, Window
from rag.scope import Principal
from rag.settings import ALL_ROLES
from rag.store import schema
from rag.store.database import Database
from rag.store.threads import put_thread
from rag.threads import NEW_THREAD, ThreadState, _digest, followed, load_thread, save_thread
from rag.types import Answer, Question, Status
from tests.security.hospital import bytes_under, ingested, manifest, opened

ANN, BOB = Principal("ann", frozenset(ALL_ROLES)), Principal("bob", frozenset(ALL_ROLES))
WINDOW = Window("2019-01-01", "2019-12-31", "in 2019")
FULL = Understood(
    text="Was the quasipotassium of Zebulonia above 5 before the surgery in 2019?",
    intent=Intent.PRESENCE,
    phrase="quasipotassium",
    kinds=frozenset({"observation"}),
    windows=(WINDOW,),
    anchor=Anchor("surgery", Relation.BEFORE, "procedure", "last", "start", WINDOW, 30, 2, True),
    at="2019-05-05",
    threshold=Threshold(">=", Decimal("5.10"), "mmol/L", Decimal(90), Decimal(9)),
    status="current",
    experiencer="mother",
    polar=True,
    limit=3,
    unit="mmol/L",
    guideline=True,
    cues=("above", "before"),
    tags=frozenset({"worst", "follow_up"}),
)
STATE = ThreadState("p-1", FULL, "2019-04-04")


@pytest.fixture
def keys() -> Keys:
    return ephemeral_keys()


def test_a_thread_reads_back_as_it_was_kept(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    assert load_thread(database, keys, "t", ANN) == STATE


def test_an_understood_question_with_nothing_optional_reads_back(database: Database, keys: Keys) -> None:
    state = ThreadState(None, Understood("A1c?", Intent.LATEST, "a1c"))
    save_thread(database, keys, "t", ANN, state)
    assert load_thread(database, keys, "t", ANN) == state


def test_the_last_write_wins(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    save_thread(database, keys, "t", ANN, NEW_THREAD)
    assert load_thread(database, keys, "t", ANN) == NEW_THREAD


def test_another_principal_starts_anew_under_the_same_name(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    assert load_thread(database, keys, "t", BOB) == NEW_THREAD
    save_thread(database, keys, "t", BOB, ThreadState("p-2", None))
    assert load_thread(database, keys, "t", ANN) == STATE


def test_another_thread_starts_anew(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    assert load_thread(database, keys, "u", ANN) == NEW_THREAD


def test_nothing_of_one_patient_leads_to_another(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    assert load_thread(database, keys, "t", ANN, "p-1") == STATE
    assert load_thread(database, keys, "t", ANN, "p-2") == NEW_THREAD


def test_a_question_without_a_patient_follows_its_own_thread_alone(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)

    def patient(principal: Principal = ANN, **fields: str) -> str | None:
        return followed(database, keys, Question("And before that?", **fields), principal).patient

    assert patient(thread="t") == "p-1"
    assert patient(thread="t", patient="p-2") == "p-2"
    assert patient(thread="t", corpus="guides") is patient(thread="t", source="a.pdf") is None
    assert patient(thread="u") is patient() is patient(BOB, thread="t") is None


def test_nothing_of_a_thread_stands_in_the_store_in_clear(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "visit of Quagmarsh", ANN, STATE)
    with database.reading() as connection:
        (row,) = connection.execute(schema.threads.select()).all()
    stored = repr(tuple(row)).lower()
    for word in ("quasipotassium", "zebulonia", "surgery", "p-1", "2019", "quagmarsh", "mmol"):
        assert word not in stored.replace(row.updated, "")


def test_a_threads_name_cannot_be_guessed_from_the_store_without_the_key(keys: Keys) -> None:
    assert _digest(keys, "t") != _digest(ephemeral_keys(), "t")


def test_a_record_moved_to_another_principal_does_not_open(database: Database, keys: Keys) -> None:
    save_thread(database, keys, "t", ANN, STATE)
    with database.reading() as connection:
        (row,) = connection.execute(schema.threads.select()).all()
    put_thread(database, row.thread, BOB.name, row.sealed, row.updated)
    with pytest.raises(ConfigurationError):
        load_thread(database, keys, "t", BOB)


def test_a_thread_that_another_version_kept_starts_anew(database: Database, keys: Keys) -> None:
    digest = _digest(keys, "t")
    for kept in ({"patient": "p-1"}, {"patient": "p-1", "rested_on": None, "asked": {"intent": "dream", "phrase": "x"}}):
        put_thread(database, digest, ANN.name, keys.seal(json.dumps(kept).encode(), f"thread:{digest}:{ANN.name}"), "2024-01-01")
        assert load_thread(database, keys, "t", ANN) == NEW_THREAD


def bundle(patient: str, values: dict[str, float]) -> dict[str, object]:
    """One patient with one analyte."""
    results = [
        {"resourceType": "Observation", "id": f"{patient}-{day}", "status": "final", "effectiveDateTime": day,
         "code": {"text": "Potassium", "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
         "subject": {"reference": f"Patient/{patient}"}, "valueQuantity": {"value": value, "unit": "mmol/L"}}
        for day, value in values.items()
    ]  # fmt: skip
    resources = [{"resourceType": "Patient", "id": patient}, *results]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Owner, Path]]:
    folder = tmp_path_factory.mktemp("threads")
    charts = {"pat-a": {"2018-05-01": 3.1, "2019-05-01": 4.2, "2020-05-01": 5.3}, "pat-b": {"2017-02-01": 6.4, "2021-02-01": 7.5}}
    for name, values in charts.items():
        (folder / f"{name}.json").write_text(json.dumps(bundle(name, values)))
    (folder / "m.yaml").write_text(manifest("m", "date_shift", [("fhir-bundle", "*.json")]))
    with opened(folder) as owner:
        assert not ingested(owner, folder / "m.yaml").failed
        yield owner, folder


def ask(ward: tuple[Owner, Path], text: str, thread: str, patient: str | None = None, principal: Principal = ANN) -> Answer:
    return ward[0].service.ask(Question(text, patient=patient, thread=thread, reveal="care"), principal)


def test_a_follow_up_needs_no_patient(ward: tuple[Owner, Path]) -> None:
    assert "5.3" in ask(ward, "What was the last potassium?", "one", "pat-a").answer
    second = ask(ward, "And before that?", "one")
    assert second.status is Status.ANSWERED and "4.2" in second.answer and second.source_patient == "pat-a" and second.thread == "one"
    third = ask(ward, "And before that?", "one")
    assert "3.1" in third.answer and "2018-05-01" in third.answer


def test_another_principal_gets_nothing_of_the_thread(ward: tuple[Owner, Path]) -> None:
    ask(ward, "What was the last potassium?", "two", "pat-a")
    other = ask(ward, "And before that?", "two", principal=BOB)
    assert other.patient is None and other.source_patient is None and not other.citations


def test_a_principal_whose_roles_were_taken_away_gets_nothing_of_the_thread(ward: tuple[Owner, Path]) -> None:
    ask(ward, "What was the last potassium?", "three", "pat-a")
    answer = ward[0].service.ask(Question("And before that?", thread="three"), Principal("ann", frozenset()))
    assert answer.status is Status.NOT_DOCUMENTED and answer.receipt is not None and answer.receipt.documents_searched == 0


def test_another_patient_in_the_thread_starts_anew(ward: tuple[Owner, Path]) -> None:
    ask(ward, "What was the last potassium?", "four", "pat-a")
    answer = ask(ward, "And before that?", "four", "pat-b")
    assert "6.4" not in answer.answer and "7.5" not in answer.answer
    again = ask(ward, "What was the last potassium?", "four", "pat-b")
    assert "7.5" in again.answer and "6.4" in ask(ward, "And before that?", "four").answer


def test_no_question_stands_in_any_file_of_the_workspace(ward: tuple[Owner, Path]) -> None:
    ask(ward, "What was the last potassium before the grumbleworthy visit?", "grumbleworthy-thread", "pat-a")
    for path, content in bytes_under(ward[1] / "workspace"):
        assert b"grumbleworthy" not in content, path
