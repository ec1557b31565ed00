"""Files, ``.gz`` and ``.tar.gz`` read in bounds: nothing is written to disk, nothing is decompressed past its limits.

Sizes are counted as bytes come out of the decompressor, before they are kept. Links, devices, sparse files and names that
leave the archive are refused by member.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType

from rag.errors import SourceError

MAX_FILE_BYTES = 512 * 1024 * 1024
"""One file or member, decompressed. Bulk NDJSON files are split near this size by common servers."""
MAX_ARCHIVE_BYTES = 8 * 1024 * 1024 * 1024
MAX_MEMBERS = 50_000
MAX_RATIO = 200
"""Decompressed to compressed. FHIR JSON reaches about 30, NDJSON of one repeated resource about 100 (own measurement)."""
RATIO_FREE_BYTES = 16 * 1024 * 1024
"""Small outputs may have any ratio: they cannot hurt."""
MAX_READ_BYTES = 4 * 1024 * 1024
"""One read by the tar parser: a header block that asks for more is an attack on memory."""
MAX_NAME_CHARS = 500
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One regular file of an archive. ``problem`` is a code when it may not be read."""

    name: str
    size: int
    problem: str = ""


def read_file(path: Path, uri: str, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a plain or ``.gz`` file.

    Raises:
        SourceError: ``missing``, ``too_large``, ``bomb``, ``truncated`` or ``malformed``.
    """
    with _opened(path, uri) as stream:
        return _read_all(stream, uri, max_bytes)


def is_archive(name: str) -> bool:
    """True for the archives that are read: ``.tar``, ``.tar.gz`` and ``.tgz``."""
    return name.lower().endswith((".tar.gz", ".tgz", ".tar"))


class Archive(AbstractContextManager["Archive"]):
    """A tar archive read forward, once per opening. Opened with ``with``."""

    def __init__(self, path: Path, uri: str) -> None:
        self._uri = uri
        self._stream = _opened(path, uri)
        self._members = 0
        self._names: set[str] = set()
        try:
            self._tar = tarfile.open(fileobj=self._stream, mode="r:")  # noqa: SIM115
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            self._stream.close()
            raise _archive_error(error, uri) from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    def members(self) -> Iterator[tuple[Member, tarfile.TarInfo]]:
        """Every file of the archive in order, the unreadable ones with their problem.

        Raises:
            SourceError: ``truncated``, ``malformed``, ``bomb`` or ``too_many_members``.
        """
        while True:
            try:
                found = self._tar.next()
            except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
                raise _archive_error(error, self._uri) from None
            if found is None:
                return
            self._tar.members = []  # type: ignore[attr-defined]  # the list of all headers would grow with the archive
            if found.isdir():
                continue
            self._members += 1
            if self._members > MAX_MEMBERS:
                raise SourceError("too_many_members", f"{self._uri}: more than {MAX_MEMBERS} files in one archive; split it")
            yield self._described(found), found

    def read(self, info: tarfile.TarInfo, uri: str, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of the member last given by ``members``.

        Raises:
            SourceError: ``too_large``, ``truncated``, ``malformed`` or ``bomb``.
        """
        if info.size > max_bytes:
            raise SourceError("too_large", f"{uri}: {info.size} bytes, the limit is {max_bytes}; split the file")
        try:
            stream = self._tar.extractfile(info)
            content = b"" if stream is None else b"".join(iter(lambda: stream.read(_CHUNK_BYTES), b""))
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise _archive_error(error, uri) from None
        if len(content) != info.size:
            raise SourceError("truncated", f"{uri}: the archive ends inside this file; fetch it again")
        return content

    def _described(self, info: tarfile.TarInfo) -> Member:
        name = info.name.removeprefix("./")
        if not info.isreg() or info.issparse():
            return Member(_shown(name), info.size, "not_a_regular_file")
        if not is_safe_name(name):
            return Member(_shown(name), info.size, "unsafe_name")
        if name in self._names:
            return Member(name, info.size, "duplicate_name")
        self._names.add(name)
        return Member(name, info.size)


def is_safe_name(name: str) -> bool:
    """True for a relative POSIX path that stays inside its archive and holds no control characters."""
    path = PurePosixPath(name)
    plain = name.isprintable() and "\\" not in name and 0 < len(name) <= MAX_NAME_CHARS
    return plain and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:100]


class _Bounded(io.RawIOBase):
    """A forward stream that counts what comes out against size and ratio before handing it on."""

    def __init__(self, path: Path, uri: str) -> None:
        super().__init__()
        self._uri = uri
        self._file = path.open("rb")
        self._packed = max(1, path.stat().st_size)
        zipped = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        self._inner: io.BufferedIOBase = gzip.GzipFile(fileobj=self._file, mode="rb") if zipped else self._file
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._inner.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise SourceError("malformed", f"{self._uri}: the archive cannot be read forward")
        while self._inner.tell() < offset:
            if not self.read(min(_CHUNK_BYTES, offset - self._inner.tell())):
                break
        return self._inner.seek(offset) if self._inner.tell() > offset else self._inner.tell()

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > MAX_READ_BYTES:
            raise SourceError("bomb", f"{self._uri}: a header asks for {size} bytes; the archive is refused")
        data = self._inner.read(size)
        self._furthest = max(self._furthest, self._inner.tell())
        if self._furthest > MAX_ARCHIVE_BYTES:
            raise SourceError("bomb", f"{self._uri}: more than {MAX_ARCHIVE_BYTES} bytes when unpacked; split it")
        if self._furthest > RATIO_FREE_BYTES and self._furthest > MAX_RATIO * self._packed:
            raise SourceError("bomb", f"{self._uri}: unpacks to more than {MAX_RATIO} times its size; the file is refused")
        return data

    def close(self) -> None:
        self._inner.close()
        self._file.close()
        super().close()


def _opened(path: Path, uri: str) -> _Bounded:
    try:
        return _Bounded(path, uri)
    except IsADirectoryError:
        raise SourceError("missing", f"{uri}: is a directory where a file is expected") from None
    except OSError as error:
        raise SourceError("missing", f"{uri}: cannot be opened ({type(error).__name__}); check the path and its permissions") from None


def _read_all(stream: _Bounded, uri: str, max_bytes: int) -> bytes:
    parts, total = [], 0
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            total += len(chunk)
            if total > max_bytes:
                raise SourceError("too_large", f"{uri}: more than {max_bytes} bytes; split the file")
            parts.append(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise _archive_error(error, uri) from None
    return b"".join(parts)


def _archive_error(error: Exception, uri: str) -> SourceError:
    if isinstance(error, EOFError) or "unexpected end" in str(error) or "end of file" in str(error):
        return SourceError("truncated", f"{uri}: the compressed data ends early; fetch the file again")
    return SourceError("malformed", f"{uri}: damaged or not an archive ({type(error).__name__}); fetch the file again")
