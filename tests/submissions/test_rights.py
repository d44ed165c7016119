"""What the privacy page promises, done by administrators: consent withdrawn, a contact put right, a view erased."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from consult import mail
from consult.actions import CannotBeDone
from consult.models import AuditEntry, Letter
from submissions import actions, actions_rights, emails
from submissions.models import Answer, Contact, Decision, Submission
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]


def url(verb: str, row: Submission) -> str:
    return reverse(f"admin:submissions_submission_{verb}", args=[row.pk])


@pytest.fixture
def published() -> Submission:
    """A view of an organisation that the public reads, with a contact and a letter that waits to be sent."""
    row = factories.submission(
        factories.consultation(), text="Open the youth club.", respondent="organisation", organisation="Ada’s Club"
    )
    Contact.objects.create(submission=row, name="Ada", email="ada@example.org")
    actions.decide(submission=row, outcome=Decision.Outcome.PUBLISH, by=factories.user())
    assert emails.post_receipt(row)
    return row


def page_of_views(client: Client, row: Submission) -> str:
    return client.get(f"{row.consultation.get_absolute_url()}views/").content.decode()


def test_consent_withdrawn_hides_the_view_at_once(cast: Cast, client: Client, published: Submission) -> None:
    assert "Open the youth club." in page_of_views(client, published)
    administrator = cast("administrator")
    assert url("withdraw", published) in administrator.get(url("change", published)).content.decode()
    assert administrator.post(url("withdraw", published)).status_code == 302
    assert "Open the youth club." not in page_of_views(client, published)
    published.refresh_from_db()
    assert (published.consents_to_publication, published.consent_wording) == (False, "You may publish my views.")
    assert published.answers.get().text == "Open the youth club."
    entry = AuditEntry.objects.exclude(verb="publish").get()
    assert (entry.verb, entry.target, entry.by.username) == ("withdraw-consent", published, "administrator")
    assert url("withdraw", published) not in administrator.get(url("change", published)).content.decode()
    again = administrator.post(url("withdraw", published)).content.decode()
    assert "there is nothing to withdraw" in again
    with pytest.raises(CannotBeDone):
        actions.decide(submission=published, outcome=Decision.Outcome.PUBLISH, by=factories.user())


def test_a_contact_is_put_right(cast: Cast, published: Submission) -> None:
    administrator = cast("administrator")
    assert 'value="ada@example.org"' in administrator.get(url("contact", published)).content.decode()
    wrong = administrator.post(url("contact", published), {"name": "Ada", "email": "nonsense"})
    assert "Enter a valid email address." in wrong.content.decode()
    right = {"name": "Ada L", "email": "ada@new.example"}
    assert administrator.post(url("contact", published), right).status_code == 302
    contact = Contact.objects.get()
    assert (contact.submission, contact.name, contact.email) == (published, "Ada L", "ada@new.example")
    assert Letter.objects.get().to == "ada@new.example"
    entry = AuditEntry.objects.exclude(verb="publish").get()
    assert (entry.verb, entry.detail) == ("correct-contact", {})  # that, not what


def test_a_contact_is_forgotten_or_added(cast: Cast, published: Submission) -> None:
    administrator = cast("administrator")
    assert administrator.post(url("contact", published), {"name": "", "email": ""}).status_code == 302
    assert not Contact.objects.exists()
    assert not Letter.objects.exists()
    assert administrator.post(url("contact", published), {"name": "", "email": "new@example.org"}).status_code == 302
    assert Contact.objects.get().email == "new@example.org"


def test_a_letter_that_was_sent_stays_as_it_is(cast: Cast, published: Submission) -> None:
    assert mail.deliver(Letter.objects.get().pk)
    sent = Letter.objects.values().get()
    administrator = cast("administrator")
    administrator.post(url("contact", published), {"name": "", "email": "new@example.org"})
    administrator.post(url("erase", published), {"reason": "Asked."})
    assert Letter.objects.values().get() == sent


def test_erased_is_gone_and_still_counted(cast: Cast, client: Client, published: Submission) -> None:
    administrator = cast("administrator")
    assert administrator.post(url("erase", published), {"reason": "Asked by letter."}).status_code == 302
    assert not Answer.objects.exists()
    assert not Contact.objects.exists()
    assert not Letter.objects.exists()
    published.refresh_from_db()
    assert (published.respondent, published.organisation) == ("individual", "")
    assert (published.erased_at, published.erased_reason) == (NOON, "Asked by letter.")
    assert published.consultation.submissions.count() == 1
    assert not published.is_public
    text = page_of_views(client, published)
    assert published.reference not in text
    assert "Ada" not in text
    entry = AuditEntry.objects.exclude(verb="publish").get()
    assert (entry.verb, entry.target, entry.by.username) == ("erase", published, "administrator")
    assert entry.detail == {"reason": "Asked by letter.", "respondent": "organisation"}
    page = administrator.get(url("change", published)).content.decode()
    assert "Erased" in page
    assert "Asked by letter." in page
    assert not [verb for verb in ("decide", "withdraw", "contact", "erase") if url(verb, published) in page]


def test_erased_is_done_with(cast: Cast, published: Submission) -> None:
    administrator = cast("administrator")
    administrator.post(url("erase", published), {"reason": "Asked."})
    for verb, asked in {"erase": {"reason": "Again."}, "contact": {"name": "Ada", "email": ""}}.items():
        assert "This was erased already." in administrator.post(url(verb, published), asked).content.decode()
    assert not Contact.objects.exists()
    assert AuditEntry.objects.exclude(verb="publish").get().verb == "erase"


def test_what_was_erased_waits_for_nobody(cast: Cast) -> None:
    row = factories.consultation()
    erased, waiting = factories.submission(row), factories.submission(row)
    actions_rights.erase(submission=erased, reason="Asked.", by=factories.user())
    assert list(Submission.objects.awaiting()) == [waiting]
    address = reverse("admin:submissions_submission_changelist")
    listed = cast("moderator").get(address, {"decision": "awaiting"}).content.decode()
    assert waiting.reference in listed
    assert erased.reference not in listed
    assert "Erased" in cast("analyst").get(address).content.decode()


def test_erasing_needs_a_reason(cast: Cast, published: Submission) -> None:
    response = cast("administrator").post(url("erase", published), {"reason": ""})
    assert "This field is required." in response.content.decode()
    assert Answer.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("resident", 302),
        ("half_signed_in", 302),
        ("editor", 403),
        ("moderator", 403),
        ("analyst", 403),
        ("partner", 403),
    ],
)
def test_only_administrators_do_this(cast: Cast, published: Submission, name: str, status: int) -> None:
    client = cast(name)
    for verb in ("withdraw", "contact", "erase"):
        asked = {"name": "", "email": "", "reason": "x"}
        assert client.post(url(verb, published), asked).status_code == status
        assert "ada@example.org" not in client.get(url(verb, published), follow=True).content.decode()
    published.refresh_from_db()
    assert (published.consents_to_publication, published.erased_at) == (True, None)
    assert Contact.objects.exists()
    assert AuditEntry.objects.get().verb == "publish"


def test_looking_does_nothing(cast: Cast, published: Submission) -> None:
    client = cast("administrator")
    for verb in ("withdraw", "contact", "erase"):
        assert client.get(url(verb, published)).status_code == 200
    published.refresh_from_db()
    assert (published.consents_to_publication, published.erased_at) == (True, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"erased_at": NOON},
        {"erased_reason": "Asked."},
        {"erased_at": NOON, "erased_reason": "Asked.", "consents_to_publication": True},
        {
            "erased_at": NOON,
            "erased_reason": "Asked.",
            "consents_to_publication": False,
            "respondent": "organisation",
            "organisation": "X",
        },
    ],
)
def test_the_database_refuses_half_an_erasure(fields: dict[str, Any]) -> None:
    row = factories.consultation()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.submission(row, **fields)
