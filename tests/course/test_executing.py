"""A post's cells run in a kernel of their own, are told of one by one, kept by their code, and fail in one sentence."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from loopscope.course.executing import Executed, PostFailed, Result, execute, executed_before, executing
from loopscope.course.keeping import key
from loopscope.course.post import Post, parse_post

HEAD = '---\nnumber: "9.9"\ntitle: A test\n---\n'


def post_of(*cells: str, folder: Path = Path("9.9-test")) -> Post:
    """A post of these cells; one may begin with metadata between dashes."""
    text = "\n".join(f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells)
    return parse_post(HEAD + text, folder / "post.md")


def tagged(tag: str, code: str, **more: str) -> str:
    return "\n".join(["---", f"tags: [{tag}]", *(f'{name}: "{said}"' for name, said in more.items()), "---", code])


def test_each_cell_is_told_of_as_it_ends_and_the_cache_gives_the_same(tmp_path: Path) -> None:
    post = post_of("x = 2", "print(x)", "x ** 10")
    heard: list[Result] = []
    first = execute(post, tmp_path, heard.append)
    assert [result.cell for result in heard] == [1, 2, 3]
    assert heard[1].outputs == [{"output_type": "stream", "name": "stdout", "text": "2\n"}]
    assert heard[2].outputs[0]["data"] == {"text/plain": "1024"}
    assert executed_before(post, tmp_path) == first
    kernel = next(tmp_path.glob("*.ipynb")).stat().st_mtime_ns
    assert execute(post, tmp_path) == first
    assert next(tmp_path.glob("*.ipynb")).stat().st_mtime_ns == kernel


def test_a_kernel_is_alone_in_an_empty_folder_with_one_thread_and_no_record_at_home(tmp_path: Path) -> None:
    asked = (
        "import os; print(os.getpid(), os.listdir('.'), os.environ['OMP_NUM_THREADS'], os.environ['LOOPSCOPE_HOME'])"
    )
    text = execute(post_of(asked)).results[1].outputs[0]["text"]
    pid, listed, threads, home = text.split()
    assert int(pid) != os.getpid()
    assert (listed, threads) == ("[]", "1")
    assert not Path(home).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_prose_and_captions_may_change_without_a_new_execution() -> None:
    post = post_of("1")
    other = parse_post(HEAD + "Words.\n\n" + "```{code-cell} python\n---\ncaption: x\n---\n1\n```\n", post.path)
    assert key(post) == key(other)
    assert key(post) != key(post_of("2"))


@pytest.mark.parametrize("damage", ["", "{", '{"cells": []}', '{"cells": [{"metadata": {}}]}'])
def test_a_damaged_cache_is_as_none(tmp_path: Path, damage: str) -> None:
    post = post_of("1")
    (tmp_path / f"{key(post)}.ipynb").write_text(damage)
    assert executed_before(post, tmp_path) is None


def test_a_cell_that_fails_ends_the_post_and_says_cell_line_and_error(tmp_path: Path) -> None:
    executed = execute(post_of("x = 1", "y = 2\nz = [1][x]", "never"), tmp_path)
    assert list(executed.results) == [1, 2]
    assert executed.failure is not None
    assert executed.failure.problem == "9.9-test/post.md, cell 2, line 11: IndexError: list index out of range"
    assert list(tmp_path.glob("*.ipynb")) == []
    with pytest.raises(PostFailed, match="cell 2, line 11"):
        executed.insist()


def test_a_fault_within_a_function_is_where_this_cell_called_it() -> None:
    executed = execute(post_of("def f():\n    raise ValueError('no')", "1\n2\nf()"))
    assert executed.failure is not None
    assert executed.failure.problem.startswith("9.9-test/post.md, cell 2, line 13: ValueError: no")


def test_code_that_is_no_python_is_said_with_its_line() -> None:
    executed = execute(post_of("x = 1\nif x\n  y"))
    assert executed.failure is not None
    assert executed.failure.problem.startswith("9.9-test/post.md, cell 1, line 7: SyntaxError: ")


def test_a_claim_that_no_longer_holds_is_named() -> None:
    executed = execute(post_of(tagged("claim", "assert 1 > 2, 'one seed of five'", says="One is more than two.")))
    assert executed.failure is not None
    assert executed.failure.problem == (
        "9.9-test/post.md, cell 1, line 10: the claim “One is more than two.” does not hold: "
        "AssertionError: one seed of five"
    )


def test_python_that_ends_itself_is_said_so() -> None:
    executed = execute(post_of("import os; os._exit(3)", "1"))
    assert executed.failure is not None
    assert "cell 1 (line 6) ended Python" in executed.failure.problem


def test_a_post_that_did_nothing_or_drew_nothing_is_refused() -> None:
    idle = execute(post_of("1", tagged("figure", "2", caption="nothing")))
    said = idle.shortcomings()
    assert "took 0.0" in said[0]
    assert (
        said[1]
        == "9.9-test/post.md, cell 2 (line 14) is tagged figure and shows none: let its last line be the figure."
    )
    plain = execute(post_of("import time; time.sleep(0.06)"))
    assert [each.partition(": ")[2] for each in plain.shortcomings()] == [
        "no cell is tagged figure; a post shows one at least."
    ]


def test_half_a_post_is_no_post() -> None:
    post = post_of("1", "2")
    half = Executed(post, {1: Result(1, [], 1.0)})
    assert not half.complete
    assert half.shortcomings() == ["9.9-test/post.md: 1 of 2 cells have run."]


def test_whoever_stops_listening_ends_the_kernel(tmp_path: Path) -> None:
    async def first_alone() -> int:
        results = executing(post_of("import os; print(os.getpid())", "import time; time.sleep(60)"), tmp_path)
        first = await anext(results)
        await results.aclose()
        return int(first.outputs[0]["text"])

    with pytest.raises(ProcessLookupError):
        os.kill(asyncio.run(first_alone()), 0)
    assert list(tmp_path.glob("*.ipynb")) == []


def test_it_can_be_called_where_a_loop_runs_already() -> None:
    async def notebook() -> Executed:
        return execute(post_of("1"))

    assert asyncio.run(notebook()).complete
