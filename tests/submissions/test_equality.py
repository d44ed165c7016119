"""About you: asked after sending, kept so that nobody can tell whose it is, shown in sums."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from consult.models import AuditEntry
from submissions import actions_equality, keys
from submissions.choice_sets import EQUALITY
from submissions.equality import FEWEST, rounded, sums
from submissions.models import Contact, Draft, EqualityProfile, Questionnaire, Submission
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TOLD = {"ethnic-group": "white-gypsy-or-traveller", "sexual-orientation": "bisexual"}
LABELS = ["Gypsy", "Bisexual", *TOLD.values()]


@pytest.fixture
def survey() -> Questionnaire:
    return factories.questionnaire(factories.consultation(slug="plan"))


def sent(survey: Questionnaire, **fields: Any) -> tuple[Submission, str]:
    """A submission and the address of its pages."""
    token = keys.new_token()
    version = survey.versions.get()
    row = factories.submission(survey.consultation, key=keys.key_of(token), version=version, **fields)
    return row, f"/consultations/plan/respond/{token}"


def tell(survey: Questionnaire, *all_answers: dict[str, str]) -> None:
    for answers in all_answers:
        actions_equality.tell(questionnaire=survey, key=uuid4(), answers=answers)


# --- asking ---------------------------------------------------------------------------------------------


def test_the_receipt_offers_it_and_the_page_says_why_and_how(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    assert f'href="{address}/about-you/"' in client.get(f"{address}/receipt/").content.decode()
    response = client.get(f"{address}/about-you/")
    text = response.content.decode()
    for words in (
        "Tell us about yourself (optional)",
        "Why we ask",
        "What happens to your answers",
        "/privacy/#about-you",
    ):
        assert words in text
    for identifier, question, choices in EQUALITY:
        assert question in text
        assert f'name="{identifier}"' in text
        assert choices[-1] == ("prefer-not-to-say", "Prefer not to say")
    assert text.count("(optional)") >= len(EQUALITY)
    assert " required" not in text
    assert "checked" not in text
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in text
    privacy = client.get("/privacy/").content.decode()
    assert 'id="about-you"' in privacy
    assert "Article 9(2)(g), with paragraph 8 of Schedule 1 of the Data Protection Act 2018" in privacy


def test_answers_are_kept_and_the_rest_is_left_out(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    key = str(uuid4())
    response = client.post(f"{address}/about-you/", {"key": key, **TOLD, "religion": ""}, follow=True)
    assert response.redirect_chain == [(f"{address}/about-you/thanks/", 302)]
    row = EqualityProfile.objects.get()
    assert (str(row.pk), row.questionnaire, row.answers) == (key, survey, TOLD)


def test_nothing_answered_is_nothing_kept_and_thanked_alike(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    assert client.post(f"{address}/about-you/")["Location"] == f"{address}/about-you/thanks/"
    assert not EqualityProfile.objects.exists()


def test_the_same_form_sent_twice_is_kept_once(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    page = client.get(f"{address}/about-you/").content.decode()
    [key] = re.findall(r'name="key" value="([^"]+)"', page)
    for _ in range(3):
        assert client.post(f"{address}/about-you/", {"key": key, **TOLD}).status_code == 302
    assert EqualityProfile.objects.get().pk == UUID(key)
    assert key not in client.get(f"{address}/about-you/").content.decode()  # another page, another key


def test_a_key_that_is_none_costs_nobody_their_answers(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    for key in ("", "1", "\0", "x" * 5000):
        assert client.post(f"{address}/about-you/", {"key": key, **TOLD}).status_code == 302
    assert EqualityProfile.objects.count() == 4


def test_a_key_in_use_elsewhere_changes_nothing_there(client: Client, survey: Questionnaire) -> None:
    other = factories.questionnaire(factories.consultation())
    key = uuid4()
    actions_equality.tell(questionnaire=other, key=key, answers={"age": "16-to-24"})
    _, address = sent(survey)
    assert client.post(f"{address}/about-you/", {"key": str(key), **TOLD}).status_code == 302
    assert EqualityProfile.objects.values_list("questionnaire", "answers").get() == (other.pk, {"age": "16-to-24"})


@pytest.mark.parametrize("hostile", ["white-martian", "\0", "<script>", "é" * 5000])
def test_what_was_not_offered_is_told_beside_the_question(client: Client, survey: Questionnaire, hostile: str) -> None:
    _, address = sent(survey)
    response = client.post(f"{address}/about-you/", TOLD | {"ethnic-group": hostile})
    text = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error: About you" in text
    assert text.count("Choose an answer from the list") == 2
    [kept] = re.findall(r"<input[^>]*checked[^>]*>", text)
    assert 'value="bisexual"' in kept
    assert not EqualityProfile.objects.exists()


def test_only_the_address_of_a_receipt_leads_there(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey)
    wrong = f"/consultations/plan/respond/{keys.new_token()}"
    for page in ("about-you", "about-you/thanks"):
        assert client.get(f"{wrong}/{page}/").status_code == 404
        assert client.get(f"{address}/{page}/").status_code == 200
    assert client.post(f"{wrong}/about-you/", TOLD).status_code == 404
    assert client.put(f"{address}/about-you/").status_code == 405
    assert client.post(f"{address}/about-you/thanks/").status_code == 405


def test_a_questionnaire_may_not_ask_it(client: Client, survey: Questionnaire) -> None:
    survey.asks_about_you = False
    survey.save()
    _, address = sent(survey)
    assert "about-you" not in client.get(f"{address}/receipt/").content.decode()
    assert client.get(f"{address}/about-you/").status_code == 404


def test_what_staff_try_out_is_not_kept(client: Client, survey: Questionnaire) -> None:
    _, address = sent(survey, is_test=True)
    assert client.post(f"{address}/about-you/", TOLD).status_code == 302
    assert not EqualityProfile.objects.exists()


# --- whose it is ------------------------------------------------------------------------------------------


def test_nothing_leads_from_a_profile_to_a_submission_contact_or_draft_or_back() -> None:
    """By the models: no key to or from it but that of the questionnaire, no time, no number that rises."""
    fields = {field.name: type(field) for field in EqualityProfile._meta.get_fields()}
    assert fields == {"id": models.UUIDField, "questionnaire": models.ForeignKey, "answers": models.JSONField}
    for model in (Submission, Contact, Draft):
        assert EqualityProfile not in {field.related_model for field in model._meta.get_fields()}
    assert not hasattr(EqualityProfile, "history")


def rows_of(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return list(cursor.fetchall())


def test_a_profile_shares_no_value_with_any_row_but_its_questionnaire(client: Client, survey: Questionnaire) -> None:
    """Every table is read, after it went the way of the web, with all that could have left a trace."""
    row, address = sent(survey)
    Contact.objects.create(submission=row, email="ada@example.org")
    before = {table: rows_of(table) for table in connection.introspection.table_names()}
    client.post(f"{address}/about-you/", {"key": str(uuid4()), **TOLD})
    profile = EqualityProfile.objects.get()
    after = {table: rows_of(table) for table in connection.introspection.table_names()}
    changed = {table for table, rows in after.items() if sorted(map(str, rows)) != sorted(map(str, before[table]))}
    assert changed == {EqualityProfile._meta.db_table}
    values = {profile.pk.hex, str(profile.pk), *TOLD.values(), json.dumps(profile.answers)}
    for table, rows in before.items():
        text = str(rows)
        known = "choice" in table  # the set of choices that it was chosen from
        assert known or not [value for value in values if value in text], table
    [stored] = rows_of(EqualityProfile._meta.db_table)
    theirs = {str(row.pk), row.reference, row.key, str(row.received_at), "ada@example.org", address.rsplit("/", 1)[1]}
    assert not [each for each in stored if str(each) in theirs - {str(survey.pk)}]


def place_of_the_last(survey: Questionnaire) -> int:
    """Where the row that came last stands in the table, as the database itself reads it."""
    key = uuid4()
    actions_equality.tell(questionnaire=survey, key=key, answers={"age": "16-to-24"})
    order = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {EqualityProfile._meta.db_table} ORDER BY {order}")
        return [UUID(str(each)) for (each,) in cursor.fetchall()].index(key)


def test_the_order_of_the_rows_does_not_say_which_came_last(survey: Questionnaire) -> None:
    """Twelve rows, forty times one more: that it is never or always the last would happen once in millions."""
    tell(survey, *({"age": "16-to-24"} for _ in range(12)))
    places = []
    for _ in range(40):
        places.append(place_of_the_last(survey))
        EqualityProfile.objects.filter(pk=EqualityProfile.objects.order_by("?").first().pk).delete()  # type: ignore[union-attr]
    assert len(set(places)) > 5, places
    assert min(places) < 6 < max(places), places


def test_no_number_of_a_transaction_says_which_came_last(survey: Questionnaire) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no such number")
    tell(survey, *({"age": "16-to-24"} for _ in range(5)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT (xmin::text, cmin::text)) FROM {EqualityProfile._meta.db_table}")
        assert cursor.fetchone() == (1,)


def test_among_many_others_all_stay_as_they_are(survey: Questionnaire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions_equality, "AMONG", 3)
    ages = [name for name, _ in EQUALITY[0][2]]
    tell(survey, *({"age": age} for age in ages))
    other = factories.questionnaire(factories.consultation())
    tell(other, {"age": "75-or-over"})
    assert sorted(each["age"] for each in survey.profiles.values_list("answers", flat=True)) == sorted(ages)
    assert other.profiles.count() == 1


def test_it_is_in_no_page_letter_log_or_audit(
    client: Client, survey: Questionnaire, cast: Callable[[str], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row, address = sent(survey)
    tell(survey, *(TOLD for _ in range(FEWEST)))
    client.post(f"{address}/about-you/", {"key": str(uuid4()), **TOLD})
    staff = cast("administrator")
    pages = [
        client.get(f"{address}/receipt/"),
        client.get("/consultations/plan/"),
        client.get("/consultations/plan/views/"),
        staff.get("/admin/"),
        staff.get(reverse("admin:submissions_submission_changelist")),
        staff.get(reverse("admin:submissions_submission_change", args=[row.pk])),
        staff.get(reverse("admin:submissions_submission_history", args=[row.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not [label for label in LABELS if label in page.content.decode()], page.request["PATH_INFO"]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in logged for label in LABELS if label in line]
    assert mail.outbox == []
    assert not AuditEntry.objects.exists()


# --- sums ---------------------------------------------------------------------------------------------------


def test_numbers_are_rounded_to_fives() -> None:
    assert [rounded(number) for number in range(13)] == [0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10]


def test_sums_of_all_answers() -> None:
    total, found = sums([{"sex": "female"}] * 8 + [{"sex": "male"}] * 3 + [{}] * 2 + [{"sex": "prefer-not-to-say"}])
    assert total == 15
    assert [each.question for each in found] == [question for _, question, _ in EQUALITY]
    assert found[1].rows == [("Female", 10), ("Male", 5), ("Prefer not to say", 0), ("Left out", 0)]
    assert found[0].rows[-1] == ("Left out", 15)


def test_no_sums_where_few_answered() -> None:
    assert sums([TOLD] * (FEWEST - 1)) == (0, [])
    assert sums([]) == (0, [])


SUMS = "admin:submissions_equalityprofile_changelist"


def test_staff_see_sums_and_never_a_row(cast: Callable[[str], Client], survey: Questionnaire) -> None:
    few = factories.questionnaire(factories.consultation(title="The other Plan"))
    tell(survey, *(TOLD for _ in range(FEWEST)))
    tell(few, TOLD)
    client = cast("analyst")
    text = client.get(reverse(SUMS)).content.decode()
    assert "About 10 people answered." in text
    assert re.search(r"Bisexual</th>\s*<td>10</td>", text)
    assert "Fewer than ten people have answered." in text
    for row in EqualityProfile.objects.all():
        assert str(row.pk) not in text
        assert client.get(f"{reverse(SUMS)}{row.pk}/change/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("editor", 403),
        ("moderator", 403),
        ("partner", 403),
        ("analyst", 200),
        ("administrator", 200),
        ("resident", 302),
    ],
)
def test_who_may_see_sums(cast: Callable[[str], Client], survey: Questionnaire, role: str, status: int) -> None:
    assert cast(role).get(reverse(SUMS)).status_code == status


def test_the_page_of_sums_asks_as_often_for_three_as_for_one(
    cast: Callable[[str], Client], survey: Questionnaire, django_assert_num_queries: Any
) -> None:
    client = cast("analyst")
    tell(survey, TOLD)
    client.get(reverse(SUMS))
    with django_assert_num_queries(7):
        client.get(reverse(SUMS))
    for _ in range(2):
        tell(factories.questionnaire(factories.consultation()), *(TOLD for _ in range(3)))
    with django_assert_num_queries(7):
        client.get(reverse(SUMS))
