"""Intake: declarations and official tables; every row is accepted, or set aside with its reasons."""
