"""What must always be true of a consultation: the database refuses the rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from consult.models import Document, KeyDateMove, Partner, Partnership
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"opens_at": NOON, "closes_at": NOON},
        {"opens_at": NOON, "closes_at": NOON - timedelta(days=1)},
        {"outcome": "", "outcome_at": NOON + timedelta(days=30)},
        {"outcome": "Done.", "outcome_at": NOON, "closes_at": NOON + timedelta(days=1)},
        {"outcome": "Done.", "outcome_at": NOON, "closes_at": None},
    ],
)
def test_dates_and_outcome_of_a_consultation(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.consultation(**fields)


def test_everything_around_it() -> None:
    row = factories.consultation(slug="taken")
    theme = factories.theme(row, slug="theme")
    partner = Partner.objects.create(name="P")
    Partnership.objects.create(consultation=row, partner=partner, role="Runs it")
    promise = factories.key_date(row)
    user = factories.user()
    move = {"key_date": promise, "became": promise.on, "moved_at": NOON, "moved_by": user}
    attempts: list[Callable[[], object]] = [
        lambda: factories.consultation(slug="taken"),
        lambda: factories.theme(row, slug=theme.slug),
        lambda: Partnership.objects.create(consultation=row, partner=partner, role="Twice"),
        lambda: Document.objects.create(consultation=row, title="Nowhere to be had"),
        lambda: factories.channel(row, kind="email"),
        lambda: factories.channel(row, kind="post"),
        lambda: factories.channel(row, kind="phone"),
        lambda: KeyDateMove.objects.create(was=None, reason="", **move),
        lambda: KeyDateMove.objects.create(was=promise.on, reason="No change", **move),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
