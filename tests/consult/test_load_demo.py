"""The demonstration carries the facts of both notices, moves with the weeks, and leaves what staff edited."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consult.demo import PLAN, VOICES, Clock
from consult.models import Channel, Consultation, Document, KeyDate, Notice, Partnership, State

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday, as 7 January 2022 was


def load(*args: str) -> str:
    out = StringIO()
    call_command("load_demo", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def plan(time_machine: Any) -> Consultation:
    time_machine.move_to(TODAY, tick=False)
    load()
    return Consultation.objects.get(slug=PLAN)


def test_both_consultations_are_open_today(plan: Consultation) -> None:
    voices = Consultation.objects.get(slug=VOICES)
    assert plan.state() is voices.state() is State.OPEN
    assert plan.closes_on == date(2026, 12, 4)  # a Friday, as 21 January 2022 was: a fortnight after the notice
    assert voices.closes_at is None


def test_true_dates(time_machine: Any, client: Client) -> None:
    time_machine.move_to(TODAY, tick=False)
    load("--true-dates")
    plan = Consultation.objects.get(slug=PLAN)
    assert plan.closes_at == datetime(2022, 1, 22, tzinfo=UTC)
    assert plan.closes_on == date(2022, 1, 21)
    assert plan.key_dates.get(is_promise=True).on == date(2022, 3, 31)
    assert plan.state() is State.CLOSED
    assert plan.updates.get().publish_at == datetime(2022, 1, 7, tzinfo=UTC)
    assert "with their real dates" in client.get("/").content.decode()


def test_facts_of_the_plan(plan: Consultation) -> None:
    assert list(plan.themes.values_list("title", flat=True)) == [
        "Reducing and preventing violence",
        "Increasing trust and confidence",
        "Better supporting victims",
        "Protecting people from being exploited or harmed",
    ]
    assert [theme.aims.count() for theme in plan.themes.all()] == [5, 3, 3, 3]
    kinds = set(plan.channels.values_list("kind", flat=True))
    assert kinds == {"survey", "discussion", "workshop", "meeting", "email", "post", "polling"}
    assert plan.channels.get(kind="email").email == "consultation@mopac.london.gov.uk"
    assert plan.channels.get(kind="post").postal_address == "MOPAC\n169 Union Street\nLondon\nSE1 0LL"
    assert plan.partnerships.get().partner.name == "YouGov"
    assert plan.key_dates.get(is_promise=True).label == "Final Police and Crime Plan published"


def test_facts_of_black_voices(plan: Consultation) -> None:
    voices = Consultation.objects.get(slug=VOICES)
    assert sorted(voices.tags.values_list("name", flat=True)) == [
        "A Service not a Force",
        "Black Community",
        "Black Thrive",
        "Black Voices on Policing",
        "Brixton Local",
        "Mayor of London",
    ]
    clock = Clock.for_today(VOICES, TODAY.date())
    assert {(row.partner.name, row.since) for row in voices.partnerships.all()} == {
        ("Black Thrive Global", clock.day(2022, 6, 1)),
        ("PSi", clock.day(2022, 6, 1)),
    }
    assert set(voices.channels.values_list("kind", flat=True)) == {"meeting", "discussion", "evidence"}
    assert voices.documents.get().kind == Document.Kind.VIDEO
    assert voices.key_dates.get(on=None).date_note == "November and December, days to be confirmed"


def test_every_page_says_that_it_is_a_demonstration(plan: Consultation, client: Client) -> None:
    for path in ("/", plan.get_absolute_url(), "/events/", "/privacy/", f"{plan.get_absolute_url()}respond/"):
        text = client.get(path, follow=True).content.decode()
        assert "Demonstration." in text
        assert "Police and Crime Plan by 254 weeks, Black Voices on Policing by 213 weeks" in text


def test_run_again_it_leaves_what_staff_edited(plan: Consultation) -> None:
    Consultation.objects.filter(slug=PLAN).update(title="Edited by staff")
    before = {model: model.objects.count() for model in (Consultation, Channel, KeyDate, Partnership, Document, Notice)}
    assert "is there already" in load()
    plan.refresh_from_db()
    assert plan.title == "Edited by staff"
    assert before == {model: model.objects.count() for model in before}


def test_a_week_later_all_dates_follow(plan: Consultation, time_machine: Any) -> None:
    promised = plan.key_dates.get(is_promise=True).on
    files = set(Document.objects.exclude(file="").values_list("file", flat=True))
    time_machine.move_to(TODAY + timedelta(weeks=1), tick=False)
    load()
    plan.refresh_from_db()
    assert plan.closes_on == date(2026, 12, 11)
    assert promised is not None
    assert plan.key_dates.get(is_promise=True).on == promised + timedelta(weeks=1)
    assert set(Document.objects.exclude(file="").values_list("file", flat=True)) == files
    assert "by 255 weeks" in Notice.objects.get().body


@pytest.mark.parametrize("days", range(7))
def test_today_falls_into_the_week_of_the_notice(days: int) -> None:
    today = TODAY.date() + timedelta(days=days)
    for slug, day in ((PLAN, date(2022, 1, 7)), (VOICES, date(2022, 10, 20))):
        moved = day + timedelta(weeks=Clock.for_today(slug, today).weeks)
        assert timedelta(0) <= today - moved < timedelta(days=7)


def test_months_in_words_where_dates_move_into_three() -> None:
    assert Clock(0).months(date(2022, 10, 20), date(2022, 11, 30)) == "October and November"
    assert Clock(15).months(date(2022, 10, 20), date(2022, 11, 30)) == "February and March"
    assert Clock(14).months(date(2022, 10, 20), date(2022, 11, 30)) == "January, February and March"


def test_the_document_can_be_read(plan: Consultation, client: Client) -> None:
    document = plan.documents.exclude(file="").get()
    response = client.get(document.get_absolute_url())
    words = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "INCREASING TRUST AND CONFIDENCE" in words
