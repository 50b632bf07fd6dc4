"""A model's arrays and numbers as plain data: a tree in JSON beside arrays in Parquet, and back.

Nothing that is read can run: dataclasses are made of a closed list, those of the modules named here, from
fields of plain values alone. Whole numbers that rise are kept by their differences, so that the ledger of a
million declarations takes a byte or two each.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODULES = ("coding", "features", "finds", "peers", "profiles")
"""Modules of targeting whose dataclasses a model is made of."""
_PLAIN = (str, int, float, bool, type(None))
_KINDS = frozenset("biufU")
_MOST = 200_000_000
"""No array of a model has more entries."""


class Packed:
    """Arrays by number as they are met, each once."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self._known: dict[int, int] = {}

    def tree(self, value: Any) -> Any:
        """A value as JSON takes it; arrays and dataclasses by their numbers. Raises TargetingError."""
        import numpy as np

        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, np.ndarray):
            return {"array": self._array(value)}
        if isinstance(value, Mapping):
            return {"map": [[self.tree(key), self.tree(one)] for key, one in value.items()]}
        if isinstance(value, tuple | list):
            return {type(value).__name__: [self.tree(one) for one in value]}
        name = type(value).__name__
        if is_dataclass(value) and _known().get(name) is type(value):
            parts = {one.name: self.tree(getattr(value, one.name)) for one in fields(value)}
            return {"is": name, "of": parts}
        raise TargetingError(f"{name}: a model with this cannot be saved")

    def _array(self, values: Any) -> int:
        """Arrays that several share are kept once."""
        if values.dtype.kind not in _KINDS:
            raise TargetingError(f"an array of {values.dtype}: a model with this cannot be saved")
        if id(values) not in self._known:
            self._known[id(values)] = len(self.arrays)
            self.arrays.append(values)
        return self._known[id(values)]


def restored(tree: Any, arrays: Mapping[int, Any]) -> Any:
    """The value of a tree. Raises ValueError for one that is no tree of `Packed`."""
    if isinstance(tree, _PLAIN):
        return tree
    if not isinstance(tree, dict):
        raise ValueError("no plain value")
    kinds = set(tree)
    if kinds == {"array"}:
        return arrays[_number(tree["array"])]
    if kinds == {"map"}:
        return {restored(key, arrays): restored(one, arrays) for key, one in tree["map"]}
    if kinds in ({"list"}, {"tuple"}):
        found = [restored(one, arrays) for one in next(iter(tree.values()))]
        return found if kinds == {"list"} else tuple(found)
    if kinds == {"is", "of"}:
        return _made(tree, arrays)
    raise ValueError(f"no kind of value: {', '.join(map(str, kinds))[:80]}")


def _made(tree: Mapping[str, Any], arrays: Mapping[int, Any]) -> Any:
    kind = _known().get(_text(tree["is"]))
    if kind is None:
        raise ValueError(f"{tree['is']!r}: no part of a model")
    given = {_text(name): restored(one, arrays) for name, one in tree["of"].items()}
    if set(given) != {one.name for one in fields(kind)}:
        raise ValueError(f"{tree['is']} has other fields than this version knows")
    return kind(**given)


@cache
def _known() -> dict[str, Any]:
    """The dataclasses that a model may be made of, by name."""
    found: dict[str, Any] = {}
    for name in MODULES:
        module = import_module(f"customhouse.targeting.{name}")
        found |= {
            one.__name__: one for one in vars(module).values()
            if isinstance(one, type) and is_dataclass(one) and one.__module__ == module.__name__
        }  # fmt: skip
    return found


def to_bytes(values: NDArray[Any]) -> bytes:
    """An array as a Parquet file of one column, bit for bit; its shape and type are kept beside it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = values.reshape(-1)
    column = pa.array(flat.tolist(), pa.string()) if flat.dtype.kind == "U" else pa.array(_signed(flat))
    encoding = {"i": "DELTA_BINARY_PACKED", "f": "BYTE_STREAM_SPLIT", "U": "DELTA_BYTE_ARRAY"}
    kept = encoding.get(column.to_numpy(zero_copy_only=False).dtype.kind if flat.dtype.kind != "U" else "U")
    out = io.BytesIO()
    table = pa.table({"": column}).replace_schema_metadata({
        "shape": ",".join(map(str, values.shape)), "type": values.dtype.str,
    })  # fmt: skip
    pq.write_table(table, out, compression="zstd", use_dictionary=False, store_schema=True,
                   column_encoding={"": kept} if kept else None, write_statistics=False)  # fmt: skip
    return out.getvalue()


def _signed(flat: NDArray[Any]) -> NDArray[Any]:
    """Unsigned numbers as signed ones of the same bits, which have the encodings."""
    return flat.view(flat.dtype.str.replace("u", "i")) if flat.dtype.kind == "u" else flat


def from_bytes(data: bytes) -> NDArray[Any]:
    """The array of such a file. Raises ValueError for what is none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if file.metadata.num_rows > _MOST or file.metadata.num_columns != 1:
            raise ValueError("no array of a model")
        table = file.read()
        about = {key.decode(): text.decode() for key, text in (table.schema.metadata or {}).items()}
        kind = np.dtype(about["type"])
        shape = tuple(int(one) for one in about["shape"].split(",") if one)
    except (pa.ArrowException, KeyError, TypeError, OSError, UnicodeDecodeError) as error:
        raise ValueError("no array of a model") from error
    if kind.kind not in _KINDS or kind.hasobject:
        raise ValueError("no array of a model")
    flat = table.column(0).combine_chunks().to_numpy(zero_copy_only=False)
    if kind.kind == "U" and flat.dtype != object or kind.kind != "U" and flat.dtype.kind == "O":
        raise ValueError("no array of a model")
    found = flat.astype(kind) if kind.kind == "U" else flat.view(kind) if kind.kind == "u" else flat
    if found.dtype != kind:
        raise ValueError("no array of a model")
    return np.array(found.reshape(shape))


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no number of an array")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no name")
    return value
