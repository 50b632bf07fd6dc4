"""SDMX-JSON 2.0 data messages: the data first, as a stream; then the values that their numbers stand for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from customhouse.model import LANGUAGES
from customhouse.web.sdmx.answering import Observation, Series
from customhouse.web.sdmx.message import FLAT, DataSet, Message, chunks
from customhouse.web.sdmx.model import (
    AGENCY,
    DSD,
    IDS,
    OF_OBSERVATION,
    OF_SERIES,
    Component,
    urn,
)
from customhouse.web.sdmx.times import parse_period
from customhouse.web.words import word

_SCHEMA = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
_CODED = {"UNIT_MEASURE": "CL_UNIT", "OBS_STATUS": "CL_OBS_STATUS", "COMMODITY_LEVEL": "CL_COMMODITY_LEVEL"}


def write(message: Message, datasets: Iterable[DataSet]) -> Iterator[bytes]:
    """The message, a piece at a time. Held are the values that occur, each once."""
    return chunks(_Writer(message).parts(datasets))


def meta(id: str, prepared: str, schema: str) -> dict[str, Any]:
    """The head of a message."""
    sender = {"id": AGENCY, "name": word("sdmx_agency", "en")}
    return {
        "schema": schema, "id": id, "test": False, "prepared": prepared,
        "contentLanguages": list(LANGUAGES), "sender": sender,
    }  # fmt: skip


class _Numbered(dict[str, int]):
    """Values by the order in which they first occur."""

    def __missing__(self, value: str) -> int:
        self[value] = found = len(self)
        return found


class _Writer:
    def __init__(self, message: Message) -> None:
        self._message, self._shown = message, message.shown
        self._flat = message.at_observation == FLAT
        self._places = [_Numbered() for _ in IDS]
        self._times = _Numbered()
        self._groups = [_Numbered() for _ in OF_SERIES]
        self._values = [_Numbered() for _ in OF_OBSERVATION]
        self._observed = self._shown.observation()
        self._any = False

    def parts(self, datasets: Iterable[DataSet]) -> Iterator[str]:
        """The parts of the message."""
        prepared = self._message.prepared.isoformat(timespec="seconds")
        head = meta(self._message.id, prepared, f"{_SCHEMA}sdmx-json-data-schema.json")
        yield f'{{"meta":{_dumped(head)},"data":{{"dataSets":['
        count = 0
        for one in datasets:
            yield from self._dataset(one, "," if count else "")
            count += 1
        yield f'],"structures":{_dumped([self._structure(count)] if self._any else [])}}}}}'

    def _dataset(self, one: DataSet, comma: str) -> Iterator[str]:
        links = [{"rel": "dataflow", "urn": urn("dataflow", self._message.dataflow.id)}]
        head: dict[str, Any] = {"structure": 0, "action": one.action, "links": links}
        head |= {"validFrom": _moment(one.valid_from)} if one.valid_from else {}
        head |= {"validTo": _moment(one.valid_to)} if one.valid_to else {}
        inside = "observations" if self._flat and not self._shown.series_alone else "series"
        yield f'{comma}{_dumped(head)[:-1]},"{inside}":{{'
        comma = ""
        for series in one.series:
            self._any = True
            for part in self._series(series, inside):
                yield comma + part
                comma = ","
        yield "}}"

    def _series(self, series: Series, inside: str) -> Iterator[str]:
        key = ":".join(str(place[code]) for place, code in zip(self._places, series.key, strict=True))
        group = [str(self._groups[at][series.attributes[at]]) for at, _ in self._shown.series()]
        if inside == "observations":
            for one in series.observations:
                yield f'"{key}:{self._times[one.period]}":[{self._observation(one, group)}]'
            return
        told = f'"attributes":[{",".join(group)}]'
        if self._shown.series_alone:
            yield f'"{key}":{{{told}}}'
            return
        some = ",".join(f'"{self._times[o.period]}":[{self._observation(o)}]' for o in series.observations)
        yield f'"{key}":{{{told},"observations":{{{some}}}}}'

    def _observation(self, one: Observation, group: Sequence[str] = ()) -> str:
        told = [*([one.value or "null"] if self._shown.values else []), *group]
        for at, _ in self._observed:
            value = one.attributes[at]
            told.append("null" if value is None else str(self._values[at][value]))
        return ",".join(told)

    def _structure(self, datasets: int) -> dict[str, Any]:
        dimensions = [self._dimension(at, id) for at, id in enumerate(IDS)]
        times = [_period(one) for one in self._times]
        time = {**_named("TIME_PERIOD"), "keyPosition": len(IDS), "values": times}
        flat = self._flat and not self._shown.series_alone
        timed = [time] if self._times else []
        of_series = [self._attribute(OF_SERIES[at], self._groups[at]) for at, _ in self._shown.series()]
        observed = [self._attribute(OF_OBSERVATION[at], self._values[at]) for at, _ in self._observed]
        value = {**_named("OBS_VALUE"), "isMandatory": False, "format": {"dataType": "Decimal"}}
        flow = self._message.dataflow
        return {
            "name": flow.names[self._message.language], "names": flow.names,
            "dataSets": list(range(datasets)), "links": self._links(),
            "dimensions": {
                "dataSet": [], "series": [] if flat else dimensions,
                "observation": [*dimensions, *timed] if flat else timed,
            },
            "measures": {"observation": [value] if self._shown.values else []},
            "attributes": {
                "dataSet": [],
                "series": [] if flat else of_series,
                "observation": [*of_series, *observed] if flat else observed,
            },
        }  # fmt: skip

    def _links(self) -> list[dict[str, str]]:
        flow, base = self._message.dataflow.id, self._message.base
        found = (("dataflow", flow), ("datastructure", DSD))
        return [{"rel": kind, "urn": urn(kind, id), "href": f"{base}/structure/{kind}/{AGENCY}/{id}"}
                for kind, id in found]

    def _dimension(self, at: int, id: str) -> dict[str, Any]:
        coded = [self._value(id, code) for code in self._places[at]]
        roles = {"roles": ["FREQ"]} if id == "FREQ" else {}
        return {**_named(id), "keyPosition": at, **roles, "values": coded}

    def _attribute(self, one: Component, values: _Numbered) -> dict[str, Any]:
        on: dict[str, Any] = {"observation": {}}
        if one.on != "observation":
            on = {"dimensions": list(one.on)}
        coded = [self._value(one.id, value) for value in values]
        told = {**_named(one.id), "isMandatory": one.required, "relationship": on}
        return told | {"values": coded} if coded else told

    def _value(self, id: str, code: str) -> dict[str, Any]:
        if id not in _CODED and id not in IDS:
            return {"value": code}
        catalogue, coded = self._message.catalogue, _CODED.get(id, f"CL_{id}")
        names: dict[str, str] = {one: catalogue.name(coded, code, one) for one in LANGUAGES}
        return {"id": code, "name": names[self._message.language], "names": names}


def _named(id: str) -> dict[str, Any]:
    names = {language: word(f"sdmx_concept_{id}", language) for language in LANGUAGES}
    return {"id": id, "name": names["en"], "names": names}


def _period(text: str) -> dict[str, str]:
    period = parse_period(text)
    (first, month), (last, end) = divmod(period.first, 12), divmod(period.last + 1, 12)
    ends = date(last, end + 1, 1).toordinal() - 1
    start, final = date(first, month + 1, 1), date.fromordinal(ends)
    return {"id": text, "name": text, "start": f"{start}T00:00:00Z", "end": f"{final}T23:59:59Z"}


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
