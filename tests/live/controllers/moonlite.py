"""MoonLite: ":GP#" and the like, numbers in hexadecimal; many others speak it too."""

from pathlib import Path

from tests.live.controllers.serial_line import FocuserController


class MoonLite(FocuserController):
    driver, device = "indi_moonlite_focus", "MoonLite"

    def __init__(self, directory: Path) -> None:
        self._target = self.start_steps
        super().__init__(directory)

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace").lstrip(":").rstrip("#")
        match text[:2], text[2:]:
            case "GP", _:
                return b"%04X#" % self.motor.place
            case "GN", _:
                return b"%04X#" % self._target
            case "GI", _:
                return b"01#" if self.motor.is_moving else b"00#"
            case "GT", _:
                return b"%04X#" % (round(self.temperature_c * 2) & 0xFFFF)
            case "GV", _:
                return b"10"
            case (("GC" | "GD"), _):
                return b"02#"
            case "GH", _:
                return b"FF#"
            case "SN", number:
                self._target = int(number, 16)
            case "SP", number:
                self.motor.sync(int(number, 16))
            case "FG", _:
                self.motor.go(self._target)
            case "FQ", _:
                self.motor.halt()
            case (("+" | "-"), _):
                self.compensates = text == "+"
        return None
