"""Pairs of evidence and statement from public sets, their training parts only; nothing of them is shipped.

Folders as in ``shared/data/README.md``. Of each set's evidence as much is read as inference would: ``read_of``.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tarfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from finetune.verifier import UNSUPPORTED, Example
from rag.clinical.sentences import split_sentences
from rag.errors import InputError
from rag.types import Span
from rag.verification.entailment import CLASSES
from rag.verification.evidence import Contexts, best_sentences, premise

SUPPORTED, CONTRADICTED, UNKNOWN = CLASSES
_ASKED = re.compile(r"^(?:do|does|did|is|are|was|were|can|could|should|has|have|will)\b\s*", re.IGNORECASE)
_COMPARED = re.compile(
    r"^(?P<one>.+?) is (?P<how>superior|non-inferior.*?|superior or other|equivalent) to (?P<other>.+?) in terms of (?P<rest>.+)$",
    re.DOTALL,
)
_EFFECTS = {
    "significantly increased": (
        "{i} increased {o} compared with {c}.",
        "{o} was higher with {i} than with {c}.",
        "{i} leads to more {o} than {c}.",
    ),
    "significantly decreased": (
        "{i} reduced {o} compared with {c}.",
        "{o} was lower with {i} than with {c}.",
        "{i} leads to less {o} than {c}.",
    ),
    "no significant difference": (
        "{i} had no significant effect on {o} compared with {c}.",
        "{o} did not differ between {i} and {c}.",
        "{i} and {c} were similar in {o}.",
    ),
}
CONTEXTS_REMEMBERED = 4096
_TOKEN = re.compile(r"\w{3,}")
_LABEL = re.compile(
    r"^(?:\\n )?(?:(?:[A-Z]+S?|Conclusions?|Interpretation)(?:/[A-Z]+)?\s?:\s|(?:CONCLUSIONS?|INTERPRETATION|SIGNIFICANCE)(?:/[A-Z]+)?\s)"
)
RESTS_ON = 0.6  # of a conclusion's longer words the rest of its abstract must have, else it says something new
_STATES = re.compile(
    r"\b(?:is|are|does|do|was|were|can|may|not|has|have|(?:increas|reduc|decreas|caus|promot|inhibit|induc|regulat|mediat|control|requir|driv|predict"
    r"|improv|prevent|suppress|activat|protect|enhanc|impair|affect|modulat|determin|reveal|identif|contribut|enabl|limit|associat|link|confer|alter"
    r"|lead|play|provid|show|act|target|bind|form|support|maintain|attenuat|exacerbat|accelerat|delay|restor|trigger|produc)(?:e?s|ied|ed))\b"
)


def read_of(statement: str, contexts: Sequence[str]) -> str:
    """What of the contexts the model reads beside a statement; empty where no sentence shares a word with it."""
    read = _contexts(tuple(contexts))
    return premise(read, best_sentences(statement, read))


@lru_cache(maxsize=CONTEXTS_REMEMBERED)
def _contexts(texts: tuple[str, ...]) -> Contexts:
    return Contexts(texts)


def public_pairs(data: Path) -> list[Example]:
    """All pairs of the sets' training parts under ``data``.

    Raises:
        InputError: a file is missing or damaged.
    """
    readers: Sequence[Callable[[Path], Iterator[Example]]] = (clinifact, scifact, wice, wice_words, pubmedqa, evidence_inference)
    try:
        return [example for reader in readers for example in reader(data) if example.evidence.strip() and example.statement.strip()]
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise InputError(
            f"{data}: a set of pairs cannot be read ({type(error).__name__}); give the folder of the development data"
        ) from None


def clinifact(data: Path) -> Iterator[Example]:
    """Claims of trials' registrations against an abstract; the training and the validation part."""
    labels = {"1": SUPPORTED, "0": CONTRADICTED, "2": UNKNOWN}
    for part in ("train", "validation"):
        for row in _rows(data / "faithfulness" / "clinifact" / f"{part}.csv.gz"):
            claim, contexts, label = row["claim"], [row["article_abstract"]], labels[row["label"].strip()]
            yield Example(read_of(claim, contexts), claim, label, "clinifact", row["nctId"])
            compared = _COMPARED.match(claim)
            if compared and label == SUPPORTED and compared["how"] == "superior":
                turned = f"{compared['other']} is superior to {compared['one']} in terms of {compared['rest']}"
                yield Example(read_of(turned, contexts), turned, CONTRADICTED, "clinifact-turned", row["nctId"])


