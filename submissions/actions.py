"""What happens to a view: begun, kept, sent, decided about. Each verb is atomic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consult import audit
from consult.actions import CannotBeDone
from consult.models import Consultation, User
from submissions import emails, keys, references, survey
from submissions.models import Answer, Contact, Decision, Draft, Question, Submission

GENERAL_QUESTION = "What else do you want to say?"


class Closed(CannotBeDone):
    """The consultation no longer takes views, grace included."""


class Incomplete(CannotBeDone):
    """A step of the response is missing or wrong; `problems` as `survey.problems` gives them."""

    def __init__(self, problems: list[tuple[str, survey.Step]]) -> None:
        super().__init__("; ".join(message for message, _ in problems))
        self.problems = problems


@transaction.atomic
def begin(*, consultation: Consultation, now: datetime | None = None) -> str:
    """Open a draft and return the token of its address. Raises Closed unless the consultation is open at `now`."""
    now = now or timezone.now()
    if not consultation.is_open(now):
        raise Closed("This consultation is not open.")
    token = keys.new_token()
    Draft.objects.create(
        consultation=consultation,
        key=keys.key_of(token),
        begun_at=now,
        expires_at=now + settings.DRAFT_LIFETIME,
    )
    return token


@transaction.atomic
def keep(*, draft: Draft, step: str, typed: Mapping[str, str]) -> Draft:
    """Keep what was typed in a step as it was typed, right or wrong.

    Raises Draft.DoesNotExist where it was sent or has expired meanwhile.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    draft.data[step] = dict(typed)
    draft.save(update_fields=["data"])
    return draft


def send(*, consultation: Consultation, token: str, now: datetime | None = None) -> Submission:
    """Turn a draft into a submission, once: the same token again returns the same submission (standards.md R1, R2).

    Raises Draft.DoesNotExist where there is neither, Closed after closing and its grace, Incomplete where a step
    lacks something.
    """
    now = now or timezone.now()
    key = keys.key_of(token)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(key=key, consultation=consultation).first()
        sent = Submission.objects.filter(key=key, consultation=consultation).first()
        if sent:
            return sent
        if draft is None or draft.expires_at <= now:
            raise Draft.DoesNotExist
        if not consultation.accepts_submission(draft.begun_at, now):
            raise Closed("This consultation has closed.")
        submission = _store(consultation, key, _checked(consultation, draft), now)
        draft.delete()
        emails.post_receipt(submission)
    return submission


def _checked(consultation: Consultation, draft: Draft) -> list[tuple[survey.Step, dict[str, Any]]]:
    """Every step with what its form makes of the draft. Raises Incomplete with all that is wrong."""
    steps = survey.steps(consultation)
    if problems := survey.problems(steps, draft.data):
        raise Incomplete(problems)
    checked = []
    for step in steps:
        form = survey.bound(step, draft.data)
        form.is_valid()
        checked.append((step, form.cleaned_data))
    return checked


def _store(
    consultation: Consultation, key: str, checked: list[tuple[survey.Step, dict[str, Any]]], now: datetime
) -> Submission:
    about = {name: value for step, cleaned in checked if not step.question for name, value in cleaned.items()}
    submission = Submission.objects.create(
        reference=_unused_reference(),
        consultation=consultation,
        key=key,
        received_at=now,
        respondent=about["respondent"],
        organisation=about["organisation"],
        consents_to_publication=about["consent"],
        consent_wording=survey.CONSENT_WORDING if about["consent"] else "",
    )
    Answer.objects.bulk_create(
        Answer(submission=submission, question=step.question, question_text=step.question.text, text=cleaned["answer"])
        for step, cleaned in checked
        if step.question and cleaned["answer"]
    )
    if about["email"]:
        Contact.objects.create(submission=submission, email=about["email"])
    return submission


def _unused_reference() -> str:
    while Submission.objects.filter(reference=(reference := references.generate())).exists():
        pass  # two alike are one in thousands of millions
    return reference


@transaction.atomic
def ask_about_themes(*, consultation: Consultation, by: User) -> list[Question]:
    """Add the usual questions where missing: one about each theme, one in general. Returns the new ones."""
    asked = [
        (theme.slug[:60].strip("-"), theme.question or f"What do you think about: {theme.title}?", theme)
        for theme in consultation.themes.all()
    ]
    made = []
    for position, (identifier, text, theme) in enumerate([*asked, ("anything-else", GENERAL_QUESTION, None)], start=1):
        question, is_new = Question.objects.get_or_create(
            consultation=consultation,
            identifier=identifier,
            defaults={"text": text[:300], "theme": theme, "position": position},
        )
        if is_new:
            audit.record(by=by, verb="ask", target=question)
            made.append(question)
    return made


@transaction.atomic
def decide(*, submission: Submission, outcome: Decision.Outcome, reason: str = "", by: User) -> Submission:
    """Decide whether a submission is shown. Earlier decisions stay: undoing one is a new one.

    Raises CannotBeDone for what was erased, for publishing without the sender's consent, or for not publishing
    without a reason.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.erased_at:
        raise CannotBeDone(f"{submission.reference} was erased: there is nothing to decide about.")
    if outcome == Decision.Outcome.PUBLISH and not submission.consents_to_publication:
        raise CannotBeDone(f"{submission.reference} cannot be published: its sender did not agree to it.")
    if outcome != Decision.Outcome.PUBLISH and not reason:
        raise CannotBeDone("Give a reason for not publishing.")
    submission.current_decision = Decision.objects.create(
        submission=submission, outcome=outcome, reason=reason, decided_at=timezone.now(), decided_by=by
    )
    submission.save(update_fields=["current_decision"])
    audit.record(by=by, verb=outcome.value, target=submission)
    return submission
