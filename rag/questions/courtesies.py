"""Greetings, requests to be told, thanks and afterthoughts: what is said around a question and asks nothing."""

from __future__ import annotations

import re

_MOST_COURTESIES = 4
_ASKS = (
    r"(?:what|whats|what's|when|which|who|whose|how|why|where|is|are|was|were|has|had|have|does|did|do"
    r"|before|after|during|in|on|at|for|year|time|number)"
)
_ANOTHER = (
    r"(?:and |just )?(?:(?:a |one )?(?:quick|last|final|other) (?:question|one|thing)|just one (?:question|thing)|(?:one more|another) "
    r"(?:thing|question|one))"
)
_START = re.compile(
    r"^\s*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear)(?: (?:there|team|all|doctor|colleagues?|everyone))?\s*[,!.:-]+\s*"
    rf"|{_ANOTHER}\s*[,:-]+\s*"
    r"|sorry (?:to (?:bother|trouble|ask|disturb)(?: you)?(?: again)?|for (?:the |all the )?(?:question|bother|trouble)s?)"
    r"\s*[,:.-]+\s*(?:but\s+)?"
    rf"|(?:could|can|would|will) (?:you|u|someone) (?:please |kindly |pls )?(?:tell me|let me know|check the (?:chart|record|notes?)"
    rf" and (?:tell me|let me know))(?:\s*:\s*|[, ]+(?={_ASKS}\b))|please (?:tell me|let me know)(?:\s*:\s*|[, ]+(?={_ASKS}\b)))",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"[\s,.;!?-]+(?:many )?(?:thanks|thank you|thank u|thx|ty|cheers)"
    r"(?: (?:so much|very much|a lot|in advance|again|for your help|much))*[\s.!]*$",
    re.IGNORECASE,
)
_HOW_MUCH = r"(?:so |very |really |much |greatly |all |just )*"
_AFTERTHOUGHT = re.compile(
    r"(?<=[.!?;,])\s*(?:but |and )?(?:"
    rf"i(?:'d| would| will|'ll|'m| am)? {_HOW_MUCH}(?:appreciate|(?:be )?{_HOW_MUCH}(?:grateful|thankful|obliged)|owe you)\b"
    r"|i(?:'ll| will)? need (?:it|this|that|these|them|the answer)\b"
    r"|i(?:'m| am)? ask(?:ing)? (?:because|as|since|for)\b"
    rf"|(?:it|this|that)(?:'s| is| would be| will be|'d be|'ll be) (?:{_HOW_MUCH}(?:helpful|appreciated|great|useful|lovely|perfect|all)\b"
    r"|(?:a |of )?(?:great |big |huge )?help\b|for (?:my|the|our|her|his|an?)\b)"
    rf"|(?:it|this|that) (?:would|will) {_HOW_MUCH}help\b"
    rf"|{_HOW_MUCH}(?:appreciate[ds]?|obliged)\b"
    r"|no (?:rush|hurry|worries)\b|sorry (?:for|to|about)\b"
    r"|for (?:my|the|our) (?:notes|records|report|summary|letter|form)\b"
    r")[^?]*$",
    re.IGNORECASE,
)


def without_courtesies(text: str) -> str:
    """The question without what is said around it; as it stands where nothing else is in it."""
    rest = text
    for _ in range(_MOST_COURTESIES):
        shorter = _START.sub("", rest, count=1)
        if shorter == rest:
            break
        rest = shorter
    mark = "?" if "?" in rest else ""
    for _ in range(_MOST_COURTESIES):
        shorter = _THANKS.sub(mark, _AFTERTHOUGHT.sub("", rest))
        if shorter == rest or not shorter.strip(" ?.!,"):
            break
        rest = shorter
    return rest if rest.strip(" ?.!") else text
