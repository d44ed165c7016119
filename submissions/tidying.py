"""What `manage.py tidy` does for this app."""

from submissions.models import Draft


def tidy() -> list[str]:
    """Delete the drafts whose time is over. Returns what was done, a line each."""
    deleted, _ = Draft.objects.expired().delete()
    return [f"expired drafts deleted: {deleted}"]
