"""Streets as other countries write them, found by their words."""

from __future__ import annotations

import itertools

import pytest

from rag.deidentification.addresses import AddressDetector
from rag.deidentification.streets import find_streets
from tests.growth import grows_linearly


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in AddressDetector().find(text)]


@pytest.mark.parametrize(
    "address",
    [
        "Lindenstraße 4",
        "LINDENSTRASSE 4",
        "Alte Mühlgasse 9/3",
        "Birkenring 7",
        "Lindenstr. 12, 20999 Neudorf am Bach",
        "14 rue du Moulin",
        "14 bis, rue des Lilas, 31999 Saint-Remy-sur-Orne",
        "3 place de la Forge",
        "Via dei Tigli 31",
        "Viale Monte Bianco, n. 58",
        "Calle Olmo 8, 2º B",
        "C/ de los Olmos 21",
        "Rua das Flores, 210",
        "Rua do Sol 12, 4999-120 Vila Alegre",
        "ul. Lipowa 7/12",
        "ul. Lipowa 7/12, 00-999 Nowy Brzeg",
        "ulitsa Sadovaya, d. 14, kv. 3",
        "Norra Kvarngatan 12 B",
        "Lindvägen 3, 219 99 Ekby",
        "Bjørkeveien 21, 9199 Solvik",
        "Kirkevej 8, 2. th",
        "Koivukatu 5 A 12",
        "Hlíðarvegur 17",
        "Persens vei 21",
        "Hárs utca 12",
        "Gül Sokak No: 4",
        "Çınar Cad. No:12",
        "Str. Teiului nr. 4, ap. 9",
        "Lipova ulica 5",
        "Kerkstraat 19, 2999 AB Oudedam",
        "Jalan Melati 9",
        "Carrera 12 # 34-56",
        "Cra. 9 No. 12A-34",
        "5-12-3 Midori-cho",
        "21, Hanaru-gil",
        "Plot 14, Block C, Sector 7",
        "H. No. 8-152-29",
        "Door No. 28/39",
        "46 Kauri Wharf",
        "21/26 Higgs Road",
        "No. 9, Temple Road",
        "Brgy. San Roque",
        "Highway 9 km 14",
        "Ruta 46 km 5",
        "PSC 417, Box 2210",
        "APO AE 09999",
        "Post Office Box 114",
        "Apartado de Correos 347",
        "69 North 3rd",
        "County Clare",
        "Wirrabilla QLD 4999",
    ],
)
def test_an_address_is_found_whole(address: str) -> None:
    assert address in found(f"He lives at {address} now.")
    assert address in found(f"Address:\n{address}\nTel.")


@pytest.mark.parametrize(
    "text",
    [
        "Monitoring 24 h after the dose; Neuromuscular Blockade 2 agents",
        "Known CAD. 3 stents placed. Severe CAD 3-vessel",
        "Place Foley 16 Fr. Route Oral 2 tabs. VIA NEBULIZER 2 puffs. Via Nebulizer 2 puffs. Flush via PEG 60 ml",
        "per os Metoprolol 25 mg, 20 ul. Lidocaine 1, 5 ul Lidocaine 2, Metformin 500 bd. Yes",
        "Flow CD 20 positive, Humulin U 100, Vitamin D no 5 caps",
        "Block A1, Block A2: skin; Phase 2 study; sector 7 defect; house staff 3 paged; flat 3 lesion",
        "BP 120, HR 80, C.P. since 3 days; Dr. Bakken 2 weeks ago; moved to Dublin 3 years ago",
        "Amplatz 28 Fr sheath, Star 3, S 1st heart sound, 50 N 2nd toe, PMB 20",
        "Norco, 10-325 Tablets, daily; Vitamin 12, 50000 Units, weekly; Vicodin 5, 10-325 Norco, prn",
        "D/C FOLEY 0600. HOPE TO CLAMP. INDOMETHACIN 100 MG PR. RINGER LACTATE 1 L.",
        "PREV C/S X 1, C/C CP. 12-lead; seen 5/12 Dr Adams; 4/5 Hip Close; Marcus Gunn OS. Montreal Cognitive Assessment 27/30",
    ],
)
def test_clinical_text_is_no_street(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("address", ["Lipová 12, 301 99 Dubov", "Box 934, 299 84 Ekby", "Thalassa 7, 719 99 Nea Vrysi"])
def test_a_street_without_a_word_is_known_by_its_code_and_town(address: str) -> None:
    assert address in found(f"Lives at {address}.")


def test_a_street_ends_with_its_sentence() -> None:
    text = "She lives at 12 rue de la Paix. Denies pain. He is at Lindenweg 4. Seen 12 May."
    assert [text[start:end] for start, end in find_streets(text)] == ["12 rue de la Paix", "Lindenweg 4"]


@pytest.mark.parametrize(
    "piece", ["Via de de de A ", "12 rue ", "Ab 1, 123 45 ", "ul. A ", "Lindenstraße ", "A-ro ", "12 N 1st ", "Cra 1 # "]
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    numbers = itertools.count()
    assert grows_linearly(lambda size: list(find_streets(f"{next(numbers)} " + piece * (size // len(piece)))), 20_000)
