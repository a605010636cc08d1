"""A stream demo in a browser: what is drawn, and when, in front of a server and without one."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
LESSON = "/03_streaming_response/"
DOTS = ".cbc-timeline-live .cbc-arrival-chunk"


def gated(page: Any) -> Any:
    """The first demo of the page, in front of a stream that the test lets go chunk by chunk."""
    page.locator("stream-demo.cbc-ready").first.wait_for()
    page.evaluate(
        """() => {
            const demo = document.querySelector("stream-demo");
            demo.setAttribute("path", "/gate");
            demo.removeAttribute("compare");
            demo.removeAttribute("veiled");
            demo.setAttribute("names", "gated");
        }"""
    )
    return page.locator("stream-demo").first


def test_a_demo_draws_each_chunk_when_it_arrives(server: Any, visit: Any) -> None:
    demo = gated(visit.page(server.url + LESSON))
    demo.get_by_role("button", name="Start").click()
    dots = demo.locator(DOTS)
    for number in (1, 2, 3):
        server.open_gate(number)
        expect(dots).to_have_count(number)  # the next has not been sent: its gate is closed
        if number < 3:
            expect(demo.get_by_role("button", name="Stop")).to_be_visible()
            expect(demo.locator(".cbc-received")).to_contain_text(" ".join(map(str, range(1, number + 1))))

    expect(demo.locator(".cbc-words")).to_have_text(
        re.compile(r"^gated: first byte after .* m?s, complete after .* m?s$")
    )
    expect(demo.get_by_role("button", name="Start")).to_be_visible()
    expect(demo.locator(".cbc-end-ended").first).to_be_attached()


def test_stop_ends_the_generator_at_the_server(server: Any, visit: Any, waiting: Any) -> None:
    demo = gated(visit.page(server.url + LESSON))
    demo.get_by_role("button", name="Start").click()
    server.open_gate(1)
    expect(demo.locator(DOTS)).to_have_count(1)
    assert not (server.gates / "closed").exists()
    demo.get_by_role("button", name="Stop").click()

    waiting((server.gates / "closed").exists, "the generator to be closed")
    expect(demo.locator(".cbc-words")).to_contain_text("stopped after")


@pytest.mark.parametrize("leaving", ["reload", "another page", "close"])
def test_a_reader_who_goes_away_ends_the_generator_too(server: Any, visit: Any, waiting: Any, leaving: str) -> None:
    page = visit.page(server.url + LESSON)
    demo = gated(page)
    demo.get_by_role("button", name="Start").click()
    server.open_gate(1)
    expect(demo.locator(DOTS)).to_have_count(1)
    if leaving == "reload":
        page.reload()
    elif leaving == "close":
        page.close()
    else:
        page.goto(server.url + "/01_generators/")
    waiting((server.gates / "closed").exists, "the generator to be closed")


def test_back_and_forward_find_a_page_that_works(server: Any, visit: Any) -> None:
    page = visit.page(server.url + LESSON)
    gated(page).get_by_role("button", name="Start").click()
    page.goto(server.url + "/01_generators/")
    page.go_back()
    demo = gated(page)
    expect(demo.get_by_role("button", name="Start")).to_be_visible()
    for number in (1, 2, 3):
        server.open_gate(number)
    demo.get_by_role("button", name="Start").click()
    expect(demo.locator(".cbc-words")).to_contain_text("gated: first byte after")
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("One reading at a time")


def test_a_server_that_goes_away_cuts_the_stream_off_and_does_not_finish_it(server: Any, visit: Any) -> None:
    visit.allow("ERR_", "Failed to load resource")
    demo = gated(visit.page(server.url + LESSON))
    demo.get_by_role("button", name="Start").click()
    server.open_gate(1)
    expect(demo.locator(DOTS)).to_have_count(1)
    server.stop()

    expect(demo.locator(".cbc-words")).to_contain_text("cut off after")


def test_a_demo_says_that_the_app_was_restarted_and_works_again(server: Any, visit: Any) -> None:
    visit.allow("ERR_", "Failed to load resource")
    page = visit.page(server.url + LESSON)
    page.wait_for_function("document.querySelector('.cbc-nav-mark')")  # the server has answered: the page listens
    demo = gated(page)
    demo.get_by_role("button", name="Start").click()
    server.open_gate(1)
    expect(demo.locator(DOTS)).to_have_count(1)
    page.evaluate("fetch('/apps/03/die')")

    expect(demo.locator(".cbc-words")).to_contain_text("cut off after")
    expect(demo.locator(".cbc-words")).to_contain_text("The app was restarted: it ended with exit code 7.")
    for number in (2, 3):
        server.open_gate(number)
    demo.get_by_role("button", name="Start").click()
    expect(demo.locator(".cbc-words")).to_contain_text("gated: first byte after")
    expect(demo.locator(".cbc-words")).not_to_contain_text("restarted")


def test_a_page_of_another_site_gets_none_of_ours_into_a_frame(server: Any, static: str, visit: Any) -> None:
    visit.allow("Refused to display", "Failed to load resource", "frame-ancestors", "X-Frame-Options")
    page = visit.page(static)
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status) if "rude" in response.url else None)
    page.evaluate(
        """url => {
            for (let n = 0; n < 6; n++) {
                document.body.append(Object.assign(document.createElement("iframe"), { src: `${url}&n=${n}` }));
            }
        }""",
        f"{server.url}/apps/02/ticks?rude=1",
    )
    page.wait_for_load_state("networkidle")

    assert answers == [403] * 6


def test_two_streams_share_one_axis(server: Any, visit: Any) -> None:
    page = visit.page(server.url + LESSON)
    demo = page.locator("stream-demo.cbc-ready").first
    demo.get_by_label("Speed").select_option("2")
    demo.get_by_role("button", name="Start").click()
    expect(demo.locator(".cbc-words")).to_contain_text(re.compile("complete after|everything with it"))
    expect(demo.locator(".cbc-words")).to_contain_text(
        re.compile("buffered: .*everything with it.* streamed: .*complete")
    )

    expect(demo.locator(".cbc-timeline-live")).to_have_count(1)
    expect(demo.locator(".cbc-row-live")).to_have_count(2)
    demo.get_by_text("Table").click()
    assert demo.locator(".cbc-table tbody tr").count() >= 8
    demo.get_by_text("Raw bytes").click()
    expect(demo.locator(".cbc-raw").first).to_contain_text("Fog")


# --- without a server ---------------------------------------------------------------------------


def test_without_a_server_a_demo_replays_its_recording_and_says_so(static: str, visit: Any) -> None:
    page = visit.page(static + LESSON)
    demo = page.locator("stream-demo.cbc-ready").first
    expect(demo.locator(".cbc-source")).to_have_text(re.compile("^Replayed from a recording of .*: no course server"))
    expect(demo.get_by_label("Slow reader")).to_be_hidden()
    demo.get_by_label("Speed").select_option("2")
    demo.get_by_role("button", name="Start").click()
    expect(demo.get_by_role("button", name="Stop")).to_be_visible()
    expect(demo.get_by_role("button", name="Start")).to_be_visible()
    expect(demo.locator(".cbc-words")).to_contain_text("complete after")


def test_without_a_server_an_exercise_shows_the_command(static: str, visit: Any) -> None:
    page = visit.page(static + LESSON)
    panel = page.locator("course-exercise.cbc-ready").first
    expect(panel.locator(".cbc-exercise-command")).to_contain_text("course check 03.1")
    page.wait_for_load_state("networkidle")
    expect(panel.locator(".cbc-standing")).to_be_hidden()
