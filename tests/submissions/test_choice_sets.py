"""The choices that come with the portal are in the database, and nobody changes them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from consult.boroughs import BOROUGHS
from submissions import choice_sets
from submissions.models import Choice, ChoiceSet
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sets() -> None:
    """As the migration made them, also after a test that emptied the tables."""
    import_module("submissions.migrations.0007_fixed_choice_sets").forwards(apps, None)


def test_they_are_there_as_written() -> None:
    found = {
        row.identifier: (row.name, [(choice.identifier, choice.label) for choice in row.choices.all()])
        for row in ChoiceSet.objects.filter(is_fixed=True).prefetch_related("choices")
    }
    assert found == {identifier: (name, choices) for identifier, name, choices in choice_sets.FIXED}
    assert [choice.label for choice in ChoiceSet.objects.get(identifier="agreement").choices.all()] == [
        "Strongly agree",
        "Agree",
        "Neither agree nor disagree",
        "Disagree",
        "Strongly disagree",
        "Don’t know",
    ]
    assert ChoiceSet.objects.get(identifier="boroughs").choices.count() == len(BOROUGHS) == 33


def test_made_again_nothing_doubles() -> None:
    before = (ChoiceSet.objects.count(), Choice.objects.count())
    import_module("submissions.migrations.0007_fixed_choice_sets").forwards(apps, None)
    assert (ChoiceSet.objects.count(), Choice.objects.count()) == before


def test_every_question_about_the_person_can_be_left_unsaid() -> None:
    for _identifier, text, choices in choice_sets.EQUALITY:
        assert choices[-1] == ("prefer-not-to-say", "Prefer not to say"), text
        assert len({identifier for identifier, _ in choices}) == len(choices), text
    identifiers = [identifier for identifier, _, _ in choice_sets.EQUALITY]
    assert len(set(identifiers)) == len(identifiers) == 8


def test_what_is_not_said_stands_alone() -> None:
    alone = Choice.objects.filter(choice_set__is_fixed=True, stands_alone=True)
    assert set(alone.values_list("identifier", flat=True)) == {"prefer-not-to-say"}


def test_the_database_refuses_a_choice_twice() -> None:
    row = factories.choice_set("Yes", "No")
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(choice_set=row, identifier="yes", label="Yes again")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.choice_set(identifier=row.identifier)
