"""UN Comtrade: answers of its API (JSON), its CSV downloads, the bulk service's tab-separated files.

Values are US dollars: imports CIF where the reporter has CIF, else FOB; exports FOB. A year is a
period of twelve months. Rows broken down by second partner, customs procedure, mode of supply or
mode of transport stand beside their totals, so that only the totals are taken; `breakdowns` with
`transport` takes the modes of transport too. Where a load has the same trade (a reporter's flow in a
period) by several revisions of the HS, the one as reported is taken, else the latest. The layouts that
ended in 2023 are refused: they are to be downloaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from customhouse.errors import BrokenFile, UnsupportedFile
from customhouse.records.sources.base import Options, Source
from customhouse.records.sources.chunks import Chunk, csv_chunks, dict_chunks, header_of
from customhouse.records.sources.coding import coded, hs_code, months_of, partner, reporter
from customhouse.records.sources.columns import Column, Found, Sieve, among, any_of
from customhouse.records.sources.files import begins, opened
from customhouse.records.sources.jsonstream import JsonBroken, JsonStream
from customhouse.records.sources.once import Seen
from customhouse.records.sources.quantities import with_quantity
from customhouse.records.sources.revisions import Revisions, revisions_in
from customhouse.records.sources.special import special
from customhouse.records.table import Batch

_TOTALS = {"partner2code": ("0", ""), "customscode": ("c00", ""), "moscode": ("0", ""), "motcode": ("0", "")}
_NAMED = {"partner2iso": ("w00", "")}
_KEYS = (("reporterCode", "reporterISO"), ("partnerCode", "partnerISO"), ("typeCode",), ("cmdCode",),
         ("classificationCode",), ("motCode",))
_CENTS, _GRAMS = 100, 1000


def matches(path: Path) -> bool:
    """Whether the file has Comtrade's columns or is an answer of its API."""
    start = begins(path)
    if start.lstrip()[:1] == "{":
        return '"elapsedTime"' in start[:2000] and '"data"' in start[:4000]
    names = header_of(start.encode("utf-8")).simple
    coded_names = "cmdcode" in names and ("primaryvalue" in names or "tradevalue" in names)
    return coded_names and bool({"reportercode", "reporteriso"} & names)


def read(path: Path, options: Options) -> Iterator[Batch]:
    """Batches of one file of UN Comtrade. Raises UnreadableFile, EmptyFile and BrokenFile."""
    options = options if options.seen else replace(options, seen=Seen())
    chosen = _revisions(tuple(map(_stamped, dict.fromkeys((*options.together, path)))))
    for chunk in _chunks(path, options):
        yield _batch(chunk, options, chosen)


def _chunks(path: Path, options: Options) -> Iterator[Chunk]:
    text = begins(path)
    refuse_old(path, text)
    begun = text.lstrip()[:1]
    return _json(path, options) if begun == "{" else csv_chunks(path, options.batch_rows)


def _stamped(path: Path) -> tuple[Path, int, int]:
    """A file and what changes when it does."""
    try:
        stat = path.stat()
    except OSError:
        return path, 0, 0
    return path, stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=2)
def _revisions(files: tuple[tuple[Path, int, int], ...]) -> Revisions:
    """What is taken where the files of a load have one trade by several revisions; looked for once."""
    paths = [path for path, _, _ in files]
    return revisions_in(chunk for path in paths if len(paths) == 1 or matches(path)
                        for chunk in _chunks(path, Options()))


def is_old(start: str) -> bool:
    """Whether a text begins as the downloads and answers did that ended in 2023."""
    if start.lstrip()[:1] == "{":
        return '"dataset"' in start and '"rtCode"' in start[:4000]
    names = header_of(start.encode("utf-8")).simple
    return {"tradeflow", "reporter", "partner", "commoditycode", "tradevalueus"} <= names


def refuse_old(path: Path, start: str) -> None:
    """Raises UnsupportedFile for the layouts that ended in 2023."""
    if is_old(start):
        wrong = "the layout of UN Comtrade that ended in 2023"
        raise UnsupportedFile(str(path), wrong, "download it again from comtradeplus.un.org or its API")


