"""One round of looking: every instrument that is due, before and after a step. Knows no instrument by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from .forward import sharing
from .instrument import Instrument, Reading
from .moment import Moment


def get_ready(instruments: Iterable[Instrument], moment: Moment, *, epoch_ended: bool = False) -> None:
    """Let the instruments that are due look right before the step `moment.step` is taken.

    `moment.step` is the number of that step, so that `look` after it finds the same ones due.
    """
    for instrument in instruments:
        if instrument.cadence.due(moment.step, epoch_ended) and instrument.applies(moment):
            instrument.ready(moment)


def look(
    instruments: Iterable[Instrument],
    moment: Moment,
    *,
    epoch_ended: bool = False,
    demanded: Collection[str] = (),
    on_error: Callable[[Instrument, Exception], None] | None = None,
) -> list[tuple[str, Reading]]:
    """Name and reading of every instrument that is due, or `demanded` by name, and applies; empty readings left out.

    An instrument that fails is handed to `on_error` with its error, and the others go on; else the error is raised.
    """
    due = [i for i in instruments if i.cadence.due(moment.step, epoch_ended) or i.name in demanded]
    if not due:
        return []
    with sharing(moment):
        return list(_readings(due, moment, on_error))


def _readings(
    due: list[Instrument], moment: Moment, on_error: Callable[[Instrument, Exception], None] | None
) -> Iterator[tuple[str, Reading]]:
    for instrument in due:
        try:
            reading = instrument.take(moment) if instrument.applies(moment) else None
        except Exception as error:
            if on_error is None:
                raise
            on_error(instrument, error)
            continue
        if reading is not None and not reading.empty:
            yield instrument.name, reading
