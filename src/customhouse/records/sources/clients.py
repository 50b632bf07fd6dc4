"""The clients of the services: how each is asked, what its limits are, how it says that it is too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from customhouse.errors import ServiceError
from customhouse.period import parse_month
from customhouse.records.answers import Answer
from customhouse.records.http import Check, Client, Progress, Refused, Service
from customhouse.records.sources import comtrade
from customhouse.records.sources.answered import Queued, is_array, is_csv, whole
from customhouse.records.sources.asking import Axis, Query, Request, TooMuch, asked_in_pieces
from customhouse.records.sources.special import special
from customhouse.vocabulary.codes import notes, single, table

COMTRADE = Service("comtrade", "https://comtradeapi.un.org", "COMTRADE_API_KEY",
                   key_header="Ocp-Apim-Subscription-Key", per_minute=10)
COMEXT = Service("comext", "https://ec.europa.eu/eurostat/api/comext/dissemination", per_minute=30)
CENSUS = Service("census", "https://api.census.gov", "CENSUS_API_KEY", key_parameter="key", per_minute=60)
GACC = Service("gacc", "http://english.customs.gov.cn", per_minute=6)
SDMX = Service("sdmx-csv", "https://sdmx.invalid", per_minute=30)

LIMIT_WITH_KEY, LIMIT_PREVIEW = 100_000, 500
_URL_LIMIT = 4000
_FLOW = {"imports": "M", "exports": "X", "re_imports": "RM", "re_exports": "RX"}
_CENSUS_VARIABLES = {
    "imports": ("CTY_CODE", "CTY_NAME", "I_COMMODITY", "GEN_VAL_MO", "GEN_QY1_MO", "UNIT_QY1", "AIR_VAL_MO",
                "AIR_WGT_MO", "VES_VAL_MO", "VES_WGT_MO", "CNT_VAL_MO", "CNT_WGT_MO", "SUMMARY_LVL",
                "COMM_LVL"),
    "exports": ("CTY_CODE", "CTY_NAME", "E_COMMODITY", "ALL_VAL_MO", "QTY_1_MO", "UNIT_QY1", "AIR_VAL_MO",
                "AIR_WGT_MO", "VES_VAL_MO", "VES_WGT_MO", "CNT_VAL_MO", "CNT_WGT_MO", "DF", "SUMMARY_LVL",
                "COMM_LVL"),
}
_MOST_VARIABLES = 50
_TOO_LARGE = frozenset({413, 414, 431})
_POLLS = 120
_HS_LEVELS = {"TOTAL": "HS2", "AG2": "HS2", "AG4": "HS4", "AG6": "HS6"}

Answers = Iterator[Answer]
Ask = Callable[[Client, Query, Progress | None], Answers]


def ask_comtrade(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The answers of UN Comtrade to a query: with a key up to 100,000 rows a request, without 500.

    An answer with as many rows as the limit is not trusted: it is asked again in pieces.
    """
    limit = int(query.extra.get("maxRecords", LIMIT_WITH_KEY if client.key else LIMIT_PREVIEW))
    door = "data/v1/get" if client.key else "public/v1/preview"
    path = f"{door}/{query.extra.get('type', 'C')}/{query.frequency}/{query.dataset or 'HS'}"
    periods = tuple(month.replace("-", "") for month in query.months())
    at = parse_month(query.months()[0][:4] + "-01")
    request = Request((
        Axis("period", periods, most=12), Axis("flowCode", tuple(_FLOW.get(f, f) for f in query.flows)),
        Axis("reporterCode", _numbers(query.reporters, at)), Axis("cmdCode", query.commodities),
        Axis("partnerCode", _numbers(query.partners, at), _all_numbers(at)),
    ))
    fixed = {"partner2Code": "0", "customsCode": "C00", "motCode": "0", "format": "JSON"}
    fixed["maxRecords"] = str(limit)

    def ask(piece: Request) -> Answer | None:
        params = {axis.name: ",".join(axis.values) for axis in piece.axes if axis.values} | fixed
        params |= {name: value for name, value in query.extra.items() if name != "type"}
        return _asked(client, path, params, lambda file: whole(file, limit, piece["period"]))

    return asked_in_pieces(request, ask, progress, "comtrade")


def _numbers(codes: tuple[str, ...], at: int) -> tuple[str, ...]:
    """Comtrade's own numbers for codes of ours; numbers stay."""
    ours = {code: str(int(outside)) for code, outside in _outside("m49", at).items()}
    ours |= {code.upper(): number for code, number in special("comtrade", "number").items()}
    return tuple(code if code.isdigit() else ours.get(code, code) for code in codes)


