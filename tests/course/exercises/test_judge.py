"""The judge: verdicts, pictures, what it keeps apart, what it does where no process is prepared."""

from __future__ import annotations

import asyncio
import subprocess

from loopscope.course.exercises import Exercise, Judge

from .conftest import Judging


def test_task_and_solution(judged: Judging, exercises: dict[str, Exercise]) -> None:
    for name, exercise in exercises.items():
        assert not judged(exercise.task, name).passed
        verdict = judged(exercise.solution, name)
        assert (verdict.passed, verdict.sentence, verdict.fault) == (True, "Passed.", "none")


def test_pictures_stand_beside_each_other(judged: Judging, exercises: dict[str, Exercise]) -> None:
    verdict = judged(exercises["gradient"].task, "gradient")
    assert verdict.yours is not None and verdict.wanted is not None and verdict.yours != verdict.wanted
    assert verdict.yours.startswith(b"\x89PNG")


def test_what_was_printed_is_told(checking: Judging) -> None:
    verdict = checking("print('Grüße')\nimport sys\nprint('!', file=sys.stderr)", "assert 'Gr' in work.output")
    assert verdict.passed and verdict.printed == "Grüße\n!\n"
    assert len(checking("print('x' * 9999)").printed) < 5000


def test_a_missing_name_is_the_learners(checking: Judging) -> None:
    assert checking("x = 1", "work.module.y").sentence == (
        "The exercise needs `y`, and your file has none: put the name back."
    )
    assert "needs a function `x`, and yours is int" in checking("x = 1", "work.call('x')").sentence
    assert checking("x = 1", "assert work.has('x') and not work.has('y') and work.code == 'x = 1'").passed


def test_a_broken_check_is_not_the_learners(checking: Judging) -> None:
    verdict = checking("x = 1", "1 / 0")
    assert verdict.fault == "check" and "no fault of yours: line 5 of check.py: ZeroDivisionError" in verdict.sentence
    verdict = checking("from torch import nn\nmodel = nn.Linear(2, 2)", "work.module.model(torch.ones(3))")
    assert verdict.fault == "answer" and verdict.sentence.startswith("What your code made cannot be used: RuntimeError")


def test_an_error_in_a_call_has_the_learners_line(checking: Judging) -> None:
    verdict = checking("def f(a):\n    return g(a)\ndef g(a):\n    return a / 0", "work.call('f', 1)")
    assert verdict.sentence == "Line 4: ZeroDivisionError: division by zero"
    assert verdict.details == ("    2: return g(a)", "    4: return a / 0")


def test_the_caret_stands_under_the_place(checking: Judging) -> None:
    verdict = checking("if True:\n    y = 3 +* 4")
    text, caret = verdict.details
    assert text[caret.index("^")] == "*"


def test_one_answer_sees_nothing_of_another(checking: Judging) -> None:
    assert checking("import os, sys\nos.environ['A'] = '1'\nsys.left_here = 1\nopen('here', 'w').close()").passed
    code = "import os, sys\nassert 'A' not in os.environ and not hasattr(sys, 'left_here')\n"
    assert checking(code + "assert os.listdir() == ['own.py']").passed


def test_files_of_the_exercise_lie_beside_it(checking: Judging, tmp_path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "table.csv").write_text("a\n1\n", encoding="utf-8")
    assert checking("print(open('table.csv').read())").passed


def test_it_is_no_main_program(checking: Judging) -> None:
    assert checking("if __name__ == '__main__': 1 / 0").passed


def test_the_same_random_numbers_each_time(checking: Judging) -> None:
    code = "import torch, numpy, random\nprint(torch.rand(1), numpy.random.rand(), random.random())"
    first, again, other = (checking(code, seed=seed).printed for seed in (0, 0, 1))
    assert first == again != other


def test_many_at_once(judge: Judge, runner: asyncio.Runner, exercises: dict[str, Exercise]) -> None:
    async def all_of_them() -> list[bool]:
        each = exercises["order"]
        codes = [each.solution, each.task] * 6
        return [verdict.passed for verdict in await asyncio.gather(*(judge.check(each, code) for code in codes))]

    assert runner.run(all_of_them()) == [True, False] * 6


def test_a_check_that_is_called_off_ends_with_all_it_started(
    judge: Judge, runner: asyncio.Runner, exercises: dict[str, Exercise], tmp_path
) -> None:
    begun = tmp_path / "begun"
    begun.touch()  # it may be opened, not be made

    async def called_off() -> bool:
        code = f"import subprocess\nsubprocess.run(['sh', '-c', 'echo > {begun}; exec setsid sleep 75319'])"
        check = asyncio.create_task(judge.check(exercises["order"], code))
        from watchfiles import awatch

        async for _ in awatch(begun, debounce=50, step=10):
            break
        check.cancel()
        await asyncio.gather(check, return_exceptions=True)
        return (await judge.check(exercises["order"], exercises["order"].solution)).passed

    assert runner.run(called_off())
    assert "75319" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_where_no_process_can_be_forked(exercises: dict[str, Exercise]) -> None:
    """As on macOS: slower, and the same."""

    async def both() -> list[str]:
        async with Judge(forking=False) as judge:
            each = exercises["order"]
            codes = (each.solution, "import os\nos.kill(os.getppid(), 9)")
            return [verdict.sentence for verdict in await asyncio.gather(*(judge.check(each, code) for code in codes))]

    passed, refused = asyncio.run(both())
    assert passed == "Passed." and "`os.kill` would end its parent" in refused


def test_nothing_here_loads_torch() -> None:
    import sys

    code = "import sys; import loopscope.course.exercises, loopscope.course.exercises.dev_check; "
    code += "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
