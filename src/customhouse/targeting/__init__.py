"""Targeting: which declarations to inspect, from what was known when they were lodged.

Tables as numbers
    columns, fields, listing    columns of any DataFrame; read once where asked for; rows and days of lists
    intake      declarations and outcomes from files or DataFrames, each row used, set aside or flagged
    coding, labels    keys as whole numbers; outcomes as a history
The model
    history     what inspections found, and from which moment on it was known
    profiles    how risky a trader, a good, an origin was by then, in one ordered pass
    peers       how price, mass, value and duty rate stand beside declarations like it
    features    what a model sees of a declaration: itself, the past of its keys, its peers
    estimator   the model: probability of fraud and revenue, with the interface of scikit-learn
    boosting    the boosters under it
    uncertainty, fingerprints    how unsure it is of what is new; which model it is
    saved, packing, probing      models in files that run nothing
    why         what raised a score, in numbers and in words
Who is inspected
    rules, criteria, told, rulebook    lists and criteria as customs use them, from YAML; hits: what they find
    trusted     the accredited list: dates, scope, suspensions
    budgets     the policy, and how much each office may do on a day
    lanes, cells, deciding, chance    who is released, looked at, inspected; draws first
    selection   what was decided
    log, logged the decisions, kept and decided again from their seeds
What is found
    drawing, rates, intervals    random draws with their probabilities, and the true rates that they estimate
    evaluation  how much fraud and revenue the top of a ranking holds, with intervals
    leakage     whether a plain look-up predicts the label, so that no figure proves anything
    judging     a ranking beside chance, declared duty and others; for whom; how fairly
Over time
    loop, policies, ranking, office    ways of targeting over years, each told of what it inspected alone
    stream      features of a long run of declarations, in little time
    drift, watching, population    whether what inspections find, or what is declared, has changed
    simulated, schemes    declarations with hidden fraud that appears, changes and vanishes

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
