"""Streets as other countries write them, and other lines of addresses that a word gives away ("Lipowa 7/12" behind "ul", "Brgy Luna").

Each word of the text is looked up once; only where one is a word of streets are the patterns around it tried, over at most
``BEFORE_CHARS`` before it and a bounded stretch after it, so the whole is linear.
Source: Universal Postal Union, addressing sheets of the countries named in :mod:`rag.deidentification.postal`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from rag.deidentification.words import facts_of

STREETS_PATH = Path(__file__).with_name("data") / "streets.yaml"
BEFORE_CHARS = 70
MIN_JOINED_CHARS = 3
"""Letters before the ending of a joined word: "Elmweg", not "Weg"."""
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĄĆČĎĐĘĚĞĪĹĽŁŃŇŐŌŘŚŞŠȘŤȚŮŰŪŹŻŽİΑ-Ω]"
# Only a short word may be an abbreviation.
_NAME = rf"(?:(?:Gral|Prof|Cnel|Pres|Pdte|Sgto|Mons)\.|{_CAPITAL}[\w'’-]{{3,24}}|{_CAPITAL}[\w'’-]{{0,2}}\.?)"
_PARTICLE = (
    r"(?:(?:de|del|dei|della|delle|dello|degli|di|da|das|do|dos|du|des|la|las|los|le|les|el|al|y|e|et|na|van|von|der|den|dem|ten|ter|sur)"
    r"[ ]"
    r"|[dlDL]['’]|dell['’])"
)
_NAMES = rf"{_PARTICLE}{{0,3}}{_NAME}(?:[ ]{_PARTICLE}{{0,3}}{_NAME}){{0,3}}"
_NUMBER_SIGN = (
    r"(?:(?:n[º°]|n\.[º°o]?|nr\.?|no[.:]?|No[.:]?|NO[.:]?|Nr\.?|NR\.?|N[º°]|Nº|Núm\.|Num\.|\#|d\.|dom|bud\.|č\.p\.|lote|km)[ ]?)?"
)
_NO_MEASURE = (
    r"(?![\w%/]|[.,]\d|[ ]?(?:mg|ml|mcg|kg|g|l|units?|iu|cc|mmol|meq|cm|mm|hours?|hrs?|h|days?|weeks?|wks?|months?|years?|yrs?|min|times|x"
    r"|tabs?|tablets?|caps?|puffs?|drops?|doses?|degrees|percent)(?!\w))"
)
_NUMBER = rf"\d{{1,5}}(?:[ ][A-Z][ ]\d{{1,3}}(?!\w)|[ ]?[a-zA-Z](?!\w))?(?:[/-]\d{{1,4}}[a-zA-Z]?){{0,2}}\.?{_NO_MEASURE}"
_UNIT = (
    r"(?:,?[ ](?:(?:kv|m|lok|ap|apto|apt|app|bl|sc|int|pta|depto|dpto|korp|lgh|íb|as|Kat|Daire|D|bus|bte|boîte|Top|Stiege"
    r"|Tür|Bloco|bloco|casa|[Pp]iso|scala|Apto|Ap|Apt|et|em|fszt|Unit|Suite|esc|Esc|Torre)[.:]?[ ]?[\w/-]{1,5}"
    r"|\d{1,2}\.?[ ]?(?:st|th|tv|mf|sal|OG|tr|Stock|em)\b\.?"
    r"|bis|ter"
    r"|\d{1,2}\.?[ºo°ª][ ](?:[A-Z]|izq|dcha|Dto|Esq|Frente)\b\.?)){0,3}"
)
_CODE = r"(?:[A-Z]{1,2}-)?(?:\d{4}-\d{3}|\d{5}-\d{3}|\d{2}-\d{3}|\d{3}[ ]\d{2}|\d{4}[ ]?[A-Z]{2}|\d{4,6})"
_TOWN = (
    rf"{_CAPITAL}[\w'’-]{{2,24}}"
    rf"(?:[ -](?:(?:am|an|der|im|sur|de|del|di|do|la|les|en|nad|pod|aan|in|i|pri)[ -])?{_CAPITAL}[\w'’-]{{1,24}}){{0,3}}"
)
_AFTER = re.compile(rf"(?:,?\s{{1,2}}|,?[ ]-[ ]){_CODE}[ ]{{1,2}}{_TOWN}(?![ ]?\d)")
_CODE_TOWN = re.compile(
    rf",\s(?:[A-Z]{{1,2}}-)?(?:(\d{{3}}[ ]\d{{2}})|\d{{2}}-\d{{3}}|\d{{5}})[ ]{{1,2}}"
    rf"(?!Units?|Tab|Cap|Bolus|Count|Cells|Steps)(?={_CAPITAL}[^\W\d_A-Z]{{2}}){_TOWN}"
    r"(?=\s*(?:[,.;(\n]|\Z))"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ANY_STREET = re.compile(rf"(?<![\w-])(?:{_NAME}[ ]){{1,3}}\d{{1,4}}[a-zA-Z]?(?:/\d{{1,3}})?\Z")
_FRENCH_NUMBER = re.compile(r"(?<![\w.,/$:-])\d{1,4}[a-zA-Z]?(?:[ ]?(?:bis|ter|quater))?,?[ ]\Z")
_NAMES_BEFORE = re.compile(rf"(?<![\w-])(?:{_NAME}[ ]){{1,3}}\Z")
_DIRECTED = re.compile(
    r"(?<![\w-])(?:Norra|Södra|Östra|Västra|Lilla|Stora|Gamla|Övre|Nedre|Alte|Alter|Große|Grosse|Neue"
    r"|Oude|Lange|Korte|Øvre|Nørre|Gammel|Vanha|Iso)[ ]\Z"
)
_ENGLISH_BEFORE = re.compile(
    rf"(?<![\w.,/$:-])(?:(?i:no|nr|flat|unit|house|plot)\.?[ ]?\d{{1,4}}|\d{{2,5}}"
    rf"|\d{{1,4}}(?:[/-]\d{{1,4}}[A-Za-z]?|[A-Za-z])),?[ ](?:{_NAME}[ ]){{1,3}}\Z"
)
_SLASHED_BEFORE = re.compile(
    rf"(?<![\w.,/$:-])(?:\d{{1,4}}/\d{{1,4}}[A-Za-z]?,?|(?:No|NO)\.?[ ]?\d{{1,4}}(?:/\w{{1,4}})?,"
    rf"|\d{{1,4}}-\d{{1,5}}),?[ ](?:{_NAME}[ ]){{1,3}}\Z"
)
_HOUSE = re.compile(r"(?<![\w.,/$:-])\d{2,5}[A-Z]?[ ]\Z")
_LONG_HOUSE = re.compile(r"(?<![\w.,/$:-])\d{3,5}[A-Z]?[ ]\Z")
_ORDINAL = re.compile(r"\w+\.?[ ]\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)(?!\w)")
_COUNTY = re.compile(r"(?:Co\.?|CO\.|County|COUNTY)[ ]([A-Za-z]{4,11})(?!\w)")
_VERBAL = re.compile("[aeiou]ring$")  # "Monitoring 24 h"
_ENGLISH_AFTER = re.compile(r"\w+(?!\w)")
_FIRST = re.compile(rf"[\w.-]+?\.?[ ]?(?<=[. ]){_NAMES}(?:,[ ]|[ ]){_NUMBER_SIGN}{_NUMBER}{_UNIT}")
_SIGNED = re.compile(rf"\w+\.?[ ]{_NAMES},?[ ](?:nr|NR|Nr)\.?[ ]?{_NUMBER}{_UNIT}")
_SHORT_CALLE = re.compile(rf"C/[ ]?{_PARTICLE}{{0,3}}(?={_CAPITAL}[^\W\d_A-Z]{{2}}){_NAMES}(?:,[ ]|[ ]){_NUMBER_SIGN}{_NUMBER}{_UNIT}")
_STATE_CODE = re.compile(r"\w+[ ]{1,2}\d{4}(?![\w/]|\.\d)")
_UNNUMBERED = re.compile(rf"\w+\.?[ ](?:{_NAMES})(?!\w)")
_LINKED = re.compile(rf"\w+\.?[ ](?={_PARTICLE}){_NAMES}(?!\w)")
_LAST = re.compile(rf"\w+\.?,?[ ](?:(?i:no|nr)[.:]{{0,2}}[ ]?)?{_NUMBER}{_UNIT}")
_ASIAN_BEFORE = re.compile(rf"(?:(?<![\w.,/$:-])\d{{1,4}}(?:-\d{{1,4}}){{0,2}},?[ ](?:{_NAME}[ ])?)?{_CAPITAL}\w{{1,20}}-\Z")
_ASIAN_AFTER = re.compile(r"\w+(?:-\w{1,4})?(?![\w-])(?:[ ]\d{1,4}(?:-\d{1,4}){0,2}(?![\w%]|\.\d))?")
_GRID = re.compile(
    r"\w+\.?[ ]\d{1,3}[ ]?[A-Z]?(?:[ ](?:Sur|Bis|Norte|Este|SUR|BIS))?[ ]?(?:\#|[Nn]o\.?|NO\.?|N[º°])"
    r"[ ]?\d{1,3}[ ]?[A-Z]?(?:[ ](?:Sur|SUR))?[ ]?-[ ]?\d{1,3}(?!\w)"
)
_MILITARY = re.compile(r"\w+,?[ ](?:AE|AP|AA)[ ]\d{5}(?:-\d{4})?(?!\w)|(?:PSC|CMR)[ ]\d{1,4},?[ ]Box[ ]\d{1,5}(?!\w)", re.IGNORECASE)
_KILOMETRE = re.compile(
    rf"\w+\.?[ ](?:(?:de[ ])?{_NAMES}(?:-{_NAMES})?|[A-Z]{{1,3}}-?\d{{1,4}}|\d{{1,4}}"
    rf"|Nacional[ ]\d{{1,3}}),?[ ](?:[Kk]m|KM)\.?[ ]?\d{{1,4}}(?!\w)"
)
_ROAD_KILOMETRE = re.compile(r"\w+[ ]\d{1,4},?[ ](?:[Kk]m|KM)\.?[ ]?\d{1,4}(?!\w)")
_BARRIO = re.compile(rf"\w+\.?[ ]{_PARTICLE}{{0,2}}(?:{_NAME}|\d{{1,3}}(?!\w))(?:[ ]{_NAME})?")
_HOUSE_NUMBER = re.compile(
    r"(?:(?:H\.|D\.)[ ]?No\.?|[HD][ ]?No[.:]|(?:House|Door|Flat|Qtr|Shop|Plot)\.?[ ][Nn]o\.?)[ ]?[:\#]?[ ]?[A-Z]?-?\d[\w/-]{0,9}"
    r"(?:,[ ](?:[Bb]lock|[Ss]ector|[Pp]hase|[Ww]ing|[Tt]ower|[Ss]treet|[Ll]ane)[ ][\w-]{1,5})*"
)
_PLOT = re.compile(
    r"(?:(?:Plot|Sector|House|Flat)[ ][A-Z]?-?\d{1,4}[A-Z]?(?:/\d{1,4})?"
    r"(?:,?[ ](?:(?:Block|Blk|Phase|Sector|Street|Zone|Extension|Tower|Wing)\.?[ ][A-Z]?-?\d{0,3}[A-Z]?(?!\w))){1,3}"
    r"|(?:Blk|Block)\.?[ ]\d{1,3},?[ ]Lot[ ]\d{1,3}|Lot[ ]\d{1,3},?[ ]Bl(?:oc)?k\.?[ ]\d{1,3})(?!\w)"
)
_DUBLIN = re.compile(r"\w+[ ]\d{1,2}[Ww]?(?![\w/%-]|\.\d|[ ]\d)" + _NO_MEASURE)
_POST_BOX = re.compile(
    r"(?:Apdo\.?|Apartado(?:[ ]de[ ]Correos|[ ]Postal)?|Post[ ]Office[ ]Box|POB(?=[ ]\d{3})|PMB(?=[ ]\d{3})|P\.M\.B\.|skr\.[ ]poczt\."
    r"|Postfach|Postbus|Postboks|HCR[ ]\d{1,3},?[ ]Box"
    r"|Star[ ]Route,?[ ]Box)[ ]?:?\#?[ ]?\d{2,6}(?:[ ]\d{2}(?!\d)){0,3}(?![\w/]|\.\d)|CEP:?[ ]?\d{5}-?\d{3}(?!\w)",
    re.IGNORECASE,
)
_SINGAPORE = re.compile(r"\w+[ ]\d{6}(?!\w)")
_BLOCK = re.compile(rf"\w+\.?[ ]\d{{1,4}}[A-Z]?,?[ ]{_NAMES}(?:[ ]\d{{1,2}}(?!\w))?(?:,?[ ]\#\d{{1,2}}-\d{{2,4}})?")
_WORD = re.compile(r"[^\W\d_]+(?:\.(?=[a-zA-Z])[^\W\d_]+)?")
_Found = tuple[int, int] | None


def find_streets(text: str) -> Iterator[tuple[int, int]]:
    """Streets with their numbers, and behind them the post code and town where both follow."""
    kinds, endings = _kinds(), _endings()
    for word in _WORD.finditer(text):
        written = word[0]
        lower = written.lower()
        tried = kinds.get(lower)
        if tried is not None:
            found = next((span for try_ in tried if (span := try_(text, word.start(), written))), None)
        elif len(lower) > MIN_JOINED_CHARS + 2 and lower.endswith(endings) and not written[0].islower():
            found = _joined(text, word.start(), lower)
        else:
            continue
        if found:
            after = _AFTER.match(text, found[1])
            yield found[0], after.end() if after else found[1] - (text[found[1] - 1] == ".")
    for match in _CODE_TOWN.finditer(text):
        begin = _before(_ANY_STREET, text, match.start())
        if begin is not None and (match[1] or not any(facts_of(name[0]).plain for name in _LETTERS.finditer(text, begin, match.end()))):
            yield begin, match.end()


def _before(pattern: re.Pattern[str], text: str, start: int) -> int | None:
    """Where what stands right before ``start`` begins."""
    first = max(0, start - BEFORE_CHARS)
    match = pattern.search(text[first:start])
    return first + match.start() if match else None


def _first(text: str, start: int, written: str) -> _Found:
    shouted = written.isupper() and len(written) > 2  # "VIA UNIT 4": in capitals a name is no name
    match = _FIRST.match(text, start) if (written[0].isupper() and not shouted) or written in _lists()["first_small"] else None
    return match.span() if match else None


def _first_stopped(text: str, start: int, written: str) -> _Found:
    """Not "20 ul. Lidocaine 1"."""
    measured = text[max(0, start - 2) : start].strip()[-1:].isdigit()
    match = None if measured or text[start + len(written) : start + len(written) + 1] != "." else _FIRST.match(text, start)
    return match.span() if match else None


def _first_signed(text: str, start: int, written: str) -> _Found:
    match = _SIGNED.match(text, start)
    return match.span() if match else None


def _numbered(text: str, start: int, written: str) -> _Found:
    begin = _before(_FRENCH_NUMBER, text, start)
    match = _UNNUMBERED.match(text, start) if begin is not None else None
    return (begin, match.end()) if match and begin is not None else None


def _linked(text: str, start: int, written: str) -> _Found:
    begin = _before(_FRENCH_NUMBER, text, start)
    match = _LINKED.match(text, start)
    numbered = _FIRST.match(text, start) if match and begin is None else None
    return (start, numbered.end()) if numbered else (begin, match.end()) if match and begin is not None else None


def _last(text: str, start: int, written: str) -> _Found:
    match = _LAST.match(text, start)
    begin = _before(_NAMES_BEFORE, text, start) if match else None
    return (begin, match.end()) if match and begin is not None else None


def _state(text: str, start: int, written: str) -> _Found:
    """ "Wirrabilla QLD 4999"."""
    match = _STATE_CODE.match(text, start)
    begin = _before(_NAMES_BEFORE, text, start) if match else None
    return (begin, match.end()) if match and begin is not None else None


def _last_small(text: str, start: int, written: str) -> _Found:
    return _last(text, start, written) if written.islower() else None


def _last_stopped(text: str, start: int, written: str) -> _Found:
    """Not "known CAD. 3 stents"."""
    return None if written.isupper() or text[start + len(written) : start + len(written) + 1] != "." else _last(text, start, written)


def _slashed(text: str, start: int, written: str) -> _Found:
    begin = _before(_SLASHED_BEFORE, text, start) if written[0].isupper() else None
    return None if begin is None else (begin, start + len(written))


def _ordinal(text: str, start: int, written: str) -> _Found:
    """ "69 North 3rd"."""
    match = _ORDINAL.match(text, start)
    begin = _before(_HOUSE if len(written) > 2 else _LONG_HOUSE, text, start) if match else None
    return (begin, match.end()) if match and begin is not None else None


def _county(text: str, start: int, written: str) -> _Found:
    match = _COUNTY.match(text, start)
    return match.span() if match and match[1].lower() in _lists()["irish_counties"] else None


def _joined(text: str, start: int, lower: str) -> _Found:
    match = _LAST.match(text, start) if lower not in _lists()["never_joined"] and not _VERBAL.search(lower) else None
    if match is None:
        return None
    begin = _before(_DIRECTED, text, start)
    return (start if begin is None else begin, match.end())


def _english(text: str, start: int, written: str) -> _Found:
    begin = _before(_ENGLISH_BEFORE, text, start) if written[0].isupper() else None
    match = _ENGLISH_AFTER.match(text, start)
    return (begin, match.end()) if match and begin is not None else None


def _asian(text: str, start: int, written: str) -> _Found:
    if text[start - 1 : start] != "-":
        return None
    begin, match = _before(_ASIAN_BEFORE, text, start), _ASIAN_AFTER.match(text, start)
    if begin is None or match is None or not (text[begin].isdigit() or match[0][-1].isdigit()):
        return None
    return begin, match.end()


def _plain(pattern: re.Pattern[str]) -> Callable[[str, int, str], _Found]:
    """What begins with a capitalised word."""

    def of(text: str, start: int, written: str) -> _Found:
        match = pattern.match(text, start) if written[0].isupper() or written == "skr" else None
        return match.span() if match else None

    return of


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    import yaml

    return {name: frozenset(words.split()) for name, words in yaml.safe_load(STREETS_PATH.read_text(encoding="utf-8")).items()}


@cache
def _endings() -> tuple[str, ...]:
    return tuple(sorted(_lists()["joined"]))


@cache
def _kinds() -> Mapping[str, tuple[Callable[[str, int, str], _Found], ...]]:
    """What is tried where each word stands, in order."""
    lists = _lists()
    tried: dict[str, list[Callable[[str, int, str], _Found]]] = {}
    for words, try_ in (
        (lists["grid"], _plain(_GRID)),
        (lists["kilometre"], _plain(_KILOMETRE)),
        (("highway", "hwy"), _plain(_ROAD_KILOMETRE)),
        (lists["numbered"], _numbered),
        (lists["linked"], _linked),
        (lists["first"] | lists["first_small"], _first),
        (lists["first_stopped"], _first_stopped),
        (lists["first_signed"], _first_signed),
        (lists["last"], _last),
        (lists["last_small"], _last_small),
        (lists["last_stopped"], _last_stopped),
        (lists["english"], _english),
        (lists["slashed"], _slashed),
        (lists["directions"], _ordinal),
        (("co", "county"), _county),
        (lists["hyphened"], _asian),
        (lists["military"], _plain(_MILITARY)),
        (lists["barrio"], _plain(_BARRIO)),
        (("c",), _plain(_SHORT_CALLE)),
        (lists["states"], _state),
        (lists["house_number"], _plain(_HOUSE_NUMBER)),
        (lists["plot"], _plain(_PLOT)),
        (("blk",), _plain(_BLOCK)),
        (lists["post_box"], _plain(_POST_BOX)),
        (("dublin",), _plain(_DUBLIN)),
        (("singapore",), _plain(_SINGAPORE)),
    ):
        for word in words:
            tried.setdefault(word, []).append(try_)
    return {word: tuple(tries) for word, tries in tried.items()}
