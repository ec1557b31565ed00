"""What a display says: the words of the thing itself, what only qualifies it, and the canonical names they are.

Knows how LOINC, SNOMED CT, RxNorm, CVX and ICD-10-CM build their displays; plain names pass as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.clinical.concepts.codes import canonical_of_code
from rag.clinical.concepts.drug_names import drug_key, is_drug_kind
from rag.clinical.concepts.grammar import modifiers
from rag.clinical.concepts.lexicon import code_title, fits, lookup
from rag.clinical.concepts.words import atoms, bag, raw_words

MAX_HEAD_WORDS = 6
MAX_NAME_WORDS = 24
_TAGS = (
    *("disorder", "finding", "situation", "procedure", "substance", "organism", "product", "physical object", "regime/therapy"),
    *("observable entity", "event", "qualifier value", "person", "record artifact", "medicinal product", "clinical drug", "specimen"),
    *("morphologic abnormality", "body structure", "environment", "social concept", "context-dependent category", "life style"),
    *("navigational concept", "occupation", "assessment scale"),
)
"""Semantic tags that end the fully specified names of SNOMED CT."""
_TAG = re.compile(rf"\s*\((?:{'|'.join(_TAGS)})\)\s*$", re.IGNORECASE)
_UNSPECIFIED = re.compile(r"^unspecified\s+|,?\s+(?:site )?(?:unspecified|not otherwise specified|not specified|nos)\s*$", re.IGNORECASE)
_BRACKET = re.compile(r"\[([^\]]*)\]|\{([^}]*)\}")
_PAREN = re.compile(r"\(([^)]*)\)")
_CUT = re.compile(
    r"\b(due to|secondary to|caused by|associated with|complicating|complicated by|resulting from|because of|with|without|in remission)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:due to|secondary to|caused by|complicating|resulting from|because of)\b", re.IGNORECASE)
_NO = re.compile(r"^\s*(?:no|not|out)\b", re.IGNORECASE)
_AFTER = re.compile(r",?\s+(?:--|by|using|per age)\s.*$|\s+--.*$|\s-\s(?:reported|interpreted)\b.*$", re.IGNORECASE)
_BLOOD = (
    r"(?:serum|plasma|blood|ser/plas|serum or plasma|venous blood|capillary blood|platelet poor plasma|arterial blood|red blood cells?|rbc)"
)
_IN_BLOOD = re.compile(rf"\s+(?:in|of|-)\s+{_BLOOD}(?:(?:\s+or\s+|,\s+|\s+and\s+|/){_BLOOD})*(?=$|[\s,])", re.IGNORECASE)
_SITES = r"(?:respiratory|nose|nasopharynx|throat|specimen|tissue|cervix|genital|swab|cerebral cortex|isolate|nasal)"
_SPECIMEN = re.compile(rf"\s+(?:in|of|from)\s+(?:\w+ ){{0,3}}?{_SITES}\b.*$", re.IGNORECASE)
_SHORT = re.compile(
    r"(?:(?<=\s)|(?<=\())(?:SerPlBld|SerPl|SerPlas|Ser|Plas|PPP|Bld[AVCPM]{0,2}|RBC|S/P(?:/Bld)?|BldA|BldCoV)(?=[-\s)]|$)(?:-\w+)?"
)
_SHORT_URINE = re.compile(r"(?<=\s)\(?(?:Ur|Urine sed|UrnS)\)?(?=[-\s]|$)(?:-\w+)?")
_SHORT_REST = re.compile(r"(?<=\s)(?:#|%|Auto|Manual|Qn|Ql|MFr|VFr|NFr|Strip(?:\.auto)?|Calc|\w?[mscanf]Cnc)(?=\s|$)")
_CHALLENGE = re.compile(
    r"--.*\bpost\b|\bpost\b.*\bchallenge\b|\b(?:1|2|3) ?(?:hour|hr|h)s? (?:post|after|p)\b|\bp \d+ ?[hg]\b", re.IGNORECASE
)
_FAMILY = r"family history of|fh:?|fhx|family hx of|maternal history of|paternal history of"
_HISTORY = r"personal history of|past medical history of|past history of|history of|h/o|hx of|hx|status post|s/p|previous|prior|old|remote"
_OTHER = (
    r"suspected|possible|probable|presumed|screening for|at risk of|at risk for|risk of|rule out|fear of|awaiting|encounter for|"
    r"no known|no history of|"
    r"exposure to|contact with|referral to|referral for|counseling for|allergy to|evaluation for|pre-?operative|education about"
)
_ASPECTS = (
    ("family", re.compile(rf"^(?:{_FAMILY})\b:?\s*", re.IGNORECASE)),
    ("history", re.compile(rf"^(?:{_HISTORY})\b:?\s*|^past\s+", re.IGNORECASE)),
    ("other", re.compile(rf"^(?:{_OTHER})\b\s*", re.IGNORECASE)),
)
_HISTORY_TAIL = re.compile(r"\s*\b(?:history|hx)\s*$", re.IGNORECASE)
_UNMARKED_KINDS = frozenset({"observation", "social_history", "allergy", "report"})
_DRUG_KINDS = frozenset({"medication", "allergy"})


@dataclass(frozen=True, slots=True)
class Analysis:
    """A name taken apart. ``exact`` is the name in plain words, ``words`` its atoms, ``optional`` atoms that only qualify it.

    ``names`` are canonical names that the whole name (or the code) is; ``heads`` maps a canonical name that stands inside it to the
    atoms left over. ``beside`` are canonical names and atoms of what it is due to or with. ``aspect`` is family, history, other or
    empty. ``drugs`` are the ingredients of a drug. ``caused``: it is named with its cause. ``reach`` is every atom, ``within`` every
    canonical name in ``heads``: for a quick no.
    """

    exact: str
    words: frozenset[str]
    optional: frozenset[str]
    names: frozenset[str]
    heads: tuple[tuple[str, frozenset[str]], ...]
    beside: tuple[frozenset[str], ...]
    aspect: str
    drugs: frozenset[str]
    caused: bool
    reach: frozenset[str]
    within: frozenset[str]


@lru_cache(maxsize=65_536)
def analyse(kind: str, code: str, display: str) -> Analysis:
    """Take a chart's display apart (some 50 µs, kept). A code without a display is named by its ICD-10-CM title, where it has one."""
    shown = display or code_title(code) or ""
    untagged = _TAG.sub("", shown)
    aspect, plain = _aspect(kind, untagged)
    if aspect == "other" and (kind == "procedure" or any(fits(name.kind, frozenset({kind})) for name in lookup(bag(untagged)))):
        aspect, plain = "", untagged  # "Screening for drug abuse", "Fear of becoming fat": a thing of its own
    plain = _UNSPECIFIED.sub("", plain) or plain
    plain, optional = _observation(plain) if kind in ("observation", "report") else _qualified(plain)
    main, *others = _parts(plain)
    caused = bool(others) and bool(_CAUSE.search(plain))
    order = atoms(main)[:MAX_NAME_WORDS]
    words = frozenset(order)
    coded = canonical_of_code(code)
    among = frozenset({kind})
    names = {
        name.canonical
        for key in ((bag(plain), bag(untagged)) if caused else (words, bag(plain), bag(untagged)))
        for name in lookup(key)
        if fits(name.kind, among)
    } | ({coded} if coded else set())
    drugs = drug_key(shown) if is_drug_kind(kind) else frozenset()
    inside = _all_heads(order, kind)
    beside = tuple(bag(other) for other in others if not _NO.match(other))
    return Analysis(
        exact=" ".join(raw_words(shown)),
        words=words,
        optional=optional | frozenset(word for other in others for word in atoms(other)),
        names=frozenset(names),
        heads=inside,
        beside=beside,
        aspect=aspect,
        drugs=drugs,
        caused=caused,
        reach=words.union(*beside),
        within=frozenset(name for name, _ in inside),
    )


