"""Optec TCF-S: words of six letters, moves by steps, "*" when it has arrived; it cannot halt."""

from pathlib import Path

from tests.live.controllers.serial_line import FocuserController

WORD = 6


class TcfS(FocuserController):
    driver, device, baud = "indi_tcfs_focus", "Optec TCF-S", "19200"
    start_steps = 3500
    can_halt = False

    def __init__(self, directory: Path) -> None:
        self._moves = False
        super().__init__(directory)

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        return (data[:WORD], data[WORD:]) if len(data) >= WORD else (b"", data)

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace")
        if self._moves:
            return None  # deaf on the way
        match text[:2], text[2:]:
            case ("FI" | "FO") as way, number if number.isdigit():
                self.motor.go(self.motor.place + int(number) * (1 if way == "FO" else -1))
                self._moves = True
                return None
            case "FM", "MODE":
                said = "!"
            case "FF", "MODE":
                said = "END"
            case "FW", "AKUP":
                said = "WAKE"
            case "FP", "OSRO":
                said = f"P={self.motor.place:04d}"
            case "FT", "MPRO":
                said = f"T={self.temperature_c:+05.1f}"
            case ("FA" | "FB") as mode, "MODE":
                self.compensates, said = True, mode[1]
            case _:
                said = "DONE"
        return f"{said}\n\r".encode()

    def speak(self) -> bytes:
        if not self._moves or self.motor.is_ordered:
            return b""
        self._moves = False
        return b"*\n\r"
