"""Staff screens of texts that are looked through before they are published."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from consult import audit
from consult.forms_credentials import ALL_THE_SAME


class LintedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ModelAdmin whose form is a LintedModelForm: warns of what a draft holds, records what went out all the same."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the box to tick at the end, for who may save."""
        sets: list[Any] = [
            (title, {**options, "fields": [name for name in options["fields"] if name != ALL_THE_SAME]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            title, options = sets[-1]
            sets[-1] = (title, {**options, "fields": [*options["fields"], ALL_THE_SAME]})
        return sets

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not form.findings:
            return
        kinds = sorted({finding.kind for findings in form.findings.values() for finding in findings})
        if form.instance.publish_at:
            fields = sorted(form.findings)
            audit.record(by=request.user, verb="publish-all-the-same", target=form.instance, kinds=kinds, fields=fields)  # type: ignore[arg-type]
            return
        # Without the words themselves: messages are kept in the session.
        for name, findings in form.findings.items():
            labels = ", ".join(dict.fromkeys(finding.label for finding in findings))
            messages.warning(request, f"“{form.label_of(name)}” holds {labels}. Take it out before you publish.")
