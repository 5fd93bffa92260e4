"""`python -m benchmarks`: measure what is claimed and report it. A goal that is missed is no failure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from loopscope.errors import UserMistake

from .claims import CLAIMS, chosen, measure
from .effort import Effort
from .report import as_json, as_table

BROKEN, MISTAKE = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 where everything was measured, whatever came out; 1 where something broke; 2 for a wrong name."""
    asked = _parser().parse_args(argv)
    try:
        claims = chosen(asked.claims)
    except UserMistake as mistake:
        sys.stderr.write(f"{mistake}\n")
        return MISTAKE
    with ExitStack() as single:
        _one_thread(single)
        figures = {}
        for claim in claims:
            sys.stderr.write(f"measuring {claim} …\n" if sys.stderr.isatty() else "")
            figures[claim] = measure(claim, Effort(asked.quick), sys.stderr.write)
    print(as_json(figures) if asked.json else as_table(figures))
    return BROKEN if any(each.estimate is None for some in figures.values() for each in some) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help=f"{', '.join(CLAIMS)}; all where none is given")
    parser.add_argument("--quick", action="store_true", help="a tenth of the time: does everything run?")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


def _one_thread(stack: ExitStack) -> None:
    """Torch, NumPy and scikit-learn on one thread each: so small a network is slower on more, and peers are alike."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    stack.enter_context(threadpool_limits(1))


if __name__ == "__main__":
    sys.exit(main())
