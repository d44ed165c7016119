from consult.models.audit import AuditEntry
from consult.models.consultation import MARKDOWN_HELP, Aim, Consultation, State, Tag, Theme
from consult.models.content import (
    Channel,
    Document,
    KeyDate,
    KeyDateMove,
    Notice,
    Partner,
    Partnership,
    Update,
)
from consult.models.letter import Letter
from consult.models.publishing import Publishable, PublishableQuerySet, own_rows
from consult.models.user import User, is_verified_staff

__all__ = [
    "MARKDOWN_HELP",
    "Aim",
    "AuditEntry",
    "Channel",
    "Consultation",
    "Document",
    "KeyDate",
    "KeyDateMove",
    "Letter",
    "Notice",
    "Partner",
    "Partnership",
    "Publishable",
    "PublishableQuerySet",
    "State",
    "Tag",
    "Theme",
    "Update",
    "User",
    "is_verified_staff",
    "own_rows",
]  # fmt: skip
