"""A site is whole: every address in it leads to a file of it, or within it, and nothing leads out."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from loopscope.course.executing import Executed, PostFailed, Result, execute
from loopscope.course.outputs import BUNDLE
from loopscope.course.post import parse_post
from loopscope.course.series import open_series
from loopscope.course.site import alone_files, site_files
from loopscope.errors import UserMistake

SAMPLE = open_series(Path(__file__).parent / "sample-series")
REPLAY = base64.b64encode(b"a recording").decode()
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="  # 1 × 1
SHELL = """<!doctype html><title><!--title--></title><!--head-->
<script type="module" crossorigin src="./assets/a.js"></script><link rel="stylesheet" crossorigin href="./assets/a.css">
<ls-masthead><a href="index.html">loopscope</a></ls-masthead><main><!--body--></main>"""
HOME = """<!doctype html><title>loopscope</title><!--head-->
<script type="module" crossorigin src="./assets/h.js"></script><ls-home><!--body--></ls-home>"""


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build of the page leaves."""
    for name, text in {
        "post.html": SHELL,
        "index.html": HOME,
        "opened/page.js": "all",
        "assets/a.js": 'import("./b.js")',
        "assets/b.js": "",
        "assets/a.css": "",
        "assets/h.js": "",
        "assets/of-the-lab.js": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture(scope="module")
def executed() -> Executed:
    """The sample's post, its figure given a recording."""
    done = execute(SAMPLE.place("1.1").post)
    number = next(cell.number for cell in done.post.code if cell.kind == "figure")
    bundle = {"element": "ls-scope", "data": {"alt": "A line."}, "replay": REPLAY}
    output = {"output_type": "display_data", "data": {BUNDLE: bundle, "image/png": PIXEL}, "metadata": {}}
    done.results[number] = Result(number, [output], done.results[number].seconds)
    return done


def test_every_address_is_relative_and_leads_to_what_is_there(executed: Executed, built: Path) -> None:
    files = site_files(SAMPLE, [executed], built)
    assert whole(files) == []
    assert whole({**files, "1.1.html": files["1.1.html"].replace(b"glossary.html", b"glosary.html")}) != []
    assert whole({**files, "1.1.html": files["1.1.html"].replace(b"./assets/", b"/assets/")}) != []


def test_recordings_and_pictures_lie_beside_the_page_and_are_named_in_it(executed: Executed, built: Path) -> None:
    files = site_files(SAMPLE, [executed], built)
    page = files["1.1.html"].decode()
    assert REPLAY not in page and "base64," not in page
    replay = next(name for name in files if name.startswith("replays/"))
    assert f'"beside": "{replay}"' in page
    assert held(files[replay]) == {replay: REPLAY}
    picture = next(name for name in files if name.startswith("pictures/"))
    assert f'src="{picture}" width="1" height="1" loading="lazy"' in page
    assert files[picture] == base64.b64decode(PIXEL)
    assert executed.results  # and what was executed is as it was
    assert any(REPLAY in str(result.outputs) for result in executed.results.values())


def test_what_cannot_be_done_here_is_said(executed: Executed, built: Path) -> None:
    page = site_files(SAMPLE, [executed], built)["1.1.html"].decode()
    assert "All figures are recordings of real runs." in page
    assert "<code>loopscope exercises run 1.1/slope</code>" in page
    assert 'content="site"' in page


def test_the_home_page_can_be_read_without_any_script_and_holds_the_course(executed: Executed, built: Path) -> None:
    home = BeautifulSoup(site_files(SAMPLE, [executed], built)["index.html"], "html.parser")
    assert home.title and home.title.string == "A sample"
    inside = home.select_one("ls-home")
    assert inside and [link["href"] for link in inside.select("a")] == ["1.1.html", "glossary.html"]
    assert "1.2 Curved Ones (planned)" in inside.get_text()
    tree = json.loads(home.select_one("#course").string or "")  # pyright: ignore
    posts = tree["modules"][0]["posts"]
    assert [(post["number"], post["planned"], len(post["exercises"])) for post in posts] == [
        ("1.1", False, 1),
        ("1.2", True, 0),
    ]


def test_the_index_of_the_search_holds_what_the_server_would_find(executed: Executed, built: Path) -> None:
    known = held(site_files(SAMPLE, [executed], built)["search.js"])["search.js"]
    assert {"1.1.html", "1.1.html#why-zero", "glossary.html#gradient"} <= {each["href"] for each in known["documents"]}
    assert set(known["kinds"]) >= {each["kind"] for each in known["documents"]}


def test_only_what_the_pages_need_is_taken(executed: Executed, built: Path) -> None:
    assets = {name for name in site_files(SAMPLE, [executed], built) if name.startswith("assets/")}
    assert assets == {f"assets/{name}" for name in ("a.js", "b.js", "a.css", "h.js", "opened.js", "page.js")}


def test_one_post_alone_leads_nowhere(executed: Executed, built: Path) -> None:
    files = alone_files(executed, SAMPLE, built)
    assert set(files) == {"1.1.html", *(f"assets/{name}" for name in ("a.js", "b.js", "a.css", "opened.js", "page.js"))}
    page = files["1.1.html"].decode()
    assert REPLAY in page and PIXEL in page
    assert whole(files) == []
    assert not re.search(r'href="(?!#|\./assets/)', page)


def test_a_post_that_must_not_be_published_stops_it(built: Path) -> None:
    post = parse_post('---\nnumber: "1.1"\ntitle: "T"\n---\nNo code.\n', SAMPLE.place("1.1").path)
    with pytest.raises(PostFailed, match="no cell is tagged figure"):
        site_files(SAMPLE, [Executed(post)], built)


@pytest.mark.parametrize("name", ["post.html", "index.html", "opened/page.js"])
def test_without_a_built_page_it_says_how_to_build_one(executed: Executed, built: Path, name: str) -> None:
    (built / name).unlink()
    with pytest.raises(UserMistake, match="make page"):
        site_files(SAMPLE, [executed], built)


def whole(files: dict[str, bytes]) -> list[str]:
    """Addresses that lead to nothing, to the root of a host, or to another one."""
    pages = {name: BeautifulSoup(text, "html.parser") for name, text in files.items() if name.endswith(".html")}
    anchors = {name: {element["id"] for element in page.select("[id]")} for name, page in pages.items()}
    wrong: list[str] = []
    for name, page in pages.items():
        for element in page.select("[href], [src]"):
            address = str(element.get("href") or element.get("src"))
            path, _, anchor = address.partition("#")
            path = path.removeprefix("./") or name
            if path.startswith("data:"):
                continue
            if path not in files or (anchor and anchor not in anchors[path]):
                wrong.append(f"{name}: {address}")
    return wrong


def held(script: bytes) -> dict[str, object]:
    """What a file beside a page holds, by its name."""
    found = re.fullmatch(r"\(globalThis\.loopscopeBeside \?\?= \{\}\)\[(.+?)\] = (.+);\n", script.decode(), re.DOTALL)
    assert found, script[:100]
    return {json.loads(found[1]): json.loads(found[2])}
