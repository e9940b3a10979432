"""RoboFocus: frames of nine bytes with a checksum; it counts aloud while it moves.

Whatever comes over the line during a move stops the motor.
"""

from pathlib import Path

from tests.live.controllers.serial_line import FocuserController

FRAME = 9
WAYS = {b"I": -1, b"O": 1}


class RoboFocus(FocuserController):
    driver, device = "indi_robo_focus", "RoboFocus"

    def __init__(self, directory: Path) -> None:
        self._moving_since: int | None = None
        super().__init__(directory)

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        if not data.startswith(b"F"):
            return data[:1], data[1:]
        return (data[:FRAME], data[FRAME:]) if len(data) >= FRAME else (b"", data)

    def flushes(self, command: bytes) -> bool:
        return len(command) == FRAME

    def answer(self, command: bytes) -> bytes | None:
        if self._moving_since is not None:
            self.motor.halt()
        if len(command) != FRAME:
            return None
        what, body = command[1:2], command[2:8]
        number = int(body) if body.isdigit() else 0
        if what in b"GIO" and number:
            self._go(number if what == b"G" else self.motor.place + number * WAYS[what])
            return None
        if what == b"S":
            self.motor.sync(number)
        if what == b"C":
            return checked(b"FC" + bytes([1, 1, 1]) + b"000")
        asked = {
            b"V": 300,
            b"T": round((self.temperature_c + 273.15) * 2),
            b"B": 200000,
            b"P": 1111,
            b"L": 64000,
        }
        return frame(f"F{what.decode()}", asked[what]) if what in asked else self._place()

    def speak(self) -> bytes:
        if self._moving_since is None:
            return b""
        if self.motor.is_ordered:
            return b"O" if self.motor.target > self._moving_since else b"I"
        self._moving_since = None
        return self._place()

    def _go(self, target: int) -> None:
        self._moving_since = self.motor.place
        self.motor.go(target)

    def _place(self) -> bytes:
        return frame("FD", self.motor.place)


def frame(head: str, number: int) -> bytes:
    return checked(f"{head}{number:06d}".encode())


def checked(body: bytes) -> bytes:
    return body + bytes([sum(body) % 256])
