"""The invented people, places and organisations that the tagger is trained on."""

from __future__ import annotations

import re

import pytest

from finetune.address_draws import AddressDraws, countries, plain_letters
from finetune.encoders import draws
from finetune.name_draws import SLOT_KINDS, NameDraws, held_back

PLAIN = {"surname": lambda: "Quill", "first": lambda: "Nora", "place": lambda: "Wexby"}


def of_country(seed: int, *, held: bool = False) -> AddressDraws:
    """Draws with names that never change."""
    return AddressDraws(draws(seed), PLAIN, lambda name: held_back(name) == held)


@pytest.mark.parametrize("slot", sorted(SLOT_KINDS))
@pytest.mark.parametrize("held", [False, True])
def test_each_slot_draws_something_the_forms_vary_and_a_seed_repeats_them(slot: str, held: bool) -> None:
    made = [NameDraws(draws(seed), held=held).fill(slot) for seed in range(60)]
    assert all(value and value == value.strip() for value in made)
    assert len(set(made)) > 50
    assert made == [NameDraws(draws(seed), held=held).fill(slot) for seed in range(60)]


def test_half_of_the_addresses_are_of_other_countries_than_the_united_states(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = NameDraws(draws(1))
    made = [drawn.fill("ADDRESS") for _ in range(2000)]
    assert len(set(made)) > 1950
    assert 0.08 < sum("\n" in value for value in made) / len(made) < 0.35
    assert any(value.isupper() for value in made) and any(not value.isascii() for value in made)
    monkeypatch.setattr(NameDraws, "_world_address", lambda _: "abroad")
    assert 0.45 < [drawn.fill("ADDRESS") for _ in range(2000)].count("abroad") / 2000 < 0.55


@pytest.mark.parametrize("country", sorted(countries()))
@pytest.mark.parametrize("held", [False, True])
def test_every_pattern_of_a_country_can_be_filled(country: str, held: bool) -> None:
    drawn = of_country(3, held=held)
    made = [draw(country) for draw in (drawn.address, drawn.address, drawn.street, drawn.town) for _ in range(30)]
    assert all(value and not re.search(r"[{}~@%¤|]|\n\n|,,", value) for value in made)
    assert len(set(made)) > 70
    unknown = {name for words in countries()[country].values() for word in words for name in re.findall(r"\{(\w+)\}", word)}
    assert unknown <= {*countries()[country], *PLAIN}


def test_streets_and_towns_of_validation_never_come_up_in_training() -> None:
    def drawn(held: bool) -> set[str]:
        made = of_country(5, held=held)
        pairs = [(kind, lists) for lists in countries().values() for kind in ("street", "town")]
        return {plain_letters(made._drawn(kind, lists)).casefold() for kind, lists in pairs for _ in range(40)}

    learned, kept = drawn(False), drawn(True)
    assert len(learned) > 2000 and len(kept) > 500
    assert not any(map(held_back, learned)) and all(map(held_back, kept))


def test_a_street_stands_on_one_line_with_or_without_its_number() -> None:
    drawn = of_country(9)
    made = [drawn.street("sweden") for _ in range(60)]
    assert not any("\n" in value for value in made)
    assert {bool(re.search(r"\d", value)) for value in made} == {True, False}


def test_letters_are_written_as_a_typewriter_of_english_has_them() -> None:
    assert plain_letters("Große Bjørkegata, Łódź, Αθήνα") == "Grosse Bjorkegata, Lodz, Αθηνα"
