"""Keys: pure functions of one file that nobody else may read."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.keys import KEY_BYTES, Keys, ephemeral_keys, load_keys

KEYS = Keys(bytes(range(KEY_BYTES)))
OTHER = Keys(bytes(range(1, KEY_BYTES + 1)))


def test_created_key_is_private_and_loads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    made = load_keys(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size == KEY_BYTES
    assert load_keys(path, create=False) == made
    assert load_keys(path, create=True) == made
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_missing_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no workspace key"):
        load_keys(tmp_path / "key", create=False)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    load_keys(path, create=True)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_keys(path, create=False)


@pytest.mark.parametrize("size", [0, KEY_BYTES - 1, KEY_BYTES + 1])
def test_key_of_wrong_size_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k" * size)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="32 bytes"):
        load_keys(path, create=True)


def test_directory_in_place_of_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load_keys(tmp_path, create=True)


def test_two_creators_end_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    seen: list[Keys] = []
    threads = [threading.Thread(target=lambda: seen.append(load_keys(path, create=True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1


def test_ids_have_their_shapes_and_depend_on_key_and_both_parts() -> None:
    assert KEYS.document_id("c", "k").startswith("d-") and len(KEYS.document_id("c", "k")) == 22
    assert KEYS.patient_pseudonym("c", "k").startswith("p-") and len(KEYS.patient_pseudonym("c", "k")) == 18
    assert KEYS.resource_pseudonym("c", "k").startswith("r-") and len(KEYS.resource_pseudonym("c", "k")) == 18
    assert KEYS.document_id("c", "k") == Keys(bytes(range(KEY_BYTES))).document_id("c", "k")
    assert KEYS.document_id("c", "k") != OTHER.document_id("c", "k")
    assert KEYS.document_id("ab", "c") != KEYS.document_id("a", "bc")


def test_purposes_do_not_share_digests() -> None:
    digests = {KEYS.document_id("c", "k")[2:18], KEYS.patient_pseudonym("c", "k")[2:], KEYS.resource_pseudonym("c", "k")[2:]}
    assert len(digests | {KEYS.lookup("c", "k")[:16]}) == 4


def test_key_derivation_is_hkdf_sha256() -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    expected = HKDF(SHA256(), 32, salt=None, info=b"chartcite/1/seal").derive(bytes(range(KEY_BYTES)))
    assert KEYS._subkey("seal") == expected


@given(st.text(max_size=30))
def test_date_offset_is_whole_weeks_never_zero_within_a_year(pseudonym: str) -> None:
    days = KEYS.date_offset_days(pseudonym)
    assert days % 7 == 0
    assert 0 < abs(days) <= 364


def test_date_offsets_go_both_ways() -> None:
    offsets = {KEYS.date_offset_days(f"p-{n}") for n in range(500)}
    assert min(offsets) < 0 < max(offsets)
    assert len(offsets) > 80


def test_sealed_bytes_open_only_with_their_key_and_context() -> None:
    sealed = KEYS.seal(b"Jane Roe", "d-1@sha")
    assert b"Jane" not in sealed
    assert KEYS.open(sealed, "d-1@sha") == b"Jane Roe"
    assert KEYS.seal(b"Jane Roe", "d-1@sha") != sealed
    for keys, data, context in [
        (KEYS, sealed, "d-2@sha"),
        (OTHER, sealed, "d-1@sha"),
        (KEYS, sealed[:-1] + bytes([sealed[-1] ^ 1]), "d-1@sha"),
        (KEYS, b"", "d-1@sha"),
    ]:
        with pytest.raises(ConfigurationError):
            keys.open(data, context)


def test_uri_parts_are_keyed_and_extension_stays() -> None:
    stored = KEYS.uri_pseudonym("smith_john/2024.tar.gz!/notes/mrn-1234567.json#Patient/1234567")
    for clear in ("smith", "john", "2024", "notes", "1234567", "Patient"):
        assert clear not in stored
    assert stored.count("/") == 4 and stored.count("#") == 1 and ".tar.gz!/" in stored and ".json#" in stored


def test_a_name_after_a_dot_is_not_an_extension() -> None:
    assert "Smith" not in KEYS.uri_pseudonym("John.Smith")


def test_a_clear_suffix_pseudonymises_to_a_suffix() -> None:
    stored = KEYS.uri_pseudonym("a/b.tar.gz!/c/d.json#Encounter/7")
    for suffix in ("d.json#Encounter/7", "c/d.json#Encounter/7", "Encounter/7"):
        assert stored.endswith(KEYS.uri_pseudonym(suffix))


def test_nothing_of_the_key_shows_in_repr_or_fingerprint() -> None:
    keys = ephemeral_keys()
    raw = keys._master
    assert raw.hex() not in repr(keys) and repr(raw) not in repr(keys)
    assert keys.fingerprint() != ephemeral_keys().fingerprint()
    assert len(keys.fingerprint()) == 12 and keys.fingerprint() not in raw.hex()


def test_keys_reach_worker_processes() -> None:
    assert pickle.loads(pickle.dumps(KEYS)) == KEYS
