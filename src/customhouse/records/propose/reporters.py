"""Whose trade a file has, and with whom where no column says it: by codes, titles and the file's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from customhouse.model import HOME
from customhouse.period import month
from customhouse.records import coding
from customhouse.records.propose import words
from customhouse.records.propose.columns import Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.proposal import Proposal

_SYSTEMS = {"census": "USA", "gacc": "CHN"}
_WHEN = month(2020, 1)
Tables = list[tuple[Look, Roles]]


def reporter(path: Path, tables: Tables, proposal: Proposal) -> None:
    """Gives the reporter and, where no column has partners and the file's name has one, the partner."""
    if all("reporter" in found.raw for _, found in tables):
        return
    named = words.countries_in(path)
    among = {code for _, found in tables for code in _partners(found)}
    leading = words.begins_with(path) if HOME in among else None
    own = [code for code, with_whom in named if not with_whom and (code not in among or code == leading)]
    code, why = _reporter(tables, own)
    if code in among:
        why += "; but it is a partner in the table, so that the reporter may be another"
    proposal.raw["reporter"] = code
    proposal.remarks.append(f"CHECK reporter: {code}, for {why}")
    if known := [other for other, _ in named if other in among and other != code]:
        proposal.remarks.append(
            f"reporter: not {' or '.join(known)} of the file's name, for that is a partner in the table"
        )
    left = [other for other, with_whom in named if with_whom] + [other for other in own if other != code]
    if left and not among and not any("partner" in found.raw for _, found in tables):
        place = "second" if left[0] in own else "other"
        proposal.raw["partner"] = left[0]
        proposal.remarks.append(f"CHECK partner: {left[0]}, the {place} country in the file's name")


def _reporter(tables: Tables, own: list[str]) -> tuple[str, str]:
    """Whose trade it is, and why."""
    codes = {spec.get("codes") for _, found in tables if isinstance(spec := found.raw.get("partner"), dict)}
    system = next((_SYSTEMS[code] for code in codes if code in _SYSTEMS), None)
    if system:
        return system, "the codes of partners are those of its statistics"
    periods = [found.raw.get("period") for _, found in tables]
    if any(isinstance(period, dict) and period.get("calendar") for period in periods):
        return "NPL", "the years are of Nepal's calendar"
    for text in (text for seen, _ in tables for text in seen.title):
        if home := words.says("home", text):
            return home, f"{text!r} is said of it"
    if own:
        return own[0], "the first country in the file's name"
    return HOME, "nothing in the file says whose trade it is"


def _partners(found: Roles) -> Iterator[str]:
    """The partners of a table: of its rows, and of its columns."""
    column, spec = found.columns.get("partner"), found.raw.get("partner")
    if column is not None and isinstance(spec, dict):
        systems = (spec["codes"],) if "codes" in spec else ("names", "own")
        values = spec.get("values", {})
        known = (
            values.get(text) or coding.resolve("partner", systems, text, _WHEN).code
            for text in column.distinct
        )
        yield from (code for code in known if code)
    yield from (str(figure["partner"]) for figure in found.raw["figures"].values() if "partner" in figure)
