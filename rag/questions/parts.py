"""The clauses of a question: sentences, and parts joined by "and" that each ask something of their own."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from rag.clinical.lexicon import word_set
from rag.questions.cues import cue_words, find_cues, skipped_words
from rag.questions.tokens import Token, tokenise

_JOINTS = frozenset({"and", "or", "but", ",", "&", "plus", "then", "also"})
_STOPS = frozenset({"?", "!", ";"})
_ASKING = frozenset(
    {"when", "wh", "why", "how_many", "how_much", "how_long", "times", "how_is", "who", "age_at", "dose_unit", "sized", "how_far"}
)
_BARE = frozenset({"when", "why", "how often", "how long", "how much", "how"})
_AUX = frozenset({"is", "are", "was", "were", "has", "have", "had", "does", "do", "did", "isn't", "hasn't", "doesn't", "didn't", "wasn't"})
_ORDERS = frozenset({"list", "show", "tell", "give", "summarize", "summarise", "compare", "find", "trend", "graph", "plot"})
_NUMBERS = frozenset({"one", "two", "three", "four", "several", "few", "couple", "1", "2", "3"})
_LEAD_SOFTENERS = frozenset({"back", "way", "only", "just", "sometime"})
_JOINT = re.compile(r"^\s*(?:and|or|but|,|&|plus|then|also)\s+", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?<!\b(?i:[a-z]))(?<!\b(?i:dr|mr|ms|vs|pt|no|st))(?<!\b(?i:mrs))\.(?=\s+[A-Z])|(?<=\w{4})\.(?=\s)|\n+")


def clauses(text: str, low: str, names: Collection[str], common: Collection[str]) -> tuple[str, ...]:
    """The parts of a question in order, as written; a question of one part is itself. Displays and fixed pairs are never cut."""
    places = [match.start() for match in _FULL_STOP.finditer(text)]
    tokens = tokenise(low, names, common)
    cut = [place for place in places if not any(token.thing and token.start <= place < token.end for token in tokens)]
    bounds = [0, *cut, len(text)]
    found: list[str] = []
    for start, end in pairwise(bounds):
        found += _sentence(text, [token for token in tokens if start <= token.start < end], end)
    kept = [clause for clause in found if clause.strip(" ,.;?!\n")]
    return tuple(kept) or (text,)


def _sentence(text: str, tokens: list[Token], end: int) -> list[str]:
    """One sentence cut before every joint that a question word, a verb or an order follows."""
    if not tokens:
        return []
    words = [token.text for token in tokens]
    cuts, begun = [0], False
    for index, token in enumerate(tokens):
        if token.text in _STOPS:
            cuts.append(index + 1)
            begun = False
            continue
        if token.text in _JOINTS and begun and _asks(words, index + 1) and cuts[-1] != index and not _is_lead(words[cuts[-1] : index]):
            cuts.append(index)
        if token.text not in _JOINTS:
            begun = True
    pieces = [(tokens[a].start, tokens[b - 1].end) for a, b in zip(cuts, [*cuts[1:], len(tokens)], strict=False) if a < b]
    return _completed(_with_topic(text, tokens, [text[a:b] for a, b in pieces]))


def _is_lead(words: list[str]) -> bool:
    """True for an adverbial that only leads to the question: "before January 2024", "when she was admitted", "per our policy"."""
    words = words[1:] if words and words[0] in _LEAD_SOFTENERS else words
    if (
        not words
        or words[0] not in word_set("question_things", "lead_words")
        or (words[0] == "when" and (len(words) < 2 or words[1] in _AUX))
    ):
        return False
    return not any(cue.roles & _ASKING and cue.places[0] > 0 for cue in find_cues(words, range(len(words))))


def _with_topic(text: str, tokens: list[Token], pieces: list[str]) -> list[str]:
    """ "Echo from May: what was the EF and was the atrium big": what stands before the colon is said of each piece of the sentence."""
    colon = next((token for token in tokens if token.text == ":"), None)
    if colon is None or len(pieces) < 2 or colon.start - tokens[0].start >= len(pieces[0]):
        return pieces
    topic = text[tokens[0].start : colon.start].strip()
    if all(word in cue_words() or word in _NUMBERS for word in topic.lower().split()):
        return pieces
    ends = next((index for index, piece in enumerate(pieces) if piece.rstrip().endswith("?")), len(pieces))
    return [f"{topic}: {_JOINT.sub('', piece)}" if 0 < index <= ends else piece for index, piece in enumerate(pieces)]


def _completed(pieces: list[str]) -> list[str]:
    """ "When and why was it stopped" asks both of the same: a piece that is only a question word gets the rest of the next."""
    for index, piece in enumerate(pieces[:-1]):
        if piece.lower().split()[-1:] and piece.lower().strip() in _BARE:
            words = pieces[index + 1].split()
            asked = next((place for place, word in enumerate(words) if word.lower() in _BARE), -1)
            if asked >= 0:
                pieces[index] = " ".join([piece, *words[asked + 1 :]])
    return pieces


def _asks(words: list[str], index: int) -> bool:
    """True where what begins here asks by itself ("and when", "and was", "and at what dose", "and list")."""
    while index < len(words) and (words[index] in _JOINTS or skipped_words().get(words[index]) == "soft" or words[index] in {"if", "so"}):
        index += 1
    head = words[index : index + 3]
    if not head:
        return False
    if head[0] in _AUX:
        return len(head) > 1
    if head[0] in _ORDERS:
        return len(head) > 1
    if (
        head[0] in {"at", "on", "for", "in", "since", "with", "by", "to"}
        and len(head) > 1
        and head[1] in {"what", "which", "when", "how", "whom"}
    ):
        return True
    first = find_cues(words, range(index, min(index + 4, len(words))))
    return bool(first) and first[0].places[0] == index and bool(first[0].roles & _ASKING) and head[0] not in {"times", "dates", "date"}
