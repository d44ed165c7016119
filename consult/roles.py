"""Roles of staff as Django groups, filled by a migration of each app."""

from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

EDITOR, MODERATOR, ANALYST, PARTNER, ADMINISTRATOR = "Editor", "Moderator", "Analyst", "Partner", "Administrator"
ALL = [EDITOR, MODERATOR, ANALYST, PARTNER, ADMINISTRATOR]


def grant(apps: Apps, app_label: str, rights: dict[str, list[str]]) -> None:
    """Give each role (key) permissions of one app by codename, making group and permissions where missing.

    For use in migrations: `apps` is the historical registry. Raises KeyError for a codename that does not exist.
    """
    config: Any = apps.get_app_config(app_label)
    config.models_module = True  # the historical registry has no modules; without one nothing would be made
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = {
        permission.codename: permission
        for permission in apps.get_model("auth", "Permission").objects.filter(content_type__app_label=app_label)
    }
    for role, codenames in rights.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(permissions[codename] for codename in codenames))


def all_of(*models: str) -> list[str]:
    """Codenames to add, change, delete and view these models."""
    return [f"{verb}_{model}" for model in models for verb in ("add", "change", "delete", "view")]


def view_of(*models: str) -> list[str]:
    """Codenames to view these models."""
    return [f"view_{model}" for model in models]
