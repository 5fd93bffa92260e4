"""Python processes in which a reader's cells run, one a page: started, bounded, ended. Knows no post and no socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course.surroundings import FOR_PAGE
from . import memory
from .settings import MB, Limits

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.manager import AsyncKernelManager

Message = Mapping[str, Any]
Hear = Callable[[str, Message], Awaitable[None]]
"""Given each message's type and content, as Jupyter's protocol has them."""

IPYKERNEL = (
    *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
    "--HistoryManager.enabled=False",
)
"""This very Python, whatever the reader's Jupyter calls python3."""
WATCH_EVERY_S = 0.25
PATIENCE_S = 5.0
"""How long code that was interrupted may take to stop."""
SHOWN = ("stream", "display_data", "execute_result", "error", "clear_output")
BOUNDS = """
def _bound():
    import os, resource
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = {most} if hard == resource.RLIM_INFINITY else min({most}, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
try:
    _bound()
except (ImportError, OSError, ValueError):
    pass
del _bound
"""
"""So that too large an array is a MemoryError in its line, and not the end of the process."""
ENDED_FOR_ANOTHER = "Python of this page was ended, as cells run on another page. Run a cell to begin anew."


class KernelGone(Exception):
    """The process has ended; its words say why."""


class Kernel:
    """One process, from its start to its end."""

    def __init__(self, limits: Limits, home: Path) -> None:
        self._limits, self._home = limits, home
        self._manager: AsyncKernelManager | None = None
        self._client: AsyncKernelClient | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._interrupted_at: float | None = None
        self._begun_at: float | None = None
        self.pid: int | None = None
        self.why_interrupted = ""
        """why the last run was interrupted by us, in a sentence; empty where it was not"""

    @property
    def alive(self) -> bool:
        return self._client is not None and not self._gone.done()

    @property
    def busy(self) -> bool:
        return self._begun_at is not None

    async def start(self) -> None:
        """Until it can be asked to run something. Raises `KernelGone`."""
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager

        self._folder = tempfile.TemporaryDirectory(prefix="loopscope-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        (folder / "work").mkdir()
        self._manager = manager = AsyncKernelManager(**_transport(folder))
        manager._kernel_spec = KernelSpec(argv=[*IPYKERNEL], display_name="post", language="python")
        try:
            async with asyncio.timeout(self._limits.kernel_start_s):
                await manager.start_kernel(cwd=str(folder / "work"), env=_environment(folder, self._home))
                self.pid = getattr(manager.provisioner, "pid", None)
                self._watching = asyncio.create_task(self._watch())
                self._client = client = manager.client()
                client.start_channels()
                await client.wait_for_ready(timeout=self._limits.kernel_start_s)
        except (TimeoutError, RuntimeError, OSError) as error:
            why = self._reason() or f"Python did not start within {self._limits.kernel_start_s:g} s ({error})."
            await self.end(why)
            raise KernelGone(why) from None
        await self.run(BOUNDS.format(most=self._limits.kernel_memory_mb * MB), _unheard)

    async def run(self, code: str, hear: Hear) -> bool:
        """Run code and tell of what it shows; whether it came to its end. Raises `KernelGone`."""
        client = self._client
        if client is None or self._gone.done():
            raise KernelGone(self._reason())
        self.why_interrupted, self._interrupted_at = "", None
        self._begun_at = _now()
        try:
            return await self._hear_of(client.execute(code, store_history=False, allow_stdin=False), client, hear)
        finally:
            self._begun_at = self._interrupted_at = None

    async def interrupt(self, why: str = "") -> None:
        """As Ctrl-C would."""
        if self._manager is not None and self.alive and self._begun_at is not None:
            self.why_interrupted, self._interrupted_at = why, _now()
            await self._manager.interrupt_kernel()

    async def end(self, why: str = "It was ended.") -> None:
        """At once, with everything that it has started."""
        self._go(why)
        if self._watching is not None and self._watching is not asyncio.current_task():
            self._watching.cancel()
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None:
            kill_group(self.pid)
            with contextlib.suppress(Exception):  # whatever is left of it has been killed
                await self._manager.shutdown_kernel(now=True)
            self._manager = None
        if self._folder is not None:
            await asyncio.to_thread(self._folder.cleanup)
            self._folder = None

    async def _hear_of(self, asked: str, client: AsyncKernelClient, hear: Hear) -> bool:
        """Until all that was shown by what was asked has been told."""
        ok = True
        while True:
            kind, content = await self._next(asked, client)
            if kind == "status" and content["execution_state"] == "idle":
                return ok
            ok = ok and kind != "error"
            if kind in SHOWN:
                await hear(kind, content)

    async def _next(self, asked: str, client: AsyncKernelClient) -> tuple[str, Message]:
        while True:
            coming = asyncio.ensure_future(client.get_iopub_msg(timeout=None))
            await asyncio.wait((coming, self._gone), return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                raise KernelGone(self._reason())
            message: dict[str, Any] = coming.result()
            if message["parent_header"].get("msg_id") == asked:
                return message["msg_type"], message["content"]

    async def _watch(self) -> None:
        """Its life, its memory and its time."""
        while not self._gone.done():
            await asyncio.sleep(WATCH_EVERY_S)
            manager = self._manager
            if manager is None:
                return
            if not await manager.is_alive():
                self._go("Python ended by itself: did the code call exit, or ask for more memory than there is?")
                kill_group(self.pid)  # what it has started
            await self._check_memory()
            await self._check_time()

    async def _check_memory(self) -> None:
        used, most = None if self.pid is None else await memory.resident_mb(self.pid), self._limits.kernel_memory_mb
        if used is not None and used > most:
            self._kill(f"Python needed {used:,.0f} MB of memory and was ended; allowed {most:,} MB.")

    async def _check_time(self) -> None:
        now, most = _now(), self._limits.kernel_cell_s
        if self._interrupted_at is not None and now - self._interrupted_at > PATIENCE_S:
            self._kill("The code did not stop when it was interrupted, so Python was ended.")
        elif self._begun_at is not None and self._interrupted_at is None and now - self._begun_at > most:
            await self.interrupt(f"It took more than {most:g} s and was interrupted.")

    def _kill(self, why: str) -> None:
        self._go(why)
        kill_group(self.pid)

    def _go(self, why: str) -> None:
        if not self._gone.done():
            self._gone.set_result(why)

    def _reason(self) -> str:
        return self._gone.result() if self._gone.done() else ""


class Kernels:
    """All kernels of a server: no more than a few, the one idle for longest goes first."""

    def __init__(self, limits: Limits, home: Path) -> None:
        self._limits, self._home = limits, home
        self._used: list[Kernel] = []  # the one used last stands last
        self._closed = False

    async def start(self) -> Kernel:
        """A new one. Raises `KernelGone` where it does not start."""
        assert not self._closed, "no kernel is asked for after the end"
        self._used = [each for each in self._used if each.alive]
        while len(self._used) >= self._limits.kernels:
            await self._end_one()
        kernel = Kernel(self._limits, self._home)
        self._used.append(kernel)
        try:
            await kernel.start()
        except BaseException:
            await kernel.end()
            raise
        return kernel

    def used(self, kernel: Kernel) -> None:
        """It is needed now."""
        if kernel in self._used:
            self._used.remove(kernel)
            self._used.append(kernel)

    async def end(self, kernel: Kernel) -> None:
        """Its page has gone."""
        if kernel in self._used:
            self._used.remove(kernel)
        await kernel.end()

    async def _end_one(self) -> None:
        """Of those that run nothing, where there are such, the one idle for longest."""
        least = next((each for each in self._used if not each.busy), self._used[0])
        self._used.remove(least)
        await least.end(ENDED_FOR_ANOTHER)

    async def close(self) -> None:
        """End all."""
        self._closed = True
        await asyncio.gather(*(each.end() for each in self._used))


def kill_group(pid: int | None) -> None:
    """A kernel leads a group of processes, which all that it starts belong to."""
    if pid is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def _transport(folder: Path) -> dict[str, Any]:
    """Through a folder of one's own where there is such a way: at a port anyone on the machine could listen."""
    connection = {"connection_file": str(folder / "kernel.json")}
    if os.name == "nt":
        return connection
    return {**connection, "transport": "ipc", "ip": str(folder / "k")}


def _environment(folder: Path, home: Path) -> dict[str, str]:
    """Without the token, without the reader's own IPython profile, and one thread for PyTorch beside the lab's."""
    inherited = {name: value for name, value in os.environ.items() if name != "LOOPSCOPE_TOKEN"}
    paths = filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])
    return {
        **inherited,
        FOR_PAGE: "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "LOOPSCOPE_HOME": str(home),
        "MKL_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONPATH": os.pathsep.join(paths),
    }


async def _unheard(kind: str, content: Message) -> None: ...


def _now() -> float:
    return asyncio.get_running_loop().time()
