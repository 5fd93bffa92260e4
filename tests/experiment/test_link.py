"""Links: one restores everything, and one that was cut or altered is told apart."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopscope.errors import UserMistake
from loopscope.experiment import Experiment, from_link, paths, preset, to_link, validate
from loopscope.experiment.bounds import MOST_BYTES
from loopscope.experiment.link import VERSION, is_link
from strategies.experiments import experiments, largest, most_points

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
LINK = to_link(preset("moons-mlp"))


def token(text: bytes, *, checksum: int | None = None, version: str = "1") -> str:
    crc = zlib.crc32(text) if checksum is None else checksum
    body = base64.urlsafe_b64encode(crc.to_bytes(4, "big") + zlib.compress(text, 9)).rstrip(b"=").decode()
    return f"loopscope:{version}:{body}"


def words_of(link: str) -> str:
    with pytest.raises(UserMistake) as caught:
        from_link(link)
    return str(caught.value)


@SLOW
@given(experiments())
def test_every_experiment_round_trips_through_a_link(experiment: Experiment):
    link = to_link(experiment)
    back = from_link(link)
    assert back == experiment and back.fingerprint == experiment.fingerprint
    assert re.fullmatch(r"loopscope:1:[A-Za-z0-9_-]+", link), "a link must fit into an address as it stands"


def test_a_link_restores_edited_weights():
    edits = [{"tensor": "0.weight", "index": [0, 1], "value": -0.1}, {"tensor": "2.bias", "index": [0], "value": 1e-7}]
    experiment = validate({"start": {"edits": edits}})
    assert from_link(to_link(experiment)).start == experiment.start


@pytest.mark.parametrize("experiment", [largest(), most_points()], ids=["table", "points"])
def test_the_largest_experiment_fits_into_a_link(experiment: Experiment):
    link = to_link(experiment)
    assert len(link) < MOST_BYTES and from_link(link) == experiment


def test_several_hundred_points_are_a_link_that_a_mail_carries():
    points = [[(n * 37 % 3001 - 1500) / 1000, (n * 61 % 2003 - 1000) / 1000, n % 2] for n in range(500)]
    link = to_link(validate({"data": {"name": "points", "points": points}}))
    assert len(link) < 8 * len(points)
    assert from_link(link).data.points == tuple(map(tuple, points))


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "  {}\n",
        "http://localhost:8000/#e={}",
        "https://lab.example/a/b?x=1#e={}&step=3",
        "#e={}",
        "http://127.0.0.1:8765/#session=a_b-C&e={}",
        "http://127.0.0.1:8765/#view=compare&e={}&e=loopscope:1:another",
    ],
)
def test_a_link_is_found_in_an_address(around: str):
    for written in (LINK, LINK.replace(":", "%3A") if "#e=" in around else LINK, LINK[:50] + "\n  " + LINK[50:]):
        assert is_link(around.format(written)) and from_link(around.format(written)) == preset("moons-mlp")


def test_what_is_no_link_is_not_taken_for_one():
    assert not is_link("moons-mlp") and not is_link("run.toml") and not is_link("/tmp/loopscope:1:a.toml")


@pytest.mark.parametrize("length", range(len("loopscope:"), len(LINK)))
def test_a_link_cut_anywhere_says_so(length: int):
    words = words_of(LINK[:length])
    assert words.startswith("link is 'loopscope:") and "cut off" in words
    assert words.endswith("allowed a whole link. Copy it again, from its first character to its last.")


@settings(max_examples=300)
@given(st.integers(len("loopscope:1:"), len(LINK) - 1), st.sampled_from("ABCxyz019-_"))
def test_a_link_with_one_character_changed_is_refused_or_means_the_same(place: int, character: str):
    altered = LINK[:place] + character + LINK[place + 1 :]
    try:
        # the last character carries bits that nobody reads
        assert from_link(altered) == preset("moons-mlp")
    except UserMistake as error:
        assert "a whole link" in str(error)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (LINK + "!", "holding characters that no link has; allowed a whole link."),
        (LINK + "AAAA", "longer than it was; allowed a whole link."),
        (LINK.replace(":1:", ":2:"), "allowed version 1 of links. This one is of version 2. Make the link again."),
        ("loopscope:x:abc", "This one is of version x. Copy it again, from its first character to its last."),
        ("#e=moons", "link is '#e=moons'; allowed loopscope:1:…, or an address with #e=loopscope:1:…"),
        (token(b"{}", checksum=1), "altered on its way"),
        (token(b"\xff\xfe"), "no text inside"),
        (token(b"{"), "link is '{'; allowed valid JSON."),
        (token(b"[1]"), "link: experiment is [1]; allowed a table with name, data,"),
        (token(b'{"training":{"lr":-1}}'), "link: training.lr is -1; allowed above 0 and at most 1e12."),
        (token(b"[" * 900_000), "link is nested too deeply; allowed at most 16 levels."),
        (token(b" " * 100_000_000), "allowed at most 1,000,000 bytes once unpacked. No experiment is as long."),
        ("loopscope:1:" + "A" * MOST_BYTES, "link is 1,000,012 bytes long; allowed at most 1,000,000 bytes."),
        ("loopscope:1:" + "A" * 400, "altered on its way"),
    ],
)
def test_a_bad_link_is_refused_in_one_sentence(link: str, expected: str):
    words = words_of(link)
    assert expected in words and "\n" not in words and len(words) < 400


@given(st.text(max_size=80))
def test_any_text_after_the_prefix_is_refused(text: str):
    for link in (f"loopscope:{text}", f"loopscope:1:{text}", f"#e={text}"):
        assert words_of(link)


def test_defaults_of_a_version_of_links_stay():
    """A link omits defaults: whoever changes one must raise `link.VERSION` and read older links with older defaults."""
    golden = Path(__file__).parents[1] / "golden" / f"defaults_of_link_{VERSION}.json"
    assert json.loads(golden.read_text()) == json.loads(
        json.dumps({path: one.default for path, one in paths().items()})
    )