def heads(order: tuple[str, ...], kinds: frozenset[str] = frozenset()) -> tuple[tuple[str, frozenset[str]], ...]:
    """Canonical names that runs of the words are, with the words left over: longest run first. ``kinds`` narrows the names."""
    found: dict[tuple[str, frozenset[str]], None] = {}
    for size in range(min(MAX_HEAD_WORDS, len(order)), 0, -1):
        for start in range(len(order) - size + 1):
            for name in lookup(frozenset(order[start : start + size])):
                if fits(name.kind, kinds):
                    found[name.canonical, frozenset((*order[:start], *order[start + size :]))] = None
    return tuple(found)


def _all_heads(order: tuple[str, ...], kind: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Also those that show once words that only narrow are taken out from between ("fracture of part of neck of right femur")."""
    kinds = frozenset({kind})
    core = tuple(word for word in order if word not in modifiers(kind))
    between = frozenset(order) - frozenset(core)
    more = heads(core, kinds) if 1 < len(core) < len(order) else ()
    return (*heads(order, kinds), *((name, rest | between) for name, rest in more))


def aspect_of(text: str) -> tuple[str, str]:
    """The aspect that words put on a thing ("history of", "family history of", "suspected") and the words without it."""
    for aspect, pattern in _ASPECTS:
        if match := pattern.match(text):
            return aspect, text[match.end() :]
    if match := _HISTORY_TAIL.search(text):
        return "history", text[: match.start()]
    return "", text


def _aspect(kind: str, text: str) -> tuple[str, str]:
    aspect, rest = aspect_of(text)
    if not rest:
        return "", text
    unmarked = kind == "family_history" or (kind in _UNMARKED_KINDS and aspect != "family")
    return ("" if unmarked else aspect), rest


def _parts(plain: str) -> list[str]:
    """The thing itself, then what it is due to, with or without (each beginning as it stands after the joining words)."""
    pieces = _CUT.split(plain)
    out = [pieces[0]]
    for joint, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        out.append(("no " if joint.lower() in ("without", "in remission") else "") + rest)
    return out if out[0].strip() else [plain]


def _qualified(text: str) -> tuple[str, frozenset[str]]:
    """Without brackets: what stands in them only qualifies."""
    inside = [match[1] or match[2] or "" for match in _BRACKET.finditer(text)] + _PAREN.findall(text)
    outside = _PAREN.sub(" ", _BRACKET.sub(" ", text))
    return (outside if outside.strip() else text), frozenset(word for part in inside for word in atoms(part))


def _observation(text: str) -> tuple[str, frozenset[str]]:
    """A LOINC name (long, short or display) without property, blood specimen and method; other specimens stay words of the name."""
    text = text.replace("\u200b", "")
    added = " challenge" if _CHALLENGE.search(text) else ""
    added += " percentile" if re.search(r"percentile", text, re.IGNORECASE) else ""
    added += " partial pressure" if "[Partial pressure]" in text else ""
    if "/" in text and re.search(r"\bratio\b", text, re.IGNORECASE):
        added += " ratio"
    name = _SHORT_URINE.sub(" urine", text)
    name = _SHORT_REST.sub(" ", _SHORT.sub(" ", name)) if name != text or _SHORT.search(text) else text
    optional: set[str] = set()
    for pattern in (_BRACKET, _PAREN):
        optional.update(word for match in pattern.finditer(name) for part in match.groups() if part for word in atoms(part))
        name = pattern.sub(" ", name)
    for pattern in (_AFTER, _IN_BLOOD, _SPECIMEN):
        if match := pattern.search(name):
            optional.update(atoms(match[0]))
            name = name[: match.start()] + (name[match.end() :] if pattern is _IN_BLOOD else "")
    name = name.replace("/100 ", " percentage ").strip(" ,-") or text
    return name + added, frozenset(optional)
