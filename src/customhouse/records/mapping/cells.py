"""One row of a table -> its cells, or every reason why it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from customhouse.records import numerals
from customhouse.records.coding import NAMES, SUMS, row_word
from customhouse.records.files import Digits, Row
from customhouse.records.mapping import damage, scales
from customhouse.records.mapping.beside import noticed
from customhouse.records.mapping.dated import Dates
from customhouse.records.mapping.fiscal import FiscalStyle
from customhouse.records.mapping.flags import is_withheld, unflagged
from customhouse.records.mapping.merging import put, with_re_imports
from customhouse.records.mapping.model import Source
from customhouse.records.mapping.parts import ALL, LATE
from customhouse.records.mapping.plan import Column, Plan
from customhouse.records.mapping.refused import OF_GROUP, Refused, reason_of
from customhouse.records.mapping.values import amounts, code_of, unit_of
from customhouse.records.noticed import UNKNOWN, WITHHELD, Reading
from customhouse.records.numerals import Marks, Numeral
from customhouse.records.printed_units import Unit
from customhouse.records.table import TABLE_DIMENSIONS, Held

_NO_UNIT = "none"
_LARGEST = 2**63 - 1
_POINT = Marks(".", "")
_ONE = Unit("number", None, Decimal(1))
_KEYS = ("reporter", *TABLE_DIMENSIONS)
_BS_FISCAL = 7
_NOW = (LATE, LATE)
_LISTED = ("partner", "regime", "enterprise", "region", "transport", "commodity")
"""Dimensions whose unknown texts are told with what may be meant."""
_Cell = dict[str, Any]


class Cells:
    """Turns the rows of one table into cells, remembering what `fill: down` repeats."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._table = plan, plan.table
        self._above: dict[str, str] = {}
        self._dates = Dates(plan.table.period, plan)
        self._reasons: list[str] = []
        self._lost: list[str] = []
        self._withheld: list[str] = []
        self.noticed: list[tuple[Reading, int, int]] = []
        """What wants saying of the codes of the last row, with its months."""

    def of(self, row: Row) -> list[_Cell]:
        """The cells of a row. Raises Refused."""
        self._reasons, self._lost, self.noticed, self._withheld = [], [], [], []
        texts = self._fill(row)
        self._dates.notice(texts)
        self._pass_over(row)
        columns = [(column, text) for column in self._plan.figures if (text := self._figure(row, column))]
        if not columns:
            raise Refused("no_figures")
        months = self._took(self._dates.of_row(texts))
        when = months or self._whole(columns)
        base = self._dimensions(row, texts, when or _NOW)
        if when:
            self._notice(row, texts.get("partner", ""), when)
            self.noticed += [(Reading(NAMES, mark, None, WITHHELD, ""), *when) for mark in self._withheld]
        cells = self._merged(row, columns, months, base)
        if reasons := self._reasons:
            whole = months or not (self._table.period and self._table.period.told)
            kept = self._held(row, columns, months, base) if whole and OF_GROUP not in reasons else ()
            raise Refused(*reasons, held=tuple(kept))
        return cells

    def _held(
        self, row: Row, columns: list[tuple[Column, str]], months: tuple[int, int] | None, base: _Cell
    ) -> Iterator[Held]:
        """The figures of a row that is refused, without amounts where they cannot be read."""
        for column, text in columns:
            self._reasons = []
            span = self._span(column, months) if column.figure.measure == "value" else None
            head = self._head(column, base)
            if span and head["flow"]:
                found = self._read(row, column, text, base)
                head["currency"] = found.get("currency")
                yield Held(*span, head["flow"], tuple(self._lost), head, found.get("value_cents"))

    def _fill(self, row: Row) -> dict[str, str]:
        """The texts of period and dimensions, with those of the row above where they repeat."""
        texts: dict[str, str] = {}
        period = self._table.period
        wanted = [
            (name, source.column, source.fill)
            for name, source in self._table.dimensions.items()
            if source.column
        ]
        for part in ("column", "year", "month") if period else ():
            if column := getattr(period, part):
                empty = part == "month" and period is not None and "" in period.whole
                wanted.append((f"period {part}", column, bool(period and period.fill) and not empty))
        for name, column, fill in wanted:
            text = self._plan.text(row, column)
            if fill:
                text = text if text.strip() else self._above.get(name, "")
                self._above[name] = text
            texts[name] = text
        return texts

    def _pass_over(self, row: Row) -> None:
        for where in self._table.leave_out:
            if where.holds(self._plan.text(row, where.column)):
                raise Refused("left_out", why=where.why)
        cells = zip(self._plan.names, row.cells, strict=False)
        if all(name == " ".join(cell.split()) for name, cell in cells if cell and name):
            raise Refused("repeated_header")

    def _figure(self, row: Row, column: Column) -> str:
        """The text of a figure; empty where there is none."""
        text = row.cells[column.at] if column.at < len(row.cells) else ""
        only, but = column.figure.only, column.figure.but
        if (
            only
            and not only.holds(self._plan.text(row, only.column))
            or but
            and but.holds(self._plan.text(row, but.column))
        ):
            return ""
        if column.unit_at is not None and self._unit_text(row, column) == _NO_UNIT:
            return ""
        if not numerals.is_empty(text, self._table.layout.empty | column.figure.empty):
            return unflagged(text)
        if text and is_withheld(text):
            self._withheld.append(" ".join(text.split()))
        return ""

    def _took(self, months: tuple[int, int] | None) -> tuple[int, int] | None:
        """Months as they were read, with what was wrong with them."""
        self._reasons += self._dates.reasons
        self._dates.reasons = []
        return months

    def _whole(self, columns: list[tuple[Column, str]]) -> tuple[int, int] | None:
        """The months from the first to the last of the columns of a row that have periods of their own."""
        spans = [span for column, _ in columns if column.period and (span := self._span(column, None))]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None

    def _notice(self, row: Row, text: str, when: tuple[int, int]) -> None:
        if (source := self._table.dimensions.get("partner")) is None or source.constant is not None:
            return
        shown = " ".join(text.split())
        if shown in source.values or (not shown and source.blank is not None):
            return
        if found := noticed(source, shown, self._beside(row, source), when):
            self.noticed.append((found, *when))

    def _beside(self, row: Row, source: Source) -> str:
        """The name that stands beside a code."""
        return " ".join(self._plan.text(row, source.name).split()) if source.name else ""

    def _dimensions(self, row: Row, texts: dict[str, str], when: tuple[int, int]) -> _Cell:
        """The codes of a row, None for all of a dimension."""
        summed = {
            name
            for where in self._table.totals
            if where.holds(self._plan.text(row, where.column))
            for name in where.of
        }
        group = any(where.holds(self._plan.text(row, where.column)) for where in self._table.groups)
        found: _Cell = {}
        for name, source in self._table.dimensions.items():
            if name in summed:
                found[name] = None
                continue
            code, reason = code_of(name, source, texts.get(name, ""), when)
            found[name] = code
            if reason:
                self._lost.append(name)
                self._reasons.append(reason_of(name, reason, texts.get(name, ""), group))
            text = " ".join(texts.get(name, "").split())
            if reason == UNKNOWN and name in _LISTED and not (group and row_word(text) in SUMS):
                said = (text, None, UNKNOWN, name, self._beside(row, source))
                self.noticed.append((Reading(source.codes[0] if source.codes else NAMES, *said), *when))
        return found

    def _merged(
        self, row: Row, columns: list[tuple[Column, str]], months: tuple[int, int] | None, base: _Cell
    ) -> list[_Cell]:
        """The figures of a row as cells: those of one flow, period and slice together."""
        cells: dict[tuple[Any, ...], _Cell] = {}
        for column, text in columns:
            span = self._span(column, months)
            head = self._head(column, base)
            figure = self._read(row, column, text, base)
            if span is None or self._reasons:
                continue
            head |= {"first_month": span[0], "last_month": span[1]}
            put(cells, head, figure)
        return [cell for whole in cells.values() for cell in with_re_imports(whole)]

    def _span(self, column: Column, months: tuple[int, int] | None) -> tuple[int, int] | None:
        """The months of a figure; of the year to date, from the year's first."""
        period = self._table.period
        style = period.style if period else FiscalStyle()
        span = (
            self._took(
                self._dates.of_head(
                    self._dates.months(column.period, self._plan.heads.style(column.period, style))
                )
            )
            if column.period
            else months
        )
        if span and column.figure.month:
            span = self._took(self._dates.inside(span, (column.figure.month, column.figure.month)))
        if span and column.figure.months == "year_to_date":
            begin = (style.fiscal or (_BS_FISCAL if style.calendar == "bs" else 1)) - 1
            return self._to_date(span, begin)
        return span

    def _to_date(self, span: tuple[int, int], begin: int) -> tuple[int, int] | None:
        """The months from the first of a year to the last of a period, which does not begin before it."""
        first = span[1] - (span[1] - begin) % 12
        if first > span[0]:
            self._reasons.append("period_invalid")
            return None
        return first, span[1]

    def _head(self, column: Column, base: _Cell) -> _Cell:
        fixed = {name: None if code == ALL else code for name, code in column.figure.fixed.items()}
        head = {name: fixed.get(name, base.get(name)) for name in (*_KEYS, "flow")}
        if not self._reasons:
            self._reasons += [f"{name}_missing" for name in ("flow", "reporter") if head[name] is None]
        flow = head["flow"]
        head["basis"] = fixed.get("basis", base.get("basis", self._table.basis.get(flow or "")))
        return head

    def _read(self, row: Row, column: Column, text: str, base: _Cell) -> _Cell:
        """One figure as the fields of a cell that hold it."""
        figure = column.figure
        marks = _POINT if isinstance(text, Digits) else column.marks or Marks()
        numeral = numerals.parse(text, marks, figure.measure == "growth")
        unit = self._unit(row, column)
        currency = (
            figure.fixed.get("currency")
            or base.get("currency")
            or (unit.code if unit and unit.kind == "money" else None)
        )
        if numeral is None or unit is None:
            hurt = damage.of_figure(text, marks, figure.measure == "growth") or f"{figure.measure}_invalid"
            self._reasons.append(hurt if numeral is None else "unit_unknown")
            return {}
        unit = self._scaled(row, column, unit)
        found = amounts(figure.measure, numeral, unit, self._step(column, numeral, text))
        if any(isinstance(value, int) and abs(value) > _LARGEST for value in found.values()):
            self._reasons.append(f"{figure.measure}_out_of_range")
        if figure.measure == "value" and currency is None:
            self._reasons.append("currency_missing")
        if figure.measure in ("value", "growth"):
            found |= {"currency": currency, "printed": text.strip()}
        return found

    def _step(self, column: Column, numeral: Numeral, text: str) -> Decimal:
        if column.figure.decimals is not None:
            return Decimal(1).scaleb(-column.figure.decimals)
        return (
            Decimal(1) if column.whole and not isinstance(text, Digits) and numeral.step < 1 else numeral.step
        )

    def _unit(self, row: Row, column: Column) -> Unit | None:
        figure = column.figure
        if column.unit_at is None:
            return figure.unit or _ONE
        return unit_of(self._unit_text(row, column), figure.measure)

    def _scaled(self, row: Row, column: Column, unit: Unit) -> Unit:
        """The unit with the scale of its row, which stands in place of its own."""
        scale = column.figure.scale
        if scale is None:
            return unit
        found = scales.of_cell(scale, self._plan.text(row, scale.column), unit.scale)
        if found is None:
            self._reasons.append("multiplier_invalid")
        return replace(unit, scale=unit.scale if found is None else found)

    def _unit_text(self, row: Row, column: Column) -> str:
        """The unit that stands in a row, in the words of the mapping."""
        at = column.unit_at
        text = row.cells[at] if at is not None and at < len(row.cells) else ""
        text = " ".join(text.split())
        return column.figure.unit_values.get(text, text)
