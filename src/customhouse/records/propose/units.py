"""The units of a proposal: from columns, names of columns, titles and other sheets, else guessed."""

from __future__ import annotations

from dataclasses import replace

from customhouse.records import coding, printed_units, unit_forms
from customhouse.records.printed_units import Unit
from customhouse.records.propose import shared, titles, weights, words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look
from customhouse.records.propose.proposal import Proposal

_ALIKE = 8
"""So many unlike texts of a column are looked at for a unit."""
_NOTES = 40
"""So many notes, the last ones, are looked at for a unit."""
_MANY = 4
"""As many columns are told by the first and the last."""


def units(tables: list[tuple[Look, Roles]], proposal: Proposal) -> None:
    """The unit of values: from a column, names of columns, titles, other sheets; else the reporter's."""
    reporters = unit_forms.currency_of(proposal.raw.get("reporter") or "")
    unsaid: list[tuple[str, Raw, str | None]] = []
    for seen, found in tables:
        title, why = titles.unit_of(seen.title)
        # A currency that the title names goes before that of the reporter.
        own = title.code if title and title.code and not title.family else reporters
        _common(seen, found, own, (title, why), proposal)
        context = " ".join((*seen.title, *(column.name for column in seen.columns)))
        for name, spec in found.raw["figures"].items():
            if spec.get("measure") == "mass":
                weights.mass(seen, found, name, spec, proposal)
            else:
                _unit(found, name, spec, own, context, proposal)
            open_ = spec.get("measure", "value") == "value" and not (
                {"unit", "currency"} & {*spec, *found.raw}
            )
            if open_ and not _weigh(seen, name, spec, proposal):
                unsaid.append((name, spec, own))
    _guess(tables, unsaid, proposal)
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
                if word in printed_units.currencies() and word.lower() not in unit_forms.words_too()
            ),
            None,
        )
        if code:
            proposal.raw["currency"] = code


def _common(
    seen: Look, found: Roles, own: str | None, said_above: tuple[Unit | None, str], proposal: Proposal
) -> None:
    """The unit of all values of a table: from a column, titles, corners and notes, if names have none."""
    column, (title, why) = found.columns.get("unit"), said_above
    flows = found.columns.get("flow")
    if isinstance(found.raw.get("unit"), dict) and column is None and flows is not None:
        shared.in_column(found, flows, own, proposal)
        said = {*found.raw["unit"].get("values", {}).values()}
        found.raw["unit"] = said.pop() if len(said) == 1 else found.raw["unit"]
    elif column is not None and printed_units.read(column.distinct[0] if column.distinct else "").unit:
        shared.in_column(found, column, own, proposal)
    elif any("unit" in spec for spec in _values(found)):
        return
    elif title:
        proposal.remarks.append(why)
        _give(found, title, own, proposal)
    elif not _in_texts(seen, found, own, proposal) and (
        around := _below(seen, found) or _around(seen, found)
    ):
        unit, why = around
        proposal.remarks.append(why)
        _give(found, unit, own, proposal)


def _give(found: Roles, unit: Unit, own: str | None, proposal: Proposal) -> None:
    """Gives a table its unit; a currency that cannot be told is left for the user to say."""
    settled, doubt = shared.settled(unit, own)
    if unit.kind == "number" and own:
        settled, doubt = replace(unit, kind="money", code=own), f"the currency is taken to be {own}"
    found.raw["unit"] = words.unit_text(settled)
    if doubt:
        proposal.remarks.append(f"CHECK unit: {doubt}")


def _below(seen: Look, found: Roles) -> tuple[Unit, str] | None:
    """The one unit that a row of units says right below the names."""
    some = [
        column.cells[0] for column in seen.columns if column.name in found.raw["figures"] and column.cells
    ]
    texts = [" ".join(cell.split()) for cell in some if any(map(str.isalpha, cell))]
    readings = {text: words.unit_read(text) for text in texts}
    units = {reading.unit for reading in readings.values()}
    unit = units.pop() if len(units) == 1 else None
    if unit is None or unit.kind != "money":
        return None
    odd = titles.doubts(texts[0], readings[texts[0]])
    why = "; ".join((f"{words.unit_text(unit)}, as {texts[0]!r} below the names says", *odd))
    return unit, f"{'CHECK ' if odd else ''}unit: {why}"


