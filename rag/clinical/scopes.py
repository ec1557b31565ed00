"""How far a cue reaches: which meanings of the words around a mention speak of it.

Scopes run within one sentence, from the cue to the next contrast, semicolon, new clause, or cue that ends them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.clinical.cues import Cue, Token, cues_of, relative_of
from rag.clinical.lasting import comes_back, goes_on
from rag.clinical.lexicon import word_set
from rag.clinical.past import points_to_past
from rag.clinical.relatives import is_informant, is_labelled, is_marked, is_object

_MAX_NEAR_TOKENS = 8
_MAX_PURPOSE_TOKENS = 3
_MAX_ASIDE_TOKENS = 40
_MAX_CUES = 40
_NEAR_ENDS = frozenset({",", "and", "with", "(", ")", "who", "in", "on"})
_PHRASE_ENDS = frozenset({"with", "who", "on", "presents", "presenting", "here"})
_DURATION = re.compile(r"(?:^|-|\d)(?:hour|day|week|month|year|hr|wk|mo|yr)s?$|\d[dhwmy]$")
_AFTER_LONE_CUES = frozenset(
    {",", ";", ")", "given", "based", "at", "by", "because", "in", "on", "as", "but", "and", "with", "via", "per", "after", "since"}
    | {"two", "three", "several", "many", "about", "within", "over", "without", "following", "from", "today", "now", "yesterday", "last"}
)
_WHOSE = frozenset({"her", "his", "their", "this", "my"})
_OPENING_PREPOSITIONS = frozenset({"without", "absence", "lacking"})
_HISTORY = frozenset({"history", "hx", "h/o"})
_LATEST_AT = frozenset({"in", "was", "on", "around", "about", "recently", "recent", "episode", "used", "use"})
_NOT = re.compile(r"^(?:not|never|yet|if|until)$|n't$")
_FINITE = frozenset({"was", "were", "is", "are", "has", "had"})
_SCOPE_ENDS = {
    "negated": frozenset({"ends", "ends_negation"}),
    "hypothetical": frozenset({"ends", "ends_hypothetical"}),
    "historical": frozenset({"ends", "ends_historical"}),
    "uncertain": frozenset({"ends", "ends_uncertain"}),
    "family": frozenset({"ends_person"}),
    "other": frozenset({"ends_person"}),
}
_OPENERS = frozenset({",", ";", "("})
_OR = frozenset({"or", "nor"})


def reaching(tokens: Sequence[Token], cues: Sequence[Cue], first: int, last: int) -> dict[str, Cue]:
    """The meanings that reach the target, tokens ``[first, last)``, each with the nearest cue that carries it.

    Of the cues for a family, the nearest that names the relative, if any does. The 40 cues nearest to the target are heard.
    """
    apart = [*_apart(tokens, cues, first, last)]
    apart.sort(key=lambda cue: first - cue.last if cue.last <= first else cue.first - last)
    found: dict[str, Cue] = {}
    for cue in apart[:_MAX_CUES]:
        known: Collection[str] = found
        if "family" in found and relative_of(tokens, cue):
            known = found.keys() - {"family"}
        for meaning in _meanings(tokens, cues, cue, first, last, known):
            if meaning not in found or not relative_of(tokens, found[meaning]):
                found[meaning] = cue
    return found


def _apart(tokens: Sequence[Token], cues: Sequence[Cue], first: int, last: int) -> Iterator[Cue]:
    """The cues outside the target; of one that holds words of it, the shorter ones before it ("no acute [change in …]")."""
    for cue in cues:
        if cue.last <= first or cue.first >= max(last, first + 1):
            yield cue
        elif cue.first < first:
            for shorter in cues_of(tokens[cue.first : first]):
                yield Cue(cue.first + shorter.first, cue.first + shorter.last, shorter.names)


def _meanings(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, first: int, last: int, known: Collection[str]) -> set[str]:
    """The meanings of ``cue`` that reach the target, less those already ``known``."""
    found: set[str] = set()
    for name in cue.names:
        meaning, _, direction = name.partition("_")
        if meaning in {"pseudo", "ends"} or meaning in known or (meaning == "historical" and _is_course(tokens, cue)):
            continue
        if name == "historical_time":
            reaches = points_to_past(tokens, cue, first, last) and _reaches(tokens, cues, cue, first, last, meaning, direction)
        elif cue.first >= last:
            reaches = _points_back(tokens, cue, first, last, meaning, direction) and _reaches(
                tokens, cues, cue, first, last, meaning, direction
            )
        else:
            reaches = _points_ahead(tokens, cue, meaning, direction) and _reaches(tokens, cues, cue, first, last, meaning, direction)
        if reaches and not (
            meaning == "historical" and (comes_back(tokens, cue, first) if cue.first >= last else goes_on(tokens, cue, first, last))
        ):
            found.add(meaning)
    return found


def _reaches(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, first: int, last: int, meaning: str, direction: str) -> bool:
    if cue.first >= last:
        wide = direction == "before_wide" or (direction == "before_resolved" and _is_aside(tokens, cue, last))
        return _reaches_before(tokens, cues, cue, last, meaning, wide=wide)
    if meaning == "family" and (is_informant(tokens, cue, first) or is_object(tokens, cue)):
        return False
    return _reaches_after(tokens, cues, cue, (first, last), meaning, direction)


def _opens(tokens: Sequence[Token], cue: Cue) -> bool:
    return cue.first == 0 or tokens[cue.first - 1].word in _OPENERS


def _after_colon(tokens: Sequence[Token], cue: Cue) -> bool:
    return cue.first > 0 and tokens[cue.first - 1].word == ":"


def _before_colon(tokens: Sequence[Token], cue: Cue) -> bool:
    return cue.last < len(tokens) and tokens[cue.last].word == ":"


def _points_ahead(tokens: Sequence[Token], cue: Cue, meaning: str, direction: str) -> bool:
    """Whether the cue speaks of what follows it: "no …"; of any cue, where it is a label: "Not present: …"."""
    if _ends_phrase(tokens, cue) and _after_colon(tokens, cue):
        return False
    if direction == "before_resolved":
        return _attributive(tokens, cue)
    if direction == "after_opening":
        return cue.first == 0
    if meaning in {"negated", "historical", "uncertain"} and direction in {"before", "before_wide"}:
        return (_opens(tokens, cue) and _before_colon(tokens, cue)) or (meaning == "negated" and _has_object(tokens, cue))
    return direction.startswith(("after", "around"))


def _has_object(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether what is not seen, noted or felt follows: "has not noted any blood"."""
    return cue.last < len(tokens) and tokens[cue.last].word in {"any", "further", "to", "having", "a", "an"}


