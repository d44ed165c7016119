"""What the screens of questionnaires have in common: what is settled is only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from submissions.models import Question, Section


def can_change(row: Any) -> bool:
    """Whether a row may be changed: what belongs to a version, while that is in the making; a set, while it is ours."""
    if isinstance(row, Section):
        row = row.version
    elif isinstance(row, Question):
        row = row.section.version
    return bool(row.can_change)


class InTheMaking:
    """For an admin or an inline of one: no changing, adding or removing once the row that it is about is settled."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or can_change(obj))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or can_change(obj))  # type: ignore[misc]


class InlineInTheMaking(InTheMaking, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    ordering = ["position", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or can_change(obj))


class NoAdding:
    """Made beside what it belongs to, or by a verb."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
