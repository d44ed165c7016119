"""Staff screens for consultations."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from consult import actions, audit, dates, mail
from consult.credentials_admin import LintedAdmin
from consult.forms_admin import ConsultationForm, KeepForm, MoveForm, UpdateForm
from consult.history_admin import HistoryAdmin
from consult.models import (
    Aim,
    AuditEntry,
    Channel,
    Consultation,
    Document,
    KeyDate,
    KeyDateMove,
    Letter,
    Notice,
    Partner,
    Partnership,
    State,
    Tag,
    Theme,
    Update,
    User,
)
from consult.rows_admin import (
    KeptAdmin,
    OwnRowsAdmin,
    PageLink,
    ReadOnlyAdmin,
    ReadOnlyInline,
    StaffAdmin,
    is_kept,
    offline_verb,
)
from consult.verbs_admin import Verb, VerbAdmin

BY_CONSULTATION = ("consultation", admin.RelatedOnlyFieldListFilter)


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.label) for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consultation]) -> QuerySet[Consultation]:
        now = timezone.now()
        rows = Consultation.objects.all()
        chosen = {
            State.DRAFT: lambda: rows.exclude(pk__in=rows.published(now)),
            State.UPCOMING: lambda: rows.upcoming(now),
            State.OPEN: lambda: rows.open(now),
            State.CLOSED: lambda: rows.closed(now).exclude(outcome_at__lte=now),
            State.OUTCOME: lambda: rows.closed(now).filter(outcome_at__lte=now),
        }.get(State(self.value()) if self.value() in State.values else None)  # type: ignore[arg-type]
        return queryset.filter(pk__in=chosen()) if chosen else queryset


class ThemeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Theme
    fields = ["position", "title", "slug", "question"]
    prepopulated_fields = {"slug": ["title"]}
    show_change_link = True
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """A theme that the public has seen stays: its questions, and what was said to them, would go with it."""
        return super().has_delete_permission(request, obj) and not (obj and is_kept(obj))


class KeyDateInline(admin.TabularInline):  # type: ignore[type-arg]
    model = KeyDate
    fields = ["label", "on", "date_note", "is_promise"]
    show_change_link = True
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Dates that the public has seen are moved by a verb that asks why; new ones may be added here."""
        return super().has_change_permission(request, obj) and not (obj and is_kept(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and is_kept(obj))


class ChannelInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Channel
    fields = ["position", "kind", "title", "suits", "body", "url", "email", "phone", "postal_address"]
    extra = 0


class DocumentInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Document
    fields = [
        "position",
        "kind",
        "title",
        "summary",
        "file",
        "url",
        "how_to_get",
        "published_on",
        "still",
        "transcript",
    ]
    extra = 0


class PartnershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Partnership
    autocomplete_fields = ["partner"]
    extra = 0


@admin.register(Consultation)
class ConsultationAdmin(PageLink, LintedAdmin, VerbAdmin, KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    consultation_path = ""
    kept_fields = ()
    form = ConsultationForm
    list_display = ["title", "state_words", "opens_at", "closes_on_words", "publish_at", "page_link"]
    list_filter = [StateFilter, ("tags", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title", "summary", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["tags"]
    readonly_fields = ["state_words", "page_link"]
    inlines = [ThemeInline, KeyDateInline, ChannelInline, DocumentInline, PartnershipInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "body", "decided_by", "tags"]}),
        ("When", {"fields": ["publish_at", "opens_at", "closes_at", "state_words", "page_link"]}),
        ("Afterwards", {"fields": ["next_steps", "outcome", "outcome_at"]}),
    ]
    verbs = [
        offline_verb(
            lambda row, asked, user: actions.take_consultation_offline(
                consultation=row, reason=asked["reason"], by=user
            )
        )
    ]

    def save_model(self, request: HttpRequest, obj: Consultation, form: Any, change: bool) -> None:
        """What changes for the public is on record: who moved which date from when to when."""
        super().save_model(request, obj, form, change)
        moved = {
            name: [str(form.initial.get(name) or ""), str(getattr(obj, name) or "")]
            for name in ("publish_at", "opens_at", "closes_at", "outcome_at")
            if name in form.changed_data
        }
        if moved:
            audit.record(by=request.user, verb="dates", target=obj, **moved)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Saving may be publishing: says so, and what people would miss."""
        super().save_related(request, form, formsets, change)
        row: Consultation = form.instance
        if not row.publish_at:
            messages.info(request, "It is a draft: only staff can see it.")
            return
        seen = "is public now" if row.is_published() else f"appears by itself on {dates.end_words(row.publish_at)}"
        messages.info(request, f"“{row}” {seen}.")
        if not row.questionnaires.public().exists():
            messages.warning(request, "It asks nothing here yet: publish a questionnaire under “Questionnaires”.")

    @admin.display(description="state")
    def state_words(self, row: Consultation) -> str:
        return row.state().label

    @admin.display(description="closes on", ordering="closes_at")
    def closes_on_words(self, row: Consultation) -> Any:
        return row.closes_on or "no date yet"


class AimInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Aim
    extra = 1


@admin.register(Theme)
class ThemeAdmin(KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    list_display = ["title", "consultation", "position", "question"]
    list_filter = [BY_CONSULTATION]
    list_select_related = ["consultation"]
    search_fields = ["title", "question"]
    autocomplete_fields = ["consultation"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [AimInline]


class KeyDateMoveInline(ReadOnlyInline):
    model = KeyDateMove
    fields = ["was", "became", "reason", "moved_at", "moved_by"]


@admin.register(KeyDate)
class KeyDateAdmin(VerbAdmin, KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    """Once the public has seen a date it only changes by a verb that asks why."""

    list_display = ["label", "consultation", "on", "is_promise", "state_words"]
    list_filter = ["is_promise", BY_CONSULTATION]
    list_select_related = ["consultation"]
    search_fields = ["label"]
    autocomplete_fields = ["consultation"]
    fields = ["consultation", "label", "is_promise", "on", "date_note", "state_words", "kept_on", "evidence_url"]
    readonly_fields = ["state_words", "kept_on", "evidence_url"]
    kept_fields = ["consultation", "label", "on", "is_promise"]
    inlines = [KeyDateMoveInline]
    verbs = [
        Verb(
            name="move",
            label="Move to another date",
            form=MoveForm,
            act=lambda row, asked, user: actions.move_key_date(
                key_date=row, to=asked["to"], reason=asked["reason"], by=user
            ),
            fits=lambda row: row.kept_on is None,
            permission="consult.change_keydate",
            done="The date was moved. The public sees the old date and the reason.",
        ),
        Verb(
            name="keep",
            label="Mark as kept",
            form=KeepForm,
            act=lambda row, asked, user: actions.keep_promise(
                key_date=row, on=asked["on"], evidence_url=asked["evidence_url"], by=user
            ),
            fits=lambda row: row.is_promise and row.kept_on is None,
            permission="consult.change_keydate",
            done="The promise is marked as kept.",
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyDate]:
        return super().get_queryset(request).prefetch_related("moves")

    def get_readonly_fields(self, request: HttpRequest, obj: KeyDate | None = None) -> list[str]:
        """The words of a promise without a day ("by summer") are its date: they stand as long as it does."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "date_note"] if obj and obj.is_promise and is_kept(obj) else fixed

    @admin.display(description="state")
    def state_words(self, row: KeyDate) -> str:
        return row.state().label if row.pk else "-"


@admin.register(Document)
class DocumentAdmin(OwnRowsAdmin, HistoryAdmin):
    list_display = ["title", "kind", "consultation", "published_on"]
    list_filter = ["kind", BY_CONSULTATION]
    list_select_related = ["consultation"]
    search_fields = ["title", "summary"]
    autocomplete_fields = ["consultation"]


@admin.register(Channel)
class ChannelAdmin(OwnRowsAdmin, HistoryAdmin):
    list_display = ["title", "kind", "consultation", "position"]
    list_filter = ["kind", BY_CONSULTATION]
    list_select_related = ["consultation"]
    search_fields = ["title"]
    autocomplete_fields = ["consultation"]


@admin.register(Update)
class UpdateAdmin(PageLink, LintedAdmin, VerbAdmin, KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    form = UpdateForm
    list_display = ["title", "consultation", "publish_at", "page_link"]
    list_filter = [BY_CONSULTATION]
    list_select_related = ["consultation"]
    search_fields = ["title", "summary", "body"]
    autocomplete_fields = ["consultation"]
    prepopulated_fields = {"slug": ["title"]}
    date_hierarchy = "publish_at"
    readonly_fields = ["page_link"]
    verbs = [
        offline_verb(lambda row, asked, user: actions.take_offline(row=row, reason=asked["reason"], by=user)),
    ]


@admin.register(Partner)
class PartnerAdmin(HistoryAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]


@admin.register(Tag)
class TagAdmin(HistoryAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Notice)
class NoticeAdmin(HistoryAdmin):
    list_display = ["key", "publish_at", "until"]
    search_fields = ["key", "body"]


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Which letters went out and which could not be sent; never to whom or what they say."""

    list_display = ["kind", "created_at", "sent_at", "attempts", "next_try_at", "problem", "gave_up_at"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter), ("gave_up_at", admin.EmptyFieldListFilter)]
    fields = ["kind", "created_at", "sent_at", "attempts", "next_try_at", "problem", "until", "gave_up_at"]
    date_hierarchy = "created_at"
    actions = ["try_again"]

    @admin.action(description="Try again now", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        """For those that failed, once what was wrong is mended."""
        count = mail.try_again(letters=queryset, by=request.user)  # type: ignore[arg-type]
        messages.info(
            request, f"{count} letter{' is' if count == 1 else 's are'} tried again. The list shows what came of it."
        )


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what. Nobody can change it here."""

    list_display = ["at", "by", "verb", "content_type", "object_id", "detail"]
    list_filter = ["verb", "content_type"]
    list_select_related = ["by", "content_type"]
    date_hierarchy = "at"


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    list_display = ["username", "email", "is_staff", "is_active", "role_words", "last_login"]
    list_filter = ["groups", "is_staff", "is_active"]
    autocomplete_fields = ["partner"]
    fieldsets = [*(DjangoUserAdmin.fieldsets or ()), ("Partner", {"fields": ["partner"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody makes themselves more than they are: only a superuser makes superusers or gives single rights."""
        fixed = ["last_login", "date_joined"]
        return fixed if request.user.is_superuser else [*fixed, "is_superuser", "user_permissions"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self._is_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_above(request, obj)

    def _is_above(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is not None and obj.is_superuser and not request.user.is_superuser

    @admin.display(description="roles")
    def role_words(self, row: User) -> str:
        return ", ".join(group.name for group in row.groups.all())
