"""The fingerprint of a model: decisions are logged with it, so that anyone can tell which model made them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customhouse.targeting.features import Features, Memory
    from customhouse.targeting.history import Flags, Floats


def digest(memory: Memory, seen: Features, fraud: Flags, revenue: Floats) -> str:
    """A digest of all that a model learnt from: the past of every key, features and outcomes."""
    import sklearn

    found = blake2b(digest_size=16)
    for name, coder in memory.coders.keys.items():
        found.update(f"{name}\0".encode())
        found.update(coder.values.tobytes())
        found.update(memory.ledgers[name].lodged.places.tobytes())
    for text in (sklearn.__version__, *seen.names):
        found.update(f"{text}\0".encode())
    for values in (seen.values, fraud, revenue):
        found.update(values.tobytes())
    return found.hexdigest()


def fingerprint(learnt: str, settings: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits of a digest and of the settings that a model ranks with."""
    told = "\0".join(f"{name}={settings[name]!r}" for name in sorted(settings))
    return blake2b(f"{learnt}\0{told}".encode(), digest_size=8).hexdigest()
