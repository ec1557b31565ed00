"""Bytes to text, refusing what cannot be decoded rather than losing characters."""

from __future__ import annotations

import codecs

from rag.errors import SourceError

MAX_TEXT_BYTES = 20 * 1024 * 1024
"""One text: the longest real notes are under 1 MB, a book of guidelines under 10 MB."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_text(content: bytes, uri: str, charset: str = "utf-8") -> str:
    """``content`` decoded by its byte order mark, else by ``charset``.

    Raises:
        SourceError: ``encoding``; names the offset of the first bad byte, never the bytes.
    """
    charset = next((name for mark, name in _BOMS if content.startswith(mark)), charset)
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        raise SourceError("encoding", f"{uri}: not {charset} at byte {error.start}; convert the file to UTF-8") from None
    except (LookupError, UnicodeError, AttributeError, TypeError):
        raise SourceError("charset", f"{uri}: charset {charset[:20]} is not a text encoding; convert the file to UTF-8") from None
