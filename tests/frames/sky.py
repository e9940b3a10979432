"""Pictures of a made-up sky, whose stars have a known half-flux radius."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

HFR_PER_SIGMA = 1.17741
"""sqrt(2 ln 2): half of a Gaussian's light lies within it."""
HEADER = {
    "FILTER": "Ha",
    "DATE-OBS": "2026-03-01T21:00:00",
    "EXPTIME": 60.0,
    "IMAGETYP": "Light Frame",
}


def sky(
    sigma_px: float, *, stars: int = 120, side_px: int = 700, seed: int = 1, noise: float = 8.0
) -> NDArray[np.uint16]:
    """A picture with Gaussian stars on a bright, noisy sky with a gradient."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:side_px, 0:side_px]
    picture = 800.0 + 0.2 * columns + rng.normal(0.0, noise, (side_px, side_px))
    reach = int(6 * sigma_px) + 2
    for _ in range(stars):
        x, y = rng.uniform(20, side_px - 20, 2)
        light = 10 ** rng.uniform(3.6, 5.0)
        top, left = max(0, int(y) - reach), max(0, int(x) - reach)
        part = np.s_[top : int(y) + reach, left : int(x) + reach]
        distance2 = (columns[part] - x) ** 2 + (rows[part] - y) ** 2
        picture[part] += light / (2 * np.pi * sigma_px**2) * np.exp(-distance2 / (2 * sigma_px**2))
    return np.clip(picture, 0, 65535).astype(np.uint16)


def write_fits(path: Path, picture: NDArray[Any], **header: object) -> Path:
    said = {**HEADER, **{name.replace("_", "-"): value for name, value in header.items()}}
    cards = [(name, value) for name, value in said.items() if value is not None]
    packed = path.suffix == ".fz"
    make = fits.CompImageHDU if packed else fits.PrimaryHDU
    hdu = make(picture, fits.Header(cards))
    fits.HDUList([fits.PrimaryHDU(), hdu] if packed else [hdu]).writeto(path)
    return path


def write_xisf(path: Path, picture: NDArray[Any], packed: str | None = None) -> Path:
    """By the XISF 1.0 specification: signature, length of the header, header, attached block."""
    block = np.ascontiguousarray(picture, dtype="<u2").tobytes()
    size, said = len(block), ""
    if packed is not None:
        if packed.endswith("+sh"):
            block = np.frombuffer(block, dtype=np.uint8).reshape(-1, 2).T.tobytes()
        block = zlib.compress(block)
        item = ":2" if packed.endswith("+sh") else ""
        said = f' compression="{packed}:{size}{item}"'
    words = "".join(
        f'<FITSKeyword name="{name}" value="\'{value}\'" comment=""/>'
        for name, value in HEADER.items()
    )
    height, width = picture.shape
    at = 4096
    header = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<xisf version="1.0" xmlns="http://www.pixinsight.com/xisf">'
        f'<Image geometry="{width}:{height}:1" sampleFormat="UInt16" colorSpace="Gray"'
        f' location="attachment:{at}:{len(block)}"{said}>{words}</Image></xisf>'
    ).encode()
    begin = b"XISF0100" + struct.pack("<II", len(header), 0) + header
    path.write_bytes(begin.ljust(at, b"\0") + block)
    return path
