"""What is posted: a form of a page of ours, or JSON of a program; read within limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import HTTPException

from haircut.faces.server.door import Door

DEEPEST: Final = 8
MOST_FIELDS: Final = 40
FORM: Final = "application/x-www-form-urlencoded"
KEY: Final = "form_key"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was posted.

    Attributes:
        values: by name.
        is_form: whether a page of ours posted it.
    """

    values: dict[str, Any]
    is_form: bool


async def read_sent(request: Request, door: Door) -> Sent:
    """The values of a posted form or JSON object.

    A form is taken from a page of the same session alone. JSON needs no key: a page of another site cannot send it
    without asking first, and is never answered.

    Raises:
        HTTPException: 400, 403, 415 or 422, saying what was expected.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == FORM:
        values = _form(body)
        if not door.is_form_key(str(values.pop(KEY, "")), request.scope["haircut.session"]):
            raise HTTPException(
                403, "this form was not sent from a page of this session; open the page again"
            )
        return Sent(values, True)
    if kind != "application/json":
        raise HTTPException(415, f"found {kind[:60]!r}; expected application/json, or a form of a page")
    return Sent(read_json(body), False)


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object no deeper than eight levels.

    >>> read_json(b'{"study": "book"}')
    {'study': 'book'}

    Raises:
        HTTPException: 400 for what is no JSON, 422 for what is no object or too deep.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None
    if depth(text) > DEEPEST:
        raise HTTPException(422, f"the body is nested deeper than {DEEPEST} levels")
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(found, dict):
        raise HTTPException(422, "found JSON that is no object")
    return found


def depth(text: str) -> int:
    """How deep brackets are nested outside of strings, without building anything.

    >>> depth('{"a": [1, "[[["]}'), depth("[" * 1000)
    (2, 1000)
    """
    level = deepest = 0
    inside = escaped = False
    for letter in text:
        if inside:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                inside = False
        elif letter == '"':
            inside = True
        elif letter in "[{":
            level += 1
            deepest = max(deepest, level)
        elif letter in "]}":
            level -= 1
    return deepest


def _form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS,
            errors="strict",
        )  # fmt: skip
    except ValueError:
        raise HTTPException(400, "the body is not a form") from None
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)
