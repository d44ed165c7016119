"""Keeping what somebody says about themselves, so that nobody can tell who it was."""

from collections.abc import Mapping
from random import SystemRandom
from uuid import UUID

from django.db import transaction

from submissions.models import EqualityProfile, Questionnaire

AMONG = 100  # so many others, at most, are written anew with each


@transaction.atomic
def tell(*, questionnaire: Questionnaire, key: UUID, answers: Mapping[str, str]) -> None:
    """Keep answers about a person, once for each `key`; nothing where nothing was answered.

    The new row is written together with others drawn by lot, in an order drawn by lot: so neither the order of the rows
    nor the number of the transaction that wrote them says which came last.
    """
    Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)  # one at a time
    if not answers or EqualityProfile.objects.filter(pk=key).exists():
        return
    others = list(questionnaire.profiles.order_by("?")[:AMONG])
    questionnaire.profiles.filter(pk__in=[each.pk for each in others]).delete()
    rows = [EqualityProfile(pk=key, questionnaire=questionnaire, answers=dict(answers)), *others]
    SystemRandom().shuffle(rows)
    # A conflict can only be this key, sent about another questionnaire at the same moment: it is kept there.
    EqualityProfile.objects.bulk_create(rows, ignore_conflicts=True)
