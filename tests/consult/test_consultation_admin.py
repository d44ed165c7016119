"""Staff put a consultation in: the closing day, drafts and previews, filters, history."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consult.dates import LONDON
from consult.models import AuditEntry, Consultation
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]
LIST = "admin:consult_consultation_changelist"
PREFIXES = ["themes", "key_dates", "channels", "documents", "partnerships"]


def typed(**fields: str) -> dict[str, str]:
    """What the form of a new consultation sends."""
    management = {f"{prefix}-{name}_FORMS": "0" for prefix in PREFIXES for name in ("TOTAL", "INITIAL")}
    return (
        {
            "title": "The Plan",
            "slug": "the-plan",
            "summary": "What should change?",
            "decided_by": "The Mayor",
            "publish_at_0": "",
            "publish_at_1": "",
            "opens_at_0": "",
            "opens_at_1": "",
            "closes_at_0": "",
            "closes_at_1": "",
            "outcome_at_0": "",
            "outcome_at_1": "",
        }
        | management
        | fields
    )


@pytest.mark.parametrize(
    ("day", "clock", "closes_at"),
    [
        ("21/01/2026", "", datetime(2026, 1, 22, tzinfo=LONDON)),
        ("21/07/2026", "", datetime(2026, 7, 22, tzinfo=LONDON)),
        ("21/01/2026", "17:00", datetime(2026, 1, 21, 17, tzinfo=LONDON)),
    ],
)
def test_a_closing_day_without_hour_means_its_end(cast: Cast, day: str, clock: str, closes_at: datetime) -> None:
    client = cast("editor")
    url = reverse("admin:consult_consultation_add")
    response = client.post(url, typed(closes_at_0=day, closes_at_1=clock))
    assert response.status_code == 302, response.context["errors"]
    row = Consultation.objects.get()
    assert row.closes_at == closes_at
    page = client.get(reverse("admin:consult_consultation_change", args=[row.pk])).content.decode()
    assert f'name="closes_at_0" value="{day}"' in page
    response = client.post(
        reverse("admin:consult_consultation_change", args=[row.pk]), typed(closes_at_0=day, closes_at_1=clock)
    )
    row.refresh_from_db()
    assert (response.status_code, row.closes_at) == (302, closes_at)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"opens_at_0": "22/01/2026", "opens_at_1": "00:00", "closes_at_0": "20/01/2026"},
            "closing date after the opening",
        ),
        ({"closes_at_1": "17:00"}, "Enter the day as well as the hour."),
        ({"outcome_at_0": "22/01/2026", "outcome_at_1": "00:00"}, "Write the outcome before"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_what_does_not_fit_is_told_and_kept(cast: Cast, fields: dict[str, str], message: str) -> None:
    response = cast("editor").post(reverse("admin:consult_consultation_add"), typed(**fields))
    text = response.content.decode()
    assert response.status_code == 200
    assert message in text
    assert "What should change?" in text
    assert not Consultation.objects.exists()


def test_the_list_says_states_and_leads_to_previews(cast: Cast) -> None:
    draft = factories.consultation(title="A draft", publish_at=None)
    factories.consultation(title="An open one")
    factories.consultation(title="A closed one", closes_at=NOON)
    client = cast("editor")
    text = client.get(reverse(LIST)).content.decode()
    assert f'<a href="{draft.get_absolute_url()}">Preview' in text
    for state, title in {"draft": "A draft", "open": "An open one", "closed": "A closed one"}.items():
        found = client.get(reverse(LIST), {"state": state}).content.decode()
        assert title in found
        assert "1 consultation" in found
    assert "0 consultations" in client.get(reverse(LIST), {"state": "upcoming"}).content.decode()
    assert client.get(reverse(LIST), {"state": "nonsense"}).status_code == 200


def test_changes_are_on_record(cast: Cast) -> None:
    client = cast("editor")
    client.post(reverse("admin:consult_consultation_add"), typed())
    row = Consultation.objects.get()
    client.post(reverse("admin:consult_consultation_change", args=[row.pk]), typed(title="The better Plan"))
    first, last = row.history.order_by("history_date", "history_id")
    assert (first.title, last.title) == ("The Plan", "The better Plan")
    assert last.history_user.username == "editor"
    text = client.get(reverse("admin:consult_consultation_history", args=[row.pk])).content.decode()
    assert "The better Plan" in text


def test_what_was_published_is_not_deleted(cast: Cast) -> None:
    published, draft = factories.consultation(), factories.consultation(publish_at=None)
    client = cast("editor")
    address = "admin:consult_consultation_delete"
    assert client.post(reverse(address, args=[published.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse(address, args=[draft.pk]), {"post": "yes"}).status_code == 302
    both = [published.pk, factories.consultation(publish_at=None).pk]
    chosen = {"action": "delete_selected", "_selected_action": both, "post": "yes"}
    assert client.post(reverse(LIST), chosen).status_code == 403
    chosen["_selected_action"] = both[1:]
    assert client.post(reverse(LIST), chosen).status_code == 302
    assert list(Consultation.objects.all()) == [published]


@pytest.mark.parametrize("model", ["consultation", "theme", "keydate", "document", "channel", "update", "user"])
def test_staff_lists_take_the_same_queries_at_one_and_at_three(cast: Cast, model: str) -> None:
    client = cast("administrator")
    counts = []
    for _ in (1, 2):
        row = factories.consultation()
        for make in (factories.theme, factories.key_date, factories.channel, factories.update):
            make(row)
        row.documents.create(title="D", how_to_get="Ask us.")
        factories.user()
        client.get(reverse("admin:index"))  # the first request of a session notes its time
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"admin:consult_{model}_changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_moved_dates_are_on_record_and_saving_says_what_is_public(cast: Cast) -> None:
    client = cast("editor")
    text = client.post(reverse("admin:consult_consultation_add"), typed(), follow=True).content.decode()
    assert "It is a draft: only staff can see it." in text
    row = Consultation.objects.get()
    change = reverse("admin:consult_consultation_change", args=[row.pk])
    published = typed(publish_at_0="14/01/2026", publish_at_1="11:00", closes_at_0="21/01/2026")
    text = client.post(change, published, follow=True).content.decode()
    assert "“The Plan” is public now." in text
    assert "It asks nothing here yet" in text
    entry = AuditEntry.objects.get(verb="dates")
    assert entry.by is not None
    assert (entry.by.username, entry.detail["closes_at"]) == ("editor", ["", "2026-01-22 00:00:00+00:00"])
