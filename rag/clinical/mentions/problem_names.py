"""Where a passage names a problem: known phrases with site and course, words built as names of illness, and what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.passages import Passage, Word, fold
from rag.clinical.mentions.phrases import Phrase, Tree, find_phrases, keys_of, tree_of
from rag.clinical.mentions.vocabulary import likeliest_kind, phrases_of
from rag.types import Span

_SPACE = re.compile(r"[ \t]{0,2}[-–/]?[ \t]{0,2}|[ \t]{0,3}\n[ \t]{0,8}")
_NUMBER_NEXT = re.compile(r"\s{0,2}[:=#-]?\s{0,2}(?!(?:19|20)\d\d\b)\d")
_LABEL_NEXT = re.compile(r"\s{0,2}:")
_MAX_SITE_WORDS = 6
_MAX_ABBREVIATION_CHARS = 3
_MAX_NAME_WORDS = 3
_MIN_SUFFIXED_CHARS = 7
_SUFFIX = re.compile(
    r"[A-Za-z]{3,}(?:itis|algia|opath(?:y|ies)|a?emia|uria|osis|oses|oma|omas|omata|ectasis|rrho?ea|rrhage|plegia|paresis"
    r"|megaly|malacia|trophy|penia|cytosis|sclerosis|stenosis|lithiasis|phagia|pno?ea|spasm|edema)$"
)
_BREATHING = re.compile(r"on|\d+|sat|spo2|o2")
_SMALL_WORDS = frozenset({"to", "on"})
_CAPITALS = re.compile(r"[A-Z\d]+|[A-Z]{2,}s")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a passage: words ``[first, last)``, its kind, and the words of its site if it says one."""

    first: int
    last: int
    kind: str
    site: tuple[int, int] | None


def problems_in(passage: Passage) -> list[Problem]:
    """The problems that the passage names, in order, disjoint."""
    found: list[Problem] = []
    phrases = find_phrases(passage, _tree(), word_set("mention_problems", "inverted"))
    for phrase in sorted([*phrases, *_by_suffix(passage, phrases)], key=lambda phrase: phrase.first):
        if found and phrase.first < found[-1].last:
            continue
        problem = _with_site(passage, phrase, found[-1].last if found else 0)
        if problem and not _excluded(passage, phrase, problem):
            found.append(problem)
    return found


def span_of(passage: Passage, problem: Problem) -> Span:
    """Where the problem is named."""
    return Span(passage.words[problem.first].start, passage.words[problem.last - 1].end)


def _with_site(passage: Passage, phrase: Phrase, floor: int) -> Problem | None:
    """The phrase with the site beside it; None for a bare head word ("failure", "discharge") that has none."""
    words = passage.words
    start = _left(passage, phrase.first, floor)
    end, site = _right(passage, phrase.last)
    if start < phrase.first:
        site = (start, phrase.first)
    start = _course(passage, start, floor)
    known = _kind(passage, phrase)
    if known is None and site is None:
        start = _named(passage, phrase, floor)
        if start == phrase.first:
            return None
    head = words[phrase.last - 1].key
    kind = known or ("finding" if head in folded("finding_heads") else "condition")
    return Problem(start, end, kind, site)


def _kind(passage: Passage, phrase: Phrase) -> str | None:
    """Condition or finding, the likelier sense of a phrase that may be either ("CP"); None for a bare head word."""
    kinds = [kind for kind in phrase.kinds if kind != "head"]
    if len(kinds) < 2:
        return kinds[0] if kinds else None
    return likeliest_kind(passage.text[passage.words[phrase.first].start : passage.words[phrase.last - 1].end], tuple(kinds))


