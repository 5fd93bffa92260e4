"""The lab's page as a person handles it: by names and keys, never by its code. Decides nothing of what is right."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from browser.place import Place, small
from browser.pool import Pool
from loopscope.experiment import Experiment
from loopscope.runs import Run


@dataclass
class LabPage:
    """One page; every wait is for something seen on it."""

    page: Page
    pool: Pool
    experiment: Experiment = field(default_factory=small)

    @property
    def lab(self) -> Place:
        return self.pool.lab

    def open(self) -> LabPage:
        """The lab in a session that stands ready with the experiment."""
        self.page.goto(f"{self.lab.page}#session={self.pool.take(self.experiment)}")
        return self.ready()

    def follow(self, link: str = "") -> LabPage:
        """The lab by a link, or as `loopscope lab` opens it: in a session of its own."""
        self.page.goto(f"{self.lab.page}#e={link}" if link else self.lab.page)
        return self.ready()

    def ready(self) -> LabPage:
        """It could be played, and its loss is known."""
        expect(self.button("play")).to_be_enabled()
        expect(self.loss()).to_have_text(re.compile(r"\d"))
        return self

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, key: str) -> None:
        """A key, pressed where nothing is being typed."""
        self.page.get_by_role("heading", name="Timeline").click()
        self.page.keyboard.press(key)

    def play(self) -> None:
        self.button("play").click()
        expect(self.button("pause")).to_be_visible()

    def pause(self) -> int:
        """Pause, and the step at which it stands."""
        self.button("pause").click()
        expect(self.button("play")).to_be_visible()
        return self.step

    @property
    def step(self) -> int:
        return number(self.figure("step").inner_text())

    def figure(self, name: str) -> Locator:
        """One of the transport's figures: step, epoch, steps/s."""
        term = self.page.get_by_role("term").filter(has_text=re.compile(rf"^\s*{name}\s*$"))
        return term.locator("+ dd")

    def loss(self, side: str = "train") -> Locator:
        """The loss of the training or test rows, beside the output."""
        scores = self.page.locator("ls-scores").first
        return scores.get_by_role("row", name=re.compile(f"^{side} ")).get_by_role("cell").first

    def reaches(self, step: int) -> None:
        """Wait until the step shown is at least `step`."""
        shown = self.figure("step").element_handle()
        self.page.wait_for_function(
            "([shown, step]) => Number(shown.textContent.replace(/\\D/g, '')) >= step", arg=[shown, step]
        )

    def stands_at(self, step: int) -> None:
        """Wait until exactly this step is shown."""
        expect(self.figure("step")).to_have_text(f"{step:,}")

    def advance(self, by: str, to: int) -> None:
        """One phase, batch or epoch, and wait for the step that it leads to."""
        self.page.get_by_role("group", name="play and step").get_by_role("button", name=by, exact=True).click()
        self.stands_at(to)

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("slider", name="Timeline")

    def seek(self, step: int) -> None:
        """Move the timeline's scrubber."""
        self.timeline.fill(str(step))
        self.stands_at(step)

    def tab(self, name: str) -> Locator:
        """Open a view below the network; its panel."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        return self.page.get_by_role("tabpanel", name=name, exact=True)

    @property
    def told(self) -> Locator:
        """The line that says what a person should know now."""
        return self.page.locator("ls-notices").get_by_role("status")

    def write(self, name: str, value: str) -> None:
        """Write a value into a box and press Enter."""
        box = self.page.get_by_label(name, exact=True)
        box.fill(value)
        box.press("Enter")

    def leave(self) -> list[Run]:
        """Close the page and hand its session on; what was recorded of the experiment, the oldest first."""
        session = self.session
        self.page.close()
        self.pool.give(session)
        return self.lab.runs(self.experiment.name)

    def slow_down(self) -> None:
        """About a hundred steps a second, so that all of them are heard one by one."""
        self.page.get_by_role("slider", name=re.compile("^speed")).fill("132")
        expect(self.page.get_by_role("slider", name=re.compile(r"^speed: \d"))).to_be_visible()

    def curve(self) -> dict[int, float]:
        """The loss of each batch as the page has heard it: saved as a table from the loss chart."""
        panel = self.tab("Loss")
        panel.get_by_label("Save Loss", exact=True).click()
        with self.page.expect_download() as download:
            panel.get_by_role("button", name="CSV", exact=True).click()
        rows = csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines())
        return {int(row["step"]): float(row["batch"]) for row in rows if row["batch"]}

    @property
    def session(self) -> str:
        """The session's name, as the address has it."""
        return re.findall(r"session=([\w-]+)", self.page.url)[0]


def number(text: str) -> int:
    """A figure as the page writes it: 1,234."""
    return int(re.sub(r"\D", "", text) or 0)
