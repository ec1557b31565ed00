"""The one table from errors to exit codes and HTTP problems (RFC 9457)."""

from __future__ import annotations

from rag import errors

DONE, CHECK_FAILED, BAD_INPUT, SERVICE_DOWN = 0, 1, 2, 3

# most specific first: (error, exit code, HTTP status, title)
TABLE: tuple[tuple[type[Exception], int, int, str], ...] = (
    (errors.UnknownDocumentError, BAD_INPUT, 404, "Not found"),
    (errors.QuestionError, BAD_INPUT, 422, "The question cannot be asked"),
    (errors.SourceError, BAD_INPUT, 422, "The source cannot be read"),
    (errors.InputError, BAD_INPUT, 422, "Bad input"),
    (errors.ScopeError, BAD_INPUT, 403, "Not in scope"),
    (errors.CitationError, CHECK_FAILED, 500, "A citation did not verify"),
    (errors.QuarantineError, CHECK_FAILED, 422, "Quarantined"),
    (errors.DetectorError, SERVICE_DOWN, 503, "A detector is not available"),
    (errors.ConfigurationError, BAD_INPUT, 500, "Configuration"),
    (errors.ServiceError, SERVICE_DOWN, 503, "A service is down"),
    (errors.ChartciteError, CHECK_FAILED, 500, "Failed"),
)


def exit_code(error: Exception) -> int:
    """Exit code of an error of this project's tree; 1 for any other."""
    return next((code for kind, code, _, _ in TABLE if isinstance(error, kind)), CHECK_FAILED)


def http_problem(error: Exception) -> tuple[int, str]:
    """HTTP status and title of an error; 500 for any other."""
    return next(((status, title) for kind, _, status, title in TABLE if isinstance(error, kind)), (500, "Failed"))
