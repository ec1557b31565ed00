"""From manifest sources to hashed units: what is one unit, what is pooled, what is refused alone."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from ingestion.sources import Sources, find_sources

PATIENT_BUNDLE = json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]}).encode()
SEARCH_BUNDLE = json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Goal", "id": "g"}}]}).encode()
LOOSE = json.dumps({"resourceType": "Observation", "id": "o"}).encode()


def tar_gz(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def found(folder: Path, *sources: tuple[str, str]) -> Sources:
    return find_sources(sources, folder)


def test_a_plain_file_is_a_unit_without_members(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Aspirin 81 mg daily.")
    (unit,) = found(tmp_path, ("document", "a.txt")).units
    assert (unit.uri, unit.members, len(unit.sha256)) == ("a.txt", (), 64)


def test_a_glob_gives_a_unit_per_document_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text(name)
    assert [unit.uri for unit in found(tmp_path, ("document", "*.txt")).units] == ["a.txt", "b.txt"]


def test_patient_bundles_stand_alone_and_the_rest_is_pooled(tmp_path: Path) -> None:
    tar_gz(tmp_path / "x.tar.gz", {"p1.json": PATIENT_BUNDLE, "s.json": SEARCH_BUNDLE, "o.json": LOOSE, "readme.md": b"hello"})
    sources = found(tmp_path, ("fhir-bundle", "x.tar.gz"))
    assert {unit.uri: len(unit.members) for unit in sources.units} == {"x.tar.gz!/p1.json": 1, "x.tar.gz": 2}
    assert sources.passed_over == {".md": 1}


def test_ndjson_files_of_a_glob_are_one_unit(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_bytes(b"{}\n")
    (tmp_path / "Condition.ndjson.gz").write_bytes(gzip.compress(b"{}\n"))
    (unit,) = found(tmp_path, ("fhir-ndjson", "*.ndjson*")).units
    assert [member.uri for member in unit.members] == ["Condition.ndjson.gz", "Patient.ndjson"]


def test_a_unit_hash_follows_names_and_bytes(tmp_path: Path) -> None:
    def pool_hash(files: dict[str, bytes]) -> str:
        tar_gz(tmp_path / "x.tar.gz", files)
        return found(tmp_path, ("fhir-bundle", "x.tar.gz")).units[0].sha256

    base = pool_hash({"a.json": LOOSE, "b.json": SEARCH_BUNDLE})
    assert pool_hash({"a.json": LOOSE, "b.json": SEARCH_BUNDLE}) == base
    assert pool_hash({"a.json": LOOSE, "c.json": SEARCH_BUNDLE}) != base
    assert pool_hash({"a.json": LOOSE + b" ", "b.json": SEARCH_BUNDLE}) != base


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (("document", "nothing/*.txt"), "no_match"),
        (("document", "empty"), "no_match"),
        (("hl7v2", "a.txt"), "unsupported_format"),
        (("fhir-bundle", "a.txt"), "wrong_suffix"),
        (("document", "broken.tar.gz"), "malformed"),
        (("document", "cut.tar.gz"), "truncated"),
    ],
)
def test_a_bad_source_is_an_error_and_the_others_go_on(tmp_path: Path, source: tuple[str, str], code: str) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.tar.gz").write_bytes(b"not an archive at all" * 100)
    tar_gz(tmp_path / "whole.tar.gz", {f"{n}.txt": bytes(range(256)) * 40 for n in range(20)})
    content = (tmp_path / "whole.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(content[: len(content) // 2])
    sources = found(tmp_path, source, ("document", "a.txt"))
    assert [error.code for error in sources.errors] == [code]
    assert "a.txt" in [unit.uri for unit in sources.units]


def test_t04_members_that_leave_the_archive_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    names = ["../up.txt", "/etc/passwd.txt", "ok/../../up.txt", "c:\\x.txt", "fine.txt"]
    tar_gz(tmp_path / "x.tar.gz", dict.fromkeys(names, b"text"))
    sources = found(tmp_path, ("document", "x.tar.gz"))
    assert [unit.uri for unit in sources.units] == ["x.tar.gz!/fine.txt"]
    assert [error.code for error in sources.errors] == ["unsafe_name"] * 4


def test_t04_links_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    sources = found(tmp_path, ("document", "x.tar.gz"))
    assert {error.code for error in sources.errors} == {"not_a_regular_file", "no_match"}


def test_t04_a_link_that_leaves_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("inside")
    (folder / "b.txt").symlink_to(tmp_path / "secret.txt")
    sources = found(tmp_path, ("document", "corpus"))
    assert [unit.uri for unit in sources.units] == ["corpus/a.txt"]
    assert [error.code for error in sources.errors] == ["unsafe_name"]


def test_the_same_file_named_twice_is_one_unit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    assert len(found(tmp_path, ("document", "a.txt"), ("document", "*.txt")).units) == 1


def test_an_archive_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    tar_gz(tmp_path / "whole.tar.gz", {"a.txt": b"first", "b.txt": b"x" * 100})
    plain = gzip.decompress((tmp_path / "whole.tar.gz").read_bytes())
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(plain[: 1024 + 512 + 20]))
    sources = found(tmp_path, ("document", "cut.tar.gz"))
    assert [unit.uri for unit in sources.units] == ["cut.tar.gz!/a.txt"]
    assert {error.code for error in sources.errors} == {"truncated"}
