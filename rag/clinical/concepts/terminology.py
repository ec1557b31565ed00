"""Where a licensed terminology can be plugged in: none is needed, and none is shipped."""

from __future__ import annotations

from typing import Protocol


class Terminology(Protocol):
    """Further names of coded things, from a terminology that the institution has a licence for."""

    def synonyms(self, code: str) -> tuple[str, ...]:
        """The names of ``system|code``, most usual first; empty where the terminology does not have it. Fast: asked once per concept."""
