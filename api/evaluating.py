"""A build opened for evaluation: the engine over a suite's corpora, the verifier, retrieval, de-identification, as far as needed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.opening import Owner, local_principal, open_owner
from api.progress import Counters
from evaluation.build import Build, Deidentify, ReadDocument, Search
from evaluation.suite import Suite
from rag.errors import ConfigurationError, InputError, UnknownDocumentError
from rag.scope import Principal
from rag.settings import Settings
from rag.types import Answer, Policy, Question, Span

FOLDER = "evaluations"
"""Runs, and the workspaces of suites that bring their own corpora, under the workspace."""
_PACKAGES = ("rag", "ingestion", "evaluation")
_CODE = frozenset({".py", ".yaml", ".json", ".safetensors", ".gz"})
_NOT_CODE = frozenset({"suites", "reports", "reviews", "__pycache__"})


@contextmanager
def open_build(settings: Settings, suite: Suite) -> Iterator[Build]:
    """What the suite's parts need, opened; the identity covers code, models, settings and the documents that are asked.

    Corpora that the workspace does not hold are ingested from the suite's manifests into a workspace of their own beside its runs.

    Raises:
        InputError: the suite's corpora are not there and it brings no manifests, or these cannot be read.
        WorkspaceLockedError: another process owns the workspace.
    """
    kinds = {part.kind for part in suite.parts}
    identity = {"code": code_sha256(), "settings": settings.fingerprint()}
    with ExitStack() as stack:
        build = Build(identity)
        if "answers" in kinds:
            build = stack.enter_context(_asking(settings, suite, identity))
        verifier = None
        if kinds & {"answers", "faithfulness"}:
            from rag.verification.verifier import open_verifier

            verifier = open_verifier(settings.threads)
        deidentify = _deidentify() if "deid" in kinds else None

        @contextmanager
        def search(folder: Path) -> Iterator[Search]:
            with _indexed(folder, settings) as found:
                yield found

        yield Build(build.identity, build.ask, build.document, verifier, deidentify, search)


def run_folder(workspace: Path, *names: str) -> Path:
    """A folder under the workspace's runs; a workspace that is not there yet is made as closed as any."""
    from rag.workspace import WORKSPACE_MODE

    workspace.mkdir(mode=WORKSPACE_MODE, parents=True, exist_ok=True)
    folder = workspace.joinpath(FOLDER, *names)
    folder.mkdir(mode=WORKSPACE_MODE, parents=True, exist_ok=True)
    return folder


def code_sha256() -> str:
    """One hash over the code, rules and weights that are installed: some 0.1 s."""
    root = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            inside = path.relative_to(root)
            if path.suffix in _CODE and not _NOT_CODE.intersection(inside.parts):
                whole.update(f"{inside.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


@contextmanager
def _asking(settings: Settings, suite: Suite, identity: dict[str, str]) -> Iterator[Build]:
    """The engine over the corpora that the suite asks."""
    own = not _holds(settings, suite.corpora)
    if own and not suite.manifests:
        missing = ", ".join(suite.corpora) or "any corpus"
        raise InputError(f"suite {suite.name}: the workspace {settings.workspace} does not hold {missing}; ingest first")
    chosen = _own_settings(settings, suite) if own else settings
    with open_owner(chosen, create=own) as owner:
        if own:
            _ingest(owner, suite)
        principal = local_principal(settings)
        models = {"embedding": owner.embedder.identity, "index": owner.index.identity()}

        def ask(question: Question) -> Answer:
            return owner.service.ask(question, principal)

        owner.service.warm()
        made = {**identity, **models, "corpora": _corpora_sha256(owner, suite.corpora), "roles": ",".join(sorted(principal.roles))}
        yield Build(made, ask, _reader(owner, principal))


def _holds(settings: Settings, corpora: Sequence[str]) -> bool:
    """Whether the workspace is there and has all of the corpora; any will do where none is named."""
    from rag.store.corpora import list_corpora
    from rag.workspace import open_workspace

    try:
        with open_workspace(settings) as workspace:
            names = {corpus.name for corpus in list_corpora(workspace.database)}
    except ConfigurationError:
        return False
    return bool(names) and names.issuperset(corpora)


def _own_settings(settings: Settings, suite: Suite) -> Settings:
    """A workspace under this one, with an embedded store and index: nothing of a suite's corpora may get among the charts."""
    folder = run_folder(settings.workspace, "corpora", suite.name)
    return settings.model_copy(update={"workspace": folder, "key_file": None, "database_url": None, "qdrant_url": None})


def _ingest(owner: Owner, suite: Suite) -> None:
    from ingestion.demo.questions import demo_manifests
    from ingestion.pipeline import ingest

    manifests = [path for one in suite.manifests for path in (demo_manifests() if isinstance(one, str) else (one,))]
    with Counters() as progress:
        report = ingest(owner.workspace, owner.index, owner.embedder, manifests, progress)
    if report.failed:
        raise InputError(f"suite {suite.name}: {'; '.join(report.errors) or 'a source of its manifests could not be read'}")
    dropped = [f"{count} {reason}" for corpus in report.corpora for reason, count in corpus.accounts.prepare.dropped.items()]
    if dropped:
        raise InputError(f"suite {suite.name}: documents of its corpora are not stored ({', '.join(dropped)}); mend that, then run again")


def _corpora_sha256(owner: Owner, corpora: Sequence[str]) -> str:
    """One hash over the versions of every document that is asked."""
    from rag.store.corpora import list_corpora
    from rag.store.ledger import document_states

    names = sorted(corpora) or [corpus.name for corpus in list_corpora(owner.workspace.database)]
    states = {name: sorted(map(repr, document_states(owner.workspace.database, name).items())) for name in names}
    return hashlib.sha256(json.dumps(states).encode()).hexdigest()


def _reader(owner: Owner, principal: Principal) -> ReadDocument:
    """The stored text of a version, for comparing what is cited; None where there is none. Shown to nobody, so not recorded."""
    from rag.reading import show_document

    def read(doc_id: str, sha256: str) -> str | None:
        try:
            return show_document(owner.workspace.database, f"{doc_id}@{sha256}", principal).text
        except UnknownDocumentError:
            return None

    return read


def _deidentify() -> Deidentify:
    """What ``chartcite deidentify`` replaces; a text that it quarantines counts as replaced whole."""
    from api.commands.deidentify import deidentify_lines
    from rag.deidentification.deidentifier import open_deidentifier
    from rag.keys import ephemeral_keys

    keys = ephemeral_keys()
    deidentifier = open_deidentifier(keys)

    def deidentify(texts: Sequence[str]) -> list[tuple[Span, ...]]:
        asked = io.StringIO("".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts)))
        told, messages = io.StringIO(), io.StringIO()
        deidentify_lines(asked, told, messages, deidentifier, keys, Policy.SAFE_HARBOR)
        lines = [json.loads(line) for line in told.getvalue().splitlines()]
        return [tuple(Span(span["start"], span["end"]) for span in line["spans"]) for line in lines]

    return deidentify


@contextmanager
def _indexed(folder: Path, settings: Settings) -> Iterator[Search]:
    """A retrieval set in a temporary index."""
    import tempfile

    from api.commands.retrieve import best_documents, open_indexed, read_texts

    documents = read_texts(folder, "corpus")
    with tempfile.TemporaryDirectory(prefix="chartcite-") as place, open_indexed(Path(place), settings, documents) as indexed:

        def search(query: str, k: int) -> list[str]:
            from rag.normalization import normalise

            return [name for name, _ in best_documents(indexed.retriever, normalise(query).text, k, len(documents))]

        yield search
