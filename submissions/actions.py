"""What happens to a view: begun, kept, sent, decided about. Each verb is atomic."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consult import audit
from consult.actions import CannotBeDone
from consult.models import Consultation, User
from submissions import emails, keys, references, survey
from submissions.models import Answer, Contact, Decision, Draft, Questionnaire, Submission, Version


class Closed(CannotBeDone):
    """The questionnaire does not take views now, grace included."""


class Incomplete(CannotBeDone):
    """A step of the response is missing or wrong; `problems` as `survey.problems` gives them."""

    def __init__(self, problems: list[tuple[str, survey.Step]]) -> None:
        super().__init__("; ".join(message for message, _ in problems))
        self.problems = problems


@transaction.atomic
def begin(*, questionnaire: Questionnaire, now: datetime | None = None) -> str:
    """Open a draft of the version that is asked now and return the token of its address.

    Raises Closed unless the questionnaire is open at `now` and has a published version.
    """
    now = now or timezone.now()
    version = questionnaire.current
    if version is None or not questionnaire.is_open(now):
        raise Closed("This questionnaire is not open.")
    return _open_draft(version, now)


@transaction.atomic
def try_out(*, version: Version, now: datetime | None = None) -> str:
    """Open a draft of any version for staff to try: what is sent of it is a test, and never counted."""
    return _open_draft(version, now or timezone.now(), is_test=True)


def _open_draft(version: Version, now: datetime, *, is_test: bool = False) -> str:
    token = _unused_token()
    Draft.objects.create(
        version=version,
        key=keys.key_of(token),
        is_test=is_test,
        begun_at=now,
        expires_at=now + settings.DRAFT_LIFETIME,
    )
    return token


def _unused_token() -> str:
    """Its address must open nothing of somebody else's, though two alike are one in a thousand million million."""
    while True:
        token = keys.new_token()
        key = keys.key_of(token)
        if not (Draft.objects.filter(key=key).exists() or Submission.objects.filter(key=key).exists()):
            return token


@transaction.atomic
def keep(*, draft: Draft, step: str, typed: Mapping[str, list[str]]) -> Draft:
    """Keep what was typed in a step as it was typed, right or wrong.

    Raises Draft.DoesNotExist where it was sent or has expired meanwhile.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    draft.data[step] = {name: list(values) for name, values in typed.items()}
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
        draft = (
            Draft.objects.select_for_update().filter(key=key, version__questionnaire__consultation=consultation).first()
        )
        sent = Submission.objects.filter(key=key, consultation=consultation).first()
        if sent:
            return sent
        if draft is None or draft.expires_at <= now:
            raise Draft.DoesNotExist
        version = (
            Version.objects.with_questions().select_related("questionnaire__consultation").get(pk=draft.version_id)
        )
        if not draft.is_test and not version.questionnaire.accepts_submission(draft.begun_at, now):
            raise Closed("This questionnaire has closed.")
        submission = _store(version, draft, _checked(version, draft), now)
        draft.delete()
        emails.post_receipt(submission)
    return submission


def _checked(version: Version, draft: Draft) -> list[tuple[survey.Step, forms.Form]]:
    """Every step that applies with its valid form. Raises Incomplete with all that is wrong."""
    steps = survey.steps(version, draft.data)
    if problems := survey.problems(steps, draft.data):
        raise Incomplete(problems)
    checked = [(step, survey.bound(step, draft.data)) for step in steps]
    for _, form in checked:
        form.is_valid()
    return checked


def _store(version: Version, draft: Draft, checked: list[tuple[survey.Step, forms.Form]], now: datetime) -> Submission:
    about = {name: value for step, form in checked if not step.section for name, value in form.cleaned_data.items()}
    email, consent = about.pop("email"), about.pop("consent")
    submission = Submission.objects.create(
        reference=_unused_reference(),
        consultation=version.questionnaire.consultation,
        version=version,
        is_test=draft.is_test,
        key=draft.key,
        received_at=now,
        consents_to_publication=consent,
        consent_wording=survey.CONSENT_WORDING if consent else "",
        **about,
    )
    Answer.objects.bulk_create(
        Answer(submission=submission, question=question, question_text=question.text, text=words, value=value)
        for step, form in checked
        for question, words, value in survey.answers(step, form)
        if words
    )
    if email:
        Contact.objects.create(submission=submission, email=email)
    return submission


def _unused_reference() -> str:
    while Submission.objects.filter(reference=(reference := references.generate())).exists():
        pass  # two alike are one in thousands of millions
    return reference


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
