"""FHIR JSON as it comes: tolerant look-ups that never raise, and numbers kept as they were written.

A resource is a mapping of strangers' making. Each accessor answers an empty value where the key is absent or
holds another type, so that one odd element costs that element and not the resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from rag.errors import SourceError

Json = Mapping[str, object]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:-]{0,39}")

EMPTY: Json = MappingProxyType({})
MAX_DEPTH_LEVELS = 64
"""FHIR elements nest about a dozen deep; contained bundles a few more. Deeper input is an attack on the stack."""


class Number(str):
    """A JSON number with the digits the source wrote: ``8.20`` stays ``8.20``."""

    __slots__ = ()


def parse_json(data: bytes, uri: str) -> object:
    """The JSON value in ``data`` (UTF-8, an optional byte order mark), numbers as ``Number``.

    Raises:
        SourceError: ``empty``, ``encoding``, ``truncated`` (the text ends inside a value), ``malformed`` or
            ``too_deep``. Names the byte or character offset, never the text.
    """
    if not data.strip():
        raise SourceError("empty", f"{uri}: the file is empty; give a file with content or take it out of the manifest")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("encoding", f"{uri}: not UTF-8 at byte {error.start}; convert the file to UTF-8") from None
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse_constant)
    except RecursionError:
        raise SourceError("too_deep", f"{uri}: JSON nested too deeply; give plain FHIR resources") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise SourceError("truncated", f"{uri}: the JSON ends early at character {len(text)}; fetch the file again") from None
        raise SourceError(
            "malformed", f"{uri}: not JSON at line {error.lineno}, column {error.colno}; repair or re-export the file"
        ) from None
    except ValueError:
        raise SourceError("malformed", f"{uri}: holds a number that JSON does not allow; repair or re-export the file") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def text(resource: Json, key: str) -> str:
    """The string or number at ``key`` as written, stripped; empty where there is none."""
    value = resource.get(key)
    return value.strip() if isinstance(value, str) else ""


def word(resource: Json, key: str) -> str:
    """The code at ``key``: one token of letters, digits, hyphens, dots or colons; empty where it is anything else, prose above all."""
    value = text(resource, key)
    return value if _CODE.fullmatch(value) else ""


def words(resource: Json, key: str) -> tuple[str, ...]:
    """The codes at ``key``; what is no code is left out."""
    return tuple(value for value in strings(resource, key) if _CODE.fullmatch(value))


def number(resource: Json, key: str) -> str:
    """The number at ``key`` verbatim; empty where there is none or it is a string."""
    value = resource.get(key)
    return str(value) if isinstance(value, Number) else ""


def flag(resource: Json, key: str) -> bool | None:
    """The boolean at ``key``, None where there is none."""
    value = resource.get(key)
    return value if isinstance(value, bool) else None


def node(resource: Json, key: str) -> Json:
    """The object at ``key`` (the first of a list); an empty one where there is none."""
    return next(nodes(resource, key), EMPTY)


def nodes(resource: Json, key: str) -> Iterator[Json]:
    """The objects at ``key``, a lone object counting as a list of one."""
    value = resource.get(key)
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def strings(resource: Json, key: str) -> tuple[str, ...]:
    """The non-blank strings at ``key``, a lone string counting as a list of one."""
    value = resource.get(key)
    if isinstance(value, str):
        value = [value]
    return tuple(item.strip() for item in value if isinstance(item, str) and item.strip()) if isinstance(value, list) else ()


def choice(resource: Json, stem: str) -> tuple[str, object]:
    """The ``stem[x]`` element present, as (type suffix, value): ``("Quantity", {...})``; ``("", None)`` where none is."""
    for key, value in resource.items():
        if key.startswith(stem) and len(key) > len(stem) and key[len(stem)].isupper() and value is not None:
            return key[len(stem) :], value
    return "", None
