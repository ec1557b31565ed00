"""What a suite asks of a build. The command line fills it with the engine; tests with fakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rag.errors import InputError
from rag.types import Answer, Question, Span
from rag.verification.verdicts import Verifier

T = TypeVar("T")
Ask = Callable[[Question], Answer]
"""One question answered, as released to the caller."""
ReadDocument = Callable[[str, str], str | None]
"""The stored text of a document id and SHA-256; None where there is none."""
Search = Callable[[str, int], list[str]]
"""A query's best documents, best first, at most so many, each once."""
OpenSearch = Callable[[Path], AbstractContextManager[Search]]
"""A retrieval set's folder, indexed while the context is open."""
Deidentify = Callable[[Sequence[str]], list[tuple[Span, ...]]]
"""What is replaced in each text, in offsets of the text as given."""


@dataclass(frozen=True, slots=True)
class Build:
    """A build under evaluation. ``identity`` holds the hashes of all that decides what it says; a part's kind decides what is needed."""

    identity: Mapping[str, str]
    ask: Ask | None = None
    document: ReadDocument | None = None
    verifier: Verifier | None = None
    deidentify: Deidentify | None = None
    search: OpenSearch | None = None


def needed(thing: T | None, name: str) -> T:
    """The thing that a kind needs.

    Raises:
        InputError: the build does not have it.
    """
    if thing is None:
        raise InputError(f"this build has no {name}; it cannot be evaluated on such a part")
    return thing
