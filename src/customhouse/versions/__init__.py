"""Two versions of a text, in one language or two: which claims are missing, added or different."""

from customhouse.versions.aligning import compare
from customhouse.versions.model import Aspect, Kind, Pair, Versions

__all__ = ["Aspect", "Kind", "Pair", "Versions", "compare"]
