"""A change runs the cells that it reaches and no others, in one kernel, and gives what a fresh run would give."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from loopscope.course.desk.bench import Bench, Plan
from loopscope.course.desk.depending import affected, names_of, with_what_they_need
from loopscope.course.executing import Executed, Result, execute
from loopscope.course.post import Post, parse_post

BEFORE = ["import torch", "a = 1", "b = 2", "print(a)", "c = b + 1", "print(c)"]


def post_of(*cells: str) -> Post:
    text = "\n".join(f"```{{code-cell}} python\n{cell}\n```\n" for cell in cells)
    return parse_post(f'---\nnumber: "9.9"\ntitle: A test\n---\n{text}', Path("9.9-test/post.md"))


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        (BEFORE, set()),
        ([*BEFORE[:1], "a = 5", *BEFORE[2:]], {1, 3}),
        ([*BEFORE[:2], "b = 5", *BEFORE[3:]], {2, 4, 5}),
        ([*BEFORE[:1], *BEFORE[2:]], {2}),  # whoever used what is gone
        ([*BEFORE[:3], "b", *BEFORE[3:]], {3}),
        (["import torch as t", *BEFORE[1:]], {0}),
    ],
)
def test_a_change_reaches_those_who_use_its_names(now: list[str], reached: set[int]) -> None:
    assert affected(now, BEFORE) == reached


@pytest.mark.parametrize(
    ("code", "used", "changed"),
    [
        ("x = [y for y in z]", {"z"}, {"x"}),
        ("def f(a):\n    return a + g", {"g"}, {"f"}),
        ("x = 1\nprint(x)", {"print"}, {"x"}),
        ("for i in items:\n    print(i)", {"print", "items"}, {"i"}),
        ("kept.append(1)", {"kept"}, {"kept"}),
        ("table['a'] = 1", {"table"}, {"table"}),
        ("train(model, 3)", {"train", "model"}, {"model"}),
        ("score(model)", {"score", "model"}, set()),
        ("%matplotlib inline", set(), set()),
    ],
)
def test_what_a_cell_uses_and_changes(code: str, used: set[str], changed: set[str]) -> None:
    functions = ["def train(m, n):\n    loss.backward()", "def score(m):\n    return m(1)"]
    names = names_of([code], functions)[0]
    assert (names.used, names.changed) == (used, changed)


def test_what_was_trained_is_made_anew_before_it_is_trained_again() -> None:
    cells = ["def fit(m):\n    m.step()", "m = make()", "fit(m)", "print(m)"]
    assert affected([*cells[:2], "fit(m); 1", cells[3]], cells) == {2, 3}
    assert with_what_they_need({2, 3}, cells, {0, 1, 3}, {"m"}) == {1, 2, 3}
    assert with_what_they_need({3}, cells, {0, 1, 2}) == {3}
    assert with_what_they_need({3}, cells, set()) == {0, 1, 2, 3}


def said(result: Result) -> str:
    return result.problem or "".join(output.get("text", "") for output in result.outputs).strip()


def test_one_kernel_runs_what_changed_and_shows_errors_in_their_place() -> None:
    pid = "import os\nprint(os.getpid())"

    async def go() -> None:
        plans: list[Plan] = []
        bench = Bench(lambda post, plan: plans.append(plan))

        async def shown(*cells: str) -> list[str]:
            return [said(result) async for result in bench.run(post_of(*cells))]

        first = await shown(pid, "a = 1\nprint(os.getpid())", "print(a)")
        assert first[0] == first[1] and int(first[0]) != os.getpid() and first[2] == "1"
        assert await shown(pid, "a = 2\nprint(os.getpid())", "print(a)") == [first[0], first[0], "2"]
        assert plans[-1] == Plan((2, 3), (), (1,))
        assert await shown(pid, "print('new')", "a = 2\nprint(os.getpid())", "print(a)") == [
            first[0],
            "new",
            first[0],
            "2",
        ]
        assert plans[-1] == Plan((2,), (), (1, 3, 4))
        stopped = await shown(pid, "b = 2", "1\n2\nprint(a)")
        assert stopped[2] == "9.9-test/post.md, cell 3, line 17: NameError: name 'a' is not defined"
        assert await shown(pid, "b = 2", "print(b)") == [first[0], "", "2"]
        assert (await shown(pid, "os._exit(1)"))[1].startswith("9.9-test/post.md, cell 2 (line 11) ended Python")
        assert (await shown(pid, "print(os.getpid())"))[1] not in ("", first[0])
        await bench.close()

    asyncio.run(go())


def test_an_older_text_is_given_up_and_its_kernel_goes_on() -> None:
    async def go() -> None:
        bench = Bench()

        async def shown(*cells: str, begun: asyncio.Event | None = None) -> list[str]:
            heard: list[str] = []
            async for result in bench.run(post_of(*cells)):
                heard.append(said(result))
                if begun:
                    begun.set()
            return heard

        begun = asyncio.Event()
        older = asyncio.create_task(shown("import os, time\nprint(os.getpid())", "time.sleep(600)", begun=begun))
        await begun.wait()
        older.cancel()
        with pytest.raises(asyncio.CancelledError):
            await older
        first, second = await shown("import os, time\nprint(os.getpid())", "print(os.getpid())")
        assert first == second
        await bench.close()

    asyncio.run(go())


def test_what_was_kept_is_shown_and_only_what_a_change_needs_is_run() -> None:
    post = post_of("a = 1", "print('slow')", "print(a)")
    kept: Executed = execute(post)

    async def go() -> None:
        plans: list[Plan] = []
        bench = Bench(lambda post, plan: plans.append(plan))
        bench.adopt(kept)
        changed = post_of("a = 1", "print('slow')", "print(a, a)")
        assert [said(result) async for result in bench.run(changed)] == ["", "slow", "1 1"]
        assert plans == [Plan((3,), (1,), (2,))]
        await bench.close()

    asyncio.run(go())
