"""An exercise's panel and the progress of the course, while answers are saved."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PAGE = "/03_streaming_response/#exercise-03-1"


def panel(page: Any) -> Any:
    return page.locator('course-exercise[id="03.1"]')


def listening(page: Any) -> None:
    """Return when the page has the server's word for the state of the exercise."""
    expect(panel(page).locator(".cbc-standing")).to_be_visible()


def mistake(server: Any, name: str) -> tuple[str, str]:
    """A shipped mistake of 03.1, and what its learner reads."""
    path = next(path for path in server.entry("03.1").mistakes if path.stem == name)
    text = path.read_text()
    reads = next(line for line in text.splitlines() if line.startswith("# learner reads:"))
    return text, reads.partition(":")[2].strip()


def test_a_wrong_and_a_right_answer_change_the_panel_as_they_are_saved(server: Any, visit: Any) -> None:
    page = visit.page(server.url + PAGE)
    listening(page)
    expect(panel(page).locator(".cbc-standing")).to_contain_text("not started")
    for path in server.entry("03.1").mistakes[:2]:
        text, reads = mistake(server, path.stem)
        server.save("03.1", text)
        expect(panel(page).locator(".cbc-panel")).to_contain_text(reads.replace("`", ""))
        expect(panel(page).locator(".cbc-standing")).to_contain_text("not yet (")
        expect(panel(page).locator(".cbc-solution")).to_be_hidden()
    expect(panel(page).locator(".cbc-verdict.cbc-failed").first).to_be_visible()
    expect(panel(page).get_by_role("status").last).to_contain_text("03.1: not yet")

    server.save("03.1", server.entry("03.1").solution)
    expect(panel(page).locator(".cbc-standing")).to_contain_text("passed (")
    expect(panel(page).locator(".cbc-verdict.cbc-failed")).to_have_count(0)
    panel(page).get_by_text("A solution, and other right answers").click()
    expect(panel(page).locator(".cbc-solution .highlight").first).to_contain_text("StreamingResponse")


def test_every_open_page_hears_and_a_reload_forgets_nothing(server: Any, visit: Any) -> None:
    first, home = visit.page(server.url + PAGE), visit.page(server.url)
    listening(first)
    home.locator("course-progress.cbc-ready").first.wait_for()
    server.save("03.1", server.entry("03.1").solution)
    expect(panel(first).locator(".cbc-standing")).to_contain_text("passed (")
    expect(home.locator(".cbc-progress-words").first).to_contain_text("1 of ")
    first.reload()

    expect(panel(first).locator(".cbc-standing")).to_contain_text("passed (")
    expect(panel(first).locator(".cbc-verdict.cbc-passed").first).to_be_visible()
    expect(first.locator(".md-nav--primary .cbc-nav-mark").nth(2)).to_contain_text("1/")


def test_a_page_finds_the_server_again_after_a_restart(server: Any, visit: Any) -> None:
    visit.allow("ERR_", "Failed to load resource")
    page = visit.page(server.url + PAGE)
    listening(page)
    server.stop()
    server.save("03.1", mistake(server, server.entry("03.1").mistakes[0].stem)[0])
    server.start()
    expect(panel(page).locator(".cbc-standing")).to_contain_text("not yet (")
    server.save("03.1", server.entry("03.1").solution)

    expect(panel(page).locator(".cbc-standing")).to_contain_text("passed (")


def say(page: Any, kind: str, detail: Any) -> None:
    """What the server would push."""
    page.evaluate(
        """async ([kind, detail]) => {
            const { events } = await import("/assets/js/course/events.js");
            events.dispatchEvent(new CustomEvent(kind, { detail }));
        }""",
        [kind, detail],
    )


def test_while_judging_is_down_the_page_says_so_and_not_that_it_is_checking(server: Any, visit: Any) -> None:
    page = visit.page(server.url + PAGE)
    listening(page)
    say(page, "checking", {"id": "03.1"})
    expect(panel(page).locator(".cbc-standing")).to_contain_text("checking …")
    say(page, "trouble", {"part": "judging", "text": "judging stopped: OSError, starting again"})
    expect(panel(page).locator(".cbc-standing")).to_have_text("judging stopped: OSError, starting again …")
    expect(page.locator(".cbc-site-note")).to_have_text("Judging stopped: OSError, starting again.")
    say(page, "trouble", {"part": "judging", "text": None})

    expect(page.locator(".cbc-site-note")).to_have_count(0)
    server.save("03.1", server.entry("03.1").solution)
    expect(panel(page).locator(".cbc-standing")).to_contain_text("passed (")


def test_a_page_for_which_there_is_no_room_says_so_and_asks_now_and_then(server: Any, visit: Any) -> None:
    visit.allow("503", "Failed to load resource", "EventSource")
    page = visit.page("about:blank")
    full: list[Any] = []

    def refuse(route: Any) -> None:
        full.append(route)
        route.fulfill(status=503, headers={"retry-after": "5"}, body="full")

    page.route("**/course/events", refuse)
    page.goto(server.url + PAGE)
    expect(page.locator(".cbc-site-note")).to_contain_text("More pages are open than the course server can tell")
    server.save("03.1", server.entry("03.1").solution)
    expect(panel(page).locator(".cbc-standing")).to_contain_text("passed (")
    assert full
    page.unroute("**/course/events")

    expect(page.locator(".cbc-site-note")).to_have_count(0)


def test_a_syntax_error_is_shown_with_its_line(server: Any, visit: Any) -> None:
    page = visit.page(server.url + PAGE)
    listening(page)
    server.save("03.1", "x = 1\ndef countdown(:\n")

    expect(panel(page).locator(".cbc-panel")).to_contain_text("line 2")


def test_what_an_answer_prints_is_shown_and_never_run(server: Any, visit: Any) -> None:
    page = visit.page(server.url + PAGE)
    listening(page)
    server.save("03.1", "print('<img src=x onerror=document.title=1><b id=planted>')\n")

    expect(panel(page).locator(".cbc-standing")).to_contain_text("not yet")
    expect(page.locator("#planted, img[src=x]")).to_have_count(0)


def test_a_saved_page_is_offered_and_not_forced_upon_the_reader(server: Any, visit: Any) -> None:
    page = visit.page(server.url + "/01_generators/")
    page.wait_for_load_state("load")
    page.wait_for_function("document.querySelector('.cbc-nav-mark')")  # the server has answered: the page listens
    source = server.root / "lessons/01_generators/index.md"
    before = source.read_text()
    try:
        source.write_text(before + "\nA sentence from just now.\n")
        page.get_by_role("button", name="Load them").click()
        expect(page.locator("article")).to_contain_text("A sentence from just now.")
    finally:
        source.write_text(before)
        page.get_by_role("button", name="Load them").wait_for()


def test_a_guess_is_kept_over_a_reload_and_can_be_taken_back(server: Any, visit: Any) -> None:
    page = visit.page(server.url + "/03_streaming_response/")
    guess = page.locator("course-predict.cbc-ready").first
    expect(guess.locator("details").first).to_be_hidden()
    guess.locator(".cbc-choice").first.click()
    expect(guess.locator(".cbc-outcome")).to_contain_text("Your guess was")
    page.reload()
    expect(guess.locator(".cbc-outcome")).to_be_visible()
    guess.get_by_role("button", name="Guess again").click()
    expect(guess.locator(".cbc-choice").first).to_be_visible()
