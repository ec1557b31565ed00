"""From the sources of a manifest to the units that are read, hashed and skipped as one.

A plain file is a unit; so is a Bundle with a patient inside an archive or a directory; the loose resources, NDJSON files and
patientless Bundles of one archive or directory are pooled, since they refer to each other. Only names and bytes are looked
at here; contents are parsed later, in the child process.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.readers.archives import Archive, is_archive, read_file
from ingestion.readers.unit_files import pooled_sha256
from ingestion.records import SourceMember, SourceUnit, UnitError
from rag.errors import SourceError

_DOCUMENT_SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text")
_SUFFIXES = {
    "fhir-bundle": (".json",),
    "fhir-ndjson": (".ndjson", ".jsonl"),
    "document": _DOCUMENT_SUFFIXES,
    "notes-jsonl": (".jsonl", ".ndjson"),
}
_POOLED = ("fhir-bundle", "fhir-ndjson")
_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
_PATIENT = re.compile(rb'"resourceType"\s*:\s*"Patient"')


@dataclass(frozen=True, slots=True)
class Sources:
    """The units of a manifest, what could not be read, and files passed over because their names do not fit the format."""

    units: tuple[SourceUnit, ...]
    errors: tuple[UnitError, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """One file: ``uri`` under the manifest, ``path`` on disk (of its archive), its hash and size, and whether it stands alone."""

    uri: str
    path: Path
    sha256: str
    size: int
    alone: bool


class _Finding:
    """Gathers units, errors and counts while the sources are walked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.units: dict[tuple[str, str], SourceUnit] = {}
        self.errors: list[UnitError] = []
        self.passed_over: Counter[str] = Counter()

    def attempt(self, uri: str, work: Callable[[], None]) -> None:
        """Run ``work``; a SourceError becomes an error of ``uri``."""
        try:
            work()
        except SourceError as error:
            self.errors.append(UnitError(error.code, uri, str(error)))

    def keep(self, unit: SourceUnit) -> None:
        """Add ``unit``, once."""
        self.units.setdefault((unit.format, unit.uri), unit)

    def uri(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.folder)).as_posix()


def find_sources(sources: Iterable[tuple[str, str]], folder: Path) -> Sources:
    """The units of (format, path) pairs, paths relative to ``folder``; sorted by path within a source, each unit once."""
    finding = _Finding(folder)
    for format_name, pattern in sources:
        finding.attempt(pattern, lambda f=format_name, p=pattern: _walk(finding, f, p))  # type: ignore[misc]
    return Sources(tuple(finding.units.values()), tuple(finding.errors), dict(finding.passed_over))


def _walk(finding: _Finding, format_name: str, pattern: str) -> None:
    if format_name not in _SUFFIXES:
        raise SourceError("unsupported_format", f"{pattern}: format {format_name} is not supported in this version; remove the source")
    paths = _matches(finding.folder, pattern)
    if not paths:
        raise SourceError("no_match", f"{pattern}: matches no file; paths are relative to the manifest")
    loose: list[_Found] = []
    for path in paths:
        uri = finding.uri(path)
        if path.is_dir():
            finding.attempt(uri, lambda p=path: _directory(finding, format_name, p))  # type: ignore[misc]
        elif is_archive(path.name):
            finding.attempt(uri, lambda p=path, u=uri: _archive(finding, format_name, p, u))  # type: ignore[misc]
        else:
            finding.attempt(uri, lambda p=path, u=uri: loose.append(_file(format_name, p, u)))  # type: ignore[misc]
    if len(loose) == 1:
        finding.keep(SourceUnit(format_name, loose[0].uri, str(loose[0].path), loose[0].sha256))
    else:
        _keep(finding, format_name, loose, pattern)


