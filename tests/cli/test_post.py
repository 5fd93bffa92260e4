"""`loopscope post export`: what is written, and what is refused."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from loopscope.cli.app import app
from loopscope.cli.post import COMMANDS, EPILOGS

from .conftest import Typed

SAMPLE = str(Path(__file__).parents[1] / "course" / "sample-series")
POST = f"{SAMPLE}/1.1-straight"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_and_examples_that_are_understood(name: str, typed: Typed) -> None:
    command = get_command(app).commands["post"].commands[name]
    assert f"loopscope post {name} " in typed("post", name, "--help").out
    for line in EPILOGS[name].splitlines():
        if "loopscope" in line:
            command.make_context(name, shlex.split(line)[3:])


def test_a_post_goes_out_as_markdown_and_notebook_and_is_run_once(typed: Typed, tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "home"))
    said = typed("post", "export", POST, "--to", "markdown", "-o", str(tmp_path / "blog"), "--json", *home)
    assert {Path(path).name for path in json.loads(said.out)["written"]} == {"1.1.md", "cell-3.png"}
    kept = next((tmp_path / "home" / "posts").glob("*.ipynb"))
    before = kept.stat().st_mtime_ns
    path = tmp_path / "post.ipynb"
    assert typed("post", "export", "1.1", "--series", SAMPLE, "--to", "notebook", "-o", str(path), *home).code == 0
    assert json.loads(path.read_text())["nbformat"] == 4
    assert kept.stat().st_mtime_ns == before
    again = typed("post", "export", POST, "--to", "notebook", "-o", str(path), *home)
    assert again.code == 2
    assert "--force" in again.err


def test_what_is_no_post_or_no_form_is_refused(typed: Typed, tmp_path: Path) -> None:
    assert 'Did you mean "markdown"?' in typed("post", "export", POST, "--to", "markdwn").err
    assert "Curved Ones is planned" in typed("post", "export", "1.2", "--series", SAMPLE, "--to", "html").err
    assert typed("post", "export", POST, "--to").code == 2


def test_a_post_with_a_false_claim_is_not_exported(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "9.9-false"
    folder.mkdir()
    cell = "```{code-cell} python\n---\ntags: [claim]\nsays: One is two.\n---\nassert 1 == 2\n```\n"
    (folder / "post.md").write_text(f'---\nnumber: "9.9"\ntitle: Untrue\n---\n{cell}')
    said = typed(
        "post", "export", str(folder), "--to", "markdown", "-o", str(tmp_path / "out"), "--home", str(tmp_path)
    )
    assert said.code == 1
    assert "9.9-false/post.md, cell 1, line 10: the claim “One is two.” does not hold: AssertionError" in said.err
    assert not (tmp_path / "out").exists()


def test_another_authors_series_is_begun_checked_shown_in_part_and_exported(typed: Typed, tmp_path: Path) -> None:
    series = tmp_path / "mine"
    laid = json.loads(typed("post", "new", "1.1 First Steps", "--series", str(series), "--json").out)
    post = f"{laid['folder']}/post.md"
    text = (series / "series.toml").read_text()
    (series / "series.toml").write_text(
        text.replace("1200", "20").replace("structure = [", "structure = []\n_ours = [")
    )
    said = typed("post", "check", post, "--fast")
    assert said.code == 1 and ":1: [front matter] has no summary" in said.out.replace("\n", "")
    written = re.sub(r"(## (?!The code|See it|Check|Exercises).*\n)", r"\1\nOne loss.\n", Path(post).read_text())
    Path(post).write_text(written.replace('summary: ""', "summary: Begin."))
    home = ("--home", str(tmp_path / "home"))
    document = json.loads(typed("post", "check", post, "--json", *home).out)
    assert (document["ran"], document["remarks"]) == (True, [])
    assert typed("post", "export", post, "--to", "markdown", "-o", str(tmp_path / "out"), *home).code == 0
    assert "Checked:" in (tmp_path / "out" / "1.1.md").read_text()
    (series / "series.toml").write_text(text.replace('"1.1-first-steps",', ""))
    refused = typed("post", "preview", post)
    assert refused.code == 2 and "a post that a series.toml names" in refused.err
