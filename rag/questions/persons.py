"""Words of a clause that only say whom it is about: pronouns, titles and names; and articles and softeners, passed over as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.clinical.concepts.lexicon import known_words
from rag.clinical.lexicon import word_set
from rag.questions.cues import cue_words, skipped_words
from rag.questions.lists import listed
from rag.questions.things import is_known
from rag.questions.tokens import Token

_POSSESSED = re.compile(r"^[A-Z][a-z]+'s$")
_ID = re.compile(r"^(?=.*\d)[\w-]+$")


def mark_persons(text: str, tokens: Sequence[Token], words: list[str], marks: list[str]) -> None:
    """Mark the words for the patient, articles and softeners."""
    skipped = skipped_words()
    shouted = text.isupper()
    for index in range(len(tokens)):
        if marks[index]:
            continue
        word = words[index]
        if word in listed("persons", "titles") and _is_titled(text, tokens, index):
            _name_after(text, tokens, marks, index)
        elif role := skipped.get(word):
            marks[index] = (
                "" if word == "own" and index and words[index - 1] in {"on", "his", "her", "their"} and "on" in words[:index] else role
            )
            if word in {"patient", "pt"} and index + 1 < len(tokens) and _ID.match(tokens[index + 1].text) and not marks[index + 1]:
                marks[index + 1] = "person"
        elif (not shouted or word.endswith("'s")) and _is_person(text, tokens, words, marks, index):
            marks[index] = "person"


def _is_titled(text: str, tokens: Sequence[Token], index: int) -> bool:
    """True for a title with a name after it; a doctor's needs a capital letter ("did the dr say")."""
    if index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    return tokens[index].text != "dr" or (text[after.start].isupper() and after.text not in cue_words())


def _name_after(text: str, tokens: Sequence[Token], marks: list[str], index: int) -> None:
    """A title and the name after it: one word, and further capitalised ones."""
    marks[index] = "person"
    for place in range(index + 1, min(index + 4, len(tokens))):
        raw = text[tokens[place].start : tokens[place].end]
        if marks[place] or (place > index + 1 and (text.isupper() or not raw[:1].isupper())):
            return
        marks[place] = "person"
        if raw.lower().endswith("'s"):
            return


def _is_person(text: str, tokens: Sequence[Token], words: Sequence[str], marks: Sequence[str], index: int) -> bool:
    """A name standing as one: "Maria's last A1c", "Has Maria ever had", "Does John Smith have"."""
    raw = text[tokens[index].start : tokens[index].end]
    if raw.endswith(("'s", "'S")) and index + 1 < len(words) and words[index] not in word_set("question_things", "eponym"):
        follows = words[index + 1]
        if follows in listed("persons", "selecting") or is_known(follows):
            return True
    if not raw[:1].isupper() or not raw[1:].replace("'", "").islower():
        return False
    if _POSSESSED.match(raw):
        follows = words[index + 1] if index + 1 < len(words) else ""
        return words[index] not in word_set("question_things", "eponym") and follows not in {
            "",
            "?",
            "disease",
            "syndrome",
            "palsy",
            "thyroiditis",
            "sign",
        }
    if index == 0:
        return False
    if _is_given_name(text, tokens, words, marks, index):
        return True
    asking = listed("persons", "asking")
    before = words[index - 1] in asking or (marks[index - 1] == "person" and index > 1 and words[index - 2] in asking)
    after = [word for word in words[index + 1 : index + 4] if word != "ever" and word.isalpha()]
    if not (before and after and raw.isalpha()) or is_known(words[index]):
        return False
    having = listed("persons", "having")
    return after[0] in having or (len(after) > 1 and after[1] in having and text[tokens[index + 1].start].isupper())


def _is_given_name(text: str, tokens: Sequence[Token], words: Sequence[str], marks: Sequence[str], index: int) -> bool:
    """A capitalised word that no list knows after a verb that asks or gives, where something else is left to ask for."""
    word = words[index]
    asked = words[index - 1] in listed("persons", "asking") | listed("persons", "giving")
    if not asked or not word.isalpha() or is_known(word) or word in known_words() or word in cue_words():
        return False
    capitals = sum(text[token.start].isupper() for token in tokens[1:])
    rest = [
        other for place, other in enumerate(words) if place != index and not marks[place] and other.isalpha() and other not in cue_words()
    ]
    return capitals < max(3, len(tokens) // 2) and any(other not in listed("persons", "not_events") for other in rest)
