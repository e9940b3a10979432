"""The sequence that Ekos captures: a file of the format that KStars 3.6 writes."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from tests.live.indiserver import CAMERA, WHEEL

VERSION = "2.4"
SWITCHED_OFF = {
    "GuideDeviation": "2",
    "GuideStartDeviation": "2",
    "Autofocus": "0",
    "RefocusOnTemperatureDelta": "1",
    "RefocusEveryN": "60",
    "RefocusOnMeridianFlip": None,
}


def write(
    path: Path, filters: Sequence[str], *, exposure_s: float, frames: int = 1, pause_s: int = 0
) -> None:
    """Write a job of so many frames for each filter, in their order."""
    queue = Element("SequenceQueue", version=VERSION)
    for name, text in (("CCD", CAMERA), ("FilterWheel", WHEEL), ("Observer", "")):
        SubElement(queue, name).text = text
    for name, value in SWITCHED_OFF.items():
        SubElement(queue, name, enabled="false").text = value
    for name in filters:
        job = SubElement(queue, "Job")
        for tag, text in {
            "Exposure": f"{exposure_s:g}",
            "Format": "Mono",
            "Encoding": "FITS",
            "Filter": name,
            "Type": "Light",
            "Count": str(frames),
            "Delay": str(pause_s),
            "FITSDirectory": str(path.parent / "frames"),
            "UploadMode": "0",
        }.items():
            SubElement(job, tag).text = text
        add(job, "Binning", X="1", Y="1")
        add(job, "Frame", X="0", Y="0", W="1280", H="1024")
        add(job, "Prefix", RawPrefix="T", FilterEnabled="1", ExpEnabled="1", TimeStampEnabled="1")
        calibration = add(job, "Calibration", PreMountPark="False", PreDomePark="False")
        add(calibration, "FlatSource", Type="Manual")
        add(calibration, "FlatDuration", Type="ADU", Value="0", Tolerance="1000")
    indent(queue)
    ElementTree(queue).write(path, encoding="UTF-8", xml_declaration=True)


def add(parent: Element, tag: str, **texts: str) -> Element:
    """An element with a child for each text."""
    element = SubElement(parent, tag)
    for name, text in texts.items():
        SubElement(element, name).text = text
    return element
