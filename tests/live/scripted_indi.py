"""An INDI driver under the stock indiserver that misbehaves as a test tells it to.

indiserver starts a small relay (`indi_relay.py`); what the driver says is decided here, in the
test's process, so a test sets any attribute at any time and reads back what came in. The hardware
lives here too: it outlives a driver that dies, as real hardware does.

    focuser, wheel = ScriptedFocuser(tmp_path, "EAF"), ScriptedWheel(tmp_path, "EFW")
    with focuser, wheel, IndiServer(tmp_path, (wheel.executable, focuser.executable)) as server:
        focuser.motor.start_delay_s = 0.8
        focuser.ok_steps_behind = 3
        ...
        assert focuser.commands("ABS_FOCUS_POSITION") == [30040]
        assert focuser.motor.place == 30040
"""

from pathlib import Path
from time import monotonic

from tests.live.scripted_driver import Received, ScriptedDriver, vector
from tests.motor import Motor

__all__ = ["ScriptedFocuser", "ScriptedWheel", "vector"]


class ScriptedFocuser(ScriptedDriver):
    """An absolute focuser; its motor's own faults are set at `motor`."""

    interface = 8

    def __init__(self, directory: Path, name: str, motor: Motor | None = None) -> None:
        self.motor = motor or Motor()
        self.minimum, self.maximum = "0", "100000"
        """Text: "inf" and "nan" too."""
        self.first_value: str | None = None
        """What the definition says instead of the position; the true one comes with a poll."""
        self.says_busy = True
        """Whether it says Busy when it is told to move."""
        self.waits_for_start = False
        """Whether it stays Busy until a motor that begins late has moved, or says Ok before."""
        self.ok_steps_behind = 0
        """How many steps before its place the Ok says it is."""
        self.truth_after_polls: int | None = 1
        """How many polls after such an Ok the true place comes; None tells it never, unless it is
        farther off than `hides_steps`: many drivers tell changes of more than 5 steps only."""
        self.ends = "Ok"
        """How a move ends: "Ok", "Alert" (without words), or "Busy" for ever."""
        self.answers: str | None = None
        """What it says instead of its position: "1e19", "nan", a huge text."""
        self.hides_steps = 0
        """Changes of so many steps or fewer are not told while it is at rest."""
        self.temperature: str | None = None
        self._state = "Idle"
        self._told: str | None = None
        self._truth_in: int | None = None
        super().__init__(directory, name)

    @property
    def reading(self) -> str:
        return self.answers if self.answers is not None else str(self.motor.place)

    def names(self) -> tuple[str, ...]:
        return ("ABS_FOCUS_POSITION", "FOCUS_ABORT_MOTION", "FOCUS_TEMPERATURE")

    def definitions(self) -> str:
        self._state, self._truth_in = "Idle", None
        first = self.reading if self.first_value is None else self.first_value
        self._told = first
        xml = vector(
            "Number",
            self.name,
            "ABS_FOCUS_POSITION",
            {"FOCUS_ABSOLUTE_POSITION": first},
            "Idle",
            define=True,
            limits=(self.minimum, self.maximum),
        )
        xml += vector(
            "Switch", self.name, "FOCUS_ABORT_MOTION", {"ABORT": "Off"}, "Idle", define=True
        )
        if self.temperature is not None:
            xml += vector(
                "Number",
                self.name,
                "FOCUS_TEMPERATURE",
                {"TEMPERATURE": self.temperature},
                define=True,
                limits=("-100", "100"),
            )
        return xml

    def obey(self, command: Received) -> None:
        if command.name == "ABS_FOCUS_POSITION":
            self.motor.go(round(float(command.values["FOCUS_ABSOLUTE_POSITION"])))
            self._state, self._truth_in = "Busy", None
            if self.says_busy:
                self._tell(self.reading)
        elif command.name == "FOCUS_ABORT_MOTION":
            self.motor.halt()
            self.set("Switch", "FOCUS_ABORT_MOTION", {"ABORT": "Off"})

    def look(self) -> None:
        if self.temperature is not None:
            self.set("Number", "FOCUS_TEMPERATURE", {"TEMPERATURE": self.temperature})
        moving = self.motor.is_ordered if self.waits_for_start else self.motor.is_moving
        if self._state == "Busy" and not moving and self.ends != "Busy":
            self._state = self.ends
            behind = self.ok_steps_behind if self.ends == "Ok" else 0
            self._truth_in = self.truth_after_polls if behind else None
            forward = self.motor.target >= float(self._told or 0)
            self._tell(str(self.motor.place - (behind if forward else -behind)) if behind else None)
        elif self._truth_in is not None:
            self._truth_in -= 1
            if self._truth_in == 0:
                self._truth_in = None
                self._tell(self.reading)
        elif self._is_news() or (self._state == "Busy" and self.says_busy):
            self._tell(self.reading)

    def _is_news(self) -> bool:
        if self.reading == self._told:
            return False
        try:
            return (
                not abs(float(self.reading) - float(self._told or 0)) <= self.hides_steps
            )  # nan too
        except ValueError:
            return True

    def _tell(self, position: str | None) -> None:
        self._told = self.reading if position is None else position
        self.set(
            "Number", "ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": self._told}, self._state
        )


