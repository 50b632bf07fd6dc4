"""Measures: every kind of figure that a release states, computed exactly from statistics."""

from customhouse.measures.door import MEASURES, measure, revised, year_to_date
from customhouse.measures.parts import default_whole
from customhouse.measures.request import Missing, Request

__all__ = ["MEASURES", "Missing", "Request", "default_whole", "measure", "revised", "year_to_date"]
