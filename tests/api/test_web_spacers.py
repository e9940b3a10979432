"""The free question of the page, and the parts one owns, as they read without JavaScript."""

import re
from html import unescape
from urllib.parse import urlencode

from tests.api.live import FORM, LiveServer

MONO = {
    "optic": "Esprit 100",
    "camera": "ASI2600MM Pro",
    "wheel": "EFW 7x36",
    "oag": "ZWO OAG-L (12x12",
    "filters": "3 mm",
}


def ask(server: LiveServer, **said: str) -> str:
    answer = server.get(f"/spacers?{urlencode(said)}")
    assert answer.status == 200, answer.text
    return answer.text


def links(text: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<a class="[^"]*" href="([^"]+)"', text)]


def test_an_empty_question_is_a_form(server: LiveServer) -> None:
    answer = server.get("/spacers")

    assert answer.status == 200
    assert 'name="camera"' in answer.text
    assert 'class="answer"' not in answer.text


def test_a_train_is_answered_in_a_sentence_with_its_picture(server: LiveServer) -> None:
    text = ask(server, **MONO)

    assert "Add 1 + 5 mm; 1 mm for the glass; 0.035 mm too short: fine as it is." in text
    (picture,) = re.findall(r'<img src="([^"]+)"', text)
    drawn = server.get(unescape(picture))
    assert (drawn.status, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert "EFW 7x36" in drawn.text


def test_what_one_has_is_added_to_the_question(server: LiveServer) -> None:
    have = next(one for one in links(ask(server, **MONO)) if "own=" in one)

    text = server.get(have).text

    assert "m48_spacer_1</textarea>" in text
    assert "To buy" not in text


def test_the_picture_for_paper_is_in_millimetres(server: LiveServer) -> None:
    paper = next(one for one in links(ask(server, **MONO)) if "full_size=true" in one)

    drawn = server.get(paper)

    assert drawn.status == 200
    assert re.search(r'<svg[^>]* width="[\d.]+mm"', drawn.text)


def test_words_with_several_meanings_have_an_answer_each_and_a_way_to_settle_it(
    server: LiveServer,
) -> None:
    text = ask(server, optic="55 mm", camera="ASI2600MM Pro", wheel="EFW")

    assert text.count('class="answer"') > 1
    settled = server.get(next(one for one in links(text) if "wheel=zwo_efw_7x36" in one)).text
    assert settled.count('class="answer"') == 1


def test_words_that_mean_nothing_offer_the_nearest(server: LiveServer) -> None:
    text = ask(server, optic="55 mm", camera="ASI2600MN")

    assert "no single entry of the catalog" in text
    mine = next(one for one in links(text) if "camera=zwo_asi2600mm_pro" in one)
    assert "Add " in server.get(mine).text


def test_what_is_wrong_with_a_figure_is_said(server: LiveServer) -> None:
    text = ask(server, optic="55 mm", camera="ASI2600MM Pro", adjust="nonsense")

    assert "write it as FIELD=VALUE" in text


def test_hostile_words_stay_words(server: LiveServer) -> None:
    text = ask(server, optic="55 mm", camera="<script>alert(1)</script>")

    assert "<script>alert" not in text


def test_names_are_offered_while_one_types(server: LiveServer) -> None:
    found = server.get("/rigd/v1/trains/names?field=camera&words=2600mm+pro").json

    assert found["meant"] == {
        "kind": "camera",
        "id": "zwo_asi2600mm_pro",
        "name": "ZWO ASI2600MM Pro",
    }
    assert server.get("/rigd/v1/trains/names?field=mount&words=x").status == 400
    assert server.get(f"/rigd/v1/trains/names?field=camera&words={'x' * 121}").status == 400


def test_a_part_that_one_owns_is_remembered_and_taken_back(server: LiveServer) -> None:
    text = server.get("/rig/rig0/train?own=m48_spacer_1").text
    assert "generic M48x0.75 M-F extension ring 1 mm" in text

    sent = server.ask("POST", "/rig/rig0/train/own", "part=m48_spacer_1&by=1", FORM)

    assert sent.status == 303
    assert server.observatory.asked[-1][:3] == ("answer", "rig0", "train.owned")
    back = server.get(sent.headers["location"]).text
    assert "you have 1 now, 0 before" in back
    assert 'name="by" value="-1"' in back


def test_fewer_than_none_are_refused(server: LiveServer) -> None:
    sent = server.ask("POST", "/rig/rig0/train/own", "part=m48_spacer_1&by=-1", FORM)

    assert "From 0 to 20 can be kept" in server.get(sent.headers["location"]).text
    assert server.observatory.asked == []
