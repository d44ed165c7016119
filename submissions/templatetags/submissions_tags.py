"""Having one's say, inside pages of other apps."""

from typing import Any

from django import template

from consult.models import Consultation

register = template.Library()


@register.inclusion_tag("submissions/have_your_say.html")
def have_your_say(consultation: Consultation) -> dict[str, Any]:
    """The main action of a consultation's pages, where it is open and asks something here."""
    return {"consultation": consultation, "can_respond": _can_respond(consultation)}


@register.inclusion_tag("submissions/respond_link.html")
def respond_link(consultation: Consultation) -> dict[str, Any]:
    """The same as a plain link, beside the other ways to take part."""
    return {"consultation": consultation, "can_respond": _can_respond(consultation), "is_open": consultation.is_open()}


def _can_respond(consultation: Consultation) -> bool:
    return consultation.is_open() and any(each.is_open() for each in consultation.questionnaires.public())


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
