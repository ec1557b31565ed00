"""What a question says beside what it asks: the paper it is for, who wants to know, tags, the alternatives it offers, blanks to fill."""

from __future__ import annotations

import re
from functools import cache

from rag.questions.lists import listed
from rag.questions.things import is_measured

_ASKER = re.compile(
    r"(?<=[.?!;,])\s*(?:the |my |our |her |his )?(?:[\w'’-]+ ){1,3}?(?:(?:is|are|was|were) )?(?:just )?"
    r"(?:asking|asked|(?:wants?|wanted|needs?|needed|would like) (?:to know|to confirm|it|this|that)|wondering|is inquiring)"
    r"(?: about (?:it|this|that)| for (?:it|this|that)| me)?\s*[.!?]*$",
    re.IGNORECASE,
)
_TAG = re.compile(
    r",\s*(?:right|correct|yes|no|eh|(?:wasn't|isn't|aren't|weren't|didn't|doesn't|don't|hasn't|haven't|hadn't|was|is|did|does|has) "
    r"(?:it|he|she|they|there))\s*(?=[?.!]|$)",
    re.IGNORECASE,
)
_IS_IT_TRUE = re.compile(
    r"^\s*(?:is it (?:true|right|correct|the case|known)|am i (?:right|correct)|(?:can|could) (?:you|we) confirm|please confirm|confirm"
    r"|do i have it right|do (?:we|you) know)(?: (?:in thinking|to say))?(?: that| if| whether)? "
    r"(?P<who>he|she|they|the patient|pt|it)(?P<verb>'s|'re| is| was| has| had| are)? ",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"^[^?:]*\b(?:i'm|i am|we're|we are|i've|i have|i just|we just|it's|this is)\b[^?:]*[:.–—]\s*"
    r"(?=(?:what|which|when|who|where|why|how|is|are|was|were|has|have|had|does|do|did|any|list|show|give)\b)",
    re.IGNORECASE,
)
_BLANKS = re.compile(
    r"\b(?:(?:went|go|goes|gone|fell|rose|dropped|moved|changed|came|come|climbed) )?(?:up |down )?from (?:_+|\?+|x) to (?:_+|\?+|y)(?!\w)"
    r"|\(?\bfrom ?/ ?to\b(?: \w+)?\)?",
    re.IGNORECASE,
)
_BLANK = re.compile(r"(?<!\w)_{2,}(?!\w)")
_PEOPLE = re.compile(
    r"\s+(?:with|by|from|at) (?:the |her |his |their |our )?(?:[\w-]+ )?(?:people|folks|guys|crew)(?=\s*[?.!,]|$)", re.IGNORECASE
)
_POLAR = re.compile(r"^\s*(?:any|(?:is|are|was|were) there any)\s+", re.IGNORECASE)


def without_asides(text: str) -> str:
    """The question without its asides; as it stands where nothing else is in it.

    "Sleep apnea on the list? Anesthesia asking" asks for the list; "HER2, pos or neg?" asks for the result, "CO2 went from ___ to
    ___" for what to what.
    """
    rest = _INTRODUCED.sub("", text)
    rest = _BLANK.sub("what", _BLANKS.sub(" from what to what", rest))
    rest = _ASKER.sub("", rest)
    rest, wanted = _wanted().subn("", rest)
    rest = _TAG.sub("", rest)
    if wanted:
        rest = f"values of {_POLAR.sub('', rest).strip(' ?.!')}?"
    rest = _alternatives().sub(" result?", rest)
    rest = _purpose().sub("", _lead().sub(_unless_measured, rest))
    rest = _PEOPLE.sub("", rest)
    rest = _IS_IT_TRUE.sub(_asked_straight, rest)
    return rest if rest.strip(" ?.!") else text


def _asked_straight(match: re.Match[str]) -> str:
    verb = (match["verb"] or " has").strip().lower()
    return f"{ {chr(39) + 's': 'is', chr(39) + 're': 'are'}.get(verb, verb) } {match['who']} "


def _unless_measured(match: re.Match[str]) -> str:
    """ "Lactate clearance -" is the thing itself, "Insurance form:" is not."""
    return match.group() if any(is_measured(word.lower()) for word in re.findall(r"[\w-]+", match.group())) else ""


def _any_of(phrases: frozenset[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@cache
def _purpose() -> re.Pattern[str]:
    """ "For the pre-op checklist" at the end of a question, or in brackets."""
    papers = _any_of(listed("asides", "papers"))
    return re.compile(
        rf"\s*[,(-]?\s*\b(?:needed |need it |asking |this is |it's )?(?:for|to complete|to fill in|to fill out|to finish|to put (?:in|on))"
        rf" (?:the |my |our |a |an |her |his |their |this )?(?:[\w'/-]+ ){{0,2}}(?:{papers})"
        rf"(?: (?:at|from|of|to) [\w ]{{2,20}})?\)?(?=\s*[?.!,;]|\s*$)"
        rf"|\s*\((?:{papers})\)",
        re.IGNORECASE,
    )


@cache
def _lead() -> re.Pattern[str]:
    """ "School form:" or "Med rec for Rm 214 -" before a question."""
    papers = _any_of(listed("asides", "papers"))
    return re.compile(
        rf"^\s*(?:(?:for|re|doing|completing) )?(?:the |my |a )?(?:[\w'/]+ )?(?:{papers})(?: (?:for|in|on) [\w. ]{{1,20}}?)?"
        rf"\s*(?::|\s[-–—]+\s|,)\s*",
        re.IGNORECASE,
    )


@cache
def _alternatives() -> re.Pattern[str]:
    """ "Pos or neg", "normal or not" at the end of a question."""
    pairs = [pair.split("/") for pair in sorted(listed("asides", "alternatives"), key=len, reverse=True)]
    said = "|".join(rf"{re.escape(one)}(?: or |/){re.escape(other)}" for one, other in pairs)
    return re.compile(rf"\s*[,;:?–—-]+\s*(?:(?:was|is|were|are) (?:it|they|that) )?(?:{said})\s*[?.!]*$", re.IGNORECASE)


@cache
def _wanted() -> re.Pattern[str]:
    """ "I need the number", "values please" after a question."""
    forms = _any_of(listed("asides", "wanted"))
    return re.compile(
        rf"(?<=[?.!;,])\s*(?:(?:i|we) (?:just |only |really )?(?:need|want|am after)|give me|just|only)?\s*(?:the |all |both )?"
        rf"(?:exact |actual |precise )?(?:{forms})(?: please| only| if possible| pls)*\s*[.!?]*$",
        re.IGNORECASE,
    )
