"""Having one's say: begin, a page a question, check, send, receipt. And what others said."""

import hashlib
import json
from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from submissions import actions, keys, survey
from submissions.models import Draft, Questionnaire, Version

VIEWS_PER_PAGE = 20
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@by_slug(lambda: Consultation.objects.all())
def respond(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The questionnaires of a consultation; straight to it where there is one."""
    found = list(consultation.questionnaires.public())
    if len(found) == 1:
        return redirect(found[0])
    context = {
        "consultation": consultation,
        "questionnaires": found,
        "is_open": consultation.is_open(),
        "is_preview": not consultation.is_published(),
    }
    return render(request, "submissions/respond.html", context)


@page_or_form
@by_slug(lambda: Consultation.objects.all())
def questionnaire(request: HttpRequest, consultation: Consultation, questionnaire: str) -> HttpResponse:
    """What is asked and what happens with it, before anything is typed. Starting opens a draft."""
    asked = get_object_or_404(consultation.questionnaires.public(), slug=questionnaire)
    if request.method == "POST":
        try:
            token = actions.begin(questionnaire=asked)
        except actions.Closed:
            return _closed(request, asked)
        return redirect("respond_tasks", consultation.slug, token)
    version = asked.current
    context = {
        "consultation": consultation,
        "questionnaire": asked,
        "sections": version.sections.select_related("theme") if version else [],
        "is_open": asked.is_open(),
        "is_preview": not consultation.is_published(),
    }
    return render(request, "submissions/questionnaire.html", context)


@never_cache
@require_safe
@by_slug(lambda: Consultation.objects.all())
def tasks(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """Every page of the answer with how far it is, to be taken in any order."""
    draft = _draft(consultation, token)
    if draft is None:
        return redirect("receipt", consultation.slug, token)
    if not _accepted(draft):
        return _closed(request, draft.version.questionnaire, draft)
    steps = survey.steps(draft.version, draft.data)
    rows = [(step, survey.state(step, draft.data)) for step in steps]
    context = {
        "consultation": consultation,
        "draft": draft,
        "rows": rows,
        "done": sum(state == survey.State.DONE for _, state in rows),
        "token": token,
    }
    return render(request, "submissions/tasks.html", context)


@never_cache
@page_or_form
@by_slug(lambda: Consultation.objects.all())
def step(request: HttpRequest, consultation: Consultation, token: str, step: str) -> HttpResponse:
    """One page of questions. What is typed is kept before it is judged."""
    draft = _draft(consultation, token)
    if draft is None:
        return redirect("receipt", consultation.slug, token)
    place, shown = _place(survey.steps(draft.version, draft.data), step)
    # A page shows what was typed; a mistake in it is told when it is sent, and on check answers.
    form = shown.form(initial=survey.bound(shown, draft.data).data)
    other = _saved_elsewhere(request, draft, step)
    brings_up = False
    if request.method == "POST":
        typed = _typed(request, shown)
        try:
            draft = draft if other else actions.keep(draft=draft, step=step, typed=typed)
        except Draft.DoesNotExist:  # sent or expired meanwhile: asked again, its page says which
            return redirect(request.path)
        place, after = _place(survey.steps(draft.version, draft.data | {step: typed}), step)
        brings_up = bool(set(after.questions) - set(shown.questions))
        shown, form = after, survey.bound(after, {step: typed})
    if not _accepted(draft):
        return _closed(request, draft.version.questionnaire, draft)
    then = request.GET.get("then")
    if form.is_valid() and not other and not brings_up:
        return redirect(*_next(consultation, token, draft, place, then))
    context = {
        "consultation": consultation,
        "draft": draft,
        "step": shown,
        "form": form,
        "token": token,
        "then": then,
        "other": other,
        "brings_up": brings_up,
        "seen": _digest(draft.data.get(step, {})),
    }
    return render(request, "submissions/step.html", context)


@never_cache
@page_or_form
@by_slug(lambda: Consultation.objects.all())
def check(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """Everything that will be sent, each with a way to change it; then send, once."""
    draft = _draft(consultation, token)
    if draft is None:
        return redirect("receipt", consultation.slug, token)
    problems: list[tuple[str, survey.Step]] = []
    if request.method == "POST":
        try:
            actions.send(consultation=consultation, token=token)
            return redirect("receipt", consultation.slug, token)
        except actions.Incomplete as missing:
            problems = missing.problems
        except Draft.DoesNotExist:  # expired meanwhile: asked again, its page says so
            return redirect(request.path)
        except actions.Closed:
            pass  # told below
    if not _accepted(draft):
        return _closed(request, draft.version.questionnaire, draft)
    context = {
        "consultation": consultation,
        "draft": draft,
        "rows": _rows(survey.steps(draft.version, draft.data), draft),
        "token": token,
        "problems": problems,
        "in_grace": not draft.is_test and not draft.version.questionnaire.is_open(),
    }
    return render(request, "submissions/check.html", context)


@never_cache
@require_safe
@by_slug(lambda: Consultation.objects.all())
def receipt(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """The reference and what happens next; can be kept as a bookmark. Only its address opens it."""
    submission = get_object_or_404(
        consultation.submissions.select_related(
            "current_decision", "contact", "version__questionnaire"
        ).prefetch_related("answers"),
        key=keys.key_of(token),
    )
    context = {"consultation": consultation, "submission": submission, "token": token}
    return render(request, "submissions/receipt.html", context)


@require_safe
@by_slug(lambda: Consultation.objects.all())
def published_views(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What people said and agreed to show, newest first, paged."""
    submissions = consultation.submissions.public().select_related("current_decision").prefetch_related("answers")
    page = Paginator(submissions, VIEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"consultation": consultation, "page": page, "is_preview": not consultation.is_published()}
    return render(request, "submissions/published_views.html", context)


def _draft(consultation: Consultation, token: str) -> Draft | None:
    """The draft at this address with all that is asked; None where it was sent. Raises Http404 where there is none."""
    key = keys.key_of(token)
    found = Draft.objects.filter(
        key=key, version__questionnaire__consultation=consultation, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        if consultation.submissions.filter(key=key).exists():
            return None
        raise Http404("Nothing is kept at this address.")
    found.version = Version.objects.with_questions().select_related("questionnaire").get(pk=found.version_id)
    found.version.questionnaire.consultation = consultation
    return found


def _accepted(draft: Draft) -> bool:
    return draft.is_test or draft.version.questionnaire.accepts_submission(draft.begun_at)


def _place(steps: list[survey.Step], slug: str) -> tuple[int, survey.Step]:
    """Where a step stands among those that apply. Raises Http404."""
    for number, each in enumerate(steps):
        if each.slug == slug:
            return number, each
    raise Http404("This is not asked.")


def _typed(request: HttpRequest, step: survey.Step) -> dict[str, list[str]]:
    """What was sent for a step, without the characters that no database keeps."""
    sent = request.POST
    names = [
        name for name in sent if any(name == field or name.startswith(f"{field}_") for field in step.form().fields)
    ]
    return {name: [str(value).replace("\x00", "") for value in sent.getlist(name)] for name in names}


def _next(consultation: Consultation, token: str, draft: Draft, place: int, then: str | None) -> tuple[str, ...]:
    """On to the next page that applies; to check answers after the last, or where somebody came from there."""
    steps = survey.steps(draft.version, draft.data)
    if then == "check" or place + 1 >= len(steps):
        return ("respond_check", consultation.slug, token)
    return ("respond_step", consultation.slug, token, steps[place + 1].slug)


def _digest(data: Mapping[str, list[str]]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _saved_elsewhere(request: HttpRequest, draft: Draft, step: str) -> dict[str, list[str]]:
    """What another window saved since this one was opened, if that is not what was sent now."""
    stored: dict[str, list[str]] = draft.data.get(step, {})
    seen = request.POST.get("seen")
    is_new = seen is not None and seen != _digest(stored)
    return stored if is_new and any(request.POST.getlist(name) != values for name, values in stored.items()) else {}


def _rows(steps: list[survey.Step], draft: Draft) -> list[dict[str, object]]:
    """Label, words, the step to change them in, and whether something is wrong with it."""
    rows: list[dict[str, object]] = []
    for step in steps:
        form = survey.bound(step, draft.data)
        if form.is_valid():
            rows += [{"label": label, "text": text, "step": step} for label, text in survey.shown(step, form)]
        else:
            errors = [error for messages in form.errors.values() for error in messages]
            typed = "\n".join(survey.typed_words(step, draft.data))
            rows.append({"label": step.title, "text": typed, "errors": errors, "step": step})
    return rows


def _closed(request: HttpRequest, questionnaire: Questionnaire, draft: Draft | None = None) -> HttpResponse:
    """It closed meanwhile: says so, and shows what was typed so that it is not lost."""
    typed = []
    for step in survey.steps(draft.version, draft.data) if draft else []:
        words = survey.typed_words(step, draft.data) if draft and step.section else []
        typed += [(step.title, "\n".join(words))] if words else []
    context = {"consultation": questionnaire.consultation, "questionnaire": questionnaire, "typed": typed}
    return render(request, "submissions/closed.html", context, status=403)
