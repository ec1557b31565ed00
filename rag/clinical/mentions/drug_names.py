"""Where a text names drugs and classes of drugs, by the word lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.lexicon import load_words, word_set

_WORD = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r"[ \t]?(?:[-/'’.#&+%()®]|[ \t]){0,2}[ \t]?")

Word = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class DrugName:
    """A name of a drug (``kind`` drug), of a class (class), or what looks like a drug's name (unknown); offsets into the text."""

    start: int
    end: int
    canonical: str
    kind: str
    doubtful: bool


@cache
def _names() -> dict[str, tuple[tuple[tuple[str, ...], str, str, str], ...]]:
    """First word → (words, canonical, kind, phrase) of each name that begins so, longest first."""
    found: dict[str, dict[tuple[str, ...], tuple[tuple[str, ...], str, str, str]]] = {}
    for kind, name in (("drug", "drugs"), ("class", "drug_classes")):
        for canonical, synonyms in load_words(name).items():
            for phrase in (canonical, *synonyms):
                for form in (phrase, *_plurals(phrase)) if kind == "class" else (phrase,):
                    words = tuple(_WORD.findall(form))
                    found.setdefault(words[0], {}).setdefault(words, (words, canonical, kind, phrase))
    return {first: tuple(sorted(forms.values(), key=lambda form: -len(form[0]))) for first, forms in found.items()}


def _plurals(phrase: str) -> tuple[str, ...]:
    if phrase.endswith("s"):
        return ()
    return (f"{phrase[:-1]}ies",) if phrase.endswith("y") else (f"{phrase}s",)


@cache
def one_word_names() -> dict[str, str]:
    """Names of one word → canonical: what a misspelt word is compared with."""
    return {form[0][0]: form[1] for forms in _names().values() for form in forms if len(form[0]) == 1 and form[2] == "drug"}


def words_of(text: str) -> list[Word]:
    """The words of ``text`` in lower case with their offsets. Linear."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters change length in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(lowered)]


def find_drug_names(text: str, words: Sequence[Word]) -> list[DrugName]:
    """The names of the word lists in ``text``, in order and disjoint; the longest at each place. Linear.

    ``doubtful`` are those that are also foods, analytes or ordinary words. "a/b" of two drugs is one name.
    """
    names, found, last = _names(), [], -1
    for i, (word, start, _) in enumerate(words):
        if start < last or word not in names:
            continue
        following = words[i + 1][0] if i + 1 < len(words) else ""
        for form, canonical, kind, phrase in names[word]:
            if len(form) > 1 and form[1] != following:
                continue
            end = _end_of(text, words, i, form)
            small = phrase in word_set("medication_words", "capitals_only") and not text[start : start + 2].isupper()
            if end and not (small and phrase in word_set("medication_words", "capitals_always")):
                found.append(DrugName(start, end, canonical, kind, small or _doubtful(phrase, canonical)))
                last = end
                break
    return list(_combined(text, found))


def _end_of(text: str, words: Sequence[Word], first: int, form: Sequence[str]) -> int:
    """Where ``form`` ends if it stands at word ``first``; 0 where it does not."""
    for k in range(1, len(form)):
        if first + k >= len(words) or words[first + k][0] != form[k]:
            return 0
        between = text[words[first + k - 1][2] : words[first + k][1]]
        if not _GAP.fullmatch(between) and not (form[0] == "insulin" and between == ", "):  # "insulin, regular, human"
            return 0
    return words[first + len(form) - 1][2]


def _doubtful(phrase: str, canonical: str) -> bool:
    listed = word_set("medication_words", "in_context")
    return phrase in listed or (phrase == canonical and canonical in listed)


def _combined(text: str, names: Sequence[DrugName]) -> Iterator[DrugName]:
    """Join two names with a bare slash or hyphen between them into one combination; leave one that is in the list."""
    held: DrugName | None = None
    for name in names:
        if held is None:
            held = name
        elif name.kind == held.kind == "drug" and text[held.end : name.start] in {"/", "-"} and name.canonical != held.canonical:
            held = DrugName(held.start, name.end, f"{held.canonical}/{name.canonical}", "drug", doubtful=False)
        else:
            yield held
            held = name
    if held is not None:
        yield held