def scifact(data: Path) -> Iterator[Example]:
    """Claims against abstracts that support or refute them, or are cited beside them and do neither."""
    corpus = {doc["_id"]: f"{doc['title']}. {doc['text']}" for doc in _lines(data / "retrieval" / "scifact" / "corpus.jsonl.gz")}
    labels = {"SUPPORT": SUPPORTED, "CONTRADICT": CONTRADICTED}
    seen = set()
    for row in _rows(data / "faithfulness" / "scifact" / "claims_train.csv"):
        claim, label = row["claim"], labels.get(row["evidence_label"], UNKNOWN)
        found = str(int(float(row["evidence_doc_id"]))) if row["evidence_doc_id"] else ""
        for doc in [found] if found else re.findall(r"\d+", row["cited_doc_ids"]):
            if doc in corpus and (claim, doc) not in seen:
                seen.add((claim, doc))
                yield Example(read_of(claim, [corpus[doc]]), claim, label, "scifact", f"scifact-{doc}")
    yield from _beside(seen, corpus)


def _beside(cited: Collection[tuple[str, str]], corpus: Mapping[str, str]) -> Iterator[Example]:
    """Every other claim against the abstract that shares most of its words and is cited for other claims: it tells too little."""
    documents = {doc: frozenset(_TOKEN.findall(corpus[doc].casefold())) for doc in sorted({doc for _, doc in cited})}
    own: dict[str, set[str]] = {}
    for claim, doc in cited:
        own.setdefault(claim, set()).add(doc)
    for claim in sorted(own)[::2]:
        words = frozenset(_TOKEN.findall(claim.casefold()))
        nearest = max((doc for doc in documents if doc not in own[claim]), key=lambda doc: (len(words & documents[doc]), doc))
        yield Example(read_of(claim, [corpus[nearest]]), claim, UNKNOWN, "scifact-beside", f"scifact-{min(own[claim])}")


def conclusions(data: Path) -> Iterator[tuple[str, str, str, str]]:
    """(sentence, what it rests on, source, group): last sentences of abstracts against the rest, and titles that state something."""
    corpus = {doc["_id"]: doc for doc in _lines(data / "retrieval" / "scifact" / "corpus.jsonl.gz")}
    cited = {
        doc for row in _rows(data / "faithfulness" / "scifact" / "claims_train.csv") for doc in re.findall(r"\d+", row["cited_doc_ids"])
    }
    for doc in sorted(cited & set(corpus)):
        title, text = corpus[doc]["title"].strip(" ."), corpus[doc]["text"]
        if _STATES.search(title) and "?" not in title:
            yield f"{title}.", text, "scifact-title", f"scifact-{doc}"
        yield from _concluded(text, "scifact-conclusion", f"scifact-{doc}")
    read = set()
    for part in ("train", "validation"):
        for row in _rows(data / "faithfulness" / "clinifact" / f"{part}.csv.gz"):
            if row["PMID"] not in read:
                read.add(row["PMID"])
                yield from _concluded(row["article_abstract"], "clinifact-conclusion", row["nctId"])


def _concluded(abstract: str, source: str, group: str) -> Iterator[tuple[str, str, str, str]]:
    sentences = split_sentences(abstract)
    if len(sentences) >= 5:
        last = sentences[-1]
        stated = _LABEL.sub("", " ".join(abstract[last.start : last.end].split()))
        rest = abstract[: last.start]
        if 8 <= len(stated.split()) <= 45 and _share(stated, rest) >= RESTS_ON:
            yield stated, rest, source, group


def _share(statement: str, evidence: str) -> float:
    words, have = set(_TOKEN.findall(statement.casefold())), set(_TOKEN.findall(evidence.casefold()))
    return len(words & have) / max(1, len(words))


def wice(data: Path) -> Iterator[Example]:
    """Claims of Wikipedia against the pages they cite: the development part."""
    labels = {"supported": SUPPORTED, "partially_supported": UNSUPPORTED, "not_supported": UNSUPPORTED}
    for row in _lines(data / "faithfulness" / "wice" / "claim_dev.jsonl.gz"):
        claim, label = row["claim"], labels[row["label"]]
        doubted = () if label == SUPPORTED else None
        yield Example(read_of(claim, [" ".join(row["evidence"])]), claim, label, "wice", _page(row), doubted)
        for chosen in row["supporting_sentences"][: 2 if label == SUPPORTED else 0]:
            yield Example(_chosen(row["evidence"], chosen), claim, label, "wice-gold", _page(row), doubted)


