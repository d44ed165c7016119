"""Staff screens for views: read, decide, and what is asked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.http import HttpRequest

from consult.actions import CannotBeDone
from consult.history_admin import HistoryAdmin
from consult.rows_admin import OwnRowsAdmin, ReadOnlyAdmin, ReadOnlyInline
from consult.verbs_admin import Verb, VerbAdmin
from submissions import actions, actions_rights, admin_building, admin_equality, admin_questions, references
from submissions.forms_admin import ContactForm, DecisionForm, EraseForm, WithdrawForm
from submissions.models import Answer, Contact, Decision, Submission

__all__ = [
    "SubmissionAdmin",
    "admin_building",
    "admin_equality",
    "admin_questions",
]  # Django looks for screens in this module

BY_CONSULTATION = ("consultation", admin.RelatedOnlyFieldListFilter)


class DecisionFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("awaiting", "Waiting to be read"), *Decision.Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        if self.value() == "awaiting":
            return queryset.filter(pk__in=Submission.objects.awaiting().order_by().values("pk"))
        is_known = self.value() in Decision.Outcome.values
        return queryset.filter(current_decision__outcome=self.value()) if is_known else queryset


class AnswerInline(ReadOnlyInline):
    model = Answer
    fields = ["question_text", "text"]


class ContactInline(ReadOnlyInline):
    """Only for those who may see who sent it."""

    model = Contact
    fields = ["name", "email"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("submissions.view_contact")


class DecisionInline(ReadOnlyInline):
    model = Decision
    fk_name = "submission"
    fields = ["outcome", "reason", "decided_at", "decided_by"]


def what_was_said(row: Submission) -> list[tuple[str, str]]:
    """Every word that a moderator decides about, and whether the sender agreed to publishing."""
    agreed = "Yes" if row.consents_to_publication else "No: it cannot be published"
    return [
        *((answer.question_text, answer.text) for answer in row.answers.all()),
        ("Sender", row.sender_words),
        ("Agrees that it is published", agreed),
    ]


@admin.register(Submission)
class SubmissionAdmin(VerbAdmin, OwnRowsAdmin, ReadOnlyAdmin, HistoryAdmin):
    """One submission a screen: what was said, and what was decided. Nothing that was said can be changed."""

    list_display = [
        "reference",
        "consultation",
        "received_at",
        "sender_words",
        "may_be_published",
        "decision_words",
    ]
    list_filter = [DecisionFilter, BY_CONSULTATION, "channel", "respondent", "consents_to_publication", "is_test"]
    list_select_related = ["consultation", "current_decision"]
    search_fields = ["reference", "organisation", "answers__text"]
    date_hierarchy = "received_at"
    fields = [
        "reference",
        "consultation",
        "channel",
        "received_at",
        "version",
        "respondent",
        "organisation",
        "role",
        "speaks_for",
        "view_formed",
        "relation",
        "consents_to_publication",
        "consent_wording",
        "decision_words",
        "erased_reason",
    ]
    readonly_fields = ["reference", "version", "decision_words", "erased_reason"]
    inlines = [AnswerInline, DecisionInline, ContactInline]
    actions = ["publish"]
    verbs = [
        Verb(
            name="decide",
            label="Decide",
            form=DecisionForm,
            act=lambda row, asked, user: actions.decide(
                submission=row, outcome=Decision.Outcome(asked["outcome"]), reason=asked["reason"], by=user
            ),
            fits=lambda row: row.erased_at is None,
            permission="submissions.moderate_submission",
            done="The decision is on record.",
            about=what_was_said,
        ),
        Verb(
            name="withdraw",
            label="Record that consent was withdrawn",
            form=WithdrawForm,
            act=lambda row, asked, user: actions_rights.withdraw_consent(submission=row, by=user),
            fits=lambda row: row.consents_to_publication,
            permission="submissions.view_contact",
            done="Consent was withdrawn: the public does not see it.",
        ),
        Verb(
            name="contact",
            label="Correct the contact",
            form=ContactForm,
            initial=lambda row: model_to_dict(row.contact, ["name", "email"]) if hasattr(row, "contact") else {},
            act=lambda row, asked, user: actions_rights.correct_contact(submission=row, **asked, by=user),
            fits=lambda row: row.erased_at is None,
            permission="submissions.view_contact",
            done="The contact is put right.",
        ),
        Verb(
            name="erase",
            label="Erase",
            form=EraseForm,
            act=lambda row, asked, user: actions_rights.erase(submission=row, reason=asked["reason"], by=user),
            fits=lambda row: row.erased_at is None,
            permission="submissions.view_contact",
            done="What was said and who said it are deleted. The reference stays, for the count.",
        ),
    ]

    @admin.display(description="sender")
    def sender_words(self, row: Submission) -> str:
        return row.sender_words

    @admin.display(description="agrees", boolean=True, ordering="consents_to_publication")
    def may_be_published(self, row: Submission) -> bool:
        return row.consents_to_publication

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Submission], search_term: str
    ) -> tuple[QuerySet[Submission], bool]:
        """A reference is found in any way to type it: `k7tm 4wxd`."""
        return super().get_search_results(request, queryset, references.normalise(search_term) or search_term)

    @admin.display(description="decision")
    def decision_words(self, row: Submission) -> str:
        if row.is_test:
            return "A test: never counted"
        if row.erased_at:
            return "Erased"
        return row.current_decision.get_outcome_display() if row.current_decision else "Waiting to be read"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("submissions.moderate_submission")

    @admin.action(description="Publish the chosen ones that wait and whose senders agreed", permissions=["moderate"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        """Only what nobody has decided about: undoing a decision is a decision about that one view."""
        for submission in queryset:
            if submission.current_decision_id:
                messages.warning(request, f"{submission.reference} was decided about before: it stays as it is.")
                continue
            try:
                actions.decide(submission=submission, outcome=Decision.Outcome.PUBLISH, by=request.user)  # type: ignore[arg-type]
            except CannotBeDone as problem:
                messages.error(request, str(problem))
            else:
                messages.success(request, f"{submission.reference} is published.")
