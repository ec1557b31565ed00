"""The trained tagger: names, places and organisations in words, dates and codes that no rule knows, on the project's encoder.

A text is read in overlapping windows of word pieces, many texts' windows in one length-sorted pass. Each piece's vector starts from
what the word lists say of it (``word_features``). A word is found where the probability that it is no identifier is low enough; the
thresholds lean towards finding and come from the adapter's card. Source: ``adapters/deid/card.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.deidentification.findings import FAINT, UNSURE, EntityType, Finding
from rag.deidentification.word_features import FEATURES, piece_features
from rag.deidentification.words import WordFacts, facts_of
from rag.embedding import TOKENS_PER_BATCH
from rag.encoder.adapter import Adapter, load_adapter
from rag.encoder.blas import one_blas_thread
from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.tokens import TokenRow, Tokens
from rag.encoder.torch_encoder import TorchEncoder
from rag.errors import DetectorError, ModelError
from rag.types import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ADAPTER = Path(__file__).parents[1] / "adapters" / "deid"
TAGS = ("O", "NAME", "LOCATION", "ORGANISATION", "DATE", "CODE")
"""What a word piece can be; the first is no identifier."""
ENTITIES = {
    "NAME": EntityType.PERSON, "LOCATION": EntityType.LOCATION, "ORGANISATION": EntityType.ORGANIZATION, "DATE": EntityType.DATE,
    "CODE": EntityType.ID,
}  # fmt: skip
WORDED = ("NAME", "LOCATION", "ORGANISATION")
MEANT = "meant"
"""After a tag: the threshold of words that have a meaning of their own in notes."""
SELDOM = "NAME:seldom"
"""The threshold of such words that hardly anyone is named ("Hunger", "Review")."""
MIN_SURNAME_BORNE = 11  # binary logarithm of the census count of a surname that is borne often enough to be expected
THRESHOLDS = (*TAGS[1:], *(f"{tag}:{MEANT}" for tag in WORDED), SELDOM)
BESIDE_SHARE = 0.4
SURE = 0.5
CONCEIVABLE = 0.01
"""How likely a word must be an identifier for the word lists to be believed. Source: 300 notes of five authors before they were trained
on: of 347 words that lists held for names, places or organisations and the tagger for less likely, two were."""
WINDOW_PIECES = 190
BUCKET_PIECES = 64
CONTEXT_PIECES = 16  # read on either side of what a window decides
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# What links the words of one name.
_LINKS = "of|the|of the|and|for|at|in|on|by|de|de la|de los|del|do|da|dos|du|des|la|las|le|les|los|y|e|i|og|und|et|der|di|van|von"
_JOINT = re.compile(rf"[ \t]{{0,3}}[-.,&/'’\"“”()]{{0,3}}[ \t]{{0,2}}\n?[ \t]{{0,3}}|[ \t](?:{_LINKS})[ \t]")
_BESIDE = re.compile(r"[ \t]{1,3}|-|/|,[ \t]|\.[ \t]?|[ \t]?&[ \t]?|['’]")


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces ``start`` to ``end`` of a row without its special ones; those from ``first`` to ``last`` are decided here."""

    start: int
    end: int
    first: int
    last: int


def windows_of(pieces: int) -> Iterator[Window]:
    """Windows of at most ``WINDOW_PIECES`` whose decided parts cover ``pieces`` once, each with context where there is some."""
    step = WINDOW_PIECES - 2 * CONTEXT_PIECES
    for first in range(0, pieces, step):
        last = min(pieces, first + step)
        yield Window(max(0, first - CONTEXT_PIECES), min(pieces, last + CONTEXT_PIECES), first, last)


