"""Which patient is meant: from the id that the caller gives to the pseudonym that the stores use."""

from __future__ import annotations

from collections.abc import Iterable

from rag.errors import QuestionError
from rag.keys import Keys
from rag.scope import CorpusAccess
from rag.store.database import Database
from rag.store.documents import documents_in_scope
from rag.store.patients import find_pseudonyms
from rag.types import Scope


class AmbiguousPatientError(QuestionError):
    """An id that two patients share in the caller's corpora; the caller must say which corpus."""


def resolve_patient(database: Database, keys: Keys, given: str, corpora: Iterable[CorpusAccess]) -> str | None:
    """The pseudonym of a source id, MRN or pseudonym with documents in these corpora; None where there is none.

    A patient of the same identity domain whose documents are all in other corpora is not there: neither an answer nor an
    ambiguity may tell of it.

    Raises:
        AmbiguousPatientError: two different patients of these corpora have that id.
    """
    allowed = tuple(corpora)
    names, domains = frozenset(c.name for c in allowed), frozenset(c.identity_domain for c in allowed)
    known = find_pseudonyms(database, [keys.lookup(domain, given) for domain in sorted(domains)], given, domains)
    found = [name for name in sorted(known) if documents_in_scope(database, Scope(names, frozenset({name}))).count]
    if len(found) > 1:
        raise AmbiguousPatientError(f"the patient id is used by {len(found)} patients; name the corpus, or give the pseudonym")
    return next(iter(found), None)
