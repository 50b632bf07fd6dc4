"""Questions to statistics, in English or Chinese or as options: parse, run, tabulate."""

from customhouse.query.answer import COLUMNS, Answer, Row, claim_json
from customhouse.query.model import AXES, Query
from customhouse.query.options import OPTIONS
from customhouse.query.parse import parse
from customhouse.query.run import run
from customhouse.query.words import describe

__all__ = ["AXES", "COLUMNS", "OPTIONS", "Answer", "Query", "Row", "claim_json", "describe", "parse", "run"]
