"""Run the cells of a post in a kernel of its own, and tell of each as it ends. Knows no page."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LoopscopeError
from .keeping import keep, kept
from .outputs import BUNDLE, bare
from .post import Cell, Post
from .surroundings import FOR_PAGE

if TYPE_CHECKING:
    from nbclient import NotebookClient

CELL_S = 120
START_S = 60
LEAST_S = 0.05
"""Code of a post that takes less trained nothing: a single step of the smallest model takes about a millisecond."""
IN_CELL = re.compile(r"Cell In\s*\[(\d+)\], line (\d+)")


class PostFailed(LoopscopeError):
    """A post that does not build: a cell that raises, a claim that no longer holds, nothing that was run or drawn."""

    exit_code = 1


@dataclass(frozen=True)
class Result:
    """What a cell showed (nbformat's outputs), how long it took, and in one sentence why it failed, where it did."""

    cell: int
    outputs: list[dict[str, Any]]
    seconds: float
    problem: str = ""


@dataclass
class Executed:
    """The results of a post, by number of the cell; as far as it has run."""

    post: Post
    results: dict[int, Result] = field(default_factory=dict[int, Result])

    @property
    def failure(self) -> Result | None:
        """The cell that ended it, if any did."""
        return next((result for result in self.results.values() if result.problem), None)

    @property
    def complete(self) -> bool:
        """Whether every cell has run."""
        return len(self.results) == len(self.post.code) and self.failure is None

    @property
    def seconds(self) -> float:
        """What all cells took together."""
        return sum(result.seconds for result in self.results.values())

    def shortcomings(self) -> list[str]:
        """Why it must not be published, each in one sentence: a cell failed, no code took time, a figure shows none."""
        if self.failure:
            return [self.failure.problem]
        post, name = self.post, self.post.path
        if not self.complete:
            return [f"{name}: {len(self.results)} of {len(post.code)} cells have run."]
        worked = sum(self.results[cell.number].seconds for cell in post.code if cell.kind != "setup")
        figures = [cell for cell in post.code if cell.kind == "figure"]
        return [
            *(
                [f"{name}: its code took {worked:.3f} s; a post that trains nothing shows nothing."]
                if worked < LEAST_S
                else []
            ),
            *([f"{name}: no cell is tagged figure; a post shows one at least."] if not figures else []),
            *(
                f"{where(post, cell)} is tagged figure and shows none: let its last line be the figure."
                for cell in figures
                if not any(_is_picture(output) for output in self.results[cell.number].outputs)
            ),
        ]

    def insist(self) -> Executed:
        """Raise `PostFailed` where it must not be published."""
        if found := self.shortcomings():
            raise PostFailed("\n".join(found))
        return self


def execute(
    post: Post,
    cache: Path | None = None,
    heard: Callable[[Result], object] | None = None,
    fresh: bool = False,
) -> Executed:
    """As `executing`, from plain code; `heard` is told of each cell."""

    async def all_of_them() -> Executed:
        executed = Executed(post)
        async with contextlib.aclosing(executing(post, cache, fresh)) as results:
            async for result in results:
                executed.results[result.cell] = result
                if heard:
                    heard(result)
        return executed

    return _in_a_loop_of_its_own(all_of_them)


async def executing(post: Post, cache: Path | None = None, fresh: bool = False) -> AsyncGenerator[Result]:
    """Run a post's cells one after another and give each one's result as it ends.

    What `cache` (a folder) holds for the same code and the same versions is given at once, unless it is to be `fresh`;
    what ran to its end is kept there. A cell that fails is the last one given, its `problem` one sentence. Close what
    is left of it to end the kernel at once.
    """
    known = None if fresh or cache is None else kept(cache, post)
    if known is not None:
        for cell, outputs, seconds in known:
            yield Result(cell, outputs, seconds)
        return
    results: list[Result] = []
    async with contextlib.aclosing(_run(post)) as running:
        async for result in running:
            results.append(result)
            yield result
    if cache is not None and len(results) == len(post.code) and not any(result.problem for result in results):
        keep(cache, post, [(result.cell, result.outputs, result.seconds) for result in results])


def executed_before(post: Post, cache: Path) -> Executed | None:
    """What the cache holds of it, or None."""
    known = kept(cache, post)
    return None if known is None else Executed(post, {cell: Result(cell, outs, s) for cell, outs, s in known})


def where(post: Post, cell: Cell) -> str:
    """`2.1-…/post.md, cell 3 (line 48)`."""
    return f"{post.folder.name}/{post.path.name}, cell {cell.number} (line {cell.line})"


async def _run(post: Post) -> AsyncGenerator[Result]:
    if not post.code:
        return
    with tempfile.TemporaryDirectory(prefix="loopscope-post-", ignore_cleanup_errors=True) as folder:
        async with kernel_of(post, Path(folder)) as client:
            for cell in post.code:
                result = await run_cell(client, post, cell)
                yield result
                if result.problem:
                    return


@contextlib.asynccontextmanager
async def kernel_of(post: Post, folder: Path) -> AsyncIterator[NotebookClient]:
    """A kernel of this very Python, in an empty folder. Not by nbclient's own context: it takes Ctrl-C for itself."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    work = folder / "work"
    work.mkdir()
    transport: dict[str, Any] = {"transport": "ipc", "ip": str(folder / "k")} if os.name == "posix" else {}
    manager = AsyncKernelManager(**transport)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
    manager._kernel_spec = KernelSpec(
        argv=argv, display_name="post", language="python"
    )  # not what python3 means to the user
    client = NotebookClient(
        notebook_of(post), timeout=CELL_S, startup_timeout=START_S, km=manager, allow_errors=True, iopub_timeout=10
    )
    try:
        await client.async_start_new_kernel(cwd=str(work), env=_environment(folder))
        await client.async_start_new_kernel_client()
        yield client
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)


def notebook_of(post: Post) -> Any:
    """Its code, cell by cell."""
    from nbformat.v4 import new_code_cell, new_notebook

    return new_notebook(cells=[new_code_cell(cell.source) for cell in post.code])


def _environment(folder: Path) -> dict[str, str]:
    """One torch thread, no record at home, nothing of the reader's own IPython."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "LOOPSCOPE_HOME": str(folder / "home"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        FOR_PAGE: "1",
    }


