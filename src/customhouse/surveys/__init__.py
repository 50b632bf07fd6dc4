"""Surveys of traders: diffusion indices of their answers, composites of these, and what leads trade.

    tables     data frames and files of answers, shares or indices: which column is what
    answers    answers of firms; what cannot be used is set aside with its reason
    estimates  shares weighted by stratum, with non-response and standard errors
    shares     surveys that come as shares or indices already
    diffusion  indices by question and month
    composite  several indices added up by weights, as the purchasing managers' index
    cycles     cycles of a series and their turning points
    lead       by how many months one series leads another
    leading    composite leading indices, by the OECD's method or the Conference Board's
    claims     indices as claims
    telling    tables, CSV, JSON

Seasonal adjustment is handed in as a function (`adjusted`): this layer knows none.
"""

from __future__ import annotations

from customhouse.surveys.claims import claims, leading_claims
from customhouse.surveys.composite import Weights, composite, known, weights
from customhouse.surveys.diffusion import adjusted, diffusion
from customhouse.surveys.lead import Lead, lead
from customhouse.surveys.leading import Leading, leading
from customhouse.surveys.model import Aside, Indices, Line, Point
from customhouse.surveys.telling import Survey

__all__ = [
    "Aside", "Indices", "Lead", "Leading", "Line", "Point", "Survey", "Weights", "adjusted", "claims",
    "composite", "diffusion", "known", "lead", "leading", "leading_claims", "weights",
]  # fmt: skip
