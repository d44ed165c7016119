"""Letters leave the request through the queue, after the commit, and a worker sends them: once, also where two work."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from consult.mail import deliver_later
from consult.models import Letter
from tests.consult.test_mail import post
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def queue(settings: Any) -> Iterator[None]:
    settings.TASKS = {"default": {"BACKEND": settings.TASK_BACKENDS["database"]}}
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():  # the worker listens to them
        signal.signal(number, handler)


def work() -> None:
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)


def test_a_letter_waits_for_the_worker_and_is_sent_once() -> None:
    with transaction.atomic():
        post()
        assert not DBTaskResult.objects.exists()
    assert outbox.outbox == []
    assert DBTaskResult.objects.count() == 1
    work()
    work()
    assert len(outbox.outbox) == 1
    assert Letter.objects.get().sent_at == NOON


def test_the_queue_holds_the_number_of_a_letter_and_no_word_of_it() -> None:
    letter = post()
    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [letter.pk], "kwargs": {}}


def test_a_task_that_runs_twice_sends_once() -> None:
    letter = post()

    deliver_later.enqueue(letter.pk)
    assert DBTaskResult.objects.count() == 2
    work()
    assert len(outbox.outbox) == 1


def test_what_is_undone_leaves_nothing_in_the_queue() -> None:
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    work()
    assert outbox.outbox == []
    assert not DBTaskResult.objects.exists()
