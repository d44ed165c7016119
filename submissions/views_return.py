"""Coming back to a draft: by the code that is typed, by the link in a letter; and the page that gives out both."""

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.models import Consultation
from consult.sign_in import address_behind_proxy
from consult.slugs import by_slug
from submissions import actions_return, keys
from submissions.forms_return import NOTHING, CodeForm, LetterForm
from submissions.models import Draft
from submissions.tries import Tries

page_or_form = require_http_methods(["GET", "HEAD", "POST"])
TRIES = Tries(most=30, most_of_all=1000)  # in an hour; why so many: docs/adr/0005-answering-without-an-account.md


@never_cache
@page_or_form
def enter(request: HttpRequest) -> HttpResponse:
    """Asks for a return code and leads to its draft."""
    return _lead(request, CodeForm(request.POST if request.method == "POST" else None))


@never_cache
@require_safe
def by_link(request: HttpRequest, code: str) -> HttpResponse:
    """The link of a letter: the same as typing the code in it."""
    return _lead(request, CodeForm({"code": code}))


def _lead(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """To the draft of a code. One answer to all others: never given out, wrong, sent, expired."""
    if not form.is_valid():
        return render(request, "submissions/return.html", {"form": form})
    address, now = _address(request), timezone.now()
    if wait := TRIES.wait(address, now):
        return render(request, "submissions/return_wait.html", {"minutes": _minutes(wait)}, status=429)
    code = form.cleaned_data["code"]
    token = keys.token_of(code or "")  # what cannot be a code takes the same way
    drafts = Draft.objects.filter(expires_at__gt=now).select_related("version__questionnaire__consultation")
    draft = drafts.filter(key=keys.key_of(token)).first()
    if draft:
        return redirect("respond_tasks", draft.version.questionnaire.consultation.slug, token)
    if code:  # a slip of the pen guesses nothing
        TRIES.failed(address)
    form.add_error("code", NOTHING.format(days=settings.DRAFT_LIFETIME.days))
    return render(request, "submissions/return.html", {"form": form})


@never_cache
@page_or_form
@by_slug(lambda: Consultation.objects.all())
def come_back(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """How to come back to a draft: its code, and a letter with it for who wants one."""
    drafts = Draft.objects.filter(version__questionnaire__consultation=consultation, expires_at__gt=timezone.now())
    draft = drafts.select_related("version__questionnaire").filter(key=keys.key_of(token)).first()
    code = keys.code_of(token)
    if draft is None:
        return redirect("respond_tasks", consultation.slug, token)  # says what became of it
    form = LetterForm(request.POST if request.method == "POST" else None)
    if code and form.is_valid():
        to, once = form.cleaned_data["email"], form.cleaned_data["once"]
        try:
            actions_return.send_way_back(draft=draft, code=code, to=to, once=once)
        except actions_return.TooMany as problem:
            form.add_error("email", str(problem))
        except Draft.DoesNotExist:
            return redirect("respond_tasks", consultation.slug, token)
        else:
            return redirect(f"{request.path}?sent=yes")
    context = {"consultation": consultation, "draft": draft, "token": token, "code": code, "form": form}
    return render(request, "submissions/come_back.html", context | {"is_sent": request.GET.get("sent") == "yes"})


def _address(request: HttpRequest) -> str:
    """Where a request comes from: asked to count, never kept."""
    is_behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
    return address_behind_proxy(request) if is_behind_proxy else str(request.META["REMOTE_ADDR"])


def _minutes(wait: timedelta) -> int:
    return ceil(wait.total_seconds() / 60)
