"""Opening what a command needs: a reader of SQL, or the engine; or the way to the process that owns it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.audit import AuditTrail
from rag.errors import WorkspaceLockedError
from rag.scope import Principal
from rag.settings import Settings
from rag.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from api.schemas import AskRequest
    from api.service import Service
    from rag.embedding import Embedder
    from rag.index.protocol import VectorIndex


def local_principal(settings: Settings) -> Principal:
    """The operator at the command line, with the roles of ``CHARTCITE_ROLES``."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    return Principal(f"local:{name}", frozenset(settings.roles))


@contextmanager
def open_trail(workspace: Workspace) -> Iterator[AuditTrail]:
    """The audit trail of a workspace."""
    with AuditTrail(workspace.settings.workspace / "audit.sqlite", workspace.keys.chain_key()) as trail:
        yield trail


@contextmanager
def open_reader(settings: Settings) -> Iterator[Service]:
    """A service for documents only, beside an owner that is running."""
    from api.service import Service

    with open_workspace(settings) as workspace, open_trail(workspace) as trail:
        yield Service(workspace, trail)


@dataclass(frozen=True, slots=True)
class Owner:
    """What the process that owns a workspace holds: for writing documents and for asking."""

    workspace: Workspace
    index: VectorIndex
    embedder: Embedder
    service: Service


@contextmanager
def open_owner(settings: Settings, *, create: bool = False) -> Iterator[Owner]:
    """Become the workspace's owner; with ``create``, make it when it is not there. Replays what a crash left behind.

    Raises:
        WorkspaceLockedError: another process owns it.
    """
    from api.service import Service
    from rag.embedding import open_embedder
    from rag.index.opening import open_index
    from rag.index.sync import replay_outbox
    from rag.pipeline import Engine
    from rag.store.encoder import bind_encoder

    with ExitStack() as stack:
        workspace = stack.enter_context(open_workspace(settings, create=create))
        embedder = stack.enter_context(open_embedder(settings.embedding_path, settings.threads))
        index = stack.enter_context(open_index(settings, embedder.dimensions))
        bind_encoder(workspace.database, embedder.identity)
        replay_outbox(workspace.database, index)
        trail = stack.enter_context(open_trail(workspace))
        yield Owner(workspace, index, embedder, Service(workspace, trail, Engine(workspace, index, embedder)))


@contextmanager
def open_asker(settings: Settings, principal: Principal) -> Iterator[Callable[[AskRequest], dict[str, Any]]]:
    """A function from request to Answer JSON: in this process, or by the owner's socket where one listens.

    Raises:
        WorkspaceLockedError: another process owns the workspace and answers no socket.
    """
    from api.schemas import answer_json

    with ExitStack() as stack:
        try:
            service = stack.enter_context(open_owner(settings)).service
        except WorkspaceLockedError:
            from api.forwarding import open_forwarder

            yield stack.enter_context(open_forwarder(settings.workspace, principal))
            return
        yield lambda request: answer_json(service.ask(request.to_question(), principal))