class ScriptedWheel(ScriptedDriver):
    """A filter wheel; slots count from 1, as INDI's do."""

    interface = 16

    def __init__(
        self, directory: Path, name: str, labels: tuple[str, ...] = ("L", "R", "G", "B", "Ha")
    ) -> None:
        self.labels = labels
        self.turn_s = 0.2
        self.first_value: str | None = None
        """What the definition says instead of the slot; the true one comes with a poll."""
        self.says_busy = True
        self.start_delay_s = 0.0
        """How long it says nothing (and stands) after a command."""
        self.ok_early_s = 0.0
        """How long before it stands it says Ok."""
        self.ends = "Ok"
        """How a turn ends: "Ok", "Alert" (without words), or "Busy" for ever."""
        self.stops_at: int | None = None
        """Where a turn ends instead of at its slot."""
        self.rehomes_to: int | None = None
        """The slot to which it turns when it connects."""
        self.answers: str | None = None
        """What it says instead of its slot."""
        self._slot = self._from = 1
        self._ends_s = 0.0
        self._state = "Ok"
        self._told: str | None = None
        super().__init__(directory, name)

    @property
    def slot(self) -> int | None:
        """The slot in the light; None while it turns."""
        return None if monotonic() < self._ends_s else self._slot

    def turn_by_hand(self, slot: int) -> None:
        self._slot = self._from = slot

    def relabel(self, *labels: str) -> None:
        """Define other labels."""
        self.labels = labels
        if self.is_connected:
            self.send(self._labels())

    @property
    def reading(self) -> str:
        return self.answers if self.answers is not None else str(self._slot)

    def names(self) -> tuple[str, ...]:
        return ("FILTER_SLOT", "FILTER_NAME")

    def definitions(self) -> str:
        if self.rehomes_to is not None:
            self.turn_by_hand(self.rehomes_to)
        self._state = "Idle"
        first = self._told = self.reading if self.first_value is None else self.first_value
        return (
            vector(
                "Number",
                self.name,
                "FILTER_SLOT",
                {"FILTER_SLOT_VALUE": first},
                "Idle",
                define=True,
                limits=("1", str(len(self.labels))),
            )
            + self._labels()
        )

    def obey(self, command: Received) -> None:
        if command.name != "FILTER_SLOT":
            return
        wanted = round(float(command.values["FILTER_SLOT_VALUE"]))
        self._from = self._slot
        self._slot = wanted if self.stops_at is None else self.stops_at
        self._ends_s = monotonic() + self.start_delay_s + self.turn_s
        self._state = "Busy"
        if self.says_busy and not self.start_delay_s:
            self._tell(str(self._from))

    def look(self) -> None:
        now = monotonic()
        if self._state == "Busy":
            if now >= self._ends_s - self.ok_early_s and self.ends != "Busy":
                self._state = self.ends
                self._tell(str(self._from) if self.ends == "Alert" else self.reading)
            elif self.says_busy and now >= self._ends_s - self.turn_s:
                self._tell(str(self._from))
        elif self.reading != self._told:
            self._state = "Ok"
            self._tell(self.reading)

    def _labels(self) -> str:
        labels = {f"FILTER_SLOT_NAME_{n}": label for n, label in enumerate(self.labels, start=1)}
        return vector("Text", self.name, "FILTER_NAME", labels, define=True)

    def _tell(self, slot: str) -> None:
        self._told = slot
        self.set("Number", "FILTER_SLOT", {"FILTER_SLOT_VALUE": slot}, self._state)
