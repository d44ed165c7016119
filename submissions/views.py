"""Having one's say: begin, a page a question, check, send, receipt. And what others said."""

import hashlib
import json

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from submissions import actions, keys, survey
from submissions.models import Draft, Question

VIEWS_PER_PAGE = 20
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@page_or_form
@by_slug(lambda: Consultation.objects.all())
def respond(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What is asked and what happens with it, before anything is typed. Starting opens a draft."""
    questions = consultation.questions.select_related("theme")
    if request.method == "POST" and questions:
        try:
            token = actions.begin(consultation=consultation)
        except actions.Closed:
            return _closed(request, consultation)
        return redirect("respond_step", consultation.slug, token, survey.steps(consultation)[0].slug)
    context = {
        "consultation": consultation,
        "questions": questions,
        "is_open": consultation.is_open(),
        "is_preview": not consultation.is_published(),
    }
    return render(request, "submissions/respond.html", context)


@never_cache
@page_or_form
@by_slug(lambda: Consultation.objects.all())
def step(request: HttpRequest, consultation: Consultation, token: str, step: str) -> HttpResponse:
    """One question. What is typed is kept before it is judged."""
    draft = _draft(consultation, token)
    if draft is None:
        return redirect("receipt", consultation.slug, token)
    steps = survey.steps(consultation)
    place = next((number for number, each in enumerate(steps) if each.slug == step), None)
    if place is None:
        raise Http404("There is no such question.")
    # A page shows what was typed; a mistake in it is told when it is sent, and on check answers.
    form = steps[place].form(initial=draft.data.get(step, {}))
    other = _saved_elsewhere(request, draft, step)
    if request.method == "POST":
        try:
            form, draft = _kept(request, draft, steps[place], keep=not other)
        except Draft.DoesNotExist:  # sent or expired meanwhile: asked again, its page says which
            return redirect(request.path)
    if not consultation.accepts_submission(draft.begun_at):
        return _closed(request, consultation, draft)
    then = request.GET.get("then")
    if form.is_valid() and not other:
        is_last = then == "check" or place + 1 == len(steps)
        return redirect(*_address(consultation, token, None if is_last else steps[place + 1]))
    context = {
        "consultation": consultation,
        "step": steps[place],
        "form": form,
        "number": place + 1,
        "total": len(steps),
        "token": token,
        "before": steps[place - 1].slug if place else None,
        "then": then,
        "other": other,
        "seen": _digest(draft.data.get(step, {})),
        "expires_at": draft.expires_at,
    }
    return render(request, "submissions/step.html", context)


@never_cache
@require_safe
@by_slug(lambda: Consultation.objects.all())
def resume(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """An address cut short: on to where everything stands."""
    return redirect("respond_check", consultation.slug, token)


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
    if not consultation.accepts_submission(draft.begun_at):
        return _closed(request, consultation, draft)
    steps = survey.steps(consultation)
    context = {
        "consultation": consultation,
        "rows": _rows(steps, draft),
        "token": token,
        "last_step": steps[-1].slug,
        "problems": problems,
        "in_grace": not consultation.is_open(),
    }
    return render(request, "submissions/check.html", context)


@never_cache
@require_safe
@by_slug(lambda: Consultation.objects.all())
def receipt(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """The reference and what happens next; can be kept as a bookmark. Only its address opens it."""
    submission = get_object_or_404(
        consultation.submissions.select_related("current_decision", "contact").prefetch_related("answers"),
        key=keys.key_of(token),
    )
    context = {"consultation": consultation, "submission": submission}
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
    """The draft at this address; None where it was sent. Raises Http404 where there is neither."""
    key = keys.key_of(token)
    draft = consultation.drafts.filter(expires_at__gt=timezone.now(), key=key).first()
    if draft is None and not consultation.submissions.filter(key=key).exists():
        raise Http404("Nothing is kept at this address.")
    return draft


def _digest(data: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _saved_elsewhere(request: HttpRequest, draft: Draft, step: str) -> dict[str, str]:
    """What another window saved since this one was opened, if that is not what was sent now."""
    stored: dict[str, str] = draft.data.get(step, {})
    seen = request.POST.get("seen")
    is_new = seen is not None and seen != _digest(stored)
    return stored if is_new and any(request.POST.get(name, "") != text for name, text in stored.items()) else {}


def _kept(request: HttpRequest, draft: Draft, step: survey.Step, *, keep: bool) -> tuple[Form, Draft]:
    """Keep what was sent, without the characters that no database keeps; returns its form and the draft.

    Not kept yet is what another window has saved something else for: the person puts the two together first.
    """
    sent = {name: str(text).replace("\x00", "") for name, text in request.POST.items()}
    form = step.form(sent)
    typed = {name: sent[name] for name in form.fields if name in sent}
    return form, actions.keep(draft=draft, step=step.slug, typed=typed) if keep else draft


def _address(consultation: Consultation, token: str, step: survey.Step | None) -> tuple[str, ...]:
    if step is None:
        return ("respond_check", consultation.slug, token)
    return ("respond_step", consultation.slug, token, step.slug)


def _rows(steps: list[survey.Step], draft: Draft) -> list[dict[str, object]]:
    """Label, words, the step to change them in, and whether something is wrong with it."""
    rows: list[dict[str, object]] = []
    for step in steps:
        form = survey.bound(step, draft.data)
        if form.is_valid():
            rows += [{"label": label, "text": text, "step": step} for label, text in survey.shown(step, form)]
        else:
            errors = [error for messages in form.errors.values() for error in messages]
            typed = draft.data.get(step.slug, {})
            rows.append({"label": step.title, "text": typed.get("answer", ""), "errors": errors, "step": step})
    return rows


def _closed(request: HttpRequest, consultation: Consultation, draft: Draft | None = None) -> HttpResponse:
    """The consultation closed meanwhile: says so, and shows what was typed so that it is not lost."""
    typed = []
    for question in Question.objects.filter(consultation=consultation) if draft else []:
        text = draft.data.get(f"question-{question.identifier}", {}).get("answer") if draft else ""
        if text:
            typed.append((question.text, text))
    context = {"consultation": consultation, "typed": typed}
    return render(request, "submissions/closed.html", context, status=403)
