"""A post's page: text that stands before anything has run, each cell in its shape, nothing in it that acts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loopscope.course.executing import Executed, Result
from loopscope.course.outputs import BUNDLE, output_html
from loopscope.course.page import Page
from loopscope.course.post import parse_post
from loopscope.course.series import open_series
from loopscope.course.shell import files_of, filled, read_shell
from loopscope.errors import UserMistake

SERIES = open_series(Path(__file__).parent / "sample-series")
POST = SERIES.place("1.1").post
PNG = "iVBORw0KGgo="


def shown(data: dict[str, object]) -> dict[str, object]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def results(problem: str = "") -> Executed:
    stream = {"output_type": "stream", "name": "stdout", "text": "w < \x1b[31m3\x1b[0m\n"}
    told = [
        Result(1, [], 1.0),
        Result(2, [stream], 1.0),
        Result(3, [shown({"image/png": PNG, "text/plain": "<Figure>"})], 1.0),
        Result(4, [], 1.0, problem),
    ]
    return Executed(POST, {result.cell: result for result in told})


def page_of(text: str, series: bool = True) -> str:
    post = parse_post(f'---\nnumber: "1.1"\ntitle: x\n---\n{text}', POST.path)
    return Page(post, SERIES if series else None).body()


def test_before_it_has_run_outputs_wait_and_the_text_is_whole() -> None:
    body = Page(POST, SERIES).body()
    assert body.count('<div class="output waiting"></div>') == 4
    assert "<h1>A Straight Line &lt;by hand&gt;</h1>" in body
    assert '<span class="math">\\(\\hat{y} = w x + b\\)</span> with <span class="math">\\(x &lt; 1\\)</span>' in body
    assert '<div class="math">\\[w \\leftarrow w - \\eta\\,\\frac{\\partial L}{\\partial w}\\]</div>' in body
    assert "Prices: $5 and $6 are no formula." in body
    assert "checked:" not in body


def test_each_kind_of_cell_has_its_shape() -> None:
    body = Page(POST, SERIES).body(results())
    assert "waiting" not in body
    assert re.search(r'<ls-cell data-cell="2"><pre><code class="language-python">x = .*?w &lt; 3\n</pre>', body, re.S)
    assert re.search(r'<figure data-cell="3"><img src="data:image/png;base64,[^"]+" alt="The line ends[^"]+">', body)
    assert '<span class="change"><b>Change:</b> The step size.</span></figcaption>' in body
    assert '<span class="checked">checked:</span> 2000 steps find the slope to three decimals.</p>' in body
    assert '<aside class="margin"><p>A <strong>margin</strong>' in body
    assert '<ls-exercise data-exercise="slope"><h4>Make the slope -2.</h4>' in body
    assert "`slope` is 3 &amp; wants to be &lt; 0." in body


def test_a_cell_that_ends_later_is_the_piece_that_the_page_has() -> None:
    page = Page(POST, SERIES)
    whole = page.body(results())
    for result in results().results.values():
        assert page.cell(result) in whole


def test_a_cell_that_failed_shows_why_and_what_follows_does_not_wait() -> None:
    body = Page(POST, SERIES).body(results(problem="cell 4: 1 < 2"))
    assert "not true any more: 2000 steps" in body
    assert '<p class="problem">cell 4: 1 &lt; 2</p>' in body
    first = Executed(POST, {1: Result(1, [], 1.0, "cell 1: no")})
    body = Page(POST, SERIES).body(first)
    assert "waiting" not in body
    assert "not checked: 2000 steps" in body


def test_terms_are_linked_once_and_not_in_code_headings_or_links() -> None:
    text = "## A gradient\n\n`gradient` [the gradient](#x) Gradients, gradient and hidden layers of a layer; mlp, MLPs."
    body = page_of(text)
    linked = re.findall(r'<a class="term" href="glossary.html#([\w-]+)" title="([^"]*)">([^<]*)</a>', body)
    assert [(slug, word) for slug, _, word in linked] == [
        ("gradient", "Gradients"),
        ("hidden-layer", "hidden layers"),
        ("layer", "layer"),
        ("multilayer-perceptron", "MLPs"),
    ]
    assert linked[3][1] == "A network of linear layers with an activation between them: y = W₂ σ(W₁ x)."


def test_a_page_alone_leads_to_nothing_beside_it() -> None:
    body = Page(POST, SERIES, alone=True).body(results())
    assert '<abbr class="term" title="' in body
    assert not re.search(r'href="[^#h]', body)


def test_posts_that_are_planned_are_named_and_not_linked() -> None:
    body = Page(POST, SERIES).body()
    assert '<span class="planned" title="planned">later</span>' in body
    assert '<a href="#why-zero">this question</a>' in body
    assert '<h3 id="why-zero">' in body


def test_an_anchor_is_given_once() -> None:
    assert re.findall(r'id="([^"]+)"', page_of("## Same\n\n### Same\n")) == ["same", "same-2"]


def test_a_directive_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UserMistake, match='Did you mean ":::{margin}"'):
        page_of(":::{margn}\nx\n:::\n")


def test_an_exercise_that_is_not_there_is_said_in_its_place() -> None:
    post = parse_post('---\nnumber: "1.1"\ntitle: x\n---\n:::{exercise} slop\nx\n:::\n\nAfter.', POST.path)
    page = Page(post, SERIES)
    assert "Did you mean" in page.problems[0]
    assert '<p class="problem">' in page.body()
    assert "After." in page.body()


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<script>alert(1)</script><b onclick='x()'>b</b><a href='javascript:x()'>a</a><style>"},
        {"text/markdown": "<script>alert(1)</script> **bold** [a](javascript:x) <img src=x onerror=alert(1)>"},
        {"application/javascript": "alert(1)", "text/plain": "<script>alert(1)</script>"},
        {"image/svg+xml": "<svg onload='alert(1)'><script>alert(1)</script></svg>"},
        {"image/png": '"><script>alert(1)</script>'},
        {BUNDLE: {"element": "script", "data": "alert(1)"}, "text/plain": "x"},
        {"text/latex": "$</div><script>alert(1)</script>$"},
    ],
)
def test_nothing_that_a_cell_shows_can_act(data: dict[str, object]) -> None:
    said = output_html(shown(data))
    assert not re.search(r"<(script|style|svg)|<[^>]*\son\w+=|=.?javascript:", said)


def test_a_figure_of_ours_keeps_its_data_and_its_picture() -> None:
    data = {"alt": "a</script><script>alert(1)</script>", "show": ["loss"]}
    bundle = {"element": "ls-scope", "data": data, "replay": "AAAA"}
    said = output_html(shown({BUNDLE: bundle, "image/png": PNG, "text/plain": "<Scope>"}))
    found = re.fullmatch(r'<ls-scope><script type="application/json">(.*?)</script><img [^>]*></ls-scope>', said)
    assert found
    assert json.loads(found[1]) == {"data": data, "replay": "AAAA"}


def test_symbols_in_a_table_that_a_cell_has_made_are_formulas() -> None:
    said = output_html(shown({"text/markdown": "| Symbol | Shape |\n|---|---|\n| $W_1$ | `[2, 8]` |"}))
    assert '<td><span class="math">\\(W_1\\)</span></td>' in said
    assert "<code>[2, 8]</code>" in said


def test_a_shell_is_filled_and_one_that_was_not_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="Run make page"):
        read_shell(tmp_path)
    (tmp_path / "assets").mkdir()
    for name, text in {
        "a-1.js": 'import "./b-2.js"',
        "b-2.js": "1",
        "c-3.js": "2",
        "d-4.css": "url(e-5.woff2)",
    }.items():
        (tmp_path / "assets" / name).write_text(text)
    (tmp_path / "assets" / "e-5.woff2").write_bytes(b"\xff")
    (tmp_path / "post.html").write_text("<title><!--title--></title><!--head--><!--body--> a-1.js d-4.css")
    shell = read_shell(tmp_path)
    assert filled(shell, "1 < 2 <!--body-->", "<meta>", "<p>").startswith(
        "<title>1 &lt; 2 &lt;!--body--&gt;</title><meta><p>"
    )
    assert [path.name for path in files_of(tmp_path, shell)] == ["a-1.js", "b-2.js", "d-4.css", "e-5.woff2"]


def test_to_import_the_course_loads_nothing_that_runs_or_renders() -> None:
    heavy = ("torch", "nbconvert", "jupytext", "nbclient", "nbformat", "markdown_it", "bleach")
    code = (
        "import sys, loopscope.course.page, loopscope.course.plain, loopscope.course.reading, loopscope.course.series;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
