"""Rigel nStep: questions of a few letters without an end, moves of at most 999 steps."""

from tests.live.controllers.serial_line import FocuserController

ACK = b"\x06"


class NStep(FocuserController):
    driver, device = "indi_nstep_focus", "Rigel NStep"

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        if data[:1] in {ACK, b"S", b"#"}:
            return data[:1], data[1:]
        if data.startswith(b":R"):
            return (data[:3], data[3:]) if len(data) >= 3 else (b"", data)
        return super().split(data)

    def answer(self, command: bytes) -> bytes | None:
        plain = {
            ACK: b"S",
            b"S": b"1" if self.motor.is_moving else b"0",
            b":RT": b"%+04d" % round(self.temperature_c * 10),
            b":RP": b"%+07d" % self.motor.place,
            b":RS": b"001",
            b":RO": b"001",
            b":RA": b"+010",
            b":RB": b"010",
            b":RE": b"000",
            b":RH": b"01",
            b":RG": b"2" if self.compensates else b"0",
            b":RW": b"0",
            b":RC": b"0",
        }
        if command in plain:
            return plain[command]
        text = command.decode("ascii", "replace").strip("#:")
        match text[:2], text[2:]:
            case (("F0" | "F1"), rest) if rest[1:].isdigit():
                steps = int(rest[1:]) * (1 if text[1] == "1" else -1)
                if steps:
                    self.motor.go(self.motor.place + steps)
                else:
                    self.motor.halt()
            case "CP", number:
                self.motor.sync(int(number))
            case "TA", mode:
                self.compensates = mode == "2"
        return None
