"""What happened to a row, in words, on a page without scripts (the one of django-simple-history needs them inline)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from consult.rows_admin import StaffAdmin

PER_PAGE = 25
LONG = 160  # characters; longer texts open on request
KINDS = {"+": "Created", "~": "Changed", "-": "Deleted"}
HIDDEN = "one that you may not see"
RowsOf = Callable[[type[models.Model]], "models.QuerySet[Any]"]
FLAGS = {ADDITION: "Created", DELETION: "Deleted"}


@dataclass(frozen=True)
class Change:
    """One field: what it was and what it became, as people read it."""

    label: str
    old: str
    new: str

    @property
    def is_long(self) -> bool:
        return len(self.old) + len(self.new) > LONG


@dataclass(frozen=True)
class Entry:
    """One thing that was done: when (aware), by whom (empty: by the portal itself), what and why."""

    when: datetime
    who: str
    kind: str
    reason: str = ""
    changes: list[Change] = field(default_factory=list)


class HistoryAdmin(StaffAdmin):
    """Shows the history of models that have one, and what was done in the admin for all others."""

    object_history_template = "admin/history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            gone: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
            return gone
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        records = recorded(row)
        page = Paginator(records, PER_PAGE).get_page(request.GET.get(PAGE_VAR))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {row}",
            "subtitle": None,
            "entries": entries(
                self.model,
                list(records[max(page.start_index() - 1, 0) : page.end_index() + 1]),
                lambda model: self._rows_for(request, model),
            )[:PER_PAGE],
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def _rows_for(self, request: HttpRequest, model: type[models.Model]) -> "models.QuerySet[Any]":
        """The rows of another model that the person finds in its list; none where it has no list."""
        other = self.admin_site._registry.get(model)
        return other.get_queryset(request) if other else model._base_manager.none()


def recorded(row: models.Model) -> "models.QuerySet[Any]":
    """Returns what was kept about a row, newest first: its historical records, or else entries of the admin's log."""
    if hasattr(type(row), "history"):
        history: models.QuerySet[Any] = row.history.select_related("history_user")  # type: ignore[attr-defined]
        return history.order_by("-history_date", "-history_id")
    log = LogEntry.objects.filter(object_id=row.pk, content_type=get_content_type_for_model(row))
    return log.select_related("user", "content_type").order_by("-action_time", "-pk")


def entries(model: type[models.Model], records: Sequence[Any], rows_of: RowsOf) -> list[Entry]:
    """Turn records, newest first, into entries; each is compared with the one after it.

    `rows_of(other)` gives the rows of another model whose names may be told. Two queries per foreign key.
    """
    if not hasattr(model, "history"):
        return [_from_log(record) for record in records]
    fields = _compared_fields(model)
    names = _related_names(fields, records, rows_of)
    older = [*records[1:], None]
    return [
        Entry(
            when=record.history_date,
            who=str(record.history_user or ""),
            kind=KINDS[record.history_type],
            reason=record.history_change_reason or "",
            changes=list(_changes(fields, names, before, record)) if before and record.history_type == "~" else [],
        )
        for record, before in zip(records, older, strict=True)
    ]


def _from_log(record: LogEntry) -> Entry:
    kind = FLAGS.get(record.action_flag, "Changed")
    return Entry(when=record.action_time, who=str(record.user), kind=kind, reason=record.get_change_message())


def _compared_fields(model: type[models.Model]) -> list[Any]:
    """The fields that people set: not the key, nor times that the database row keeps for itself."""
    tracked = model.history.model.tracked_fields  # type: ignore[attr-defined]
    return [f for f in tracked if not f.primary_key and not getattr(f, "auto_now", False)]


def _related_names(fields: Iterable[Any], records: Iterable[Any], rows_of: RowsOf) -> dict[str, dict[Any, str]]:
    """For each foreign key, what its values are called: by name only what the person may see."""
    names = {}
    for f in fields:
        if f.is_relation:
            keys = {getattr(record, f.attname) for record in records} - {None}
            there = f.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
            seen = {row.pk: str(row) for row in rows_of(f.related_model).filter(pk__in=keys)}
            names[f.name] = dict.fromkeys(there, HIDDEN) | seen
    return names


def _changes(fields: Iterable[Any], names: dict[str, dict[Any, str]], before: Any, after: Any) -> Iterable[Change]:
    for f in fields:
        old, new = getattr(before, f.attname), getattr(after, f.attname)
        if old != new:
            known = names.get(f.name)
            yield Change(str(capfirst(f.verbose_name)), shown(f, old, known), shown(f, new, known))


def shown(f: Any, value: Any, names: dict[Any, str] | None = None) -> str:
    """Returns the value of a field as staff read it, times in London; an empty text for nothing."""
    if value is None or value == "":
        return ""
    if names is not None:
        return names.get(value, f"number {value}, which is gone")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(dict(f.flatchoices or ()).get(value, value))