def _outside(system: str, at: int) -> dict[str, str]:
    """Codes of ours with the code that a system has for them, one without a note where there is one."""
    noted, found = notes(system, "partner", at), table(system, "partner", at)
    ours: dict[str, str] = {}
    for outside, code in sorted(found.items(), key=lambda pair: pair[0] in noted):
        ours.setdefault(code, outside)
    return ours


def _all_numbers(at: int) -> tuple[str, ...]:
    """All partners of Comtrade: the world, countries and the remainders that it has, no other groups."""
    alone = single("partner")
    known = table("m49", "partner", at)
    return tuple(map(str, sorted({int(o) for o, code in known.items() if code in alone or code == "WLD"})))


def _asked(
    client: Client, path: str, params: dict[str, str], check: Check, accept: str = "*/*"
) -> Answer | None:
    """One request; `TooMuch` where the service says so or the address grows too long; None for no rows."""
    if sum(len(name) + len(value) + 2 for name, value in params.items()) > _URL_LIMIT:
        raise TooMuch(path, "an address longer than the service takes", "name fewer codes")
    try:
        answer = client.get(path, params, accept, check)
    except Refused as error:
        if error.status in _TOO_LARGE or b"TOO_BIG" in error.body:
            raise TooMuch(error.place, error.wrong, error.remedy) from error
        if _nothing(error):
            return None
        raise
    return None if answer.empty else answer


def _nothing(error: Refused) -> bool:
    """SDMX services say with error 100 that there are no results."""
    return error.status == 404 and bool(re.search(rb"(?:faultcode>\s*|code=[\"'])100\b", error.body))


