"""The address to which a case is sent."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool

from haircut.faces.server.desk import Desk
from haircut.faces.server.jobs import TooManyJobs
from haircut.faces.server.routes_studies import as_json
from haircut.faces.server.uploads import read_upload

KIND: Final = "application/octet-stream"
MOST: Final = 20
PER_SECONDS: Final = 60.0
BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {KIND: {"schema": {"type": "string", "format": "binary"}}}}
}


def routes(desk: Desk) -> APIRouter:
    """The address for this desk."""
    router = APIRouter(tags=["uploads"])
    seen: deque[float] = deque()
    one_at_a_time = threading.Lock()

    def read(name: str, content: bytes) -> str:
        with one_at_a_time:  # two would only share the same cores and twice the memory
            return desk.add(read_upload(name, content))

    @router.post("/uploads", operation_id="send_case", status_code=201, openapi_extra=BODY)
    async def send(request: Request, name: str) -> Response:
        """Send a workbook (.xlsx) or a packed case folder (.zip); it is read, checked whole and served."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
            raise HTTPException(415, f"expected {KIND}: the file itself")
        now = time.monotonic()
        while seen and now - seen[0] > PER_SECONDS:
            seen.popleft()
        if len(seen) >= MOST:
            raise TooManyJobs(f"{MOST} files were sent in the last minute; ask again later", 60)
        seen.append(now)
        case = await run_in_threadpool(read, name, await request.body())
        place = quote(case, safe="")
        page = f"/claims/{place}" if desk.is_live(case) else f"/books/{place}/book"
        ignored = [cell._asdict() for cell in desk.case(case).origin.ignored]
        return as_json({"case": case, "page": page, "ignored_cells": ignored}, 201)

    return router
