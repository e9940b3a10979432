"""No control character reaches what shows words."""

import pytest

from rigd.files.plain_words import is_plain, plain


@pytest.mark.parametrize("words", ["a\x1b[31m", "a\x9b", "a\ufffe", "a\u202e", "a\x00", "a\x7f"])
def test_what_is_not_to_be_read_is_marked(words: str) -> None:
    assert not is_plain(words)
    assert plain(words) == f"a\ufffd{words[2:]}"


def test_words_of_any_language_remain() -> None:
    words = 'Öl 2" ±0,5\u00a0mm 望遠鏡\nf/5'

    assert plain(words) == words
