"""A controller at the end of a serial line: what the emulated controllers have in common."""

import os
import re
import select
import sys
import termios
import threading
import tty
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import ClassVar, Self

from tests.limits import LIMIT_S
from tests.motor import Motor

_RUN_DRIVER = Path(__file__).with_name("run_driver.py")


@dataclass(frozen=True)
class Command:
    """One command as it came over the line, by the controller's own clock."""

    at_s: float
    data: bytes


class Controller:
    """A box that answers commands; a subclass knows the words of one protocol.

    A driver finds it at `port`, a symbolic link as udev makes them: it stays when the line is
    pulled and plugged in again, though the terminal behind it is another one then.
    """

    driver: ClassVar[str]
    device: ClassVar[str]
    """The name of the INDI device of that driver."""
    baud: ClassVar[str] = "9600"
    ends: ClassVar[bytes] = b"#"
    """What ends a command."""

    def __init__(self, directory: Path) -> None:
        self.latency_s = 0.0
        """How long it takes to answer a command."""
        self.is_mute = False
        """Hears nothing and says nothing, though the line is there."""
        self.heard: list[Command] = []
        self.port = directory / re.sub(r"\W+", "_", f"line_{self.device}")
        self._master: int | None = None
        self._rest = b""
        self._line = threading.RLock()
        self._open = True
        self.plug_in()
        self._save_settings(directory)
        self.executable = str(self._write_start(directory))
        """What indiserver starts."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._thread.join(LIMIT_S)
        self.unplug()

    def plug_in(self) -> None:
        """The line is there (again); what was half said on it is forgotten."""
        with self._line:
            self._master, slave = os.openpty()
            tty.setraw(slave, termios.TCSANOW)
            self._rest = b""
            link = self.port.with_suffix(".new")
            link.symlink_to(os.ttyname(slave))
            link.replace(self.port)
            self._slave = slave  # held open, so that a driver that leaves takes nothing along

    def unplug(self) -> None:
        """Pull the USB cable: the terminal is gone, and whoever has it open reads an error."""
        with self._line:
            if self._master is None:
                return
            self.port.unlink(missing_ok=True)
            os.close(self._slave)
            os.close(self._master)
            self._master = None

    # What a protocol says.

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        """The first whole command of what has come, and the rest; b"" if there is none yet."""
        end = data.find(self.ends)
        return (b"", data) if end < 0 else (data[: end + len(self.ends)], data[end + 1 :])

    def answer(self, command: bytes) -> bytes | None:
        """What it answers to a command, having begun what it was told."""
        raise NotImplementedError

    def flushes(self, command: bytes) -> bool:
        """Whether the driver forgets what it has not read before it sends this command."""
        return bool(command)

    def speak(self) -> bytes:
        """What it says without being asked; asked for every few milliseconds."""
        return b""

    def settings(self) -> str:
        """More lines of the driver's configuration file."""
        return ""

    def _run(self) -> None:
        while self._open:
            sleep(0.001)  # whoever pulls the line gets his turn
            with self._line, suppress(OSError):
                if self._master is None:
                    continue
                ready, _, _ = select.select([self._master], [], [], 0.01)
                if ready:
                    self._rest += os.read(self._master, 4096)
                self._work(self._master)

    def _work(self, master: int) -> None:
        if self.is_mute:
            self._rest = b""
            return
        while self._rest:
            command, self._rest = self.split(self._rest)
            if not command:
                break
            self.heard.append(Command(monotonic(), command))
            if self.flushes(command):
                termios.tcflush(self._slave, termios.TCIFLUSH)
            if self.latency_s:
                sleep(self.latency_s)
            said = self.answer(command)
            if said:
                os.write(master, said)
        said = self.speak()
        if said:
            os.write(master, said)

    def _write_start(self, directory: Path) -> Path:
        path = directory / f"start_{self.driver}"
        path.write_text(
            f"#!/bin/sh\nexec '{sys.executable}' -I -S '{_RUN_DRIVER}' {self.driver}\n",
            encoding="utf-8",
        )
        path.chmod(0o755)
        return path

    def _save_settings(self, directory: Path) -> None:
        save_settings(
            directory,
            self.device,
            f"<newTextVector device='{self.device}' name='DEVICE_PORT'>"
            f"<oneText name='PORT'>{self.port}</oneText></newTextVector>\n"
            f"<newSwitchVector device='{self.device}' name='DEVICE_BAUD_RATE'>"
            f"<oneSwitch name='{self.baud}'>On</oneSwitch></newSwitchVector>\n{self.settings()}",
        )


class FocuserController(Controller):
    """A controller with a motor; the motor's own faults are set at `motor`."""

    start_steps: ClassVar[int] = 30000
    can_halt: ClassVar[bool] = True

    def __init__(self, directory: Path) -> None:
        self.motor = Motor(steps=self.start_steps, steps_per_s=2000)
        self.temperature_c = 12.5
        """What its probe says, right or wrong."""
        self.compensates = False
        """Whether its own temperature compensation is switched on."""
        super().__init__(directory)


class WheelController(Controller):
    """A controller that turns a wheel; slots count from 1."""

    slots: ClassVar[int] = 5
    labels: ClassVar[tuple[str, ...]] = ("L", "R", "Ha", "Unknown", "Dark")

    def __init__(self, directory: Path) -> None:
        self.turn_s = 0.3
        self.stops_at: int | None = None
        """Where a turn ends instead of where it should."""
        self._slot = 1
        self._ends_s = 0.0
        super().__init__(directory)

    @property
    def slot(self) -> int | None:
        """The slot in the light; None while it turns."""
        return None if monotonic() < self._ends_s else self._slot

    def turn(self, slot: int) -> None:
        if slot != self._slot:
            self._ends_s = monotonic() + self.turn_s
        self._slot = slot if self.stops_at is None else self.stops_at

    def settings(self) -> str:
        return label_settings(self.device, self.labels[: self.slots])


def save_settings(directory: Path, device: str, lines: str) -> None:
    """Write a driver's configuration file, where the driver looks for it when it starts."""
    folder = directory / ".indi"
    folder.mkdir(exist_ok=True)
    path = folder / f"{device}_config.xml"
    path.write_text(f"<INDIDriver>\n{lines}</INDIDriver>\n", encoding="utf-8")


def label_settings(device: str, labels: tuple[str, ...]) -> str:
    """The labels of a wheel, as its driver keeps them."""
    texts = "".join(
        f"<oneText name='FILTER_SLOT_NAME_{number}'>{label}</oneText>"
        for number, label in enumerate(labels, start=1)
    )
    return f"<newTextVector device='{device}' name='FILTER_NAME'>{texts}</newTextVector>\n"
