"""What people say about themselves, so that we know whom we reach. Kept apart: no row leads to a person or a view."""

from uuid import uuid4

from django.db import models

from submissions.models.questionnaire import Questionnaire


class EqualityProfile(models.Model):
    """The answers of one person about themselves.

    A row has no number that rises, no time, and no link to a submission, contact or draft. All that it shares with
    them is the questionnaire. Nor does the order of the rows tell whose it is: `actions_equality.tell` writes each
    together with others, in an order drawn by lot, so that neither SQLite's `rowid` nor PostgreSQL's `ctid` and `xmin`
    say which of them came last.

    What remains possible, plainly: whoever can read the log of the database (PostgreSQL's WAL or a replica, SQLite's
    -wal file), rows that are deleted and not overwritten yet, or copies of the database from one moment and the next,
    can see which profile came in when, and set that beside the time of a submission. And where one person only has
    answered, there is nobody to be hidden among. docs/deploy.md tells those who run the portal.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)  # made with the form: sent twice, kept once
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="profiles")
    answers = models.JSONField()  # question -> identifier of the choice; only what was answered

    class Meta:
        ordering = ["id"]
        default_permissions = ("view",)  # of sums: nobody is shown a row

    def __str__(self) -> str:
        return "Equality profile"
