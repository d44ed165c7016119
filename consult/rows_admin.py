"""What staff screens have in common: whose rows they show, what of them can no longer be changed, the way to a page."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consult import actions
from consult.models import Publishable, own_rows
from consult.verbs_admin import Verb

LONGEST_KEY = 19  # digits of the largest BigAutoField
# Administrators alone hold it. Editors hold the permissions to delete, which are for drafts.
TAKE_OFFLINE = "consult.view_auditentry"


class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ModelAdmin that no crafted address or form can bring to an error."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """No address fills a form: Django takes its words for values of any kind."""
        return {}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """As Django's, without patterns: a database stumbles over a wrong one, and works long at a wicked one."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:  # type: ignore[override]
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if not (key.isascii() and key.isdecimal() and len(key) < LONGEST_KEY):
                raise BadRequest("The key of a row is a number.")
        return super().response_action(request, queryset)


class PageLink:
    """A column that opens the public page: a preview while it is not published."""

    @admin.display(description="page")
    def page_link(self, row: Any) -> SafeString | str:
        if not row.pk:
            return "-"
        label = "Open the page" if row.is_published() else "Preview"
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> of {}</span></a>', row.get_absolute_url(), label, row
        )


class OwnRowsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People of a partner see the rows of their own consultations; `consultation_path` leads from a row to its one.

    A filter by a foreign key shows names too: let it be an `admin.RelatedOnlyFieldListFilter`, which asks here.
    """

    consultation_path = "consultation"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        mine = own_rows(request.user, self.consultation_path)
        return rows.filter(pk__in=self.model._default_manager.filter(mine).values("pk")) if mine else rows


def is_kept(row: Any) -> bool:
    """Whether the public sees a row, or once did: a consultation, or what has one.

    Once published, `publish_at` is read-only, so that taking offline is the only way back; it leaves an audit entry,
    by which this knows. What belongs to a consultation is seen as long as that is, and goes offline with it.
    """
    if isinstance(row, Publishable) and not Publishable.is_published(row):
        return actions.was_taken_offline(row)
    consultation = getattr(row, "consultation", row)
    return consultation.is_published() or actions.was_taken_offline(consultation)


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the public has seen stays: it closes, is cancelled or, by administrators, taken offline; never deleted.

    Deleting in bulk asks `has_delete_permission` about each row, and about all that would go with it.
    """

    kept_fields: Sequence[str] = ("consultation",)  # another one could be a draft: that would hide it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not is_kept(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = [*super().get_readonly_fields(request, obj)]
        if obj is None or not is_kept(obj):
            return fixed
        if isinstance(obj, Publishable) and Publishable.is_published(obj):
            fixed.append("publish_at")
        return [*fixed, *self.kept_fields]


class OfflineForm(forms.Form):
    """Asks what `actions.take_offline` needs."""

    reason = forms.CharField(
        label="Why",
        help_text="Kept in the record, for staff. No names of people.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


def offline_verb(act: Callable[[Any, dict[str, Any], Any], object]) -> Verb:
    """The verb by which administrators hide what is published; `act` as in Verb, asked for a `reason`."""
    return Verb(
        name="offline",
        label="Take offline",
        form=OfflineForm,
        act=act,
        fits=lambda row: row.is_published(),
        permission=TAKE_OFFLINE,
        done="It is offline: the public no longer sees it. The reason is on record.",
    )


class ReadOnlyAdmin(StaffAdmin):
    """Rows that are written by actions only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
