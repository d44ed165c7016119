"""Having one's say: choose a questionnaire, take its pages in any order, check, send, receipt. And what others said."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from submissions import actions, keys, review, survey
from submissions.models import Draft, Questionnaire, Version

VIEWS_PER_PAGE = 20
# Names that no question can have: an identifier holds no full stop.
SEEN, AT_ONCE = "page.seen", "page.at-once"
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
        **_of_draft(consultation, draft, token),
        "groups": [
            ("What you want to say", [row for row in rows if row[0].section]),
            ("About your answer", [row for row in rows if not row[0].section]),
        ],
        "total": len(rows),
        "done": sum(state == survey.State.DONE for _, state in rows),
        "has_needed": any(state == survey.State.NEEDED for _, state in rows),
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
    shown = next((each for each in survey.steps(draft.version, draft.data) if each.slug == step), None)
    if shown is None:
        raise Http404("This is not asked.")
    page: dict[str, Any] = {"form": survey.opened(shown, draft.data)}
    leads_on = False
    if request.method == "POST":
        try:
            page = _save(request, draft, shown)
        except Draft.DoesNotExist:  # sent or expired meanwhile: asked again, its page says which
            return redirect(request.path)
        leads_on = page["form"].is_valid() and not page["other"] and not page["brings_up"]
    if not _accepted(draft):
        return _closed(request, draft.version.questionnaire, draft)
    then = request.GET.get("then")
    if leads_on:
        name, *after = _next(draft, shown, then)
        return redirect(name, consultation.slug, token, *after)
    seen = _digest(draft.data.get(step, {}))
    context = {**_of_draft(consultation, draft, token), **page, "step": shown, "then": then, "seen": seen}
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
    rows = review.rows(survey.steps(draft.version, draft.data), draft.data)
    context = {**_of_draft(consultation, draft, token), "rows": rows, "problems": problems}
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


def _of_draft(consultation: Consultation, draft: Draft, token: str) -> dict[str, Any]:
    """What every page of a draft knows."""
    asked = draft.version.questionnaire
    return {
        "consultation": consultation,
        "questionnaire": asked,
        "draft": draft,
        "token": token,
        "in_grace": not draft.is_test and not asked.is_open(),
    }


def _save(request: HttpRequest, draft: Draft, shown: survey.Step) -> dict[str, Any]:
    """Keep what was sent for a step, unless another window saved something else since its page was opened.

    Returns the form as it stands now, what the other window saved (or nothing) and whether a question came up.
    Raises Draft.DoesNotExist where it was sent or has expired meanwhile.
    """
    stored: dict[str, list[str]] = draft.data.get(shown.slug, {})
    typed = survey.kept(shown, draft.data, dict(request.POST.lists()))
    seen = request.POST.get(SEEN)
    if seen is not None and seen != _digest(stored) and typed != stored:
        form = survey.bound(shown, {shown.slug: typed})
        return {"form": form, "other": review.told(shown, draft.data), "brings_up": False}
    draft.data = actions.keep(draft=draft, step=shown.slug, typed=typed).data
    form, brings_up = survey.after_saving(
        draft.version, draft.data, shown, shown_at_once=bool(request.POST.get(AT_ONCE))
    )
    return {"form": form, "other": [], "brings_up": brings_up}


def _next(draft: Draft, saved: survey.Step, then: str | None) -> tuple[str, ...]:
    """The name of the page that comes after a step is done, and the step where it is one.

    Check answers for who came from there, and when all is done; else the next page that is not; else all of them.
    """
    if then == "check":
        return ("respond_check",)
    steps = survey.steps(draft.version, draft.data)
    undone = [each.slug for each in steps if survey.state(each, draft.data) is not survey.State.DONE]
    slugs = [each.slug for each in steps]
    later = [slug for slug in undone if slugs.index(slug) > slugs.index(saved.slug)]
    if later:
        return ("respond_step", later[0])
    return ("respond_tasks",) if undone else ("respond_check",)


def _digest(data: Mapping[str, list[str]]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _closed(request: HttpRequest, questionnaire: Questionnaire, draft: Draft | None = None) -> HttpResponse:
    """It closed meanwhile: says so, and shows what was typed so that it is not lost."""
    steps = survey.steps(draft.version, draft.data) if draft else []
    said = [row for row in review.rows(steps, draft.data if draft else {}) if row.step.section and row.text]
    context = {"consultation": questionnaire.consultation, "questionnaire": questionnaire, "said": said}
    return render(request, "submissions/closed.html", context, status=403)
