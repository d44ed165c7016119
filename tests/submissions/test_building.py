"""Staff build a questionnaire: versions, publishing, copies, files; and nothing published ever changes."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consult.actions import CannotBeDone
from consult.models import AuditEntry, Partner, Partnership, User
from submissions import actions, actions_building, outline, papers, papers_reading
from submissions.models import (
    Choice,
    ChoiceSet,
    Decision,
    Draft,
    Question,
    Questionnaire,
    Section,
    Statement,
    Submission,
    Version,
)
from tests import factories
from tests.events.reading import form_fields
from tests.factories import NOON
from tests.submissions.test_papers import PAPER, changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]


def url(row: Any, page: str = "change") -> str:
    args = [] if page in {"changelist", "add", "import"} else [row.pk]
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=args)


def filled(client: Client, row: Any) -> dict[str, Any]:
    """What the form of a row sends if nobody changes anything."""
    return form_fields(client.get(url(row)).content.decode(), f"{row._meta.model_name}_form")


def paper(version: Version) -> Any:
    return papers.paper_of(Version.objects.with_questions().get(pk=version.pk))


@pytest.fixture
def editor() -> User:
    return factories.user(username="by")


@pytest.fixture
def built(editor: User) -> Version:
    """A version in the making with branching questions, of an open consultation with a theme."""
    row = factories.consultation()
    factories.theme(row, slug="trust", title="Trust")
    made, notes = actions_building.import_paper(consultation=row, paper=papers_reading.read(PAPER), by=editor)
    assert notes == []
    return made.versions.get()


def publish(version: Version, by: User) -> Version:
    return actions_building.publish_version(version=version, by=by)


def answer(version: Version, **fields: Any) -> Submission:
    """A view that was sent to this version."""
    question = Question.objects.filter(section__version=version).first()
    assert question
    plan = version.questionnaire.consultation
    return factories.submission(plan, version=version, **fields)


# --- actions ----------------------------------------------------------------------------------------


def test_what_was_imported_is_there_whole(built: Version, editor: User) -> None:
    assert paper(built) == PAPER
    about = built.questionnaire
    assert (about.title, about.slug, about.position) == ("Call for Evidence", "call-for-evidence", 1)
    assert (built.number, built.published_at) == (1, None)
    how_fair, took_part = (Question.objects.get(identifier=name) for name in ("how-fair", "took-part"))
    assert (how_fair.shown_if, how_fair.shown_for) == (took_part, "yes")
    assert Section.objects.get(identifier="scrutiny").theme.slug == "trust"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.by) == ("import", about, editor)


def test_a_second_one_of_the_same_title_gets_an_address_of_its_own(built: Version, editor: User) -> None:
    made, _ = actions_building.import_paper(
        consultation=built.questionnaire.consultation, paper=papers_reading.read(PAPER), by=editor
    )
    assert (made.slug, made.position) == ("call-for-evidence-2", 2)
    assert ChoiceSet.objects.filter(identifier__startswith="yes-no").count() == 1  # the same choices: the same set


def test_choices_that_differ_become_a_set_of_their_own(built: Version, editor: User) -> None:
    other = changed("choice_sets", "yes-no", "choices", 0, "label", to="Yes!")
    actions_building.import_paper(
        consultation=built.questionnaire.consultation, paper=papers_reading.read(other), by=editor
    )
    labels = {
        row.identifier: [choice.label for choice in row.choices.all()]
        for row in ChoiceSet.objects.filter(is_fixed=False)
    }
    assert labels == {"yes-no": ["Yes", "No"], "yes-no-2": ["Yes!", "No"]}


def test_publishing_the_first_version(built: Version, editor: User) -> None:
    assert not Questionnaire.objects.public().exists()
    publish(built, editor)
    built.refresh_from_db()
    assert (built.published_at, built.published_by) == (NOON, editor)
    assert Questionnaire.objects.public().get().current == built
    entry = AuditEntry.objects.exclude(verb="import").get()
    assert (entry.verb, entry.target) == ("publish", built)
    with pytest.raises(CannotBeDone, match="It is published, and stays as it is"):
        publish(built, editor)


def test_what_has_problems_is_not_published(built: Version, editor: User) -> None:
    Section.objects.create(version=built, identifier="empty", title="Empty", position=9)
    with pytest.raises(CannotBeDone, match="Section “Empty” asks nothing"):
        publish(built, editor)
    built.refresh_from_db()
    assert built.published_at is None


def test_a_new_version_asks_the_same_by_rows_of_its_own(built: Version, editor: User) -> None:
    publish(built, editor)
    second = actions_building.start_version(questionnaire=built.questionnaire, by=editor)
    assert (second.number, second.published_at) == (2, None)
    assert paper(second) == PAPER
    copied = Question.objects.get(section__version=second, identifier="how-fair")
    assert copied.shown_if == Question.objects.get(section__version=second, identifier="took-part")
    assert Section.objects.get(version=second, identifier="more").shown_if == copied.shown_if
    assert built.questionnaire.current == built
    with pytest.raises(CannotBeDone, match="Version 2 is in the making"):
        actions_building.start_version(questionnaire=built.questionnaire, by=editor)
    Question.objects.filter(pk=copied.pk).update(text="Changed?")
    assert paper(built) == PAPER
    publish(second, editor)
    assert built.questionnaire.current == second


def test_taking_back_what_nobody_has_begun(built: Version, editor: User) -> None:
    publish(built, editor)
    actions.try_out(version=built)  # staff who try it are nobody
    actions_building.take_back(version=built, by=editor)
    built.refresh_from_db()
    assert (built.published_at, built.published_by, built.can_change) == (None, None, True)
    with pytest.raises(CannotBeDone, match="in the making"):
        actions_building.take_back(version=built, by=editor)


def test_what_somebody_has_begun_is_not_taken_back(built: Version, editor: User) -> None:
    publish(built, editor)
    actions.begin(questionnaire=built.questionnaire)
    with pytest.raises(CannotBeDone, match="Somebody has begun"):
        actions_building.take_back(version=built, by=editor)
    Draft.objects.all().delete()
    answer(built)
    with pytest.raises(CannotBeDone, match="Somebody has begun"):
        actions_building.take_back(version=built, by=editor)


def test_an_older_version_is_not_taken_back(built: Version, editor: User) -> None:
    publish(built, editor)
    actions_building.start_version(questionnaire=built.questionnaire, by=editor)
    with pytest.raises(CannotBeDone, match="There is a newer version"):
        actions_building.take_back(version=built, by=editor)


def test_a_copy_goes_into_another_consultation(built: Version, editor: User) -> None:
    built.questionnaire.asks_about_you = False
    built.questionnaire.save()
    other = factories.consultation()
    made, notes = actions_building.copy_questionnaire(questionnaire=built.questionnaire, consultation=other, by=editor)
    assert notes == ["Section “Scrutiny”: this consultation has no theme “trust”. It is general now."]
    assert (made.consultation, made.asks_about_you, made.current) == (other, False, None)
    assert paper(made.versions.get()) == changed("sections", 0, "theme", to=None)
    entry = AuditEntry.objects.get(verb="copy")
    assert (entry.target, entry.detail) == (made, {"source": built.questionnaire_id})
    assert paper(built) == PAPER


def test_themes_are_matched_by_their_address(built: Version, editor: User) -> None:
    other = factories.consultation()
    theme = factories.theme(other, slug="trust", title="Another word for it")
    made, notes = actions_building.copy_questionnaire(questionnaire=built.questionnaire, consultation=other, by=editor)
    assert notes == []
    assert Section.objects.get(version__questionnaire=made, identifier="scrutiny").theme == theme


def test_what_is_not_whole_is_not_copied(built: Version, editor: User) -> None:
    first = Section.objects.get(identifier="scrutiny")
    last = Question.objects.get(identifier="how-often")
    Question.objects.filter(pk=last.pk).update(kind="one_choice", choice_set=ChoiceSet.objects.get(identifier="yes-no"))
    Section.objects.filter(pk=first.pk).update(shown_if=last, shown_for="yes")
    with pytest.raises(CannotBeDone, match="no question before it is called “how-often”"):
        actions_building.copy_questionnaire(
            questionnaire=built.questionnaire, consultation=factories.consultation(), by=editor
        )
    assert Questionnaire.objects.count() == 1
    assert "depends on a question that does not come before it" in " ".join(
        actions_building.branching.problems(Version.objects.with_questions().get())
    )


def test_nothing_half_written_stays(built: Version, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {
        model: model.objects.count() for model in (Questionnaire, Version, Section, Question, Statement, ChoiceSet)
    }

    def broken(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions_building.audit, "record", broken)
    other = changed("choice_sets", "yes-no", "choices", 0, "label", to="Yes!")
    with pytest.raises(RuntimeError):
        actions_building.import_paper(
            consultation=built.questionnaire.consultation, paper=papers_reading.read(other), by=editor
        )
    assert before == {model: model.objects.count() for model in before}


def test_the_usual_questions_are_added_once(editor: User) -> None:
    row = factories.consultation()
    factories.theme(row, slug="trust", title="Trust", question="What would raise trust?", position=1)
    factories.theme(row, slug="victims", title="Victims", position=2)
    about = Questionnaire.objects.create(consultation=row, title="Survey", slug="survey")
    version = actions_building.start_version(questionnaire=about, by=editor)
    made = actions_building.ask_about_themes(version=version, by=editor)
    assert [section.identifier for section in made] == ["trust", "victims", "anything-else"]
    assert actions_building.ask_about_themes(version=version, by=editor) == []
    asked = Question.objects.values_list("section__title", "section__theme__slug", "identifier", "text")
    assert list(asked) == [
        ("Trust", "trust", "trust", "What would raise trust?"),
        ("Victims", "victims", "victims", "What do you think about: Victims?"),
        ("Anything else", None, "anything-else", "What else do you want to say?"),
    ]
    publish(version, editor)
    with pytest.raises(CannotBeDone, match="start a new version"):
        actions_building.ask_about_themes(version=version, by=editor)
    assert AuditEntry.objects.filter(verb="ask").count() == 3


def test_tests_of_staff_are_forgotten_and_freeze_nothing(built: Version, editor: User) -> None:
    publish(built, editor)
    tried, real = answer(built, is_test=True), answer(built)
    actions.decide(submission=tried, outcome=Decision.Outcome.HOLD, reason="x", by=editor)
    actions.try_out(version=built)
    actions.begin(questionnaire=built.questionnaire)
    assert actions_building.forget_tests(version=built, by=editor) == 2
    assert list(Submission.objects.all()) == [real]
    assert Draft.objects.get().is_test is False
    real.delete()
    answer(built, is_test=True)
    assert not built.is_frozen


def test_conditions_are_told_in_words(built: Version) -> None:
    parts = outline.outline(Version.objects.with_questions().get())
    assert [(part.section.row.title, part.section.condition) for part in parts] == [
        ("Scrutiny", ""),
        ("More 😀", "Only if “Did you take part?” is answered “Yes” or “No”."),
    ]
    assert [line.condition for line in parts[0].questions] == [
        "",
        "Only if “Did you take part?” is answered “Yes”.",
    ]


# --- screens ----------------------------------------------------------------------------------------


def test_an_editor_builds_one_from_nothing(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    factories.theme(row, slug="trust", title="Trust")
    staff = cast("editor")
    add = reverse("admin:submissions_questionnaire_add")
    sent = form_fields(staff.get(add).content.decode(), "questionnaire_form")
    response = staff.post(add, sent | {"consultation": row.pk, "title": "Survey", "slug": "survey"})
    assert response.status_code == 302
    version = Version.objects.get()
    page = staff.get(url(version)).content.decode()
    assert "Add a section with a question." in page
    response = staff.post(url(version), filled(staff, version) | {
        "sections-TOTAL_FORMS": 1, "sections-0-title": "Your streets", "sections-0-identifier": "",
    })  # fmt: skip
    assert response.status_code == 302
    section = Section.objects.get()
    assert (section.identifier, section.position, section.theme) == ("your-streets", 1, None)
    choices = factories.choice_set("Yes", "No")
    rows = [
        ("Do you feel safe?", "one_choice", choices.pk),
        ("Why not?", "long_text", ""),
        ("Why not?", "long_text", ""),
    ]
    more: dict[str, Any] = {"questions-TOTAL_FORMS": 3}
    for number, (text, kind, offered) in enumerate(rows):
        more |= {f"questions-{number}-{name}": value for name, value in
                 {"text": text, "kind": kind, "choice_set": offered}.items()}  # fmt: skip
    more["questions-2-identifier"] = "why-not-again"
    assert staff.post(url(section), filled(staff, section) | more).status_code == 302
    safe, why, again = Question.objects.order_by("pk")
    assert [each.identifier for each in (safe, why, again)] == ["do-you-feel-safe", "why-not", "why-not-again"]
    sent = filled(staff, why)
    assert f'value="{safe.pk}:no"' in staff.get(url(why)).content.decode()
    assert staff.post(url(why), sent | {"only_if": [f"{safe.pk}:no"]}).status_code == 302
    why.refresh_from_db()
    assert (why.shown_if, why.shown_for) == (safe, "no")
    page = staff.get(url(version)).content.decode()
    assert "Only if “Do you feel safe?” is answered “No”." in page
    assert "Nothing keeps it from being published." in page
    text = staff.post(url(version, "publish"), follow=True).content.decode()
    assert "Version 1 is published, the first" in text
    assert client.get(version.questionnaire.get_absolute_url()).status_code == 200


def test_a_condition_is_about_one_question(cast: Cast, built: Version) -> None:
    staff = cast("editor")
    first = Question.objects.get(identifier="took-part")
    second = factories.question(
        first.section, kind="scale", choice_set=first.choice_set, text="Second?", position=9, identifier="second"
    )
    last = Question.objects.get(identifier="how-often")
    sent = filled(staff, last)
    wrong = staff.post(url(last), sent | {"only_if": [f"{first.pk}:yes", f"{second.pk}:no"]}).content.decode()
    assert "Choose answers of one question only." in wrong
    wrong = staff.post(url(second), filled(staff, second) | {"only_if": [f"{last.pk}:yes"]}).content.decode()
    assert "is not one of the available choices" in wrong  # neither before it, nor with choices
    for row in (last, second):
        row.refresh_from_db()
        assert row.shown_if is None


def test_an_identifier_is_its_own_in_the_version(cast: Cast, built: Version) -> None:
    staff, row = cast("editor"), Question.objects.get(identifier="how-often")
    for typed, words in {
        "took-part": "Another question has this identifier.",
        "csrfmiddlewaretoken": "Choose another one: the portal uses this.",
        "a--b": "Use small letters, digits and single hyphens",
    }.items():
        page = staff.post(url(row), filled(staff, row) | {"identifier": typed}).content.decode()
        assert words in page
    row.refresh_from_db()
    assert row.identifier == "how-often"


def test_only_its_own_themes_are_offered(cast: Cast, built: Version) -> None:
    theme = factories.theme(factories.consultation(), title="Of another one")
    staff, row = cast("editor"), Section.objects.get(identifier="more")
    assert "Of another one" not in staff.get(url(row)).content.decode()
    staff.post(url(row), filled(staff, row) | {"theme": theme.pk})
    row.refresh_from_db()
    assert row.theme is None


@pytest.mark.parametrize("name", ["editor", "administrator"])
def test_what_is_published_cannot_be_changed_by_a_crafted_form(
    cast: Cast, built: Version, editor: User, name: str
) -> None:
    staff = cast(name)
    rows: list[Any] = [
        built,
        *Section.objects.all(),
        *Question.objects.all(),
        ChoiceSet.objects.get(identifier="yes-no"),
    ]
    forms = {(type(row), row.pk): filled(staff, row) for row in rows}
    assert all("_save" in staff.get(url(row)).content.decode() for row in rows)
    publish(built, editor)
    for row in rows:
        sent = forms[type(row), row.pk]
        changes = {key: "changed" for key in sent if key.endswith(("text", "title", "label", "name"))}
        assert changes
        assert staff.post(url(row), sent | changes).status_code == 403, row
        assert staff.post(url(row, "delete"), {"post": "yes"}).status_code == 403, row
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert staff.post(url(row, "changelist"), chosen).status_code != 302, row  # refused, or what it would break
        page = staff.get(url(row)).content.decode()
        assert 'name="_save"' not in page
        assert "TOTAL_FORMS" not in page or "-0-text" not in page
    assert paper(built) == PAPER


def test_a_published_questionnaire_is_not_deleted_and_one_in_the_making_is(
    cast: Cast, built: Version, editor: User
) -> None:
    staff = cast("administrator")
    publish(built, editor)
    second = actions_building.start_version(questionnaire=built.questionnaire, by=editor)
    assert staff.post(url(built.questionnaire, "delete"), {"post": "yes"}).status_code == 403
    assert staff.post(url(second, "delete"), {"post": "yes"}).status_code == 302
    assert list(Version.objects.all()) == [built]
    made, _ = actions_building.copy_questionnaire(
        questionnaire=built.questionnaire, consultation=factories.consultation(), by=editor
    )
    assert staff.post(url(made, "delete"), {"post": "yes"}).status_code == 302
    assert Questionnaire.objects.get() == built.questionnaire


def test_a_question_that_another_depends_on_is_not_removed(cast: Cast, built: Version) -> None:
    staff, row = cast("editor"), Question.objects.get(identifier="took-part")
    page = staff.post(url(row, "delete"), {"post": "yes"}).content.decode()
    assert "would require deleting the following protected related objects" in page
    sent = filled(staff, row.section) | {"questions-0-DELETE": "on"}
    assert "protected related objects" in staff.post(url(row.section), sent).content.decode()
    assert Question.objects.filter(pk=row.pk).exists()


def test_choices_that_come_with_the_portal_are_copied_not_changed(cast: Cast) -> None:
    import_module("submissions.migrations.0007_fixed_choice_sets").forwards(apps, None)
    staff, fixed = cast("administrator"), ChoiceSet.objects.get(identifier="agreement")
    assert 'name="_save"' not in staff.get(url(fixed)).content.decode()
    assert staff.post(url(fixed), {"name": "Mine"}).status_code == 403
    assert staff.post(url(fixed, "delete"), {"post": "yes"}).status_code == 403
    assert staff.post(url(fixed, "copy")).status_code == 302
    copy = ChoiceSet.objects.get(identifier="agreement-2")
    assert (copy.name, copy.is_fixed) == ("Copy of Agreement, five points and don’t know", False)
    labels = list(fixed.choices.values_list("label", flat=True))
    assert list(copy.choices.values_list("label", flat=True)) == labels
    sent = filled(staff, copy) | {"choices-0-label": "Very much so"}
    assert staff.post(url(copy), sent).status_code == 302
    assert copy.choices.first().label == "Very much so"
    assert list(fixed.choices.values_list("label", flat=True)) == labels


def test_export_and_import_give_the_same(cast: Cast, built: Version) -> None:
    staff = cast("editor")
    response = staff.get(url(built, "export"))
    assert response["Content-Disposition"] == 'attachment; filename="call-for-evidence-1.json"'
    assert json.loads(response.content) == PAPER
    other = factories.consultation()
    sent = {"consultation": other.pk, "file": SimpleUploadedFile("paper.json", response.content)}
    page = staff.post(url(built.questionnaire, "import"), sent, follow=True).content.decode()
    assert "It was imported. Look at it, then publish it." in page
    assert "this consultation has no theme “trust”. It is general now." in page
    assert paper(other.questionnaires.get().versions.get()) == changed("sections", 0, "theme", to=None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{}", "The questionnaire: “title” is missing."),
        (b"\xff", "The file is no text in UTF-8."),
        (b"", "The file is empty."),
        (json.dumps(changed("sections", 0, "questions", 0, "kind", to="x")).encode(), "there is no kind “x”"),
    ],
)
def test_a_wrong_file_is_told_and_nothing_saved(cast: Cast, content: bytes, words: str) -> None:
    row = factories.consultation()
    sent = {"consultation": row.pk, "file": SimpleUploadedFile("paper.json", content)}
    page = cast("editor").post(reverse("admin:submissions_questionnaire_import"), sent).content.decode()
    assert words in page
    assert "<title>Error:" in page
    assert not Questionnaire.objects.exists()
    assert not Choice.objects.filter(choice_set__is_fixed=False).exists()


def test_a_copy_by_its_page(cast: Cast, built: Version) -> None:
    staff, other = cast("editor"), factories.consultation()
    assert url(built.questionnaire, "copy") in staff.get(url(built.questionnaire)).content.decode()
    wrong = staff.post(url(built.questionnaire, "copy"), {"consultation": ""})
    assert "Choose the consultation." in wrong.content.decode()
    page = staff.post(url(built.questionnaire, "copy"), {"consultation": other.pk}, follow=True).content.decode()
    assert "This is the copy." in page
    assert other.questionnaires.get().title == "Call for Evidence"


def test_trying_it_out_counts_nothing(cast: Cast, built: Version) -> None:
    staff = cast("editor")
    assert staff.get(url(built, "try")).status_code == 200
    assert not Draft.objects.exists()
    response = staff.post(url(built, "try"))
    draft = Draft.objects.get()
    assert (draft.is_test, draft.version) == (True, built)
    assert response["Location"].startswith(f"{built.questionnaire.consultation.get_absolute_url()}respond/")
    assert url(built, "forget") in staff.get(url(built)).content.decode()
    assert "1 deleted." in staff.post(url(built, "forget"), follow=True).content.decode()


@pytest.mark.parametrize("name", ["moderator", "analyst", "partner", "resident", "half_signed_in"])
def test_nobody_else_builds(cast: Cast, built: Version, name: str) -> None:
    client = cast(name)
    partner = Partner.objects.create(name="Partner")
    Partnership.objects.create(consultation=built.questionnaire.consultation, partner=partner, role="Runs it")
    User.objects.filter(username="partner").update(partner=partner)
    about = built.questionnaire
    refused = 302 if name in {"resident", "half_signed_in"} else 403
    pages = [url(built, "publish"), url(built, "themes"), url(built, "forget"), url(about, "start")]
    pages += [url(about, "copy"), url(about, "import"), url(about, "add"), url(about), url(built)]
    pages += [
        url(Section.objects.all()[0]),
        url(Question.objects.all()[0]),
        url(ChoiceSet.objects.get(identifier="yes-no")),
    ]
    assert [client.post(page, {}).status_code for page in pages] == [refused] * len(pages)
    assert paper(built) == PAPER
    assert not Version.objects.exclude(published_at=None).exists()
    assert client.get(url(built, "export")).status_code == (302 if refused == 302 else 200)


def test_a_partner_sees_its_own_only(cast: Cast, built: Version) -> None:
    staff = cast("partner")
    mine = factories.consultation()
    partner = Partner.objects.create(name="Partner")
    Partnership.objects.create(consultation=mine, partner=partner, role="Runs it")
    User.objects.filter(username="partner").update(partner=partner)
    own = factories.question(mine, kind="scale", choice_set=factories.choice_set("A", "B", name="Own set"), text="Own?")
    section = built.sections.all()[0]
    foreign: list[Any] = [built, built.questionnaire, section, section.questions.all()[0]]
    foreign.append(ChoiceSet.objects.get(identifier="yes-no"))
    for row in foreign:
        assert staff.get(url(row)).status_code == 302, row
        assert str(row) not in staff.get(url(row, "changelist")).content.decode(), row
    for page in ("export", "try"):
        assert staff.get(url(built, page)).status_code == 404
    assert staff.post(url(built, "try")).status_code == 404
    for row in (own, own.section, own.section.version, own.choice_set):
        assert str(row) in staff.get(url(row)).content.decode()


@pytest.mark.parametrize("model", [Questionnaire, Version, Section, Question, ChoiceSet])
def test_lists_ask_as_often_for_one_row_as_for_three(
    cast: Cast, built: Version, editor: User, model: type[Any]
) -> None:
    staff, address = cast("editor"), reverse(f"admin:submissions_{model._meta.model_name}_changelist")
    counts = []
    for _ in range(2):
        staff.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            staff.get(address)
        counts.append(len(asked))
        for _ in range(2):
            actions_building.copy_questionnaire(
                questionnaire=built.questionnaire, consultation=built.questionnaire.consultation, by=editor
            )
            factories.choice_set("A", "B")
    assert counts[0] == counts[1]


def test_the_list_says_where_each_stands(cast: Cast, built: Version, editor: User) -> None:
    staff = cast("editor")
    address = url(built.questionnaire, "changelist")
    page = staff.get(address).content.decode()
    assert "Nothing published yet" in page
    assert "Version 1, in the making" in page
    publish(built, editor)
    answer(built)
    answer(built, is_test=True)
    page = staff.get(address).content.decode()
    assert "Version 1, published" in page
    assert '<td class="field-answers">1</td>' in page
    assert '<td class="field-state_words">Open</td>' in page


def test_a_version_of_any_size_is_shown_in_a_fixed_number_of_queries(cast: Cast, built: Version) -> None:
    staff = cast("editor")
    section = Section.objects.get(identifier="more")

    def queries() -> int:
        staff.get(url(built))
        with CaptureQueriesContext(connection) as asked:
            staff.get(url(built))
        return len(asked)

    before = queries()
    for _ in range(3):
        factories.question(section)
    assert queries() == before


def test_roles_of_the_migration() -> None:
    names = {"questionnaire", "version", "section", "question", "statement", "choiceset", "choice"}
    for role, verbs in {
        "Editor": {"add", "change", "delete", "view"},
        "Analyst": {"view"},
        "Partner": {"view"},
    }.items():
        held = Group.objects.get(name=role).permissions.filter(content_type__model__in=names)
        assert set(held.values_list("codename", flat=True)) == {f"{verb}_{name}" for verb in verbs for name in names}
