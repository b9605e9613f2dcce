"""What the node takes of the machine: its turn before other programs, and as many sockets as there are calls."""

import logging
import os
import resource

logger = logging.getLogger(__name__)


def go_first(priority: int) -> None:
    """Give the calling thread the round-robin `priority`, where the system allows it; 0 leaves it as it is."""
    if priority <= 0:
        return
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))
    except OSError as error:
        logger.info("no real-time priority: %s", error)


def allow_many_files() -> None:
    """Raise the number of open files to what the system allows: two sockets for each call soon pass 1024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
