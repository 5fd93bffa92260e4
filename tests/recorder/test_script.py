"""A watched script behaves as under `python`: output, exit code, exceptions, arguments, `__main__`, Ctrl-C."""
# ruff: noqa: E501 - a script a line reads better than wrapped strings

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from loopscope.errors import UserMistake
from loopscope.recorder import run_script
from loopscope.runs import list_runs

WATCH = """
import sys
sys.excepthook = lambda *_: print("a command line's own words")
from loopscope.recorder import run_script
module, quiet, *rest = sys.argv[1:]
sys.exit(run_script(rest[0], rest[1:], module=module == "-m", quiet=quiet == "quiet"))
"""

TRAIN = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(32, 2)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
def train(steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (model(x) ** 2).mean()
        loss.backward()
        optimizer.step()
    return loss.item()
"""


@dataclass(frozen=True)
class Ended:
    """What a program said, and how it ended (negative: by that signal)."""

    code: int
    out: str
    err: str


class Folder:
    """A folder with scripts, and both ways to run one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environment = {**os.environ, "LOOPSCOPE_HOME": str(path / "home"), "OMP_NUM_THREADS": "1"}

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def start(self, command: list[str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.path, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8",
        )  # fmt: skip

    def python(self, *command: str, stdin: str = "") -> Ended:
        child = self.start(list(command))
        out, err = child.communicate(stdin, timeout=120)
        return Ended(child.returncode, out, err)

    def watch(self, *command: str, stdin: str = "", loud: bool = False) -> Ended:
        module = "-m" if command[0] == "-m" else "file"
        rest = command[1:] if module == "-m" else command
        return self.python("-c", WATCH, module, "loud" if loud else "quiet", *rest, stdin=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


SCRIPTS: dict[str, str] = {
    "arguments and paths": "import sys; print(sys.argv, __name__, __file__, sys.path[0]); print(sorted(globals()))",
    "main's attributes": "print(__doc__, __package__, __spec__, __annotations__, type(__loader__).__name__)",
    "unicode": "print('Verlust ↓ 損失 🙂'); import sys; print('é', file=sys.stderr)",
    "standard input": "import sys; print(input().upper(), sys.stdin.read())",
    "no line at the end": "import sys; sys.stdout.write('half a line')",
    "raises": "def f():\n    raise ValueError('broken')\n\ndef g():\n    f()\n\ng()",
    "raises from a cause": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "raises a group": "raise ExceptionGroup('many', [ValueError(1), TypeError(2)])",
    "syntax error": "print('never')\nif True\n    pass\n",
    "exit 3": "import sys; print('out'); sys.exit(3)",
    "exit with words": "import sys; sys.exit('that was it')",
    "exit with None": "raise SystemExit",
    "exit over 255": "import sys; sys.exit(259)",
    "exit at once": "import os, sys; print('said'); sys.stdout.flush(); os._exit(4)",
    "exit functions": "import atexit; atexit.register(print, 'bye'); atexit.register(print, 'first'); print('body')",
    "exit functions after an error": "import atexit; atexit.register(print, 'bye'); raise RuntimeError('x')",
    "own excepthook": "import sys; sys.excepthook = lambda *a: print('caught', a[0].__name__)\nraise ValueError",
    "threads outlive main": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()",
    "forks": "import os, sys\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('parent' if pid else 'child', flush=True)",
    "neighbour module": "import beside; print(beside.WORD, beside.__file__)",
    "pickles its classes": (
        "import pickle\nfrom dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n"
        "data = pickle.dumps(Point(3))\nprint(pickle.loads(data), b'__main__' in data)"
    ),
    "processes of its own": (
        "import multiprocessing as mp\ndef double(x): return 2 * x\n"
        "if __name__ == '__main__':\n    for how in ('spawn', 'fork'):\n"
        "        with mp.get_context(how).Pool(1) as pool: print(pool.map(double, [1, 2]))"
    ),
    "warnings": "import warnings; warnings.warn('old', DeprecationWarning); warnings.warn('odd')",
    "source of itself": "import inspect\ndef f(): pass\nprint(inspect.getsource(f))",
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_under_python(folder: Folder, name: str) -> None:
    folder.write("sub folder/script.py", SCRIPTS[name])
    folder.write("sub folder/beside.py", "WORD = 'found'")
    command = ("sub folder/script.py", "--lr", "0.1", "-m", "--help")
    plain = folder.python(*command, stdin="one\ntwo\n")
    assert folder.watch(*command, stdin="one\ntwo\n") == plain


TRAINING: dict[str, str] = {
    "trains": TRAIN + "print(train(3))",
    "fails in backward": TRAIN + "train(2)\ntorch.ones(1).backward()",
    "fails in forward": TRAIN + "train(2)\nmodel(torch.ones(3))",
    "fails in step": TRAIN + "train(1)\nmodel.weight.grad = None\noptimizer.param_groups[0]['lr'] = 'x'\ntrain(1)",
    "fails in an optimizer": TRAIN + "train(1)\ntorch.optim.SGD([])",
    "prints a traceback itself": TRAIN + "train(1)\nimport traceback\ntry:\n    torch.ones(1).backward()\nexcept RuntimeError:\n    traceback.print_exc()",
    "workers of a loader": TRAIN + (
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "for how in ('fork',):\n    loader = DataLoader(TensorDataset(x), 16, num_workers=1, multiprocessing_context=how)\n"
        "    print([len(b) for b, in loader], train(2))"
    ),
    "saves the whole model": TRAIN + (
        "import copy, io\ntrain(2)\nbuffer = io.BytesIO()\ntorch.save(model, buffer)\nprint(b'loopscope' in buffer.getvalue())\n"
        "buffer.seek(0)\nagain = torch.load(buffer, weights_only=False)\nprint(again(x).sum().item(), copy.deepcopy(model)(x).sum().item())"
    ),
    "sets threads before torch": "import os\nos.environ['OMP_NUM_THREADS'] = '3'\n" + TRAIN + "print(torch.get_num_threads(), train(1))",
    "trains in a thread": TRAIN + "import threading\nt = threading.Thread(target=lambda: print(train(5)))\nt.start()",
}  # fmt: skip


@pytest.mark.parametrize("name", TRAINING)
def test_training_as_under_python(folder: Folder, name: str) -> None:
    folder.write("train.py", TRAINING[name])
    plain = folder.python("train.py")
    assert folder.watch("train.py") == plain
    [run] = list_runs(folder.path / "home")
    assert run.steps >= 1
    assert run.name == "train"
    assert run.status == ("finished" if plain.code == 0 else "failed")
    assert run.series("samples_seen").values[0] == 32


def test_module_as_under_python(folder: Folder) -> None:
    folder.write("package/__init__.py", "")
    folder.write("package/beside.py", "WORD = 'found'")
    folder.write(
        "package/train.py",
        TRAIN + "import sys, argparse\nfrom .beside import WORD\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--steps', type=int)\nsteps = parser.parse_args().steps\n"
        "print(WORD, train(steps), __name__, __spec__.name, sys.argv, sys.path[0])\nraise OSError('late')",
    )
    command = ("-m", "package.train", "--steps", "4")
    plain = folder.python(*command)
    assert plain.code == 1 and "found" in plain.out
    assert folder.watch(*command) == plain
    assert [run.steps for run in list_runs(folder.path / "home")] == [4]


def test_module_that_argparse_refuses(folder: Folder) -> None:
    folder.write("tool.py", "import argparse\nargparse.ArgumentParser().parse_args()")
    assert folder.watch("-m", "tool", "--lr", "1") == folder.python("-m", "tool", "--lr", "1")
    assert folder.watch("tool.py", "--lr", "1") == folder.python("tool.py", "--lr", "1")


WAITING = "import atexit, signal\natexit.register(print, 'bye')\nprint('READY', flush=True)\nsignal.pause()"


def asleep(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("S")


def command_text(folder: Folder) -> str:
    return "".join(script.read_text() for script in folder.path.glob("*.py"))


def interrupted(folder: Folder, command: list[str]) -> Ended:
    child = folder.start(command)
    assert child.stdout is not None
    ready = child.stdout.readline()
    while "pause" in command_text(folder) and not asleep(child.pid):
        pass  # it was heard, but has not come to its last line yet
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    return Ended(child.returncode, ready + out, err)


def test_interrupt_as_under_python(folder: Folder) -> None:
    folder.write("wait.py", WAITING)
    plain = interrupted(folder, ["wait.py"])
    assert plain.code == -signal.SIGINT and "KeyboardInterrupt" in plain.err
    assert interrupted(folder, ["-c", WATCH, "file", "quiet", "wait.py"]) == plain


INTERRUPTS = {
    "in training": (TRAIN + "train(3)\n" + WAITING, "stopped"),
    "a text run as code at the end": ("import atexit; atexit.register(eval, '1 + 1')\n" + TRAIN + "train(3)\n" + WAITING, "stopped"),
    "code run at the end": ("import atexit; atexit.register(eval, compile('1 + 1', 'c', 'eval'))\n" + WAITING, None),
    "own words, from a text": ("import sys\ndef own(*a): exec('print(sorted(a[1:2], key=repr))')\nsys.excepthook = own\n" + WAITING, None),
    "caught": ("try:\n    " + WAITING.replace("\n", "\n    ") + "\nexcept KeyboardInterrupt:\n    print('caught')", None),
    "caught and exited": (TRAIN + "try:\n    train(1)\n    " + WAITING.replace("\n", "\n    ") + "\nexcept KeyboardInterrupt:\n    raise SystemExit(130)", "failed"),
}  # fmt: skip


@pytest.mark.parametrize("name", INTERRUPTS)
def test_interrupts_as_under_python(folder: Folder, name: str) -> None:
    """Python itself gives 1 once an exit function, such as torch's, has run code from a text: it forgets the signal."""
    text, status = INTERRUPTS[name]
    folder.write("wait.py", text)
    plain = interrupted(folder, ["wait.py"])
    assert interrupted(folder, ["-c", WATCH, "file", "quiet", "wait.py"]) == plain
    if status:
        assert [run.status for run in list_runs(folder.path / "home")] == [status]


def test_an_interrupted_module_as_under_python(folder: Folder) -> None:
    folder.write("wait.py", WAITING)
    plain = interrupted(folder, ["-m", "wait"])
    assert interrupted(folder, ["-c", WATCH, "-m", "quiet", "wait"]) == plain


def test_interrupt_within_a_step(folder: Folder) -> None:
    text = TRAIN + "train(2)\nprint('READY', flush=True)\nwhile True: train(1)"
    folder.write("endless.py", text)
    ended = interrupted(folder, ["-c", WATCH, "file", "quiet", "endless.py"])
    assert ended.code == interrupted(folder, ["endless.py"]).code
    assert "recorder" not in ended.err
    [run] = list_runs(folder.path / "home")
    assert run.status == "stopped" and run.reason == "interrupted by Ctrl-C"
    assert run.steps == len(run.series("loss"))


def test_one_line_says_where_the_record_is(folder: Folder) -> None:
    folder.write("train.py", TRAIN + "print(train(3))")
    ended = folder.watch("train.py", loud=True)
    [run] = list_runs(folder.path / "home")
    assert ended.err == f"loopscope: 3 steps of train recorded in home; see: loopscope show {run.id} --home home\n"
    assert ended.out == folder.python("train.py").out
    assert run.facts["script"] == "train.py" and run.facts["model"]["class"] == "Linear"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("print(1)", "the script did not import torch"),
        ("import torch", "no optimizer took a step, and no weights were changed after a backward"),
        (TRAIN + "(model(x) ** 2).mean().backward()", "no optimizer took a step, and no weights were changed after a backward"),
    ],
)  # fmt: skip
def test_a_script_without_steps_leaves_nothing_and_is_told_why(folder: Folder, text: str, why: str) -> None:
    folder.write("idle.py", text)
    assert folder.watch("idle.py", loud=True).err == f"loopscope: nothing was recorded: {why}\n"
    assert not (folder.path / "home").exists()


BREAKS = {
    "at the first step": ("import pathlib\npathlib.Path('home').mkdir()\n(pathlib.Path('home') / 'runs.db').write_text('no record')\n" + TRAIN, "nothing was recorded: see above"),
    "before any commit": (TRAIN + "import loopscope.store.ledger as l\ndef full(*_): raise OSError('full')\nl.Ledger.write = full\ntrain(3)", "no step was recorded: see above"),
    "after some": (
        TRAIN + "train(2)\nimport loopscope.store.ledger as l, loopscope.store.survival as s\n"
        "[each.commit() for each in s._watch.survivors]\ndef full(*_): raise OSError('full')\nl.Ledger.write = full\ntrain(3)",
        "only the first 2 steps of train recorded in home; see: loopscope show ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("when", BREAKS)
def test_a_recording_that_breaks_off_is_not_said_to_be_whole(folder: Folder, when: str) -> None:
    text, words = BREAKS[when]
    folder.write("train.py", text + "\ntrain(1)")
    broken, last = folder.watch("train.py", loud=True).err.splitlines()
    assert broken.startswith("loopscope: recording ends at step ")
    assert last.startswith(f"loopscope: {words}")


def test_status_and_reason_of_a_failure(folder: Folder) -> None:
    folder.write("train.py", TRAIN + "train(2)\nraise ValueError('no more data')")
    folder.watch("train.py")
    folder.write("exits.py", TRAIN + "train(2)\nraise SystemExit(3)")
    folder.watch("exits.py")
    runs = {run.name: (run.status, run.reason) for run in list_runs(folder.path / "home")}
    assert runs["train"] == ("failed", "ValueError: no more data")
    assert runs["exits"] == ("failed", "the script ended with code 3")


def test_a_script_that_changes_folder_is_recorded_at_home(folder: Folder) -> None:
    folder.environment.pop("LOOPSCOPE_HOME")
    folder.write("train.py", "import os\nos.mkdir('away')\nos.chdir('away')\n" + TRAIN + "train(2)")
    assert folder.watch("train.py").code == 0
    assert len(list_runs(folder.path / ".loopscope")) == 1
    assert not (folder.path / "away" / ".loopscope").exists()


def test_torch_is_not_loaded_before_the_script(folder: Folder) -> None:
    heavy = ("torch", "numpy", "pandas", "matplotlib", "sqlite3", "fastapi", "uvicorn", "rich")
    folder.write("light.py", f"import sys; print([name for name in {heavy} if name in sys.modules])")
    assert folder.watch("light.py").out == "[]\n"


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(UserMistake) as caught:
        call()
    return str(caught.value)


def test_no_such_script(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    assert refusal(lambda: run_script(str(tmp_path / "trian.py"), [])) == (
        f"script is '{tmp_path}/trian.py'; allowed a Python file that exists. Did you mean \"{tmp_path}/train.py\"?"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.ipynb", b"{}", "In a notebook, write: with loopscope.watch(model, optimizer):"),
        ("image.py", b"\x89PNG\0\0", "Its content is not Python."),
        ("data.csv", b"a,b\n1 2,3\n", "Its content is not Python."),
    ],
)
def test_not_python(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal(lambda: run_script(str(tmp_path / name), [])).endswith(words)


def test_a_folder_and_a_missing_module(tmp_path: Path) -> None:
    assert "try: loopscope watch -m" in refusal(lambda: run_script(str(tmp_path), []))
    assert "allowed a module that Python finds here" in refusal(lambda: run_script("no_such.thing", [], module=True))


def test_a_misspelt_instrument_is_refused_before_the_script_runs(tmp_path: Path) -> None:
    script = tmp_path / "never.py"
    script.write_text("raise AssertionError('must not run')")
    words = refusal(lambda: run_script(str(script), [], instruments=["gradient_nrom"]))
    assert 'Did you mean "gradient_norm"?' in words


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    script = tmp_path / "never.py"
    script.write_text("raise AssertionError('must not run')")
    assert "Try --home DIR" in refusal(lambda: run_script(str(script), [], home=script / "home"))
