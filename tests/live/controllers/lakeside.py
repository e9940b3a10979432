"""Lakeside: moves by a number of steps, tells its position on the way, and says "DONE#"."""

from pathlib import Path

from tests.live.controllers.serial_line import FocuserController

TELLS_EVERY_STEPS = 200


class Lakeside(FocuserController):
    driver, device = "indi_lakeside_focus", "Lakeside"
    start_steps = 3000

    def __init__(self, directory: Path) -> None:
        self._moves = False
        self._told = self.start_steps
        super().__init__(directory)

    def flushes(self, command: bytes) -> bool:
        return command.startswith(b"C")

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace").rstrip("#")
        if text == "??":
            return b"OK#"
        if text.startswith("?"):
            values = {
                "P": self.motor.place,
                "T": round(self.temperature_c * 2),
                "K": round((self.temperature_c + 273.15) * 2),
                "I": 6000,
                "S": 1,
            }
            return f"{text[1]}{values.get(text[1], 0):5d}#".encode()
        match text[:2], text[2:]:
            case ("CI" | "CO") as way, number if number.isdigit():
                steps = int(number) if way == "CO" else -int(number)
                self.motor.go(self.motor.place + steps)
                self._moves, self._told = True, self.motor.place
                return None
            case "CH", _:
                self.motor.halt()
                return None
            case "CT", state:
                self.compensates = state == "N"
        return b"OK#"

    def speak(self) -> bytes:
        if not self._moves:
            return b""
        if not self.motor.is_ordered:
            self._moves = False
            return b"DONE#"
        if abs(self.motor.place - self._told) < TELLS_EVERY_STEPS:
            return b""
        self._told = self.motor.place
        return f"P{self._told:5d}#".encode()
