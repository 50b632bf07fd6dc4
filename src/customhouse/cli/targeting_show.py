"""What the commands `target` print and write."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from customhouse.cli.output import PIPED, bar, show, write
from customhouse.cli.targeting_options import ListFormat, ReportFormat
from customhouse.desk import targeting_words as words
from customhouse.desk.targeting_words import word
from customhouse.errors import CustomhouseError, MappingError, MissingColumns, TargetingError
from customhouse.terminal import plain

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

    from customhouse.desk.targeting_made import Made
    from customhouse.desk.targeting_tables import Judgement, Lanes, Learnt, Ranked
    from customhouse.targeting.intake.declarations import Declared
    from customhouse.targeting.intake.notes import Note
    from customhouse.targeting.intake.outcomes import Outcomes

_RANKED = ("rank", "declaration_id", "fraud_probability", "expected_revenue_cny", "date", "trader_id",
           "hs_code", "partner", "office", "value_cny")  # fmt: skip
_INSPECTED = ("declaration_id", "basis", "fraud_probability", "expected_revenue_cny", "office", "date",
              "trader_id", "hs_code", "partner", "value_cny")  # fmt: skip
"""Columns of lists, the most needed first: a narrow terminal has the first of them."""
_WIDTHS = {"declaration_id": 15, "trader_id": 11, "hs_code": 12, "date": 12, "partner": 8}
_WIDTH = 13
_OPTIONS = {"(begin)": "(--from)", "again=True": "--again", "(known_by)": "(--as-of)"}
"""Arguments that messages name, as the command line calls them."""
_FEWEST = 4
_ITEM, _BRACKET, _WIDE = "  - ", "\N{FULLWIDTH LEFT PARENTHESIS}", 10_000
_JOINED = " | "


@contextmanager
def working(what: str, language: str, paths: Sequence[str] = ()) -> Iterator[Callable[..., object] | None]:
    """A sign of life where someone watches; errors name options, and nothing that a terminal acts on."""
    with bar() as tell:
        if tell is not None:
            tell(0, None, word(f"doing_{what}", language))
        try:
            yield tell
        except MissingColumns as error:
            place = plain(", ".join(paths[:3])) or "declarations"
            raise MappingError(place, plain(error.wrong), plain(error.remedy)) from error
        except TargetingError as error:
            said = str(error)
            for argument, option in _OPTIONS.items():
                said = said.replace(argument, option)
            raise TargetingError(plain(words.singular(said))) from error
        except CustomhouseError as error:
            error.args = (plain(str(error)),)
            raise


def write_aside(path: Path | None, declared: Declared, outcomes: Outcomes | None = None) -> None:
    """Write what was set aside, declarations and outcomes, to a CSV file."""
    import pyarrow as pa

    if path is not None:
        parts = [declared.aside] if outcomes is None else [declared.aside, outcomes.aside]
        write(_csv(pa.concat_tables(parts, promote_options="permissive")), path)


def tell_fit(learnt: Learnt, path: str, as_json: bool, language: str) -> None:
    """What a model was learnt from, what was set aside, and whether a plain look-up would do."""
    if as_json:
        leak = learnt.leak
        _json({
            "model": path, "fingerprint": learnt.model.fingerprint, **_fields(learnt.trained),
            **_account(learnt.declared, learnt.outcomes),
            "leakage": None if leak is None else {**_fields(leak), "leaks": leak.leaks},
        })  # fmt: skip
        return
    lines = words.fitted(learnt, path, language)
    lines += words.account(learnt.declared, language, learnt.outcomes)
    if learnt.leak is not None and learnt.leak.leaks:
        lines.insert(0, words.leaks(learnt.leak, language))
    show(None, lambda console: _lines(lines, console), PIPED)


def tell_ranked(found: Ranked, form: ListFormat, output: Path | None, top: int, language: str) -> None:
    """A ranking: the first of it, or all of it in a file."""
    if form is not ListFormat.terminal:
        _file(found.table, form, output, found.declared, found.model, language)
        return
    first = found.table.slice(0, top)
    title = word("ranked", language, count=words.count(len(found.table)), fingerprint=found.model,
                 shown=first.num_rows)  # fmt: skip

    def draw(console: Console) -> None:
        _lines(words.account(found.declared, language), console, "dim")
        _lines([title], console, "bold")
        _listed(first, _RANKED, console, language)

    show(output, draw, PIPED, PIPED)


def tell_lanes(
    found: Lanes, form: ListFormat, output: Path | None, top: int, log: Path | None, language: str,
    idle: Sequence[Note] = (),
) -> None:  # fmt: skip
    """Lanes: how many in each by office, and what is to be inspected; or all of it in a file.

    `idle`: what is to be told of rules and accredited traders.
    """
    said = [*words.laned(found, log, language), *words.notes(idle, language)]
    if form is not ListFormat.terminal:
        more = {"seed": found.selection.seed, "entry": found.entry, "idle": words.as_data(idle)}
        _file(found.table, form, output, found.declared, found.model, language, more, said)
        return
    red = found.table.filter(found.selection.inspected).sort_by([("score", "descending")])
    first = red.slice(0, top)
    title = word("inspect_title", language, shown=first.num_rows, count=words.count(red.num_rows))

    def draw(console: Console) -> None:
        _lines(words.account(found.declared, language), console, "dim")
        _lines(said, console)
        _table(*words.by_office(found.table, language), console, language)
        _lines([title if red.num_rows else word("nothing_inspected", language)], console, "bold")
        _listed(first, _INSPECTED, console, language)

    show(output, draw, PIPED, PIPED)


def tell_judged(found: Judgement, form: ReportFormat, output: Path | None, language: str) -> None:
    """An evaluation: its tables, the report page, or JSON."""
    if form is ReportFormat.json:
        account = _account(found.declared, found.outcomes)
        row = {**found.evaluation.to_dict(), "account": account, **_over_time(found)}
        write(json.dumps(row, ensure_ascii=False, indent=2, default=str) + "\n", output)
    elif form is ReportFormat.html:
        found.write_page(str(output), language)
        lines = [*words.account(found.declared, language, found.outcomes),
                 word("written_page", language, path=output)]  # fmt: skip
        show(None, lambda console: _lines(lines, console), PIPED)
    else:
        show(output, lambda console: _judged(found, console, language), PIPED, PIPED)


def _over_time(found: Judgement) -> dict[str, Any]:
    """What the decisions of a log found, period by period, and the alarms; nothing without a log."""
    seen = found.watched
    if seen is None:
        return {}
    alarms = [asdict(alarm) for drift in seen.drift.values() for alarm in drift.alarms]
    periods = [{"begin": one.begin, "inspected": one.inspected, "frauds": one.frauds} for one in seen.weeks]
    return {"drift": {"periods": periods, "alarms": alarms}}


def tell_made(made: Made, table: Any, path: str, as_json: bool, language: str) -> None:
    """What was simulated, and what a loop over it came to."""
    if as_json:
        row = {**_fields(made), "files": [str(one) for one in made.files]}
        _json(row if table is None else row | {"loop": [dict(zip(table[0], one, strict=True))
                                                        for one in table[2]]})  # fmt: skip
        return
    said = word("simulated", language, path=path, count=words.count(made.declarations), first=made.first,
                last=made.last, frauds=words.count(made.frauds), inspected=words.count(made.inspected))
    typer.echo(plain(said))
    if table is not None:
        codes, heads, rows = table
        show(None, lambda console: _table(codes, heads, rows, console, language), PIPED)


def _judged(found: Judgement, console: Console, language: str) -> None:
    from customhouse.targeted import text

    _lines(words.account(found.declared, language, found.outcomes), console, "dim")
    for table in text(found.evaluation, language, found.watched):
        _lines([table.title], console, "bold")
        _lines(table.warnings, console, "yellow")
        if table.heads:
            _table(table.heads, table.heads, table.rows, console, language)
        else:
            _lines([row[0] for row in table.rows], console)
        _lines(table.notes, console, "dim")


def _listed(table: pa.Table, wanted: Sequence[str], console: Console, language: str) -> None:
    """As many columns of a list as there is room for, and below it the reasons of each row."""
    there = [name for name in wanted if name in table.column_names]
    room, chosen = console.width, list[str]()
    for name in there:
        room -= _WIDTHS.get(name, _WIDTH)
        if room < 0 and len(chosen) >= _FEWEST:
            break
        chosen.append(name)
    rows = tuple(tuple(words.cell(name, row[name], language) for name in chosen)
                 for row in table.select(chosen).to_pylist())  # fmt: skip
    _table(tuple(chosen), tuple(word(f"column_{name}", language) for name in chosen), rows, console, language)
    if "reasons" in table.column_names and table.num_rows:
        _lines([word("reasons_title", language)], console, "bold")
        for row in table.select(["declaration_id", "reasons"]).to_pylist():
            _lines([str(row["declaration_id"])], console)
            _itemed(row["reasons"] or (), console)


def _table(
    codes: Sequence[str], heads: Sequence[str], rows: Sequence[tuple[Any, ...]], console: Console,
    language: str,
) -> None:  # fmt: skip
    """A table, or as many of its first columns as the terminal has room for."""
    from customhouse import tabular

    if not rows:
        return
    shown = tuple(tuple(plain(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    whole = tabular.Table(tuple(codes), tuple(heads), shown)
    wide = console.options.update(width=_WIDE)
    if console.measure(tabular.drawn(whole), options=wide).maximum <= console.width:
        tabular.show_table(whole, console)
        return
    parted = tuple(tuple(_parted(cell) for cell in row) for row in shown)
    whole = tabular.Table(whole.codes, tuple(map(_parted, heads)), parted)
    widths = tabular.fitted(whole, console.width)
    kept = len(widths)
    part = tuple(row[:kept] for row in parted)
    console.print(tabular.drawn(tabular.Table(whole.codes[:kept], whole.headings[:kept], part), widths))
    if kept < len(heads):
        _lines([word("columns_left", language, count=len(heads) - kept)], console, "dim")


def _parted(cell: Any) -> Any:
    """A cell that may be broken before a wide bracket."""
    return cell.replace(_BRACKET, f" {_BRACKET}") if isinstance(cell, str) else cell


def _itemed(lines: Sequence[str], console: Console) -> None:
    """Lines with a mark each, broken below their own first words."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=0)
    grid.add_column(width=len(_ITEM), no_wrap=True)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row(Text(_ITEM), Text(plain(line)))
    console.print(grid)


