"""The record of who did what."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from consult.models import AuditEntry, User


def record(*, by: User | None, verb: str, target: models.Model, **detail: Any) -> AuditEntry:
    """Write down that `by` (None: the system) did `verb` to `target`, a saved row. `detail` holds no personal data."""
    return AuditEntry.objects.create(
        by=by, verb=verb, content_type=ContentType.objects.get_for_model(target), object_id=target.pk, detail=detail
    )
