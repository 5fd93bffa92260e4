"""A reader of the real series: 2.1 from the home page on, in one sitting, and what is read there for everybody."""

from __future__ import annotations

import io
import json
import re
import zipfile

from playwright.sync_api import Locator, Page, Response, expect

from browser.place import Place
from browser.test_access import faults
from browser.test_post import run, write
from browser.visits import Visits
from loopscope.runs import Run
from loopscope.server.settings import SERIES

EXECUTED_MS = 150_000
"""2.1 trains over a hundred networks: 20 s on two idle cores; a busy machine takes its time."""
TITLE = "From Linear to Nonlinear: Why Neural Networks?"
COLLAPSE = SERIES / "2.1-from-linear-to-nonlinear" / "exercises" / "collapse"
LOSSES = re.compile(r"loss (\d\.\d+)")


def test_one_reads_2_1_as_it_is_meant(visits: Visits, lab: Place) -> None:
    post = comes_from_the_home_page(visits.visitor().new_page(), lab)
    plays_the_first_figure_and_changes_its_width(post, lab)
    changes_the_activation_in_the_code_and_trains_again(post)
    fails_an_exercise_takes_a_hint_passes_and_sees_the_solution(post)
    takes_the_post_away(post)
    asks_a_question_and_is_led_to_its_answer(post)


def test_what_one_reads_has_no_serious_fault_by_day_or_night(visits: Visits, lab: Place) -> None:
    page = visits.visitor().new_page()
    page.goto(lab.url)
    found: list[str] = []
    for name in ("2.1", "2.2", "glossary"):
        page.goto(f"{lab.origin}/{name}.html")
        executed(page)
        for figure in page.locator("ls-scope, ls-chain-rule, ls-architecture").all():
            figure.scroll_into_view_if_needed()
            expect(figure.locator("img")).not_to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{name}, {scheme}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)


def comes_from_the_home_page(page: Page, lab: Place) -> Page:
    """And reads on while the outputs come."""
    page.goto(lab.url)
    page.get_by_role("link", name="Go on with 2.1").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="The idea in plain words")).to_be_visible()
    executed(page)
    expect(page.locator("main > .notice")).to_have_text("")
    return page


def executed(page: Page) -> None:
    """Wait until every cell of a post has shown what it has."""
    expect(page.locator(".output.waiting")).to_have_count(0, timeout=EXECUTED_MS)


def plays_the_first_figure_and_changes_its_width(post: Page, lab: Place) -> None:
    figure = post.locator("ls-scope").first
    figure.scroll_into_view_if_needed()
    says = figure.get_by_role("status").last
    expect(says).to_have_text("A recording of a real run.")
    line, network = rows(figure, "linear"), rows(figure, "one hidden layer")
    straight, bent, boundary = line.inner_text(), network.inner_text(), picture(figure)
    least = loss(network)
    with post.expect_response(begins) as begun:
        figure.get_by_role("button", name="play", exact=True).click()
    session = begun.value.json()["session"]
    expect(says).to_contain_text("Trained by PyTorch on your computer")
    assert lab.ask("GET", f"sessions/{session}").json()["alive"]
    stands_at_its_end(figure)
    expect(line).to_have_text(straight, use_inner_text=True)  # trained anew, and the same to the last digit
    expect(network).to_have_text(bent, use_inner_text=True)
    width = figure.get_by_role("slider", name="hidden")
    width.press("Home")
    expect(width).to_have_attribute("aria-valuetext", "1")
    expect(network).not_to_have_text(bent, use_inner_text=True)
    stands_at_its_end(figure)
    expect(line).to_have_text(straight, use_inner_text=True)
    assert lab.ask("GET", f"sessions/{session}").json()["step"] == 300  # not where the loop was told to stop
    assert [widths(run) for run in lab.runs("one hidden layer")] == [[16], [1]]
    assert loss(network) > 1.5 * least  # one unit is one bend
    assert picture(figure) != boundary


def changes_the_activation_in_the_code_and_trains_again(post: Page) -> None:
    model, loop = cell_with(post, "class MLP"), cell_with(post, "def train")
    printed = loop.locator(".output").inner_text()
    assert len(LOSSES.findall(printed)) == 2, printed
    code = model.locator("pre").first.inner_text()
    assert code.count("torch.relu") == 1
    model.get_by_role("button", name=re.compile("^edit")).click()
    write(model, code.replace("torch.relu", "torch.tanh"))
    run(model)
    run(loop)
    output = loop.locator(".output")
    expect(output).to_contain_text("network")
    before, after = LOSSES.findall(printed), LOSSES.findall(output.inner_text())
    assert after[0] == before[0], "the line has no activation, so nothing changed for it"
    assert after[1] != before[1]


