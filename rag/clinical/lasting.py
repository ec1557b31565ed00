"""What is told as past and is there still: it came back, flares, or is treated now ("history of lupus, on hydroxychloroquine")."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rag.clinical.cues import Cue, Token
from rag.clinical.lexicon import load_words, word_set

_MAX_NEAR_TOKENS = 8
_HISTORY = frozenset({"history", "hx", "h/o"})
_NOW = frozenset({"now", "currently", "presently", "again"})
_BACK_TO = frozenset({"to", "at", "on", "in", "pain"})
_LATEST = frozenset({"last", "most", "latest"})
_NEVER = frozenset({"no", "not", "never", "without", "none", "hasn't", "didn't", "denies", "prevent", "for", "if"})
_PRESENT_TENSE = frozenset({"is", "are", "being", "remains", "currently", "now", "under", "well", "rate"})
_ASIDE = frozenset({",", "(", "that", "which", "is", "are", "has", "been"})


def comes_back(tokens: Sequence[Token], cue: Cue, first: int) -> bool:
    """Whether what was past is there again or treated still: "the cough she had last month has come back", "on allopurinol for gout, …"."""
    if "historical_time" in cue.names and _lingers(tokens, first):
        return True
    if "historical_before_resolved" not in cue.names and (_is_repeated(tokens, cue, first) or _is_treated_for(tokens, first)):
        return True
    rest = [token.word for token in tokens[cue.last : cue.last + _MAX_NEAR_TOKENS]]
    at = recurs_at(rest)
    return at >= 0 and not any(word in _NEVER or word == ";" for word in rest[:at])


def recurs_at(words: Sequence[str]) -> int:
    """Where the words say that something is there again, -1 for nowhere; "back to normal" does not."""
    recurs, ahead = word_set("assertions", "recurs"), [*words[1:], ""]
    return next((i for i, word in enumerate(words) if word in recurs and not (word == "back" and ahead[i] in _BACK_TO)), -1)


def _lingers(tokens: Sequence[Token], first: int) -> bool:
    """Whether the word before the target says that it is there still: "residual foot drop from …"."""
    return first > 0 and tokens[first - 1].word in word_set("assertions", "lingering")


def _is_repeated(tokens: Sequence[Token], cue: Cue, first: int) -> bool:
    """Whether the cue tells only the latest of what comes again and again: "recurrent UTIs, most recent in May"."""
    around = {token.word for token in tokens[max(0, first - 1) : first + 1]}
    return tokens[cue.first].word in _LATEST and not around.isdisjoint(word_set("assertions", "repeated"))


def _is_treated_for(tokens: Sequence[Token], first: int) -> bool:
    """Whether a drug is taken for the target: "on allopurinol for gout"."""
    before = [token.word for token in tokens[max(0, first - _MAX_NEAR_TOKENS) : first]]
    if before[-1:] != ["for"]:
        return False
    at = next((i for i in range(len(before) - 1, -1, -1) if before[i] in word_set("assertions", "treated_by")), -1)
    return at >= 0 and before[at - 1 : at] not in (["was"], ["previously"], ["been"], ["not"]) and not _drugs().isdisjoint(before[at + 1 :])


def goes_on(tokens: Sequence[Token], cue: Cue, first: int, last: int) -> bool:
    """Whether the mention is said to last or be active again: "history of asthma since age 5", "history of lupus, now flaring"."""
    rest = [token.word for token in tokens[last : last + 5] if token.word not in _ASIDE]
    of_history = any(token.word in _HISTORY for token in tokens[cue.first : cue.last])
    if rest[:1] == ["since"]:
        return of_history
    if rest[:1] != [] and rest[0] in _NOW and not word_set("assertions", "flaring").isdisjoint(rest[1:2]):
        return True
    return of_history and (_has_lasted(tokens, last) or (not _is_event(tokens, first, last) and _is_treated(tokens, last)))


def _has_lasted(tokens: Sequence[Token], last: int) -> bool:
    """Whether its length up to now follows: "history of abscesses for about 2 years"."""
    rest = [token.word for token in tokens[last : last + _MAX_NEAR_TOKENS]]
    at = rest.index("for") if "for" in rest else len(rest)
    if any(word in {",", ";", ":"} or word in word_set("assertions", "treated_before") for word in rest[:at]):
        return False
    return any(word in word_set("assertions", "span_unit") or word == "time" for word in rest[at + 1 : at + 5])


def _is_event(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the mention names what happens and is over, though drugs are taken after it: a stroke, a fracture."""
    stems = load_words("assertions")["events"]
    return any(token.word.startswith(stem) for token in tokens[first:last] for stem in stems)


def _is_treated(tokens: Sequence[Token], last: int) -> bool:
    """Whether a drug is taken for it now, in the same clause: "…, currently euvolemic on torsemide", "… and takes olanzapine"."""
    rest = [token.word for token in tokens[last : last + _MAX_NEAR_TOKENS + 2]]
    for i, word in enumerate(rest):
        if word in _PRESENT_TENSE and not word_set("assertions", "controlled").isdisjoint(rest[i + 1 : i + 4]):
            return True
        if word in {";", ":"} or word in word_set("assertions", "treated_before"):
            return False
        if word in word_set("assertions", "treated_by") and not _drugs().isdisjoint(rest[i + 1 : i + 4]) and rest[:i].count(",") <= 1:
            return True
    return False


@cache
def _drugs() -> frozenset[str]:
    """The single words that name a drug, a brand or a treatment that goes on."""
    drugs = load_words("drugs")
    names = {*drugs, *(brand for brands in drugs.values() for brand in brands), *word_set("assertions", "ongoing_therapy")}
    return frozenset(name for name in names if " " not in name)
