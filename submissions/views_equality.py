"""About you: asked after sending, reached from the receipt, and kept without any trace of where it came from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from submissions import actions_equality, keys
from submissions.equality import EqualityForm
from submissions.models import Submission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_slug(lambda: Consultation.objects.all())
def about_you(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """Questions about the person, each of which may be left out. Those of a test are not kept."""
    submission = _sent(consultation, token)
    form = EqualityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        key, answers = form.said()
        if submission.version and not submission.is_test:
            actions_equality.tell(questionnaire=submission.version.questionnaire, key=key, answers=answers)
        return redirect("about_you_thanks", consultation.slug, token)
    context = {"consultation": consultation, "token": token, "form": form}
    return render(request, "submissions/about_you.html", context)


@never_cache
@require_safe
@by_slug(lambda: Consultation.objects.all())
def about_you_thanks(request: HttpRequest, consultation: Consultation, token: str) -> HttpResponse:
    """They arrived; says the same whether something was answered or all left out."""
    _sent(consultation, token)
    return render(request, "submissions/about_you_thanks.html", {"consultation": consultation, "token": token})


def _sent(consultation: Consultation, token: str) -> Submission:
    """The submission whose receipt is at this address and that is asked about the person. Raises Http404."""
    asking = consultation.submissions.filter(version__questionnaire__asks_about_you=True)
    return get_object_or_404(asking.select_related("version__questionnaire"), key=keys.key_of(token))
