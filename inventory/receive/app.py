"""What is answered to whom: the HTTP face of the receiver, as Marquez has it for those who send events.

    POST /api/v1/lineage        one event: 201, empty
    POST /api/v1/lineage/batch  an array of events: 200 and how many were taken
    GET  /health                200, or 503 where the store cannot be written
    GET  /metrics               Prometheus text

What is answered quotes nothing of what was sent.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from inventory.receive.body import Budget, Refusal, json_of, read_body
from inventory.receive.committing import Committer, Overloaded
from inventory.receive.keys import Keys
from inventory.receive.metrics import Metrics
from inventory.scanners.openlineage.distil import distilled
from inventory.scanners.openlineage.envelope import refusal, subject
from inventory.scanners.openlineage.tags import Tags
from lineage.errors import LineageError, StoreError

MOST_IN_MEMORY = 256 * 2**20
"""Bytes of bodies that are received at the same time."""
MOST_OF_A_BATCH = 10_000
_SMALL = 64 * 2**10
"""Bytes up to which a body is read at once; larger ones must not keep the others waiting."""
_RETRY_AFTER = "5"
_Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Receiver:
    """The endpoints; `keys` is None where everybody may send (a server that only this machine can reach)."""

    committer: Committer
    keys: Keys | None
    tags: Tags
    metrics: Metrics
    is_well: Callable[[], bool]
    budget: Budget

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/v1/lineage", self._answered(self.lineage), methods=["POST"]),
                Route("/api/v1/lineage/batch", self._answered(self.batch), methods=["POST"]),
                Route("/health", self.health),
                Route("/metrics", self._answered(self.figures)),
            ]
        )

    async def lineage(self, request: Request) -> Response:
        """One event."""
        with self.budget.share() as take:
            event = await self._content(request, take)
            problem = await _aside(request, lambda: _refusal(event))
            if problem:
                self.metrics.add("sharemap_events_refused_total")
                raise Refusal(400, problem)
            await self._keep(request, [event])
        return Response(status_code=201)

    async def batch(self, request: Request) -> Response:
        """Several; those that are events are taken, and of the others it is said why they are not."""
        with self.budget.share() as take:
            events = await self._content(request, take)
            if not isinstance(events, list):
                raise Refusal(400, "a batch is an array of events")
            if len(events) > MOST_OF_A_BATCH:
                raise Refusal(413, f"a batch has at most {MOST_OF_A_BATCH} events")
            problems = await _aside(request, lambda: [_refusal(event) for event in events])
            good = [event for event, problem in zip(events, problems, strict=True) if not problem]
            if good:
                await self._keep(request, good)
        self.metrics.add("sharemap_events_refused_total", len(events) - len(good))
        return JSONResponse(_told(events, problems), status_code=200 if good or not events else 400)

    async def health(self, request: Request) -> Response:
        """Says nothing but whether all is well, and so asks for no key."""
        well = self.is_well()
        return JSONResponse({"status": "ok" if well else "store unavailable"}, status_code=200 if well else 503)

    async def figures(self, request: Request) -> Response:
        return PlainTextResponse(self.metrics.text(), media_type="text/plain; version=0.0.4")

    # -- what all share -------------------------------------------------------------------------------

    def _answered(self, endpoint: _Endpoint) -> _Endpoint:
        """The endpoint for those who may ask; every way to fail is an answer, and none quotes what was sent."""

        async def answer(request: Request) -> Response:
            start = time.perf_counter()
            try:
                self._admit(request)
                response = await endpoint(request)
            except ClientDisconnect:
                response = Response(status_code=499)
            except LineageError as problem:
                response = _refused(problem)
            except Exception as problem:  # its text may quote the event
                response = _error(500, f"internal error ({type(problem).__name__}); please report it")
            if request.method == "POST":
                self.metrics.took(time.perf_counter() - start)
            self.metrics.add("sharemap_requests_total", label=str(response.status_code))
            return response

        return answer

    def _admit(self, request: Request) -> None:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if self.keys is None:
            if "origin" in request.headers:
                raise Refusal(403, "a web page may not send events")
        elif scheme.lower() != "bearer" or not self.keys.admits(secret.strip(), time.monotonic()):
            raise Refusal(401, "the request needs the header Authorization: Bearer KEY")

    async def _content(self, request: Request, take: Callable[[int], None]) -> Any:
        kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise Refusal(415, "the Content-Type must be application/json")
        body = await read_body(request.stream(), request.headers.get("content-encoding", ""), take)
        request.state.size = len(body)
        return await _aside(request, lambda: json_of(body))

    async def _keep(self, request: Request, events: list[dict[str, Any]]) -> None:
        """Return when the events are on the disk; those of a kind that tells no lineage need not be."""
        telling = [event for event in events if subject(event)]
        bodies = await _aside(request, lambda: [self._kept(event) for event in telling])
        if bodies:
            await self.committer.keep(bodies)
        self.metrics.add("sharemap_events_accepted_total", len(events))
        self.metrics.add("sharemap_events_ignored_total", len(events) - len(telling))

    def _kept(self, event: dict[str, Any]) -> bytes:
        return json.dumps(distilled(event, self.tags), separators=(",", ":")).encode()


async def _aside(request: Request, act: Callable[[], Any]) -> Any:
    """What `act` gives; beside the other requests where the body is large."""
    return act() if request.state.size <= _SMALL else await asyncio.to_thread(act)


def _refusal(event: Any) -> str | None:
    return refusal(event) if isinstance(event, dict) else "it is no JSON object"


def _told(events: list[Any], problems: list[str | None]) -> dict[str, Any]:
    failed = [{"index": i, "reason": problem, "retriable": False} for i, problem in enumerate(problems) if problem]
    status = "success" if not failed else "partial_success" if len(failed) < len(events) else "failure"
    taken = {"received": len(events), "successful": len(events) - len(failed), "failed": len(failed)}
    return {"status": status, "summary": taken, "failed_events": failed}


def _refused(problem: LineageError) -> Response:
    match problem:
        case Refusal(status=status):
            return _error(status, str(problem))
        case Overloaded():
            return _error(503, str(problem), {"Retry-After": _RETRY_AFTER})
        case StoreError():
            return _error(503, "the event cannot be kept now; send it again later", {"Retry-After": _RETRY_AFTER})
    return _error(500, f"internal error ({type(problem).__name__})")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    if status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse({"code": status, "message": message}, status_code=status, headers=headers)
