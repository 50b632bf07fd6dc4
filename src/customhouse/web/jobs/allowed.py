"""What jobs are allowed: the settings of the server that the worker belongs to."""

from __future__ import annotations

from customhouse.web.settings import Settings

_told = [Settings()]


def allow(settings: Settings) -> None:
    """Let these hold for all jobs of this process from now on."""
    _told[0] = settings


def allowed() -> Settings:
    """The settings that hold."""
    return _told[0]
