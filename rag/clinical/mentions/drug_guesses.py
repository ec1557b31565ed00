"""Names of drugs that no list has: by a suffix of generic names, or one slip of the pen from a long name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.drug_names import DrugName, Word, one_word_names
from rag.clinical.mentions.medication_doses import Dose
from rag.types import Span

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_SLIP_CHARS = 7
_MIN_SUFFIXED_CHARS = 7
_PLAIN_GAP = re.compile(
    r"[\s:(\-–|]*(?:at\s|dose\s|dosage\s|of\s|to\s|dosed\sat\s)?\s*|,?\s?(?:er|xr|xl|sr|cr|la|ec|hcl|sodium|succinate"
    r"|tartrate|besylate|hctz|solostar|flexpen)\s*",
    re.IGNORECASE,
)
_OF_END = re.compile(r"\bof\s+(?:her |his |the |my )?$", re.IGNORECASE)
_LIST_NAME = re.compile(r"\s*(?:[-*•●▪◦]|\d{1,2}[.)])?\s*(?P<name>[A-Za-z][A-Za-z-]{4,24})\b")


def guessed_names(
    text: str, sentence: Span, names: Sequence[DrugName], words: Sequence[Word], doses: Sequence[Dose], *, listed: bool
) -> Iterator[DrugName]:
    """Names that no list has: like a drug's or misspelt with a dose right after, or the first word of a line in a list of medications."""
    if not doses and not listed:
        return
    taken = [(name.start, name.end) for name in names]
    first = _LIST_NAME.match(text, sentence.start, sentence.end) if listed else None
    for word, start, end in words:
        if len(word) < 5 or any(a <= start < b for a, b in taken) or start < sentence.start:
            continue
        dosed = any(
            end <= dose.start and _PLAIN_GAP.fullmatch(text, end, dose.start) and dose.start - end < 16 and not dose.count for dose in doses
        )
        dosed = dosed or any(dose.end <= start and _OF_END.search(text[dose.end : start]) and start - dose.end < 8 for dose in doses)
        if (dosed or listed) and like_a_drug(word):
            yield DrugName(start, end, word, "unknown", doubtful=False)
        elif (dosed or (listed and not names and first and first.start("name") == start)) and (known := misspelt(word)):
            yield DrugName(start, end, known, "drug", doubtful=False)
        elif dosed and listed and first and first.start("name") == start:
            yield DrugName(start, end, word, "unknown", doubtful=False)


@cache
def _suffixes() -> tuple[str, ...]:
    return load_words("medication_words")["suffixes"]


def like_a_drug(word: str) -> bool:
    """Whether a lower-case word that no list knows ends as generic names do ("zoltipril")."""
    return (
        len(word) >= _MIN_SUFFIXED_CHARS
        and word.isalpha()
        and word.endswith(_suffixes())
        and word not in word_set("medication_words", "not_drugs")
    )


def misspelt(word: str) -> str | None:
    """The canonical name of the one drug that a word of 7 letters or more is one edit or swap from; None where none or several are."""
    if len(word) < _MIN_SLIP_CHARS or not word.isalpha():
        return None
    names = one_word_names()
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    edits = (
        *(a + b[1:] for a, b in splits if b),
        *(a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1),
        *(a + c + b[1:] for a, b in splits if b for c in _LETTERS),
        *(a + c + b for a, b in splits for c in _LETTERS),
    )
    found = {names[edit] for edit in edits if edit in names}
    return found.pop() if len(found) == 1 else None
