"""Home, consultations, themes, updates, documents: works, hides, redirects."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.models import Aim, Consultation, Document, KeyDateMove, Notice, State, Tag
from tests import factories
from tests.factories import BEFORE, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_home_shows_what_is_open_and_hides_drafts(client: Client) -> None:
    shown = factories.consultation(title="Shown")
    factories.consultation(title="Secret draft", publish_at=None)
    factories.consultation(title="Secret schedule", publish_at=NOON + timedelta(minutes=1))
    text = client.get("/").content.decode()
    assert shown.title in text
    assert "Closes at" in text
    assert "8 days left" not in text  # Wednesday 14 to Wednesday 21 is seven days
    assert "7 days left" in text
    assert "Secret" not in text


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"publish_at": None}, State.DRAFT),
        ({"publish_at": NOON + timedelta(seconds=1)}, State.DRAFT),
        ({"opens_at": NOON + timedelta(seconds=1)}, State.UPCOMING),
        ({"opens_at": NOON}, State.OPEN),
        ({"opens_at": None, "closes_at": None}, State.OPEN),
        ({"closes_at": NOON + timedelta(seconds=1)}, State.OPEN),
        ({"closes_at": NOON}, State.CLOSED),
        ({"closes_at": NOON, "outcome": "Done.", "outcome_at": NOON + timedelta(days=1)}, State.CLOSED),
        ({"closes_at": NOON, "outcome": "Done.", "outcome_at": NOON}, State.OUTCOME),
    ],
)
def test_state_follows_from_the_dates_and_the_querysets_agree(fields: dict[str, object], state: State) -> None:
    row = factories.consultation(**fields)
    assert row.state() is state
    assert Consultation.objects.published().exists() is (state is not State.DRAFT)
    assert Consultation.objects.upcoming().exists() is (state is State.UPCOMING)
    assert Consultation.objects.open().exists() is (state is State.OPEN)
    assert Consultation.objects.closed().exists() is (state in {State.CLOSED, State.OUTCOME})


def test_scheduled_publishing_needs_no_hand(client: Client, time_machine: object) -> None:
    row = factories.consultation(publish_at=NOON + timedelta(minutes=1))
    assert client.get(row.get_absolute_url()).status_code == 404
    time_machine.move_to(NOON + timedelta(minutes=1))  # type: ignore[attr-defined]
    assert client.get(row.get_absolute_url()).status_code == 200


def test_a_consultation_says_what_it_is_and_how_to_take_part(client: Client) -> None:
    row = factories.consultation(title="Plan", body="## Why\n\nBecause.")
    factories.theme(row, title="Trust")
    factories.channel(row, kind="post", title="Post", postal_address="169 Union Street")
    factories.key_date(row)
    text = client.get(row.get_absolute_url()).content.decode()
    for words in (
        "The Mayor of London",
        "Trust",
        "169 Union Street",
        "Final Plan published",
        "Tuesday 31 March 2026",
        "11:59pm on Wednesday 21 January 2026",
        "<h3>Why</h3>",
    ):
        assert words in text


def test_a_body_cannot_bring_script_or_styles(client: Client) -> None:
    body = (
        "<script>alert(1)</script>\n\n[a](javascript:alert(1)) ![x](https://evil.example/x.png)\n\n<p style='x'>y</p>"
    )
    row = factories.consultation(body=body)
    text = client.get(row.get_absolute_url()).content.decode()
    prose = text.split('class="app-prose"')[1].split("</div>")[0]
    assert "<script" not in prose
    assert "javascript:" not in prose.replace("[a](javascript:alert(1))", "")
    assert "<img" not in prose
    assert "<p style" not in prose


def test_closed_consultation_says_what_happens_now(client: Client) -> None:
    row = factories.consultation(closes_at=NOON, next_steps="The office reads everything.")
    factories.key_date(row)
    text = client.get(row.get_absolute_url()).content.decode()
    assert "What happens now" in text
    assert "The office reads everything." in text
    assert "Tuesday 31 March 2026" in text
    assert "Have your say</a>" not in text


def test_outcome_appears_at_its_time_and_not_before(client: Client, time_machine: object) -> None:
    row = factories.consultation(closes_at=NOON, outcome="**We listened.**", outcome_at=NOON + timedelta(hours=1))
    assert "We listened" not in client.get(row.get_absolute_url()).content.decode()
    time_machine.move_to(NOON + timedelta(hours=1))  # type: ignore[attr-defined]
    assert "<strong>We listened.</strong>" in client.get(row.get_absolute_url()).content.decode()


def test_a_moved_promise_keeps_its_history_in_public(client: Client) -> None:
    row = factories.consultation()
    promise = factories.key_date(row)
    KeyDateMove.objects.create(
        key_date=promise,
        was=datetime(2026, 2, 28).date(),
        became=promise.on,
        reason="More views came than expected.",
        moved_at=NOON,
        moved_by=factories.user(),
    )
    text = client.get(row.get_absolute_url()).content.decode()
    assert "Moved from Saturday 28 February 2026 to Tuesday 31 March 2026: More views came than expected." in text


def test_an_overdue_promise_says_so(client: Client) -> None:
    row = factories.consultation()
    factories.key_date(row, on=datetime(2026, 1, 13).date())
    text = client.get(row.get_absolute_url()).content.decode()
    assert "Overdue" in text


def test_theme_page(client: Client) -> None:
    row = factories.consultation()
    theme = factories.theme(row, title="Trust", question="What would raise trust?")
    Aim.objects.create(theme=theme, text="Fair treatment")
    text = client.get(theme.get_absolute_url()).content.decode()
    assert "What would raise trust?" in text
    assert "Fair treatment" in text
    other = factories.consultation()
    assert client.get(f"{other.get_absolute_url()}themes/{theme.slug}/").status_code == 404


def test_former_addresses_lead_to_the_new_ones(client: Client) -> None:
    row = factories.consultation(slug="old")
    theme = factories.theme(row, slug="old-theme")
    update = factories.update(row, slug="old-news")
    for each, slug in ((row, "new"), (theme, "new-theme"), (update, "new-news")):
        each.slug = slug
        each.save()
    for old, new in {
        "/consultations/old/": "/consultations/new/",
        "/consultations/old/calendar.ics": "/consultations/new/calendar.ics",
        "/consultations/old/respond/": "/consultations/new/respond/",
        "/consultations/old/themes/new-theme/": "/consultations/new/themes/new-theme/",
        "/consultations/new/themes/old-theme/": "/consultations/new/themes/new-theme/",
        "/updates/old-news/": "/updates/new-news/",
    }.items():
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)


def test_a_former_address_of_a_draft_tells_nothing(client: Client) -> None:
    row = factories.consultation(slug="old")
    row.slug, row.publish_at = "secret-name", None
    row.save()
    response = client.get("/consultations/old/")
    assert response.status_code == 404
    assert b"secret-name" not in response.content


def test_drafts_are_previews_for_staff_who_may_see_them(cast: Callable[[str], Client]) -> None:
    row = factories.consultation(publish_at=None)
    factories.theme(row, slug="t")
    for name, status in {"resident": 404, "half_signed_in": 404, "editor": 200, "analyst": 200}.items():
        response = cast(name).get(row.get_absolute_url())
        assert response.status_code == status, name
        if status == 200:
            assert "Preview." in response.content.decode()
            assert "no-store" in response["Cache-Control"]


def test_updates_appear_with_their_consultation(client: Client) -> None:
    row = factories.consultation()
    shown = factories.update(row, title="Shown news")
    draft = factories.update(row, title="Secret news", publish_at=None)
    early = factories.update(factories.consultation(publish_at=None), title="Secret too")
    for path in ("/", "/updates/", "/updates.atom", "/sitemap.xml", row.get_absolute_url()):
        text = client.get(path).content.decode()
        assert "Secret" not in text, path
        assert draft.slug not in text
        assert early.slug not in text
    assert client.get(shown.get_absolute_url()).status_code == 200
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(early.get_absolute_url()).status_code == 404


def test_documents_of_a_draft_cannot_be_fetched(client: Client) -> None:
    public, draft = factories.consultation(), factories.consultation(publish_at=None)
    rows = [
        Document.objects.create(consultation=each, title="D", file=ContentFile(b"words", name="d.txt"))
        for each in (public, draft)
    ]
    response = client.get(rows[0].get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == b"words"  # type: ignore[attr-defined]
    assert client.get(rows[1].get_absolute_url()).status_code == 404
    assert client.get(f"{public.get_absolute_url()}documents/{rows[1].pk}/").status_code == 404


def test_tags_narrow_the_list(client: Client) -> None:
    tagged, other = factories.consultation(title="Tagged one"), factories.consultation(title="Other one")
    tagged.tags.add(Tag.objects.create(name="Brixton", slug="brixton"))
    text = client.get("/consultations/?tag=brixton").content.decode()
    assert tagged.title in text
    assert other.title not in text
    assert "Other one" in client.get("/consultations/?tag=nonsense").content.decode()


def test_notices_stand_on_every_page_while_they_last(client: Client) -> None:
    Notice.objects.create(key="now", body="Phone lines are down.", publish_at=BEFORE)
    Notice.objects.create(key="over", body="Old words.", publish_at=BEFORE, until=NOON)
    for path in ("/", "/consultations/", "/events/", "/privacy/"):
        text = client.get(path).content.decode()
        assert "Phone lines are down." in text
        assert "Old words." not in text


@pytest.mark.parametrize("path", ["/", "/consultations/", "/updates/"])
def test_lists_take_the_same_queries_at_one_and_at_three(client: Client, path: str) -> None:
    counts = []
    for wanted in (1, 3):
        while Consultation.objects.count() < wanted:
            row = factories.consultation()
            factories.update(row)
            factories.key_date(row)
            factories.event(row)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_residents_get_no_cookie(client: Client) -> None:
    row = factories.consultation()
    factories.question(row)
    for path in ("/", "/consultations/", row.get_absolute_url(), "/events/", "/calendar.ics", "/updates.atom"):
        response = client.get(path)
        assert not response.cookies, path
        assert "Cookie" not in response.get("Vary", ""), path


def test_wrong_methods_are_refused(client: Client) -> None:
    row = factories.consultation()
    for path in ("/", row.get_absolute_url(), "/updates/", "/privacy/", "/robots.txt"):
        assert client.post(path).status_code == 405


def test_structured_data_cannot_end_its_element(client: Client) -> None:
    row = factories.consultation(title="</script><script>alert(1)</script>")
    text = client.get(row.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in text
    assert "\\u003C/script" in text


def test_home_shows_what_is_still_promised_before_what_was_kept(client: Client) -> None:
    row = factories.consultation()
    for number in range(7):
        factories.key_date(row, label=f"Kept {number}", on=NOON.date(), kept_on=NOON.date())
    factories.key_date(row, label="Some day", on=None, date_note="In spring")
    factories.key_date(row, label="Soon", on=NOON.date() + timedelta(days=1))
    text = client.get("/").content.decode()
    assert text.index("Soon") < text.index("Some day") < text.index("Kept ")


def test_a_file_that_is_missing_hides_nothing_else(client: Client) -> None:
    row = factories.consultation()
    document = Document.objects.create(consultation=row, title="Lost file", file=ContentFile(b"words", name="d.txt"))
    document.file.storage.delete(str(document.file.name))
    assert "Lost file" in client.get(row.get_absolute_url()).content.decode()
    assert client.get(document.get_absolute_url()).status_code == 404


def test_an_unknown_tag_is_told(client: Client) -> None:
    factories.consultation().tags.add(Tag.objects.create(name="Brixton", slug="Brixton_1"))
    assert "No consultation has this tag" not in client.get("/consultations/?tag=Brixton_1").content.decode()
    assert "No consultation has this tag" in client.get("/consultations/?tag=nonsense").content.decode()
