"""Staff screens for what a version asks: sections, questions and the choices that they offer."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consult.history_admin import HistoryAdmin
from consult.models import own_rows
from consult.rows_admin import OwnRowsAdmin
from consult.verbs_admin import Verb, VerbAdmin
from submissions import actions_building, outline
from submissions.admin_making import InlineInTheMaking, InTheMaking, NoAdding
from submissions.forms_admin import (
    ChoiceForm,
    ChoiceSetForm,
    PressForm,
    QuestionForm,
    QuestionRowForm,
    SectionForm,
    StatementForm,
)
from submissions.models import Choice, ChoiceSet, Question, Section, Statement, Version


class QuestionInline(InlineInTheMaking):
    model = Question
    form = QuestionRowForm
    fk_name = "section"
    show_change_link = True


class PartAdmin(InTheMaking, NoAdding, OwnRowsAdmin, HistoryAdmin):
    """What a section and a question have in common."""

    change_form_template = "admin/submissions/part_form.html"
    readonly_fields = ["version_link"]

    def version_of(self, row: Any) -> Version:
        raise NotImplementedError

    @admin.display(description="part of")
    def version_link(self, row: Any) -> SafeString:
        version = self.version_of(row)
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:submissions_version_change", args=[version.pk]), version
        )

    @admin.display(description="asked")
    def only_if(self, row: Any) -> str:
        """In place of the field of the form, where it is only read."""
        return outline.condition_words(row, {}) or "Of everybody"

    @admin.display(description="version")
    def version_words(self, row: Any) -> str:
        return str(self.version_of(row))


@admin.register(Section)
class SectionAdmin(PartAdmin):
    consultation_path = "version__questionnaire__consultation"
    form = SectionForm
    list_display = ["title", "version_words", "position", "theme"]
    list_filter = [("version__questionnaire__consultation", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["version__questionnaire", "theme"]
    search_fields = ["title", "identifier"]
    fields = ["version_link", "title", "identifier", "position", "theme", "intro", "only_if"]
    inlines = [QuestionInline]

    def version_of(self, row: Section) -> Version:
        return row.version


class StatementInline(InlineInTheMaking):
    model = Statement
    form = StatementForm
    verbose_name_plural = "statements (only for statements on one scale)"


@admin.register(Question)
class QuestionAdmin(PartAdmin):
    consultation_path = "section__version__questionnaire__consultation"
    form = QuestionForm
    list_display = ["text", "kind", "section", "version_words", "position"]
    list_filter = ["kind", ("section__version__questionnaire__consultation", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["section__version__questionnaire"]
    search_fields = ["text", "identifier"]
    fieldsets = [
        (None, {"fields": ["version_link", "section_link", "text", "help_text", "kind", "choice_set", "is_required"]}),
        ("When it is asked", {"fields": ["position", "only_if"]}),
        ("Limits and exports", {"fields": ["max_length", "smallest", "largest", "identifier"]}),
    ]
    readonly_fields = ["version_link", "section_link"]
    inlines = [StatementInline]

    def version_of(self, row: Question) -> Version:
        return row.section.version

    @admin.display(description="section")
    def section_link(self, row: Question) -> SafeString:
        address = reverse("admin:submissions_section_change", args=[row.section_id])
        return format_html('<a href="{}">{}</a>', address, row.section)


class ChoiceInline(InlineInTheMaking):
    model = Choice
    form = ChoiceForm


@admin.register(ChoiceSet)
class ChoiceSetAdmin(InTheMaking, VerbAdmin, HistoryAdmin):
    """A set that comes with the portal, or that a published question offers, stays; staff copy it."""

    form = ChoiceSetForm
    list_display = ["name", "identifier", "number", "is_fixed"]
    list_filter = ["is_fixed"]
    search_fields = ["name", "identifier"]
    inlines = [ChoiceInline]
    verbs = [
        Verb(
            name="copy",
            label="Make a copy to change",
            form=PressForm,
            act=lambda row, asked, user: actions_building.copy_choice_set(choice_set=row, by=user),
            fits=lambda row: True,
            permission="submissions.add_choiceset",
            done="This is the copy. Give it a name of its own.",
            opens_new=True,
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChoiceSet]:
        """Those of the portal, and (people of a partner) those that their own consultations offer."""
        mine = Question.objects.filter(own_rows(request.user, "section__version__questionnaire__consultation"))
        rows: QuerySet[ChoiceSet] = super().get_queryset(request).annotate(number_of_choices=Count("choices"))
        if request.user.has_perm("submissions.change_choiceset"):
            return rows
        return rows.filter(Q(is_fixed=True) | Q(pk__in=mine.values("choice_set")))

    @admin.display(description="choices", ordering="number_of_choices")
    def number(self, row: Any) -> int:
        return int(row.number_of_choices)
