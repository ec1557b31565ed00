"""``serve`` owns the workspace; other commands answer through its socket; another address needs a token."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.cli import main
from api.commands.serve import serve
from rag.errors import ConfigurationError
from rag.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "serve ended"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("serve did not become ready in a minute")


def test_ask_goes_through_the_owner_while_it_serves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "falls.md").write_text("# Falls\n\nAsk about falls at every visit to the clinic.\n")
    (tmp_path / "g.yaml").write_text(
        "name: g\nversion: '1'\nlicense: CC0-1.0\ncontains_phi: false\ndeidentification: {policy: none}\n"
        "sources:\n  - {format: document, path: falls.md}\n"
    )
    workspace = tmp_path / "ws"
    environment = os.environ | {"CHARTCITE_WORKERS": "0"}
    ingest = [sys.executable, "-m", "api.cli", "ingest", str(tmp_path / "g.yaml"), "--workspace", str(workspace)]
    subprocess.run(ingest, check=True, env=environment, capture_output=True)
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "api.cli", "serve", "--workspace", str(workspace), "--port", str(port)])
    try:
        wait_until_ready(port, process)
        code = main(["ask", "When should falls be asked about?", "--json", "--workspace", str(workspace)])
        forwarded = json.loads(capsys.readouterr().out)
        direct = httpx.post(f"http://127.0.0.1:{port}/v1/ask", json={"question": "When should falls be asked about?"}, timeout=30).json()
        assert code == 0 and forwarded["status"] == "answered" and forwarded["citations"] == direct["citations"]
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert not (workspace / "owner.sock").exists()


def test_another_address_without_a_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CHARTCITE_API_TOKEN"):
        serve(Settings(workspace=tmp_path / "ws", host="0.0.0.0"))
    assert not (tmp_path / "ws").exists()
