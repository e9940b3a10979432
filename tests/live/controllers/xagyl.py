"""Xagyl wheel: two letters ask, a line answers; it says "P3" when it has turned."""

from pathlib import Path

from tests.live.controllers.serial_line import WheelController


class Xagyl(WheelController):
    driver, device = "indi_xagyl_wheel", "XAGYL Wheel"

    def __init__(self, directory: Path) -> None:
        self._turns = False
        super().__init__(directory)

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        return (data[:2], data[2:]) if len(data) >= 2 else (b"", data)

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace")
        match text[0], text[1]:
            case "I", number:
                said = {
                    "0": "Xagyl FW5125V1",
                    "1": "FW 3.1.5",
                    "2": f"P{self._slot}",
                    "3": "S/N: 112004",
                    "4": "MaxSpeed 100%",
                    "5": "Jitter 5",
                    "6": f"P{self._slot} Offset 00",
                    "7": "Threshold 30",
                    "8": f"FilterSlots {self.slots}",
                    "9": "PulseWidth 1500uS",
                }[number]
            case "O", number:
                said = f"P{number} Offset 00"
            case "G", number:
                self.turn(int(number, 16))
                self._turns = True
                return None
            case _:
                said = "OK"
        return f"{said}\r\n".encode()

    def speak(self) -> bytes:
        if not self._turns or self.slot is None:
            return b""
        self._turns = False
        return f"P{self._slot}\r\n".encode()