def _around(seen: Look, found: Roles) -> tuple[Unit, str] | None:
    """The unit that the names of columns of texts say, such as a corner, or a note below the table."""
    named = (column.name for column in seen.columns if column.name not in found.raw["figures"])
    for text, doubt in (
        *((name, "") for name in named),
        *((note, "CHECK ") for note in seen.notes[-_NOTES:]),
    ):
        reading = words.unit_read(text)
        unit = reading.unit
        if unit and unit.kind == "money" and (unit.scale != 1 or words.is_unit_label(text)):
            odd = titles.doubts(text, reading)
            why = "; ".join((f"{words.unit_text(unit)}, as {text!r} says", *odd))
            return unit, f"{'CHECK ' if odd else doubt}unit: {why}"
    return None


def _values(found: Roles) -> list[Raw]:
    """The figures of a table that are values."""
    return [spec for spec in found.raw["figures"].values() if spec.get("measure", "value") == "value"]


def _in_texts(seen: Look, found: Roles, own: str | None, proposal: Proposal) -> bool:
    """A unit that all texts of a column have in brackets: `Export (US$ Thousand)` in every row."""
    for column in seen.columns:
        if not 0 < len(column.distinct) <= _ALIKE or column.name in found.raw["figures"]:
            continue
        texts = [text for text in column.distinct if words.INSIDE.search(text)]
        said = [words.unit_read(text) for text in texts]
        units = {reading.unit for reading in said}
        if len(texts) == len(column.distinct) and len(units) == 1 and (unit := units.pop()):
            odd = titles.doubts(texts[0], said[0])
            why = "; ".join((f"as {texts[0]!r} in {column.name!r} says", *odd))
            proposal.remarks.append(f"{'CHECK ' if odd else ''}unit: {words.unit_text(unit)}, {why}")
            _give(found, unit, own, proposal)
            return True
    return False


def _unit(found: Roles, name: str, spec: Raw, own: str | None, context: str, proposal: Proposal) -> None:
    """The unit of one figure; a currency that a name has and nothing knows is left for the user to say."""
    open_ = spec.pop("open", None)
    measure = spec.get("measure", "value")
    if measure == "growth":
        return
    if measure == "quantity":
        _quantity(found, name, spec, proposal)
    elif "unit" in spec:
        _of_name(name, spec, own, context, proposal)
        if open_ and str(spec["unit"])[:1].isdigit():
            said = "CHECK unit: {} names a currency that cannot be told; say it, as `unit: USD 1000`"
            proposal.guesses.setdefault(said, []).append(name)
        elif str(spec["unit"])[:1].isdigit():
            spec["unit"] = f"{own or 'USD'} {spec['unit']}"
            proposal.remarks.append(f"CHECK unit: the currency of {name!r} is taken to be {own or 'USD'}")


def _weigh(seen: Look, name: str, spec: Raw, proposal: Proposal) -> bool:
    """Takes figures as weights where a title says a unit of mass, and nothing one of money."""
    weight = titles.weight_of(seen.title) if words.says("measure", name) != "value" else None
    if weight is None:
        return False
    unit, text = weight
    spec |= {"measure": "mass", "unit": weights.unit_text(unit)}
    said = f"CHECK unit: {{}} are taken as weights in {spec['unit']}, as {text!r} says"
    proposal.guesses.setdefault(said, []).append(name)
    return True


def _guess(
    tables: list[tuple[Look, Roles]], unsaid: list[tuple[str, Raw, str | None]], proposal: Proposal
) -> None:
    """The unit of values that nothing says: as in another table of the file, else of the reporter."""
    some = [str(spec["unit"]) for _, found in tables for spec in _values(found) if "unit" in spec]
    others = [unit for unit in some if not unit[:1].isdigit()]
    for name, spec, own in unsaid:
        spec["unit"] = others[0] if others else (own or "USD")
        why = "as in another table of the file" if others else "for nothing in the file says it"
        proposal.guesses.setdefault(f"CHECK unit: {spec['unit']} for {{}}, {why}", []).append(name)


def _of_name(name: str, spec: Raw, own: str | None, context: str, proposal: Proposal) -> None:
    """The unit that a name says: a sign that currencies share is of the reporter's own; doubts are said."""
    reading = words.unit_read(name, context)
    if reading.unit is None:
        return
    settled, doubt = shared.settled(reading.unit, own)
    spec["unit"] = words.unit_text(settled)
    for text in titles.doubts(name, reading):
        proposal.remarks.append(f"CHECK unit: {spec['unit']}; {text}")
    if doubt and settled.code:
        proposal.guesses.setdefault(f"CHECK unit: {spec['unit']} for {{}}; {doubt}", []).append(name)


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
