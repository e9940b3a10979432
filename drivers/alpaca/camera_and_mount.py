"""Alpaca cameras and mounts: watched, never commanded."""

from dataclasses import replace
from typing import Any

from rigd.devices.events import CameraReport, DeviceReport, MountReport
from rigd.devices.identity import DeviceIdentity, SensorGeometry
from rigd.units import mm_from_m

from .alpyca_devices import BUSY_STATES, MONOCHROME, AlpacaCamera, AlpacaTelescope
from .device import PolledDevice, parse_finite, parse_positive, parse_whole_number


class PolledCamera(PolledDevice):
    """The blocking side of a camera."""

    device: AlpacaCamera

    def _read_state(self) -> tuple[DeviceReport, bool]:
        busy = self._optional("CameraState", lambda state: state in BUSY_STATES)
        return CameraReport(at_s=self._clock(), ref=self.ref, connected=True, busy=busy), False

    def _make_fault_report(self, fault: str | None, *, connected: bool = True) -> CameraReport:
        return CameraReport(at_s=self._clock(), ref=self.ref, connected=connected)

    def _read_identity(self) -> DeviceIdentity:
        sensor = SensorGeometry(
            width_px=self._optional("CameraXSize", parse_whole_number),
            height_px=self._optional("CameraYSize", parse_whole_number),
            pixel_width_um=self._optional("PixelSizeX", parse_positive),
            pixel_height_um=self._optional("PixelSizeY", parse_positive),
            bit_depth=self._optional("MaxADU", bit_depth),
            colour=self._optional("SensorType", lambda kind: bool(kind != MONOCHROME)),
        )
        return replace(self._identity, sensor=sensor)


class PolledMount(PolledDevice):
    """The blocking side of a mount."""

    device: AlpacaTelescope

    def _read_state(self) -> tuple[DeviceReport, bool]:
        slewing = self._optional("Slewing", bool)
        report = MountReport(
            at_s=self._clock(),
            ref=self.ref,
            connected=True,
            slewing=slewing,
            altitude_deg=self._optional("Altitude", parse_finite),
            focal_length_mm=self._optional("FocalLength", _mm_from_m),
            aperture_mm=self._optional("ApertureDiameter", _mm_from_m),
        )
        return report, bool(slewing)

    def _make_fault_report(self, fault: str | None, *, connected: bool = True) -> MountReport:
        return MountReport(at_s=self._clock(), ref=self.ref, connected=connected)

    def _read_identity(self) -> DeviceIdentity:
        return self._identity


def bit_depth(max_adu: Any) -> int | None:
    """The bits of a pixel, if `MaxADU` is a power of two minus one."""
    most = parse_whole_number(max_adu)
    return most.bit_length() if most > 0 and most & (most + 1) == 0 else None


def _mm_from_m(value: Any) -> float:
    """ASCOM gives telescopes in metres; 0 is how a driver says that it does not know."""
    return mm_from_m(parse_positive(value))
