"""Tables of a store in words and in a terminal: loads, revisions, what was set aside, answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from customhouse.describe import fill, word
from customhouse.period import Period, stretches
from customhouse.query import COLUMNS, Answer, describe
from customhouse.query.notes import beside
from customhouse.query.reasons import missing as why_missing
from customhouse.records.reasons import words
from customhouse.statistics import Concepts

if TYPE_CHECKING:
    from customhouse.records.controls import Doubt
    from customhouse.store import Vintage

_LISTED = 12
_GAP, _FEWEST = 3, 2
_NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, rows of cells, and which columns are figures; `codes` name the columns for JSON."""

    codes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    empty: str = ""

    def records(self) -> list[dict[str, Any]]:
        """One object a row."""
        return [dict(zip(self.codes, row, strict=True)) for row in self.rows]


def vintages(found: Iterable[Any], language: str) -> Table:
    """The loads of a store, one a row, oldest first."""
    codes = (
        "vintage",
        "known_on",
        "source",
        "kind",
        "months",
        "rows_in",
        "accepted",
        "flagged",
        "quarantined",
    )
    rows = tuple(
        (
            v.number,
            str(v.known_on),
            v.source,
            word(f"kind_{v.kind}", language),
            _runs(v.months()),
            v.counts.taken_in,
            v.counts.accepted,
            v.counts.flagged,
            v.counts.quarantined,
        )
        for v in found
    )
    return _table(codes, rows, language, "no_vintages")


def revisions(found: Iterable[Any], language: str) -> Table:
    """What a figure was from each vintage on."""
    codes = ("vintage", "known_on", "figure", "unit", "revision_percent")
    rows: list[tuple[Any, ...]] = []
    before: float | None = None
    for revision in found:
        level = revision.level
        amount = None if level is None else float(level.amount)
        change = round((amount / before - 1) * 100, 4) if before and amount is not None else None
        rows.append(
            (
                revision.vintage.number,
                str(revision.vintage.known_on),
                amount,
                "" if level is None else level.unit,
                change,
            )
        )
        before = amount
    return _table(codes, tuple(rows), language, "no_figures")


def quarantine(summary: Iterable[Any], language: str) -> Table:
    """How many rows were set aside, by load, month and reason; `summary` has those and `rows`."""
    codes = ("vintage", "source", "month", "reason", "rows", "why")
    rows = tuple(
        (
            row.vintage,
            row.source,
            "" if row.month is None else str(Period(row.month, row.month)),
            row.reason,
            row.rows,
            words(row.reason, language),
        )
        for row in summary
    )
    return _table(codes, rows, language, "nothing_aside")


def show_load(vintage: Vintage, doubts: Sequence[Doubt], console: Console, language: str) -> None:
    """What came of a load: counts that add up, the reasons, the doubts."""
    counts = vintage.counts
    if vintage.kind == "texts":
        places = {"n": str(vintage.number), "source": vintage.source, "day": str(vintage.known_on)}
        places |= {"figures": f"{counts.accepted:,}", "texts": f"{len(vintage.inputs):,}"}
        console.print(Text(fill("loaded_texts", language, **places), style="bold"))
        return
    console.print(
        Text(
            fill(
                "loaded",
                language,
                n=str(vintage.number),
                source=vintage.source,
                months=_runs(vintage.months()) or word("no_months", language),
            ),
            style="bold",
        )
    )
    console.print(
        Text(
            fill(
                "counted",
                language,
                rows=f"{counts.taken_in:,}",
                accepted=f"{counts.accepted:,}",
                flagged=f"{counts.flagged:,}",
                quarantined=f"{counts.quarantined:,}",
            )
        )
    )
    for reason, there in sorted(vintage.reasons.items(), key=lambda pair: -pair[1])[:_LISTED]:
        console.print(Text(f"  {there:>12,}  {reason}: {words(reason, language)}", style="dim"))
    for doubt in doubts:
        console.print(Text(f"? {doubt.en if language == 'en' else doubt.zh}", style="bold cyan"))


def show_answer(answer: Answer, console: Console, language: str, concepts: Concepts | None = None) -> None:
    """An answer as a table: the question as understood above, whose figures and by which concepts below."""
    headings, rows = answer.table(language)
    console.print(Text(describe(answer.query, language), style="bold"))
    show_table(Table(headings, headings, rows), console)
    for note in [*_notes(answer, language), *_by_concepts(concepts, language)]:
        console.print(Text(note, style="dim"))


