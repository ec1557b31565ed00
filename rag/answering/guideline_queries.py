"""What to look for in guidelines when a question on a chart asks what they say: the thing it is about, not the question's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.answering.lexical import term_of, words_of
from rag.clinical.concepts.drug_names import classes
from rag.clinical.concepts.lexicon import canonical, names_of
from rag.clinical.lexicon import load_words
from rag.clinical.terms import content_terms
from rag.questions.understood import Intent, Understood

_FRAME = frozenset(
    {
        *("within", "meet", "match", "line", "accordance", "keeping", "comply", "follow", "allow", "allowed", "agree", "adhere", "conform"),
        *("guideline", "guidance", "protocol", "policy", "pathway", "formulary", "rule", "standard", "hospital", "institution", "local"),
        *("patient", "get", "ask", "say", "consistent", "compliant", "appropriate", "acceptable", "current", "currently", "per", "still"),
    }
)
_MEASURED = frozenset(
    {
        Intent.PRESENCE,
        Intent.LATEST,
        Intent.VALUE_AT,
        Intent.HIGHEST,
        Intent.LOWEST,
        Intent.VALUES,
        Intent.TREND,
        Intent.AVERAGE,
        Intent.CHANGE,
    }
)
MAX_NAMES = 6


@dataclass(frozen=True, slots=True)
class GuidelineQuery:
    """Words to search guidelines for, and the folded terms of which a passage, or its heading, must have one to be about the thing."""

    text: str
    about: frozenset[str]


def guideline_queries(asked: Sequence[Understood]) -> tuple[GuidelineQuery, ...]:
    """Queries in the order to be tried: by the thing's own name, then by the names of its class; none for a question without a thing."""
    words = tuple(dict.fromkeys(word for part in asked for word in content_terms(part.phrase) if word not in _FRAME))
    if not words:
        return ()
    wanted = _wanted(asked)
    names = [name for part in asked for name in _other_names(part)]
    groups = tuple(dict.fromkeys(group for word in words for group in classes_of(word)))
    about = _terms(" ".join(words))
    own = GuidelineQuery(" ".join((*words, *wanted)), about | _terms(" ".join(names)))
    rest = [word for word in words if not classes_of(word) and word not in " ".join(groups)]
    wider = [GuidelineQuery(" ".join((group, *rest, *wanted)), own.about | _terms(group)) for group in groups]
    return (own, *wider)


def _wanted(asked: Sequence[Understood]) -> tuple[str, ...]:
    if any(part.intent is Intent.DOSE for part in asked):
        return ("daily", "dose")
    if any(part.intent in _MEASURED and part.phrase and canonical(part.phrase, frozenset({"observation"})) for part in asked):
        return ("target",)
    return ()


def _other_names(part: Understood) -> list[str]:
    found = canonical(part.phrase, part.kinds)[:1] if part.phrase else ()
    return [other for name in found for other in (name, *sorted(names_of(name))[:MAX_NAMES])]


def _terms(text: str) -> frozenset[str]:
    return frozenset(term for _, _, word in words_of(text) if (term := term_of(word)))


@cache
def _groups() -> dict[str, frozenset[str]]:
    names = {name for listed in ("drug_class_members", "concept_drug_classes") for name in load_words(listed)}
    return {name: classes(name) for name in sorted(names)}


@cache
def _members() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group, members in _groups().items():
        for member in members:
            found.setdefault(member, []).append(group)
    return {member: tuple(groups) for member, groups in found.items()}


def classes_of(word: str) -> tuple[str, ...]:
    """The classes of a drug, narrowest first."""
    groups = _groups()
    names = (word, *canonical(word, frozenset({"medication"}))[:1])
    found = dict.fromkeys(group for name in names for group in _members().get(name, ()))
    return tuple(sorted(found, key=lambda group: len(groups[group])))


def is_class(name: str) -> bool:
    """Whether a name is that of a class of drugs, in the singular or the plural."""
    return name.rstrip("s") in {group.rstrip("s") for group in _groups()}
