"""Whether a drug's name in a sentence is a medication, and not an analyte, an allergy or an ordinary word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.clinical.lexicon import word_set
from rag.clinical.mentions.drug_names import DrugName, Word
from rag.clinical.mentions.medication_binding import Found

_MED_SECTIONS = frozenset({"medications"})
_LAB_SECTIONS = frozenset({"labs", "results", "vitals", "exam", "imaging", "pathology", "review_of_systems"})
_ALLERGIC = re.compile(
    r"\b(?:allergic\s(?:reactions?\s)?(?:to|:)|allerg(?:y|ies)(?:\s(?:to|include|includes|are|is)\b|\s?[:-])"
    r"|intoleran\w+(?:\s(?:to|of)|\s?:)|anaphyla\w+\s(?:\w+\s)?(?:to|with|from|after)|"
    r"hypersensitiv\w+\sto|(?:adverse\s)?reactions?\sto)(?!\w)(?:(?!\b(?:takes?|taking|treated|started|but|given|uses?"
    r"|on)\b)[^.;]){0,60}$",
    re.IGNORECASE,
)
_LISTED_BESIDE = re.compile(r"[ ]?(?:,|,?[ ]and|,?[ ]or|[ ]?/|[ ]?&|,?[ ]plus)[ ]?(?:also[ ]|a[ ]|her[ ]|his[ ])?")
_LAB_VALUE = re.compile(
    r"[\s:]*(?:is|was|of|at|=|level)?[\s:]*\d+(?:\.\d+)?(?!\s?(?:mg|mcg|units?|iu|tab|cap|meq\b(?!/)|g\b|%|puff|drop|pill)|[\d.,])",
    re.IGNORECASE,
)


def is_medication(text: str, item: Found, section: str, words: Sequence[Word], every: Sequence[DrugName]) -> bool:
    """Whether the name is a drug that is taken or given, and not an analyte, an allergy or an ordinary word."""
    name = item.name
    after = [word for word in words if word[1] >= name.end][:3]
    before = [word[0] for word in words if word[2] <= name.start][-6:]
    joined_before = " ".join(before)
    following = " ".join(word[0] for word in after if word[1] - name.end <= 30)
    close = bool(after) and not re.search(r"[,;.\n|:]", text[name.end : after[0][1]])
    if close and (after[0][0] in word_set("medication_words", "not_before") or following.startswith("use disorder")):
        return False
    if f" {joined_before}".endswith(_lead_phrases()):
        return False
    if _ALLERGIC.search(text[max(0, name.start - 80) : name.start].rpartition("\n")[2]):
        return False
    if not name.doubtful:
        return True
    strengths = [dose for dose in item.doses if text[dose.start : dose.end][-1:] not in {"%"}]
    if strengths:
        return True
    if before and before[-1] in word_set("medication_words", "not_after"):
        return False
    if section in _MED_SECTIONS or any(_stand_together(text, other, name) for other in every if not other.doubtful):
        return True
    if section in _LAB_SECTIONS or _LAB_VALUE.match(text, name.end):
        return False
    if close and after[0][0] in word_set("medication_words", "context_after"):
        return True
    return bool(word_set("medication_words", "context_before") & set(before[-5:]))


def _stand_together(text: str, one: DrugName, other: DrugName) -> bool:
    first, second = (one, other) if one.start < other.start else (other, one)
    return bool(_LISTED_BESIDE.fullmatch(text, first.end, second.start))


@cache
def _lead_phrases() -> tuple[str, ...]:
    return tuple(f" {phrase}" for phrase in word_set("medication_words", "not_after") if " " in phrase)
