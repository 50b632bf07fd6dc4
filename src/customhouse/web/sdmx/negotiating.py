"""Which format an answer is in: from `Accept`, or from a parameter `format` for those who cannot set it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from customhouse.web.problems import Problem
from customhouse.web.sdmx.csvs import Layout

_BASE = "application/vnd.sdmx."
_PARAMETER = re.compile(r"\s*([A-Za-z]+)\s*=\s*\"?([^\";]*)\"?\s*")
_GENERAL = {
    "*/*": ("",), "application/*": ("",), "application/json": ("json",), "application/xml": ("xml",),
    "text/xml": ("xml",), "text/csv": ("csv",), "text/*": ("csv",), "text/html": ("",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name here, its media type with its version, what `format=` calls it, and its ending."""

    name: str
    kind: str
    version: str
    short: tuple[str, ...]
    suffix: str

    @property
    def media(self) -> str:
        """The media type as a header has it."""
        return f"{_BASE}{self.kind};version={self.version}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format with the parameters that were asked for with it."""

    format: Format
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def media(self) -> str:
        """What the answer says of itself."""
        told = "".join(f";{name}={value}" for name, value in self.parameters.items())
        charset = ";charset=utf-8" if self.format.suffix == "csv" else ""
        return f"{self.format.media}{told}{charset}"

    def layout(self) -> Layout:
        """How SDMX-CSV is laid out."""
        told = self.parameters
        labels, keys = told.get("labels", "id"), told.get("keys", told.get("key", "none"))
        return Layout(
            int(self.format.version[0]),
            labels if labels in ("name", "both") else "id",  # type: ignore[arg-type]
            told.get("timeFormat") == "normalized",
            keys if keys in ("obs", "series", "both") else "none",  # type: ignore[arg-type]
        )


DATA = (
    Format("json2", "data+json", "2.0.0", ("json", "sdmx-json"), "json"),
    Format("csv2", "data+csv", "2.0.0", ("csv", "sdmx-csv"), "csv"),
    Format("specific3.0", "data+xml", "3.0.0", ("xml", "sdmx-ml"), "xml"),
    Format("specific2.1", "structurespecificdata+xml", "2.1", ("structurespecific",), "xml"),
    Format("generic2.1", "genericdata+xml", "2.1", ("generic",), "xml"),
    Format("csv1", "data+csv", "1.0.0", ("csv1",), "csv"),
)
STRUCTURES = (
    Format("structures2", "structure+json", "2.0.0", ("json", "sdmx-json"), "json"),
    Format("structures3.0", "structure+xml", "3.0.0", ("xml", "sdmx-ml"), "xml"),
    Format("structures2.1", "structure+xml", "2.1", ("xml2.1",), "xml"),
)
OLD_DATA = ("generic2.1", "specific2.1", "csv1", "json2", "csv2", "specific3.0")
OLD_STRUCTURES = ("structures2.1", "structures2", "structures3.0")
"""The orders of preference of REST 1, where no version is asked for."""


def choose(
    accept: str | None, short: str | None, formats: tuple[Format, ...], order: tuple[str, ...] = ()
) -> Chosen:
    """The format that is asked for, the first of `order` where any will do. Raises Problem (406)."""
    if order:
        formats = tuple(sorted(formats, key=lambda one: order.index(one.name)))
    if short is not None:
        for one in formats:
            if short.lower() in one.short:
                return Chosen(one)
        raise _none(f"format={short[:60]}", formats)
    wanted = sorted(_wanted(accept or "*/*"), key=lambda told: -told[0])
    for quality, media, parameters in wanted:
        found = _among(media, parameters, formats) if quality > 0 else None
        if found is not None:
            kept = {k: v for k, v in parameters.items() if k in ("labels", "timeFormat", "keys", "key")}
            return Chosen(found, kept if found.suffix == "csv" else {})
    raise _none((accept or "")[:200], formats)


def _none(asked: str, formats: tuple[Format, ...]) -> Problem:
    there = ", ".join(one.media for one in formats)
    return Problem(406, f"{asked}: not offered here; ask for one of {there}")


def _wanted(accept: str) -> list[tuple[float, str, dict[str, str]]]:
    """Media types with their quality and parameters."""
    found = []
    for part in accept.split(","):
        media, _, rest = part.partition(";")
        parameters = {m[1]: m[2].strip() for piece in rest.split(";") if (m := _PARAMETER.fullmatch(piece))}
        try:
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            quality = 0.0
        if media.strip():
            found.append((quality, media.strip().lower(), parameters))
    return found


def _among(media: str, parameters: Mapping[str, str], formats: tuple[Format, ...]) -> Format | None:
    if media in _GENERAL:
        ending = _GENERAL[media][0]
        return next((one for one in formats if not ending or one.suffix == ending), None)
    kind = media.removeprefix(_BASE)
    fitting = (one for one in formats if media.startswith(_BASE) and kind == one.kind)
    return next((one for one in fitting if _version_fits(parameters.get("version"), one.version)), None)


def _version_fits(asked: str | None, there: str) -> bool:
    """Whether a version is the one that is asked for; `2.0.0+` or `2+.0.0` is it or a later one."""
    if asked is None:
        return True
    wanted, offered = _numbers(asked), _numbers(there)
    if wanted is None or offered is None:
        return False
    return wanted[0] == offered[0] and wanted <= offered if "+" in asked else wanted == offered


def _numbers(version: str) -> tuple[int, int, int] | None:
    parts = version.replace("+", "").split(".")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    first, second, third = (*map(int, parts), 0, 0)[:3]
    return first, second, third


def language_of(accept: str | None) -> str:
    """The language of names: Chinese where it is preferred to English."""
    told = [(quality, media) for quality, media, _ in _wanted(accept or "en")]
    for _, media in sorted(told, key=lambda one: -one[0]):
        if media.startswith("zh"):
            return "zh"
        if media.startswith("en") or media == "*":
            return "en"
    return "en"