def _by_suffix(passage: Passage, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Words in no list that are built as names of illness ("pneumonitis", "fasciitis")."""
    taken = {i for phrase in phrases for i in range(phrase.first, phrase.last)}
    return [
        Phrase(i, i + 1, {"condition": word.key})
        for i, word in enumerate(passage.words)
        if i not in taken
        and word.end - word.start > _MIN_SUFFIXED_CHARS
        and _SUFFIX.match(word.key)
        and word.key not in word_set("mention_problems", "no_illness")
    ]


def _named(passage: Passage, phrase: Phrase, floor: int) -> int:
    """The first of the capitalised words that name a disease in no list ("Smith-Magenis syndrome"), else the phrase's own."""
    start = phrase.first
    if passage.words[phrase.first].key not in folded("named_heads"):
        return start
    while start > max(floor, phrase.first - _MAX_NAME_WORDS) and touch(passage, start - 1):
        word = passage.words[start - 1]
        written = passage.text[word.start : word.end]
        if not written[0].isupper() or word.start == passage.sentence.start or len(written) < _MAX_ABBREVIATION_CHARS:
            break
        start -= 1
    return start


def _left(passage: Passage, at: int, floor: int) -> int:
    """The first word of the site that stands right before the word ``at``; ``at`` where there is none."""
    sites, words = folded("sites"), folded("site_words") | folded("laterality")
    start = at
    i = at - 1
    while i >= max(floor, at - _MAX_SITE_WORDS) and touch(passage, i):
        key = passage.words[i].key
        if key in sites:
            start = i
        elif key not in words:
            break
        elif key in folded("site_words"):
            start = i if start < at or i == at - 1 else start
        i -= 1
    has_site = any(word.key in sites for word in passage.words[start:at])
    if not has_site:
        return at
    while start > floor and passage.words[start - 1].key in folded("site_words") and touch(passage, start - 1):
        start -= 1
    return start


def _right(passage: Passage, at: int) -> tuple[int, tuple[int, int] | None]:
    """Where a site that follows ("… of the left knee") ends, and its words; ``at`` and None where there is none."""
    words = passage.words
    i = at
    if i >= len(words) or words[i].key not in folded("joining") or not touch(passage, i - 1):
        return at, None
    i += 1
    while i < len(words) and words[i].key in folded("determiners") and touch(passage, i - 1):
        i += 1
    first, last = i, i
    while i < min(len(words), first + _MAX_SITE_WORDS) and (i == first or touch(passage, i - 1)):
        key = words[i].key
        if key in folded("sites"):
            last = i + 1
        elif key not in folded("site_words") and key not in folded("laterality"):
            break
        i += 1
    return (last, (first, last)) if last > first else (at, None)


def _course(passage: Passage, start: int, floor: int) -> int:
    """The first of the words before ``start`` that say the course: "acute on chronic". A side between is kept in the name."""
    i = start
    while i > floor and touch(passage, i - 1):
        key = passage.words[i - 1].key
        if key in folded("course") or (key == "on" and i - 2 >= floor and passage.words[i - 2].key == "acute"):
            start = i - 1
        elif key not in folded("laterality"):
            break
        i -= 1
    return start


def touch(passage: Passage, i: int) -> bool:
    """Whether word ``i`` and the next stand side by side."""
    words: Sequence[Word] = passage.words
    if i < 0 or i + 1 >= len(words):
        return False
    start, end = words[i].end, words[i + 1].start
    return (end - start == 1 and passage.text[start] == " ") or bool(_SPACE.fullmatch(passage.text, start, end))


def _excluded(passage: Passage, phrase: Phrase, problem: Problem) -> bool:
    """Whether the words are no problem here: part of a heading, a test or vaccine for it, a word that only looks like an abbreviation."""
    words, text = passage.words, passage.text
    first, last = words[problem.first], words[problem.last - 1]
    if first.start < passage.heading or passage.section == "allergies":
        return True
    before = words[problem.first - 1].key if problem.first else ""
    if words[phrase.first].key in word_set("mention_problems", "room_air") and _BREATHING.fullmatch(before):
        return True
    if phrase.last - phrase.first == 1:
        written = text[words[phrase.first].start : words[phrase.first].end]
        low = written.lower()
        if words[phrase.first].key in folded("eponyms") and written.isalpha() and not low.endswith("s"):
            return True  # "Dr. Parkinson"
        short = len(written) <= _MAX_ABBREVIATION_CHARS and low not in word_set("mention_problems", "lower_case")
        if (short or low in word_set("mention_problems", "capitals")) and not _CAPITALS.fullmatch(written):
            return True
        if len(written) <= 3 and (_NUMBER_NEXT.match(text, last.end, passage.sentence.end) or _LABEL_NEXT.match(text, last.end)):
            return True
    if problem.kind == "finding" and _precedes(passage, problem.last, "not_before_findings"):
        return True
    return _follows(passage, problem.first) or _precedes(passage, problem.last, "not_before")


def _precedes(passage: Passage, at: int, name: str) -> bool:
    """Whether the words at ``at`` make something else of the problem before them ("asthma action plan")."""
    if at >= len(passage.words) or not touch(passage, at - 1):
        return False
    phrases = keyed(name, 0).get(passage.words[at].key, ())
    return any(tuple(word.key for word in passage.words[at : at + len(keys)]) == keys for keys in phrases)


def _follows(passage: Passage, at: int) -> bool:
    """Whether the words before ``at`` make something else of the problem that follows ("screening for depression")."""
    phrases = keyed("not_after", -1).get(passage.words[at - 1].key, ()) if at else ()
    return any(at >= len(keys) and tuple(word.key for word in passage.words[at - len(keys) : at]) == keys for keys in phrases)


@cache
def folded(name: str) -> frozenset[str]:
    """Every word of a list's phrases, folded."""
    return frozenset(key for phrase in load_words("mention_problems")[name] for key in keys_of(phrase)) - _SMALL_WORDS


@cache
def keyed(name: str, at: int) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The folded phrases of a list by their first word (``at`` 0) or last (-1)."""
    phrases = [keys_of(phrase) for phrase in load_words("mention_problems")[name]]
    return {keys[at]: tuple(other for other in phrases if other[at] == keys[at]) for keys in phrases}


@cache
def _tree() -> Tree:
    heads = (fold(phrase) for phrase in load_words("mention_problems")["heads"])
    ignored = word_set("mention_problems", "ignored")
    kinds = {kind: [phrase for phrase in phrases_of(kind) if phrase not in ignored] for kind in ("condition", "finding")}
    return tree_of({**kinds, "head": heads})
