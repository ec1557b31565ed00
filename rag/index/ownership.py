"""One process owns a workspace's index: the lock is taken before the shard is touched.

A second process that merely loads an Edge shard makes the owner's next flush fail. The lock goes with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from rag.errors import WorkspaceLockedError


class Ownership:
    """An exclusive lock on a file, held until released or the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock at once or not at all.

        Raises:
            WorkspaceLockedError: another process holds it, or the file cannot be made.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise WorkspaceLockedError(f"{path}: cannot be opened ({error.strerror})") from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise WorkspaceLockedError(f"{path.parent}: another process owns this workspace; stop it, or ask it") from None

    def release(self) -> None:
        """Let another process own it. Releasing twice is nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
