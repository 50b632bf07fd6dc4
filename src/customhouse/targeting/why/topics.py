"""Features grouped to what a person understands: the trader's past, the price, the goods, the route.

A feature belongs to the key of profiles or of peers that its name begins with, and a key to a topic by the
attributes that it is of. A key that is profiled at a user's wish is a topic of its own, named as its column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customhouse.targeting.coding import HS, KEYS

if TYPE_CHECKING:
    from customhouse.targeting.history import Floats

AMOUNTS = {
    "log_unit_value": "price", "log_net_mass": "weight", "log_value": "value", "log_duty": "duty",
    "duty_rate": "duty", "aeo": "accredited", "direct": "route",
}  # fmt: skip
"""Topics of features of the declaration itself; those of peers begin with the same names."""
TRADER = "trader"
OTHER = "other"
"""The topic of features that none is known of."""
_PARTS = {"declarant": "declarant", "office": "office", "consignment": "route"}
"""Attributes that name the topic of what several traders share, whatever else a key is of."""
_OWN = {"origin": "trader_origin", "consignment": "trader_route"}
_DEPTHS = tuple(sorted(HS, key=lambda one: HS[one], reverse=True))


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """The topic of each feature, and the key that it is of ("" for none)."""

    names: tuple[str, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, features: Sequence[str], keys: Iterable[str]) -> Topics:
        """The topics of features, where profiles are kept of `keys`."""
        longest = sorted(keys, key=len, reverse=True)
        found = [_placed(name, longest) for name in features]
        return cls(tuple(topic for topic, _ in found), tuple(key for _, key in found))

    @property
    def distinct(self) -> tuple[str, ...]:
        """The topics, each once, in the order of their first features."""
        return tuple(dict.fromkeys(self.names))

    def sums(self, values: Floats) -> Floats:
        """Contributions by feature added up by topic: rows by `distinct`."""
        return _summed(values, self.names, self.distinct)

    def leading(self, values: Floats) -> tuple[tuple[str, ...], ...]:
        """For each row and topic of `distinct` the key whose features add most; "" where it is none."""
        import numpy as np

        pairs = tuple(dict.fromkeys(zip(self.names, self.keys, strict=True)))
        found = _summed(values, list(zip(self.names, self.keys, strict=True)), pairs)
        places = [[n for n, (name, _) in enumerate(pairs) if name == topic] for topic in self.distinct]
        most = [np.array(place)[found[:, place].argmax(axis=1)] for place in places]
        return tuple(tuple(pairs[place][1] for place in row) for row in np.stack(most, axis=1).tolist())


def _summed(values: Floats, names: Sequence[object], distinct: Sequence[object]) -> Floats:
    import numpy as np

    place = {name: number for number, name in enumerate(distinct)}
    member = np.zeros((len(names), len(place)))
    member[np.arange(len(names)), [place[name] for name in names]] = 1.0
    return np.asarray(values @ member)


def parts_of(key: str) -> tuple[str, ...]:
    """The attributes that a key is of."""
    return KEYS.get(key, (key,))


def own(key: str) -> bool:
    """Whether all declarations of a key are of one trader."""
    return TRADER in parts_of(key)


def goods(key: str) -> bool:
    """Whether a key is of goods."""
    return _depth(parts_of(key)) is not None


def coarser(key: str, there: Collection[str]) -> Iterator[str]:
    """A key, then coarser ones: shallower codes of goods, then the goods or the attribute alone.

    Where a figure of one may not be shown, the next may do.
    """
    parts = parts_of(key)
    rest = [one for one in parts if one not in HS]
    depths = _DEPTHS[_DEPTHS.index(deepest):] if (deepest := _depth(parts)) else ()
    named = [{one} for one in rest if one in _PARTS]
    wanted = [{*rest, one} for one in depths] or [set(rest)]
    wanted += named or [{one} for one in depths]
    known = {frozenset(parts_of(one)): one for one in there}
    yield from dict.fromkeys(known[found] for one in wanted if (found := frozenset(one)) in known)


def _depth(parts: Collection[str]) -> str | None:
    return next((one for one in parts if one in HS), None)


def _placed(feature: str, keys: Sequence[str]) -> tuple[str, str]:
    """The topic of a feature, and its key."""
    for amount in sorted(AMOUNTS, key=len, reverse=True):
        if feature == amount or feature.startswith(f"{amount}_"):
            rest = feature.removeprefix(amount).strip("_")
            return AMOUNTS[amount], next((key for key in keys if rest.startswith(f"{key}_")), "")
    key = next((key for key in keys if feature.startswith(f"{key}_")), "")
    return (_topic(key), key) if key else (OTHER, "")


def _topic(key: str) -> str:
    parts = parts_of(key)
    rest = [one for one in parts if one not in HS]
    if TRADER in parts:
        return TRADER if len(parts) == 1 else "trader_goods" if goods(key) else _OWN.get(parts[-1], TRADER)
    named = [_PARTS[one] for one in rest if one in _PARTS]
    if named:
        return named[0]
    if goods(key):
        return "goods_origin" if "origin" in rest else "goods"
    return key