def ask_comext(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The answers of Eurostat's Comext API to a query, in SDMX-CSV; those that it queues are waited for."""
    first = query.months()[0]
    at = parse_month(first if len(first) > 4 else f"{first}-01")
    request = Request((
        Axis("period", query.months()), Axis("product", query.commodities),
        Axis("partner", _letters(query.partners, at)), Axis("reporter", _letters(query.reporters, at)),
        Axis("flow", tuple({"imports": "1", "exports": "2"}.get(f, f) for f in query.flows)),
    ))
    measures = query.extra.get("indicators", "VALUE_IN_EUROS+QUANTITY_IN_100KG+SUPPLEMENTARY_QUANTITY")

    def ask(piece: Request) -> Answer | None:
        parts = ("+".join(piece[name]) for name in ("reporter", "partner", "product", "flow"))
        key = ".".join((query.frequency, *parts, measures))
        params = {"startPeriod": piece["period"][0], "endPeriod": piece["period"][-1], "format": "SDMX-CSV"}
        return _awaited(client, f"sdmx/2.1/data/{query.dataset or 'DS-045409'}/{key}", params)

    return asked_in_pieces(request, ask, progress, "comext")


def _letters(codes: tuple[str, ...], at: int) -> tuple[str, ...]:
    """Eurostat's own codes for codes of ours; others stay."""
    ours = _outside("comext", at)
    ours |= {code.upper(): name for code, name in special("comext", "letters").items()}
    return tuple(ours.get(code, code) for code in codes)


def _awaited(client: Client, path: str, params: dict[str, str]) -> Answer | None:
    """An answer at once, or when the service has made it."""
    try:
        return _asked(client, path, params, is_csv)
    except Queued as queued:
        number = queued.number
    for _ in range(_POLLS):
        client.patience.sleep(client.patience.first_wait)
        status = _status(client, number)
        if status == "AVAILABLE":
            return _asked(client, f"1.0/async/data/{number}", {"format": "SDMX-CSV"}, is_csv)
        if status not in ("SUBMITTED", "PROCESSING", "QUEUED"):
            wrong = f"the answer was not made ({status or 'no status'})"
            raise ServiceError(path, wrong, "ask again, or for less")
    raise ServiceError(path, "the answer is still being made", "try again later")


def _status(client: Client, number: str) -> str:
    answer = client.get(f"1.0/async/status/{number}", keep=False)
    found = re.search(r"<(?:\w+:)?status>\s*(\w+)", answer.path.read_text(encoding="utf-8", errors="replace"))
    return found[1].upper() if found else ""


def ask_census(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The answers of the US Census to a query: a request a month and flow, by chapter where that is too much.

    A request may name 50 variables; `get` in `extra` names others than the usual ones.
    """
    request = Request((
        Axis("time", query.months(), most=1), Axis("flow", query.flows, most=1),
        Axis("commodity", _named(query), tuple(f"{n:02}*" for n in range(1, 100)), most=1),
        Axis("country", query.partners, most=1),
    ))

    def ask(piece: Request) -> Answer | None:
        flow = "imports" if piece["flow"][0] == "imports" else "exports"
        names = query.extra.get("get", "").split(",") if "get" in query.extra else _CENSUS_VARIABLES[flow]
        if len(names) > _MOST_VARIABLES:
            wrong = f"{len(names)} variables, of which it gives {_MOST_VARIABLES}"
            raise ServiceError("census", wrong, "ask for fewer")
        params = {"get": ",".join(names), "time": piece["time"][0], "COMM_LVL": _level(query)}
        if piece["commodity"]:
            params[f"{'I' if flow == 'imports' else 'E'}_COMMODITY"] = piece["commodity"][0]
        if piece["country"]:
            params["CTY_CODE"] = piece["country"][0]
        return _heavy(client, f"data/timeseries/intltrade/{flow}/hs", params)

    return asked_in_pieces(request, ask, progress, "census")


def _named(query: Query) -> tuple[str, ...]:
    return () if query.commodities[0].upper() in ("AG2", "AG4", "AG6") else \
        tuple("-" if code == "TOTAL" else code for code in query.commodities)


def _level(query: Query) -> str:
    first = query.commodities[0].upper()
    return query.extra.get("COMM_LVL") or _HS_LEVELS.get(first) or f"HS{len(first.rstrip('*'))}"


def _heavy(client: Client, path: str, params: dict[str, str]) -> Answer | None:
    """A request that the service may break down under: it then says 500 again and again."""
    try:
        return _asked(client, path, params, is_array)
    except Refused as error:
        if error.status in (500, 502, 503, 504):
            raise TooMuch(error.place, error.wrong, error.remedy) from error
        raise


def ask_sdmx(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The answers of an SDMX REST 2.1 service: `dataset` is the dataflow, `key` in `extra` the series key."""
    request = Request((Axis("period", query.months()),))
    path = f"data/{query.dataset or 'all'}/{query.extra.get('key', 'all')}"
    rest = {name: value for name, value in query.extra.items() if name != "key"}

    def ask(piece: Request) -> Answer | None:
        params = {"startPeriod": piece["period"][0], "endPeriod": piece["period"][-1]} | rest
        return _asked(client, path, params, is_csv, "application/vnd.sdmx.data+csv;version=1.0.0")

    return asked_in_pieces(request, ask, progress, "sdmx-csv")


def ask_gacc(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The pages or files of tables at the addresses that `dataset` names, separated by spaces."""
    request = Request((Axis("address", tuple((query.dataset or "").split()), most=1),))

    def ask(piece: Request) -> Answer | None:
        if not piece["address"]:
            raise ServiceError("gacc", "no address of a table", "give the address of its page")
        return _asked(client, piece["address"][0], {}, lambda file: None)

    return asked_in_pieces(request, ask, progress, "gacc")


def bulk_comtrade(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The bulk files of UN Comtrade for a query (a key is needed): the listing first, then each file."""
    path = f"bulk/v1/get/{query.extra.get('type', 'C')}/{query.frequency}/{query.dataset or 'HS'}"
    at = parse_month(query.months()[0][:4] + "-01")
    params = {"period": ",".join(m.replace("-", "") for m in query.months())}
    if query.reporters:
        params["reporterCode"] = ",".join(_numbers(query.reporters, at))
    listing = client.get(path, params, check=lambda file: whole(file, 10**9))
    files = [] if listing.empty else list(comtrade.listed(listing.path))
    for done, (reporter, name, what) in enumerate(files):
        if progress:
            progress(done, len(files), f"comtrade: {what}")
        yield client.get(f"bulk/v1/file/{reporter}/{name}")
    if progress:
        progress(len(files), len(files), "comtrade")


def bulk_comext(client: Client, query: Query, progress: Progress | None = None) -> Answers:
    """The bulk files of Comext: one a month, or one a year (`full_v2_202452`)."""
    base = client.service.base().replace("/api/comext/", "/api/")
    months = query.months()
    for done, month in enumerate(months):
        if progress:
            progress(done, len(months), f"comext: {month}")
        stamp = month.replace("-", "") if len(month) > 4 else f"{month}52"
        file = f"comext/COMEXT_DATA/PRODUCTS/full_v2_{stamp}.7z"
        if answer := _asked(client, f"{base}/files", {"file": file}, lambda path: None):
            yield answer
    if progress:
        progress(len(months), len(months), "comext")