def _matches(folder: Path, pattern: str) -> list[Path]:
    direct = folder / pattern
    if direct.exists():
        return [direct]
    found = glob.iglob(str(direct), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute patterns
    return sorted(path for path in map(Path, found) if path.is_file())


def _directory(finding: _Finding, format_name: str, path: Path) -> None:
    found: list[_Found] = []
    for inner in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
        uri = finding.uri(inner)
        if not inner.resolve().is_relative_to(path.resolve()):
            finding.errors.append(UnitError("unsafe_name", uri, f"{uri}: a link that leaves the directory; not read"))
        elif is_archive(inner.name):
            finding.attempt(uri, lambda p=inner, u=uri: _archive(finding, format_name, p, u))  # type: ignore[misc]
        elif fits(format_name, inner.name):
            finding.attempt(uri, lambda p=inner, u=uri: found.append(_file(format_name, p, u)))  # type: ignore[misc]
        else:
            finding.passed_over[inner.suffix.lower() or "no suffix"] += 1
    if not found and not finding.units:
        raise SourceError("no_match", f"{finding.uri(path)}: holds no file that {format_name} reads ({', '.join(_SUFFIXES[format_name])})")
    _keep(finding, format_name, found, finding.uri(path))


def _file(format_name: str, path: Path, uri: str) -> _Found:
    if not fits(format_name, path.name):
        raise SourceError("wrong_suffix", f"{uri}: {format_name} reads {', '.join(_SUFFIXES[format_name])} (and .gz, .tar.gz)")
    content = read_file(path, uri)
    return _Found(uri, path, hashlib.sha256(content).hexdigest(), len(content), _stands_alone(format_name, content))


def _archive(finding: _Finding, format_name: str, path: Path, uri: str) -> None:
    found: list[_Found] = []
    try:
        for member, content in _contents(finding, format_name, path, uri):
            alone = _stands_alone(format_name, content)
            found.append(_Found(f"{uri}!/{member}", path, hashlib.sha256(content).hexdigest(), len(content), alone))
        if not found:
            raise SourceError("no_match", f"{uri}: holds no file that {format_name} reads ({', '.join(_SUFFIXES[format_name])})")
    finally:
        _keep(finding, format_name, found, uri, path)


def _contents(finding: _Finding, format_name: str, path: Path, uri: str) -> Iterator[tuple[str, bytes]]:
    with Archive(path, uri) as archive:
        for member, info in archive.members():
            where = f"{uri}!/{member.name}"
            if member.problem:
                finding.errors.append(UnitError(member.problem, where, f"{where}: {member.problem.replace('_', ' ')}; not read"))
            elif not fits(format_name, member.name):
                finding.passed_over[Path(member.name).suffix.lower()[:20] or "no suffix"] += 1
            else:
                try:
                    yield member.name, archive.read(info, where)
                except SourceError as error:
                    finding.errors.append(UnitError(error.code, where, str(error)))


def _keep(finding: _Finding, format_name: str, found: list[_Found], uri: str, archive: Path | None = None) -> None:
    """Add the files that stand alone as units, and pool the others as one unit at ``uri``."""
    for item in found:
        if item.alone:
            member = SourceMember(item.uri, item.size)
            finding.keep(SourceUnit(format_name, item.uri, str(item.path), item.sha256, (member,) if archive else ()))
    pooled = [item for item in found if not item.alone]
    if pooled:
        members = tuple(SourceMember(item.uri, item.size) for item in pooled)
        digest = pooled_sha256((item.uri, item.sha256) for item in pooled)
        finding.keep(SourceUnit(format_name, uri, str(archive or finding.folder), digest, members))


def _stands_alone(format_name: str, content: bytes) -> bool:
    if format_name not in _POOLED:
        return True
    return format_name == "fhir-bundle" and bool(_BUNDLE.search(content)) and bool(_PATIENT.search(content))


def fits(format_name: str, name: str) -> bool:
    """True where ``name`` ends as files of the format do, ``.gz`` aside."""
    return name.lower().removesuffix(".gz").endswith(_SUFFIXES[format_name])
