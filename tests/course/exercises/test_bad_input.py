"""Whatever an answer does: one clear sentence, nothing of it left, and the judge goes on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import Judging

CASES = {
    "an endless loop": (
        "x = 0\nwhile True:\n    x += 1",
        "1 s of processor time: is there a loop without an end? It was",
    ),
    "an endless loop that swallows all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        "is there a loop without an end? It was at line",
    ),
    "a long sleep": (
        "import time\ntime.sleep(1000)",
        "waited for 3 s and was ended: what does it wait for? It was at line 2.",
    ),
    "1 GB of output": ("while True:\n    print('x' * 10_000)", "prints more than 1 MB"),
    "1 GB of output at once": ("print('x' * 2**30)", "Line 1 needs more memory than the 1 GB"),
    "output below Python": ("import os\nfor _ in range(9999): os.write(1, b'x' * 10**5)", "File too large"),
    "30 GB asked of torch": ("import torch\nx = torch.ones(30 * 2**28)", "Line 2 asks for 30.0 GB of memory"),
    "30 GB asked of NumPy": ("import numpy\nx = numpy.ones(30 * 2**27)", "Line 2 asks for 30.0 GB of memory"),
    "memory bit by bit": ("x = []\nwhile True:\n    x.append(bytes(10**7))", "Line 3 needs more memory than the 1 GB"),
    "a syntax error": ("x = 1\nprint((x)", "Line 2 is not Python: '(' was never closed."),
    "a null byte": ("x = 1\0", "is not Python: source code string cannot contain null bytes"),
    "sys.exit": ("import sys\nsys.exit()", "Line 2 ends the program"),
    "exit": ("exit(3)", "Line 1 ends the program"),
    "os._exit": ("import os\nos._exit(0)", "ended its own process (exit code 0): take `os._exit` out"),
    "killing the parent": ("import os\nos.kill(os.getppid(), 9)", "`os.kill` would end its parent"),
    "killing everybody": ("import os\nos.kill(-1, 9)", "`os.kill` would end"),
    "killing, and swallowing": (
        "import os\ntry:\n    os.kill(os.getppid(), 9)\nexcept BaseException:\n    pass",
        "`os.kill` would end its parent",
    ),
    "killing the parent unseen": (
        "import ctypes, os, time\nctypes.CDLL(None).kill(os.getppid(), 9)\ntime.sleep(1000)",
        "ended the process that judges it",
    ),
    "killing itself": ("import os\nos.kill(os.getpid(), 9)", "or it ended itself"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "brought Python down (SIGSEGV)"),
    "deleting its own file": ("import os\nos.remove(__file__)", "deletes its own file"),
    "waiting for a person": ("x = input('?')", "`input()` waits for a person"),
    "forking without end": ("import os\nwhile True:\n    os.fork()", "starts more than 16 processes"),
    "the network": ("import urllib.request\nurllib.request.urlopen('http://example.invalid')", "needs no network"),
    "recursion": ("def f(): return f()\nf()", "a function calls itself without an end"),
    "an error of its own": (
        "x = 1\nprimt(x)",
        "Line 2: NameError: name 'primt' is not defined. Did you mean: 'print'?",
    ),
    "an error without words": (
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "Line 3: ",
    ),
    "nothing at all": ("", "`backward()` was never called"),
    "a name of its own for everything": ("import sys\nsys.modules.clear()", ""),
    "stdout closed": ("import sys\nsys.stdout.close()", ""),
    "half a surrogate": ("x = '\ud800'", ""),
    "too long": ("#" * 2**21, "longer than 1 MB"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_clear_sentence(case: str, judged: Judging) -> None:
    code, words = CASES[case]
    verdict = judged(code)
    assert not verdict.passed and verdict.fault != "check"
    assert words in verdict.sentence, verdict
    assert verdict.sentence.count("\n") == 0 and len(verdict.sentence) < 320 and "Traceback" not in verdict.sentence


LEFT = {
    "import subprocess\nsubprocess.Popen(['sleep', '1000'])": "left a process running (sleep 1000), and it was ended",
    "import subprocess\nsubprocess.Popen(['sleep', '999'], start_new_session=True)": "a process running (sleep 999)",
    "import os, time\nif os.fork() == 0:\n    time.sleep(1000)": "left a process running (a copy of itself)",
    "import subprocess\nfor _ in range(3): subprocess.Popen(['sleep', '98'])": "left 3 processes running (sleep 98)",
}


@pytest.mark.parametrize("code", LEFT)
def test_children_left_running(code: str, checking: Judging) -> None:
    verdict = checking(code)
    assert not verdict.passed and LEFT[code] in verdict.sentence
    verdict = checking(code, "raise Wrong('Something else.')")
    assert verdict.sentence == "Something else." and LEFT[code] in verdict.details[0]


def test_nothing_is_left_and_the_judge_goes_on(judged: Judging, exercises: dict) -> None:
    mark = "86431"
    judged(f"import subprocess\nsubprocess.Popen(['setsid', 'sleep', '{mark}'])")
    judged("import ctypes, os\nctypes.CDLL(None).kill(os.getppid(), 9)")
    assert mark not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert judged(exercises["order"].solution).passed


def test_the_prepared_process_is_made_again(judged: Judging, exercises: dict) -> None:
    kill = "import ctypes, os, time, pathlib\n"
    kill += "parent = pathlib.Path(f'/proc/{os.getppid()}/stat').read_text().rpartition(')')[2].split()[1]\n"
    kill += "ctypes.CDLL(None).kill(int(parent), 9)\ntime.sleep(1000)"
    assert "ended the process that judges it" in judged(kill).sentence
    assert judged(exercises["order"].solution).passed


def test_a_file_elsewhere_stays(judged: Judging, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    for line in ("os.remove(p)", "p.unlink()", "shutil.rmtree(p.parent)", "p.write_text('x')", "os.rename(p, 'here')"):
        verdict = judged(f"import os, shutil, pathlib\np = pathlib.Path({str(mine)!r})\n{line}")
        assert "not in its own folder" in verdict.sentence, line
    assert mine.read_text(encoding="utf-8") == "mine"


def test_in_its_own_folder_it_may_do_as_it_likes(checking: Judging) -> None:
    code = "import os, pathlib, torch\ntorch.save({}, 'a.pt')\npathlib.Path('b').mkdir()\nos.rename('a.pt', 'b/a.pt')\n"
    assert checking(code + "os.remove('b/a.pt')\nos.rmdir('b')").passed


def test_what_it_waits_for_may_run(checking: Judging) -> None:
    code = "import subprocess, sys\nsubprocess.run(['true'], check=True)\np = subprocess.Popen(['sleep', '99'])\n"
    assert checking(code + "p.terminate()\np.wait()").passed


def test_the_workers_of_a_loader_are_no_children_left(checking: Judging) -> None:
    code = "import torch\nfrom torch.utils.data import DataLoader\n"
    code += "loader = DataLoader(torch.arange(8.), batch_size=2, num_workers=2, persistent_workers=True)\n"
    verdict = checking(code + "print(sum(float(b.sum()) for b in loader))")
    assert verdict.passed and verdict.printed == "28.0\n", verdict


def test_no_descriptor_is_left_to_it(checking: Judging) -> None:
    code = "import os\nfor n in os.listdir('/proc/self/fd'):\n"
    verdict = checking(code + "    try: print(os.readlink(f'/proc/self/fd/{n}'))\n    except OSError: pass")
    assert "socket" not in verdict.printed and "pipe" not in verdict.printed, verdict.printed


def test_an_interrupted_check_leaves_no_folder(
    judged: Judging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    judged("x = 1")
    assert os.listdir(tmp_path) == []  # noqa: PTH208
