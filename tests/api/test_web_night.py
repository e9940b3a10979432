"""The report of a night and the pictures, as the server answers them."""

import re
from dataclasses import replace

from rigd.view.night import NightFacts, NightLine
from tests.api.live import LiveServer
from tests.view.nights import at, run, sample

FACTS = NightFacts(
    samples=(sample(0, 25_400, 4.0, "Luminance"), sample(4, 25_441, 3.5, "H-alpha")),
    changes=(NightLine(at=at(3), weight="info", result="done", sentence="Luminance to <H>: done"),),
    runs=(run(2, "Luminance", 25_402.4, 3.9),),
)


def test_the_report_of_a_night_is_a_page_a_file_and_a_picture(server: LiveServer) -> None:
    server.on_loop(setattr, server.observatory, "facts", FACTS)

    page = server.get("/rig/rig0/night/2026-11-30")
    file = server.get("/rigd/v1/rigs/rig0/nights/2026-11-30/report.html")
    picture = server.get("/rigd/v1/rigs/rig0/nights/2026-11-30/plot.svg")
    answer = server.get("/rigd/v1/rigs/rig0/nights/2026-11-30").json

    for text in (page.text, file.text):
        assert "1 filter change: all done" in text
        assert "Luminance to &lt;H&gt;: done" in text
        assert '<svg xmlns="http://www.w3.org/2000/svg" class="plot"' in text
    assert "/rig/rig0/night/2026-11-29" in page.text
    assert "/rig/rig0/night/2026-12-01" in page.text
    assert picture.headers["content-type"] == "image/svg+xml"
    assert answer["changes"] == {"done": 1, "declined": 0, "refused": 0, "failed": 0}
    assert answer["is_over"] is True


def test_a_night_without_anything_has_a_page_and_no_picture(server: LiveServer) -> None:
    assert "Nothing happened" in server.get("/rig/rig0/night").text
    assert server.get("/rigd/v1/rigs/rig0/nights/newest/plot.svg").status == 404
    assert server.get("/rig/rig0/course.svg").status == 404


def test_what_is_no_day_is_refused_with_an_example(server: LiveServer) -> None:
    for address in ("/rigd/v1/rigs/rig0/nights/soon", "/rig/rig0/night/soon"):
        answer = server.get(address)
        assert 400 <= answer.status < 500, address
        assert "write for example 2026-11-30" in answer.text


def test_tonight_has_the_course_and_its_picture_is_there_alone(server: LiveServer) -> None:
    server.on_loop(setattr, server.observatory, "facts", FACTS)

    assert 'class="plot"' in server.get("/").text
    assert server.get("/rig/rig0/course.svg").text.startswith("<svg")


def test_the_offsets_are_a_picture_on_the_page_and_for_a_file(server: LiveServer) -> None:
    rig = server.observatory.views["rig0"]
    row = replace(rig.offsets.offsets[0], name="H-alpha", modelled_steps=41, modelled_se_steps=2.0)
    table = replace(rig.offsets, offsets=(row,))
    server.on_loop(server.observatory.views.update, {"rig0": replace(rig, offsets=table)})

    svg = server.get("/rigd/v1/rigs/rig0/offsets/plot.svg")

    assert "from glass +41.0 ± 2.0 steps" in svg.text
    assert svg.text in server.get("/rig/rig0/filters").text


def test_a_red_picture_has_neither_green_nor_blue(server: LiveServer) -> None:
    """Every part of a picture that has a colour gets one of the page, where the page has others."""
    server.on_loop(setattr, server.observatory, "facts", FACTS)
    css = server.get("/web/rigd.css").text
    svg = server.get("/rig/rig0/course.svg").text

    for tag in re.findall(r"<[a-z]+ [^>]*(?:fill|stroke)=\"#[^>]*>", svg):
        (name,) = re.findall(r'class="([^"]*)"', tag)
        kind = re.findall(r"<([a-z]+)", tag)[0]
        for colour in re.findall(r'(fill|stroke)="#', tag):
            rule = rf"svg\.plot (?:text|[^{{}}]*\.{name})\b[^{{}}]*{{[^}}]*{colour}: var\(--"
            assert kind == "text" or re.search(rule, css), tag
