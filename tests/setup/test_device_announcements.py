"""What a device is is said at each start; that the catalog does not know it, once."""

from dataclasses import dataclass, field

from rigd.setup.derive import DerivedSetup, DeviceAnnouncements

UNKNOWN = "camera CCD Simulator is not in the catalog: no single model"
OTHER = "camera Guide Simulator is not in the catalog: no single model"
KNOWN = "filter wheel EFW is ZWO EFW 8"


@dataclass
class Derived:
    """The part of what was derived that counts here."""

    sentences: dict[str, str] = field(default_factory=dict)


def said(
    begin: DeviceAnnouncements, **sentences: str
) -> tuple[DeviceAnnouncements, tuple[str, ...]]:
    derived: DerivedSetup = Derived(sentences)  # type: ignore[assignment]  # as much as is read
    return begin.after(derived)[0].after(derived)


def test_a_device_that_the_catalog_does_not_know_is_said_once_over_restarts() -> None:
    first, lines = said(DeviceAnnouncements(), camera=UNKNOWN, wheel=KNOWN)
    _, again = said(DeviceAnnouncements.resume(first.unknown), camera=UNKNOWN, wheel=KNOWN)
    _, another = said(DeviceAnnouncements.resume(first.unknown), camera=OTHER)

    assert lines == (UNKNOWN, KNOWN)
    assert again == (KNOWN,)
    assert another == (OTHER,)
