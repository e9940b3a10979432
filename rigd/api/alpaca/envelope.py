"""The Alpaca envelope: the one table of error numbers and HTTP statuses, IDs, and the reply."""

import itertools
import json
import math
from collections.abc import Sequence
from enum import IntEnum
from urllib.parse import parse_qsl

from rigd.api.http.errors import NotUnderstoodError, shorten
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError, RigdError

_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
"""Made once: `json.dumps` with options makes an encoder for every value."""

UINT32_MAX = 4_294_967_295
INT32_MAX = 2_147_483_647
FIELDS_LIMIT = 64


class ErrorNumber(IntEnum):
    """The error numbers that rigd answers with; 0 is success."""

    NOT_IMPLEMENTED = 0x400
    INVALID_VALUE = 0x401
    VALUE_NOT_SET = 0x402
    NOT_CONNECTED = 0x407
    INVALID_OPERATION = 0x40B
    ACTION_NOT_IMPLEMENTED = 0x40C
    DEVICE_FAULT = 0x500


class AlpacaError(RigdError):
    """Remedy: as the number says; the request was understood, so it is answered with HTTP 200."""

    def __init__(self, number: ErrorNumber, message: str) -> None:
        super().__init__(message)
        self.number = number


def error_number(error: RigdError, *, connected: bool) -> ErrorNumber:
    """The Alpaca number of an error."""
    match error:
        case AlpacaError():
            return error.number
        case InvalidValueError():
            return ErrorNumber.INVALID_VALUE
        case RefusedError():
            return ErrorNumber.INVALID_OPERATION
        case DeviceUnavailableError() if not connected:
            return ErrorNumber.NOT_CONNECTED
        case _:
            return ErrorNumber.DEVICE_FAULT


def fields(encoded: bytes) -> dict[str, str]:
    """The fields of a form, keys as sent; the first of equal keys counts.

    Raises:
        NotUnderstoodError: they are too many, or not what a form looks like.
    """
    found: dict[str, str] = {}
    for key, value in _pairs(encoded):
        found.setdefault(key, value)
    return found


def query_fields(encoded: bytes) -> dict[str, str]:
    """The fields of a query string with keys in lower case: Alpaca lets their casing vary.

    Raises:
        NotUnderstoodError: they are too many, or not what a query looks like.
    """
    found: dict[str, str] = {}
    for key, value in _pairs(encoded):
        found.setdefault(key.lower(), value)
    return found


def _pairs(encoded: bytes) -> Sequence[Sequence[str]]:
    try:
        if encoded.count(b"&") < FIELDS_LIMIT and b"%" not in encoded and b"+" not in encoded:
            text = encoded.decode("ascii")
            return [pair.partition("=")[::2] for pair in text.split("&") if pair]
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELDS_LIMIT,
        )
    except ValueError:
        msg = f"the parameters cannot be read as at most {FIELDS_LIMIT} form-encoded UTF-8 fields"
        raise NotUnderstoodError(msg) from None


def uint32(found: dict[str, str], key: str) -> int | None:
    """A client's ID: None if it is not sent, an error unless it is 0 to 4294967295."""
    text = found.get(key)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 10:
        number = int(text)
        if number <= UINT32_MAX:
            return number
    msg = f"{key} {shorten(text)!r}: not a whole number from 0 to {UINT32_MAX}"
    raise NotUnderstoodError(msg)


class Envelopes:
    """Writes replies and numbers them: ServerTransactionID starts at 1."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def value(self, value: object, client_transaction_id: int) -> bytes:
        """A successful reply with a value."""
        return self._close(f'{{"Value":{as_json(value)},', client_transaction_id, 0, "")

    def done(self, client_transaction_id: int) -> bytes:
        """A successful reply without a value."""
        return self._close("{", client_transaction_id, 0, "")

    def error(
        self, number: int, message: str, client_transaction_id: int, empty: object = None
    ) -> bytes:
        """A reply with an error; it always has a message, and a Value if one is expected."""
        begin = "{" if empty is None else f'{{"Value":{as_json(empty)},'
        return self._close(begin, client_transaction_id, number, message or f"error {number:#x}")

    def _close(self, begin: str, client_transaction_id: int, number: int, message: str) -> bytes:
        server_transaction_id = next(self._count) & UINT32_MAX or next(self._count)
        shown = json.dumps(message) if message else '""'
        return (
            f'{begin}"ClientTransactionID":{client_transaction_id},'
            f'"ServerTransactionID":{server_transaction_id & UINT32_MAX},'
            f'"ErrorNumber":{number},"ErrorMessage":{shown}}}'
        ).encode()


def as_json(value: object) -> str:
    """A value as JSON; a float that is not finite is an error."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return str(value)
    if type(value) is float and math.isfinite(value):
        return repr(value)
    return _encode(value)
