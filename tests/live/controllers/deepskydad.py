"""Deep Sky Dad AF3: "[GPOS]" is asked, "(30000)" is the answer."""

from pathlib import Path

from tests.live.controllers.serial_line import FocuserController


class DeepSkyDad(FocuserController):
    driver, device, baud = "indi_deepskydad_af3_focus", "Deep Sky Dad AF3", "115200"
    ends = b"]"

    def __init__(self, directory: Path) -> None:
        self._target = self.start_steps
        super().__init__(directory)

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace").strip("[]")
        asked = {
            "GPOS": self.motor.place,
            "GTRG": self._target,
            "GMOV": int(self.motor.is_moving),
            "GTMC": self.temperature_c,
            "GMXP": 100000,
            "GMXM": 100000,
            "GSTP": 4,
            "GSPD": 3,
            "GBUF": 0,
            "GMMM": 90,
            "GMHM": 40,
            "GREV": 0,
            "GFRM": "Board=DeepSkyDad.AF3, Version=1.0.0",
        }
        if text in asked:
            return f"({asked[text]})".encode()
        match text[:4], text[4:]:
            case "STRG", number:
                self._target = int(number)
            case "SMOV", _:
                self.motor.go(self._target)
            case "STOP", _:
                self.motor.halt()
            case "SPOS", number:
                self.motor.sync(int(number))
        return b"(OK)"
