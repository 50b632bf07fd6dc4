"""Column by column from an outside chunk to rows of `TABLE_SCHEMA`, exact, every row used or set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customhouse.errors import ControlFailure
from customhouse.records import numerals
from customhouse.records.noticed import Notice, merged, reading
from customhouse.records.sources.chunks import Chunk, simple
from customhouse.records.sources.once import Clash, Seen, hashes
from customhouse.records.sources.special import special
from customhouse.records.table import TABLE_SCHEMA, Batch, SetAside

Found = tuple[str | None, str | None]
"""A code, or the reason why there is none; both empty means all of the dimension."""
Column: TypeAlias = Any
"""An Arrow array: Arrow has no types that a checker knows."""
Figure = Mapping[str, Column]
"""Columns of one figure per row, by their name in TABLE_SCHEMA; `present` masks rows that have it."""

_PLAIN = r"^-?[0-9]{1,18}(\.[0-9]{0,12})?$"
_WIDE = pa.decimal256(34, 12)
_LARGEST = 9_000_000_000_000_000_000
_APART = "\x1f"
_AMOUNTS = ("value_cents", "quantity_milli", "net_mass_g")


def by_value(
    values: Column, find: Callable[[Any], Sequence[object]], types: Sequence[pa.DataType]
) -> list[Column]:
    """What `find` gives for each value, asked once for each distinct one, as columns of the types."""
    encoded = values.dictionary_encode()
    found = [find(text) for text in encoded.dictionary.to_pylist()]
    return [pa.array([row[i] for row in found], kind).take(encoded.indices) for i, kind in enumerate(types)]


def among(values: Column, texts: Iterable[str]) -> Column:
    """Where a value is one of the texts.

    They become an Arrow array here and not where they are named: the first array that a process makes of
    a list imports pandas, where it is installed, and what only looks at a file shall not wait for that.
    """
    return pc.is_in(values, pa.array(list(texts), pa.string()))


def any_of(*amounts: Column) -> Column:
    """Where any of the amounts is there."""
    present = pc.is_valid(amounts[0])
    for amount in amounts[1:]:
        present = pc.or_(present, pc.is_valid(amount))
    return present


class Sieve:
    """One chunk on its way to a batch: hands out columns, and gathers the reasons against rows."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk, self.size = chunk, chunk.size
        self._reasons: list[tuple[Column, str]] = []
        self._notices: list[Notice] = []

    def has(self, *names: str) -> bool:
        """Whether the file has one of the columns."""
        return any(simple(name) in self.chunk.columns for name in names)

    def text(self, *names: str, default: str = "") -> Column:
        """The first of the columns that the file has, trimmed; `default` in every row where it has none."""
        for name in names:
            if (column := self.chunk.columns.get(simple(name))) is not None:
                return pc.utf8_trim_whitespace(column)
        return self.constant(default)

    def constant(self, value: str | int | None, kind: pa.DataType | None = None) -> Column:
        """The same value in every row."""
        scalar: Any = pa.scalar(value, kind or pa.string())
        return pa.repeat(scalar, self.size)

    def nothing(self) -> Column:
        """A mask of no row."""
        return pa.repeat(pa.scalar(False), self.size)

    def reject(self, mask: Column, reason: str) -> None:
        """Set aside the rows of a mask."""
        mask = pc.fill_null(mask, False)
        if pc.any(mask).as_py():
            self._reasons.append((mask, reason))

    def codes(self, values: Column, find: Callable[[str], Found]) -> Column:
        """Codes by value; rows whose value gives a reason are set aside."""
        codes, reasons = by_value(values, find, (pa.string(), pa.string()))
        self._reject_each(reasons)
        return codes

    def dated_codes(self, values: Column, months: Column, find: Callable[[str, int], Found]) -> Column:
        """Codes by value and month (null months count as month 0)."""
        keys = pc.binary_join_element_wise(values, pc.cast(pc.fill_null(months, 0), pa.string()), _APART)

        def split(key: str) -> Found:
            text, _, month = key.rpartition(_APART)
            return find(text, int(month))

        return self.codes(keys, split)

    def notice(
        self, values: Column, first: Column, last: Column, systems: Callable[[str], tuple[str, ...]]
    ) -> None:
        """Counts the partner codes that want a word, in the systems that a code may be of."""
        months = (pc.cast(pc.fill_null(column, 0), pa.string()) for column in (first, last))
        keys = pc.binary_join_element_wise(values, *months, _APART).dictionary_encode()
        for number, key in enumerate(keys.dictionary.to_pylist()):
            text, since, until = key.split(_APART)
            found = reading(systems(text), text, int(since), int(until)) if since != "0" else None
            if found:
                at = pc.indices_nonzero(pc.equal(keys.indices, number))
                place = f"{self.chunk.file}: {self.chunk.places[at[0].as_py()].as_py()}"
                self._notices.append(Notice(found, len(at), int(since), int(until), place))

    def months(self, values: Column, find: Callable[[str], tuple[int, int] | None]) -> tuple[Column, Column]:
        """First and last month by value; rows without are set aside as `period_invalid`."""
        first, last = by_value(values, lambda text: find(text) or (None, None), (pa.int32(), pa.int32()))
        self.reject(pc.is_null(first), "period_invalid")
        return first, last

    def amounts(self, values: Column, factor: int | Decimal, reason: str) -> Column:
        """Texts as exact whole multiples of 1/`factor`, rounded half to even; null where missing.

        Rows whose text is no number, or larger than 64 bits, are set aside with `reason`.
        """
        blank = self.blank(values)
        values = pc.fill_null(values, "")
        plain = pc.match_substring_regex(values, _PLAIN)
        fast = pc.and_(plain, pc.invert(blank))
        exact = pc.cast(pc.if_else(fast, values, pa.scalar(None, pa.string())), _WIDE)
        kind = pa.decimal256(20, 0 if factor >= 1 else 18)
        scaled = pc.multiply(exact, pa.scalar(Decimal(factor), kind))
        whole = pc.round(scaled, 0, round_mode="half_to_even")
        fits = pc.less_equal(pc.abs(whole), pa.scalar(Decimal(_LARGEST), pa.decimal256(20, 0)))
        numbers = pc.cast(pc.if_else(fits, whole, pa.scalar(None, whole.type)), pa.int64())
        odd = pc.and_(pc.invert(plain), pc.invert(blank))
        if pc.any(odd).as_py():
            numbers = pc.coalesce(numbers, self._slow(values, odd, Decimal(factor)))
        self.reject(pc.and_(pc.is_null(numbers), pc.invert(blank)), reason)
        return numbers

    def blank(self, values: Column) -> Column:
        """Where a cell of figures has no figure."""
        lower = pc.utf8_lower(pc.fill_null(values, ""))
        return among(lower, ("", *special("any", "missing")))

    def _slow(self, values: Column, odd: Column, factor: Decimal) -> Column:
        """Numbers with exponents, signs or group marks, one by one."""
        def read(text: str) -> int | None:
            number = numerals.parse(text)
            if number is None:
                return None
            whole = int((number.value * factor).to_integral_value("ROUND_HALF_EVEN"))
            return whole if abs(whole) <= _LARGEST else None

        only = pc.if_else(odd, values, pa.scalar("", pa.string()))
        (numbers,) = by_value(only, lambda text: (read(text) if text else None,), (pa.int64(),))
        return numbers

    def steps(self, values: Column, factor: int | Decimal) -> Column:
        """The unit of the last printed digit in 1/`factor`, at least 1; a lone `.0` is no digit."""
        point = pc.find_substring(values, ".")
        length = pc.utf8_length(values)
        places = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(length, point), 1))
        places = pc.if_else(pc.match_substring_regex(values, r"^[^.]*\.0*$"), 0, places)

        def step(count: int) -> int:
            return max(1, int(Decimal(factor).scaleb(-min(count, 30))))

        return by_value(places, lambda count: (step(int(count or 0)),), (pa.int64(),))[0]

    def _reject_each(self, reasons: Column) -> None:
        for reason in pc.unique(pc.drop_null(reasons)).to_pylist():
            self.reject(pc.equal(reasons, reason), reason)

    def left(self) -> Column:
        """A mask of the rows that no reason speaks against so far."""
        good = self.constant(True, pa.bool_())
        for mask, _ in self._reasons:
            good = pc.and_not(good, mask)
        return good

    def parts(self, values: Column, totals: Iterable[str]) -> None:
        """Set aside rows whose values are not those of a total: parts of a whole that is taken.

        Where no row has the total it is said that they stand alone.
        """
        part = pc.invert(among(values, totals))
        alone = self.size and pc.all(pc.fill_null(part, False)).as_py()
        self.reject(part, "part_alone" if alone else "breakdown_row")

    def batch(
        self, figures: Sequence[Figure], keys: Sequence[Column] = (), seen: Seen | None = None
    ) -> Batch:
        """The rows that no reason speaks against, as figures; all others set aside, none lost.

        `keys` are what tells one observation of the source from another: of rows with the same keys and
        amounts one is taken. Raises ControlFailure where their amounts are not the same.
        """
        every = self.constant(True, pa.bool_())
        present = [pc.fill_null(figure.get("present", every), False) for figure in figures]
        some = self.nothing()
        for mask in present:
            some = pc.or_(some, mask)
        good = every
        for mask, _ in self._reasons:
            good = pc.and_not(good, mask)
        self.reject(pc.and_not(good, some), "no_figure")
        good = pc.and_(good, some)
        if keys:
            good = self._once(figures, good, keys, seen or Seen())
        pairs = zip(figures, present, strict=True)
        tables = [self._figure(figure, pc.and_(good, mask)) for figure, mask in pairs]
        aside = self._aside(good)
        used = self.size - len(aside)
        broken = self.chunk.broken
        return Batch(pa.concat_tables([TABLE_SCHEMA.empty_table(), *tables]), (*broken, *aside),
                     used + len(aside) + len(broken), used, merged(self._notices))

    def _once(self, figures: Sequence[Figure], good: Column, keys: Sequence[Column], seen: Seen) -> Column:
        """The good rows without those that say again what another of the load has said."""
        at = pc.indices_nonzero(good)
        if not len(at):
            return good
        amounts = [column for figure in figures for name in _AMOUNTS
                   if isinstance(column := figure.get(name), pa.Array)]
        again, clash = seen.look(
            self.chunk.file, self.chunk.places.take(at), hashes([key.take(at) for key in keys], len(at)),
            hashes([amount.take(at) for amount in amounts], len(at)),
        )
        if clash is not None:
            raise self._contradicted(clash, at.to_numpy(zero_copy_only=False))
        repeated = np.zeros(self.size, bool)
        repeated[at.to_numpy(zero_copy_only=False)[again]] = True
        self.reject(pa.array(repeated), "repeated_row")
        return pc.and_not(good, pa.array(repeated))

    def _contradicted(self, clash: Clash, at: Any) -> ControlFailure:
        """Two rows with the same codes and other amounts, and in what else they differ."""
        row = int(at[clash.row])
        differ = []
        if clash.earlier is not None:
            one = int(at[clash.earlier])
            for name, column in self.chunk.columns.items():
                pair = column[one].as_py(), column[row].as_py()
                if pair[0] != pair[1]:
                    differ.append(f"{self.chunk.printed.get(name, name)} {pair[0]!r} and {pair[1]!r}")
        where = f"{self.chunk.file}: {self.chunk.places[row].as_py()}"
        what = f" ({', '.join(differ[:4])})" if differ else ""
        wrong = f"the same figure as in {clash.place}, with another amount{what}"
        return ControlFailure(where, wrong, "two editions or two breakdowns in one load: keep one of them")

    def _figure(self, figure: Figure, mask: Column) -> pa.Table:
        fixed: Figure = {"file": self.chunk.file, "place": self.chunk.places}
        columns = []
        for field in TABLE_SCHEMA:
            value = figure.get(field.name, fixed.get(field.name))
            column = value if isinstance(value, pa.Array) else self.constant(value, field.type)
            columns.append(pc.filter(pc.cast(column, field.type), mask))
        return pa.Table.from_arrays(columns, schema=TABLE_SCHEMA)

    def _aside(self, good: Column) -> list[SetAside]:
        """The rows against which reasons speak, with all of their reasons and their own cells."""
        at = pc.indices_nonzero(pc.invert(good))
        masks = [(mask.take(at).to_pylist(), reason) for mask, reason in self._reasons]
        names = [self.chunk.printed.get(key, key) for key in self.chunk.columns]
        cells = [column.take(at).to_pylist() for column in self.chunk.columns.values()]
        places = self.chunk.places.take(at).to_pylist()
        aside = []
        for i, place in enumerate(places):
            reasons = tuple(dict.fromkeys(reason for mask, reason in masks if mask[i]))
            row = {name: cell[i] for name, cell in zip(names, cells, strict=True) if cell[i]}
            aside.append(SetAside(self.chunk.file, place, reasons, row))
        return aside