def _json(path: Path, options: Options) -> Iterator[Chunk]:
    """The items of an envelope; its count and its error are held to."""
    envelope: dict[str, object] = {}
    with opened(path) as stream:
        try:
            yield from dict_chunks(path, _items(JsonStream(stream), envelope), options.batch_rows)
        except JsonBroken as error:
            wrong = f"the answer is cut short or no JSON ({error})"
            raise BrokenFile(str(path), wrong, "fetch it again") from error
    _held_to(path, envelope)


def _items(stream: JsonStream, envelope: dict[str, object]) -> Iterator[object]:
    items = 0
    for key in stream.fields():
        if stream.colon() == "[" and key == "data":
            for item in stream.items():
                items += 1
                yield item
        else:
            envelope[key] = stream.value()
    envelope["items"] = items


def _held_to(path: Path, envelope: dict[str, object]) -> None:
    """An answer that says it failed, or that has not as many rows as it says, is no table."""
    said = envelope.get("error") or envelope.get("message")
    if said:
        raise BrokenFile(str(path), f"an answer that failed: {said}", "fetch it again")
    count = envelope.get("count")
    if count is not None and str(count) != str(envelope["items"]):
        wrong = f"{envelope['items']} rows where the answer counts {count}"
        raise BrokenFile(str(path), wrong, "fetch it again")


def rows_in(path: Path) -> tuple[int, frozenset[str]]:
    """How many rows an answer of the API has, and of which periods.

    Raises BrokenFile where it is no good answer.
    """
    envelope: dict[str, object] = {}
    periods = set()
    with opened(path) as stream:
        try:
            for item in _items(JsonStream(stream), envelope):
                if isinstance(item, dict):
                    periods.add(str(item.get("period")))
        except JsonBroken as error:
            wrong = f"the answer is cut short or no JSON ({error})"
            raise BrokenFile(str(path), wrong, "fetch it again") from error
    _held_to(path, envelope)
    return int(str(envelope.get("items", 0))), frozenset(periods)


def listed(path: Path) -> Iterator[tuple[str, str, str]]:
    """Reporter, name and description of each file in an answer of the bulk service's listing."""
    with opened(path) as stream:
        for item in _items(JsonStream(stream), {}):
            if isinstance(item, dict) and item.get("rowKey"):
                shown = ("reporterCode", "period", "classificationCode")
                what = " ".join(str(item.get(key)) for key in shown)
                yield str(item.get("reporterCode")), str(item["rowKey"]), what


def _batch(chunk: Chunk, options: Options, chosen: Revisions) -> Batch:
    sieve = Sieve(chunk)
    chosen.reject(sieve)
    first, last = sieve.months(_period(sieve), months_of)
    figure: dict[str, Column] = {"first_month": first, "last_month": last, "currency": "USD"}
    figure["reporter"] = _area(sieve, "reporter", first)
    figure["partner"] = _area(sieve, "partner", first)
    numbered = sieve.has("partnerCode")
    codes = sieve.text("partnerCode" if numbered else "partnerISO")
    sieve.notice(codes, first, last, lambda code: ("m49",) if numbered else ("iso3",))
    figure["flow"] = sieve.codes(sieve.text("flowCode", "flowDesc"), _flow)
    figure["hs"] = _commodity(sieve)
    figure["transport"] = _breakdowns(sieve, first, options)
    figure |= _value(sieve, figure["flow"], options)
    figure |= with_quantity(sieve, "m49", ("qty",), ("qtyUnitCode", "qtyUnitAbbr"))
    figure["net_mass_g"] = sieve.amounts(sieve.text("netWgt"), _GRAMS, "mass_invalid")
    for name in ("quantity_milli", "net_mass_g"):
        figure[name] = _given(figure[name])
    figure["present"] = any_of(figure["value_cents"], figure["quantity_milli"], figure["net_mass_g"])
    keys = [first, last, figure["flow"], *(sieve.text(*names) for names in _KEYS)]
    return sieve.batch([figure], keys, options.seen)


def _given(amounts: Column) -> Column:
    """Amounts without zeros: Comtrade has 0 where a quantity is not available."""
    return pc.if_else(pc.equal(amounts, 0), pa.scalar(None, pa.int64()), amounts)


