"""Having one's say, inside pages of other apps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from consult import dates
from consult.models import Consultation
from submissions.models import Questionnaire

register = template.Library()

# Where the quick way out leads: a page of the weather says nothing about where somebody was.
NEUTRAL_PAGE = "https://www.bbc.co.uk/weather"


@register.inclusion_tag("submissions/have_your_say.html")
def have_your_say(consultation: Consultation) -> dict[str, Any]:
    """The main action of a consultation's pages, where it is open and asks something here."""
    return {"consultation": consultation, "questionnaires": _open(consultation)}


@register.inclusion_tag("submissions/respond_link.html")
def respond_link(consultation: Consultation) -> dict[str, Any]:
    """The same as plain links, beside the other ways to take part."""
    return {"questionnaires": _open(consultation), "is_open": consultation.is_open()}


@register.inclusion_tag("submissions/questionnaires.html")
def open_questionnaires(consultations: Iterable[Consultation], level: int = 3) -> dict[str, Any]:
    """Every questionnaire of these consultations that can be answered now, with what it is for."""
    found = Questionnaire.objects.public().filter(consultation__in=list(consultations)).select_related("consultation")
    return {"questionnaires": [each for each in found if each.is_open()], "level": level, "names_consultation": True}


@register.inclusion_tag("submissions/exit.html")
def exit_this_page() -> dict[str, Any]:
    """The quick way out, for who must not be seen here."""
    return {"address": NEUTRAL_PAGE}


@register.filter
def until(questionnaire: Questionnaire) -> str:
    """`11:59pm on Friday 21 January 2022, 11 days left`; empty where no end is known."""
    ends = questionnaire.closing
    return f"{dates.end_words(ends)}, {dates.days_left_words(ends, timezone.now())}" if ends else ""


@register.filter
def ended(questionnaire: Questionnaire) -> str:
    """`11:59pm on Friday 21 January 2022`; empty where no end is known."""
    return dates.end_words(questionnaire.closing) if questionnaire.closing else ""


@register.filter
def opening(questionnaire: Questionnaire) -> datetime | None:
    """When it opens, if that is still to come."""
    starts = [at for at in (questionnaire.opens_at, questionnaire.consultation.opens_at) if at]
    return max((at for at in starts if at > timezone.now()), default=None)


def _open(consultation: Consultation) -> list[Questionnaire]:
    if not consultation.is_open():
        return []
    return [each for each in consultation.questionnaires.public() if each.is_open()]


@register.inclusion_tag("submissions/published_summary.html")
def published_views(consultation: Consultation, most: int = 2) -> dict[str, Any]:
    """How many views arrived and a few of those that are published."""
    public = consultation.submissions.public().prefetch_related("answers")
    return {
        "consultation": consultation,
        "received": consultation.submissions.counted().count(),
        "published": public.count(),
        "submissions": public[:most],
    }
