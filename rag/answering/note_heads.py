"""What each note is, by its title and first lines, and which notes name an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.candidates import Candidate
from rag.answering.units_asked import held_by, names_setting, settings_of, units_of

HEAD_SENTENCES = 4


def naming(event: str, sentences: Sequence[Candidate], heads: Mapping[str, str]) -> frozenset[str]:
    """The notes that name most of an event, in their head or in any sentence found."""
    wanted = units_of(event)
    helds: dict[str, frozenset[str]] = {doc_id: held_by(head) for doc_id, head in heads.items()}
    for candidate in sentences:
        helds[candidate.span.doc_id] |= held_by(candidate.text)
    terms = {unit: settings_of(unit.words) for unit in wanted}
    named = {
        doc_id: sum(unit.stands_in(held) or bool(terms[unit] and names_setting(terms[unit], held) == terms[unit]) for unit in wanted)
        for doc_id, held in helds.items()
    }
    return frozenset(doc_id for doc_id, count in named.items() if count * 2 >= len(wanted))


def heads_of(sentences: Sequence[Candidate], titles: Mapping[str, str]) -> dict[str, str]:
    """What each note is: its title and the first lines found of it."""
    heads: dict[str, list[str]] = {}
    for candidate in sorted(sentences, key=lambda c: c.span.start):
        head = heads.setdefault(candidate.span.doc_id, [titles.get(candidate.span.doc_id, "")])
        if len(head) <= HEAD_SENTENCES:
            head.append(f"{candidate.text} {candidate.section}" if candidate.section.isupper() else candidate.text)
    return {doc_id: " ".join(lines) for doc_id, lines in heads.items()}
