"""The lab's page as a person handles it: by names and keys, never by its code. Decides nothing of what is right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

SHOWN = re.compile(r"[\s,  ]")


@dataclass
class LabPage:
    """One page; every wait is for something seen on it."""

    page: Page
    url: str

    def open(self, what: str = "moons-mlp") -> LabPage:
        """The lab with a preset or a link; ready when its first surface could be drawn."""
        self.page.goto(f"{self.url}#x={what}")
        expect(self.button("play")).to_be_enabled()
        expect(self.page.locator("ls-output")).to_contain_text("loss")
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, key: str) -> None:
        """A key, pressed where nothing is being typed."""
        self.page.locator("ls-timeline h2").click()
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
        return self.page.locator("ls-transport dl > div", has_text=name).locator("dd")

    def reaches(self, step: int) -> None:
        """Wait until the step shown is at least `step`."""
        self.page.wait_for_function(
            "step => Number(document.querySelector('ls-lab').shadowRoot.querySelector('ls-transport').shadowRoot"
            ".querySelector('dl dd').textContent.replace(/\\D/g, '')) >= step",
            arg=step,
        )

    def stands_at(self, step: int) -> None:
        """Wait until exactly this step is shown."""
        expect(self.figure("step")).to_have_text(f"{step:,}")

    def advance(self, by: str) -> None:
        self.button(by).click()

    def seek(self, step: int) -> None:
        """Move the timeline's scrubber."""
        self.page.get_by_role("slider", name="Timeline").fill(str(step))
        self.stands_at(step)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()


def number(text: str) -> int:
    """A figure as the page writes it: 1,234."""
    return int(SHOWN.sub("", text) or 0)
