"""A row that cannot be used, and why."""

from __future__ import annotations

from customhouse.records.mapping import damage
from customhouse.records.table import Held

OF_GROUP = "group_unknown"
_DATED = ("obsolete", "not_yet_valid")


class Refused(Exception):
    """A row that cannot be used, with every reason, and the figures it would have given."""

    def __init__(self, *reasons: str, why: str = "", held: tuple[Held, ...] = ()) -> None:
        self.reasons, self.why, self.held = tuple(dict.fromkeys(reasons)), why, held
        super().__init__(", ".join(self.reasons))


def reason_of(name: str, reason: str, text: str, group: bool) -> str:
    """Why a code cannot be used, as a code of reasons.csv."""
    if reason in _DATED:
        return reason
    if hurt := damage.of_code(name, text):
        return hurt
    return OF_GROUP if group and reason == "unknown" else f"{name}_{reason}"
