"""What leaves the house: Markdown with no MyST left, and a notebook that runs from its first cell to its last."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import nbformat
import pytest

from loopscope.course.executing import Executed, PostFailed, Result, execute
from loopscope.course.formulas import readable
from loopscope.course.plain import fenced, markdown_files, notebook_text
from loopscope.course.post import parse_post
from loopscope.course.reading import terminal_text
from loopscope.course.series import open_series

SERIES = open_series(Path(__file__).parent / "sample-series")
POST = SERIES.place("1.1").post
HEAD = '---\nnumber: "1.1"\ntitle: x\n---\n'


@pytest.fixture(scope="module")
def executed() -> Executed:
    return execute(POST)


def done(text: str, outputs: list[dict[str, object]]) -> Executed:
    """A post of this text, whose only cell is a figure that has shown these."""
    cell = "\n\n```{code-cell} python\n---\ntags: [figure]\ncaption: See.\n---\n1\n```\n"
    post = parse_post(HEAD + text + cell, POST.path)
    return Executed(post, {1: Result(1, outputs, 1.0)})


def picture(**more: str) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo=", **more}}


def test_markdown_is_whole_and_its_pictures_are_there(executed: Executed) -> None:
    files = markdown_files(executed, SERIES)
    text = files["1.1.md"].decode()
    assert text.startswith("# 1.1 A Straight Line \\<by hand\\>\n\nYou will fit a line. ")
    assert files["1.1/cell-3.png"].startswith(b"\x89PNG")
    assert "](1.1/cell-3.png)\n\n**Figure 1.** The line ends at the slope 3" in text
    assert "\n> A **margin** with a gradient and a hidden layer: $\\eta$.\n" in text
    assert "$$\nw \\leftarrow w - \\eta\\,\\frac{\\partial L}{\\partial w}\n$$" in text
    assert "```text\nw = 3.000\n```" in text
    assert "**Checked:** 2000 steps find the slope to three decimals." in text
    assert "assert abs" not in text
    assert "is for later; an MLP" in text
    assert "[this question](#why-are-gradients-set-to-none)" in text
    assert "**Exercise: Make the slope -2.**" in text
    assert not re.search(r":::|\{code-cell\}|\(why-zero\)=|\n\n\n", text)


def test_a_notebook_runs_from_top_to_bottom_in_a_fresh_kernel(executed: Executed) -> None:
    from nbclient import NotebookClient

    text = notebook_text(executed, SERIES)
    assert text == notebook_text(executed, SERIES)
    notebook = nbformat.reads(text, as_version=4)
    assert not re.search(r":::|\(why-zero\)=", "".join(cell.source for cell in notebook.cells))
    assert "vnd.loopscope" not in text
    asyncio.run(NotebookClient(notebook, timeout=60).async_execute())
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3, 4]


def test_a_post_that_does_not_hold_is_not_given_away() -> None:
    broken = Executed(POST, {1: Result(1, [], 1.0, "cell 1: no")})
    with pytest.raises(PostFailed, match="cell 1: no"):
        markdown_files(broken)
    with pytest.raises(PostFailed, match="cell 1: no"):
        notebook_text(broken)


def test_links_in_code_stay_as_they_are() -> None:
    text = "See [the next](1.2#x), [here](1.1), `[a](1.2)` and\n\n```python\nx[a](1.2)\n:::\n```\n"
    made = markdown_files(done(text, [picture()]), SERIES)["1.1.md"].decode()
    assert "See the next, here, `[a](1.2)` and" in made
    assert "x[a](1.2)\n:::\n```" in made


def test_tables_become_those_of_markdown() -> None:
    table = (
        "<table><thead><tr><th></th><th>a|b</th></tr></thead><tr><td><code>x</code></td><td>1 &lt; 2</td></tr></table>"
    )
    output = {"output_type": "execute_result", "metadata": {}, "data": {"text/html": table, "text/plain": "x"}}
    made = markdown_files(done("Words.", [output, picture()]))["1.1.md"].decode()
    assert "|   | a\\|b |\n| --- | --- |\n| `x` | 1 < 2 |" in made


def test_a_picture_says_what_the_figure_knows_of_itself() -> None:
    known = picture()
    known["data"]["application/vnd.loopscope+json"] = {"element": "ls-scope", "data": {"alt": "a [b] 3 steps"}}  # type: ignore[index]
    files = markdown_files(done("Words.", [known, picture()]))
    assert "![a \\[b\\] 3 steps](1.1/cell-1.png)" in files["1.1.md"].decode()
    assert set(files) == {"1.1.md", "1.1/cell-1.png", "1.1/cell-1-2.png"}
    assert "vnd.loopscope" not in notebook_text(done("Words.", [known]))


def test_a_fence_is_longer_than_those_within() -> None:
    assert fenced("```\nx\n```", "text") == "````text\n```\nx\n```\n````"


def test_a_terminal_reads_formulas_as_signs() -> None:
    said = terminal_text(POST)
    assert "ŷ = w x + b" in said
    assert "> w ← w - η ∂L/∂w" in said
    assert "Prices: $5 and $6 are" in said
    assert json.dumps("**Claim:** 2000 steps")[1:-1] in said


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\hat{y} = \sigma(W_2\,\mathrm{ReLU}(W_1 x + b_1) + b_2)", "ŷ = σ(W₂ ReLU(W₁ x + b₁) + b₂)"),
        (r"\frac{\partial L}{\partial w_{ij}}", "∂L/∂wᵢⱼ"),
        (r"W \in \mathbb{R}^{2 \times h}", "W ∈ ℝ^(2 × h)"),
        (r"X W^\top", "X Wᵀ"),
        (r"\tfrac12 \sum_{i=1}^{n} (y_i - \hat y_i)^2", "1/2 ∑ᵢ₌₁ⁿ (yᵢ - ŷᵢ)²"),
        (r"\{0, 1\}", "{0, 1}"),
        (r"\max(0, z) \unheard", "max(0, z) unheard"),
    ],
)
def test_formulas_can_be_read(latex: str, plain: str) -> None:
    assert readable(latex) == plain
