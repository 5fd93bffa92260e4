"""Take the script of a run away: it runs anywhere and says the page's own losses, bit for bit."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.lab_page import LabPage


@pytest.mark.parametrize("settings", [("training.epochs=2",)])
def test_the_downloaded_script_gives_the_runs_losses(page: LabPage, tmp_path: Path) -> None:
    page.advance("epoch", to=3)
    page.advance("epoch", to=6)
    panel = page.tab("Code")
    expect(panel).to_contain_text("optimizer.zero_grad()")
    with page.page.expect_download() as download:
        panel.get_by_role("button", name=".py", exact=True).click()
    assert download.value.suggested_filename.endswith(".py")
    script = tmp_path / "empty" / download.value.suggested_filename
    download.value.save_as(script)
    told = subprocess.run([sys.executable, script.name], cwd=script.parent, check=True, capture_output=True, text=True)
    said = {int(step): float(loss) for step, loss in re.findall(r"^step (\d+) loss (\S+)$", told.stdout, re.MULTILINE)}
    [run] = page.leave()
    assert sorted(said) == [1, 2, 3, 4, 5, 6]
    assert said == page.lab.losses(run)


def test_the_code_changes_as_a_control_does(page: LabPage) -> None:
    panel = page.tab("Code")
    expect(panel).to_contain_text("lr=0.03")
    page.write("learning rate, exactly", "0.007")
    expect(panel).to_contain_text("lr=0.007")
