"""Surveys of traders: diffusion indices and what leads trade."""
