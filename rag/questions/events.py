"""Events as a question names them: stays, procedures, tests, drugs started and stopped, diagnoses; the anchor that each makes."""

from __future__ import annotations

import re

from rag.questions.lists import listed
from rag.questions.understood import Anchor, Relation

LOOSE = frozenset({"at", "on", "upon", "in", "from", "within"})  # these hang on stays and visits only
CLAUSES = frozenset(
    {"when", "while", "whilst", "the day", "the morning", "the evening", "the afternoon", "the night", "the week", "the month"}
)
STAYS = re.compile(
    r"\b(?:admissions?|admitted|hospital|hospitali[sz]ations?|hospitali[sz]ed|visits?|encounters?|appointments?|stays?|discharged?|er"
    r"|ed|icu|clinic"
    r"|emergency(?: room| department)?|check-?ups?|consult(?:ation)?|follow-?up|presentation|presented|intake|office|inpatient|well child"
    r"|arrival|arrived|triage|seen|went home|goes home|go home|came home|got home"
    r"|phoned|phone call|telephone call|e-?visit|ward|rehab|picu|nicu"
    r"|hospital course|appts?|in[ -]house|walk-in)\b|(?:\badmits?|\bphysical)$|(?:\d+-(?:year|month|week|day)(?:-old)?"
    r"|wellness|well|annual|yearly|postpartum|prenatal|newborn|preop|pre-op) checks?\b"
    r"|^(?:came|come|went) (?:in|to)\b|^calls?$"
)
SURGERY = re.compile(
    r"surgery|operation|procedure|operated|\w+(?:ectomy|otomy|ostomy|plasty|scopy|centesis|pexy|desis)\b|\bcabg\b|bypass|transplant"
    r"|stent|repair|biopsy"
    r"|replacement|c-section|cesarean|delivery|transfusion|dialysis|chemo|radiation|\bscan\b|\bmri\b|\bct\b|\becho\b|implant|ablation"
    r"|amputation|cath|intubat"
)
_OPERATION = re.compile(
    r"surgery|surgical|\w+(?:ectomy|otomy|ostomy|plasty|pexy|desis)\b|\bcabg\b|bypass|transplant|repair|replacement|fusion|graft|c-section"
    r"|cesarean|amputat|resection|excision|fixation|\bimplantation",
    re.IGNORECASE,
)
TEST = re.compile(
    r"(?:exam|examination|scan|study|test|ultrasound|sonogram|mri|ct|x-ray|xray|films?|tracing|ekg|ecg|echo|echocardiogram|holter|biopsy"
    r"|pathology|report|colonoscopy|endoscopy|angiogram|panel|telemetry|spirometry)$"
)
_WENT_HOME = re.compile(r"(?:went|goes|go|came|got|sent) home|left (?:the )?hospital")
_CAME_IN = re.compile(r"admi|arriv|present|came (?:in|to)|come (?:in|to)|went to (?:the )?(?:er|ed|hospital|emergency)")
_STARTING = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having )*(?:newly )?(?:start(?:ed|ing|s)?(?: (?:to take|taking|using|on|of"
    r"|her on|him on))?|beg[aiu]n(?:ning)?(?: taking| using)?"
    r"|put on|placed on|going on|went on|initiat(?:ed|ion of|ing)|tak(?:ing|es|e)|on|us(?:ing|e)|prescribed|(?:the )?(?:start"
    r"|initiation|introduction|addition|beginning) of"
    r"|commenc(?:ed|ing)|introduc(?:ed|ing)|adding)\s+"
)
_STOPPING = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having )*(?:stop(?:ped|ping)?(?: taking| using| of)?|com(?:ing|e|ing) off"
    r"|came off|went off|going off|taken off|discontinu(?:ed|ing|ation of)"
    r"|quit(?:ting)?|withdraw(?:al|n|ing)(?: of| from)?|ceas(?:ed|ing)|end(?:ing)? of|the (?:end|discontinuation) of)\s+"
)
_DIAGNOSED = re.compile(
    r"^(?:being |getting |been |was |were |is |got |had |having |first |the |initial )*(?:diagnos(?:ed with|is of|is)|dx'?d with|dx of"
    r"|dx)\s*(?:of |with )?"
)
NEAR_DIAGNOSIS_DAYS = 30
"""How far from the day of a diagnosis a value is still "at the diagnosis". Our choice: tests are drawn before it, results come after."""
_DIAGNOSIS = re.compile(r"^((?!first\b|initial\b)(?:[\w'-]+ ){0,3}?[\w'-]+) (?:diagnosis|dx)$")
A_STAY = re.compile(
    r"(?:last |first |latest )?(?:(?:er|ed|hospital|clinic|emergency(?: room| department)?|icu|office) )?"
    r"(?:trip|visit|stay|admission|appointment|encounter)s?$"
)
HAVING = re.compile(
    r"^(?:being |getting |been |was |were |is |are |got |gets |had |has |have |having |undergoing |underwent |undergone |receiv(?:ed"
    r"|ing) |did |in |suffering |suffered )+"
)
SKIP = frozenset({"", "he", "she", "they", "it", "i", "we", "patient", "pt", "the", "you"})
_IN_FOR = re.compile(r"^(?:(?:was|were|is) )?(?:in |here |there )?for (?:the |her |his |their |a |an )?")


def is_event(words: str) -> bool:
    """True where words that follow a date name something that a chart dates: a stay, a call, a procedure, a test."""
    return bool(STAYS.search(words) or SURGERY.search(words) or TEST.search(words) or words.split(" ")[0] in {"call", "note"})


def is_operation(display: str) -> bool:
    """True where a procedure of that name is surgery: what "before the surgery" hangs on."""
    return bool(_OPERATION.search(display))


def event_anchor(words: str, cue: str, relation: Relation, which: str, *, spoken: bool = False) -> Anchor | None:
    """The anchor that the words name; None where a loose "at" or "in" stands before something that is no stay or visit."""
    for pattern, event in ((_STARTING, "start"), (_STOPPING, "stop")):
        if match := pattern.match(words):
            rest = bare(words[match.end() :])
            if cue in LOOSE or not rest:
                return None
            kind = "procedure" if SURGERY.search(rest) else "" if re.search(r"smok|drink", rest) else "medication"
            return Anchor(rest, relation, kind, which, "" if relation is Relation.DURING else event)
    if (match := _DIAGNOSED.match(words)) and (cue not in LOOSE or cue == "at"):
        return Anchor(bare(words[match.end() :]), relation, "condition", which or "first", "start")
    if match := _DIAGNOSIS.match(words):
        margin = NEAR_DIAGNOSIS_DAYS if relation is Relation.DURING else 0
        return Anchor(bare(match[1]), relation, "condition", which or "first", "start", margin_days=margin)
    words = bare(HAVING.sub("", words))
    words = re.sub(r"(?:^|(?<= ))ops?$", "operation", words)
    if not words or words in listed("events", "not_events"):
        return None
    if STAYS.search(words) and not words.endswith("hospital bed"):
        return Anchor(_stay(words), relation, "encounter", which, "" if which else _end_of_stay(words, cue))
    if cue in LOOSE:
        return None
    if cue in CLAUSES and spoken and (stay := _IN_FOR.match(words)):
        return Anchor(f"admission {words[stay.end() :]}", relation, "encounter", which)
    if SURGERY.search(words):
        return Anchor("" if words in {"procedure", "surgery", "operation"} else words, relation, "procedure", which)
    if cue in CLAUSES and not spoken and not re.match(r"pregnan|ill|sick", words):
        return None
    return Anchor(
        words,
        relation,
        "condition" if re.search(r"stroke|attack|infarct|diabetes|cancer|pregnan|fracture|injury|infection|covid|pneumonia", words) else "",
        which,
    )


def came_in(words: str) -> bool:
    """True for words that name the beginning of a stay ("admission", "arrival")."""
    return bool(_CAME_IN.match(words))


def _end_of_stay(words: str, cue: str) -> str:
    """Which end of a stay is meant: its stop at "discharge" and "went home", its start at "on admission" and "on arrival"."""
    if "discharge" in words or _WENT_HOME.search(words):
        return "stop"
    at_once = cue in {"at", "on", "upon", "from the time of"} or cue in CLAUSES - {"while", "whilst", "when"}
    return "start" if _CAME_IN.match(words) and at_once else ""


def bare(words: str) -> str:
    """The words without leading articles and pronouns."""
    parts = words.split()
    while parts and parts[0] in listed("events", "determiners") | SKIP | {"of", "to", "on", "with"}:
        parts.pop(0)
    return " ".join(parts)


def _stay(words: str) -> str:
    """Words for a stay: empty for any visit, else what kind of stay."""
    if re.fullmatch(
        r"(?:visits?|encounters?|appointments?|follow-?up(?: visit)?|seen|check-?up)",
        words,
    ):
        return ""
    if re.fullmatch(r"(?:seen in )?(?:clinic|office)(?: (?:visit|appointment)s?)?", words):
        return "office"
    if re.search(r"\ber\b|\bed\b|emergency", words):
        return "emergency"
    if re.search(r"\b[pn]?icu\b", words):
        return "icu" if words in {"icu", "picu", "nicu"} else words
    if _WENT_HOME.search(words) or re.search(r"\badmi|hospital|stay|discharge|inpatient|ward|in[ -]house", words):
        return "admission"
    return "phone" if re.search(r"\bphoned\b|\bcalls?$", words) else words
