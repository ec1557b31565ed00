"""The one tree of errors. Messages carry ids, sizes and offsets, never text: text may hold PHI.

ChartciteError
├── InputError                 bad input or usage (exit 2)
│   ├── ManifestError          a manifest that does not fit its schema
│   ├── SourceError            a source that cannot be read; has a ``code``
│   ├── QuestionError          a question that cannot be asked
│   └── UnknownDocumentError   no such document, or not in scope
├── ScopeError                 an empty or unknown scope; nothing may be read
├── CitationError              a quote that is not the text at its span
├── DetectorError              a de-identification detector failed, timed out or is missing
├── QuarantineError            a document that may not be stored; has a ``reason``
├── ConfigurationError         a setting or a key file that cannot be used (exit 2)
└── ServiceError               a needed service is down (exit 3)
    ├── WorkspaceLockedError   another process owns the workspace
    ├── StoreError             the database refused
    ├── IndexUnavailableError  the vector index refused
    ├── ModelError             a model file is missing, altered or gave unusable numbers
    └── AuditError             no audit sink took the record: no answer
"""


class ChartciteError(Exception):
    """Root of every error this project raises on purpose."""


class InputError(ChartciteError):
    """Bad input or usage; the message says what, where and what to do."""


class ManifestError(InputError):
    """A manifest that does not fit its schema: names the file, the field and the fix."""


class SourceError(InputError):
    """A source that cannot be read. ``code`` is a stable word such as ``encrypted`` or ``truncated``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.code, str(self))


class QuestionError(InputError):
    """A question that cannot be asked: empty, too long, or with fields that do not fit."""


class UnknownDocumentError(InputError):
    """No such document in the caller's scope; the two cases are one on purpose."""


class ScopeError(ChartciteError):
    """An empty or unknown scope: nothing may be read."""


class CitationError(ChartciteError):
    """A quote that is not the text at its span; names ids and offsets only."""


class DetectorError(ChartciteError):
    """A detector failed, timed out or is missing: the document goes to quarantine."""


class QuarantineError(ChartciteError):
    """A document that may not be stored. ``reason`` is a stable word for the accounting."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.reason, str(self))


class ConfigurationError(ChartciteError):
    """A setting, key file or schema version that cannot be used."""


class ServiceError(ChartciteError):
    """A needed service is down or refuses."""


class WorkspaceLockedError(ServiceError):
    """Another process owns the workspace."""


class StoreError(ServiceError):
    """The database refused or holds something it should not."""


class IndexUnavailableError(ServiceError):
    """The vector index refused, timed out or is not what the store says it is."""


class ModelError(ServiceError):
    """A model file is missing, altered or gave unusable numbers."""


class AuditError(ServiceError):
    """No audit sink took the record: no answer may leave."""
