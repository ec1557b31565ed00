"""Stand-ins that read like what they replace and are the same wherever it stands.

A surrogate is a pure function of (workspace key, patient pseudonym, value): name by name, so that "John Smith" and
"Mr. Smith" share a surname; type, gender and layout are kept; none equals an identifier known of the patient.
Numbers come from ranges that nobody holds. Source: NANP 555-01XX; RFC 2606, 5737, 3849; SSA (no area number 9XX).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.deidentification.findings import EntityType
from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.regions import region_start
from rag.deidentification.terms import load_terms
from rag.keys import Keys

MIN_FIRST_NAME_LOG2 = 4  # pools hold names that many bear: a surrogate then points at nobody
MIN_SURNAME_LOG2 = 12
MIN_PLACE_LOG2 = 14
SURNAMES_PER_FIRST_NAME_LOG2 = 11.5  # log2 of (295 million people / 100,000): brings both tables to one scale
MAX_REDRAWS = 64
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")


class Surrogates:
    """The surrogates of one patient. Cheap to make; make one per document."""

    def __init__(self, keys: Keys, identity: PatientIdentity | None) -> None:
        self._keys = keys
        self._pseudonym = identity.pseudonym if identity else ""
        known = identity.known if identity else ()
        self._own = {fold(word) for k in known if k.entity_type == EntityType.PERSON for word in _WORD.findall(k.value)}
        terms = load_terms()
        kept = terms.name_particles | terms.name_suffixes | terms.titles | terms.credentials  # words that no surrogate replaces
        self._given = {
            word[0]: word
            for k in known
            if k.entity_type == EntityType.PERSON
            for word in map(fold, _WORD.findall(k.value))
            if len(word) > 1 and word not in kept
        }
        self._values = {_plain(k.value) for k in known}

    def of(self, entity_type: EntityType, value: str) -> str:
        """The surrogate of ``value``. For ``DATE``, ``AGE`` and ``ZIP`` the policy decides instead of this."""
        for salt in range(MAX_REDRAWS):
            made = self._make(entity_type, value, salt)
            if _plain(made) != _plain(value) and _plain(made) not in self._values:
                return made
        return "[" + entity_type.lower() + "]"

    def _make(self, entity_type: EntityType, value: str, salt: int) -> str:
        match entity_type:
            case EntityType.PERSON:
                return _WORD.sub(lambda m: self._name_word(m[0], salt), value)
            case EntityType.ORGANIZATION:
                return _WORD.sub(lambda m: self._kept_or(m[0], entity_type, salt), value)
            case EntityType.ADDRESS:
                at = region_start(value)
                made = _WORD.sub(lambda m: self._kept_or(m[0], entity_type, salt), value[:at])
                return made + _DIGITS.sub(lambda m: self._kept_or(m[0], entity_type, salt), value[at:])
            case EntityType.LOCATION:
                return _styled(value, _pick(_places(), self._index("LOCATION", fold(value), salt)).title())
            case EntityType.PHONE | EntityType.FAX:
                return self._phone(value, salt)
            case EntityType.EMAIL:
                return self._letters("EMAIL", value, 8, salt) + "@example.org"
            case EntityType.URL:
                made = self._letters("URL", value, 8, salt)
                return "@" + made if value.startswith("@") else ("https://" if "://" in value else "") + "example.org/" + made
            case EntityType.IP:
                return self._address_of_machine(value, salt)
            case EntityType.SSN:
                return self._characters(entity_type, value, salt, first="9" if len(_DIGIT.findall(value)) == 9 else None)
        return self._characters(entity_type, value, salt)

    def _index(self, kind: str, value: str, salt: int) -> int:
        return self._keys.surrogate_index(self._pseudonym, kind, f"{value}#{salt}" if salt else value)

    def _name_word(self, word: str, salt: int) -> str:
        folded = fold(word)
        if len(word) > 1 and (folded in load_terms().name_particles or folded in load_terms().name_suffixes):
            return word
        if word.isdigit():
            return self._characters(EntityType.PERSON, word, salt)
        if len(word) == 1:
            given = self._given.get(folded)
            letter = self._name_word(given, salt)[0] if given else _other_letter(folded, self._index("INITIAL", folded, salt))
            return letter.upper() if word.isupper() else letter.lower()
        pool = _pool_of(folded)
        for redraw in range(MAX_REDRAWS):
            name = _pick(pool, self._index("NAME", folded, salt + redraw))
            if name not in self._own and name != folded:
                break
        return _styled(word, name.capitalize())

    def _kept_or(self, word: str, entity_type: EntityType, salt: int) -> str:
        if word.isdigit():
            return self._characters(entity_type, word, salt, first="1")
        folded = fold(word)
        terms = load_terms()
        kept = terms.facility_words if entity_type == EntityType.ORGANIZATION else terms.address_words
        if folded in kept or len(word) == 1 or folded in {"st", "nd", "rd", "th"}:
            return word
        return _styled(word, _pick(_surnames(), self._index("PLACE_NAME", folded, salt)).capitalize())

    def _phone(self, value: str, salt: int) -> str:
        digits = "".join(_DIGIT.findall(value))
        drawn = self._digits("PHONE", digits, len(digits), salt)
        if value.lstrip().startswith("+") and not digits.startswith("1"):
            made = digits[:2] + drawn[2:]
        elif len(digits) >= 10:
            lead = len(digits) > 10 and digits[0] == "1"
            made = ("1" if lead else "") + str(2 + int(drawn[0]) % 8) + drawn[1:3] + "55501" + drawn[3:5]
            made += drawn[len(made) :]
        elif len(digits) >= 7:
            made = "55501" + drawn[5:]
        else:
            made = drawn
        replacements = iter(made)
        return _DIGIT.sub(lambda _: next(replacements), value)

    def _address_of_machine(self, value: str, salt: int) -> str:
        index = self._index("IP", value.lower(), salt)
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", value):
            return value[2].join(["02", *(f"{index >> 8 * n & 255:02x}" for n in range(5))])
        if ":" in value:
            return f"2001:db8::{index & 0xFFFF:x}"
        return f"{('192.0.2', '198.51.100', '203.0.113')[index % 3]}.{1 + (index >> 8) % 254}"

    def _letters(self, kind: str, value: str, length: int, salt: int) -> str:
        index = self._index(kind, value.casefold(), salt)
        return "".join(chr(ord("a") + index // 26**n % 26) for n in range(length))

    def _digits(self, kind: str, value: str, length: int, salt: int) -> str:
        blocks = range((length + 17) // 18)
        return "".join(f"{self._index(kind, f'{value}/{block}' if block else value, salt) % 10**18:018d}" for block in blocks)[:length]

    def _characters(self, entity_type: EntityType, value: str, salt: int, first: str | None = None) -> str:
        """Digits for digits, letters for letters, all else kept. ``first`` is the least the leading digit may be."""
        plain = _plain(value)
        drawn = iter(self._digits(entity_type.value, plain, 2 * len(value), salt))

        def redraw(match: re.Match[str]) -> str:
            nonlocal first
            number = int(next(drawn) + next(drawn))
            if match[0].isdigit():
                digit = str(number % 10)
                if first is not None:
                    digit, first = (max(digit, first) if first != "9" else "9"), None
                return digit
            letter = chr(ord("a") + number % 26)
            return letter.upper() if match[0].isupper() else letter

        return _ALNUM.sub(redraw, value)


def _other_letter(letter: str, index: int) -> str:
    """One of the 25 letters that ``letter`` is not; the first by ``index`` where it is none of a to z."""
    place = ord(letter) - ord("a")
    return chr(ord("a") + ((place + 1 + index % 25) % 26 if 0 <= place < 26 else index % 26))


def _plain(value: str) -> str:
    return "".join(character for character in value.casefold() if character.isalnum())


def _pick(pool: Sequence[str], index: int) -> str:
    return pool[index % len(pool)]


def _styled(like: str, made: str) -> str:
    if len(like) > 1 and like.isupper():
        return made.upper()
    return made.lower() if like.islower() else made


def _pool_of(folded: str) -> Sequence[str]:
    """The pool that a name is replaced from: decided by the name alone, so that it is the same in each place."""
    tables = load_gazetteers()
    female, male = tables.first_f.get(folded, -1), tables.first_m.get(folded, -1)
    if max(female, male) < 0 or tables.surnames.get(folded, 0) - SURNAMES_PER_FIRST_NAME_LOG2 > max(female, male):
        return _surnames()
    return _first_names("f" if female >= male else "m")


@cache
def _first_names(sex: str) -> tuple[str, ...]:
    tables = load_gazetteers()
    own, other = (tables.first_f, tables.first_m) if sex == "f" else (tables.first_m, tables.first_f)
    return tuple(
        sorted(
            name
            for name, size in own.items()
            if size >= MIN_FIRST_NAME_LOG2
            and other.get(name, -1) < size - 2
            and name not in tables.ordinary
            and not load_terms().is_term(name)
        )
    )


@cache
def _surnames() -> tuple[str, ...]:
    tables = load_gazetteers()
    return tuple(
        sorted(
            name
            for name, size in tables.surnames.items()
            if size >= MIN_SURNAME_LOG2
            and 4 <= len(name) <= 11
            and name not in tables.ordinary
            and name not in tables.first_f
            and name not in tables.first_m
            and not load_terms().is_term(name)
        )
    )


@cache
def _places() -> tuple[str, ...]:
    tables = load_gazetteers()
    return tuple(
        sorted(name for name, size in tables.places.items() if size >= MIN_PLACE_LOG2 and name.isalpha() and name not in tables.ordinary)
    )
