"""A capture program of a few lines, as people write them with pyindi-client.

    python -m tests.live.indi_door.capture_program PORT SLOT...

For each slot: ask the wheel, wait while FILTER_SLOT is Busy, expose at once, wait for the frame.
It prints a line for each frame, and ends with 1 where a property is in Alert.
"""

import sys
from time import monotonic, sleep
from typing import Any

import PyIndi

from tests.limits import LIMIT_S
from tests.live.indi_door.rig import FOCUSER_DEVICE, POSITION, SLOT, WHEEL_DEVICE
from tests.live.indiserver import CAMERA

EXPOSURE_S = 0.05


class Client(PyIndi.BaseClient):  # type: ignore[misc]  # PyIndi has no types
    """Waits for properties by looking at them again and again."""

    def number(self, device: str, name: str) -> Any:
        """A number property, once the device has defined it."""
        end_s = monotonic() + LIMIT_S
        while monotonic() < end_s:
            found = self.getDevice(device)
            if found and (number := found.getNumber(name)):
                return number
            sleep(0.02)
        raise SystemExit(f"{device} has no {name}")

    def connect(self, device: str) -> None:
        """Switch a device's CONNECTION on."""
        end_s = monotonic() + LIMIT_S
        while monotonic() < end_s:
            found = self.getDevice(device)
            if found and (switch := found.getSwitch("CONNECTION")):
                switch.reset()
                switch[0].setState(PyIndi.ISS_ON)
                self.sendNewProperty(switch)
                return
            sleep(0.02)
        raise SystemExit(f"there is no {device}")

    def set_and_wait(self, device: str, name: str, value: float) -> None:
        """Set a number and wait until the property is Busy no more."""
        number = self.number(device, name)
        number[0].setValue(value)
        number.setState(PyIndi.IPS_BUSY)
        self.sendNewProperty(number)
        end_s = monotonic() + LIMIT_S
        while number.getState() == PyIndi.IPS_BUSY:
            if monotonic() > end_s:
                raise SystemExit(f"{device}.{name} stays Busy")
            sleep(0.001)
        if number.getState() == PyIndi.IPS_ALERT:
            raise SystemExit(f"{device}.{name} is in Alert")


def main() -> None:
    """Take a frame through each filter."""
    port, *slots = (int(word) for word in sys.argv[1:])
    client = Client()
    client.setServer("localhost", port)
    if not client.connectServer():
        raise SystemExit(f"no server at {port}")
    for device in (WHEEL_DEVICE, FOCUSER_DEVICE):
        client.connect(device)
    for slot in slots:
        client.set_and_wait(WHEEL_DEVICE, SLOT, slot)
        client.set_and_wait(CAMERA, "CCD_EXPOSURE", EXPOSURE_S)
        steps = client.number(FOCUSER_DEVICE, POSITION)[0].getValue()
        sys.stdout.write(f"slot {slot} at {steps:.0f}\n")
    client.disconnectServer()


if __name__ == "__main__":
    main()
