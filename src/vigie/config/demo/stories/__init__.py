"""What callers of the demonstration report, client by client: invented, but as such people would say it."""

from __future__ import annotations

from vigie.config.demo.stories.conditia import STORIES as CONDITIA
from vigie.config.demo.stories.logimetrie import STORIES as LOGIMETRIE
from vigie.config.demo.stories.plateau import STORIES as PLATEAU
from vigie.config.demo.stories.story import Story

BY_CLIENT: dict[str, tuple[Story, ...]] = {"conditia": CONDITIA, "plateau": PLATEAU, "logimetrie": LOGIMETRIE}

__all__ = ["BY_CLIENT", "Story"]