def _period(sieve: Sieve) -> Column:
    """The period of each row; a month beside a year is joined to it, 52 stands for the year."""
    if sieve.has("period"):
        return sieve.text("period")
    year, month = sieve.text("refYear", "year"), sieve.text("refMonth")
    month = pc.utf8_lpad(month, 2, "0") if sieve.has("refMonth") else month
    return pc.binary_join_element_wise(year, month, "")


def _area(sieve: Sieve, who: str, months: Column) -> Column:
    """Reporter or partner, by its ISO code where the file has one, else by its number."""
    find = partner if who == "partner" else reporter

    def by_iso(code: str, at: int) -> Found:
        return find("iso3", code, at)

    def by_number(code: str, at: int) -> Found:
        return find("m49", code.removesuffix(".0"), at)

    if sieve.has(f"{who}Code"):
        return sieve.dated_codes(sieve.text(f"{who}Code"), months, by_number)
    return sieve.dated_codes(sieve.text(f"{who}ISO"), months, by_iso)


def _flow(text: str) -> Found:
    code = special("comtrade", "flow").get(text.lower())
    if code is None:
        return None, "flow_unknown"
    return (None, "breakdown_row") if code == "part" else (code, None)


def _commodity(sieve: Sieve) -> Column:
    """HS codes; other classifications and services are set aside, but for the total of all goods."""
    codes = sieve.text("cmdCode")
    total = pc.equal(pc.utf8_upper(codes), "TOTAL")
    sieve.reject(pc.equal(pc.utf8_upper(sieve.text("typeCode")), "S"), "services")
    kind = pc.utf8_upper(sieve.text("classificationCode", "classificationSearchCode", default="HS"))
    other = pc.invert(pc.or_(pc.starts_with(kind, "H"), pc.equal(kind, "")))
    sieve.reject(pc.and_not(other, total), "other_classification")
    return sieve.codes(codes, hs_code)


def _breakdowns(sieve: Sieve, months: Column, options: Options) -> Column:
    """The mode of transport where wanted; rows that are parts of a total in another way are set aside."""
    wanted = "transport" in options.breakdowns
    totals = {k: v for k, v in _TOTALS.items() if not (wanted and k == "motcode")}
    for name, marks in (*totals.items(), *(() if sieve.has("partner2code") else _NAMED.items())):
        values = pc.utf8_lower(pc.replace_substring_regex(sieve.text(name), r"\.0$", ""))
        sieve.parts(values, marks)
    if not wanted:
        return sieve.constant(None)

    def mode(code: str, at: int) -> Found:
        return coded("m49", "transport", code, at)

    return sieve.dated_codes(sieve.text("motCode"), months, mode)


def _value(sieve: Sieve, flow: Column, options: Options) -> dict[str, Column]:
    """The primary value and its basis: that of the column (CIF or FOB) which it equals."""
    printed = sieve.text(options.value or "primaryValue", "primaryValue", "tradeValue")
    texts = sieve.text("cifvalue"), sieve.text("fobvalue")
    cif, fob = (sieve.amounts(text, _CENTS, "value_invalid") for text in texts)
    outward = among(flow, ("exports", "re_exports"))
    if options.value is None:
        printed = _printed(sieve, printed, outward, texts, (cif, fob))
    value = sieve.amounts(printed, _CENTS, "value_invalid")
    is_cif, is_fob = (pc.fill_null(pc.equal(value, other), False) for other in (cif, fob))
    outward = pc.fill_null(outward, False)
    kinds = pc.make_struct(outward, is_cif, is_fob)
    basis = pc.case_when(kinds, pa.scalar("FOB"), pa.scalar("CIF"), pa.scalar("FOB"))
    steps = sieve.steps(printed, _CENTS)
    return {"value_cents": value, "basis": basis, "printed": printed, "step_cents": steps}


def _printed(
    sieve: Sieve, primary: Column, outward: Column, texts: tuple[Column, Column],
    amounts: tuple[Column, Column],
) -> Column:
    """The primary value; where it is blank CIF of imports, else FOB, where one of them is given."""
    some = [pc.fill_null(pc.not_equal(amount, 0), False) for amount in amounts]
    inward = pc.and_(pc.invert(pc.fill_null(outward, False)), some[0])
    instead = pc.if_else(inward, texts[0], pc.if_else(some[1], texts[1], ""))
    return pc.if_else(sieve.blank(primary), instead, primary)


SOURCE = Source("comtrade", "UN Comtrade", matches, read)
