"""Postcodes of many countries, and address lines that are no "12 Main Street": rural routes, highways, plots, flats.

Source: Universal Postal Union, addressing sheets of the countries named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[A-ZÀ-Þ][\w'’.-]*"
_NUMBER = r"\d{1,5}(?:[-/]\d{1,4})?\s?[A-Za-z]?"
_POSTCODES = re.compile(
    r"(?<![\w./-])(?:"
    r"(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y])|GIR)\s\d[ABD-HJLNP-UW-Z]{2}"  # United Kingdom
    r"|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][\s-]?\d[ABCEGHJ-NPRSTV-Z]\d"  # Canada
    r"|[AC-FHKNPRTV-Y](?:\d\d|6W)\s(?=[A-Z]{0,3}\d)[AC-FHKNPRTV-Y\d]{4}"  # Ireland
    r"|[1-9]\d{3}\s[A-Z]{2}(?=[\s,]+[A-Z][a-z])"  # the Netherlands
    r"|〒\s?\d{3}-\d{4}"  # Japan
    r"|\d{5}-\d{3}(?=\s*(?:,|-|\n|[A-Z]))"  # Brazil
    r")(?![\w-])"
)
_TOWN_CODES = re.compile(
    rf"(?<![\w./-])(?:(?:A|B|CH|D|DK|F|I|L|N|NL|PL|S|SE|FI|ES|PT)-\d{{4,5}}[ ]{_NAME}(?:[ ]{_NAME}){{0,2}}"
    rf"|(?:(?<=,\s)|(?<=·\s)|(?<=\n)|(?<![\s\S]))\d{{4,5}}[ ](?!(?:Mg|Ml|Units|Steps|Cells|Pm"
    rf"|Am)\b)[A-ZÀ-Þ][a-zà-ÿ]{{3,}}(?=\s*(?:[,.;(\n]|\Z)))"
)
_PIN_CODES = re.compile(
    r"(?<=[a-z])\s?[-–]\s?([1-9]\d{2}\s?\d{3})(?![\w-]|\.\d|\s*(?:mg|ml|cells|copies))|\bPIN(?:\s?code)?\s?[:-]?\s?([1-9]\d{2}\s?\d{3})\b"
)
_LINES = re.compile(
    rf"(?<![\w./:-])(?:"
    rf"(?:RR|RFD|R\.R\.|Rural[ ](?:Route|Rt)|HC)[ ]?\#?[ ]?\d{{1,3}},?[ ](?:B[o0]x|BOX)[ ]?\d{{1,5}}|(?:RFD|Rural[ ]Route)[ ]\d{{1,3}}"
    rf"|(?:P\.?[ ]?O\.?[ ]?B\.?|Postboks|Postfach|Apartado|Casella[ ]postale|Boîte[ ]postale|Postbus|GPO[ ]Box|Private[ ]Bag"
    rf"|Locked[ ]Bag)[ ](?=\d{{2,6}}(?![ ]?/|\d*/)\b)\d{{2,6}}"
    rf"|(?:(?:HWY|Hwy|Highway|HIGHWAY|Rt\.|Rte\.?|Route|ROUTE|Interstate|Co(?:unty)?\.?[ ](?:Rd|Road)\.?|COUNTY[ ](?:RD|ROAD)"
    rf"|State[ ](?:Rd|Road|Route))[ -]|(?:US|I|FM|SR)-|(?:FM|CR)[ ](?=\d{{3}}))\d{{1,4}}(?:[ ](?:[NSEW]|North|South|East|West))?"
    rf"(?:[ ](?:at|and|@)[ ](?:mile[ ]\d+|{_NAME}(?:[ ]{_NAME}){{0,3}}))?(?![ ]?(?:mg|ml|mcg|units|%|°|/))(?![\w/]|\.\d)"
    rf"|Exit[ ]\d{{1,3}}[A-Z]?(?!\w)"
    rf"|(?:Lot|LOT|Space|SPACE|Trailer|trailer|Plot|PLOT|Flat|FLAT|Blk|BLK|Block|Villa|Shop|Qtr|Quarter|H\.?[ ]?No|D\.?[ ]?No"
    rf"|Door[ ]No|House(?:[ ]No)?|Survey[ ]No)\.?[ ]?[:\#]?[ ]?[A-Z]?-?\d[\w/-]{{0,9}}"
    rf"(?=,)(?!,[ ][Bb]lock[ ])(?:,[ ](?:\d[\w/-]*[ ])?(?:{_NAME}[ ]){{0,3}}{_NAME})?"
    rf"|(?:Flat|Unit|Apt|Suite|suite|Lot)[ ]\w{{1,5}},[ ]\d{{1,5}}[a-z]?[ ]{_NAME}(?:[ ]{_NAME}){{1,3}}"
    rf"|(?:Am|An[ ]der|Auf[ ]der|Im|Zum|Zur|In[ ]der)[ ]{_NAME}[ ]\d{{1,3}}[ ]?[a-z]?(?=[\s,.;]|\Z)"
    rf"|\d{{1,5}}[a-z]?[ ](?:{_NAME}[ ]){{1,3}}(?:Row|Close|Brow|Parade|Terrace|Spur|Crescent|Cres|Mews|Gardens|Grove|Hill|Green|Walk"
    rf"|Rise|Yard|Wharf|Quay|Gate|Pike|Run|Trace|Bend|Crossing|Hollow|Ridge|Loop|Point|Plaza|Square|Sq|Vale|Croft|Garth|Wynd|Brae|Rd"
    rf"|ROW|CLOSE)(?!\w)(?:,?[ ](?:Flat|Apt|Fl\.?|Unit)[ ]\w{{1,4}})?"
    rf"|(?:corner|cnr)[ ]of[ ]{_NAME}(?:[ ]{_NAME}){{0,2}}[ ](?:and|&)[ ](?:\d{{1,3}}(?:st|nd|rd|th)|{_NAME})(?:[ ]{_NAME})?"
    rf"|\#\d\d-\d{{2,4}}(?!\w)"
    rf")"
)


def find_postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Codes that are none of the United States; a code alone, without its town."""
    yield from (match.span() for match in _POSTCODES.finditer(text))
    for match in _PIN_CODES.finditer(text):
        yield match.span(1 if match[1] else 2)


def find_lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines of addresses, and towns behind their code."""
    for pattern in (_LINES, _TOWN_CODES):
        yield from (match.span() for match in pattern.finditer(text))
