"""Which patient is meant: from the id that the caller gives to the pseudonym that the stores use."""

from __future__ import annotations

from collections.abc import Iterable

from rag.errors import QuestionError
from rag.keys import Keys
from rag.store.database import Database
from rag.store.patients import find_pseudonyms


class AmbiguousPatientError(QuestionError):
    """An id that two patients share in the caller's corpora; the caller must say which corpus."""


def resolve_patient(database: Database, keys: Keys, given: str, domains: Iterable[str]) -> str | None:
    """The pseudonym of a source id, MRN or pseudonym among the identity domains; None where there is none.

    Raises:
        AmbiguousPatientError: two different patients of these domains have that id.
    """
    scope = frozenset(domains)
    found = find_pseudonyms(database, [keys.lookup(domain, given) for domain in sorted(scope)], given, scope)
    if len(found) > 1:
        raise AmbiguousPatientError(f"the patient id is used by {len(found)} patients; name the corpus, or give the pseudonym")
    return next(iter(found), None)
