"""The application: every address of the workbench behind its guard, every refusal as problem+json."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError

from haircut.errors import CannotCompute, Defect, HaircutError, InputRefused, UsageError
from haircut.faces.server import (
    openapi,
    routes_claims,
    routes_jobs,
    routes_more,
    routes_runs,
    routes_studies,
    routes_uploads,
)
from haircut.faces.server.desk import Desk
from haircut.faces.server.guard import Guard, problem
from haircut.faces.server.jobs import TooManyJobs

__all__ = ["Desk", "create_app"]

STATUS: Final = {UsageError: 422, InputRefused: 422, CannotCompute: 422, Defect: 500}
TITLES: Final = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    413: "Content too large", 415: "Unsupported media type", 422: "Cannot be shown", 429: "Too many requests",
    500: "Defect",
}  # fmt: skip


def create_app(desk: Desk) -> Any:
    """The application for these cases, behind its guard."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.jobs.close()

    app = FastAPI(
        title="haircut", version=openapi.version(), docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        lifespan=life, redirect_slashes=False,
    )  # fmt: skip

    @app.exception_handler(HTTPException)
    async def known(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(404)
    async def lost(_: Request, error: Any) -> Response:
        return _problem(404, str(getattr(error, "detail", "no such page")))

    @app.exception_handler(405)
    async def wrong_method(_: Request, error: Any) -> Response:
        return _problem(405, "no page here takes this method", getattr(error, "headers", None))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return _problem(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")

    @app.exception_handler(TooManyJobs)
    async def busy(_: Request, error: TooManyJobs) -> Response:
        return _problem(429, str(error), {"retry-after": str(error.after_seconds)})

    @app.exception_handler(HaircutError)
    async def refused(_: Request, error: HaircutError) -> Response:
        return _problem(STATUS.get(type(error), 422), str(error))

    @app.exception_handler(Exception)
    async def defect(_: Request, error: Exception) -> Response:
        return _problem(500, type(error).__name__)

    for part in (routes_more, routes_claims, routes_jobs, routes_runs, routes_uploads, routes_studies):
        app.include_router(part.routes(desk))
    app.openapi = lambda: openapi.described(app, desk)  # type: ignore[method-assign]
    return Guard(app, desk.door)


def _problem(status: int, detail: str, headers: Any = None) -> Response:
    body = problem(status, TITLES.get(status, "Refused"), detail)
    return Response(body, status, media_type="application/problem+json", headers=headers)