def _notes(answer: Answer, language: str) -> list[str]:
    """Whose figures, of which vintages; why some are missing."""
    origins = {origin for claim in answer.claims for origin in claim.cells()}
    notes = []
    for source in sorted({origin.source for origin in origins}):
        numbers = sorted({n for origin in origins if origin.source == source for n in origin.vintages})
        notes.append(fill("from_source", language, source=source, vintages=", ".join(map(str, numbers))))
    notes += beside(answer, language)
    months = sorted({month for _, missing in answer.missing for month in missing.months})
    reasons = dict.fromkeys(why_missing(one, ask, language) for ask, one in answer.missing if not one.months)
    if months:
        notes.append(fill("months_lacking", language, months=_runs(months)))
    return [*notes, *(fill("not_there", language, why=why) for why in reasons)]


def _by_concepts(concepts: Concepts | None, language: str) -> list[str]:
    """Which trade is meant, where it is not all trade by origin."""
    usual = Concepts()
    return [] if concepts is None else [
        word(f"concept_{chosen}", language)
        for name in ("system", "partner", "returned")
        if (chosen := getattr(concepts, name)) != getattr(usual, name)
    ]


def answer_csv(answer: Answer, language: str) -> str:
    """One line a figure, the columns that any of them fills."""
    rows = answer.rows(language)
    columns = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    page = io.StringIO()
    writer = csv.DictWriter(page, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()


def show_table(table: Table, console: Console) -> None:
    """A table with figures to the right, as wide as the terminal."""
    console.print(drawn(table) if table.rows else Text(table.empty, style="dim"))


def drawn(table: Table, widths: Sequence[int] = ()) -> Drawn:
    """The same to be printed; `widths` of its columns are those of `fitted`, else as the terminal allows."""
    made = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(table.headings):
        figures = _numeric(table, place)
        made.add_column(
            Text(heading), justify="right" if figures else "left", overflow="fold",
            no_wrap=figures and not widths, width=widths[place] if widths else None,
        )  # fmt: skip
    for row in table.rows:
        made.add_row(*(Text(_shown(cell)) for cell in row))
    return made


def fitted(table: Table, room: int) -> tuple[int, ...]:
    """Widths of the first columns, as many as there is room for with no word broken.

    At least the first two; what is left over goes to the columns that lack most.
    """
    columns = [[heading, *(_shown(row[n]) for row in table.rows)] for n, heading in enumerate(table.headings)]
    least = [max(map(_longest, one)) for one in columns]
    wanted = [max(map(cell_len, one)) for one in columns]
    kept = len(least)
    while kept > _FEWEST and sum(least[:kept]) + _GAP * kept > room:
        kept -= 1
    given, spare = least[:kept], room - sum(least[:kept]) - _GAP * kept
    while spare > 0 and given != wanted[:kept]:
        lacking = max(range(kept), key=lambda place: wanted[place] - given[place])
        given[lacking] += 1
        spare -= 1
    return tuple(given)


def _longest(text: str) -> int:
    """The width of a text's longest word; one of wide characters alone may be broken after some of them."""
    return max((min(cell_len(one), 8) if cell_len(one) == 2 * len(one) else cell_len(one)
                for one in text.split()), default=0)


def _table(codes: tuple[str, ...], rows: tuple[tuple[Any, ...], ...], language: str, empty: str) -> Table:
    return Table(
        codes, tuple(word(f"column_{code}", language) for code in codes), rows, word(empty, language)
    )


def _numeric(table: Table, place: int) -> bool:
    cells = [row[place] for row in table.rows if row[place] not in (None, "", _NOTHING)]
    return bool(cells) and all(isinstance(c, int | float) or _looks_numeric(str(c)) for c in cells)


def _looks_numeric(text: str) -> bool:
    plain = not any(letter.isalpha() for letter in text)  # 2025 Q1 is no figure
    return plain and text.lstrip("+-\u2212")[:1].isdigit() and (text[-1:].isdigit() or text.endswith("%"))


def _shown(cell: Any) -> str:
    if cell is None:
        return _NOTHING
    return f"{cell:,}" if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)


def _runs(months: Sequence[int]) -> str:
    """Months as runs: 2024-03, 2024-07/2024-12."""
    return ", ".join(map(str, stretches(months)))
