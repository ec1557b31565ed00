"""Which dose of a sentence belongs to which drug, and the range of the sentence that speaks of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.clinical.lexicon import word_set
from rag.clinical.mentions.drug_names import DrugName
from rag.clinical.mentions.medication_doses import Dose, bare_dose
from rag.types import Span

_MAX_DOSE_GAP_CHARS = 140
_BACK_GAP = re.compile(
    r"[\s-]{0,2}(?:(?:tablets?|tabs?|capsules?|caps?|pills?|puffs?|sprays?|drops?|doses?|dose|injections?|shots?|oral|po|iv"
    r"|im|topical|daily|nightly|once|twice|of|worth|the|her|his|my|your|a|strength|extended|release|"
    r"in|at|bedtime|per|day|every|morning|night|evening|baby|low|enteric|coated|liquid|chewable|generic|OTC|over-the-counter"
    r"|extra|regular|immediate|prn|by|mouth|orally|subcutaneous|subcutaneously|intravenous)\s+){0,6}",
    re.IGNORECASE,
)
_PLAIN_GAP = re.compile(
    r"[\s:(\-–|]*(?:at\s|dose\s|dosage\s|of\s|to\s|dosed\sat\s)?\s*|,?\s?(?:er|xr|xl|sr|cr|la|ec|hcl|sodium|succinate"
    r"|tartrate|besylate|hctz|solostar|flexpen)\s*",
    re.IGNORECASE,
)
_OF_END = re.compile(r"\bof\s+(?:her |his |the |my )?$", re.IGNORECASE)
_LEAD = re.compile(
    r"(?<![\w-])(?:SL|IV|PO|IM|SQ|oral|topical|sublingual|intravenous|intramuscular|inhaled|nebulized|vaginal|intranasal|transdermal)\s$",
    re.IGNORECASE,
)
_MAX_LEAD_CHARS = 16
_BRACKET_CHARS = 3
_FORMS = frozenset({"nasal spray", "inhaler", "eye drop", "ear drop"})
_STRENGTH_GAP = re.compile(
    r"[\s-]*(?:(?:cream|ointment|gel|lotion|patch(?:es)?|solution|shampoo|drops?|eye|ear|ophthalmic|otic|topical|nasal|spray|foam|paste|vaginal|liquid"
    r"|rinse|at|to|of|from|the|in|powder|emulsion|viscous|iv|saline|acetate|maleate|sodium|hcl|hydrochloride)[\s-]*){0,5}",
    re.IGNORECASE,
)
_STRENGTH = re.compile(r"(?=[^,;\n]*\d)(?:(?!\b(?:and|or|with)\b)[^,;\n]){2,60}", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """A name in its sentence while its parts are gathered."""

    name: DrugName
    doses: list[Dose] = field(default_factory=list)
    zone_end: int = 0
    zone_start: int = 0


def bind(text: str, found: Sequence[Found], doses: Sequence[Dose], sentence: Span) -> None:
    """Give each dose to the name it belongs to: the one right after it, else the nearest before it, else the first after it."""
    for dose in doses:
        before = next((item for item in reversed(found) if item.name.end <= dose.start), None)
        after = next((item for item in found if item.name.start >= dose.end), None)
        if any(item.name.start < dose.end and dose.start < item.name.end for item in found):
            continue
        if text[dose.end - 1] == "%" and not _is_strength(text, dose, before, after):
            continue
        if after is not None and _belongs_after(text, dose, before, after):
            after.doses.append(dose)
        elif before is not None:
            gap = text[before.name.end : dose.start]
            if len(gap) <= _MAX_DOSE_GAP_CHARS and not _strays(gap):
                before.doses.append(dose)
        elif after is not None and after.name.start - dose.end <= 40 and not _strays(text[sentence.start : after.name.start]):
            after.doses.append(dose)
    for i, item in enumerate(found):
        end = found[i + 1].name.start if i + 1 < len(found) else sentence.end
        if (
            all(dose.count for dose in item.doses)
            and (item.name.kind != "class")
            and (bare := bare_dose(text, item.name.end, end))
            and not item.name.doubtful
        ):
            item.doses.insert(0, bare)


def _is_strength(text: str, dose: Dose, before: Found | None, after: Found | None) -> bool:
    """Whether percents are a drug's: right before its name ("1 % hydrocortisone") or behind it with nothing but a form between."""
    if after is not None and _STRENGTH_GAP.fullmatch(text, dose.end, after.name.start):
        return True
    return before is not None and bool(_STRENGTH_GAP.fullmatch(text, before.name.end, dose.start))


def _belongs_after(text: str, dose: Dose, before: Found | None, after: Found) -> bool:
    gap = text[dose.end : after.name.start]
    if not _BACK_GAP.fullmatch(gap):
        return False
    if before is None or _OF_END.search(gap):
        return True
    back = text[before.name.end : dose.start]
    if not _PLAIN_GAP.fullmatch(back):
        return "," not in gap
    return any(held.end <= before.name.start for held in before.doses)


def _strays(gap: str) -> bool:
    """Whether what stands between a name and a number makes the number something else's."""
    lowered = gap.lower()
    return any(phrase in lowered for phrase in word_set("medication_words", "not_dose"))


def absorbed(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Without the class that only says what the name before it is: "Lantus insulin", "salmeterol inhaler"."""
    held: Found | None = None
    for item in found:
        general = item.name.kind == "class" or item.name.canonical == "insulin"
        between = text[held.name.end : item.name.start] if held is not None else ""
        if (
            text[item.name.start - 1 : item.name.start] == "["
            and item.name.end < len(text)
            and text[item.name.end] in "] "
            and held is not None
        ):
            continue  # the brand that stands behind a generic's display
        plain = between in {" ", " (", "-"} or (item.name.canonical in _FORMS and _STRENGTH.fullmatch(between))
        if held is not None and general and held.name.kind == "drug" and plain:
            held.doses.extend(item.doses)
            continue
        held = item
        yield item


def once(found: Sequence[Found]) -> list[Found]:
    """One item per drug: the first with a dose, else the first; further ones only where they have their own dose.

    A brand in brackets after its generic gives the generic its dose.
    """
    kept: list[Found] = []
    for item in found:
        same = [other for other in kept if other.name.canonical == item.name.canonical]
        if not same:
            kept.append(item)
        elif item.doses:
            bare = next((other for other in same if not other.doses), None)
            if bare is not None and item.name.start - bare.name.end <= _BRACKET_CHARS:
                bare.doses = item.doses
                continue
            if bare is not None:
                kept.remove(bare)
            kept.append(item)
    return kept


def set_zones(text: str, found: Sequence[Found], sentence: Span) -> None:
    """The range of the sentence that speaks of each name: from what of it stands before the name to the next name's."""
    for item in found:
        lead = _LEAD.search(text, max(sentence.start, item.name.start - _MAX_LEAD_CHARS), item.name.start)
        item.zone_start = min(
            [
                lead.start() if lead else item.name.start,
                item.name.start,
                *(dose.start for dose in item.doses if dose.end <= item.name.start),
            ]
        )
    for item, following in zip(found, [*found[1:], None], strict=True):
        item.zone_end = following.zone_start if following else sentence.end
