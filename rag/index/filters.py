"""From a scope to an index filter: the one place where filters are built, and an empty scope is refused.

Qdrant reads ``None``, ``Filter()``, ``must=[]`` and ``should=[]`` as "all points", and a mistyped key in ``must_not`` too: so
only ``must`` is used, always with a corpus and a patient condition, each with at least one value.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import ScopeError
from rag.scope import checked
from rag.types import Scope

if TYPE_CHECKING:
    import qdrant_edge
    from qdrant_client import models
    from qdrant_edge import ConditionType

CORPUS = "corpus"
PATIENT = "patient"
DOC_ID = "doc_id"
KEYWORD_FIELDS = (CORPUS, PATIENT, DOC_ID)
"""Payload fields that are indexed, for filters cost nothing then."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A field whose value must be one of some: never of none."""

    field: str
    values: tuple[str, ...]


def scope_conditions(scope: Scope) -> tuple[Condition, ...]:
    """The conditions that must all hold: two or three, each with its values sorted.

    Raises:
        ScopeError: any part of the scope is empty, not a set of names, or holds an empty name.
    """
    parts = [(CORPUS, scope.corpora), (PATIENT, scope.patients)]
    if scope.doc_ids is not None:
        parts.append((DOC_ID, scope.doc_ids))
    for field, values in parts:
        if not isinstance(values, frozenset) or not all(isinstance(value, str) and value for value in values):
            raise ScopeError(f"the scope's {field} is not a set of names: nothing may be read")
    checked(scope)
    return tuple(Condition(field, tuple(sorted(values))) for field, values in parts)


def edge_filter(scope: Scope, among: Collection[str] | None = None) -> qdrant_edge.Filter:
    """The filter for Qdrant Edge; ``among`` narrows to those points, and none of them is none.

    Raises:
        ScopeError: as :func:`scope_conditions`.
    """
    conditions = scope_conditions(scope)
    from qdrant_edge import FieldCondition, Filter, HasIdCondition, MatchAny

    fields: list[ConditionType] = [FieldCondition(key=c.field, match=MatchAny(list(c.values))) for c in conditions]
    return Filter(must=fields if among is None else [*fields, HasIdCondition(set(_named(among)))])


def server_filter(scope: Scope, among: Collection[str] | None = None) -> models.Filter:
    """The filter for a Qdrant server; ``among`` as for :func:`edge_filter`.

    Raises:
        ScopeError: as :func:`scope_conditions`.
    """
    conditions = scope_conditions(scope)
    from qdrant_client import models

    fields: list[models.Condition] = [models.FieldCondition(key=c.field, match=models.MatchAny(any=list(c.values))) for c in conditions]
    return models.Filter(must=fields if among is None else [*fields, models.HasIdCondition(has_id=sorted(_named(among)))])


def _named(among: Collection[str]) -> Collection[str]:
    if not among:
        raise ScopeError("no points are named: nothing may be read")
    return among
