"""`watch`: the door for a loop in somebody's own code. Checks what it is given; hears and records nothing itself."""

from __future__ import annotations

import os
import sys
import time
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ..errors import mistake, unknown
from ..instruments import DEFAULT_WATCH, Instrument, make
from ..instruments.cadence import Cadence
from ..store import Series, new_run_id
from .endings import ending_of
from .modules import joined
from .output import Output, Sink, ToSink, ToStore
from .recording import Recording

if TYPE_CHECKING:
    from ..runs import Run

KEYWORDS = ("model", "optimizer", "name", "home", "instruments", "every", "sink")


def watch(
    model: nn.Module | Iterable[nn.Module] | None = None,
    optimizer: Optimizer | Iterable[Optimizer] | None = None,
    *,
    name: str | None = None,
    home: str | os.PathLike[str] | None = None,
    instruments: str | Iterable[str | Instrument] | Mapping[str, Cadence | str | int] | None = None,
    every: Cadence | str | int | None = None,
    sink: Sink | None = None,
    **unknown_keywords: Any,
) -> WatchedRun:
    """Record a training loop of your own, which stays as it is.

        with loopscope.watch(model, optimizer, name="my net") as run:
            for inputs, targets in loader:
                ...                            # your loop: zero_grad, forward, loss, backward, step
                run.log(accuracy=accuracy)     # if you like
        run.plot.loss()

    The loss is the scalar whose `backward` is called; several of them before one step (gradient accumulation) are
    averaged, and a `GradScaler`'s factor is left out. One whose gradients were thrown away (`zero_grad`) before any
    step is not counted; on an accelerator, where they were set to None, as is usual. A step is `optimizer.step()`; a
    skipped one is no step.

    The run's own steps are those of the first optimizer; a second one that trains other parameters appears as
    the series `optimizer2.loss` and `optimizer2.lr`. Loops that change their weights by hand, in place, are recorded
    with an unknown learning rate. What has no `backward` (`torch.autograd.grad`, `torch.func`) has a loss
    of NaN: `run.log(loss=…)` helps.

    Rows seen are counted by the first dimension of the model's first tensor argument.

    Passes (epochs) are counted by the DataLoader that was begun last before the first step: each time that it, or
    where it is gone a new one over the same data, is begun and a step follows. Without a DataLoader, steps that are
    all given the very same tensor are a pass each. Loaders begun under `torch.no_grad()` and other loaders are
    evaluations and count nothing. What cannot be told apart: an evaluation over the training loader itself that
    enters `no_grad` only inside its loop counts as a pass if training goes on within the same pass; a training that
    changes to another loader, while the first one is still there, stays in its last pass.

    Args:
        model: the module, or several. Without it, the one that holds the optimizer's parameters is found.
        optimizer: any of `torch.optim`, or several. Without it, whatever steps the model's parameters.
        name: what to call the run; the model's class where it is left out.
        home: folder of the record; `LOOPSCOPE_HOME`, or `.loopscope` here.
        instruments: names, or name → cadence. The usual ones need no forward pass, and leave readings out where a
            loop's steps are so short that they would slow it down noticeably; those named here do not.
        every: cadence of all of them, such as 10 (steps) or "log".
        sink: takes the events in place of the record on disk.

    Raises:
        UserMistake: for an argument that is not one of these.
        StoreError: where the record cannot be written.
    """
    if unknown_keywords:
        raise unknown("watch", next(iter(unknown_keywords)), KEYWORDS)
    modules, optimizers = _modules(model), _optimizers(optimizer)
    chosen = chosen_instruments(instruments, every)
    title = _title(name, modules)
    output = _output(home, sink)
    run = new_run_id(title, time.time(), os.urandom(3))
    whole = joined(modules) if modules else None
    facts = {"script": Path(sys.argv[0]).name} if sys.argv and sys.argv[0] not in ("", "-c", "-m") else {}
    thrifty = instruments is None and every is None
    recording = Recording(run, title, output, chosen, thrifty, model=whole, optimizers=optimizers, facts=facts)
    recording.meet_all()
    recording.begin()
    return WatchedRun(recording, output)


class WatchedRun:
    """A loop that is being recorded; afterwards, and for looks in between, a stored run like any other.

    Everything a stored run offers is here too: `run.series("loss")`, `run.plot.loss()`. Without `with`, call `close()`.
    """

    def __init__(self, recording: Recording, output: Output) -> None:
        self._recording = recording
        self._output = output
        self._let_go = weakref.finalize(self, _end_unattended, recording)

    @property
    def id(self) -> str:
        """The run's id in the record."""
        return self._recording.run

    @property
    def name(self) -> str:
        """What it is called."""
        return self._recording.name

    @property
    def step(self) -> int:
        """Optimizer steps so far."""
        return self._recording.step

    def log(self, name: str | Mapping[str, Any] | None = None, value: Any = None, /, **values: Any) -> None:
        """Record numbers or arrays of your own, at the step last taken.

        `run.log(accuracy=0.9)` or `run.log("accuracy", 0.9)`.

        They become the series `log.accuracy`, which `run.series("accuracy")` finds too. Raises `UserMistake` for what
        is neither a number, a tensor nor an array, and after the run has ended.
        """
        given = dict(name) if isinstance(name, Mapping) else {name: value} if name is not None else {}
        numbers, arrays = _sorted_by_kind({**given, **values})
        if self._recording.ended is not None:
            raise mistake("run.log", ", ".join(map(str, (*numbers, *arrays))), "calls before the watch ends")
        self._recording.log(numbers, arrays)

    def series(self, name: str, points: int | None = None) -> Series:
        """As `Run.series`, and by its plain name for what was logged."""
        run = self._stored()
        names = run.series_names()
        logged = f"log.{name}"
        return run.series(logged if name not in names and logged in names else name, points)

    def close(self) -> None:
        """End the recording; the loop may go on unwatched. A second call does nothing."""
        self._end(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(error)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._stored(), name)

    def __repr__(self) -> str:
        ended = self._recording.ended
        return f"<WatchedRun {self.id}: {self.step} steps, {'running' if ended is None else ended.status}>"

    def _end(self, error: BaseException | None) -> None:
        self._let_go.detach()
        self._recording.end(*ending_of(error))

    def _stored(self) -> Run:
        if not isinstance(self._output, ToStore):
            raise mistake("sink", "a function", "nothing, to have a record on disk", "Leave sink out of watch(…).")
        return self._output.run(self.id)


