"""Layout objects for `crispy_forms.helper.FormHelper.layout`, beside crispy's own Fieldset, Div and HTML."""

from typing import Any

from crispy_forms.layout import BaseInput, Field, LayoutObject
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Question(Field):  # type: ignore[misc]  # crispy-forms has no types
    """A field whose label or legend has a size ("s", "m", "l" or "xl"), or is the page's only heading."""

    def __init__(self, name: str, *, size: str = "", heading: bool = False, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.extra_context = {"label_size": size or ("l" if heading else ""), "label_is_heading": heading}

    def render(self, form: Any, context: Any, *args: Any, extra_context: Any = None, **kwargs: Any) -> Any:
        extra = {**self.extra_context, **(extra_context or {})}
        return super().render(form, context, *args, extra_context=extra, **kwargs)


class Button(BaseInput):  # type: ignore[misc]
    """A button that sends the form. Pressing it twice within a second sends once."""

    input_type = "submit"
    field_classes = ""

    @classmethod
    def primary(cls, label: str, *, name: str = "", value: str = "", **kwargs: Any) -> "Button":
        return cls(name, label, button_value=value, **kwargs)

    @classmethod
    def secondary(cls, label: str, *, name: str = "", value: str = "", **kwargs: Any) -> "Button":
        return cls(name, label, button_value=value, css_class="govuk-button--secondary", **kwargs)

    @classmethod
    def warning(cls, label: str, *, name: str = "", value: str = "", **kwargs: Any) -> "Button":
        return cls(name, label, button_value=value, css_class="govuk-button--warning", **kwargs)

    @classmethod
    def say(cls, label: str, *, name: str = "", value: str = "", **kwargs: Any) -> "Button":
        """The one action that matters most on a page."""
        return cls(name, label, button_value=value, css_class="app-button--say", **kwargs)

    def __init__(self, name: str, label: str, *, button_value: str = "", css_id: str = "", **kwargs: Any) -> None:
        super().__init__(name, label, css_id=css_id, **kwargs)
        self.id = css_id  # no id unless asked for: two buttons of one name would share it
        self.button_value = button_value


class Prose:
    """HTML that is safe already. Crispy's own `HTML` would run it as a template, which staff could write into."""

    def __init__(self, html: SafeString) -> None:
        self.html = html

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        return render_to_string("govuk/layout/prose.html", {"html": self.html})


class Group(LayoutObject):  # type: ignore[misc]
    """Fields of one question under a legend. Crispy's own `Fieldset` would run the legend as a template."""

    def __init__(self, legend: str, hint: str, *fields: Any) -> None:
        self.fields = list(fields)
        self.legend, self.hint = legend, hint

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        fields = self.get_rendered_fields(form, context, *args, **kwargs)
        name = str(self.fields[0]) if self.fields else ""
        return render_to_string(
            "govuk/layout/group.html", {"legend": self.legend, "hint": self.hint, "fields": fields, "name": name}
        )
