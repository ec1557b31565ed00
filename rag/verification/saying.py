"""What a statement says of drugs, conditions and findings against what its quotes say: named, so or not, of whom, how surely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from rag.clinical.concepts.words import bag
from rag.clinical.lexicon import load_words, word_set
from rag.types import Span
from rag.verification.things import REMEMBERED_TEXTS, Said, Thing, differs, is_own, meets, said_at, said_of, things_of
from rag.verification.violation import Violation

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SUFFIX = re.compile(r"(?<=[a-z]{4})(?:ness|ing|ed|ful|ly|y|es|e|s)$")
_NEGATED_VERB = re.compile(r"n['’]t$")


def check_things(text: str, quotes: Sequence[str], *, refuted_ok: bool = False) -> Iterator[Violation]:
    """The things of ``text`` that no quote names, or that the quotes deny, say of another person, or only suppose.

    ``refuted_ok``: the statement began with "No", so that naming a thing which the quotes deny is right.
    """
    things = things_of(text)
    if not things:
        return
    for thing, said in zip(things, said_of(text), strict=True):
        if is_own(thing):
            continue
        differences: list[tuple[str, str]] = []
        for heard in (heard for quote in quotes for heard in _heard(thing, quote)):
            if heard is None or (difference := _difference(said, heard, refuted_ok=refuted_ok)) is None:
                break
            differences.append(difference)
        else:
            if differences:
                yield Violation(differences[0][0], thing.text, differences[0][1])
            elif thing.sure:
                yield Violation("condition" if thing.kind == "condition" else "drug", thing.text, "no quote names it")


def _heard(thing: Thing, quote: str) -> list[Said | None]:
    """What a quote says of the thing, where it names it, be it in words of its own; None where it does not tell what is said."""
    others = things_of(quote)
    met = [i for i, other in enumerate(others) if meets(thing, other)]
    if met:
        return list(said_at(quote, tuple(others[i].span for i in met)))
    at = next((match for match in _written(thing, quote) if not any(_overlap(match, other.span) for other in others)), None)
    if at:
        return list(said_at(quote, (Span(*at.span()),)))
    if (
        thing.kind == "condition"
        and thing.words
        and not any(differs(thing, other) for other in others)
        and _stems(thing.words) <= _stems(bag(quote))
    ):
        return [None]
    return []


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _stems(words: frozenset[str]) -> frozenset[str]:
    """Words without the endings that make an adjective or noun of them: tender and tenderness, swollen and swelling."""
    return frozenset(_SUFFIX.sub("", _irregular().get(word, word)) for word in words)


@cache
def _irregular() -> dict[str, str]:
    """Adjectives that are made another way."""
    return {form: word for word, forms in load_words("verification_stems").items() for form in forms}


def _written(thing: Thing, quote: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<!\w){re.escape(thing.text)}(?!\w)", quote, re.IGNORECASE)


def _overlap(match: re.Match[str], span: Span) -> bool:
    return match.start() < span.end and span.start < match.end()


def _difference(said: Said, quoted: Said, *, refuted_ok: bool) -> tuple[str, str] | None:
    """The slot in which a statement differs from one quote, and how; None where they say the same."""
    if said.of_patient != quoted.of_patient:
        return "experiencer", "the quotes say it of another person"
    if said.relative and quoted.relative and said.relative != quoted.relative:
        return "experiencer", "the quotes say it of another relative"
    if said.negated and not quoted.negated:
        return "negation", "the quotes do not deny it"
    if quoted.negated and not said.negated and not refuted_ok:
        return "negation", "the quotes deny it"
    if said.unsure != quoted.unsure:
        return "certainty", "the quotes only suppose it" if quoted.unsure else "the quotes say it for sure"
    return None


def check_wording(text: str, quotes: Sequence[str]) -> Iterator[Violation]:
    """Results in words ("negative") that no quote has, and a denial of something that is no known thing where no quote denies anything."""
    words = _words(text)
    results = word_set("verification", "results")
    said = [_words(quote) for quote in quotes]
    for word in dict.fromkeys(words):
        if word in results and not any(word in quoted for quoted in said):
            yield Violation("negation", word, "no quote has this result")
    if _denies(words) and not any(_denies(quoted) for quoted in said) and not things_of(text):
        yield Violation("negation", next(word for word in words if _is_denial(word)), "no quote denies anything")


def _words(text: str) -> list[str]:
    return [match[0].casefold().replace("’", "'") for match in _WORD.finditer(text)]


def _denies(words: Sequence[str]) -> bool:
    return any(map(_is_denial, words))


def _is_denial(word: str) -> bool:
    return word in word_set("verification", "negations") or _NEGATED_VERB.search(word) is not None