def _end_unattended(recording: Recording) -> None:
    """Nobody called `close()`: the handle is gone, or the process ends."""
    interactive = hasattr(sys, "ps1")  # there, the last error may be long past
    recording.end(*ending_of(None if interactive else getattr(sys, "last_value", None)))


def recording_of_all(
    name: str,
    home: Path,
    facts: dict[str, Any],
    *,
    instruments: Any = None,
    every: Any = None,
    sink: Sink | None = None,
) -> Recording:
    """A recording of whatever is trained in this process, for `loopscope watch`; on disk from the first step on."""
    output = ToSink(sink) if sink is not None else ToStore(home)
    run = new_run_id(name, time.time(), os.urandom(3))
    thrifty = instruments is None and every is None
    return Recording(run, name, output, chosen_instruments(instruments, every), thrifty, facts=facts)


def _output(home: str | os.PathLike[str] | None, sink: Sink | None) -> Output:
    if sink is not None:
        if not callable(sink):
            raise mistake("sink", sink, "a function of one event", "Leave it out to have a record on disk.")
        return ToSink(sink)
    from ..runs.home import home_folder

    record = ToStore(Path(home) if home is not None else home_folder())
    record.open()  # at once: a record that cannot be kept is no news for the end of a long loop
    return record


def _modules(given: Any) -> list[nn.Module]:
    each = _as_list(given)
    for one in each:
        if isinstance(one, Optimizer):
            raise mistake(
                "model",
                type(one).__name__,
                "a torch.nn.Module, or several",
                "The model comes first: watch(model, optimizer).",
            )
        if not isinstance(one, nn.Module):
            raise mistake("model", one, "a torch.nn.Module, or several", "Try watch(model, optimizer).")
    return each


def _optimizers(given: Any) -> tuple[Optimizer, ...]:
    each = _as_list(given)
    for one in each:
        inner = getattr(one, "optimizer", None)
        if not isinstance(one, Optimizer) and isinstance(inner, Optimizer):
            raise mistake(
                "optimizer", type(one).__name__, "an optimizer of torch.optim, or several", "Hand over its .optimizer."
            )
        if not isinstance(one, Optimizer):
            raise mistake(
                "optimizer",
                one,
                "an optimizer of torch.optim, or several",
                "Leave it out, and it is found by its steps.",
            )
    return tuple(each)


def _as_list(given: Any) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, Mapping):
        return list(given.values())
    several = isinstance(given, Iterable) and not isinstance(given, (str, bytes, nn.Module, Optimizer, Tensor))
    return list(given) if several else [given]


def chosen_instruments(wanted: Any, every: Cadence | str | int | None) -> list[Instrument]:
    """Instruments from names, with one cadence for all of them where `every` is given. Raises `UserMistake`."""
    if every is None:
        return make(DEFAULT_WATCH if wanted is None else wanted)
    names = DEFAULT_WATCH if wanted is None else (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if isinstance(wanted, Mapping) or not all(isinstance(name, str) for name in names):
        raise mistake("every", every, "nothing where instruments bring their own cadence", "Leave every out.")
    return make(dict.fromkeys(names, every))


def _title(name: Any, modules: list[nn.Module]) -> str:
    if name is not None and not isinstance(name, str):
        raise mistake("name", name, "a text", 'Try name="my run".')
    return name or " + ".join(type(getattr(module, "_orig_mod", module)).__name__ for module in modules) or "watched"


def _sorted_by_kind(values: Mapping[Any, Any]) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Numbers, and arrays; each tensor's value as it is now."""
    numbers: dict[str, float] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            raise mistake(
                "run.log", name, "a name and a value", 'Try run.log("accuracy", 0.9) or run.log(accuracy=0.9).'
            )
        try:
            array = _dense(value) if isinstance(value, Tensor) else np.array(value)
        except Exception as error:  # a tensor that has no values here, or none of this kind: no reason to end a loop
            why = str(error).partition("\n")[0]
            sys.stderr.write(f"loopscope: run.log({name}=…) is left out: {type(error).__name__}: {why}\n")
            continue
        if array.dtype.kind not in "biuf":
            raise mistake(
                f"run.log({name}=…)", value, "a number, a tensor or an array", "Log numbers; text has no curve."
            )
        if array.size == 1:
            numbers[name] = float(array.reshape(()))
        else:
            arrays[name] = array
    return numbers, arrays


def _dense(tensor: Tensor) -> np.ndarray:
    """A copy of any tensor: sparse, quantized, of a type that NumPy has not, or on a device."""
    plain = tensor.detach()
    if plain.is_quantized:
        plain = plain.dequantize()
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    plain = plain.to("cpu", copy=True)
    if plain.is_floating_point() and plain.dtype not in (torch.float16, torch.float32, torch.float64):
        plain = plain.float()  # bfloat16, and the types of eight bits
    return plain.resolve_conj().resolve_neg().numpy()