async def run_cell(client: NotebookClient, post: Post, cell: Cell) -> Result:
    """Run one cell of the client's notebook, which is the post's."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    begun = time.perf_counter()
    try:
        ran = await client.async_execute_cell(client.nb.cells[cell.number - 1], cell.number - 1)
        problem = _problem(post, cell, ran.outputs, ran.execution_count or cell.number)
        outputs = [bare(output) for output in ran.outputs]
    except CellTimeoutError:
        outputs, problem = [], f"{where(post, cell)} took more than {CELL_S} s."
    except (DeadKernelError, RuntimeError) as error:
        said = "" if isinstance(error, DeadKernelError) else f" ({error})"
        outputs, problem = [], f"{where(post, cell)} ended Python{said}: does it call exit, or ask for too much memory?"
    timing = client.nb.cells[cell.number - 1].metadata.get("execution", {})
    return Result(cell.number, outputs, _seconds(timing, time.perf_counter() - begun), problem)


def _seconds(timing: Mapping[str, str], waited: float) -> float:
    """What the kernel took by its own clock, without the wait for its messages."""
    begun, ended = (timing.get(f"iopub.{moment}", "") for moment in ("execute_input", "status.idle"))
    return (
        (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds() if begun and ended else waited
    )


def _problem(post: Post, cell: Cell, outputs: Sequence[Any], run: int) -> str:
    """The error of a cell in one sentence, with the line of the file where it was raised."""
    error = next((output for output in outputs if output.output_type == "error"), None)
    if error is None:
        return ""
    line = cell.line + _line_within(error.traceback, run) - 1
    at = f"{post.folder.name}/{post.path.name}, cell {cell.number}, line {line}"
    said = " ".join(f"{error.ename}: {error.evalue}".split()).removesuffix(":")
    if cell.kind == "claim":
        return f"{at}: the claim “{cell.says or cell.source.splitlines()[0]}” does not hold: {said}"
    return f"{at}: {said}"


def _line_within(traceback: Sequence[str], run: int) -> int:
    """The last line of this cell that the traceback names, else the first. `run`: the kernel's count."""
    from nbconvert.filters import strip_ansi

    told = IN_CELL.findall(strip_ansi("\n".join(traceback)))
    return next((int(line) for cell, line in reversed(told) if int(cell) == run), 1)


def _is_picture(output: Any) -> bool:
    data = output.get("data", {})
    return BUNDLE in data or any(kind.startswith("image/") for kind in data)


def _in_a_loop_of_its_own(work: Callable[[], Any]) -> Any:
    """Run it also where a loop runs already, as in a notebook: in a thread then."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    answer: list[Any] = []
    failed: list[BaseException] = []

    def there() -> None:
        try:
            answer.append(asyncio.run(work()))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=there)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return answer[0]
