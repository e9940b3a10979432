"""Quantum wheel: "G2" turns to its third slot, and "P2" says that it is there."""

from pathlib import Path

from tests.live.controllers.serial_line import WheelController


class Quantum(WheelController):
    driver, device = "indi_quantum_wheel", "Quantum Wheel"
    slots = 7
    labels = ("L", "R", "Ha", "Unknown", "Dark", "Spare", "Other")
    ends = b"\n"

    def __init__(self, directory: Path) -> None:
        self._turns = False
        super().__init__(directory)

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace").strip()
        if text.startswith("SN"):
            return b"SN90001\r\n"
        if text.startswith("G"):
            self.turn(int(text[1:]) + 1)
            self._turns = True
        return None

    def speak(self) -> bytes:
        if not self._turns or self.slot is None:
            return b""
        self._turns = False
        return f"P{self._slot - 1}\r\n".encode()