class Tagger:
    """The loaded tagger. Open with :func:`open_tagger`; thread-safe."""

    name = "tagger"

    def __init__(self, checkpoint: Checkpoint, adapter: Adapter, threads: int) -> None:
        card = adapter.card
        if tuple(card["features"]) != FEATURES or tuple(card["tags"]) != TAGS or set(card["thresholds"]) != set(THRESHOLDS):
            raise ModelError(f"adapter {adapter.name}: made for other word features, tags or thresholds; train it again")
        one_blas_thread()
        self._tokens = Tokens(checkpoint.folder, 1 << 30)
        self._encoder = TorchEncoder(checkpoint, threads=threads, adapter=adapter)
        self._told = adapter.head["told.weight"].T.copy()
        self._weight, self._bias = adapter.head["linear.weight"].T.copy(), adapter.head["linear.bias"]
        self._thresholds: Mapping[str, float] = adapter.card["thresholds"]

    def tag(self, texts: Sequence[str], clear: Sequence[Sequence[Span]]) -> list[tuple[Finding, ...]]:
        """What is found in each text, in order of place; what lies in ``clear`` is not read but as what stands beside the rest.

        Give many texts at once: their windows share batches. Linear.

        Raises:
            DetectorError: the encoder gave numbers that are not finite.
        """
        judged = self.judge(texts, clear)
        return [tuple(decided(text, words, self._thresholds)) for text, words in zip(texts, judged, strict=True)]

    def judge(self, texts: Sequence[str], clear: Sequence[Sequence[Span]] | None = None) -> list[list[JudgedWord]]:
        """What each word of each text would be, and how surely; as :meth:`tag`."""
        rows = self._tokens.rows(texts)
        open_pieces = [_open_pieces(row, walls) for row, walls in zip(rows, clear or [()] * len(rows), strict=True)]
        return [
            list(judged_words(text, row.spans[1:-1], chances))
            for text, row, chances in zip(texts, rows, self._chances(texts, rows, open_pieces), strict=True)
        ]

    def _chances(
        self, texts: Sequence[str], rows: Sequence[TokenRow], open_pieces: Sequence[NDArray[np.bool_]]
    ) -> list[NDArray[np.float32]]:
        """Probabilities of ``TAGS`` for the word pieces of each row but its special ones, float32[pieces, tags]; pieces that are not
        open are no identifiers."""
        import numpy as np

        told = [
            piece_features(text, row.spans) if asked.any() else np.zeros((0, len(FEATURES)), dtype=np.float32)
            for text, row, asked in zip(texts, rows, open_pieces, strict=True)
        ]
        result = [np.zeros((len(row.ids) - 2, len(TAGS)), dtype=np.float32) for row in rows]
        for chances in result:
            chances[:, 0] = 1.0
        windows = [
            (index, window)
            for index, asked in enumerate(open_pieces)
            for window in windows_of(len(asked))
            if asked[window.first : window.last].any()
        ]
        for drawn in _batches(windows):
            for (index, window), values in zip(drawn, self._logits(rows, told, drawn), strict=True):
                own = values[window.first - window.start : window.last - window.start]
                if not np.isfinite(own).all():
                    raise DetectorError(f"detector {self.name} failed: its numbers are not finite")
                raised = np.exp(own - own.max(axis=-1, keepdims=True))
                result[index][window.first : window.last] = raised / raised.sum(axis=-1, keepdims=True)
        return result

    def _logits(
        self, rows: Sequence[TokenRow], told: Sequence[NDArray[np.float32]], windows: Sequence[tuple[int, Window]]
    ) -> Iterator[NDArray[np.float32]]:
        """Logits of each window's pieces without the special ones. The encoder is given batches of one shape per bucket, filled up with
        the first row: in bfloat16 a row's numbers hang on the shape, and what is found in a text must not on what it is read with."""
        import numpy as np

        bucket = _bucket(windows[0][1])
        ids = [(rows[i].ids[0], *rows[i].ids[w.start + 1 : w.end + 1], rows[i].ids[-1]) for i, w in windows]
        ids += [ids[0]] * (TOKENS_PER_BATCH // bucket - len(ids))
        added = np.zeros((len(ids), bucket, self._told.shape[1]), dtype=np.float32)
        for place, (index, window) in enumerate(windows):
            added[place, 1 : window.end - window.start + 1] = told[index][window.start + 1 : window.end + 1] @ self._told
        hidden = self._encoder.token_vectors(ids, added, length=bucket)
        for place, (index, window) in enumerate(windows):
            own = told[index][window.start + 1 : window.end + 1]
            seen = hidden[place, 1 : window.end - window.start + 1]
            logits: NDArray[np.float32] = np.asarray(np.concatenate([seen, own], axis=-1) @ self._weight + self._bias, dtype=np.float32)
            yield logits


def _bucket(window: Window) -> int:
    """The length that a window's row is filled up to."""
    return -(-(window.end - window.start + 2) // BUCKET_PIECES) * BUCKET_PIECES


def _batches(windows: Sequence[tuple[int, Window]]) -> Iterator[list[tuple[int, Window]]]:
    """Windows of one bucket together, as many as one forward pass takes."""
    buckets: dict[int, list[tuple[int, Window]]] = {}
    for one in windows:
        buckets.setdefault(_bucket(one[1]), []).append(one)
    for bucket, members in buckets.items():
        size = TOKENS_PER_BATCH // bucket
        yield from (members[at : at + size] for at in range(0, len(members), size))


def _open_pieces(row: TokenRow, walls: Sequence[Span]) -> NDArray[np.bool_]:
    """Which pieces but the special ones do not lie in a wall."""
    import numpy as np

    spans = np.array([(span.start, span.end) for span in row.spans[1:-1]], dtype=np.int64).reshape(-1, 2)
    asked = np.ones(len(spans), dtype=bool)
    for wall in walls:
        begin, end = np.searchsorted(spans[:, 0], (wall.start, wall.end))
        asked[begin:end] &= spans[begin:end, 1] > wall.end
    return asked


@dataclass(frozen=True, slots=True)
class JudgedWord:
    """A word at ``text[start:end]``: the tag it would get, how sure it is that it is an identifier, and the threshold it is held to."""

    start: int
    end: int
    tag: str
    chance: float
    threshold: str


def judged_words(text: str, pieces: Sequence[Span], chances: NDArray[np.float32]) -> Iterator[JudgedWord]:
    """Every word that has pieces. One that means something in notes ("Rose", "Graves", "PICC") has a threshold of its own."""
    at = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        while at < len(pieces) and pieces[at].end <= start:
            at += 1
        last = at
        while last < len(pieces) and pieces[last].start < end:
            last += 1
        if last > at:
            own = chances[at:last]
            tag = TAGS[1 + int(own[:, 1:].sum(axis=0).argmax())]
            facts = facts_of(match[0])
            yield JudgedWord(start, end, tag, 1.0 - float(own[:, 0].min()), _threshold(tag, facts))


def _threshold(tag: str, facts: WordFacts) -> str:
    if tag not in WORDED or not (facts.plain or facts.eponym):
        return tag
    seldom = tag == "NAME" and facts.first < 0 and facts.surname < MIN_SURNAME_BORNE
    return SELDOM if seldom else f"{tag}:{MEANT}"


def decided(text: str, words: Sequence[JudgedWord], thresholds: Mapping[str, float]) -> Iterator[Finding]:
    """Findings from the words as judged: those over their threshold, and those beside them that are over a part of it; words beside
    each other of one kind as one. Of the others, those that are conceivable as ``FAINT`` ones."""
    found = [word.chance >= thresholds[word.threshold] for word in words]
    for order in (range(1, len(words)), range(len(words) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for at in order:
            near = found[at + step] and _BESIDE.fullmatch(text[_end(words, at, at + step) : _start(words, at, at + step)]) is not None
            found[at] = found[at] or (near and words[at].chance >= BESIDE_SHARE * thresholds[words[at].threshold])
    group: list[JudgedWord] = []
    for word in (word for word, taken in zip(words, found, strict=True) if taken):
        joint = _JOINT if word.tag in WORDED else _BESIDE
        if group and not (ENTITIES[word.tag] is ENTITIES[group[0].tag] and joint.fullmatch(text[group[-1].end : word.start])):
            yield _finding(text, group)
            group = []
        group.append(word)
    if group:
        yield _finding(text, group)
    for word, taken in zip(words, found, strict=True):
        if not taken and word.chance >= CONCEIVABLE:
            yield Finding(word.start, word.end, ENTITIES[word.tag], FAINT)


def _finding(text: str, words: Sequence[JudgedWord]) -> Finding:
    start, end = words[0].start, words[-1].end
    name = Tagger.name if max(word.chance for word in words) >= SURE else UNSURE
    entity = ENTITIES[words[0].tag]
    if entity is EntityType.LOCATION and any(map(str.isdigit, text[start:end])):
        entity = EntityType.ADDRESS
    return Finding(start, end, entity, name)


def _end(words: Sequence[JudgedWord], one: int, other: int) -> int:
    return words[min(one, other)].end


def _start(words: Sequence[JudgedWord], one: int, other: int) -> int:
    return words[max(one, other)].start


def open_tagger(threads: int = 2, folder: Path = ADAPTER) -> Tagger:
    """The shipped tagger: about 3 s, most of it importing torch.

    Raises:
        DetectorError: the adapter or the encoder is missing or damaged: nothing may be de-identified without it.
    """
    try:
        checkpoint = find_checkpoint()
        return Tagger(checkpoint, load_adapter(folder, checkpoint), threads)
    except (ModelError, ImportError, KeyError) as error:
        raise DetectorError(f"detector {Tagger.name} is missing ({error})") from None
