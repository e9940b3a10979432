"""How long devices may take: one table per rig, which every rule and every driver goes by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The start graces, settle times and deadlines of a rig.

    What is said of a device counts from the moment it was told; until then its time has not begun.
    """

    start_grace_s: float = 2.0
    """How long a focuser may take to begin to move. Our choice: two polls of an INDI driver, whose
    POLLING_PERIOD is 1 s as a rule."""
    wheel_start_grace_s: float = 15.0
    """How long a filter wheel may take to leave its slot. Our choice: some wheels never say that
    they turn and show the old slot until they are there, and the slowest takes about 10 s."""
    settle_s: float = 0.0
    """How long a filter wheel that says that it has arrived must still be waited for."""
    poll_s: float = 1.0
    """How soon a driver looks at its device again, where it does not say so itself."""
    late_value_s: float = 1.5
    """How much longer than two polls a driver may take to tell where a focuser has ended that seems
    to stand elsewhere than it should. Some read the position at every second poll only:
    myFocuserPro2 tells it 2.1 s after its Ok, with a poll of 0.5 s."""
    reading_s: float = 10.0
    """How long a filter change waits for a focuser that has come back to be read at rest. Our
    choice: the first value after a connection comes within two polls, one that is believed
    elsewhere within two more."""
    stop_s: float = 10.0
    """How long a motor may take to come to rest once it was halted. Our choice: several polls."""
    client_move_s: float = 600.0
    """How long a client's own move may take. Our choice: 60000 steps at 100 steps/s."""
    hand_s: float = 1800.0
    """How long a human may take whom a wheel's driver asks to put a filter in, as with a wheel that
    is turned by hand for rigd itself."""
    deadline_s: float = 28.0
    """How long a change may take, from the request on: just below the shortest time-out known of a
    client, the 30 s of ConformU (CCDciel waits 60 s). A move of rigd's own as well."""
