"""Settings of a measured thing: where, under what or at which event it was measured ("in the PACU", "on the statin", "at relapse")."""

from __future__ import annotations

import re

from rag.clinical.lexicon import word_set
from rag.questions.events import STAYS, SURGERY, TEST, bare, event_anchor
from rag.questions.lists import listed, load_lists
from rag.questions.things import is_done, is_drug, is_measured
from rag.questions.understood import Anchor, Relation

_UNDER = frozenset({"on", "with", "under", "off", "through", "across", "over"})
_INNER = re.compile(
    r"(?<!\w)(?:after|before|post|pre|since|following|prior|preceding|until|till|into|run-up|lead-up|once)(?!\w)"
    r"|\d (?:days?|weeks?|months?|hours?|years?) (?:of|from)"
)
_BEFELL = re.compile(r"(?P<name>.+?) (?:(?:was|were|got|been|had|is) )+(?P<verb>[a-z]+)(?: (?:in|out|up|down|on|off))?$")
_END_OF = re.compile(r"^(?:very )?(?:end|start|beginning|peak|height|middle|midst|close|outset|onset|nadir|worst|tail end) of ")
_AGES = re.compile(
    r"(?:\d{1,3}|one|two|three|four|five|six|nine|ten|twelve|eighteen)[ -]?(?:weeks?|wks?|wk|months?|mos?|mo|days?|years?|yrs?"
    r"|hours?|hrs?|h"
    r"|mins?|minutes?)(?: (?:mark|gestation|check|visit|of age|of life))?$|\d{1,2}/40$|(?:age )?\d{1,2}$"
    r"|[0-2]\d[0-5]\d$|\d{1,2}[ :]?\d{0,2} ?[ap]m?$"
)


def setting_of(words: str, cue: str, which: str, relation: Relation = Relation.DURING) -> Anchor | None:
    """The test a thing was read from ("at the growth scan"), the drug it was measured under ("on allopurinol"), the event or place.

    None for words that no list knows as one: "in the urine" says what was measured.
    """
    name = bare(_END_OF.sub("", bare(words)))
    if not name or name in listed("events", "not_events") or _INNER.search(name):
        return None
    if cue in _UNDER and (drug := _drug_of(name)):
        return Anchor(drug, relation, "medication", which)
    if TEST.search(name) and cue in {"at", "on", "from"}:
        return Anchor(name, relation, "report", which)
    if name.split()[-1] in load_lists("settings")["writings"]:
        return None
    if STAYS.search(name):
        return (
            event_anchor(name, "during", relation, which)
            if relation is not Relation.DURING or cue not in {"with", "under", "into"}
            else None
        )
    if is_measured(name):
        return None
    if cue != "for" and (SURGERY.search(name) or (cue not in _UNDER - {"on"} and is_done(name))):
        return event_anchor(name, "during", relation, which)
    known = _is_listed(name) or (cue in {"on", "through", "with", "under"} and name in word_set("question_things", "not_drug"))
    if cue in {"at", "by", "from"} and _AGES.match(name):
        return Anchor(name, relation, "", which)
    sided = {*load_lists("settings")["after"], *load_lists("settings")["before"]}
    return event_anchor(name, "since", relation, which, spoken=True) if known or cue in sided else None


def is_age_or_hour(words: str) -> bool:
    """True for "20 weeks", "age 4" and "0400": times told from a birth, a conception or by the clock, which no chart day answers."""
    return bool(_AGES.match(words))


def named_setting(words: str, which: str) -> Anchor | None:
    """A stay or a listed event by its whole name ("this admit", "last treatment"); None for anything else."""
    if words in load_lists("settings")["heads"] or words.removesuffix("s") in load_lists("settings")["heads"]:
        return event_anchor(words, "during", Relation.DURING, which)
    return (
        event_anchor(words, "during", Relation.DURING, which) if re.fullmatch(r"admits?|ed|er|icu|appt|walk-in|physical", words) else None
    )


def beside_operation(word: str) -> Anchor | None:
    """ "Pre-biologic" and "predialysis": before what the rest of the word names."""
    match = re.fullmatch(r"(?P<side>pre|post)(?P<mark>-?)(?P<name>[a-z]{3,})", word)
    if match is None or is_measured(match["name"]) or is_measured(word):
        return None
    name = match["name"]
    known = SURGERY.search(name) or name in word_set("question_things", "not_drug") or name in load_lists("settings")["beside"]
    drug = match["mark"] and _drug_of(name)
    if not known and not drug:
        return None
    relation = Relation.BEFORE if match["side"] == "pre" else Relation.AFTER
    return Anchor(name, relation, "medication", "") if drug and not known else event_anchor(name, "since", relation, "", spoken=True)


def befallen(words: str, cue: str, relation: Relation, which: str) -> Anchor | None:
    """An event of which the words say what befell it: "glimepiride was cut", "xarelto was started", "the drain was placed"; else None."""
    match = _BEFELL.match(words)
    if match is None or match["verb"] not in load_lists("settings")["befell"]:
        return None
    name, verb = bare(match["name"]), match["verb"]
    for event, first in (("begun", "started"), ("ended", "stopped")):
        if verb in load_lists("settings")[event]:
            return event_anchor(f"{first} {name}", cue, relation, which)
    if verb in load_lists("settings")["done"]:
        return event_anchor(name, cue, relation, which, spoken=True)
    return Anchor(f"{name} {verb}", relation, "", which)


def happening(words: str, relation: Relation, *, alone: bool = False) -> Anchor | None:
    """An event told by its verb behind "when" ("when the drain was pulled"); ``alone`` are words behind a bare "while" ("febrile").

    None where no listed verb ends the words.
    """
    if alone:
        return Anchor(bare(words), relation, "", "") if bare(words) else None
    verbs = load_lists("settings")["befell"]
    parts = [part for part in words.split() if part not in {"was", "were", "got", "been", "had", "is"}]
    if len(parts) < 2 or not set(parts[-2:]) & set(verbs):
        return None
    return Anchor(bare(" ".join(parts)), relation, "", "")


def _drug_of(name: str) -> str:
    """The drug in "the new antibiotic", "the bumex drip", "max dose statin"; empty where there is none."""
    if is_drug(name):
        return name
    plain = " ".join(part for part in name.split() if part not in load_lists("settings")["of_drugs"])
    return plain if plain and plain != name and is_drug(plain) else ""


def _is_listed(name: str) -> bool:
    parts, heads = name.split(), set(load_lists("settings")["heads"])
    return any(" ".join(parts[a:b]) in heads for a in range(len(parts)) for b in range(a + 1, min(len(parts), a + 3) + 1))
