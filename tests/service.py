"""A statistics service on loopback: answers by a function, fails by a plan, remembers what was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as the service saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer. `cut` sends so many bytes of the body and then nothing; `delay` waits first."""

    body: bytes | str = b""
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    delay: float = 0.0


Answering = Callable[[Asked], Reply]


@dataclass
class Running:
    """A service that runs: its address, what it was asked, and the replies that come before its own."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    plan: list[Reply] = field(default_factory=list)


@contextmanager
def service(answering: Answering, plan: Iterable[Reply] = ()) -> Iterator[Running]:
    """Run a service while the block lasts."""
    running = Running("", plan=list(plan))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = parse_qs(parts.query, keep_blank_values=True)
            query = {name: values[0] for name, values in given.items()}
            asked = Asked(unquote(parts.path), query, {k.lower(): v for k, v in self.headers.items()})
            running.asked.append(asked)
            self.reply(running.plan.pop(0) if running.plan else answering(asked))

        def reply(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            length = ("Content-Length", str(len(body)))
            for name, value in (("Content-Type", reply.kind), length, *reply.headers):
                self.send_header(name, value)
            self.end_headers()
            if reply.status != 204:
                self.wfile.write(body if reply.cut is None else body[: reply.cut])
            if reply.cut is not None:
                self.wfile.flush()
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def comtrade(partners: Iterable[str], key: str | None = "k3y", limit: int = 100_000) -> Answering:
    """As UN Comtrade: a row for each period, partner, commodity and flow; no more than its limit."""
    known = list(partners)

    def answer(asked: Asked) -> Reply:
        if "/preview/" not in asked.path and asked.headers.get("ocp-apim-subscription-key") != key:
            return Reply(json.dumps({"statusCode": 401, "message": "Access denied due to invalid key."}), 401)
        wanted = asked.query.get("partnerCode")
        asked_for = [p for p in known if wanted is None or p in wanted.split(",")]
        axes = (
            asked.query["period"].split(","),
            asked_for,
            asked.query["cmdCode"].split(","),
            asked.query["flowCode"].split(","),
        )
        rows = [
            {
                "typeCode": "C",
                "freqCode": "M",
                "period": period,
                "reporterCode": 156,
                "flowCode": flow,
                "partnerCode": int(partner),
                "partner2Code": 0,
                "classificationCode": "H6",
                "cmdCode": cmd,
                "customsCode": "C00",
                "mosCode": "0",
                "motCode": 0,
                "primaryValue": 1.5,
            }
            for period, partner, cmd, flow in product(*axes)
        ]
        rows = rows[: min(limit, int(asked.query.get("maxRecords", limit)))]
        return Reply(json.dumps({"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""}))

    return answer


COMEXT_HEADER = (
    "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE,OBS_FLAG"
)
TOO_BIG = (
    '<S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>413</faultcode>'
    "<faultstring>EXTRACTION_TOO_BIG: estimated 9 rows, max authorised is 3</faultstring></S:Fault>"
)
NO_RESULTS = "<S:Fault><faultcode>100</faultcode><faultstring>No results found</faultstring></S:Fault>"


def months(first: str, last: str) -> list[str]:
    """All months from one to another, both included."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{m // 12}-{m % 12 + 1:02}" for m in range(start, end + 1)]


def comext(most: int, *, queued: bool = False, status: int = 413, nothing: Iterable[str] = ()) -> Answering:
    """As Eurostat: too much above `most` months times products; queued; no results for some months."""
    waiting: dict[str, str] = {}
    polls: dict[str, int] = {}

    def answer(asked: Asked) -> Reply:
        if "/async/status/" in asked.path:
            number = asked.path.rsplit("/", 1)[1]
            polls[number] = polls.get(number, 0) + 1
            state = "AVAILABLE" if polls[number] > 2 else "PROCESSING"
            return Reply(
                f"<env><queued><id>{number}</id><status>{state}</status></queued></env>", kind="text/xml"
            )
        if "/async/data/" in asked.path:
            return Reply(waiting[asked.path.rsplit("/", 1)[1]], kind="text/csv")
        _, reporters, partners, products, flows, indicators = asked.path.rsplit("/", 1)[1].split(".")
        wanted = [m for m in months(asked.query["startPeriod"], asked.query["endPeriod"]) if m not in nothing]
        if (
            len(months(asked.query["startPeriod"], asked.query["endPeriod"])) * len(products.split("+"))
            > most
        ):
            return Reply(TOO_BIG, status, "text/xml")
        if not wanted:
            return Reply(NO_RESULTS, 404, "text/xml")
        axes = (
            wanted,
            reporters.split("+"),
            partners.split("+"),
            products.split("+"),
            flows.split("+"),
            indicators.split("+"),
        )
        lines = [
            f"ESTAT:DS-045409(1.0),18/11/25 11:00:00,M,{r},{p},{c},{f},{i},{m},10,"
            for m, r, p, c, f, i in product(*axes)
        ]
        table = "\n".join([COMEXT_HEADER, *lines, ""])
        if queued:
            number = f"id-{len(waiting)}"
            waiting[number] = table
            return Reply(
                f"<env><queued><id>{number}</id><status>SUBMITTED</status></queued></env>", kind="text/xml"
            )
        return Reply(table, kind="text/csv")

    return answer


def census(heavy: bool = False, empty: Iterable[str] = ()) -> Answering:
    """As the US Census: arrays; 204 where there is nothing; 500 for a whole month where it is heavy."""

    def answer(asked: Asked) -> Reply:
        inward = asked.path.endswith("/imports/hs")
        commodity = ("I" if inward else "E") + "_COMMODITY"
        names = asked.query["get"].split(",")
        if len(names) > 50:
            return Reply("error: more than 50 variables", 400, "text/plain")
        if asked.query["time"] in empty:
            return Reply(status=204)
        prefix = asked.query.get(commodity)
        if heavy and prefix is None:
            return Reply("There was an error while running your query.", 500, "text/plain")
        if prefix and prefix not in ("01*", "02*", "-"):
            return Reply(status=204)
        rows = [[_census_cell(n, asked, prefix) for n in (*names, "time")]]
        return Reply(json.dumps([[*names, "time"], *rows]))

    return answer


def _census_cell(name: str, asked: Asked, prefix: str | None) -> str:
    commodity = (prefix or "010121").replace("*", "0121")
    fixed = {
        "CTY_CODE": "5700",
        "CTY_NAME": "CHINA",
        "SUMMARY_LVL": "DET",
        "COMM_LVL": "HS6",
        "DF": "-",
        "I_COMMODITY": commodity,
        "E_COMMODITY": commodity,
        "UNIT_QY1": "NO",
        "time": asked.query["time"],
    }
    return fixed.get(name, "7")
