"""The units of a proposal: from columns, names of columns, titles and other sheets, else guessed."""

from __future__ import annotations

from customhouse.records import coding, printed_units
from customhouse.records.propose import titles, weights, words
from customhouse.records.propose.columns import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.proposal import Proposal

_MONEY = {"CHN": "CNY", "USA": "USD", "JPN": "JPY", "KOR": "KRW", "NPL": "NPR", "GBR": "GBP", "IND": "INR"}
_ALIKE = 8
"""So many unlike texts of a column are looked at for a unit."""
_MANY = 4
"""As many columns are told by the first and the last."""


def units(tables: list[tuple[Look, Roles]], proposal: Proposal) -> None:
    """The unit of values: from a column, names of columns, titles, other sheets; else the reporter's."""
    reporter = proposal.raw.get("reporter")
    money = _MONEY.get(reporter or "")
    found_units = [spec["unit"] for _, found in tables for spec in _values(found) if "unit" in spec]
    for seen, found in tables:
        column = found.columns.get("unit")
        title, why = titles.unit_of(seen.title)
        own = any("unit" in spec for spec in _values(found))
        if column is not None and printed_units.parse(column.distinct[0] if column.distinct else ""):
            found.raw["unit"] = {"column": column.name}
        elif title and not own:
            found.raw["unit"] = words.unit_text(title)
            proposal.remarks.append(why)
        elif not own:
            _in_texts(seen, found, proposal)
        for name, spec in found.raw["figures"].items():
            if spec.get("measure") == "mass":
                weights.mass(seen, found, name, spec, proposal)
            else:
                _unit(found, name, spec, money, found_units, proposal)
    for said, names in proposal.guesses.items():
        ends = f"{len(names)} columns from {names[0]!r} to {names[-1]!r}"
        some = ", ".join(map(repr, names)) if len(names) < _MANY else ends
        proposal.remarks.append(said.replace("{}", some))
    if "currency" not in proposal.raw and any(
        spec.get("measure") == "growth" for _, found in tables for spec in found.raw["figures"].values()
    ):
        code = next(
            (
                word
                for column in tables[0][0].columns
                for word in words.plain(column.name).upper().split()
                if word in printed_units.currencies()
            ),
            None,
        )
        if code:
            proposal.raw["currency"] = code


def _values(found: Roles) -> list[Raw]:
    """The figures of a table that are values."""
    return [spec for spec in found.raw["figures"].values() if spec.get("measure", "value") == "value"]


def _in_texts(seen: Look, found: Roles, proposal: Proposal) -> None:
    """A unit that all texts of a column have in brackets: `Export (US$ Thousand)` in every row."""
    for column in seen.columns:
        if not 0 < len(column.distinct) <= _ALIKE or column.name in found.raw["figures"]:
            continue
        said = {unit for text in column.distinct for unit in [_bracketed(text)]}
        if len(said) == 1 and (unit := said.pop()):
            found.raw["unit"] = unit
            proposal.remarks.append(f"unit: {unit}, as {column.distinct[0]!r} in {column.name!r} says")
            return


def _bracketed(text: str) -> str | None:
    unit = words.unit_in(text) if words.INSIDE.search(text) else None
    return words.unit_text(unit) if unit else None


def _unit(
    found: Roles, name: str, spec: Raw, money: str | None, others: list[str], proposal: Proposal
) -> None:
    """The unit of one figure; a currency that a name has and nothing knows is left for the user to say."""
    if spec.pop("open", None):
        said = "CHECK unit: {} names a currency that cannot be told; say it, as `unit: USD 1000`"
        proposal.guesses.setdefault(said, []).append(name)
        return
    measure = spec.get("measure", "value")
    if measure == "growth":
        return
    if measure == "quantity":
        _quantity(found, name, spec, proposal)
    elif "unit" in spec:
        _rupees(name, spec, money, proposal)
    elif "unit" not in found.raw and "currency" not in found.raw:
        spec["unit"] = others[0] if others else (money or "USD")
        why = "as in another table of the file" if others else "for nothing in the file says it"
        proposal.guesses.setdefault(f"CHECK unit: {spec['unit']} for {{}}, {why}", []).append(name)
        _rupees(name, spec, money, proposal)


def _rupees(name: str, spec: Raw, money: str | None, proposal: Proposal) -> None:
    """Signs that several currencies share are those of the reporter's own."""
    if money == "NPR" and str(spec["unit"]).startswith("INR"):
        spec["unit"] = spec["unit"].replace("INR", money)
        proposal.remarks.append(f"CHECK unit: the rupees of {name!r} are taken to be Nepal's")
    elif str(spec["unit"])[:3].isdigit():
        spec["unit"] = f"{money or 'USD'} {spec['unit']}"
        proposal.remarks.append(f"CHECK unit: the currency of {name!r} is taken to be {money or 'USD'}")


def _quantity(found: Roles, name: str, spec: Raw, proposal: Proposal) -> None:
    if "unit" in spec:
        return
    column = found.columns.get("quantity_unit") or found.columns.get("unit")
    if column is None and (named := words.quantity_unit_in(name)):
        spec["unit"] = named
        return
    if column is None and (mass := weights.mass_in(name)):
        spec["unit"] = weights.unit_text(mass)
        return
    if column is None:
        proposal.remarks.append(f"CHECK unit: nothing says in what {name!r} is counted")
        spec["unit"] = "unit"
        return
    values = {text: "none" for text in column.distinct if not _is_unit(text)}
    spec["unit"] = {"column": column.name} | ({"values": values} if values else {})
    if values:
        proposal.remarks.append(
            f"CHECK unit: {', '.join(values)} are no units of ours; their quantities are left out"
        )


def _is_unit(text: str) -> bool:
    unit = printed_units.parse(text)
    return (
        unit.kind == "quantity"
        if unit
        else coding.resolve("unit", ("own", "names"), text, 24240).code is not None
    )
