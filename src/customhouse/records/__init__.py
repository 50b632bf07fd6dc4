"""Intake: declarations and official tables come in, and every row is accepted or set aside with its reasons."""
