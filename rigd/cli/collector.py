"""Python's garbage collector while a command begins.

Hardly anything that imports make is garbage, yet the collector looks through all of it again and
again while they grow: that is a fifth of a start. What is there when a command begins its work
stays until its end, so no later collection looks through it either.
"""

import gc


def pause_collector() -> None:
    """Collect nothing until `resume_collector`."""
    gc.disable()


def resume_collector() -> None:
    """Collect again, but never what there is now. Without a pause before, do nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
