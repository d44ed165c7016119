"""What templates need to speak: dates in words, bodies as HTML, notices."""

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from consult import dates, markup
from consult.models import Consultation, Notice

register = template.Library()

# In a data block only these could end the element or the string (as django.utils.html.json_script does).
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def markdown(text: str, level: int = 2) -> SafeString:
    """A body as HTML whose topmost heading is an h`level`."""
    return markup.render(text, level)


@register.filter
def day(value: date | datetime | None) -> str:
    """`Thursday 13 January 2022`; empty for None."""
    if value is None:
        return ""
    return dates.day_words(dates.london(value).date() if isinstance(value, datetime) else value)


@register.filter
def clock(value: datetime | None) -> str:
    """`6pm`, by the clock in London."""
    return dates.time_words(value) if value else ""


@register.simple_tag
def span(start: datetime, end: datetime | None) -> str:
    """`6pm to 8pm`, or `from 6pm` where no end is known."""
    return dates.span_words(start, end)


@register.filter
def closing(consultation: Consultation) -> str:
    """`11:59pm on Friday 21 January 2022`."""
    return dates.end_words(consultation.closes_at) if consultation.closes_at else ""


@register.filter
def days_left(consultation: Consultation) -> str:
    """`11 days left`."""
    return dates.days_left_words(consultation.closes_at, timezone.now()) if consultation.closes_at else ""


@register.filter
def is_within(path: str, section: str) -> bool:
    """Whether a path is that of a section of the portal, or below it."""
    return path.startswith(section)


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """Structured data as a JSON-LD block: data, not script, so the content security policy lets it stand."""
    text = json.dumps({k: v for k, v in data.items() if v is not None}, ensure_ascii=False).translate(JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.inclusion_tag("consult/notices.html")
def notices() -> dict[str, Any]:
    """What stands at the top of every page just now."""
    return {"notices": Notice.objects.current()}
