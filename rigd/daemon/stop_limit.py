"""The end of the daemon has a limit: nothing that hangs holds it up.

A thread that hangs in the kernel or in a resolver is waited for by Python at its end. What rigd
knows is stored by then: intents before a move, outcomes after it.
"""

import logging
import os
import sys
import threading
from threading import Timer

log = logging.getLogger(__name__)

STOP_LIMIT_S = 4.5


def end_within(limit_s: float = STOP_LIMIT_S) -> Timer:
    """End this process after so many seconds if it has not ended by itself."""
    timer = Timer(limit_s, _end, (limit_s,))
    timer.daemon = True
    timer.start()
    return timer


def _end(limit_s: float) -> None:
    waited_for = [
        one.name
        for one in threading.enumerate()
        if not one.daemon and one is not threading.main_thread()
    ]
    log.warning(
        "something hangs, and rigd ends without it after %g s (threads: %s)",
        limit_s,
        ", ".join(waited_for) or "none but the loop's",
    )
    logging.shutdown()
    sys.stderr.flush()
    os._exit(0)
