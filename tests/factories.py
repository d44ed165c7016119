"""Rows for tests: each function makes one valid row, and takes what the test is about as keywords.

The tests stand at NOON, an ordinary winter day; summer is asked for by name.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils.text import slugify

from consult.dates import LONDON
from consult.models import Channel, Consultation, KeyDate, Theme, Update, User
from events.models import Event, JoinDetails, Registration, Venue
from submissions import keys, references
from submissions.models import Answer, Choice, ChoiceSet, Question, Questionnaire, Section, Submission, Version

NOON = datetime(2026, 1, 14, 12, tzinfo=LONDON)  # a Wednesday
SUMMER = datetime(2026, 7, 15, 12, tzinfo=LONDON)
BEFORE = NOON - timedelta(days=30)

_numbers = count(1)


def consultation(**fields: Any) -> Consultation:
    """An open consultation that closes at the end of Wednesday 21 January 2026."""
    number = next(_numbers)
    return Consultation.objects.create(
        **{
            "title": f"Consultation {number}",
            "slug": f"consultation-{number}",
            "summary": "What should change?",
            "decided_by": "The Mayor of London",
            "publish_at": BEFORE,
            "opens_at": BEFORE,
            "closes_at": datetime(2026, 1, 22, tzinfo=LONDON),
        }
        | fields
    )


def theme(consultation: Consultation, **fields: Any) -> Theme:
    number = next(_numbers)
    return Theme.objects.create(
        consultation=consultation, **{"title": f"Theme {number}", "slug": f"theme-{number}"} | fields
    )


def channel(consultation: Consultation, **fields: Any) -> Channel:
    return Channel.objects.create(consultation=consultation, **{"kind": "survey", "title": "Survey"} | fields)


def key_date(consultation: Consultation, **fields: Any) -> KeyDate:
    """A promise for 31 March 2026."""
    defaults = {"label": "Final Plan published", "on": datetime(2026, 3, 31).date(), "is_promise": True}
    return KeyDate.objects.create(consultation=consultation, **defaults | fields)


def update(consultation: Consultation, **fields: Any) -> Update:
    number = next(_numbers)
    defaults = {"title": f"Update {number}", "slug": f"update-{number}", "summary": "News.", "publish_at": BEFORE}
    return Update.objects.create(consultation=consultation, **defaults | fields)


def venue(**fields: Any) -> Venue:
    number = next(_numbers)
    defaults = {"name": f"Hall {number}", "address": "1 High Street", "postcode": "SE1 0LL", "borough": "southwark"}
    return Venue.objects.create(**defaults | fields)


def event(consultation: Consultation | None = None, **fields: Any) -> Event:
    """An online meeting from 6pm to 8pm, a day after NOON."""
    number = next(_numbers)
    start = NOON + timedelta(days=1, hours=6)
    defaults = {
        "title": f"Meeting {number}",
        "slug": f"meeting-{number}",
        "summary": "Come and talk.",
        "format": "online",
        "starts_at": start,
        "ends_at": fields.get("starts_at", start) and fields.get("starts_at", start) + timedelta(hours=2),
        "publish_at": BEFORE,
    }
    return Event.objects.create(consultation=consultation or globals()["consultation"](), **defaults | fields)


def join_details(event: Event, **fields: Any) -> JoinDetails:
    """Public Zoom details whose link carries the ID beside it."""
    defaults = {
        "provider": "zoom",
        "url": "https://us06web.zoom.us/j/81545869151?pwd=secret-in-link",
        "meeting_id": "815 4586 9151",
        "passcode": "369100",
        "visibility": "public",
    }
    return JoinDetails.objects.create(event=event, **defaults | fields)


def registration(event: Event, **fields: Any) -> Registration:
    """One confirmed place."""
    defaults = {"email": f"person-{next(_numbers)}@example.org", "name": "Ada", "created_at": NOON - timedelta(hours=2)}
    row = Registration(event=event, **defaults | {"state": "confirmed", "confirmed_at": NOON} | fields)
    if row.state == "waiting":
        row.queued_at = row.queued_at or NOON
    row.save()
    return row


def questionnaire(consultation: Consultation, **fields: Any) -> Questionnaire:
    """With a published version that asks nothing yet."""
    row = Questionnaire.objects.create(
        consultation=consultation, **{"title": "Survey", "slug": f"survey-{next(_numbers)}"} | fields
    )
    Version.objects.create(questionnaire=row, number=1, published_at=BEFORE)
    return row


def section(questionnaire: Questionnaire, **fields: Any) -> Section:
    """In its latest version."""
    number = next(_numbers)
    version = questionnaire.versions.latest("number")
    defaults = {"identifier": f"section-{number}", "title": f"Section {number}", "position": number}
    return Section.objects.create(version=version, **defaults | fields)


def question(asked_in: Section | Consultation, **fields: Any) -> Question:
    """A long text in a section; of a consultation, in a section of its own of the first questionnaire."""
    number = next(_numbers)
    defaults: dict[str, Any] = {"identifier": f"question-{number}", "text": f"What about {number}?", "position": number}
    values = defaults | fields
    if isinstance(asked_in, Consultation):
        about = asked_in.questionnaires.first() or questionnaire(asked_in)
        theme = values.pop("theme", None)
        words = {"identifier": values["identifier"], "title": values["text"], "position": values["position"]}
        asked_in = section(about, theme=theme, **words)
    return Question.objects.create(section=asked_in, **values)


def choice_set(*labels: str, **fields: Any) -> ChoiceSet:
    """Choices with these labels; their identifiers are the labels as slugs."""
    row = ChoiceSet.objects.create(**{"identifier": f"set-{next(_numbers)}", "name": "Set"} | fields)
    for position, label in enumerate(labels, start=1):
        Choice.objects.create(choice_set=row, identifier=slugify(label), label=label, position=position)
    return row


def submission(consultation: Consultation, text: str = "More youth clubs.", **fields: Any) -> Submission:
    """A view that a person sent through the web, agreeing to its publication."""
    row = Submission.objects.create(
        consultation=consultation,
        **{
            "reference": references.generate(),
            "key": keys.key_of(keys.new_token()),
            "received_at": NOON,
            "respondent": "individual",
            "consents_to_publication": True,
            "consent_wording": "You may publish my views.",
        }
        | fields,
    )
    asked = Question.objects.filter(section__version__questionnaire__consultation=consultation).first()
    asked = asked or question(consultation)
    Answer.objects.create(submission=row, question=asked, question_text=asked.text, text=text)
    return row


def user(**fields: Any) -> User:
    return User.objects.create_user(**{"username": f"user-{next(_numbers)}"} | fields)