def wice_words(data: Path) -> Iterator[Example]:
    """Partly supported claims with the words that are not, and the claims without those words, which are supported."""
    for part in ("train", "dev"):
        for row in _lines(data / "faithfulness" / "wice" / f"non_supported_tokens_{part}.jsonl.gz"):
            claim, doubted = row["claim"], tuple(_marked(row["claim"], row["claim_tokens"], row["non_supported_spans"]))
            yield Example(read_of(claim, [" ".join(row["evidence"])]), claim, UNSUPPORTED, "wice-words", _page(row), doubted)
            rest = _without(claim, doubted)
            if len(rest.split()) >= 5 and len(rest) >= 0.5 * len(claim):
                chosen = _chosen(row["evidence"], [place for group in row["supporting_sentences"] for place in group])
                yield Example(chosen or read_of(rest, [" ".join(row["evidence"])]), rest, SUPPORTED, "wice-rest", _page(row), ())


def pubmedqa(data: Path) -> Iterator[Example]:
    """Questions turned into statements, and conclusions, against the abstracts they come from."""
    with gzip.open(data / "faithfulness" / "pubmedqa" / "ori_pqal.json.gz", "rt", encoding="utf-8") as file:
        questions: dict[str, dict[str, Any]] = json.load(file)
    labels = {"yes": SUPPORTED, "no": CONTRADICTED, "maybe": UNKNOWN}
    for number, row in questions.items():
        stated = _ASKED.sub("", row["QUESTION"].rsplit(": ", 1)[-1]).rstrip("? ")
        if _ASKED.match(row["QUESTION"]):
            stated = stated[:1].upper() + stated[1:] + "."
            label = labels[row["final_decision"]]
            yield Example(read_of(stated, row["CONTEXTS"]), stated, label, "pubmedqa", f"pubmed-{number}")
        conclusion = row["LONG_ANSWER"].split(". ")[0].rstrip(".") + "."
        if 6 <= len(conclusion.split()) <= 50 and _share(conclusion, " ".join(row["CONTEXTS"])) >= RESTS_ON:
            yield Example(read_of(conclusion, row["CONTEXTS"]), conclusion, SUPPORTED, "pubmedqa-conclusion", f"pubmed-{number}")


def evidence_inference(data: Path) -> Iterator[Example]:
    """What a trial found of an outcome, rightly told and wrongly, against the sentences that say so and their neighbours."""
    folder = data / "citations" / "evidence_inference"
    with tarfile.open(folder / "articles.tar.gz") as archive:
        articles = {Path(m.name).stem: f.read().decode("utf-8") for m in archive.getmembers() if (f := archive.extractfile(m))}
    seen = set()
    for row in _lines(folder / "annotations.jsonl.gz"):
        right = "significantly increased" if row["Label"].startswith("significantly increase") else row["Label"]
        if row["Valid Label"] != "True" or row["PromptID"] in seen or right not in _EFFECTS:
            continue
        seen.add(row["PromptID"])
        start, end = int(row["Evidence Start"]), int(row["Evidence End"])
        article = articles[f"PMC{row['PMCID']}"]
        near = article[max(0, start - 500) : end + 300] if 0 <= start < end else row["Annotations"]
        wrong = [effect for effect in _EFFECTS if effect != right]
        for place, effect in enumerate((right, wrong[int(row["PromptID"]) % 2])):
            wordings = _EFFECTS[effect]
            wording = wordings[(int(row["PromptID"]) + place) % len(wordings)]
            claim = wording.format(i=row["Intervention"], o=row["Outcome"], c=row["Comparator"])
            label = SUPPORTED if effect == right else CONTRADICTED
            yield Example(read_of(claim, [near]), claim[:1].upper() + claim[1:], label, "evidence-inference", f"PMC{row['PMCID']}")


def _page(row: dict[str, Any]) -> str:
    """What a claim's evidence begins with: the same for all claims that cite one page."""
    return "wice-" + " ".join(row["evidence"])[:80]


def _chosen(sentences: Sequence[str], places: Sequence[int]) -> str:
    return " ".join(sentences[place] for place in sorted(set(places)))


def _marked(claim: str, tokens: Sequence[str], marks: Sequence[bool]) -> Iterator[Span]:
    at = 0
    for token, marked in zip(tokens, marks, strict=True):
        found = claim.find(token, at)
        if found < 0:
            continue
        at = found + len(token)
        if marked:
            yield Span(found, at)


def _without(claim: str, spans: Sequence[Span]) -> str:
    kept, at = [], 0
    for span in spans:
        kept.append(claim[at : span.start])
        at = span.end
    return re.sub(r"\s+([.,;])", r"\1", " ".join("".join([*kept, claim[at:]]).split()))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
