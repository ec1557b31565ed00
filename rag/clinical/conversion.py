"""Values from one unit to another, exactly, in UCUM and in written forms; never a guess.

A unit is read as a product of powers of known units. Mass and amount of substance meet only where the analyte's molar mass is known
(``words/conversion_molar_masses.yaml``), equivalents and moles only where its charge is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache, lru_cache

from rag.clinical.concepts.displays import analyse
from rag.clinical.lexicon import load_words

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER_OF_TEN = re.compile(r"^(?:x|×|\*)?\s*10\s?(?:\^|\*\*|\*|e|\()?\s?(-?\d{1,2})\)?\s?(?=[/*.a-z]|$)")
_ANNOTATION = re.compile(r"\{[^}]*\}")
_FACTOR = re.compile(r"^(.*?[^\d-])(-?\d)$")
_COUNTS = {
    **dict.fromkeys(("k", "thou", "thousand", "th"), Decimal(1000)),
    **dict.fromkeys(("m", "mil", "mill", "million"), Decimal(10) ** 6),
}
_COUNT_PER = frozenset({"ul", "mm3", "l", "ml"})
_A1C = "hemoglobin a1c"
_A1C_SLOPE, _A1C_INTERCEPT = Decimal("0.09148"), Decimal("2.152")
"""NGSP % = 0.09148 × IFCC mmol/mol + 2.152. Source: IFCC-NGSP master equation (Geistanger and colleagues, Clinical Chemistry 2008)."""
_CREATININE_RATIOS = frozenset({"urine albumin/creatinine ratio", "urine protein/creatinine ratio"})
_TEMPERATURES = frozenset({"degc", "degf", "k"})
MAX_UNIT_CHARS = 60
DIGITS = 28


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit read: its size in base units and the power of every dimension (those of power zero left out)."""

    size: Decimal
    powers: tuple[tuple[str, int], ...]


def convert(value: Decimal, unit: str, to: str, analyte: str | None = None) -> Decimal | None:
    """``value`` in ``to`` instead of ``unit``, unrounded; None where that is not known to be possible.

    ``analyte`` is a canonical name or a display ("glucose", "Glucose [Mass/volume] in Serum or Plasma"). A few µs.
    """
    with localcontext() as context:
        context.prec = DIGITS
        if (degrees := _temperature(value, _written(unit), _written(to))) is not None:
            return degrees
        have, want = read_unit(unit), read_unit(to)
        if have is None or want is None:
            return None
        name = _analyte(analyte) if analyte else ""
        if name == _A1C and (glycated := _a1c(value, have, want)) is not None:
            return glycated
        if have.powers == want.powers:
            return value * have.size / want.size
        factor = _by_analyte(dict(have.powers), dict(want.powers), name)
        return None if factor is None else value * have.size * factor / want.size


def same_unit(one: str, other: str) -> bool:
    """Whether two written units are the same size of the same thing ("K/uL" and "10*9/L"); an unknown unit is only like itself."""
    left, right = _written(one), _written(other)
    if left == right:
        return True
    if left in _TEMPERATURES or right in _TEMPERATURES:
        return False
    have, want = read_unit(one), read_unit(other)
    return have is not None and want is not None and have == want


@lru_cache(maxsize=4096)
def read_unit(unit: str) -> Measure | None:
    """The size and dimensions of a unit; None where a part of it is not known."""
    text = _written(unit)
    size, powers = Decimal(1), dict[str, int]()
    if ten := _POWER_OF_TEN.match(text):
        size, text = Decimal(10) ** int(ten[1]), text[ten.end() :].lstrip("*.")
    elif (count := text.partition("/"))[0] in _COUNTS and count[2] in _COUNT_PER:
        size, text = _COUNTS[count[0]], "/" + count[2]
    for index, part in enumerate(text.split("/")):
        for factor in re.split(r"[.*](?!\d)", part):
            if not factor:
                continue
            found = _factor(factor)
            if found is None:
                return None
            sign = -1 if index else 1
            size *= found.size if index == 0 else 1 / found.size
            for dimension, power in found.powers:
                powers[dimension] = powers.get(dimension, 0) + sign * power
    if not unit.strip():
        return None
    return Measure(size.normalize(), tuple(sorted((name, power) for name, power in powers.items() if power)))


def _factor(text: str) -> Measure | None:
    """One unit, perhaps with an exponent ("m2") or a number before it ("1.73m2")."""
    number = Decimal(1)
    if (digits := re.match(r"^(\d+(?:\.\d+)?)(?=[a-z%])", text)) and text not in _forms():
        number, text = Decimal(digits[1]), text[digits.end() :]
    text = _forms().get(text, text)
    if text in _units():
        size, dimension = _units()[text]
        return Measure(number * size, ((dimension, 1),) if dimension != "one" else ())
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Measure(number * Decimal(text), ())
    power = _FACTOR.match(text)
    if power and power[1].rstrip("^*") in _units():
        size, dimension = _units()[power[1].rstrip("^*")]
        return Measure(number * size ** int(power[2]), ((dimension, int(power[2])),))
    return None


