"""TruTech wheel: packets of four bytes; it goes to its first slot when a driver connects."""

from tests.live.controllers.serial_line import WheelController

HEAD, SIZE = 0xA5, 4
SELECT, ASK, HOME = 1, 2, 3


class TruTech(WheelController):
    driver, device = "indi_trutech_wheel", "TruTech Wheel"

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        begin = data.find(HEAD)
        if begin < 0:
            return b"", b""
        data = data[begin:]
        return (data[:SIZE], data[SIZE:]) if len(data) >= SIZE else (b"", data)

    def answer(self, command: bytes) -> bytes | None:
        _, what, number, _ = command
        if what == SELECT:
            self.turn(number)
            return None
        if what == HOME:
            self.turn(1)
            value = self.slots
        else:
            value = self.slot or 0
        body = bytes([HEAD, what, 0x30 + value])
        return body + bytes([sum(body) % 256])
