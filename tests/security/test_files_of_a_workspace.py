"""Attack 13 on one machine: another user of it can read nothing, wherever the workspace's folder lies."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

from starlette.testclient import TestClient

from api.app import create_app
from api.commands.serve import _run_private
from api.opening import Owner
from rag.scope import Principal
from rag.settings import Settings
from tests.security.hospital import opened


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_t13_files_of_a_workspace_in_an_open_folder_are_closed(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        with opened(tmp_path):
            readable = [path.name for path in workspace.iterdir() if mode(path) & 0o077]
    finally:
        os.umask(before)
    assert readable == [] and Settings(workspace=workspace).key_path.exists()


def test_t13_only_its_user_may_connect_to_the_owners_socket(demo: Owner, operator: Principal, tmp_path: Path) -> None:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(create_app(demo.service, operator), log_level="critical", lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    path = tmp_path / "owner.sock"
    thread = threading.Thread(target=_run_private, args=(server, path), daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    assert server.started and mode(path) == 0o600
    server.should_exit = True
    thread.join(timeout=10)


def test_t24_a_body_of_unknown_length_is_refused_whatever_length_is_claimed(demo: Owner, operator: Principal) -> None:
    client = TestClient(create_app(demo.service, operator))
    headers = {"transfer-encoding": "chunked", "content-length": "2", "content-type": "application/json"}
    assert client.post("/v1/ask", content=b"{}", headers=headers).status_code == 411
