"""One browser for all tests of pages, and pages that remember what went wrong."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        found = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield found
        found.close()


@pytest.fixture
def show(browser):
    """A function: address, width and mode -> the page, opened; errors are in `page.wrong`, requests in `page.asked`."""
    contexts = []

    def opened(address, width=1280, mode="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode)
        contexts.append(context)
        page = context.new_page()
        page.wrong, page.asked = [], []
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
