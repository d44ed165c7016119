"""An editor puts meetings in, changes them and opens the door, in a real browser: with JavaScript and without."""

import csv
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from consult import dates
from events import actions
from events.models import Event
from tests import conftest, factories
from tests.browser.test_staff import check, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVENTS = "/admin/events/event/"
SCREENS = ["page", "phone", "no_js"]


def day(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def at(number: int, hour: int = 18) -> datetime:
    return dates.at(day(number), time(hour))


def notice() -> str:
    """Two evenings as a notice tells of them; the second names a weekday that is not that of its date."""
    first, second, wrong = day(20), day(27), day(28)
    return (
        "News\n\nTwo evenings on the draft Plan\n\nThey will both take place on Zoom.\n\n"
        f"{first:%A} {first.day} {first:%B %Y} from 6:00pm (details below):\nJoin Zoom Meeting\n"
        "https://us06web.zoom.us/j/81545869151?pwd=abc\nMeeting ID: 815 4586 9151\nPasscode: 369100\n\n"
        f"{wrong:%A} {second.day} {second:%B %Y} from 6:00pm:\nJoin Zoom Meeting\n"
        "https://us06web.zoom.us/j/82212978318?pwd=def\nMeeting ID: 822 1297 8318\nPasscode: 408243\n"
    )


class Walk:
    """An editor at a screen. `look` asserts what the server answered, then what can be asked of the page."""

    def __init__(self, page: Page, watch, *, has_script: bool) -> None:
        self.page, self.watch, self.has_script = page, watch, has_script

    def look(self, title: str) -> None:
        self.page.wait_for_load_state()
        assert self.watch.status(self.page) == 200
        assert self.page.title().startswith(title), self.page.title()
        fits(self.page)
        if self.has_script:  # without it axe cannot run
            check(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def says(self, words: str) -> None:
        expect(self.page.locator("#content-start, .messagelist").filter(has_text=words).first).to_be_visible()

    def fill_moment(self, name: str, moment: datetime) -> None:
        local = dates.london(moment)
        self.page.locator(f"[name={name}_0]").fill(f"{local:%d/%m/%Y}")
        self.page.locator(f"[name={name}_1]").fill(f"{local:%H:%M}")


@pytest.fixture(params=SCREENS)
def walk(request, live_server, watch, visit) -> Walk:
    page = request.getfixturevalue(request.param)
    client = conftest.signed_in(conftest.staff("Editor"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    visit(page, EVENTS)
    return Walk(page, watch, has_script=request.param != "no_js")


def published(**fields) -> Event:
    return actions.tell_calendars(event=factories.event(open_consultation(), **fields))


def open_consultation():
    return factories.consultation(
        title="Draft Police and Crime Plan", opens_at=at(-20), publish_at=at(-20), closes_at=dates.at(day(60))
    )


def test_paste_look_put_in_and_publish(walk, visit):
    page = walk.page
    plan = open_consultation()
    there = factories.event(plan, title="An evening that is there", starts_at=at(20, 19))
    visit(page, EVENTS)
    walk.look("Select event")
    walk.follow("Paste a notice")
    walk.look("Paste a notice")
    walk.press("Read the text")
    walk.look("Error: Paste a notice")
    page.get_by_label("Consultation").select_option(label=plan.title)
    page.get_by_label("Text of the invitation or notice").fill(notice())
    walk.press("Read the text")
    walk.look("Paste a notice")
    expect(page.locator("h3")).to_have_text(["Meeting 1 of 2", "Meeting 2 of 2"])
    first, second = page.locator("#drafts section").all()
    expect(first.locator("li.clash", has_text="At the same time, for the same consultation")).to_have_count(1)
    expect(first.get_by_role("link", name=there.title)).to_be_visible()
    expect(second.locator("li.warning", has_text=f"{day(28):%A}")).to_have_count(1)
    assert not Event.objects.exclude(pk=there.pk).exists()
    page.locator("[name=form-0-title]").fill("")
    walk.press("Put in")
    walk.look("Error: Paste a notice")
    page.locator("[name=form-0-title]").fill("First evening")
    walk.press("Look again, save nothing")
    walk.look("Paste a notice")
    expect(page.locator("[name=form-0-title]")).to_have_value("First evening")
    walk.press("Put in")
    walk.look("Select event")
    walk.says("Put in as drafts")
    page.locator(".messagelist").get_by_role("link", name="First evening").first.click()
    walk.look("First evening")
    assert not Event.objects.get(title="First evening").is_published()
    walk.fill_moment("publish_at", at(-1))
    walk.press("Save")
    walk.says("was changed successfully")
    visit(page, Event.objects.get(title="First evening").get_absolute_url())
    expect(page.locator("h1")).to_have_text("First evening")
    expect(page.locator("main")).not_to_contain_text("369100")


def test_copy_and_repeat(walk, visit):
    page = walk.page
    event = published(title="Youth workshop", starts_at=at(9))
    change = f"{EVENTS}{event.pk}/change/"
    visit(page, change)
    walk.look("Youth workshop")
    walk.follow("Make a copy")
    walk.look("Make a copy")
    walk.press("Make a copy")
    walk.look("Error: Make a copy")
    walk.fill_moment("starts_at", at(12))
    walk.press("Make a copy")
    walk.says("This is the copy: a draft")
    walk.look("Youth workshop")
    visit(page, change)
    walk.follow("Repeat it")
    walk.look("Repeat it")
    walk.press("Repeat it")
    walk.look("Error: Repeat it")
    page.get_by_label("Until").fill(f"{day(30):%d/%m/%Y}")
    walk.press("Repeat it")
    walk.says("The further meetings are in the list")
    walk.look("Youth workshop")
    assert [each.day for each in Event.objects.filter(series__isnull=False)] == [day(9), day(16), day(23), day(30)]
    visit(page, EVENTS)
    walk.look("Select event")


def test_move_postpone_cancel_and_let_go_ahead(walk, visit):
    page = walk.page
    event = published(
        title="Workshop",
        starts_at=at(9),
        takes_registrations=True,
        registration_closes_at=at(8, 12),
        format="in_person",
        venue=factories.venue(name="Town Hall"),
    )
    event.provisions.create(kind="bsl", ask_by=day(5))
    factories.registration(event)
    change, public = f"{EVENTS}{event.pk}/change/", event.get_absolute_url()

    def do(label: str, done: str, banner: str, fill) -> None:
        visit(page, change)
        walk.follow(label)
        walk.look(label)
        if page.locator("[name=reason]").count():
            page.locator("[name=reason]").fill("")
        walk.press(label)
        walk.look(f"Error: {label}")
        fill()
        page.locator("[name=reason]").fill("The hall is being mended.")
        walk.press(label)
        walk.says(done)
        walk.look("Workshop")
        visit(page, public)
        expect(page.locator(".app-banner__title").first).to_have_text(banner)
        expect(page.locator(".app-banner").first).to_contain_text("The hall is being mended.")

    move = "Move to another time or place"
    do(move, "The meeting has moved.", "Moved", lambda: fill_start(walk, at(12)))
    event.refresh_from_db()
    assert (event.day, event.registration_closes_at) == (day(12), at(11, 12))
    assert event.provisions.get().ask_by == day(8)
    do(
        "Postpone without a new date",
        "The meeting is postponed.",
        "Postponed",
        lambda: page.get_by_label("What is known of the new date").fill("In spring"),
    )
    do(move, "The meeting has moved.", "Moved", lambda: fill_start(walk, at(20)))
    do("Cancel this meeting", "The meeting is cancelled.", "Cancelled", lambda: None)
    do("Let it go ahead after all", "The meeting goes ahead again.", "Going ahead again", lambda: None)


def fill_start(walk: Walk, moment: datetime) -> None:
    """With no end: it is not known."""
    walk.fill_moment("starts_at", moment)
    for part in (0, 1):
        walk.page.locator(f"[name=ends_at_{part}]").fill("")


def test_correct_the_date_of_what_is_over(walk, visit):
    page = walk.page
    event = published(title="Last week", starts_at=at(-7))
    visit(page, f"{EVENTS}{event.pk}/change/")
    walk.follow("Correct the date")
    walk.look("Correct the date")
    walk.press("Correct the date")
    walk.look("Error: Correct the date")
    fill_start(walk, at(-8))
    page.get_by_label("What was wrong").fill("A slip.")
    walk.press("Correct the date")
    walk.says("The date is put right.")
    walk.look("Last week")


def test_who_comes_and_the_door(walk, visit, tmp_path):
    page = walk.page
    event = published(
        title="Workshop", starts_at=at(0, 23), takes_registrations=True, capacity=3, format="in_person",
        venue=factories.venue(name="Town Hall"),
    )  # fmt: skip
    event.provisions.create(kind="step_free")
    ada = factories.registration(event, name="Ada Okafor", access_needs="A seat near the door.\nNo stairs.", places=2)
    long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"
    factories.registration(event, name=long)
    factories.registration(event, name="Grace", state="waiting")
    factories.registration(event, name="Left again", state="cancelled")
    visit(page, f"{EVENTS}{event.pk}/change/")
    walk.follow("Who comes")
    walk.look("Who comes")
    expect(page.locator(".people tbody th")).to_have_text(["Ada Okafor", long, "Grace"])
    page.emulate_media(media="print")
    expect(page.locator(".people")).to_be_visible()
    for chrome in ("#header", "#nav-sidebar", ".breadcrumbs", ".people-pages"):
        expect(page.locator(chrome)).to_be_hidden()
    screen = page.viewport_size
    page.set_viewport_size({"width": 794, "height": 1123})  # A4
    assert page.locator(".people").bounding_box()["width"] > 680
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)
    walk.follow("What people need")
    walk.look("What people need")
    expect(page.locator("#content")).to_contain_text("A seat near the door.")
    expect(page.locator("#content")).not_to_contain_text("Ada")
    walk.follow("Check-in at the door")
    walk.look("Check-in")
    row = page.locator(f"#person-{ada.pk}")
    row.get_by_role("button").click()
    walk.look("Check-in")
    expect(row).to_contain_text(re.compile(r"came at \d\d:\d\d"))
    row.get_by_role("button", name="Take back").click()
    expect(row.get_by_role("button", name="Came")).to_be_visible()
    with page.expect_download() as waiting:
        walk.follow("Spreadsheet (CSV)")
    path = Path(tmp_path, "people.csv")
    waiting.value.save_as(path)
    names = [line[0] for line in csv.reader(path.read_text("utf-8-sig").splitlines()) if line]
    assert "Ada Okafor" in names
    assert "Left again" not in names


def test_the_door_can_be_pressed_with_a_finger(phone, live_server, watch, visit):
    event = published(starts_at=at(0, 23), takes_registrations=True)
    factories.registration(event, name="Ada Okafor")
    client = conftest.signed_in(conftest.staff("Editor"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    visit(phone, f"{EVENTS}{event.pk}/checkin/")
    box = phone.locator(".door button").bounding_box()
    assert min(box["width"], box["height"]) >= 44
