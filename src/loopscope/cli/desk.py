"""What is printed at the author's desk: remarks, what was laid out, which cells were run. Finds nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import screen

if TYPE_CHECKING:
    from ..course.desk.begin import Begun
    from ..course.desk.remark import Remark
    from ..course.post import Post
    from ..course.series import Series


def told(post: Post, series: Series | None, remarks: Sequence[Remark], ran: bool) -> None:
    """Each remark as compilers have them, so that editors find the line; then how many."""
    out = screen.console()
    path = near(post.path)
    for each in remarks:
        out.print(f"{path}:{each.line}: [{each.rule}] {each.says}", markup=False, highlight=False, soft_wrap=True)
    if remarks:
        out.print(f"{screen.count(len(remarks), 'remark')}.")
    else:
        done = "Read and run: nothing to mend." if ran else "Read, and not run: nothing to mend."
        out.print(f"{path}: {done}", markup=False, soft_wrap=True)
    if series is None:
        out.print("It lies in no series: structure, length, terms and other posts were not looked at.", style="dim")


def begun(laid: Begun, written: Sequence[Path], series: Path) -> None:
    """After `new`: what was written, and what comes next."""
    out = screen.console()
    for path in written:
        out.print(f"wrote {near(path)}", markup=False, highlight=False, soft_wrap=True)
    post = str(near(laid.folder / "post.md"))
    names = [Path(path).parts[1] for path in laid.files if path.startswith("exercises/")]
    proof = [("exercises", "dev", "check", f"{laid.number}/{names[0]}", "--series", str(near(series)))] if names else []
    screen.next_commands(out, ("post", "preview", post), ("post", "check", post, "--fast"), *proof)


def near(path: Path) -> Path:
    """As one would type it here."""
    here = Path.cwd().resolve()
    full = path.resolve()
    return full.relative_to(here) if full.is_relative_to(here) else full
