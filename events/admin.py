"""Staff screens for meetings."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from consult import audit
from consult.boroughs import BOROUGHS
from consult.credentials_admin import LintedAdmin
from consult.history_admin import HistoryAdmin
from consult.rows_admin import KeptAdmin, OwnRowsAdmin, PageLink, ReadOnlyInline, offline_verb
from consult.verbs_admin import Verb, VerbAdmin
from events import actions, calendar_texts, calendar_version
from events.admin_attendance import urls_of
from events.admin_paste import paste
from events.admin_verbs import COPYING, PLANNING
from events.admin_warnings import tell_deadlines, warn_of_clashes
from events.forms_admin import EventForm, ReasonForm, VenueForm
from events.models import AccessProvision, Event, EventChange, JoinDetails, Venue

PLANNED = ["format", "starts_at", "ends_at", "date_note", "venue"]


class WhenFilter(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("upcoming", "To come"), ("past", "Past"), ("undated", "Date to be confirmed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        now = timezone.now()
        events = {
            "upcoming": Event.objects.upcoming(now),
            "past": Event.objects.past(now),
            "undated": Event.objects.filter(starts_at=None),
        }.get(self.value() or "")
        return queryset if events is None else queryset.filter(pk__in=events.order_by().values("pk"))


class BoroughFilter(admin.SimpleListFilter):
    """By the boroughs in which there are meetings, not by all 33."""

    title = "borough"
    parameter_name = "borough"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = set(Venue.objects.filter(events__isnull=False).values_list("borough", flat=True))
        return [(value, name) for value, name in BOROUGHS if value in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        borough = self.value()
        return queryset.filter(venue__borough=borough) if borough else queryset


class JoinDetailsInline(admin.StackedInline):  # type: ignore[type-arg]
    model = JoinDetails
    extra = 0


class AccessProvisionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = AccessProvision
    extra = 0


class EventChangeInline(ReadOnlyInline):
    model = EventChange
    fields = ["kind", "reason", "was", "changed_at", "changed_by"]
    verbose_name_plural = "what was announced since"


@admin.register(Event)
class EventAdmin(PageLink, LintedAdmin, VerbAdmin, KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    list_display = ["title", "starts_at", "state_words", "format", "venue", "consultation", "page_link"]
    list_filter = [
        WhenFilter,
        "format",
        ("consultation", admin.RelatedOnlyFieldListFilter),
        BoroughFilter,
        "provisions__kind",
    ]
    list_select_related = ["consultation", "venue"]
    form = EventForm
    change_list_template = "admin/events/event_list.html"
    change_form_template = "admin/events/event_form.html"
    search_fields = ["title", "summary", "venue__name"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["consultation", "venue", "host"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["state_words", "page_link"]
    inlines = [JoinDetailsInline, AccessProvisionInline, EventChangeInline]
    fieldsets = [
        (None, {"fields": ["consultation", "title", "slug", "summary", "body", "audience", "languages"]}),
        ("When and where", {"fields": [*PLANNED, "is_provisional", "host", "host_name"]}),
        (
            "Booking a place",
            {
                "fields": [
                    "takes_registrations",
                    "capacity",
                    "most_places",
                    "registration_opens_at",
                    "registration_closes_at",
                ]
            },
        ),
        ("After the meeting", {"fields": ["attendance", "notes", "recording_url", "slides_url"]}),
        ("On the website", {"fields": ["publish_at", "is_illustrative", "state_words", "page_link"]}),
    ]
    verbs = [
        *PLANNING,
        Verb(
            name="cancel",
            label="Cancel this meeting",
            form=ReasonForm,
            act=lambda row, asked, user: actions.cancel_event(event=row, reason=asked["reason"], by=user),
            fits=lambda row: not row.is_cancelled and not row.is_over(),
            permission="events.change_event",
            done="The meeting is cancelled. Its page and all calendars say so.",
        ),
        Verb(
            name="reinstate",
            label="Let it go ahead after all",
            form=ReasonForm,
            act=lambda row, asked, user: actions.reinstate_event(event=row, reason=asked["reason"], by=user),
            fits=lambda row: row.is_cancelled,
            permission="events.change_event",
            done="The meeting goes ahead again. Its page and all calendars say so.",
        ),
        *COPYING,
        offline_verb(lambda row, asked, user: actions.take_offline(event=row, reason=asked["reason"], by=user)),
    ]

    def get_urls(self) -> list[Any]:
        pages = [path("paste/", self.admin_site.admin_view(self.paste), name="events_event_paste")]
        return [*pages, *urls_of(self), *super().get_urls()]

    def paste(self, request: HttpRequest) -> HttpResponse:
        return paste(request, self)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).prefetch_related("changes")

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> list[str]:
        """Time and place of what the public sees change by verbs, which ask why."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, *PLANNED] if obj and obj.is_published() else fixed

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        """Write what was changed, and nothing where nothing was; SEQUENCE comes from the row, not from an old form."""
        if change:
            told = actions.tell_calendars(event=obj)
            for name in calendar_texts.FIELDS:
                setattr(obj, name, getattr(told, name))
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """When all rows of the meeting are saved, calendars are told; pages also of what calendars do not tell."""
        super().save_related(request, form, formsets, change)
        actions.tell_calendars(event=form.instance)
        if any(each.has_changed() for each in (form, *formsets)):
            calendar_version.rise()
        actions.settle(event=form.instance)  # more places may fit who waits
        warn_of_clashes(request, form.instance)

    def _do(self, request: HttpRequest, verb: Verb, row: Any, form: Any) -> Any:
        shown = super()._do(request, verb, row, form)
        if shown and verb.name in {"move", "correct", "reinstate", "copy"}:
            event = Event.objects.get(pk=shown.pk)
            if verb.name == "move":
                tell_deadlines(request, event)
            warn_of_clashes(request, event)
        return shown

    @admin.display(description="state")
    def state_words(self, row: Event) -> str:
        if not row.pk or not row.is_published():
            return "Draft"
        if row.latest_change:
            return row.latest_change.get_kind_display()
        return "Over" if row.is_over() else "To come"


@admin.register(Venue)
class VenueAdmin(HistoryAdmin):
    form = VenueForm
    list_display = ["name", "borough", "postcode", "is_step_free"]
    list_filter = ["borough", "is_step_free"]
    search_fields = ["name", "address", "postcode"]

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        """A venue that changes changes its meetings in calendars."""
        if change:
            actions.tell_calendars_of_venue(venue=obj)
        super().save_model(request, obj, form, change)
        if form.findings:
            kinds = sorted({finding.kind for found in form.findings.values() for finding in found})
            fields = sorted(form.findings)
            audit.record(by=request.user, verb="publish-all-the-same", target=obj, kinds=kinds, fields=fields)  # type: ignore[arg-type]
        actions.tell_calendars_of_venue(venue=obj)
        if form.has_changed():
            calendar_version.rise()  # pages tell more of a place than calendars do
