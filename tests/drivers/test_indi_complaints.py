"""A driver that complains at each poll is one line, until its device says something again."""

from rigd.drivers.indi.complaints import OFTEN, Complaints

LINE = "2026-01-01T00:00:00: [ERROR] Serial read error: Timeout error."


def test_an_outage_is_noticed_once_and_ends_with_a_value() -> None:
    seen = Complaints()

    said = [seen.take_message("MoonLite", LINE) for _ in range(3 * OFTEN)]
    ended = [seen.take_value("MoonLite") for _ in range(2)]
    again = [seen.take_message("MoonLite", LINE) for _ in range(OFTEN)]

    assert [one for one in said if one] == ["Serial read error: Timeout error."]
    assert ended == [True, False]
    assert again[-1] == "Serial read error: Timeout error."


def test_complaints_with_values_between_them_are_none() -> None:
    seen = Complaints()

    for _ in range(3 * OFTEN):
        assert seen.take_message("MoonLite", LINE) is None
        assert not seen.take_value("MoonLite")


def test_what_is_no_complaint_and_another_device_do_not_count() -> None:
    seen = Complaints()

    for number in range(OFTEN - 1):
        seen.take_message("MoonLite", LINE)
        assert seen.take_message("MoonLite", "2026-01-01T00:00:00: [INFO] at home") is None
        assert seen.take_message(f"other {number}", LINE) is None
