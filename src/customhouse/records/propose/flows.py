"""The flow of a table's rows or columns: by a column of flows, by heads and titles, by words of the way."""

from __future__ import annotations

from customhouse.records import coding
from customhouse.records.propose import words
from customhouse.records.propose.found import Raw, Roles
from customhouse.records.propose.look import Look

_BOTH = {"exports", "imports"}
_DIRECTED = {"exports", "imports", "re_exports", "re_imports"}


def common(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """The flow of the whole table, where its columns, sheet, title or file's name speak of one alone."""
    _mere_totals(look, found, proposed)
    if "flow" in found.raw or all("flow" in spec for spec in proposed.values()):
        return
    own = {spec["flow"] for spec in proposed.values() if "flow" in spec}
    others = [column.name for column in look.columns]
    flow = words.flow_in([*others, look.sheet or "", *look.title]) or words.flow_in([look.path.stem])
    if len(own) == 1 and (alone := own.pop()):
        if alone in _DIRECTED:
            flow = alone
            _leave_twins(found, proposed)
        else:  # the growth beside it is its own
            for spec in proposed.values():
                if "flow" not in spec and spec.get("measure") == "growth":
                    spec["flow"] = alone
    elif own:
        return
    if flow and any("flow" not in spec for spec in proposed.values()):
        found.raw["flow"] = flow
        found.remarks.append(
            f"flow: {flow}, the only one that columns, sheet, title or the file's name speak of"
        )
    elif not flow and not own:
        _by_way(look, found)


def _mere_totals(look: Look, found: Roles, proposed: dict[str, Raw]) -> None:
    """A head such as `Total 2023` is trade beside exports and imports; in a table of one flow it is that."""
    mere = [name for name, spec in proposed.items() if spec.get("flow") == "trade" and _is_mere(name)]
    if not mere or "flow" in found.raw:
        return
    if {flow for column in look.columns for flow in words.all_said("flow", column.name)} >= _BOTH:
        return
    for name in mere:
        del proposed[name]["flow"]


def _leave_twins(found: Roles, proposed: dict[str, Raw]) -> None:
    """Leaves out columns of no flow beside others of the same cells that have one: those are of another."""
    said = {_cells(spec): name for name, spec in proposed.items() if "flow" in spec}
    for name in [name for name, spec in proposed.items() if "flow" not in spec and _cells(spec) in said]:
        first = said[_cells(proposed.pop(name))]
        found.remarks.append(
            f"CHECK figures: {name!r} is left out, for nothing says its flow, and {first!r} is of its cells"
        )


def _cells(spec: Raw) -> tuple[str | None, ...]:
    return tuple(spec.get(key) for key in ("period", "month", "partner", "transport", "measure", "months"))


def _is_mere(name: str) -> bool:
    """Whether the only word of flow in a name is one for all together."""
    said = [code for code in words.all_said("flow", name) if code in coding.FLOWS]
    return said == ["trade"] and words.says("flow", words.without(name, "weak_flow")) is None


def _by_way(look: Look, found: Roles) -> None:
    """The flow that a column of countries of destination, or of origin, is of."""
    column = found.columns.get("partner")
    said = [(column.name, words.is_a("way", column.name))] if column is not None else []
    said += [(text, words.says("way", text)) for text in look.title if not words.says("scope", text)]
    flows = {flow for _, flow in said if flow}
    if len(flows) == 1:
        flow = flows.pop()
        text = next(text for text, one in said if one)
        found.raw["flow"] = flow
        found.remarks.append(f"CHECK flow: {flow}, for {text!r} says where goods go to or come from")
