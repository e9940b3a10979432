"""No name from outside writes a line of its own into the log, and none commands a terminal."""

import io
import logging
import os
import re
from collections.abc import Iterator

import pytest

from rigd.daemon.log_lines import LINE_LIMIT, LogFormatter, escape

FORGED = "L\n2026-01-01 00:00:00+0000 INFO    focus is right\x1b[2J\x07\r\u202e\u2028\x85"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} (INFO   |ERROR  ) ")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LogFormatter())
    logger = logging.getLogger("rigd.test_log_lines")
    logger.addHandler(handler)
    logger.propagate, logger.level = False, logging.INFO
    yield stream
    logger.removeHandler(handler)


def test_a_name_with_line_breaks_and_controls_is_one_line(written: io.StringIO) -> None:
    logging.getLogger("rigd.test_log_lines").info("filter %s is in the light", FORGED)

    (line,) = written.getvalue().splitlines()
    assert LINE.match(line)
    assert line.endswith(
        r"filter L\n2026-01-01 00:00:00+0000 INFO    focus is right"
        r"\x1b[2J\x07\r\u202e\u2028\x85 is in the light"
    )


def test_words_of_all_languages_are_written_as_they_are(written: io.StringIO) -> None:
    logging.getLogger("rigd.test_log_lines").info("Ł 3 nm, ±2 µm, 天体, é")

    assert written.getvalue().endswith("Ł 3 nm, ±2 µm, 天体, é\n")


def test_no_line_of_a_traceback_begins_as_a_line_of_the_log(written: io.StringIO) -> None:
    try:
        int(FORGED)
    except ValueError:
        logging.getLogger("rigd.test_log_lines").exception("%s failed", "it")

    first, *rest = written.getvalue().splitlines()
    assert LINE.match(first)
    assert len(rest) >= 4
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_a_message_without_end_is_cut(written: io.StringIO) -> None:
    logging.getLogger("rigd.test_log_lines").info("%s", "x" * 9_000_000)

    assert len(written.getvalue()) < LINE_LIMIT + 100
    assert "more characters" in written.getvalue()


def test_bytes_of_a_file_name_that_are_no_text_are_written_as_ascii() -> None:
    assert escape(os.fsdecode(b"caf\xe9.log")) == r"caf\udce9.log"
