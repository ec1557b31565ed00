"""Guidelines and their versions: which passage answers, of which version, and whether that version is still in force.

The current version speaks where it has an answer; a replaced one is heard where it is asked for or where the current one is silent,
and is always named as replaced.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.answering.asked_version import AskedVersion, asked_version, without_version
from rag.answering.composed import Composed, Draft
from rag.answering.evidence import TIE_LOGIT, Selection
from rag.answering.guideline_answers import answer_passages
from rag.answering.guideline_library import Listed, superseded_notice
from rag.answering.guideline_passages import say, weigh
from rag.answering.guideline_queries import guideline_queries
from rag.answering.passages import Found, PassageReader
from rag.clinical.versions import same_label
from rag.questions.understood import Understood
from rag.types import Evidence, Notice, Scope

MAX_QUERIES = 2


def answer_guideline(question: str, scope: Scope, reader: PassageReader) -> tuple[Composed, Selection]:
    """The best passages for a question to the guidelines in scope, with a notice for each cited version that was replaced.

    Where versions of one guideline both answer, the current one is cited, unless the question asks for another or for both. A version
    asked for that has no answer, or is not there, is said in a notice, and the others are asked.
    """
    asked = asked_version(question)
    text = without_version(question) if asked.label else question
    found = reader.find(text, scope)
    listed = reader.library.listed(scope.corpora, {hit.chunk.doc_id for hit in found.hits})
    notices: list[Notice] = []
    if asked.label or asked.old:
        wanted = frozenset(one.doc_id for one in listed.values() if _is_asked(asked, one))
        composed, selection = _composed(text, found.only(wanted), reader, listed)
        if not composed.drafts and wanted and scope.doc_ids is None:
            composed, selection = _composed(text, reader.find(text, replace(scope, doc_ids=wanted)), reader, listed)
        if composed.drafts:
            return _noted(composed, listed, ()), selection
        notices.append(_not_there(asked, silent=bool(wanted)))
    composed, selection = _composed(text, found, reader, listed)
    if not asked.both:
        composed, selection = _current_first(text, found, composed, selection, reader, listed)
    return _noted(composed, listed, notices), selection


def join_guidelines(asked: Sequence[Understood], scope: Scope, reader: PassageReader) -> Composed:
    """What the guidelines in scope say on the thing that a question on a chart asks for; nothing where no passage is about it.

    A drug's own passages and those on its class take turns.
    """
    listed: Mapping[str, Listed] = {}
    told: list[list[Evidence]] = []
    for query in guideline_queries(asked)[:MAX_QUERIES]:
        found = reader.find(query.text, scope)
        listed = listed or reader.library.listed(scope.corpora, {hit.chunk.doc_id for hit in found.hits})
        composed, selection = _composed(query.text, found, reader, listed, query.about)
        composed, _ = _current_first(query.text, found, composed, selection, reader, listed, query.about)
        told.append(_used(composed))
    turns = dict.fromkeys(evidence for turn in zip_longest(*told) for evidence in turn if evidence)
    spans = {evidence.span: evidence for evidence in turns}
    chosen = tuple(spans.values())[: reader.settings.max_statements]
    return _noted(Composed("", tuple(Draft(one.quote, (at,)) for at, one in enumerate(chosen)), chosen), listed, ())


def _composed(
    question: str, found: Found, reader: PassageReader, listed: Mapping[str, Listed], about: frozenset[str] = frozenset()
) -> tuple[Composed, Selection]:
    """The answer of what was found: guidelines are read as guidelines, articles by the weights that were fitted on articles."""
    if not about and any(hit.chunk.doc_id in listed for hit in found.hits):
        return answer_passages(question, found, reader)
    weighed = weigh(question, found, reader, about)
    return say(question, weighed, reader), weighed.selection


def _current_first(
    question: str,
    found: Found,
    composed: Composed,
    selection: Selection,
    reader: PassageReader,
    listed: Mapping[str, Listed],
    about: frozenset[str] = frozenset(),
) -> tuple[Composed, Selection]:
    """The answer without replaced versions, where it is about as good as the one with them."""
    old = frozenset(hit.chunk.doc_id for hit in found.hits if (one := listed.get(hit.chunk.doc_id)) and one.superseded)
    if not any(evidence.span.doc_id in old for evidence in _used(composed)):
        return composed, selection
    current, weighed = _composed(question, found.without(old), reader, listed, about)
    if current.drafts and _log_odds(_used(composed)) - _log_odds(_used(current)) <= TIE_LOGIT:
        return current, weighed
    return composed, selection


def _used(composed: Composed) -> list[Evidence]:
    return [composed.evidence[index] for draft in composed.drafts for index in draft.evidence]


def _log_odds(used: Sequence[Evidence]) -> float:
    best = min(max((evidence.score for evidence in used), default=0.0), 1 - 1e-6)
    return math.log(max(best, 1e-6) / (1 - best))


def _is_asked(asked: AskedVersion, one: Listed) -> bool:
    if asked.old:
        return one.superseded
    label, mark = asked.label or "", one.mark
    if len(label) == 4 and label.isdecimal():
        return label in (mark.label, (mark.date or "")[:4])
    return mark.label is not None and same_label(label, mark.label)


def _not_there(asked: AskedVersion, *, silent: bool) -> Notice:
    version = f"version {asked.label}" if asked.label else "a replaced version"
    if silent:
        return Notice("version_silent", f"No passage of {version} answers this; what is cited is of another version.")
    return Notice("version_not_found", f"No guideline in scope says that it is {version}; what is cited is of another version.")


def _noted(composed: Composed, listed: Mapping[str, Listed], notices: Sequence[Notice]) -> Composed:
    """With the notices, and one for each cited document that was replaced; none where nothing is cited."""
    if not composed.drafts:
        return composed
    cited = dict.fromkeys(evidence.span.doc_id for evidence in _used(composed))
    replaced = [superseded_notice(one) for doc_id in cited if (one := listed.get(doc_id)) and one.superseded]
    return replace(composed, notices=(*composed.notices, *notices, *replaced))
