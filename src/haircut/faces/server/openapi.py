"""The description of the addresses, OpenAPI 3.1: what may stand in each part of an address, and what a refusal is."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from haircut.faces.server.book_memo_file import FILES as BOOK_FILES
from haircut.faces.server.desk import Desk
from haircut.faces.server.exhibit_files import TYPES
from haircut.faces.server.fields import Field
from haircut.faces.server.page import TABS
from haircut.faces.server.routes_more import STATIC
from haircut.faces.server.routes_runs import MEMOS
from haircut.faces.server.routes_studies import PAGES
from haircut.faces.server.runs_page import listed
from haircut.faces.server.sources_page import NAME
from haircut.faces.server.studies import STUDIES
from haircut.reports.exhibits import EXHIBITS

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
REFUSED = {
    "description": "Refused: what was found and what was expected (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
MOST_NAMED = 100
STATUSES = ("400", "401", "403", "404", "405", "408", "413", "414", "415", "421", "422", "429", "503")


def version() -> str:
    """Of the package."""
    from haircut import __version__

    return __version__


def described(app: FastAPI, desk: Desk) -> dict[str, Any]:
    """The description of an application; the cases are those that are served now."""
    found = get_openapi(
        title="haircut",
        version=version(),
        openapi_version="3.1.0",
        summary="The workbench of haircut: pages, their JSON twins, jobs.",
        routes=app.routes,
    )
    found.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    for path, methods in found["paths"].items():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= dict.fromkeys(STATUSES, REFUSED)
            _answers(path, operation)
            for parameter in operation.get("parameters", ()):
                _named(parameter, path, desk)
            if path.startswith("/books/{case}/{page}"):
                operation["parameters"] += _fields()
    return found


def _answers(path: str, operation: dict[str, Any]) -> None:
    """What a good answer is: JSON of a twin, else a page or a file."""
    kind = "application/json" if path.endswith(".json") or operation["operationId"] in JSON else "text/html"
    for status, answer in operation["responses"].items():
        if status == "200" and operation["operationId"] in FILES:
            answer["content"] = {kind: {} for kind in FILES_OF}
        elif status in ("200", "202"):
            answer["content"] = {
                kind: {"schema": {"type": "object"} if kind.endswith("json") else {"type": "string"}}
            }
            if operation["operationId"] in BOTH:
                answer["content"]["text/html"] = {}
        elif status == "307":
            answer.pop("content", None)
    operation["responses"].setdefault("303", {"description": "Of a form: the page of the answer"})
    operation["responses"].setdefault("307", {"description": "The page that is meant"})


JSON = ("start_job", "cancel_job", "redraw_claim", "send_case")
BOTH = ("cancel_job",)
FILES = (
    "show_exhibit",
    "show_answer_exhibit",
    "read_static",
    "show_run_file",
    "show_sources_exhibit",
    "show_book_file",
)
FILES_OF = (
    "text/html", "image/svg+xml", "image/png", "text/csv", "application/json", "text/css", "text/javascript",
    "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip


def _named(parameter: dict[str, Any], path: str, desk: Desk) -> None:
    """What a part of an address may be, where that is known: the cases that are served now and what is in them."""
    cases = list(desk.cases)
    books = [desk.case(name).book for name in cases]
    exhibits = [f"{name}.{kind}" for name in EXHIBITS for kind in TYPES]
    known: dict[str, list[str]] = {
        "case": cases,
        "page": list(PAGES),
        "study": list(STUDIES),
        "claim": [claim.id for book in books for claim in book.claims][:MOST_NAMED],
        "issuer": [issuer.id for book in books for issuer in book.issuers][:MOST_NAMED],
    }
    if path.endswith("/{name}") and path.startswith("/claims/"):
        known["name"] = [*TABS, *exhibits]
    elif path.startswith("/static/"):
        known["name"] = list(STATIC)
    elif path.startswith("/runs/"):
        known["file"] = [*MEMOS, *exhibits]
        known["run"] = [str(row["id"]) for row in listed().head(MOST_NAMED).to_dicts()]
    elif path.startswith("/books/{case}/files/"):
        known["file"] = list(BOOK_FILES)
    elif path.startswith("/sources/"):
        known["exhibit"] = [f"{NAME}.{kind}" for kind in TYPES]
    if parameter["in"] == "path" and known.get(parameter["name"]):
        parameter["schema"] = {"type": "string", "enum": list(dict.fromkeys(known[parameter["name"]]))}


def _fields() -> list[dict[str, Any]]:
    """Arguments of every study whose page this may be; a page refuses those of another."""
    fields: dict[str, Field] = {}
    for study in PAGES.values():
        fields |= {field.name: field for field in STUDIES[study].fields}
    return [
        {"name": name, "in": "query", "required": False, "description": field.label, "schema": _schema(field)}
        for name, field in fields.items()
    ]


def _schema(field: Field) -> dict[str, Any]:
    if field.kind in ("whole", "number"):
        kind = "integer" if field.kind == "whole" else "number"
        return {"type": kind, "minimum": field.low, "maximum": field.high}
    if field.kind in ("choice", "yes"):
        return {"type": "string", "enum": list(field.options or ("yes", "no"))}
    return {"type": "string", "maxLength": 80}
