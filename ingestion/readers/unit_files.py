"""The bytes of a unit's files, wherever they lie, checked against the hash that the unit was listed with."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from ingestion.readers.archives import Archive, Member, is_archive, read_file
from ingestion.records import SourceUnit
from rag.errors import SourceError


def pooled_sha256(members: Iterable[tuple[str, str]]) -> str:
    """The hash of a pool of files, from each file's (uri, SHA-256) in order."""
    digest = hashlib.sha256()
    for uri, sha256 in members:
        digest.update(f"{len(uri)}:{uri}:{sha256}\n".encode())
    return digest.hexdigest()


class UnitFiles(AbstractContextManager["UnitFiles"]):
    """Reads units' files. An archive stays open between units, so that units in its order cost one pass. Opened with ``with``."""

    def __init__(self) -> None:
        self._archive: Archive | None = None
        self._members: Iterator[tuple[Member, tarfile.TarInfo]] = iter(())
        self._path = ""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def read(self, unit: SourceUnit) -> list[tuple[str, bytes]]:
        """(uri, bytes) of each file of ``unit``, in the order of its members.

        Raises:
            SourceError: of the archive layer, or ``changed`` where the bytes are no longer those that were listed.
        """
        if not unit.members:
            files = [(unit.uri, read_file(Path(unit.path), unit.uri))]
        elif is_archive(unit.path):
            files = self._from_archive(unit)
        else:
            files = [(member.uri, read_file(Path(unit.path) / member.uri, member.uri)) for member in unit.members]
        hashes = [(uri, hashlib.sha256(content).hexdigest()) for uri, content in files]
        if unit.sha256 not in (pooled_sha256(hashes), hashes[0][1] if len(hashes) == 1 else ""):
            raise SourceError("changed", f"{unit.uri}: changed while it was being read; run ingest again")
        return files

    def _from_archive(self, unit: SourceUnit) -> list[tuple[str, bytes]]:
        wanted = {member.uri: None for member in unit.members}
        files = self._forward(unit, wanted)
        if len(files) < len(wanted):  # not further on: read the archive again from its start
            self._close()
            files = self._forward(unit, wanted)
        if len(files) < len(wanted):
            raise SourceError("changed", f"{unit.uri}: changed while it was being read; run ingest again")
        return [(uri, files[uri]) for uri in wanted]

    def _forward(self, unit: SourceUnit, wanted: dict[str, None]) -> dict[str, bytes]:
        base = unit.members[0].uri.partition("!/")[0]
        if self._archive is None or self._path != unit.path:
            self._close()
            self._archive = Archive(Path(unit.path), base)
            self._members, self._path = self._archive.members(), unit.path
        files: dict[str, bytes] = {}
        for member, info in self._members:
            uri = f"{base}!/{member.name}"
            if uri in wanted and not member.problem:
                files[uri] = self._archive.read(info, uri)
                if len(files) == len(wanted):
                    break
        return files

    def _close(self) -> None:
        if self._archive is not None:
            self._archive.__exit__(None, None, None)
        self._archive, self._path, self._members = None, "", iter(())
