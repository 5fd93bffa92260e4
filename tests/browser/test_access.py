"""For everybody: by keyboard, by screen reader, on any width, and with nothing asked of anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.lab_page import LabPage
from browser.place import Place
from browser.pool import Pool
from browser.visits import Visits

AXE = Axe()
BELOW = {"include": [{"fromShadowDom": ["ls-lab", "ls-bottom"]}]}
WIDTHS = (320, 390, 768, 1280, 2560)
ROLES = "button|link|textbox|searchbox|slider|combobox|checkbox|radio|tab"
UNNAMED = re.compile(rf"^\s*- (?:{ROLES})(?![a-z]| \").*$", re.MULTILINE)
CONTROLS = """
    const deep = root =>
        [...root.querySelectorAll("*")].flatMap(it => [it, ...(it.shadowRoot ? deep(it.shadowRoot) : [])]);
    const active = () => {
        let it = document.activeElement;
        while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
        return it;
    };
    const name = it => it.ariaLabel || it.title || it.labels?.[0]?.textContent || it.textContent;
    const said = it => `${it.localName} ${name(it)}`.trim().replace(/\\s+/g, " ").slice(0, 60);
"""
REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex]"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_fault(visits: Visits, pool: Pool, scheme: str) -> None:
    page = LabPage(visits.visitor(color_scheme=scheme).new_page(), pool).open()
    page.advance("epoch", to=3)
    found = [f"lab: {fault}" for fault in faults(page.page)]
    for name in tabs(page):
        expect(page.tab(name)).not_to_contain_text("Loading …")
        found += [f"{name}: {fault}" for fault in faults(page.page, BELOW)]
    page.page.get_by_role("button", name="help").click()
    found += [f"help: {fault}" for fault in faults(page.page)]
    page.page.keyboard.press("Escape")
    page.page.get_by_role("link", name="Compare", exact=True).click()
    page.page.get_by_role("button", name="lr ÷ 10", exact=True).click()
    expect(page.page.get_by_role("region", name="experiment B", exact=True)).to_be_visible()
    page.advance("epoch", to=3)
    found += [f"compare: {fault}" for fault in faults(page.page)]
    page.page.get_by_role("link", name="Runs", exact=True).click()
    page.page.get_by_role("gridcell", name=page.experiment.name, exact=True).first.click()
    expect(page.page.get_by_role("textbox", name="Notes")).to_be_visible()
    found += [f"runs: {fault}" for fault in faults(page.page)]
    assert not found, "\n".join(found)


def test_every_request_goes_to_the_lab_itself(visits: Visits, page: LabPage, lab: Place) -> None:
    for name in tabs(page):
        expect(page.tab(name)).not_to_contain_text("Loading …")
    for name in ("Compare", "Runs"):
        page.page.get_by_role("link", name=name, exact=True).click()
        expect(page.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    assert len(visits.requests) > 20
    assert {url for url in visits.requests if not url.startswith((lab.origin, "data:", "blob:"))} == set()


def test_whoever_asks_elsewhere_or_fails_is_heard(visits: Visits, page: LabPage) -> None:
    page.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => { throw Error('by intent') }))")
    page.tab("Code")
    page.page.wait_for_function("new Promise(go => setTimeout(go))")
    assert any("Content Security Policy" in said for said in visits.complaints)
    assert any("by intent" in said for said in visits.complaints)
    visits.expected += ["Content Security Policy", "by intent", "127.0.0.1:9"]


def test_every_control_has_a_name_and_is_reached_by_tab(page: LabPage) -> None:
    page.advance("batch", to=1)
    assert UNNAMED.findall(page.page.locator("ls-lab").aria_snapshot()) == []
    tab = page.page
    count: int = tab.evaluate(f"""(() => {{ {CONTROLS}
        window.faint = [];
        window.wanted = new Set(deep(document).filter(it => it.matches("{REACHABLE}") && it.tabIndex >= 0
            && !it.disabled && it.checkVisibility({{ visibilityProperty: true }})));
        return wanted.size;
    }})()""")
    assert count > 30
    for _ in range(2 * count):
        tab.keyboard.press("Tab")
        left: int = tab.evaluate(f"""(() => {{ {CONTROLS}
            const it = active();
            if (wanted.delete(it) && getComputedStyle(it).outlineStyle === "none") faint.push(said(it));
            return wanted.size;
        }})()""")
        if not left:
            break
    assert tab.evaluate(f"(() => {{ {CONTROLS} return [...wanted].map(said); }})()") == [], "not reached by Tab"
    assert tab.evaluate("faint") == [], "reached, and nothing shows it"


def test_the_tour_comes_on_the_first_visit_and_can_be_skipped(visits: Visits, pool: Pool) -> None:
    page = LabPage(visits.visitor(tour=True).new_page(), pool).follow()
    tour = page.page.get_by_role("dialog", name="tour")
    expect(tour).to_contain_text("1 of 5")
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text("2 of 5")
    tour.get_by_role("button", name="Skip").click()
    expect(tour).to_have_count(0)
    page.page.reload()
    page.ready()
    expect(tour).to_have_count(0)
    page.page.get_by_role("button", name="help").click()
    page.page.get_by_role("button", name="Take the tour").click()
    for step in range(1, 5):
        expect(tour).to_contain_text(f"{step} of 5")
        page.page.keyboard.press("Enter")
    tour.get_by_role("button", name="Done").click()
    expect(tour).to_have_count(0)


def test_no_width_scrolls_sideways(page: LabPage) -> None:
    wide = overflowing(page.page, "lab")
    for name in ("Compare", "Runs"):
        page.page.get_by_role("link", name=name, exact=True).click()
        expect(page.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        wide += overflowing(page.page, name)
    assert wide == []


def overflowing(page: Page, view: str) -> list[str]:
    """Widths at which the page is wider than the window."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")
        needed: int = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{view} needs {needed} px of {width}")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def tabs(page: LabPage) -> list[str]:
    """Names of the views below the network."""
    return [text.strip() for text in page.page.get_by_role("tab").all_inner_texts()]


def faults(page: Page, context: dict[str, Any] | None = None) -> list[str]:
    """What axe-core calls serious or critical."""
    violations = AXE.run(page, context=context, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
