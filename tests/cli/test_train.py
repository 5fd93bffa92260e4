"""`loopscope train`: what is shown, what is recorded, what it answers with."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loopscope import engines
from loopscope.events import Event, StepEnded
from loopscope.experiment import load, with_settings
from loopscope.runs import list_runs, open_run

from .conftest import QUICK, Typed, program


def test_tells_title_ending_curve_figures_record_and_what_next(typed: Typed) -> None:
    answer = typed("train", "moons-mlp", *QUICK)
    run = open_run("last")
    assert answer.code == 0
    title = answer.out.splitlines()[0]
    assert title.startswith("moons-mlp · moons · 280 train + 120 test rows · 2 features · mlp 16")
    assert "adam lr 0.03" in answer.out and "cpu (asked for)" in answer.out
    assert "finished: all 12 steps taken" in answer.out
    assert "┤" in answer.out and "accuracy" in answer.out
    assert run.id in answer.out and ".loopscope/runs.db" in answer.out
    end = run.id.rpartition("-")[2]
    assert answer.out.rstrip().splitlines()[-2:] == [
        f"next  loopscope show {end}",
        f"      loopscope export {end} --to script",
    ]


def test_on_a_pipe_there_is_no_escape_code_and_no_live_line(typed: Typed) -> None:
    answer = typed("train", "line", *QUICK)
    assert "\x1b" not in answer.out
    assert answer.err == ""
    assert max(map(len, answer.out.splitlines())) <= 80


def test_json_is_one_document(typed: Typed) -> None:
    answer = typed("train", "moons-mlp", *QUICK, "--json")
    found = answer.document
    assert answer.code == 0 and answer.err == ""
    assert found["run"] == open_run("last").id
    assert (found["status"], found["steps"]) == ("finished", 12)
    assert found["seconds"] > 0
    assert set(found["train"]) == set(found["test"]) == {"loss", "accuracy"}


def test_quiet_says_nothing(typed: Typed) -> None:
    answer = typed("train", "line", *QUICK, "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert len(list_runs()) == 1


def test_without_what_it_lists_the_presets(typed: Typed) -> None:
    answer = typed("train")
    assert answer.code == 0
    assert "breast-cancer" in answer.out and "moons-mlp" in answer.out
    assert {"name", "summary"} == set(typed("train", "--json").document["presets"][0])


def test_an_unknown_preset_is_answered_with_the_nearest_and_the_list(typed: Typed) -> None:
    answer = typed("train", "moons-mpl")
    assert answer.code == 2 and answer.out == ""
    assert 'Did you mean "moons-mlp"?' in answer.err.splitlines()[-1]
    assert any(line.startswith("circles ") for line in answer.err.splitlines())


def test_a_table_is_told_of_before_it_is_learned_from(typed: Typed) -> None:
    rows = "\n".join(f"{i},{['red', 'blue'][i % 2]},{i * 2}" for i in range(40))
    Path("my.csv").write_text(f"size,colour,price\n{rows}\n", encoding="utf-8")
    answer = typed("train", "my.csv", "--target", "price", *QUICK)
    assert answer.code == 0
    assert "colour" in answer.out and "price" in answer.out
    assert "R²" in answer.out


def test_name_home_and_instruments(typed: Typed) -> None:
    asked = ("--name", "mine", "--home", "there", "--instruments", "loss:1,weights:4")
    answer = typed("train", "line", *QUICK, *asked)
    run = open_run("mine", home="there")
    assert sorted(set(run.instruments()) - {"data"}) == ["loss", "weights"]
    assert len(run.series("loss.train")) == 13
    assert answer.out.rstrip().endswith("--to script --home there")
    assert not Path(".loopscope").exists()


def test_no_instruments_still_give_a_loss(typed: Typed) -> None:
    found = typed("train", "line", *QUICK, "--instruments", "none", "--json").document
    assert set(found["train"]) == {"loss"} and found["test"] == {}


def test_divergence_names_tensor_and_step_and_what_to_try(typed: Typed) -> None:
    answer = typed("train", "line", "--set", "training.lr=1e9")
    assert answer.code == 1
    assert "diverged: loss became inf in step" in answer.out
    assert "Try --set training.lr=1e+08 or --set training.clip_norm=1" in answer.out
    assert "not finite" in answer.out or "inf" in answer.out


def test_a_diverged_run_is_still_valid_json(typed: Typed) -> None:
    answer = typed("train", "line", "--set", "training.lr=1e9", "--json")
    assert answer.code == 1
    assert answer.document["status"] == "diverged"
    assert "step" in answer.document["reason"]


def test_ctrl_c_stops_records_and_sums_up() -> None:
    with on_terminal("train", "line", "--set", "training.steps=100000000") as (process, screen):
        drawn = ""
        while " loss " not in drawn:
            drawn += os.read(screen, 4096).decode()
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        out = process.stdout.read()
    assert process.returncode == 130
    assert "stopped: interrupted after step" in out and "next  loopscope train --resume" in out
    assert open_run("last").status == "stopped"


def test_resume_goes_on_and_sums_up_the_whole_run(typed: Typed) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, StepEnded) and event.step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engines.train(with_settings(load("line"), ["training.steps=12"]), on_event=interrupt)
    assert open_run("last").steps == 5
    answer = typed("train", "--resume", "last")
    assert answer.code == 0 and "finished: all 12 steps taken" in answer.out and "line ·" in answer.out
    (run,) = list_runs()
    assert run.steps == 12


def test_resume_changes_no_setting_and_takes_no_run_that_has_ended(typed: Typed) -> None:
    typed("train", "line", *QUICK)
    both = typed("train", "--resume", "last", "--set", "training.lr=1")
    assert both.code == 2 and "--set" in both.err and "changes no setting" in both.err
    done = typed("train", "--resume", "last")
    assert done.code == 2 and "cut short" in done.err and "training.steps" in done.err
    none = typed("train", "--resume", "nobody")
    assert none.code == 2 and "nobody" in none.err


def test_on_a_terminal_one_line_is_drawn_over() -> None:
    drawn = b""
    with on_terminal("train", "line", "--quiet", "--set", "training.steps=3000") as (process, screen):
        try:
            while more := os.read(screen, 4096):
                drawn += more
        except OSError:  # how Linux says that the other end is closed
            pass
    assert process.returncode == 0
    text = drawn.decode()
    assert "loading PyTorch" in text and "/3,000" in text and "steps/s" in text and "left" in text
    assert "\n" not in text
    assert text.endswith("\r")


@contextmanager
def on_terminal(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The program with a terminal for its stderr, of which the other end is handed out."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "loopscope", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True, env=env) as process:
        os.close(theirs)
        yield process, ours
    os.close(ours)


def test_a_reader_that_leaves_does_not_stop_the_training() -> None:
    words = f"{sys.executable} -m loopscope train line --set training.steps=12 | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""
    assert open_run("last").status == "finished"


def test_a_reader_that_never_was_does_not_stop_it_either() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "loopscope", "train", "line", *QUICK]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert open_run("last").status == "finished"


def test_ctrl_c_before_the_record_has_begun_is_only_an_interrupt(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engines, "train", interrupted)
    answer = typed("train", "line")
    assert (answer.code, answer.out, answer.err) == (130, "", "")


def test_where_braille_cannot_be_written_the_plot_is_plain() -> None:
    done = program("train", "line", *QUICK, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.isascii()
    assert "*" in done.stdout and "line - 140 train" in done.stdout


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_it_fits_the_terminal(columns: str, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = typed("train", "moons-mlp", *QUICK).out.splitlines()
    may_be_longer = ("run   ", "next  ", "      loopscope")  # whole, to be copied
    assert all(len(line) <= int(columns) for line in lines if not line.startswith(may_be_longer))
