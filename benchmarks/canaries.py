"""Canaries: identifiers that stand nowhere but where they were planted, made from a seed, and the sentences that carry them."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Resource = dict[str, Any]

_SYLLABLES = ("bran", "quel", "thor", "mab", "zin", "wex", "dru", "fell", "gris", "holl", "jask", "kven", "lorp", "nivv", "osk", "pell")
_ENDINGS = ("ington", "well", "bury", "strom", "vane", "more", "ello", "wicz", "shire", "hurst", "dell", "ford")
_FIRST_NAMES = ("Mary", "James", "Patricia", "Robert", "Linda", "David", "Susan", "Carlos", "Aisha", "Wei", "Fatima", "Igor")
_STREETS = ("Street", "Avenue", "Lane", "Road", "Drive")
CONTROL = "drove her home"
"""Words of a carrier that stay: a search that does not find them finds nothing."""
CARRIERS: dict[str, tuple[str, ...]] = {
    "name": ("Seen together with Dr. {first} {}.", f"Her neighbour, Mrs. {{}}, {CONTROL}.", "Electronically signed by {first} {}, MD"),
    "phone": ("Call back at {}.", "Daughter's phone: {}."),
    "ssn": ("SSN {} on file.",),
    "record number": ("MRN: {}",),
    "email": ("Results were sent to {}.",),
    "street": ("Lives at {} with two cats.",),
    "url": ("Photographs are on {}.",),
    "ip": ("Portal login from {}.",),
    "device": ("Pacemaker serial no. {}.",),
    "plate": ("License plate: {}.",),
    "account": ("Account number: {}",),
    "member": ("Member ID: {}",),
}


@dataclass(frozen=True, slots=True)
class Canary:
    """An identifier, its kind, and whether a source says whose it is (``known``) or it stands in free text alone."""

    kind: str
    value: str
    known: bool


class Mint:
    """Makes canaries, each value once, until ``limit`` were made."""

    def __init__(self, seed: int, limit: int) -> None:
        self._random = random.Random(seed)
        self._limit = limit
        self.made: dict[str, Canary] = {}

    @property
    def left(self) -> int:
        """How many may still be made."""
        return self._limit - len(self.made)

    def make(self, kind: str, *, known: bool = False) -> str:
        """A new value of the kind."""
        while (value := self._value(kind)) in self.made:
            pass
        self.made[value] = Canary(kind, value, known)
        return value

    def sentences(self, count: int) -> str:
        """So many sentences, or as many as are left, each with a new canary that only the text tells of."""
        kinds = list(CARRIERS)
        chosen = [self._random.choice([*kinds, "name", "name", "phone"]) for _ in range(min(count, self.left))]
        return "\n".join(
            self._random.choice(CARRIERS[kind]).format(self.make(kind), first=self._random.choice(_FIRST_NAMES)) for kind in chosen
        )

    def _value(self, kind: str) -> str:

        def digits(count: int) -> str:
            return "".join(self._random.choice("23456789") for _ in range(count))

        word = "".join(self._random.choice(part) for part in (_SYLLABLES, _SYLLABLES, _ENDINGS))
        match kind:
            case "name" | "city":
                return word.capitalize()
            case "phone":
                return f"{digits(3)}-{digits(3)}-{digits(4)}"
            case "ssn":
                return f"{digits(3)}-{digits(2)}-{digits(4)}"
            case "email":
                return f"{word}{digits(3)}@{digits(2)}mail.example"
            case "street":
                return f"{digits(4)} {word.capitalize()} {self._random.choice(_STREETS)}"
            case "url":
                return f"https://www.{word}{digits(2)}.example/p/{digits(6)}"
            case "ip":
                return ".".join(str(self._random.randrange(20, 250)) for _ in range(4))
            case "plate":
                return f"{self._random.choice('BCDFG')}{self._random.choice('HJKLM')}{self._random.choice('NPRST')}-{digits(4)}"
        return digits(9)


def plant(resources: list[Resource], mint: Mint) -> str:
    """Give a chart's patient new identifiers, tell of strangers in its notes, and return a file name made of the patient's name."""
    patient = next(r for r in resources if r["resourceType"] == "Patient")
    given, family, kin = (mint.make("name", known=True) for _ in range(3))
    phone, mrn = mint.make("phone", known=True), mint.make("record number", known=True)
    patient.pop("text", None)
    patient.update(
        name=[{"given": [given], "family": family}],
        telecom=[{"system": "phone", "value": phone}, {"system": "email", "value": mint.make("email", known=True)}],
        address=[{"line": [mint.make("street", known=True)], "city": mint.make("city", known=True), "state": "MA"}],
        identifier=[
            {"type": {"coding": [{"code": "MR"}]}, "value": mrn},
            {"type": {"coding": [{"code": "SS"}]}, "value": mint.make("ssn", known=True)},
        ],
        contact=[{"name": {"given": ["Ann"], "family": kin}}],
    )
    told = f"{given} {family} came with {kin}. {family.upper()}, {given.upper()} gave {phone} and {mrn}.\n"
    for note in _notes(resources, patient["id"]):
        attachment = note["content"][0]["attachment"]
        text = base64.b64decode(attachment["data"]).decode("utf-8")
        head, gap, tail = text.partition("\n\n")
        text = f"{told}{head}\n{mint.sentences(3)}\n{gap}{tail}\n{mint.sentences(2)}\n"
        attachment.update(data=base64.b64encode(text.encode()).decode(), title=f"{family} {given}.txt")
        note["description"] = f"Letter about {given} {family}"
    for resource in _first(resources, "Condition"):
        resource["note"] = [{"text": f"{told} {mint.sentences(1)}"}]
    for resource in _first(resources, "Observation"):
        resource["note"] = [{"text": f"as told by {kin}, {phone}"}]
    return f"{family}_{given}.json"


def _first(resources: list[Resource], kind: str) -> Iterator[Resource]:
    yield from [r for r in resources if r["resourceType"] == kind][:1]


def _notes(resources: list[Resource], patient: str) -> list[Resource]:
    """The chart's first two plain notes, or one that is added."""
    found = [r for r in resources if r["resourceType"] == "DocumentReference" and _is_plain(r)]
    if not found:
        data = base64.b64encode(b"PROGRESS NOTE\n\nDenies chest pain. Continue furosemide 40 mg daily.\n").decode()
        found = [
            {
                "resourceType": "DocumentReference", "id": f"canary-note-{patient}", "status": "current", "date": "2024-02-05T10:00:00Z",
                "subject": {"reference": f"Patient/{patient}"}, "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
            }
        ]  # fmt: skip
        resources += found
    return found[:2]


def _is_plain(note: Resource) -> bool:
    attachment = note["content"][0]["attachment"]
    return str(attachment.get("contentType", "")).startswith("text/plain") and "data" in attachment
