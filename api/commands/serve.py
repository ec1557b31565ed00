"""``chartcite serve``: HTTP on a port, and the owner's socket for other commands of this workspace."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import sys
import threading
from pathlib import Path

from api.forwarding import SOCKET_NAME
from api.opening import local_principal, open_owner
from api.problems import DONE
from rag.errors import ConfigurationError
from rag.settings import Settings, read_settings

SOCKET_MODE = 0o600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``serve``."""
    parser.add_argument("--host", help="default: CHARTCITE_HOST, else 127.0.0.1")
    parser.add_argument("--port", type=int, help="default: CHARTCITE_PORT, else 8080")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        ConfigurationError: an address other than loopback without ``CHARTCITE_API_TOKEN``.
    """
    settings = read_settings(workspace=arguments.workspace)
    settings = settings.model_copy(update={"host": arguments.host or settings.host, "port": arguments.port or settings.port})
    serve(settings)
    return DONE


def serve(settings: Settings) -> None:
    """Open the workspace, listen on the port and on the owner's socket, and block."""
    token = settings.api_token.get_secret_value() if settings.api_token else None
    if token is None and not _is_loopback(settings.host):
        raise ConfigurationError(f"host {settings.host} is not loopback: set CHARTCITE_API_TOKEN, or serve on 127.0.0.1")
    import uvicorn

    from api.app import LOOPBACK_HOSTS, create_app

    socket_path = settings.workspace / SOCKET_NAME
    with open_owner(settings, create=True) as owner:
        service, principal = owner.service, local_principal(settings)
        service.warm()
        local = uvicorn.Server(uvicorn.Config(create_app(service, principal), log_level="warning", lifespan="off"))
        local.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the other server's thread takes the signals
        thread = threading.Thread(target=_run_private, args=(local, socket_path), daemon=True)
        thread.start()
        print(f"chartcite: serving on http://{settings.host}:{settings.port} (stop with Ctrl-C)", file=sys.stderr)  # noqa: T201
        signal.signal(signal.SIGTERM, _end)  # the web server gives the signal on once it has shut down
        try:
            app = create_app(service, principal, token, hosts=LOOPBACK_HOSTS if token is None else None)
            uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
        except KeyboardInterrupt:
            return
        finally:
            local.should_exit = True
            thread.join(timeout=10)
            socket_path.unlink(missing_ok=True)


def _run_private(server: object, path: Path) -> None:
    """Run the socket's server. Only this user may connect: the socket has mode 0600, wherever the workspace's folder lies."""
    import asyncio
    import socket

    import uvicorn

    assert isinstance(server, uvicorn.Server)  # noqa: S101
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        os.fchmod(listener.fileno(), SOCKET_MODE)  # before it has a name: Linux gives the name the mode of the socket
        listener.bind(str(path))
        path.chmod(SOCKET_MODE)
        asyncio.run(server.serve(sockets=[listener]))


def _end(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