def _lines(lines: Sequence[str], console: Console, style: str = "") -> None:
    from rich.text import Text

    for line in lines:
        console.print(Text(plain(line), style=style))


def _file(
    table: pa.Table, form: ListFormat, output: Path | None, declared: Declared, model: str, language: str,
    more: dict[str, Any] | None = None, said: Sequence[str] = (),
) -> None:  # fmt: skip
    """All rows as CSV, JSON or Parquet; where they go to a file, also what was read, on the screen."""
    if form is ListFormat.parquet:
        from customhouse.export import write_table

        write_table(table, str(output))
    elif form is ListFormat.json:
        rows = {"model": model, **(more or {}), **_account(declared), "declarations": table.to_pylist()}
        write(json.dumps(rows, ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n", output)
    else:
        write(_csv(table), output)
    if output is not None:
        lines = [*words.account(declared, language), *said,
                 word("written", language, path=output, count=words.count(table.num_rows))]  # fmt: skip
        show(None, lambda console: _lines(lines, console), PIPED)


def _csv(table: pa.Table) -> str:
    """A table as CSV, lists of texts joined."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as pacsv

    for place, one in enumerate(table.schema):
        if pa.types.is_list(one.type):
            table = table.set_column(place, one.name, pc.binary_join(table[one.name], _JOINED))
    out = io.BytesIO()
    pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="needed"))
    return out.getvalue().decode()


def _account(declared: Declared, outcomes: Outcomes | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rows": declared.rows, "used": len(declared), "outside": declared.outside,
        "set_aside": declared.reasons(), "flags": dict(declared.flags),
        "notes": words.as_data((*declared.notes, *(() if outcomes is None else outcomes.notes))),
    }  # fmt: skip
    if outcomes is not None:
        found |= {"outcomes": dict(outcomes.counts), "outcomes_set_aside": outcomes.reasons()}
    return found


def _fields(one: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one)


def _json(row: dict[str, Any]) -> None:
    write(json.dumps(row, ensure_ascii=False, indent=2, default=str) + "\n", None)
