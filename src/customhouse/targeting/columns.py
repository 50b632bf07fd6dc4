"""Columns of a table of declarations as arrays: texts as places in a list of values, numbers, days.

Columns go through Arrow, and each distinct text is looked at once: a column of a million rows costs as many
steps of Python as it has values. Columns of mixed kinds, which Arrow refuses, are read value by value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError
from customhouse.targeting import written

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customhouse.targeting.history import Floats, Whole


DATE = "date"
"""The column of the day on which a declaration was lodged."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A column of texts: its distinct values in order, and where each row's stands, -1 where missing."""

    values: NDArray[np.str_]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, column: Any) -> Texts:
        """A column without blanks around its texts; what is null, NaN or blank is missing.

        Whole numbers are written without a fraction, also where a missing value made floats of them.
        """
        found = _arrow(column)
        if found is None:
            given = list(column)
            kept = list(dict.fromkeys(given))
            numbered = {one: number for number, one in enumerate(kept)}
            return cls._read(kept, [numbered[one] for one in given])
        encoded = found.dictionary_encode()
        return cls._read(encoded.dictionary.to_pylist(), encoded.indices.fill_null(-1))

    def map(self, change: Callable[[str], str]) -> Texts:
        """The column with each value changed; what becomes empty is missing."""
        return self._read([change(str(one)) for one in self.values], self.places)

    def rows(self) -> NDArray[np.str_]:
        """The text of each row, "" where it is missing."""
        import numpy as np

        return np.append(self.values, "")[self.places]

    @classmethod
    def _read(cls, raw: list[Any], places: Any) -> Texts:
        import numpy as np

        told = [_text(one) for one in raw]
        values = np.array(sorted({one for one in told if one}), dtype=np.str_)
        number = {str(one): place for place, one in enumerate(values)}
        moved = np.array([*(number.get(one, -1) for one in told), -1], dtype=np.int32)
        return cls(values, moved[np.asarray(places, dtype=np.int64)])


def frame_of(table: Any, what: str = "declarations") -> Any:
    """A DataFrame of any kind as narwhals has it. Raises TargetingError."""
    import narwhals as nw

    try:
        return nw.from_native(table, eager_only=True)
    except TypeError as error:
        raise TargetingError(f"{what}: {type(table).__name__} is no table; give a DataFrame") from error


def numbers_of(frame: Any, name: str) -> Floats:
    """`numbers` of a column of a frame; NaN where the frame lacks it. Raises TargetingError."""
    import numpy as np

    return numbers(frame[name], name) if name in frame.columns else np.full(len(frame), np.nan)


def one_each(given: Any, name: str, size: int, what: str = "") -> Floats:
    """`numbers`, one for each of so many declarations. Raises TargetingError."""
    found = numbers(given, name)
    if found.shape != (size,):
        counted = f"{len(found)} {what}".strip()
        raise TargetingError(f"{name}: {counted} for {size} declarations; give one each")
    return found


def numbers(column: Any, name: str) -> Floats:
    """A column of numbers or of yes and no; NaN where a value is missing. Raises TargetingError."""
    import numpy as np
    import pyarrow as pa

    found = _arrow(column)
    try:
        if found is None or pa.types.is_boolean(found.type):
            given = list(column) if found is None else found.to_pylist()
            return np.array([np.nan if _missing(one) else float(one) for one in given], dtype=np.float64)
        return np.asarray(found.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise TargetingError(f"{name}: not a number ({error}); mend the column or leave it out") from error


def days(column: Any, name: str) -> Whole:
    """Days since 1970 of a column of days, moments (their local day) or texts as 2025-03-31 or 2025/3/31.

    Where it is missing NO_DAY. Raises TargetingError for what is no day.
    """
    import numpy as np
    import pyarrow as pa

    found = _arrow(column)
    if found is not None and pa.types.is_timestamp(found.type):
        found = _local(found).cast(pa.date32(), safe=False)
    if found is not None and pa.types.is_date(found.type):
        whole = found.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()).fill_null(NO_DAY)
        return np.asarray(whole.to_numpy(zero_copy_only=False))
    texts = Texts.of(column)
    try:
        read = [np.datetime64(written.day(str(one)) or str(one)[:10], "D").astype(np.int64)
                for one in texts.values]  # fmt: skip
    except ValueError as error:
        raise TargetingError(f"{name}: not a day ({error}); write days as 2025-03-31") from error
    return np.array([*read, NO_DAY], dtype=np.int64)[texts.places]


NO_DAY = -(2**40)
"""Where a day is missing."""


def _arrow(column: Any) -> pa.Array | None:
    """A column (any Series, array or list) as one Arrow array; None where its values are of no one kind."""
    import narwhals as nw
    import pyarrow as pa

    series = nw.from_native(column, series_only=True, pass_through=True)
    try:
        found = series.to_arrow() if isinstance(series, nw.Series) else pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        return None
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def _local(column: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.local_timestamp(column) if column.type.tz else column


def _text(value: Any) -> str:
    if _missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _missing(value: Any) -> bool:
    """Whether it is None, NaN, NaT or NA of pandas: all but the first do not equal themselves."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True
