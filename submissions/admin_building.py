"""Staff screens where questionnaires are built. What is published is only read here: a change is a new version."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from consult.history_admin import HistoryAdmin
from consult.rows_admin import KeptAdmin, OwnRowsAdmin, ReadOnlyInline, is_kept
from consult.verbs_admin import Verb, VerbAdmin
from submissions import actions_building, branching, outline
from submissions.admin_making import InlineInTheMaking, InTheMaking, NoAdding
from submissions.admin_papers import urls_of_questionnaires, urls_of_versions
from submissions.forms_admin import PressForm, SectionRowForm
from submissions.models import Questionnaire, Section, Submission, Version

CHANGE = "submissions.change_questionnaire"


class VersionInline(ReadOnlyInline):
    model = Version
    fields = ["number", "published_at", "published_by"]
    readonly_fields = ["number", "published_at", "published_by"]
    show_change_link = True


def answers_of(path: str) -> Coalesce:
    """How many views were sent, tests of staff aside; `path` leads from a view to the row that is counted for."""
    counted = Submission.objects.counted().order_by().filter(**{path: OuterRef("pk")})
    counts = counted.values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def version_words(row: Version) -> str:
    return f"Version {row.number}, {'published' if row.is_published else 'in the making'}"


@admin.register(Questionnaire)
class QuestionnaireAdmin(VerbAdmin, KeptAdmin, OwnRowsAdmin, HistoryAdmin):
    list_display = ["title", "consultation", "state_words", "version_links", "answers"]
    list_filter = [("consultation", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["consultation"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["consultation"]
    prepopulated_fields = {"slug": ["title"]}
    change_list_template = "admin/submissions/questionnaire_list.html"
    change_form_template = "admin/submissions/questionnaire_form.html"
    readonly_fields = ["state_words"]
    kept_fields = ["slug"]
    inlines = [VersionInline]
    fieldsets = [
        (None, {"fields": ["consultation", "title", "slug", "summary", "audience", "asks_about_you", "position"]}),
        ("When", {"fields": ["opens_at", "closes_at", "state_words"]}),
    ]
    verbs = [
        Verb(
            name="start",
            label="Start a new version",
            form=PressForm,
            act=lambda row, asked, user: actions_building.start_version(questionnaire=row, by=user),
            fits=lambda row: not row.versions.filter(published_at=None).exists(),
            permission=CHANGE,
            done=lambda made: f"{made} is in the making: it asks the same until you change it.",
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Questionnaire]:
        rows: QuerySet[Questionnaire] = super().get_queryset(request)
        rows = rows.annotate(answer_count=answers_of("version__questionnaire"))
        return rows.prefetch_related(Prefetch("versions", Version.objects.order_by("-number")))

    def get_urls(self) -> list[Any]:
        return [*urls_of_questionnaires(self), *super().get_urls()]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Questionnaire | None = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Questionnaire | None = None) -> list[str]:
        """It is copied into another consultation, not moved: its sections are about the themes of this one."""
        fixed = [*admin.ModelAdmin.get_readonly_fields(self, request, obj)]
        if obj is None:
            return fixed
        return [*fixed, "consultation", *(self.kept_fields if is_kept(obj) and obj.current else [])]

    def has_delete_permission(self, request: HttpRequest, obj: Questionnaire | None = None) -> bool:
        may = admin.ModelAdmin.has_delete_permission(self, request, obj)
        return may and (obj is None or obj.current is None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            actions_building.start_version(questionnaire=form.instance, by=request.user)  # type: ignore[arg-type]

    @admin.display(description="state")
    def state_words(self, row: Questionnaire) -> str:
        if not row.pk or not any(version.is_published for version in row.versions.all()):
            return "Nothing published yet"
        return "Open" if row.is_open() else "Not open"

    @admin.display(description="versions")
    def version_links(self, row: Questionnaire) -> SafeString:
        links = (
            (reverse("admin:submissions_version_change", args=[version.pk]), version_words(version), row.title)
            for version in row.versions.all()
        )
        return format_html_join("; ", '<a href="{}">{}<span class="visually-hidden"> of {}</span></a>', links)

    @admin.display(description="answers", ordering="answer_count")
    def answers(self, row: Any) -> int:
        return int(row.answer_count)


class SectionInline(InlineInTheMaking):
    model = Section
    form = SectionRowForm
    show_change_link = True


def publication_words(made: Version) -> str:
    if made.number == 1:
        return "Version 1 is published, the first: people are asked it while the questionnaire is open."
    return f"Version {made.number} is published: it is asked from now on. Who began an earlier one stays with that."


@admin.register(Version)
class VersionAdmin(InTheMaking, NoAdding, VerbAdmin, OwnRowsAdmin, HistoryAdmin):
    """What a version asks, in order, with all that keeps it from being published."""

    consultation_path = "questionnaire__consultation"
    list_display = ["__str__", "consultation", "state_words", "published_at"]
    list_filter = [("questionnaire__consultation", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["questionnaire__consultation"]
    search_fields = ["questionnaire__title"]
    change_form_template = "admin/submissions/version_form.html"
    readonly_fields = ["questionnaire_link", "number", "state_words", "published_at", "published_by", "answers"]
    fields = [*readonly_fields]
    inlines = [SectionInline]
    verbs = [
        Verb(
            name="publish",
            label="Publish",
            form=PressForm,
            act=lambda row, asked, user: actions_building.publish_version(version=row, by=user),
            fits=lambda row: row.can_change,
            permission=CHANGE,
            done=publication_words,
        ),
        Verb(
            name="themes",
            label="Ask about each theme",
            form=PressForm,
            act=lambda row, asked, user: actions_building.ask_about_themes(version=row, by=user),
            fits=lambda row: row.can_change,
            permission=CHANGE,
            done=lambda made: f"{len(made)} section{'' if len(made) == 1 else 's'} added.",
        ),
        Verb(
            name="back",
            label="Take back to change it",
            form=PressForm,
            act=lambda row, asked, user: actions_building.take_back(version=row, by=user),
            fits=lambda row: row.is_published and not row.is_frozen,
            permission=CHANGE,
            done="It is in the making again. Until you publish it, nobody is asked it.",
        ),
        Verb(
            name="forget",
            label="Delete what was tried out",
            form=PressForm,
            act=lambda row, asked, user: actions_building.forget_tests(version=row, by=user),
            fits=lambda row: row.submissions.filter(is_test=True).exists() or row.drafts.filter(is_test=True).exists(),
            permission=CHANGE,
            done=lambda made: f"{made} deleted. Answers of people are not touched.",
        ),
    ]

    def get_urls(self) -> list[Any]:
        return [*urls_of_versions(self), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, unquote(object_id))
        row = Version.objects.with_questions().select_related("questionnaire").get(pk=found.pk) if found else None
        shown = {"parts": outline.outline(row), "problems": branching.problems(row)} if row else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @admin.display(description="questionnaire")
    def questionnaire_link(self, row: Version) -> SafeString:
        address = reverse("admin:submissions_questionnaire_change", args=[row.questionnaire_id])
        return format_html('<a href="{}">{}</a>', address, row.questionnaire)

    @admin.display(description="consultation")
    def consultation(self, row: Version) -> str:
        return str(row.questionnaire.consultation)

    @admin.display(description="state")
    def state_words(self, row: Version) -> str:
        return "Published: it stays as it is" if row.is_published else "In the making"

    @admin.display(description="answers")
    def answers(self, row: Version) -> int:
        return row.submissions.filter(is_test=False).count()