def fails_an_exercise_takes_a_hint_passes_and_sees_the_solution(post: Page) -> None:
    box = post.locator("ls-exercise[data-exercise=collapse]")
    box.scroll_into_view_if_needed()
    said = box.get_by_role("status")
    box.get_by_role("button", name="check").click()
    expect(said).to_contain_text("one.weight is not W₂ W₁")
    expect(box.get_by_role("img", name=re.compile("^yours"))).to_be_visible()
    expect(box.get_by_role("img", name=re.compile("^wanted"))).to_be_visible()
    box.get_by_role("button", name=re.compile("^hint")).click()
    expect(box.get_by_text("What stands before")).to_be_visible()
    expect(box.locator(".hint math").first).to_be_visible()
    box.get_by_role("button", name="edit").click()
    solution = (COLLAPSE / "solution.py").read_text(encoding="utf-8")
    write(box, solution.replace(" + second.bias)", ")"))
    post.keyboard.press("Shift+Enter")
    expect(said).to_contain_text("b₂ is still to be added")
    write(box, solution)
    post.keyboard.press("Shift+Enter")
    expect(said).to_contain_text("Passed")
    expect(box).to_have_attribute("data-done", "yes")
    box.get_by_role("button", name="solution").click()
    expect(box.locator("details").get_by_text("second.weight @ first.weight")).to_be_visible()


def takes_the_post_away(post: Page) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(post, "Markdown with pictures", "2.1-markdown.zip"))) as archive:
        names = archive.namelist()
        text = archive.read("2.1.md").decode()
        pictures = [name for name in names if name.endswith(".png")]
        assert len(pictures) >= 4
        assert all(archive.read(name).startswith(b"\x89PNG") and f"({name})" in text for name in pictures)
    notebook = json.loads(taken(post, "a notebook", "2.1.ipynb"))
    assert sum(cell["cell_type"] == "code" for cell in notebook["cells"]) > 20


def asks_a_question_and_is_led_to_its_answer(post: Page) -> None:
    post.get_by_role("link", name="loopscope", exact=True).click()
    expect(post.get_by_text("1 of 5 exercises")).to_be_visible()
    post.get_by_role("searchbox", name="Search the course").fill("what does fc1 mean")
    first = post.get_by_role("search").get_by_role("listitem").first
    expect(first).to_contain_text("What are fc1 and fc2?")
    first.get_by_role("link").click()
    expect(post).to_have_url(re.compile(r"/2\.1\.html#what-are-fc1-and-fc2$"))
    expect(post.get_by_role("heading", name=re.compile("^What are fc1 and fc2"))).to_be_in_viewport()


def stands_at_its_end(figure: Locator) -> None:
    expect(figure.get_by_role("slider", name="step")).to_have_value("300")
    expect(figure.get_by_role("button", name="play", exact=True)).to_be_visible()


def rows(figure: Locator, name: str) -> Locator:
    """Loss and accuracy on the rows of training, as the figure says them of one of its models."""
    return figure.get_by_role("region", name=name, exact=True).get_by_role("row", name=re.compile("^train "))


def loss(row: Locator) -> float:
    return float(row.get_by_role("cell").first.inner_text())


def widths(run: Run) -> list[int]:
    """Of the hidden layers of what was trained."""
    assert run.experiment
    return [*run.experiment.model.hidden]


def picture(figure: Locator) -> str:
    """What the network's surface looks like."""
    canvas = figure.get_by_role("region", name="one hidden layer", exact=True).locator("canvas").first
    return canvas.evaluate("it => it.toDataURL()")


def cell_with(page: Page, code: str) -> Locator:
    return page.locator("ls-cell").filter(has_text=code).first


def taken(page: Page, form: str, name: str) -> bytes:
    """The file behind a link below the post."""
    with page.expect_download() as download:
        page.get_by_role("link", name=form).click()
    assert download.value.suggested_filename == name
    return download.value.path().read_bytes()


def begins(response: Response) -> bool:
    """Whether it answers that a session was begun."""
    return response.request.method == "POST" and response.url.endswith("/api/sessions")
