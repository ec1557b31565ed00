"""Family history (relation, condition, age) and social history (habits, work, living), as notes tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.dating import dating_of
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, passages
from rag.clinical.mentions.phrases import Tree, find_phrases, tree_of
from rag.clinical.mentions.problem_names import Problem, problems_in, span_of
from rag.clinical.mentions.vocabulary import canonical_of
from rag.types import Section, Span

_AGE = re.compile(
    r"(?:\bat (?:the )?(?:age (?:of )?)?|\bage[ds]? (?:of )?|\baged |\bin (?:his|her|their) (?:early |mid |late |mid-)?"
    r"|\bdx(?:'d)? (?:at )?|\(|,\s)(?P<age>\d{1,3}(?:s\b)?|[a-z]+ies\b)"
    r"(?!\s?(?:mg|%|years ago|/|\.\d))",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s?[(:–-]\s?(?:in\s)?(?:his|her|the)?\s?|\s(?:in|of|on)\s(?:(?:his|her|the|a|an|both|one|maternal|paternal|side)\s){0,3}",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:\s?,|\s?&|\s?/|\sand|,\sand)\s?(?:(?:his|her|the|one|two|a|both)\s){0,2}", re.IGNORECASE)
_TOPICS = (
    *("tobacco use", "vaping", "alcohol use", "drug use", "occupation", "living situation", "marital status", "exercise", "education"),
    *("food insecurity", "sexual activity"),
)
_SUBSTANCES = frozenset({"tobacco use", "vaping", "alcohol use", "drug use"})
_ANYWHERE = frozenset({"tobacco use", "vaping"})
"""Topics whose words are told from others' in any section; the rest are read in social histories, and by their sentence elsewhere."""
_OTHER_DRINKS = frozenset(
    {"plenty", "water", "fluid", "medication", "screen", "eating", "eat", "normally", "coffee", "tea", "juice", "milk", "formula"}
)
_SOCIAL = frozenset({"social_history"})
_PACK_YEARS = re.compile(r"(?P<value>\d{1,3}(?:\.\d)?(?:\s?(?:-|to)\s?\d{1,3})?)[\s-]{0,2}(?P<unit>pack[\s-]years?)", re.IGNORECASE)
_PER_DAY = re.compile(
    r"(?P<value>\d(?:\.\d{1,2})?|½|1/2|half(?: an?)?|one(?: and a half)?|two|an?)[\s-]?"
    r"(?P<unit>(?:ppd|packs?(?:\s(?:per|a|each|every)\s|/)day))\b",
    re.IGNORECASE,
)
_DRINKS = re.compile(
    r"(?P<value>\d{1,2}(?:\s?(?:-|to)\s?\d{1,2})?|one|two|three|four|five|six|an?|occasional(?:ly)?|rare(?:ly)?|social(?:ly)?)\s"
    r"(?P<unit>(?:alcoholic\s)?(?:beers?|drinks?|glass(?:es)?(?: of wine)?|cocktails?|shots?|beverages?)"
    r"\b(?:\s(?:of wine\s)?(?:per|a|each|every|on|at|in the)\s(?:day|night|week|month|evening|weekends?|the weekends?)\b)?)",
    re.IGNORECASE,
)
_BEFORE_JOB = re.compile(
    r"(?:years?[\s-]old|y/?o|y\.o\.|\d{1,3}\s?[MF])\s(?:(?:male|female|man|woman|[a-z-]+ed|former|retired|married)\s){0,2}$"
    r"|\b(?:former|retired)\s(?:[a-z]+\s)?$|\b(?:is|was|as|still|currently)\s(?:an?\s)(?:(?:former|retired|[a-z]+ed)\s)?$",
    re.IGNORECASE,
)
_QUIT = re.compile(
    r"\b(?:quit|stopped|gave up|sober|abstinent|cessation)\b(?:\s(?:smoking|drinking|alcohol|tobacco|using))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Relative:
    """The word for a relative and where it stands."""

    span: Span
    key: str


def find_family(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """Conditions of relatives: the relation, the age and whether it was the cause of death are slots. Linear.

    ``experiencer`` is the relative's word, "family" where none is named. A denied one ("No family history of …") is negated, with
    the experiencer "family".
    """
    found: list[Mention] = []
    for passage in passages(text, sections):
        relatives = _relatives(passage)
        if passage.section == "family_history" or relatives:
            found += _family_in(passage, relatives)
    return tuple(found)


def _family_in(passage: Passage, relatives: Sequence[Relative]) -> Iterator[Mention]:
    problems = problems_in(passage)
    if not problems:
        return
    names = [span_of(passage, problem) for problem in problems]
    assertions = passage.said_of(names)
    for problem, name, said in zip(problems, names, assertions, strict=True):
        if said.experiencer != "family":
            continue
        for whose in _whose(passage, name, relatives) or [None]:
            yield _relative_mention(passage, problem, name, names, whose, negated=said.negated, uncertain=said.uncertain)


def _relative_mention(
    passage: Passage, problem: Problem, name: Span, names: Sequence[Span], whose: Relative | None, *, negated: bool, uncertain: bool
) -> Mention:
    text = passage.text
    slots = [MentionSlot("name", name)]
    if whose:
        slots.append(MentionSlot("relation", whose.span))
    last = min((other.start for other in names if other.start >= name.end), default=passage.sentence.end)
    if age := _AGE.search(text, name.end, min(last, name.end + 50)):
        slots.append(MentionSlot("age", Span(*age.span("age"))))
    first = whose.span.end if whose and whose.span.end <= name.start else passage.sentence.start
    if died := _died().search(text, first, name.start) or _died().search(text, name.end, min(last, name.end + 40)):
        slots.append(MentionSlot("outcome", Span(*died.span())))
    return Mention(
        kind="family_history",
        name=name,
        sentence=passage.sentence,
        canonical=canonical_of(text[name.start : name.end], problem.kind),
        code="",
        assertion="negated" if negated else "uncertain" if uncertain else "family",
        experiencer=text[whose.span.start : whose.span.end].lower() if whose else "family",
        section=passage.section,
        slots=tuple(slots),
    )


def _whose(passage: Passage, name: Span, relatives: Sequence[Relative]) -> list[Relative | None]:
    """The relatives that a condition is told of: in brackets or after a colon, else the last one before it and those joined to it."""
    text = passage.text
    named = [relative for relative in relatives if relative.key not in ("family", "relative", "family member")]
    for relative in named:
        if relative.span.start >= name.end and _BEHIND.fullmatch(text, name.end, relative.span.start):
            return [relative]
    chosen: list[Relative | None] = []
    following: Relative | None = None
    for relative in reversed([relative for relative in named if relative.span.end <= name.start]):
        if following and not _AND.fullmatch(text, relative.span.end, following.span.start):
            break
        chosen.insert(0, relative)
        following = relative
    return chosen


def _relatives(passage: Passage) -> list[Relative]:
    found = []
    for phrase in find_phrases(passage, _relative_tree()):
        words = passage.words[phrase.first : phrase.last]
        found.append(Relative(Span(words[0].start, words[-1].end), " ".join(word.key for word in words)))
    return found


def find_social(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """Habits, work and living situation, one mention per topic and sentence, and one of the pack-years where they are told. Linear.

    ``canonical`` is the topic ("tobacco use"); ``status`` is active, ended (former) or empty; "never" is the assertion negated. Amounts
    ("40 pack-years", "2 beers") are value and unit, the date of quitting is the slot "stop" and the mention's time.
    """
    found: list[Mention] = []
    for passage in passages(text, sections):
        seen: set[str] = set()
        for phrase in find_phrases(passage, _social_tree()):
            topic = next(iter(phrase.kinds))
            name = Span(passage.words[phrase.first].start, passage.words[phrase.last - 1].end)
            job, topic = topic == "jobs", "occupation" if topic == "jobs" else topic
            if topic in seen or name.start < passage.heading or text[passage.sentence.end - 1] == ":":
                continue
            if not (_is_the_patients_job(passage, name) if job else _is_social(passage, topic)):
                continue
            seen.add(topic)
            found.append(_social_mention(passage, topic, name))
            if topic == "tobacco use" and (told := _PACK_YEARS.search(text, passage.sentence.start, passage.sentence.end)):
                found.append(_pack_years(found[-1], told))
    return tuple(sorted(found, key=lambda mention: mention.name))


def _pack_years(habit: Mention, told: re.Match[str]) -> Mention:
    """The amount of a smoker's life, beside what is smoked in a day."""
    spans = {name: Span(*told.span(name)) for name in ("value", "unit")}
    slots = (MentionSlot("name", spans["unit"]), *(MentionSlot(name, span) for name, span in spans.items()))
    return replace(habit, name=spans["unit"], canonical="pack years", value=told["value"], unit=told["unit"], time=None, slots=slots)


def _is_the_patients_job(passage: Passage, name: Span) -> bool:
    """Whether a word for a worker says what the patient does: behind an age, "former", "retired" or "works as"."""
    if passage.section == "family_history":
        return False
    return passage.section in _SOCIAL or bool(_BEFORE_JOB.search(passage.text, max(passage.sentence.start, name.start - 60), name.start))


def _is_social(passage: Passage, topic: str) -> bool:
    if passage.section in _SOCIAL or topic in _ANYWHERE:
        return passage.section not in ("family_history", "allergies", "medications")
    if passage.section not in ("history_of_present_illness", "past_medical_history", "other"):
        return False
    return topic in ("alcohol use", "drug use", "occupation", "living situation") and not any(
        word.key in _OTHER_DRINKS for word in passage.words
    )


def _social_mention(passage: Passage, topic: str, name: Span) -> Mention:
    text, sentence = passage.text, passage.sentence
    said = passage.said_of((name,))[0]
    dating = dating_of(passage, name, (name,))
    slots = [MentionSlot("name", name)]
    status, label = "active", "present"
    value = unit = None
    if topic in _SUBSTANCES:
        status, label = _habit(passage, said.negated)
        for pattern in _amounts(topic):
            if amount := pattern.search(text, sentence.start, sentence.end):
                value, unit = amount["value"], amount["unit"]
                slots += [MentionSlot("value", Span(*amount.span("value"))), MentionSlot("unit", Span(*amount.span("unit")))]
                break
    elif said.negated:
        status, label = "", "negated"
    if said.label in ("family", "hypothetical"):
        status, label = "", said.label
    time, when = _stopped(passage, status)
    slots += [*when, *(slot for slot in dating.slots if slot.name == "duration")]
    return Mention(
        "social_history", name, sentence, topic, "", label, said.experiencer, passage.section, status, value, unit, time, tuple(slots)
    )


def _habit(passage: Passage, negated: bool) -> tuple[str, str]:
    """Status and assertion of a substance: ended where the words say former, negated where they say never."""
    low = passage.text[passage.sentence.start : passage.sentence.end].lower()
    if re.search(
        r"\b(?:never|nonsmoker|non-smoker|lifelong non|no (?:known |prior |past |previous |significant )?(?:history|hx|use))\b", low
    ):
        return "", "negated"
    if not negated and re.search(r"\b(?:currently|still|continues to) (?:smok|vap|drink|us|chew)\w*", low):
        return "active", "present"
    if re.search(
        r"\b(?:not ready to quit|wants? to quit|trying to quit|not quit|(?:willing|advised|encouraged|plans?) to quit|counsel\w+)\b",
        low,
    ):
        return "active", "present"
    if any(re.search(rf"\b{re.escape(word)}", low) for word in load_words("mention_histories")["former"]):
        return "ended", "present"
    return ("", "negated") if negated else ("active", "present")


def _stopped(passage: Passage, status: str) -> tuple[str | None, list[MentionSlot]]:
    """When a habit was given up: "quit in 2014", "quit 6 months ago"."""
    text, sentence = passage.text, passage.sentence
    quit_word = _QUIT.search(text, sentence.start, sentence.end) if status == "ended" else None
    if quit_word is None:
        return None, []
    dating = dating_of(passage, Span(*quit_word.span()), ())
    when = [replace(slot, name="stop") for slot in dating.slots if slot.name in ("date", "onset")]
    return dating.time, when


def _amounts(topic: str) -> tuple[re.Pattern[str], ...]:
    return {"tobacco use": (_PER_DAY,), "alcohol use": (_DRINKS,)}.get(topic, ())


@cache
def _died() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load_words('mention_histories')['died'])})\b", re.IGNORECASE)


@cache
def _relative_tree() -> Tree:
    return tree_of({"relative": sorted(word_set("mention_histories", "relatives"))})


@cache
def _social_tree() -> Tree:
    lists = load_words("mention_histories")
    return tree_of({topic: lists[topic] for topic in (*_TOPICS, "jobs")})
