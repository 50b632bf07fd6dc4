"""Numbers drawn from a seed and a name, so that a draw depends on no other row, nor on the order of rows.

Each declaration has its own number for each purpose (permanent random numbers: Ohlsson, Coordination of
Samples Using Permanent Random Numbers, in Business Survey Methods, 1995, chapter 9), made by a keyed hash:
who has the seed can draw again what was drawn, who has not cannot tell beforehand. Keep the seed of a
day to yourself until the day is over, and let none be guessed: `secrets.randbits(64)` gives one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from customhouse.errors import TargetingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customhouse.targeting.history import Floats, Whole

BLOCK = 8
"""Days that a fraction of an inspection is spread over, once in each eighth of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """A mark for each name, 64 bits by a hash keyed with the seed."""

    seed: int
    marks: NDArray[np.uint64]

    @classmethod
    def of(cls, seed: int, names: Iterable[str]) -> Chance:
        """The marks of names. Raises TargetingError for a seed that is no whole number from 0."""
        import numpy as np

        key = _key(seed)
        made = b"".join(blake2b(one.encode(), digest_size=8, key=key).digest() for one in names)
        return cls(seed, np.frombuffer(made, dtype="<u8").astype(np.uint64))

    def uniform(self, purpose: str) -> Floats:
        """Numbers from 0 up to 1 (left out), one a name; another purpose has others."""
        import numpy as np

        tag = int.from_bytes(blake2b(purpose.encode(), digest_size=8, key=_key(self.seed)).digest(), "little")
        return np.asarray((_mixed(self.marks ^ np.uint64(tag)) >> np.uint64(11)) * 2.0**-53)


def turns(seed: int, purpose: str, office: Sequence[str], day: Whole) -> Floats:
    """A number from 0 up to 1 for each office and day, by which a fraction of an inspection is rounded.

    A day's number says nothing of how likely it was, but of every BLOCK days each has its own eighth
    (stratified in time: Cochran, Sampling Techniques, 1977, section 8.4), so that 0.3 inspections a day
    become 30 in a hundred days, and not 30 give or take 5. It depends on the office, the day and the seed
    alone: one day and a whole year give the same.
    """
    import numpy as np

    block, slot = day // BLOCK, day % BLOCK
    each = Chance.of(seed, (f"{one}\0{number}" for one, number in zip(office, block.tolist(), strict=True)))
    eighths = np.stack([each.uniform(f"{purpose} {place}") for place in range(BLOCK)], axis=1)
    rank = (eighths < eighths[np.arange(len(slot)), slot][:, None]).sum(axis=1)
    days = Chance.of(seed, (f"{one}\0{number}" for one, number in zip(office, day.tolist(), strict=True)))
    return np.asarray((rank + days.uniform(f"{purpose} within")) / BLOCK)


def rounded(expected: Floats, turn: Floats | float) -> Whole:
    """Whole numbers whose mean over turns is what is expected; the turn 0 rounds down."""
    import numpy as np

    return np.floor(expected + turn + 1e-9 * (expected > 0)).astype(np.int64)


def _key(seed: int) -> bytes:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**256:
        raise TargetingError(f"{seed!r}: no seed; give a whole number from 0, of 256 bits at the most")
    return seed.to_bytes(32, "little")


def _mixed(marks: Any) -> Any:
    """The finalizer of splitmix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    import numpy as np

    with np.errstate(over="ignore"):
        found = marks + np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))
