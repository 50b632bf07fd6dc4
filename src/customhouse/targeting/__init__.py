"""Targeting: which declarations to inspect, from what was known when they were lodged.

    history     what inspections found, and from which moment on it was known
    profiles    how risky a trader, a good, an origin was by then, in one ordered pass
    columns, coding, labels    columns and outcomes of any DataFrame as numbers
    features    what a model sees of a declaration: itself, the past of its keys
    peers       how its price, mass, value and duty rate stand beside declarations like it
    estimator   the model: probability of fraud and revenue, with the interface of scikit-learn
    uncertainty, fingerprints    how unsure it is of what is new; which model it is
    boosting    the boosters under it
    evaluation  how much fraud and revenue the top of a ranking holds, with intervals
    leakage     whether a plain look-up predicts the label, so that no figure proves anything
    drawing     random draws with their probabilities, and the true rates that they estimate
    rules, criteria, rulebook    lists and criteria as customs use them, from YAML; hits: what they find
    trusted     the accredited list: dates, scope, suspensions
    budgets     the policy, and how much each office may do on a day
    lanes, cells, deciding, chance    who is released, looked at, inspected; draws first
    selection   what was decided, and rates: the true rates that its draws estimate
    log, logged the decisions, kept and decided again from their seeds
    loop, policies, ranking, office    ways of targeting over years, each told of what it inspected alone
    stream      features of a long run of declarations, in little time
    drift, watching, population    whether what inspections find, or what is declared, has changed
    intake      declarations and outcomes from files or DataFrames, each row used, set aside or flagged
    saved, packing, probing    models in files that run nothing
    schemes     hidden fraud that appears, changes and vanishes
    simulated   declarations with such fraud, to compare ways of targeting by what is known to be true

All on arrays of numbers; nothing sees what was not yet known.
"""

from __future__ import annotations

from customhouse.targeting import log
from customhouse.targeting.budgets import Budgets, Policy
from customhouse.targeting.drawing import Draw, Estimate, draw, estimate
from customhouse.targeting.evaluation import At, Curve, at_shares, auc, calibration, gains
from customhouse.targeting.history import History
from customhouse.targeting.hits import HitRate, Retirement, hits, retire
from customhouse.targeting.lanes import assign
from customhouse.targeting.leakage import Leakage, leakage
from customhouse.targeting.profiles import Clock, Ledger, Past, PeerLedger, Peers, smoothed
from customhouse.targeting.rates import Rate, Rates, estimates
from customhouse.targeting.rulebook import Rulebook
from customhouse.targeting.selection import BASES, LANES, Selection
from customhouse.targeting.trusted import Trusted

__all__ = [
    "BASES", "LANES", "At", "Budgets", "Clock", "Curve", "Draw", "Estimate", "History", "HitRate", "Leakage",
    "Ledger", "Past", "PeerLedger", "Peers", "Policy", "Rate", "Rates", "Retirement", "Rulebook", "Selection",
    "Trusted", "assign", "at_shares", "auc", "calibration", "draw", "estimate", "estimates", "gains", "hits",
    "leakage", "log", "retire", "smoothed",
]  # fmt: skip
