"""Each consultation that asked questions gets a questionnaire called Survey that asks the same, and drafts follow."""

from typing import Any

from django.db import migrations
from django.utils import timezone

SENDER = {"about-you": "sender"}


def forwards(apps: Any, schema_editor: Any) -> None:
    old = {name: apps.get_model("submissions", name) for name in ("Question", "Draft", "Submission")}
    questions = (
        old["Question"].objects.order_by("consultation", "position", "pk").select_related("theme", "consultation")
    )
    versions: dict[int, Any] = {}
    for question in questions:
        plan = question.consultation
        if plan.pk not in versions:
            versions[plan.pk] = _version(apps, plan)
        question.section = apps.get_model("submissions", "Section").objects.create(
            version=versions[plan.pk],
            identifier=question.identifier,
            title=(question.theme.title if question.theme else question.text)[:200],
            theme=question.theme,
            position=question.position,
        )
        question.position = 1
        question.save(update_fields=["section", "position"])
    for plan_id, version in versions.items():
        old["Submission"].objects.filter(consultation=plan_id, channel="web").update(version=version)
    for draft in old["Draft"].objects.iterator():
        draft.version = versions.get(draft.consultation_id) or _version(apps, draft.consultation)
        versions[draft.consultation_id] = draft.version
        draft.data = dict(_step(slug, typed) for slug, typed in draft.data.items())
        draft.save(update_fields=["version", "data"])


def _version(apps: Any, plan: Any) -> Any:
    """The first version, public with its consultation."""
    questionnaire, _ = apps.get_model("submissions", "Questionnaire").objects.get_or_create(
        consultation=plan, slug="survey", defaults={"title": "Survey"}
    )
    return apps.get_model("submissions", "Version").objects.create(
        questionnaire=questionnaire, number=1, published_at=plan.publish_at or timezone.now()
    )


def _step(slug: str, typed: dict[str, str]) -> tuple[str, dict[str, list[str]]]:
    """What was typed in an old page, as the new one keeps it."""
    identifier = slug.removeprefix("question-")
    if identifier != slug:
        return f"section-{identifier}", {identifier: [typed.get("answer", "")]}
    return SENDER.get(slug, slug), {name: [text] for name, text in typed.items()}


class Migration(migrations.Migration):
    dependencies = [("submissions", "0004_questionnaires")]
    # Going back comes here only where nothing is asked or begun: 0006 refuses to give questions a consultation again.
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
