"""`loopscope site build`: what is written, what is taken away, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

from loopscope.cli.app import app
from loopscope.cli.site import COMMANDS, EPILOGS
from loopscope.server.settings import PAGE

from .conftest import Typed

SAMPLE = str(Path(__file__).parents[1] / "course" / "sample-series")


@pytest.fixture(autouse=True)
def page_is_built() -> None:
    assert (PAGE / "opened" / "page.js").is_file(), "the page is not built: make page"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_and_examples_that_are_understood(name: str, typed: Typed) -> None:
    command = get_command(app).commands["site"].commands[name]
    assert f"loopscope site {name} " in typed("site", name, "--help").out
    for line in EPILOGS[name].splitlines():
        if "loopscope" in line:
            command.make_context(name, line.split()[3:])


def test_a_site_is_built_and_built_again_without_what_is_no_longer_in_it(typed: Typed, tmp_path: Path) -> None:
    site, mine = tmp_path / "site", tmp_path / "site" / "CNAME"
    words = ("site", "build", str(site), "--series", SAMPLE, "--home", str(tmp_path / "home"))
    said = typed(*words, "--json")
    assert said.document == {"folder": str(site), "posts": ["1.1"]}
    assert {"index.html", "1.1.html", "glossary.html", "search.js"} <= {path.name for path in site.iterdir()}

    (site / "2.2.html").write_text("of an earlier build")
    with (site / ".loopscope-site").open("a") as listed:
        listed.write("2.2.html\n../out.txt\n")
    (tmp_path / "out.txt").write_text("not in the site")
    mine.write_text("put here by hand")
    refused = typed(*words)
    assert refused.code == 2 and "--force" in refused.err
    assert typed(*words, "--force").code == 0
    assert not (site / "2.2.html").exists()
    assert mine.exists() and (tmp_path / "out.txt").exists()


def test_a_post_with_a_false_claim_stops_the_build(typed: Typed, tmp_path: Path) -> None:
    series = tmp_path / "series"
    (series / "9.9-false").mkdir(parents=True)
    (series / "series.toml").write_text(
        'title = "One"\n[[modules]]\nnumber = "9"\ntitle = "All"\nposts = ["9.9-false"]\n'
    )
    cell = "```{code-cell} python\n---\ntags: [claim]\nsays: One is two.\n---\nassert 1 == 2\n```\n"
    (series / "9.9-false" / "post.md").write_text(f'---\nnumber: "9.9"\ntitle: Untrue\n---\n{cell}')
    said = typed("site", "build", str(tmp_path / "site"), "--series", str(series), "--home", str(tmp_path / "home"))
    assert said.code == 1
    assert "the claim “One is two.” does not hold" in said.err
    assert not (tmp_path / "site").exists()
