"""Celestron's focus motor: binary packets of the AUX bus, with a checksum."""

from tests.live.controllers.serial_line import FocuserController

HEAD, FOCUSER, APPLICATION = 0x3B, 0x12, 0x20
LOW, HIGH = 1000, 55000


class Celestron(FocuserController):
    driver, device, baud = "indi_celestron_sct_focus", "Celestron SCT", "19200"

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        begin = data.find(HEAD)
        if begin < 0:
            return b"", b""
        data = data[begin:]
        if len(data) < 2 or len(data) < data[1] + 3:
            return b"", data
        return data[: data[1] + 3], data[data[1] + 3 :]

    def answer(self, command: bytes) -> bytes | None:
        what, body = command[4], command[5:-1]
        said = b""
        match what:
            case 0x01:  # where it stands
                said = self.motor.place.to_bytes(3, "big")
            case 0x02 | 0x17:  # go to, fast and slow
                self.motor.go(int.from_bytes(body, "big"))
            case 0x13:  # whether a move has ended
                said = b"\x00" if self.motor.is_moving else b"\xff"
            case 0x24 | 0x25:  # move at a rate; 0 stops
                self.motor.halt()
            case 0x2C:  # its limits
                said = LOW.to_bytes(4, "big") + HIGH.to_bytes(4, "big")
            case 0x2B:  # whether it is calibrated
                said = b"\x01\x00"
            case 0xFE:
                said = bytes([7, 15, 0x1F, 0x90])
        packet = bytes([len(said) + 3, FOCUSER, APPLICATION, what]) + said
        return bytes([HEAD]) + packet + bytes([-sum(packet) % 256])
