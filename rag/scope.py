"""Who asks, and what that allows: every query carries a ``Scope`` made here, and it is never empty.

Absent and forbidden are one answer on purpose (law 4): nothing here says whether a patient exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import ScopeError
from rag.types import NO_PATIENT, Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller and the roles they hold."""

    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class CorpusAccess:
    """What the store knows of a corpus that decides who may read it."""

    name: str
    contains_phi: bool
    roles: frozenset[str]
    identity_domain: str


def readable(principal: Principal, corpora: Sequence[CorpusAccess]) -> tuple[CorpusAccess, ...]:
    """The corpora whose roles the principal shares at least one with."""
    return tuple(corpus for corpus in corpora if principal.roles & corpus.roles)


def guideline_scope(allowed: Sequence[CorpusAccess], doc_ids: frozenset[str] | None = None) -> Scope:
    """Scope of a question without a patient: corpora without PHI only.

    Raises:
        ScopeError: no such corpus is readable.
    """
    return checked(Scope(frozenset(c.name for c in allowed if not c.contains_phi), frozenset({NO_PATIENT}), doc_ids))


def chart_scope(allowed: Sequence[CorpusAccess], patient: str, doc_ids: frozenset[str] | None = None) -> Scope:
    """Scope of a question about one patient (a pseudonym): every readable corpus, that patient's documents only.

    Raises:
        ScopeError: no corpus is readable.
    """
    return checked(Scope(frozenset(c.name for c in allowed), frozenset({patient}), doc_ids))


def checked(scope: Scope) -> Scope:
    """The scope itself, refused when any part of it is empty.

    Raises:
        ScopeError: empty corpora, patients, or a document list that is empty rather than absent.
    """
    if not scope.corpora or not scope.patients or (scope.doc_ids is not None and not scope.doc_ids):
        raise ScopeError("the scope is empty: nothing may be read")
    if "" in scope.corpora or "" in scope.patients:
        raise ScopeError("the scope holds an empty name: nothing may be read")
    return scope
