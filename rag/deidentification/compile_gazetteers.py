"""Make the gazetteers in ``data/`` from census tables, and the ordinary words from texts of our own choosing.

Run by a maintainer when a source changes: ``python -m rag.deidentification.compile_gazetteers TABLES TEXTS…``.
``TABLES`` holds the census tables named in ``data/SOURCES.md``; ``TEXTS`` are ``.jsonl.gz`` or ``.txt.gz`` files. Only counts of single
words leave the texts. A census name is stored with the binary logarithm of its count, nothing else.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

DATA = Path(__file__).with_name("data")
ZIP3_LIMIT_PEOPLE = 20_000  # 45 CFR 164.514(b)(2)(i)(B)
ZIP3_LOW_IN_2000 = ["036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890", "893"]
ORDINARY_MIN_COUNT = 2
ORDINARY_MIN_LOWER_SHARE = 0.25
CITY_MIN_PEOPLE = 200
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MID_SENTENCE = re.compile(r"(?<=[a-z,;] )[^\W\d_]+")


def compile_all(tables: Path, texts: Iterable[Path]) -> None:
    """Write every gazetteer; the same input gives the same bytes."""
    _write("surnames.txt.gz", _buckets(_surnames(tables / "surnames_census_2010.csv.gz")))
    _write("first_names.txt.gz", _first_names(tables / "first_names_census_1990.csv.gz"))
    people = _zip_people(tables / "zip-code-population.csv.gz")
    _write("places.txt.gz", _buckets(_cities(tables / "zipcodes.csv.gz", people)))
    _write("zip3.txt.gz", _zip3(people))
    _write("ordinary_words.txt.gz", _ordinary_words(texts))


def _read(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _write(name: str, lines: Iterable[str]) -> None:
    content = "".join(line + "\n" for line in lines).encode()
    (DATA / name).write_bytes(gzip.compress(content, 9, mtime=0))


def _surnames(path: Path) -> Counter[str]:
    return Counter(
        {row["last_name"].strip().lower(): int(row["count"]) for row in csv.DictReader(_read(path)) if row["last_name"].isalpha()}
    )


def _first_names(path: Path) -> Iterator[str]:
    """``sex bucket names``: the bucket is log2 of bearers per 100,000 of that sex."""
    by_bucket: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for row in csv.DictReader(_read(path)):
        bearers = float(row["percent"]) * 1_000
        if row["name"].isalpha() and bearers >= 1:
            by_bucket[row["sex"][0], int(math.log2(bearers))].append(row["name"].lower())
    for (sex, bucket), names in sorted(by_bucket.items(), reverse=True):
        yield f"{sex} {bucket} {' '.join(sorted(names))}"


def _buckets(counts: Counter[str]) -> Iterator[str]:
    """``bucket|value|value…``: the bucket is log2 of the count."""
    by_bucket: defaultdict[int, list[str]] = defaultdict(list)
    for value, count in counts.items():
        by_bucket[int(math.log2(count))].append(value)
    for bucket, values in sorted(by_bucket.items(), reverse=True):
        yield "|".join([str(bucket), *sorted(values)])


def _zip_people(path: Path) -> dict[str, int]:
    rows = (line.strip().split(",") for line in _read(path) if line[0].isdigit())
    return {row[0]: int(row[1]) for row in rows}


def _cities(path: Path, people: dict[str, int]) -> Counter[str]:
    """City names with the people of their ZIP code areas, the largest city of each name."""
    by_city: Counter[tuple[str, str]] = Counter()
    for row in csv.reader(_read(path)):
        by_city[row[3].strip().lower(), row[4]] += people.get(row[0], 0)
    cities: Counter[str] = Counter()
    for (city, _), count in by_city.items():
        if count >= CITY_MIN_PEOPLE and len(city) > 2:
            cities[city] = max(cities[city], count)
    return cities


def _zip3(people: dict[str, int]) -> Iterator[str]:
    """First the three-digit ZIPs that may be kept; every other becomes 000."""
    by_prefix: Counter[str] = Counter()
    for code, count in people.items():
        by_prefix[code[:3]] += count
    low = {prefix for prefix, count in by_prefix.items() if count <= ZIP3_LIMIT_PEOPLE} | set(ZIP3_LOW_IN_2000)
    yield " ".join(sorted(set(by_prefix) - low))


def _ordinary_words(paths: Iterable[Path]) -> Iterator[str]:
    """Words that texts write in lower case, with log2 of how often; their capitals then say nothing."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for path in paths:
        for text in _texts(path):
            lower.update(word for word in _WORD.findall(text) if word[0].islower())
            capital.update(word.lower() for word in _MID_SENTENCE.findall(text) if word[0].isupper())
    kept: Counter[str] = Counter()
    for word, count in lower.items():
        if (
            count >= ORDINARY_MIN_COUNT
            and count / (count + capital[word]) >= ORDINARY_MIN_LOWER_SHARE
            and word.islower()
            and word.isascii()
        ):
            kept[word.replace("’", "'")] = count
    return _buckets(kept)


def _texts(path: Path) -> Iterator[str]:
    if ".jsonl" not in path.name:
        yield from _read(path)
        return
    for line in _read(path):
        record = json.loads(line)
        # Machine-made dialogues write names in lower case, so that only dialogues with capitals count.
        fields = [record.get(key) for key in ("note", "section_text", "text")]
        fields += [record.get("dialogue")] if "section_text" in record else []
        yield from (field for field in fields if isinstance(field, str))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    arguments = parser.parse_args()
    compile_all(arguments.tables, arguments.texts)
