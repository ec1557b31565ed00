"""Archives in bounds: bombs are refused while unpacking, nothing is written."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from ingestion.readers import archives
from ingestion.readers.archives import Archive, is_safe_name, read_file
from rag.errors import SourceError


def code_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_file(path, "x")
    return caught.value.code


def test_a_gzip_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"Warfarin 5 mg"))
    assert read_file(path, "a") == b"Warfarin 5 mg"


def test_t02_a_gzip_bomb_is_refused_by_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"\0" * 64 * 1024 * 1024, 9))
    assert code_of(path) == "bomb"


def test_t02_a_file_past_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * 2_000_000)
    with pytest.raises(SourceError, match="more than 1000000 bytes"):
        read_file(path, "x", max_bytes=1_000_000)


def test_t02_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for number in range(6):
            archive.addfile(tarfile.TarInfo(f"{number}.txt"))
    with Archive(tmp_path / "x.tar", "x") as opened, pytest.raises(SourceError) as caught:
        list(opened.members())
    assert caught.value.code == "too_many_members"


def test_t02_a_header_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 3 * 1024**3
    (tmp_path / "x.tar").write_bytes(header.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 10240)
    with pytest.raises(SourceError) as caught, Archive(tmp_path / "x.tar", "x") as opened:
        list(opened.members())
    assert caught.value.code == "bomb"


def test_a_member_that_claims_more_than_it_holds_is_truncated(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a.txt")
    info.size = 5000
    (tmp_path / "x.tar").write_bytes(info.tobuf() + b"short" + b"\0" * 507)
    with Archive(tmp_path / "x.tar", "x") as opened, pytest.raises(SourceError) as caught:
        for _, found in opened.members():
            opened.read(found, "x!/a.txt")
    assert caught.value.code == "truncated"


def test_a_truncated_gzip_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 500)[:-60])
    assert code_of(path) == "truncated"


def test_a_missing_file_is_named_so(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none") == "missing"


def test_two_members_of_one_name_are_not_confused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for content in (b"one", b"two"):
            info = tarfile.TarInfo("a.txt")
            info.size = 3
            archive.addfile(info, io.BytesIO(content))
    with Archive(tmp_path / "x.tar", "x") as opened:
        assert [member.problem for member, _ in opened.members()] == ["", "duplicate_name"]


@pytest.mark.parametrize("name", ["", "..", "../a", "a/../../b", "/a", "c:/a", "a\\b", "a\0b", "a\nb", "x" * 501])
def test_t04_names_that_could_leave_are_unsafe(name: str) -> None:
    assert not is_safe_name(name)


@pytest.mark.parametrize("name", ["a.json", "dir/b.json", "Adán_Portillo.json", "a..b"])
def test_plain_names_are_safe(name: str) -> None:
    assert is_safe_name(name)