def _is_aside(tokens: Sequence[Token], cue: Cue, last: int) -> bool:
    """Whether only words such as "treated and" stand between the comma after the target and the cue."""
    between = [token.word for token in tokens[last : cue.first]]
    opening = next((word for word in between if word not in {",", "("}), "")
    return (between[:1] in ([","], ["("]) and opening in word_set("assertions", "remedies")) or set(between) <= (
        word_set("assertions", "resolution") | {",", "("}
    )


def _attributive(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether "resolved" stands before its noun: at an opening or after a determiner."""
    return _opens(tokens, cue) or tokens[cue.first - 1].word in word_set("assertions", "determiners")


def _points_back(tokens: Sequence[Token], cue: Cue, first: int, last: int, meaning: str, direction: str) -> bool:
    """Whether the cue speaks of what precedes it. One that can speak both ways does so only where nothing follows."""
    if direction == "before_marked":
        return is_marked(tokens, cue)
    if direction == "around":
        return True
    if direction == "before_near":
        return cue.first - last <= 1
    if direction == "before_purpose":
        return _is_purpose(tokens, first)
    alone = _ends_phrase(tokens, cue)
    if direction == "before_resolved":
        if any(_NOT.search(token.word) for token in tokens[max(0, cue.first - 3) : cue.first]):
            return False
        return not _attributive(tokens, cue) or (tokens[cue.first - 1].word in _OPENERS and alone)
    if direction.startswith("before"):
        return (
            alone
            or (meaning == "family" and direction == "before_wide")
            or not any(name.startswith(f"{meaning}_after") for name in cue.names)
        )
    if meaning == "historical":
        return direction == "label" and _is_label(tokens, cue)
    if not alone or meaning not in {"negated", "uncertain"}:
        return False
    return not _opens(tokens, cue) or (meaning == "uncertain" and _ends_sentence(tokens, cue) and cue.first > 0)


def _is_purpose(tokens: Sequence[Token], first: int) -> bool:
    """Whether the target is what something is given or held for."""
    return any(token.word in {"for", "if"} for token in tokens[max(0, first - _MAX_PURPOSE_TOKENS) : first])


def _ends_phrase(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether nothing that the cue could speak of follows: "fever: no", "PE unlikely given the D-dimer"."""
    return cue.last >= len(tokens) or tokens[cue.last].word in _AFTER_LONE_CUES


def _ends_sentence(tokens: Sequence[Token], cue: Cue) -> bool:
    return cue.last >= len(tokens) or tokens[cue.last].word in {")", ";"}


def _is_course(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether "history" counts how long something has lasted: "a 4 month history of pain", "a history of 3 days of pain"."""
    following = [token for token in tokens[cue.last : cue.last + 4] if token.word not in {":", "of"}][:2]
    around = [*tokens[max(0, cue.first - 1) : cue.first], *following]
    named = any(token.word in _HISTORY for token in tokens[cue.first : cue.last])
    return named and any(_DURATION.search(token.word) for token in around)


def _is_label(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether the cue answers what precedes it: "smoking: quit in 2010", "smoker, quit 1999"."""
    if _after_colon(tokens, cue):
        return True
    following = tokens[cue.last].word if cue.last < len(tokens) else ""
    return cue.first > 0 and tokens[cue.first - 1].word in {",", "("} and (following in {"", ")", "in", ";"} or following[:1].isdigit())


def _reaches_after(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, target: tuple[int, int], meaning: str, direction: str) -> bool:
    """Whether the cue's scope, going right, holds the target."""
    first, last = target
    if meaning == "negated" and _is_adherence(tokens, last):
        return False
    near = direction == "after_near" and not (
        meaning == "negated" and (_opens(tokens, cue) or _after_colon(tokens, cue)) and not _is_of_a_test(tokens, cue, first)
    )
    if near and first - cue.last >= _MAX_NEAR_TOKENS:
        return False
    if direction == "after_purpose" and not _is_purpose(tokens, first):
        return False
    enders = _ends_between(cues, cue.last, first, meaning)
    inside = _in_parenthesis(tokens, cue)
    said = False
    label = _before_colon(tokens, cue) and _opens(tokens, cue)
    for i in range(cue.last, first):
        word = tokens[i].word
        if word == ";" and i not in enders and (label or (meaning == "family" and tokens[i + 1].word in {"also", "and"})):
            continue
        if said and word == "," and meaning == "negated" and not any(token.word in _OR for token in tokens[i:]):
            return False  # the clause had its verb: "no infection was found, steroids …"
        said = said or word in _FINITE
        if i in enders or word == ";" or (word == ":" and i > cue.last and not is_labelled(cue, i, meaning)) or (word == ")" and inside):
            return False
        if meaning == "negated" and _is_other_purpose(tokens, cue, i, first):
            return False
        if (near and word in _NEAR_ENDS) or (direction == "after_phrase" and word in _PHRASE_ENDS):
            return False
        if meaning == "family" and word == "," and cue.first and tokens[cue.first - 1].word == "whose":
            return False
        if meaning in {"family", "historical"} and _new_subject(tokens, cue, i, direction):
            return False
        if word == "," and i == cue.last and meaning == "historical":
            continue
        if word in {",", "and"} and _ends_list(tokens, cue, i, target, meaning, direction):
            return False
    return first not in enders


def _is_of_a_test(tokens: Sequence[Token], cue: Cue, first: int) -> bool:
    """Whether a test is what is negative: "negative troponin, …"."""
    tests = word_set("assertions", "tests")
    end = next((i for i in range(cue.last, first) if tokens[i].word == ","), cue.last)
    return any(token.word in tests for token in tokens[cue.last : end])


def _is_other_purpose(tokens: Sequence[Token], cue: Cue, i: int, first: int) -> bool:
    """Whether what is denied at ``i`` is only given for the target: "declined surgery for her hernia"."""
    if tokens[i].word != "for" or i == cue.last:
        return False
    return tokens[cue.last - 1].word in word_set("assertions", "refusals") or (i + 1 < first and tokens[i + 1].word in _WHOSE)


def _in_parenthesis(tokens: Sequence[Token], cue: Cue) -> bool:
    for i in range(cue.first - 1, max(-1, cue.first - _MAX_ASIDE_TOKENS), -1):
        if tokens[i].word in {"(", ")"}:
            return tokens[i].word == "("
    return False


def _is_adherence(tokens: Sequence[Token], last: int) -> bool:
    """Whether what is denied is only how the drug is taken: "not taking his metformin as prescribed"."""
    following = [token.word for token in tokens[last : last + 2]]
    return following[:1] in (["regularly"], ["consistently"], ["correctly"]) or (
        following[:1] == ["as"] and following[1:] in (["prescribed"], ["directed"], ["instructed"], ["scheduled"])
    )


def _new_subject(tokens: Sequence[Token], cue: Cue, i: int, direction: str) -> bool:
    """Whether a pronoun at ``i`` begins a clause about someone or some time else: "since her husband died she …"."""
    if tokens[i].word not in {"he", "she", "they", "we", "i"} or i <= cue.last + (direction != "after_phrase") or direction == "time":
        return False
    return tokens[i - 1].word not in word_set("assertions", "subordinators")


def _ends_list(tokens: Sequence[Token], cue: Cue, i: int, target: tuple[int, int], meaning: str, direction: str) -> bool:
    """Whether what follows the comma or "and" at ``i`` is no longer in the list that the cue opens."""
    if tokens[i].word == "," and (meaning == "negated" or direction == "after_phrase") and _asserts(tokens, cue, i, target):
        return True
    if meaning == "negated" and tokens[i].word == "," and _closes(tokens[i - 1]) and not any(token.word in _OR for token in tokens[i:]):
        return True
    return _breaks(tokens, i, target[0], meaning, listed=direction == "after_list")


def _closes(token: Token) -> bool:
    """Whether a list of denials is over with this word: "no distress, …", "no stool in 5 days, …"."""
    return token.word == "distress" or bool(_DURATION.search(token.word))


def _ends_between(cues: Sequence[Cue], start: int, end: int, meaning: str) -> set[int]:
    """First tokens of the cues that end a scope of this meaning."""
    names = _SCOPE_ENDS.get(meaning, frozenset({"ends"}))
    return {cue.first for cue in cues if start <= cue.first < end and cue.names & names}


def _asserts(tokens: Sequence[Token], cue: Cue, comma: int, target: tuple[int, int]) -> bool:
    """Whether the words after the comma say that the target is so: "no fever, cough persists", "no fever or chills, cough present"."""
    first, last = target
    following = [token.word for token in tokens[last : last + 2]]
    if following and following[0] in {"still", "also", "now"}:
        following = following[1:]
    goes_on = bool(following) and (following[0] in word_set("assertions", "goes_on") or following[0][0].isdigit())
    if following and following[0] in _FINITE and cue.first <= 2 and _OPENING_PREPOSITIONS & {token.word for token in tokens[: cue.last]}:
        return True  # "in the absence of fever, antibiotics were stopped"
    if not goes_on and (not following or following[0] not in {"present", "noted", "positive"}):
        return False
    if any(token.word in _OR or token.word == "," for token in tokens[comma + 1 : first]):
        return False
    closed = [token.word for token in tokens[cue.last : comma]]
    return goes_on or "," not in closed or any(word in _OR or word == "and" for word in closed)


def _breaks(tokens: Sequence[Token], index: int, first: int, meaning: str, *, listed: bool) -> bool:
    """Whether what follows the comma or "and" at ``index`` is something new, outside the scope of the list before it."""
    separator = tokens[index].word
    index += 1
    if index < first and tokens[index].word in {"and", "the"}:
        index += 1
    if index >= len(tokens):
        return False
    word = tokens[index].word
    if meaning == "other" and separator == ",":
        return True
    if meaning in {"family", "other"}:
        return word in word_set("assertions", "pronouns")
    if meaning == "hypothetical":
        return False
    if word in word_set("assertions", "clause_breaks"):
        return True
    if meaning == "uncertain" and separator == "," and not listed:
        return not any(token.word in {"or", "vs", "versus", "nor"} for token in tokens[index:])
    if meaning != "negated" or word not in word_set("assertions", "word_breaks"):
        return False
    return not any(token.word in _OR for token in tokens[index:])


def _reaches_before(tokens: Sequence[Token], cues: Sequence[Cue], cue: Cue, last: int, meaning: str, *, wide: bool) -> bool:
    """Whether the cue's scope, going left, holds the token before ``last``."""
    enders = set() if wide and meaning == "historical" else _ends_between(cues, last, cue.first, meaning)
    verbal = tokens[cue.first].word in {"is", "was", "has"}
    told = _is_told_of(tokens, cue, last)
    if told:
        enders.discard(last)
    for i in range(cue.first - 1, last - 1, -1):
        word = tokens[i].word
        if i in enders or word == ";" or (word == ":" and i != cue.first - 1):
            return False
        if word == "," and not wide and i != cue.first - 1 and not (meaning == "historical" and _is_remedy(tokens, i)):
            return False
        if word == "and" and verbal and not wide:
            return False
        if (
            meaning == "historical"
            and not wide
            and not told
            and (_is_onset(tokens, i) or (word == "for" and "historical_time" not in cue.names and _lasts(tokens, i)))
        ):
            return False
    return True


def _is_told_of(tokens: Sequence[Token], cue: Cue, last: int) -> bool:
    """Whether only how it was found or began stands between the target and its end: "effusion seen in March has resolved"."""
    if "historical_before_resolved" not in cue.names or last >= len(tokens) or tokens[last].word not in word_set("assertions", "told_of"):
        return False
    return word_set("assertions", "subordinators").isdisjoint(token.word for token in tokens[last + 1 : cue.first])


def _is_remedy(tokens: Sequence[Token], comma: int) -> bool:
    """Whether what follows the comma is still about the same thing: ", treated with antibiotics in 2010", ", last in 2010"."""
    word, following = tokens[comma + 1].word, tokens[comma + 2].word if comma + 2 < len(tokens) else ""
    if word in {"last", "most", "latest"}:
        return following[:1].isdigit() or following in _LATEST_AT
    return word in word_set("assertions", "remedies")


def _is_onset(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i].word in word_set("assertions", "onset") and not (tokens[i].word == "recently" and tokens[i - 1].word == "most")


def _lasts(tokens: Sequence[Token], i: int) -> bool:
    """Whether "for" at ``i`` says how long: "for 3 days", "for the past year"."""
    following = [token.word for token in tokens[i + 1 : i + 3]]
    if not following:
        return False
    return (
        following[0][0].isdigit() or following[0] in {"the", "past", "about", "over"} or any(_DURATION.search(word) for word in following)
    )
