"""Office files (DOCX, PPTX, XLSX) looked over before any library opens them: bombs, entities, passwords."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from ingestion.readers.archives import MAX_RATIO, RATIO_FREE_BYTES, is_safe_name
from rag.errors import SourceError

MAX_PARTS = 10_000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_PART_BYTES = 128 * 1024 * 1024
MAX_XML_BYTES = 64 * 1024 * 1024
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MAIN_PARTS = {".docx": "word/document.xml", ".pptx": "ppt/presentation.xml", ".xlsx": "xl/workbook.xml"}


def check_office_file(content: bytes, suffix: str, uri: str) -> None:
    """Return if the file is an office package that is safe to open.

    Sizes are measured by unpacking, since headers may lie; nothing is kept or written.

    Raises:
        SourceError: ``encrypted``, ``malformed``, ``bomb``, ``doctype`` or ``unsafe_name``.
    """
    if content.startswith(_OLE_MAGIC):
        raise SourceError("encrypted", f"{uri}: password-protected or in the old binary format; save it as {suffix} without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_parts(package, suffix, uri, len(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise SourceError("malformed", f"{uri}: damaged or not a {suffix} file; repair or re-export it") from None


def _check_parts(package: zipfile.ZipFile, suffix: str, uri: str, packed: int) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS:
        raise SourceError("bomb", f"{uri}: {len(parts)} parts, the limit is {MAX_PARTS}; the file is refused")
    if _MAIN_PARTS[suffix] not in {part.filename for part in parts}:
        raise SourceError("malformed", f"{uri}: not a {suffix} file; check its name or re-export it")
    total = 0
    for part in parts:
        if not is_safe_name(part.filename):
            raise SourceError("unsafe_name", f"{uri}: a part's name leaves the package; the file is refused")
        if part.flag_bits & 1:
            raise SourceError("encrypted", f"{uri}: a part is encrypted; save the file without a password")
        total += _checked_size(package, part, uri, total, packed)


def _checked_size(package: zipfile.ZipFile, part: zipfile.ZipInfo, uri: str, before: int, packed: int) -> int:
    size, tail = 0, b""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml", ".svg"))
    with package.open(part) as stream:
        while chunk := stream.read(1024 * 1024):
            size += len(chunk)
            if size > (MAX_XML_BYTES if is_xml else MAX_PART_BYTES) or before + size > MAX_UNPACKED_BYTES:
                raise SourceError("bomb", f"{uri}: unpacks to more than the limit of {MAX_UNPACKED_BYTES} bytes; the file is refused")
            if before + size > RATIO_FREE_BYTES and before + size > MAX_RATIO * packed:
                raise SourceError("bomb", f"{uri}: unpacks to more than {MAX_RATIO} times its size; the file is refused")
            if is_xml and _DOCTYPE.search(tail + chunk):
                raise SourceError("doctype", f"{uri}: a part declares a DOCTYPE or entities; the file is refused")
            tail = chunk[-16:]
    return size
