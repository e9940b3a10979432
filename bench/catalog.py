"""How long the catalog takes: loading all of it, and matching one device.

Run it with `./dev bench catalog`. The aims are 150 ms for loading and 5 ms for a match; the
first line is a process of its own for each load, as at a real start.
"""

import statistics
import subprocess
import sys
import time

LOADS = 7
MATCHES = 200

COLD = """
import time
from rigd.catalog import load_catalog
start = time.perf_counter()
load_catalog()
print((time.perf_counter() - start) * 1000)
"""


def main() -> None:
    """Print the medians and the worst cases."""
    cold = [
        float(subprocess.run([sys.executable, "-c", COLD], capture_output=True, check=True).stdout)
        for _ in range(LOADS)
    ]
    from rigd.catalog.catalog import load_catalog  # noqa: PLC0415 - not before the cold loads
    from rigd.catalog.matching import DeviceFacts, NameOrigin, match  # noqa: PLC0415
    from rigd.devices.identity import DeviceKind, SensorGeometry  # noqa: PLC0415

    catalog = load_catalog()
    sensor = SensorGeometry(width_px=3008, height_px=3008, pixel_width_um=3.76)
    names = ("ZWO CCD ASI533MC Pro", "ZWO CCD Main scope", "ZWO ASI2600M", "something else")
    times = []
    first = 0.0
    for number in range(MATCHES):
        facts = DeviceFacts(
            kind=DeviceKind.CAMERA,
            protocol=NameOrigin.INDI,
            name=names[number % len(names)],
            sensor=sensor,
        )
        start = time.perf_counter()
        match(facts, catalog)
        times.append((time.perf_counter() - start) * 1000)
        first = first or times[0]
    print(f"load, new process: median {statistics.median(cold):.0f} ms, worst {max(cold):.0f} ms")
    print(
        f"match: first {first:.2f} ms, median {statistics.median(times):.2f} ms, "
        f"worst {max(times):.2f} ms"
    )


if __name__ == "__main__":
    main()
