"""Questions in plain words, answered in prose with claims, a table and the query that stands behind."""

from customhouse.ask.model import Part, Refusal, Reply, Wanted
from customhouse.ask.run import ask

__all__ = ["Part", "Refusal", "Reply", "Wanted", "ask"]
