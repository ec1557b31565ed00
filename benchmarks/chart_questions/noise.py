"""A question as people type it: misspelt, abbreviated, shouted, padded."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

ABBREVIATED = {
    "patient": "pt", "history": "hx", "diagnosed": "dx'd", "diagnosis": "dx", "medications": "meds", "medication": "med",
    "most recent": "latest", "prescribed": "rx'd", "treatment": "tx", "with": "w/", "without": "w/o", "procedure": "proc",
    "vaccine": "vax", "vaccination": "vax", "immunization": "imm", "what is": "what's", "current": "curr", "please": "pls",
    "number of": "#", "date": "dt", "symptoms": "sx", "measurement": "msmt", "measurements": "msmts", "between": "btw",
    "temperature": "temp", "blood pressure": "BP", "fracture": "fx",
}  # fmt: skip
BEFORE = (
    "Hi, could you please tell me: ", "Hello! Quick question - ", "Sorry to bother you, but I need to know: ", "Good morning. ",
    "I'm seeing this patient in clinic today. ", "Can you check the chart for me? ", "Hey, one more thing: ",
)  # fmt: skip
AFTER = (
    " Thanks!", " Thank you so much.", " Much appreciated.", " I need it for the discharge summary.", " Many thanks in advance!",
    " Cheers", " Thx",
)  # fmt: skip


def typo(question: str, rng: random.Random) -> str:
    """One slip of the hand in a word of five letters or more: a letter left out, doubled, replaced, or two exchanged."""
    places = list(re.finditer(r"[A-Za-z]{5,}", question))
    if not places:
        return question
    match = rng.choice(places)
    word, at = match.group(), rng.randrange(1, len(match.group()) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + rng.choice("etaoinshrdlu") + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return question[: match.start()] + rng.choice(slips) + question[match.end() :]


def abbreviated(question: str, _: random.Random) -> str:
    """Common words as people shorten them."""
    for word, short in ABBREVIATED.items():
        question = re.sub(rf"\b{word}\b", short, question, flags=re.IGNORECASE)
    return question


def polite_before(question: str, rng: random.Random) -> str:
    """A greeting before it."""
    return rng.choice(BEFORE) + question


def polite_after(question: str, rng: random.Random) -> str:
    """Thanks after it."""
    return question + ("" if question[-1] in "?.!" else ".") + rng.choice(AFTER)


def upper(question: str, _: random.Random) -> str:
    """Capital letters."""
    return question.upper()


def lower(question: str, _: random.Random) -> str:
    """Small letters and no mark at the end."""
    return question.lower().rstrip("?.!")


NOISES: dict[str, Callable[[str, random.Random], str]] = {
    "typo": typo, "abbreviated": abbreviated, "upper": upper, "lower": lower, "polite_before": polite_before, "polite_after": polite_after,
}  # fmt: skip
