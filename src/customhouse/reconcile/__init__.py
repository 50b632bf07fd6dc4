"""Do claims agree with one another, and what follows from them?

    network      variables, facts with their provenance, the worklist
    constraints  linear relations, products, means
    observe      which variable a claim is about
    build        the network of claims and their direct relations
    partitions   which parts make up which whole, as data
    identities   months, parts and wholes, means of growth
    solve        propagation, conflicts, irreducible sets
    slips        what needs no network: misplaced levels, gaps to another thing, broken streaks
    judge        contradiction, revision or caution
    explain      the arithmetic in words, English and Chinese
    derive       figures that follow and no text states

`reconcile` is the one public name.
"""

from __future__ import annotations

from customhouse.reconcile.run import reconcile

__all__ = ["reconcile"]
