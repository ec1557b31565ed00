"""The HTTP interface: JSON in and out, problems as RFC 9457. Thin over ``Service``."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.forwarding import ROLES_HEADER
from api.problems import http_problem
from api.schemas import AskRequest, answer_json, document_json
from api.service import Service
from rag.errors import ChartciteError
from rag.scope import Principal

MAX_BODY_BYTES = 1_000_000
"""Largest request body: a question is at most a few thousand characters."""


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """A problem document; ``detail`` never holds patient text."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names that a browser on this machine may have asked for; any other is a name that was made to point here (DNS rebinding)."""


def create_app(service: Service, principal: Principal, token: str | None = None, hosts: frozenset[str] | None = None) -> FastAPI:
    """The application over one service. With ``token``, ``/v1`` needs it as a bearer token; with ``hosts``, requests must name one."""
    app = FastAPI(title="chartcite", docs_url=None, redoc_url=None, openapi_url="/openapi.json")

    def check_token(request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if token is not None and not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "a bearer token is needed")

    authenticated = [Depends(check_token)]

    def caller(request: Request) -> Principal:
        """The principal, with fewer roles where the request gives some up: a header can take roles away, never add one."""
        kept = request.headers.get(ROLES_HEADER)
        return principal if kept is None else replace(principal, roles=principal.roles & frozenset(kept.split(",")))

    @app.middleware("http")
    async def limit_and_harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if hosts is not None and request.url.hostname not in hosts:
            return problem(421, "Misdirected request", "this address answers only to its own names")
        length = request.headers.get("content-length", "0" if request.method in ("GET", "HEAD") else "")
        if not length or "transfer-encoding" in request.headers:
            return problem(411, "Length required", "say the length of the body; bodies are read whole")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            return problem(413, "Too large", f"a request body may hold at most {MAX_BODY_BYTES} bytes")
        try:
            response = await call_next(request)
        except Exception as error:  # answered here: a server would write its message, which may hold text, to the log
            response = problem(500, "Failed", f"an unexpected {type(error).__name__}; the request was not answered")
        response.headers["cache-control"] = "no-store"
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response

    @app.exception_handler(ChartciteError)
    def on_known(_request: Request, error: ChartciteError) -> JSONResponse:
        status, title = http_problem(error)
        return problem(status, title, str(error))

    @app.exception_handler(HTTPException)
    def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, "Request refused", str(error.detail))

    @app.exception_handler(RequestValidationError)
    def on_shape(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = sorted({".".join(str(part) for part in issue["loc"][1:]) or "body" for issue in error.errors()})
        return problem(422, "The request does not fit", f"check these fields: {', '.join(fields)}")

    @app.post("/v1/ask", dependencies=authenticated)
    def ask(asked: AskRequest, request: Request) -> dict[str, Any]:
        return answer_json(service.ask(asked.to_question(), caller(request)))

    @app.get("/v1/documents/{reference}", dependencies=authenticated)
    def document(reference: str, request: Request) -> dict[str, Any]:
        return document_json(service.show(reference, caller(request)))

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        ready = service.ready()
        return JSONResponse({"status": "ready" if ready else "not ready"}, status_code=200 if ready else 503)

    return app
