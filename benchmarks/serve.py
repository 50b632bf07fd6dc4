"""`customhouse serve` under load over 10 million cells, beside datasette on the same cells; two cores.

    python benchmarks/serve.py                       makes the store (50 million lines, some minutes, 4 GB)
    python benchmarks/serve.py --data FOLDER         keeps the store and datasette's file there, or takes them
    python benchmarks/serve.py --lines 2000000       a smaller one

50 million simulated lines of the 60 months from 2022-01 to 2026-12 make 10.4 million cells (partner, eight
digits of the HS, province, type of enterprise, regime, transport, month, flow). wrk asks with 50 connections,
each with the next question as soon as it has an answer: *uncached*, each of many thousand addresses once;
*cached*, the same 50 addresses over and over. Questions are drawn with a seed: totals, partners, blocs, HS
chapters, headings and codes, provinces, types of enterprise, pairs of them, months of a year, the ten largest
partners; each answer has the growth on a year earlier. Before, the figures of all are compared. Datasette has
the cells in SQLite with indexes for these questions, and in a second file nothing but the totals that they
ask for (`serve_rival.py`). Needs wrk and datasette.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))
import serve_rival as rival

MONTHS = "2022-01/2026-12"
CONNECTIONS = 50
_FLOWS = ("exports", "imports")
LUA = """
local urls, at = {}, 0
for line in io.lines(os.getenv("URLS")) do urls[#urls + 1] = line end
function request() at = at % #urls + 1; return wrk.format("GET", urls[at]) end
function done(s, l, r)
  local e = s.errors
  io.write(string.format("RESULT %.1f %.2f %.2f %.2f %d %d\\n", s.requests / s.duration * 1e6,
    l:percentile(50) / 1e3, l:percentile(99) / 1e3, l.max / 1e3, s.requests,
    e.connect + e.read + e.write + e.timeout + e.status))
end
"""


@dataclass(frozen=True)
class Question:
    """The same question to all: the addresses of their answers."""

    ours: str
    cells: str
    totals: str


def questions(count: int, codes: dict[str, list[str]], seed: int) -> list[Question]:
    """Different questions, the kinds in turn."""
    draw, found = random.Random(seed), dict[str, Question]()
    kinds = [*rival.KINDS, "partner", "hs4", "partner_hs4", "region_partner", "enterprise_hs4", "bloc",
             "bloc_hs2", "partner_months", "hs4_months", "top_partners_hs2"]
    while len(found) < count:
        kind = draw.choice(kinds)
        names = [name for name in ("partner", "hs2", "hs4", "hs8", "region", "enterprise", "bloc")
                 if name in (*rival.KINDS.get(kind, ()), *kind.split("_"))]
        given = {name: draw.choice(codes["always" if "top" in kind else name]) for name in names}
        year, first, length = draw.randint(2023, 2026), draw.randint(1, 12), draw.choice((1, 1, 1, 3, 12))
        length = 12 if kind.endswith("months") else length
        first = 1 if length == 12 else (first - 1) // length * length + 1
        found.setdefault(*_question(kind, given, draw.choice(_FLOWS), year, first, length))
    return list(found.values())


def _question(
    kind: str, given: dict[str, str], flow: str, year: int, first: int, length: int
) -> tuple[str, Question]:
    last = first + length - 1
    period = f"{year}-{first:02}" if length == 1 else f"{year}-{first:02}/{year}-{last:02}"
    ours = {"flow": flow, "period": period}
    named = {"bloc": "partner", "hs2": "hs", "hs4": "hs", "hs8": "hs"}
    ours |= {named.get(name, name): code for name, code in given.items()}
    ours |= {"by": "month"} if kind.endswith("months") else {}
    ours |= {"by": "partner", "top": "10"} if "top" in kind else {}
    theirs = {**given, "flow": flow, "first": year * 12 + first - 1, "last": year * 12 + last - 1}
    ask = f"/api/v1/query?{urlencode(ours)}"
    other = f"{kind}.json?{urlencode(theirs)}&_shape=array"
    return ask, Question(ask, *(f"/{base}/{other}" for base in rival.BASES))


def compare(asked: list[Question], ours: str, theirs: str) -> int:
    """How many figures are the same; ends with an error where one is not."""
    same = 0
    for one in asked:
        found = _told(_figures(ours + one.ours))
        for address in (one.cells, one.totals):
            wanted = _told(_get(theirs + address))
            if len(found) != len(wanted) or not all(map(_close, found, wanted)):
                raise SystemExit(f"unlike figures: {one}\n{found}\n{wanted}")
        same += len(found)
    return same


def _told(rows: list[dict[str, float]]) -> list[tuple[float, float | None]]:
    return [(row["value"], row.get("growth")) for row in rows if row["value"]]


def _close(one: tuple[float, float | None], other: tuple[float, float | None]) -> bool:
    """The same to the cent, and growth where both tell it."""
    growth = one[1] is None or other[1] is None or abs(one[1] - other[1]) < 1e-6
    return abs(one[0] - other[0]) < 0.006 and growth


def _figures(address: str) -> list[dict[str, float]]:
    try:
        return list(_get(address)["figures"])  # type: ignore[call-overload]
    except urllib.error.HTTPError as error:
        if b"the statistics have no" in error.read():
            return []
        raise


def _get(address: str) -> list[dict[str, float]]:
    with urllib.request.urlopen(address, timeout=60) as answer:
        found: list[dict[str, float]] = json.load(answer)
        return found


@contextmanager
def served(command: list[str], port: int, ready: Callable[[], bool]) -> Iterator[tuple[str, int]]:
    """A server's address and process while it is used, after it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    began = time.perf_counter()
    try:
        while True:
            try:
                if ready():
                    break
            except OSError:
                pass
            if process.poll() is not None or time.perf_counter() - began > 600:
                raise SystemExit(f"{' '.join(command)}: does not serve")
            time.sleep(0.2)
        print(f"{Path(command[0]).name}: ready after {time.perf_counter() - began:.0f} s, "
              f"{_memory(process.pid):,.0f} MB", flush=True)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(30)


def _memory(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(name: str | None, address: str, pid: int, urls: list[str], seconds: int, folder: Path) -> float:
    """Have wrk ask, and print what came of it; the answers a second."""
    (folder / "urls.txt").write_text("\n".join(urls) + "\n")
    (folder / "ask.lua").write_text(LUA)
    before = _cpu(pid)
    ran = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s",
         str(folder / "ask.lua"), address],
        env=os.environ | {"URLS": str(folder / "urls.txt")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rate, median, high, most, count, errors = map(float, re.findall(r"RESULT (.*)", ran.stdout)[0].split())
    each = (_cpu(pid) - before) / max(count, 1) * 1e3
    again = " (addresses came again)" if count > len(urls) > 1000 else ""
    told = f"{rate:,.0f} | {median:.1f} | {high:.1f} | {most:.0f} | {errors:.0f} | {each:.2f}"
    if name:
        print(f"| {name} | {told} | {os.getloadavg()[0]:.1f} |{again}", flush=True)
    return rate


def make_store(folder: Path, lines: int) -> Path:
    """The store in the folder, made where it is not there."""
    from customhouse.desk import Loading, open_store
    from customhouse.period import Period
    from customhouse.simulate import simulate

    store, drawn = folder / "store", folder / "lines"
    if not (store / "store.json").exists():
        period = Period.parse(MONTHS)
        simulate(lines, drawn, seed=1, first=period.first, last=period.last)
        with open_store(store, create=True) as desk:
            desk.load([drawn / "*.parquet"], Loading(known_on=date(2027, 1, 14)))
        shutil.rmtree(drawn)
    return store


def _codes(store: Path) -> dict[str, list[str]]:
    import duckdb

    cells = duckdb.connect(config={"threads": 2})
    source = f"read_parquet('{store}/cells/**/*.parquet', hive_partitioning = false)"
    found = {"bloc": list(rival.BLOCS)}
    for name, column in (("partner", "partner"), ("region", "region"), ("enterprise", "enterprise"),
                         *((f"hs{n}", f"hs8[:{n}]") for n in (2, 4, 8))):
        rows = cells.execute(f"select distinct {column} from {source} order by 1").fetchall()
        found[name] = [row[0] for row in rows]
    there = f"select hs8[:2], count(distinct (month_number, flow)) n from {source} where flow in {_FLOWS}"
    rows = cells.execute(f"{there} group by 1 order by n desc, 1 limit 40").fetchall()
    found["always"] = [row[0] for row in rows]
    count = cells.execute(f"select count(*) from {source}").fetchall()[0][0]
    print(f"{count:,} cells, {len(found['partner'])} partners, {len(found['hs8']):,} HS codes", flush=True)
    return found


def main() -> None:
    """See the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--lines", type=int, default=50_000_000)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--port", type=int, default=8410)
    parser.add_argument("--uncached", type=int, default=60_000, help="addresses to be asked once")
    wanted = parser.parse_args()
    for tool in ("wrk", "datasette"):
        if shutil.which(tool, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}") is None:
            raise SystemExit(f"{tool} is not there; install it (apt install wrk, pip install '.[bench]')")
    with tempfile.TemporaryDirectory(prefix="customhouse-bench-") as text:
        folder = wanted.data or Path(text)
        folder.mkdir(parents=True, exist_ok=True)
        bench(make_store(folder, wanted.lines), folder, wanted.port, wanted.seconds, wanted.uncached)


def bench(store: Path, folder: Path, port: int, seconds: int, uncached: int) -> None:
    """Serve both, one after the other under load, and print a table."""
    rival.build(store, folder)
    codes, programs = _codes(store), Path(sys.executable).parent
    ours = [str(programs / "customhouse"), "serve", str(store), "--port", str(port), "--per-minute", "0"]
    theirs = [
        str(programs / "datasette"), "serve", *(f"-i{folder / base}.db" for base in rival.BASES),
        "-m", str(rival.metadata(folder)), "--port", str(port + 1),
        "--setting", "sql_time_limit_ms", "20000", "--setting", "max_returned_rows", "10000",
    ]  # fmt: skip

    def indexed() -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            cells = re.findall(rb"^customhouse_index_cells (\S+)", answer.read(), re.MULTILINE)
        return bool(cells and float(cells[0]))

    def up() -> bool:
        return bool(_get(f"http://127.0.0.1:{port + 1}/-/versions.json"))

    with served(theirs, port + 1, up) as other:
        with served(ours, port, indexed) as mine:
            checked = questions(300, codes, 3)
            same = compare(checked, mine[0], other[0])
            print(f"{same} figures of {len(checked)} questions are the same in all\n\n{_HEAD}", flush=True)
            first = _loaded("customhouse", "ours", mine, codes, seconds, uncached, folder)
        rates = {base: _loaded(f"datasette, {base}", base, other, codes, seconds, uncached, folder)
                 for base in rival.BASES}
    for base, (once, again) in rates.items():
        told = f"{first[0] / once:.1f} times uncached, {first[1] / again:.1f} times cached"
        print(f"\ncustomhouse beside datasette on {base}: {told} as many answers a second")


_HEAD = """| 50 connections | answers/s | median ms | p99 ms | max ms | errors | server CPU ms | load |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def _loaded(
    name: str, side: str, server: tuple[str, int], codes: dict[str, list[str]], seconds: int, uncached: int,
    folder: Path,
) -> tuple[float, float]:
    """The answers a second of one side, uncached and cached, after some to warm up."""
    def urls(count: int, seed: int) -> list[str]:
        return [getattr(one, side) for one in questions(count, codes, seed)]

    load(None, *server, urls(3000, 4), 3, folder)
    once = load(f"{name}, uncached", *server, urls(uncached, 1), seconds, folder)
    return once, load(f"{name}, cached", *server, urls(CONNECTIONS, 2), seconds, folder)


if __name__ == "__main__":
    main()
