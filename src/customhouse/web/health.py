"""How the server fares: `/healthz` for what watches over it, `/metrics` for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customhouse.errors import CustomhouseError
from customhouse.web.problems import Problem

if TYPE_CHECKING:
    from customhouse.web import counter as counters

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_NOWHERE = "(no route)"
disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many lines, which nobody asks for


class Metrics:
    """What is counted, in a registry of its own. Labels are routes, methods, statuses and jobs by name:
    nothing that comes with a request, of which there could be any number."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self.registry, "namespace": "customhouse"}
        self.requests = Counter("requests", "Requests answered.", ["route", "method", "status"], **own)
        self.seconds = Histogram(
            "request_seconds", "Time to the end of the answer.", ["route"], buckets=_BUCKETS, **own
        )
        self.in_flight = Gauge("requests_in_flight", "Requests being answered.", **own)
        self.jobs = Counter("jobs", "Heavy work in worker processes.", ["job", "outcome"], **own)
        self.job_seconds = Histogram(
            "job_seconds", "Time that heavy work took.", ["job"], buckets=_BUCKETS, **own
        )
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        key = (route, method, status)
        found = self._children.get(key)
        if found is None:
            counted = self.requests.labels(route, method, str(status))
            found = self._children[key] = (counted, self.seconds.labels(route))
        found[0].inc()
        found[1].observe(seconds)

    def worked(self, job: str, outcome: str, seconds: float) -> None:
        """Count a job."""
        self.jobs.labels(job, outcome).inc()
        if seconds:
            self.job_seconds.labels(job).observe(seconds)

    def watch(self, counter: counters.Counter) -> None:
        """Count the jobs of a counter, and tell of its store when asked."""
        counter.workers.told.append(self.worked)
        self.registry.register(_Stock(counter))


class _Stock:
    """What stands in the store and what waits, looked up when it is asked for."""

    def __init__(self, counter: counters.Counter) -> None:
        self._counter = counter

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up for the registration."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        workers = self._counter.workers
        yield GaugeMetricFamily("customhouse_jobs_waiting", "Jobs that wait for a worker.", workers.waiting)
        yield GaugeMetricFamily("customhouse_workers", "Worker processes.", len(workers.pids()))
        cells = sum(map(len, list(self._counter.indexes.held.values())))
        yield GaugeMetricFamily("customhouse_index_cells", "Cells in order in memory.", cells)
        try:
            vintages = self._counter.vintages
        except CustomhouseError:
            yield GaugeMetricFamily("customhouse_store_readable", "Whether the store can be read.", 0)
            return
        yield GaugeMetricFamily("customhouse_store_readable", "Whether the store can be read.", 1)
        loads = GaugeMetricFamily("customhouse_store_vintages", "Loads, by source.", labels=["source"])
        months = GaugeMetricFamily("customhouse_store_months", "Months with figures.", labels=["source"])
        for source in dict.fromkeys(v.source for v in vintages):
            mine = [v for v in vintages if v.source == source]
            loads.add_metric([source], len(mine))
            months.add_metric([source], len({m for v in mine for m in v.months()}))
        yield from (loads, months)


class Measured:
    """ASGI middleware that counts requests and times them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._templates: dict[int, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        metrics, status, began = metrics_of(scope["app"]), 500, perf_counter()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.in_flight.inc()
        try:
            await self.app(scope, receive, sent)
        finally:
            metrics.in_flight.dec()
            method = scope["method"] if scope["method"] in _METHODS else "other"
            metrics.answered(self._template(scope), method, status, perf_counter() - began)

    def _template(self, scope: Scope) -> str:
        """The address of the route that answered, with its places: `/{lang}/releases/{period}`."""
        if not self._templates:
            self._templates.update(_templates(scope["app"].routes))
        return self._templates.get(id(scope.get("endpoint")), _NOWHERE)


def _templates(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[int, str]]:
    """The address of each route, by what answers there."""
    for route in routes:
        included = getattr(route, "original_router", None)  # what FastAPI makes of a router
        inside = getattr(included or route, "routes", None)
        here = before + str(getattr(getattr(route, "include_context", route), "prefix", ""))
        here += str(getattr(route, "path", ""))
        if inside is not None:
            yield from _templates(inside, here)
        elif endpoint := getattr(route, "endpoint", None):
            yield id(endpoint), here


def metrics_of(app: Any) -> Metrics:
    """The metrics of an application, made when they are first asked for."""
    found: Metrics | None = getattr(app.state, "metrics", None)
    if found is None:
        found = app.state.metrics = Metrics()
        found.watch(app.state.counter)
    return found


async def _metrics(request: Request) -> Response:
    body = generate_latest(metrics_of(request.app).registry)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


def _ready(request: Request) -> Response:
    """200 where questions can be answered, 503 where the store cannot be read."""
    counter: counters.Counter = request.app.state.counter
    try:
        store = counter.desk.store
        for vintage in counter.vintages:
            for stored in vintage.files:
                store.file(stored)
    except CustomhouseError as error:
        raise Problem(503, f"The store cannot be read: {error}", "store_unreadable") from error
    said = {"status": "ok", "vintages": len(counter.vintages), "state": counter.state}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


async def _live(request: Request) -> Response:
    """200 as long as the process answers at all."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/healthz", _ready), Route("/healthz/live", _live), Route("/metrics", _metrics)]
