"""Having one's say: begin, a page a question, check, send, receipt. And what others said."""

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
from submissions.models import Draft, Question, Submission

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
    if isinstance(draft, Submission):
        return redirect("receipt", consultation.slug, token)
    steps = survey.steps(consultation)
    place = next((number for number, each in enumerate(steps) if each.slug == step), None)
    if place is None:
        raise Http404("There is no such question.")
    current = steps[place]
    typed = _typed(request) if request.method == "POST" else {}
    form = _form(request, draft, current, typed)
    if request.method == "POST":
        draft = actions.keep(
            draft=draft, step=current.slug, typed={name: typed[name] for name in form.fields if name in typed}
        )
        if not consultation.accepts_submission(draft.begun_at):
            return _closed(request, consultation, draft)
        if form.is_valid():
            return redirect(*_after(consultation, token, steps, place, request.GET.get("then")))
    before = steps[place - 1].slug if place else None
    context = {
        "consultation": consultation,
        "step": current,
        "form": form,
        "number": place + 1,
        "total": len(steps),
        "token": token,
        "before": before,
        "then": request.GET.get("then"),
        "expires_at": draft.expires_at,
    }
    return render(request, "submissions/step.html", context)


@never_cache
@page_or_form
@by_slug(lambda: Consultation.objects.all())
def check(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """Everything that will be sent, each with a way to change it; then send, once."""
    draft = _draft(consultation, token)
    if isinstance(draft, Submission):
        return redirect("receipt", consultation.slug, token)
    steps = survey.steps(consultation)
    problems: list[tuple[str, survey.Step]] = []
    if request.method == "POST":
        try:
            actions.send(consultation=consultation, token=token)
        except actions.Closed:
            return _closed(request, consultation, draft)
        except actions.Incomplete as missing:
            problems = missing.problems
        else:
            return redirect("receipt", consultation.slug, token)
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


def _draft(consultation: Consultation, token: str) -> Draft | Submission:
    """The draft at this address, or the submission that it became. Raises Http404 for neither."""
    key = keys.key_of(token)
    sent = consultation.submissions.filter(key=key).first()
    if sent:
        return sent
    return get_object_or_404(consultation.drafts.filter(expires_at__gt=timezone.now()), key=key)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was sent, without the characters that no database keeps."""
    sent = request.POST.items()
    return {name: str(text).replace("\x00", "") for name, text in sent if name != "csrfmiddlewaretoken"}


def _form(request: HttpRequest, draft: Draft, step: survey.Step, typed: dict[str, str]) -> Form:
    if request.method == "POST":
        return step.form(typed)
    # A page shows what was typed; a mistake in it is told when it is sent, and on check answers.
    return step.form(initial=draft.data.get(step.slug, {}))


def _after(
    consultation: Consultation, token: str, steps: list[survey.Step], place: int, then: str | None
) -> tuple[str, ...]:
    if then == "check" or place + 1 == len(steps):
        return ("respond_check", consultation.slug, token)
    return ("respond_step", consultation.slug, token, steps[place + 1].slug)


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
