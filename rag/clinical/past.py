"""Times that put a statement into the past: "in March 2015", "at age 4", "last winter", and whether they date a mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.clinical.cues import Cue, Token
from rag.clinical.lexicon import load_words, word_set

_MAX_NEAR_TOKENS = 8
_MAX_PLAIN_TOKENS = 4
_MAX_COUNT_TOKENS = 3
_TIME = frozenset({"historical_time"})
_BARE = _TIME | {"bare"}
_WITH_VERB = _TIME | {"with_verb"}
_YEAR = re.compile(
    r"(?:(?:\d{1,2}/){0,2}(?:19|20)\d\d(?:-(?:19|20)?\d\d)?|\d{1,2}[/-]\d{1,2}[/-]\d\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d|'\d\d)$"
)
_YEARS_OLD = re.compile(r"\d{1,2}(?:-(?:year|yr|month)-old|yo|y/o)$")
_LONG_AGO = re.compile(r"\d{1,2}\+?-?(?:y|yr|yrs|year|years|mo|mos|month|months)$")
_NUMERAL = frozenset("0123456789'")
_AGED = frozenset({"age", "aged", "at", "was"})
_AGO = frozenset({"ago", "back"})
_TIMES = re.compile(r"x\d{1,2}$")
_LATEST = frozenset({"last", "recently", "recent", "latest"})
_AGE = re.compile(
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty)$"
)
_BETWEEN = frozenset(
    {"early", "late", "mid", "around", "about", "the", "of", "spring", "summer", "fall", "winter", "autumn", "approximately"}
)
_LED_BY = frozenset({"in", "(", "circa", "from", "during", "until", "till", "through", "between", "before"})
_PERFECT = frozenset({"has", "have", "she's", "he's"})
_ENDS = frozenset({",", ";", ")", "and", "(", ".", "with", "s/p"})
_DATED = frozenset({"was", "on", ":", ",", "done", "performed", "completed"})
_CAUSED = frozenset({"after", "following", "from", "due", "secondary", "post", "s/p"})
_LEADING = frozenset({"last", "latest", "recent"})


def past_times(tokens: Sequence[Token]) -> Iterator[Cue]:
    """The years and ages among the tokens that can date something, as cues named ``historical_time``; other times are in the word lists."""
    months = word_set("assertions", "months")
    for i, (word, _, _) in enumerate(tokens):
        if word[0] in _NUMERAL:
            if _YEAR.match(word):
                yield from _year(tokens, i)
            elif i > 1 and _YEARS_OLD.match(word) and tokens[i - 1].word in {"a", "an"} and tokens[i - 2].word == "as":
                yield Cue(i - 2, i + 1, _TIME)
        elif word in _AGED:
            yield from _age(tokens, i)
        elif word in _AGO and i > 0 and _LONG_AGO.match(tokens[i - 1].word):
            yield Cue(i - 1, i + 1, _TIME)
        elif word == "before" and i > 0 and (i + 1 >= len(tokens) or tokens[i + 1].word in _ENDS | {"without"}):
            yield Cue(i, i + 1, _WITH_VERB)
        elif word in months and i > 0 and _in_a_month(tokens, i):
            yield Cue(_month_start(tokens, i), i + 1, _WITH_VERB)


def _year(tokens: Sequence[Token], i: int) -> Iterator[Cue]:
    """The year or date at ``i`` with its month and preposition."""
    start = i
    while start > 0 and (tokens[start - 1].word in word_set("assertions", "months") or tokens[start - 1].word in _BETWEEN):
        start -= 1
    if start > 0 and (tokens[start - 1].word in _LED_BY or (tokens[start - 1].word == "on" and tokens[i].word.count("/") == 1)):
        yield Cue(start - 1, i + 1, _TIME)
    elif i > 0 or (len(tokens) > 1 and tokens[1].word in {":", ","}):
        yield Cue(start, i + 1, _BARE)


def _age(tokens: Sequence[Token], i: int) -> Iterator[Cue]:
    """The age that the word at ``i`` tells: "at age 4", "aged 4", "at 14", "when she was 4", "at 4 years of age"."""
    word, after = tokens[i].word, tokens[i + 1].word if i + 1 < len(tokens) else ""
    if word == "age" and i > 3 and tokens[i - 4].word == "at" and tokens[i - 1].word == "of":
        yield Cue(i - 4, i + 1, _TIME)
    elif word == "age" and i > 0 and tokens[i - 1].word in {"at", "the", "around", "by", "until", "till", "before"}:
        end = i + 1 + (after == "of")
        if end < len(tokens) and _AGE.match(tokens[end].word):
            yield Cue(i - 1, end + 1, _TIME)
    elif i == 0 or not _AGE.match(after):
        return
    elif word in {"age", "aged"}:
        yield Cue(i, i + 2, _BARE)
    elif word == "at" and _ends_clause(tokens, i + 2):
        yield Cue(i, i + 2, _BARE | {"age"})
    elif word == "was" and i > 1 and tokens[i - 2].word == "when":
        yield Cue(i - 2, i + 2, _TIME)


def _is_plain(words: Sequence[str]) -> bool:
    """Whether the words between a mention and its year only go on with the mention: "with stent", "at an outside hospital"."""
    others = word_set("assertions", "verbs") | word_set("assertions", "onset")
    return len(words) <= _MAX_PLAIN_TOKENS and not any(word in others or not word[0].isalnum() for word in words)


def _ends_clause(tokens: Sequence[Token], i: int) -> bool:
    return i >= len(tokens) or tokens[i].word in _ENDS or tokens[i].word in {"after", "from", "due"}


def _in_a_month(tokens: Sequence[Token], i: int) -> bool:
    """Whether the month at ``i`` stands alone, as in "in March", "back in early March"."""
    return tokens[_month_start(tokens, i)].word in {"in", "during"} and not (i + 1 < len(tokens) and tokens[i + 1].word[:1].isdigit())


def _month_start(tokens: Sequence[Token], i: int) -> int:
    return i - 2 if i > 1 and tokens[i - 1].word in _BETWEEN else i - 1


def points_to_past(tokens: Sequence[Token], cue: Cue, first: int, last: int) -> bool:
    """Whether the time dates the target, tokens ``[first, last)``, and does not say when something that still lasts began."""
    if "with_verb" in cue.names:
        start = max(0, min(first, cue.first) - _MAX_NEAR_TOKENS)
        again = tokens[cue.first].word == "before" and any(token.word == "had" for token in tokens[start:first])
        if not again and not _has(tokens, start, first, "past_verbs"):
            return False
    if cue.last < first and tokens[cue.last].word == ":":
        return True  # "tried in the past: …"
    if cue.first >= last and _dates_the_cause(tokens, cue, first, last):
        return False
    if "bare" in cue.names:
        return _dates_plainly(tokens, cue, first, last)
    if cue.first >= last:
        start = max(0, first - _MAX_PLAIN_TOKENS)
        start = next((i + 1 for i in range(first - 1, start - 1, -1) if tokens[i].word in {"after", "following", ";"}), start)
        return cue.first - last < _MAX_NEAR_TOKENS and not _has(tokens, start, cue.first, "onset")
    if _has(tokens, max(0, cue.first - _MAX_PLAIN_TOKENS), first, "onset"):
        return False
    if _has(tokens, max(0, cue.first - _MAX_NEAR_TOKENS), first, "past_verbs"):
        return True
    return _opens_sentence(tokens, cue) and first - cue.last <= _MAX_PLAIN_TOKENS and not _has(tokens, cue.last, first, "finite")


def _dates_the_cause(tokens: Sequence[Token], cue: Cue, first: int, last: int) -> bool:
    """Whether the time is that of what the target lastingly came of: "neuropathy after chemotherapy years ago", not "had neuropathy …"."""
    if _CAUSED.isdisjoint(token.word for token in tokens[last : cue.first]) or _has(
        tokens, max(0, first - _MAX_NEAR_TOKENS), first, "past_verbs"
    ):
        return False
    return any(token.word.startswith(stem) for token in tokens[first:last] for stem in load_words("assertions")["sequels"])


def _dates_plainly(tokens: Sequence[Token], cue: Cue, first: int, last: int) -> bool:
    """Whether a year or age without "in" dates the target: it stands close behind it, or opens the sentence ("2009: stroke")."""
    if cue.last <= first:
        return cue.first == 0
    if first and tokens[first - 1].word in _LEADING and all(token.word in _DATED for token in tokens[last : cue.first]):
        return True  # "last colonoscopy was 2016"
    if cue.last < len(tokens) and tokens[cue.last].word not in _ENDS:
        return False
    if "age" in cue.names and last and tokens[last - 1].word in word_set("assertions", "measured"):
        return False
    apart = [token.word for token in tokens[last : cue.first] if not _TIMES.match(token.word)]
    return _is_plain(apart) or apart[-1] in _LATEST or (apart in ([","], ["("]) and tokens[cue.first].word in {"age", "aged"})


def _opens_sentence(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether nothing but a count stands before the time: "about 5 years ago"."""
    counted = _MAX_COUNT_TOKENS if tokens[cue.last - 1].word == "ago" else 0
    return cue.first <= counted or all(token.word in _BETWEEN or token.word == "back" for token in tokens[: cue.first])


def _has(tokens: Sequence[Token], start: int, end: int, key: str) -> bool:
    """Whether a word of the list stands there; "had" of "has had" is not of the past."""
    words = word_set("assertions", key)
    return any(tokens[i].word in words and not (i and tokens[i - 1].word in _PERFECT) for i in range(start, min(end, len(tokens))))