@lru_cache(maxsize=4096)
def _written(unit: str) -> str:
    """The unit in lower case, annotations, spaces and superscripts gone, written forms replaced."""
    text = unit[:MAX_UNIT_CHARS].strip().translate(_SUPERSCRIPTS).casefold()
    text = re.sub(r"/\s*\{?1\.73[ _]?(?:m2|m\^2|sq\.? ?m|m\*2)\}?", "/1.73m2", text)
    text = re.sub(r"\s+per\s+", "/", _ANNOTATION.sub("", text)).replace("µ", "u").replace("μ", "u")
    whole = _forms().get(text)
    if whole is not None:
        return whole
    return "/".join(_forms().get(part.strip(), part.strip().replace(" ", "")) for part in text.split("/"))


@cache
def _forms() -> dict[str, str]:
    return {form: unit for unit, forms in load_words("conversion_written").items() for form in (*forms, unit)}


@cache
def _units() -> dict[str, tuple[Decimal, str]]:
    found = {}
    for dimension, listed in load_words("conversion_units").items():
        for entry in listed:
            name, _, size = entry.partition(" ")
            found[name] = (Decimal(size), dimension)
    return found


def _by_analyte(have: dict[str, int], want: dict[str, int], name: str) -> Decimal | None:
    """What the sizes are multiplied with to go between mass, moles and equivalents of the analyte; None where that does not do it."""
    molar = load_words("conversion_molar_masses").get(name)
    valence = load_words("conversion_valences").get(name)
    factor = Decimal(1)
    if name in _CREATININE_RATIOS:
        molar, valence = load_words("conversion_molar_masses")["creatinine"], None
        if have.get("amount", 0) > 0 or want.get("amount", 0) > 0:
            return None
    for powers, sign in ((have, 1), (want, -1)):
        for dimension, per in (
            ("amount", molar and Decimal(molar[0])),
            ("equivalent", molar and valence and Decimal(molar[0]) / Decimal(valence[0])),
        ):
            power = powers.pop(dimension, 0)
            if power and not per:
                return _equivalents(
                    have | ({dimension: power} if sign == 1 else {}), want | ({dimension: power} if sign == -1 else {}), valence
                )
            if power and per:
                powers["mass"] = powers.get("mass", 0) + power
                factor *= per ** (power * sign)
    return factor if _nonzero(have) == _nonzero(want) else None


def _equivalents(have: dict[str, int], want: dict[str, int], valence: tuple[str, ...] | None) -> Decimal | None:
    """Between equivalents and moles, where only the charge is known."""
    if not valence:
        return None
    factor = Decimal(1)
    for powers, sign in ((have, 1), (want, -1)):
        if power := powers.pop("equivalent", 0):
            powers["amount"] = powers.get("amount", 0) + power
            factor *= Decimal(valence[0]) ** (-power * sign)
    return factor if _nonzero(have) == _nonzero(want) else None


def _nonzero(powers: dict[str, int]) -> dict[str, int]:
    return {name: power for name, power in powers.items() if power}


def _temperature(value: Decimal, unit: str, to: str) -> Decimal | None:
    if unit not in _TEMPERATURES or to not in _TEMPERATURES:
        return None
    celsius = {"degc": value, "degf": (value - 32) * 5 / 9, "k": value - Decimal("273.15")}[unit]
    return {"degc": celsius, "degf": celsius * 9 / 5 + 32, "k": celsius + Decimal("273.15")}[to]


def _a1c(value: Decimal, have: Measure, want: Measure) -> Decimal | None:
    """Between NGSP (%) and IFCC (mmol/mol)."""
    percent, permille = Measure(Decimal("0.01"), ()), Measure(Decimal("0.001"), ())
    if (have, want) == (percent, permille):
        return (value - _A1C_INTERCEPT) / _A1C_SLOPE
    if (have, want) == (permille, percent):
        return value * _A1C_SLOPE + _A1C_INTERCEPT
    return None


@lru_cache(maxsize=4096)
def _analyte(analyte: str) -> str:
    """The canonical name of the analyte that a table has."""
    listed = load_words("conversion_molar_masses").keys() | load_words("conversion_valences").keys() | {_A1C} | _CREATININE_RATIOS
    plain = analyte.strip().casefold()
    if plain in listed:
        return plain
    return next((name for name in sorted(analyse("observation", "", analyte).names) if name in listed), "")
