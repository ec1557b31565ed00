"""The workspace key, and everything that is a keyed function of it.

Surrogates, date offsets and ids are pure functions of (workspace key, value), so a re-run gives the same; without the key
they cannot be turned back or tested by guessing. Each purpose has a sub-key of its own.

Source: RFC 5869 (HKDF-SHA256); RFC 2104 (HMAC); NIST SP 800-38D (AES-GCM, random 96-bit nonces).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import ConfigurationError

KEY_BYTES = 32
NONCE_BYTES = 12
WHOLE_WEEKS_OF_SHIFT = 52
_SEPARATORS = re.compile(r"(!/|/|#)")
_KEPT_EXTENSION = re.compile(
    r"(?:\.tar)?\.(?:json|ndjson|jsonl|xml|html?|xhtml|md|txt|csv|pdf|docx?|pptx?|xlsx?|hl7|rtf|gz|tgz|zip)(?:\.gz)?\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Keys:
    """Sub-keys of one workspace. ``repr`` shows nothing of them."""

    _master: bytes = field(repr=False)

    def document_id(self, corpus: str, key: str) -> str:
        """``d-`` and 20 hex digits for the document ``key`` of ``corpus``."""
        return "d-" + self._digest("document", corpus, key).hex()[:20]

    def patient_pseudonym(self, domain: str, source_id: str) -> str:
        """``p-`` and 16 hex digits derived from the source id: for ``date_shift`` only (45 CFR 164.514(c) bars it under Safe Harbor)."""
        return "p-" + self._digest("patient", domain, source_id).hex()[:16]

    def random_pseudonym(self) -> str:
        """``p-`` and 16 hex digits that are not derived from anything, as 45 CFR 164.514(c) asks under Safe Harbor."""
        return "p-" + secrets.token_hex(8)

    def chain_key(self) -> bytes:
        """The 32-byte key of the audit trail's chain."""
        return self._subkey("audit-chain")

    def lookup(self, domain: str, source_id: str) -> str:
        """64 hex digits under which a patient's row is found without storing the source id in clear."""
        return self._digest("lookup", domain, source_id).hex()

    def resource_pseudonym(self, corpus: str, reference: str) -> str:
        """``r-`` and 16 hex digits for a resource reference such as ``Observation/9a03``."""
        return "r-" + self._digest("resource", corpus, reference).hex()[:16]

    def uri_pseudonym(self, uri: str) -> str:
        """``uri`` with each part between ``/``, ``!/`` and ``#`` replaced by 12 hex digits; a well-known extension stays.

        A part's replacement does not depend on the parts beside it: a path-boundary suffix given in clear, pseudonymised
        too, is a suffix of the stored one.
        """
        return "".join(part if index % 2 else self._path_part(part) for index, part in enumerate(_SEPARATORS.split(uri)))

    def date_offset_days(self, pseudonym: str) -> int:
        """The patient's secret shift: whole weeks (weekdays stay), never 0, at most 52 weeks either way."""
        draw = int.from_bytes(self._digest("date-shift", pseudonym)[:8]) % (2 * WHOLE_WEEKS_OF_SHIFT)
        weeks = draw - WHOLE_WEEKS_OF_SHIFT
        return 7 * (weeks if weeks < 0 else weeks + 1)

    def surrogate_index(self, pseudonym: str, entity_type: str, value_casefolded: str) -> int:
        """64 uniform bits that pick the surrogate of one value of one patient."""
        return int.from_bytes(self._digest("surrogate", pseudonym, entity_type, value_casefolded)[:8])

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """AES-256-GCM under a random nonce; ``context`` (a row's identity) is bound in, so that rows cannot be swapped."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._subkey("seal")).encrypt(nonce, plaintext, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plaintext of :meth:`seal`.

        Raises:
            ConfigurationError: another key, another context, or bytes that were altered.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._subkey("seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise ConfigurationError(f"a sealed record of {len(sealed)} bytes does not open: another key, or altered data") from None

    def fingerprint(self) -> str:
        """12 hex digits that tell two keys apart and say nothing else of them."""
        return self._digest("fingerprint").hex()[:12]

    def _path_part(self, part: str) -> str:
        if part in ("", ".", ".."):
            return part
        extension = _KEPT_EXTENSION.search(part)
        return self._digest("uri", part).hex()[:12] + (extension.group() if extension else "")

    def _digest(self, purpose: str, *parts: str) -> bytes:
        # Length prefixes keep ("ab", "c") and ("a", "bc") apart.
        encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
        message = b"".join(len(part).to_bytes(8) + part for part in encoded)
        return hmac.digest(self._subkey(purpose), message, "sha256")

    def _subkey(self, purpose: str) -> bytes:
        # HKDF with a salt of zeros and one block of output, as RFC 5869 sections 2.2 and 2.3 have it.
        extracted = hmac.digest(bytes(hashlib.sha256().digest_size), self._master, "sha256")
        return hmac.digest(extracted, b"chartcite/1/" + purpose.encode() + b"\x01", "sha256")


def load_keys(path: Path, *, create: bool) -> Keys:
    """Read the 32-byte key at ``path``; with ``create``, make it (mode 0600) when it is not there.

    Two processes that create at once end with the same key.

    Raises:
        ConfigurationError: no key and ``create`` is false, not a plain file, readable by others, or of the wrong size.
    """
    if create and not path.exists():
        _create(path)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(KEY_BYTES + 1)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: no workspace key; restore it, or ingest into a new workspace") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: the workspace key cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"{path}: the workspace key is not a plain file")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise ConfigurationError(f"{path}: others may read the key (mode {stat.S_IMODE(status.st_mode):04o}); run chmod 600 on it")
    if len(content) != KEY_BYTES:
        raise ConfigurationError(f"{path}: the workspace key must have {KEY_BYTES} bytes; restore it from where it is kept")
    return Keys(content)


def ephemeral_keys() -> Keys:
    """Keys that are never stored: for one-off runs whose surrogates need not be repeated."""
    return Keys(secrets.token_bytes(KEY_BYTES))


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{path}: the workspace key cannot be made ({error.strerror})") from None
