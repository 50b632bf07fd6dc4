"""Simulated declarations: any number of lines from a seed, with the skew and the totals of real trade."""

from customhouse.simulate.write import Simulation, simulate

__all__ = ["Simulation", "simulate"]
