from __future__ import annotations

import pytest

from rag.errors import StoreError
from rag.store.corpora import CorpusRecord, get_corpus, list_corpora, write_corpus
from rag.store.database import Database
from rag.store.patients import PatientRow, find_patient, find_pseudonyms, get_patient, remember_patient


def test_a_patient_is_found_by_each_id_it_goes_by(database: Database) -> None:
    row = PatientRow("p-1", "hospital-a", ("look-fhir", "look-mrn"), b"sealed")
    remember_patient(database, row)
    assert find_patient(database, "hospital-a", "look-mrn") == row == get_patient(database, "p-1")
    assert find_patient(database, "hospital-b", "look-mrn") is None and get_patient(database, "p-2") is None


def test_remembering_again_adds_ids_and_keeps_the_old(database: Database) -> None:
    remember_patient(database, PatientRow("p-1", "a", ("look-1",), b"old"))
    remember_patient(database, PatientRow("p-1", "a", ("look-2",), b"new"))
    assert get_patient(database, "p-1") == PatientRow("p-1", "a", ("look-1", "look-2"), b"new")


def test_a_pseudonym_cannot_change_its_domain(database: Database) -> None:
    remember_patient(database, PatientRow("p-1", "a", ("look-1",), b""))
    with pytest.raises(StoreError):
        remember_patient(database, PatientRow("p-1", "b", ("look-1",), b""))


def test_an_id_of_two_patients_gives_both_and_is_refused_within_a_domain(database: Database) -> None:
    remember_patient(database, PatientRow("p-1", "a", ("look-1",), b""))
    remember_patient(database, PatientRow("p-2", "a", ("look-1",), b""))
    assert find_pseudonyms(database, ["look-1"], "x", {"a"}) == {"p-1", "p-2"}
    with pytest.raises(StoreError):
        find_patient(database, "a", "look-1")


def test_pseudonyms_are_found_in_the_given_domains_only(database: Database) -> None:
    remember_patient(database, PatientRow("p-1", "a", ("look-1",), b""))
    assert find_pseudonyms(database, [], "p-1", {"a"}) == {"p-1"}
    assert find_pseudonyms(database, ["look-1"], "p-1", {"b"}) == frozenset() == find_pseudonyms(database, ["look-1"], "p-1", set())


def test_a_corpus_is_replaced_whole(database: Database) -> None:
    first = CorpusRecord("trials", "1", "CC-BY-4.0", False, "none", ("clinician", "qa"), "trials")
    write_corpus(database, first)
    assert get_corpus(database, "trials") == first
    write_corpus(database, CorpusRecord("trials", "2", "CC-BY-4.0", False, "none", ("qa",), "trials"))
    (found,) = list_corpora(database)
    assert (found.name, found.contains_phi, found.roles, found.identity_domain) == ("trials", False, frozenset({"qa"}), "trials")
    assert get_corpus(database, "absent") is None
