"""A real Chromium against a real server, with the doors shut: nothing leaves this machine, nothing fails unseen.

Fixtures for tests marked `browser`:

- `page`, `phone`, `no_js`: pages on a screen of 1280 by 720, on a telephone of 320 by 640, and without JavaScript
- `visit(page, "/path/", status=200)`: goes there and asserts what the server answered
- `axe(page, status=200)`: asserts the status of what is shown, then that axe finds nothing wrong with it

Each of these pages fails its test, when that ends, if it asked another host for anything or wrote an error to its
console (a breach of the content security policy is one).
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Everything axe knows, good practice included, and the rule on target size (WCAG 2.2, 2.5.8) that it leaves off.
AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# Playwright runs its event loop in the main thread, where Django then takes the tests' own queries for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def _only_marked(request: pytest.FixtureRequest) -> None:
    """`make test` picks these tests by their mark: one without it would never run."""
    if not any(request.node.iter_markers(name) for name in ("browser", "screenshots")):  # pragma: no cover
        pytest.fail("mark this test with pytest.mark.browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine. Where there is none the tests are skipped; in CI that is a failure."""
    path = chromium.find()
    if path is None:
        reason = "no Chromium found: install one, or set CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def live_server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """pytest-django's server, with static files served as in production: fingerprinted, by WhiteNoise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda self, path: False)
        server = LiveServer("127.0.0.1")
        try:
            yield server
        finally:
            server.stop()


@dataclass
class Watch:
    """What went wrong in the pages of one test, and how the server answered each of them."""

    origin: str
    problems: list[str] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)
    answers: WeakKeyDictionary[Page, Response] = field(default_factory=WeakKeyDictionary)

    def over(self, context: BrowserContext) -> BrowserContext:
        context.route("**/*", self.let_through)
        context.on("response", self.note_answer)
        context.on("console", self.note_console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        return context

    def let_through(self, route: Route, request: Request) -> None:
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" == self.origin or address.scheme in ("data", "blob"):
            route.continue_()
        else:
            self.problems.append(f"a request to another host: {request.url}")
            route.abort()

    def note_answer(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request():
            self.documents.add(response.url)
            if request.frame.parent_frame is None:
                self.answers[request.frame.page] = response

    def note_console(self, message: ConsoleMessage) -> None:
        # Chromium writes an error for each page answered with 403, 404 and so on: there the test asserts the status.
        page_itself = message.text.startswith("Failed to load resource") and message.location["url"] in self.documents
        if message.type == "error" and not page_itself:
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def status(self, page: Page) -> int | None:
        return self.answers[page].status if page in self.answers else None


@pytest.fixture
def watch(live_server: LiveServer) -> Watch:
    return Watch(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """Paths may be given without their host; words and dates come out as in London."""
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
    }


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], watch: Watch, transactional_db: None
) -> Iterator[Callable[..., BrowserContext]]:
    """Every context is watched. The database is one that the server's thread sees, and is emptied afterwards."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        contexts.append(watch.over(new_context(**options)))
        return contexts[-1]

    yield make
    for context in contexts:
        for page in context.pages:
            with contextlib.suppress(Exception):  # a page that has crashed or closed has nothing more to say
                page.evaluate("0")  # what was written to the console until now has arrived after this
    assert not watch.problems, "\n".join(["The browser reports:", *watch.problems])


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A small telephone: 320 pixels wide, touched with fingers."""
    return new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def no_js(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def visit(watch: Watch) -> Callable[..., Page]:
    def visit(page: Page, path: str, *, status: int = 200) -> Page:
        page.goto(path)
        assert watch.status(page) == status, f"{path} answered {watch.status(page)}"
        return page

    return visit


@pytest.fixture
def axe(watch: Watch) -> Callable[..., None]:
    def axe(page: Page, *, status: int = 200) -> None:
        page.wait_for_load_state()
        assert watch.status(page) == status, f"{page.url} answered {watch.status(page)}"
        violations = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        assert not violations, f"{page.url}\n" + "\n".join(map(describe, violations))

    return axe


def describe(violation: dict[str, Any]) -> str:
    """One violation in a few lines: the rule, what it asks, and where it is broken."""
    nodes = [f"    {' '.join(map(str, n['target']))}\n      {n['html'][:200]}" for n in violation["nodes"][:5]]
    more = [f"    and {len(violation['nodes']) - 5} more"] if len(violation["nodes"]) > 5 else []
    head = f"  {violation['id']} ({violation['impact']}): {violation['help']} <{violation['helpUrl']}>"
    return "\n".join([head, *nodes, *more])
