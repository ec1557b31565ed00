"""Asking through the process that owns the workspace: HTTP over its socket ``DIR/owner.sock``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.schemas import AskRequest
from rag.errors import QuestionError, ServiceError, WorkspaceLockedError
from rag.scope import Principal

ROLES_HEADER = "chartcite-roles"
"""The roles that a request is content with, comma separated: the owner takes away all others."""

SOCKET_NAME = "owner.sock"
SECONDS_TO_ANSWER = 60.0


@contextmanager
def open_forwarder(workspace: Path, principal: Principal) -> Iterator[Callable[[AskRequest], dict[str, Any]]]:
    """A function that has the owner answer, with no more roles than ``principal`` holds.

    Raises:
        WorkspaceLockedError: the owner opened no socket (it is ingesting, say), or does not answer.
    """
    import httpx

    path = workspace / SOCKET_NAME
    if not path.exists():
        raise WorkspaceLockedError(f"{workspace}: another process owns the workspace and does not answer questions; wait for it to end")
    transport = httpx.HTTPTransport(uds=str(path))
    headers = {ROLES_HEADER: ",".join(sorted(principal.roles))}
    with httpx.Client(transport=transport, base_url="http://owner", headers=headers, timeout=SECONDS_TO_ANSWER) as client:

        def ask(request: AskRequest) -> dict[str, Any]:
            try:
                response = client.post("/v1/ask", json=request.model_dump(exclude_none=True))
            except httpx.HTTPError as error:
                raise WorkspaceLockedError(f"{workspace}: the owner's socket does not answer ({type(error).__name__})") from None
            if response.status_code == 422:
                raise QuestionError(response.json().get("detail", "the question does not fit"))
            if response.status_code != 200:
                raise ServiceError(f"{workspace}: the owner answered HTTP {response.status_code}")
            answer: dict[str, Any] = response.json()
            return answer

        yield ask
