"""From an address to what stands there: published, a draft that staff may look at, or moved to a new address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve, reverse

from consult.models import Publishable, PublishableQuerySet

View = Callable[..., HttpResponseBase]


def by_slug(queryset: Callable[[], PublishableQuerySet[Any]]) -> Callable[[View], View]:
    """Decorator: calls the view with the object in place of its slug.

    What is not published is shown to staff who may view it (the page says that it is a preview) and is a 404 to
    everybody else. A former slug redirects for good to the same page under the new one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, slug: str, **rest: str) -> HttpResponseBase:
            objects = queryset()
            found = objects.published().filter(slug=slug).first()
            if found is None:
                # Only now ask who is there: a published page depends on nobody's cookie.
                found = objects.visible_to(request.user).filter(slug=slug).first()
            if found is None:
                return _redirect_to_new_slug(request, objects, slug)
            return view(request, found, **rest)

        return wrapped

    return decorate


def former(model: type[models.Model], slug: str, **within: Any) -> models.Model | None:
    """The row of `model` that last had this slug, by its history; None if none had or it is gone."""
    old = model.history.filter(slug=slug, **within).order_by("-history_date").first()  # type: ignore[attr-defined]
    return model._default_manager.filter(pk=old.id, **within).first() if old else None


def _redirect_to_new_slug(request: HttpRequest, objects: PublishableQuerySet[Any], slug: str) -> HttpResponse:
    row = former(objects.model, slug)
    if not isinstance(row, Publishable) or not objects.published().filter(pk=row.pk).exists():
        raise Http404("Nothing stands at this address.")
    match = resolve(request.path_info)
    new = reverse(match.view_name, kwargs=match.kwargs | {"slug": row.slug})  # type: ignore[attr-defined]
    query = request.META["QUERY_STRING"]
    # What somebody was sending is sent on to the new address, not dropped: 308 for a form, 301 for a page.
    sends = request.method not in {"GET", "HEAD"}
    return redirect(f"{new}?{query}" if query else new, permanent=True, preserve_request=sends)
