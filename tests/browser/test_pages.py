"""Every page: its links, its width on a phone, without scripts, and with the keyboard alone."""

from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import expect

from course.catalog import Catalog

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LESSONS = [lesson.id for lesson in Catalog().lessons]
READ = """() => ({
    links: [...document.querySelectorAll("a[href]")].map(link => link.href),
    anchors: [...document.querySelectorAll("[id], a[name]")].map(one => one.id || one.name),
})"""


def crawl(visit: Any, start: str) -> dict[str, dict[str, Any]]:
    """Every page of the site that links lead to, as a browser has it: links, anchors, width, status."""
    page = visit.page(start, viewport={"width": 390, "height": 844})
    found: dict[str, dict[str, Any]] = {}
    left = [start]
    while left:
        address = left.pop()
        if address in found:
            continue
        if not address.endswith("/"):
            found[address] = {"status": page.request.head(address).status, "anchors": [], "links": [], "width": 0}
            continue
        answer = page.goto(address)
        page.wait_for_function("![...document.querySelectorAll('stream-demo')].some(one => !one.matches('.cbc-ready'))")
        found[address] = page.evaluate(READ)
        found[address] |= {"status": answer.status, "width": page.evaluate("document.documentElement.scrollWidth")}
        for link in found[address]["links"]:
            target = urldefrag(urljoin(address, link)).url
            if target.startswith(start):
                left.append(target.removesuffix("index.html"))
    return found


def test_every_link_and_anchor_is_good_and_no_page_is_wider_than_a_phone(server: Any, visit: Any) -> None:
    pages = crawl(visit, server.url + "/")
    links = {(address, link) for address, page in pages.items() for link in page["links"]}
    inside = {(address, *urldefrag(link)) for address, link in links if link.startswith(server.url)}

    assert {f"{server.url}/{lesson}/" for lesson in LESSONS} <= set(pages)
    assert [address for address, page in pages.items() if page["status"] != 200] == []
    gone = [
        f"{address} -> {target}#{anchor}"
        for address, target, anchor in inside
        if anchor and anchor not in pages[target.removesuffix("index.html")]["anchors"] and anchor != "__top"
    ]
    assert gone == []
    assert {address: page["width"] for address, page in pages.items() if page["width"] > 390} == {}


def test_what_the_server_links_to_is_there(server: Any, visit: Any) -> None:
    page = visit.page(server.url)
    state = page.request.get(f"{server.url}/course/exercises").json()
    for exercise in state["exercises"]:
        page.goto(f"{server.url}/{exercise['url']}")
        assert page.locator(f"[id='{exercise['url'].partition('#')[2]}']").count() == 1, exercise["url"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_reads_well_without_scripts(server: Any, visit: Any, lesson: str) -> None:
    page = visit.page(f"{server.url}/{lesson}/", java_script_enabled=False)
    for panel in page.locator("course-exercise").all():
        expect(panel.locator(".cbc-brief")).to_be_visible()
        expect(panel.locator(".cbc-exercise-file")).to_contain_text(f"exercises/{lesson}/")
        expect(panel.locator(".cbc-exercise-command")).to_contain_text("course check")
        hints = panel.locator(".cbc-hints details")
        assert hints.count() >= 3
        hints.first.locator("summary").first.click()
        expect(hints.first.locator("p").first).to_be_visible()
    for demo in page.locator("stream-demo").all():
        expect(demo.locator("figure > svg")).to_be_visible()
        expect(demo.get_by_role("button")).to_have_count(0)
    for guess in page.locator("course-predict").all():
        expect(guess.locator("details").first).to_be_visible()
    assert page.locator("pre code").count() > 5


def test_the_home_page_opens_with_the_two_rows_without_scripts_too(server: Any, visit: Any) -> None:
    page = visit.page(server.url, java_script_enabled=False)
    drawing = page.locator("stream-demo figure > svg").first

    expect(drawing).to_be_visible()
    assert drawing.bounding_box()["y"] < 900, "without scrolling"
    expect(page.locator('course-exercise[id="01.1"] .cbc-brief')).to_be_visible()


# --- the keyboard -------------------------------------------------------------------------------


def tab_to(page: Any, selector: str, most: int = 150) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees where the focus is: {selector}"
            return
    pytest.fail(f"{selector} was not reached with {most} times Tab")


def test_the_keyboard_alone_runs_a_demo_makes_a_guess_and_opens_a_hint(server: Any, visit: Any) -> None:
    page = visit.page(server.url + "/03_streaming_response/")
    page.locator("stream-demo.cbc-ready").first.wait_for()
    page.locator("course-predict.cbc-ready").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")

    tab_to(page, "stream-demo .cbc-run")
    page.keyboard.press("Enter")
    expect(page.locator("stream-demo").first.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("stream-demo").first.get_by_role("button", name="Start")).to_be_focused()

    tab_to(page, ".cbc-choice")
    page.keyboard.press("Enter")
    expect(page.locator("course-predict .cbc-outcome > p").first).to_be_focused()

    tab_to(page, ".cbc-hints summary")
    page.keyboard.press("Enter")
    expect(page.locator(".cbc-hints details[open]").first).to_be_visible()
