"""Tags for the crispy template pack in templates/govuk/: what its templates need to know about a bound field.

Ids are Django's: `<auto_id>_helptext` and `<auto_id>_error`, which BoundField names in aria-describedby.
"""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from consult.forms_govuk import ChoiceExtras, CountedTextarea, DateInput

register = template.Library()

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (  # the first that fits
    (DateInput, "date"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Select, "control"),
    (forms.Textarea, "control"),
)
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Widget, "govuk-input"),
)
DATE_PARTS = ("day", "month", "year")


@register.filter
def field_template(field: BoundField) -> str:
    """Returns the name of the template that draws this kind of field."""
    kind = next((kind for widget, kind in KINDS if isinstance(field.field.widget, widget)), "control")
    return f"govuk/fields/{kind}.html"


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether the label says "(optional)".

    A form of filters turns it off with `mark_optional = False`; a field overrides both with the same attribute.
    A revealed field is asked of those who chose its choice, so it says nothing unless told to.
    """
    if hasattr(field.field, "mark_optional"):
        return bool(field.field.mark_optional)
    marked = getattr(field.form, "mark_optional", True) and not is_revealed(field)
    return bool(marked and not field.field.required)


@register.filter
def is_revealed(field: BoundField) -> bool:
    """Whether a choice of another field shows this one, so that it is not drawn again in its own place."""
    return any(
        field.name in names
        for other in field.form.fields.values()
        if isinstance(other.widget, ChoiceExtras)
        for names in other.widget.reveals.values()
    )


@register.filter
def limit(field: BoundField) -> int | None:
    """Returns how many characters a counted text area takes, or None where nothing is counted."""
    widget = field.field.widget
    if asked := widget.attrs.get("data-maxlength"):
        return int(asked)
    return getattr(field.field, "max_length", None) if isinstance(widget, CountedTextarea) else None


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Returns the input, select or text area itself, with its class and what describes it.

    Never `required` (the server explains better) and never `maxlength` (it cuts pasted text without a word).
    """
    field.form.use_required_attribute = False
    widget = field.field.widget
    if isinstance(widget, forms.ClearableFileInput):
        widget = forms.FileInput({**widget.attrs})
    attrs: dict[str, str | bool] = {"class": _control_classes(field)}
    if limit(field):
        attrs["aria-describedby"] = f"{field.aria_describedby or ''} {field.auto_id}-info".strip()
    kept = {name: widget.attrs.pop(name) for name in ("maxlength", "data-maxlength") if name in widget.attrs}
    try:
        return field.as_widget(widget, attrs=attrs)
    finally:
        widget.attrs.update(kept)


def _control_classes(field: BoundField) -> str:
    name = next(name for widget, name in CLASSES if isinstance(field.field.widget, widget))
    classes = [name, field.field.widget.attrs.get("class", "")]
    if limit(field):
        classes.append("govuk-js-character-count")
    if field.errors and not isinstance(field.field.widget, forms.CheckboxInput):
        classes.append(f"{name}--error")
    return " ".join(filter(None, classes))


@register.filter
def choice_group(field: BoundField) -> str:
    """Returns the name of the GOV.UK component, which is also its class, for a field of choices."""
    return "govuk-checkboxes" if isinstance(field.field.widget, forms.CheckboxSelectMultiple) else "govuk-radios"


@register.filter
def choices(field: BoundField) -> list[dict[str, Any]]:
    """Returns the radio buttons or checkboxes of a field, each with all that its template shows."""
    widget = field.field.widget
    extras = widget if isinstance(widget, ChoiceExtras) else ChoiceExtras()
    items = []
    drawn_otherwise = {"id", "class", "aria-invalid", "aria-describedby", "required"}
    for option in field.subwidgets:
        data = option.data
        value = str(data["value"])
        identity = data["attrs"].get("id", "")
        hint = extras.hints.get(value, "")
        revealed = [field.form[name] for name in extras.reveals.get(value, ())]
        attrs = {name: text for name, text in data["attrs"].items() if name not in drawn_otherwise}
        if hint:
            attrs["aria-describedby"] = f"{identity}_hint"
        if revealed:
            attrs["data-aria-controls"] = f"{identity}_revealed"
        if value == extras.exclusive:
            attrs["data-behaviour"] = "exclusive"
        items.append(
            {
                "id": identity,
                "type": data["type"],
                "name": data["name"],
                "value": value,
                "label": data["label"],
                "checked": data["selected"],
                "attrs": attrs,
                "hint": hint,
                "divider": value in extras.divider_before,
                "revealed": revealed,
            }
        )
    return items


@register.filter
def date_parts(field: BoundField) -> list[dict[str, Any]]:
    """Returns the three boxes of a date, with the one that an error is about marked."""
    context = field.field.widget.get_context(field.html_name, field.value(), {"id": field.auto_id})
    wrong = _wrong_part(field)
    return [
        {
            "id": box["attrs"]["id"],
            "name": box["name"],
            "value": "" if box["value"] is None else box["value"],
            "label": part.capitalize(),
            "width": 4 if part == "year" else 2,
            "autocomplete": box["attrs"].get("autocomplete", ""),
            "wrong": bool(field.errors) and wrong in (None, part),
        }
        for part, box in zip(DATE_PARTS, context["widget"]["subwidgets"], strict=True)
    ]


def _wrong_part(field: BoundField) -> str | None:
    """Returns the part of a date that its first error names, or None when it is about the whole."""
    problems = field.form.errors.as_data().get(field.name, [])
    return (problems[0].params or {}).get("part") if problems else None


@register.filter
def focus_id(field: BoundField) -> str:
    """Returns the id of the control that an error about this field leads to."""
    if isinstance(field.field.widget, DateInput):
        parts = date_parts(field)
        return str(next((part["id"] for part in parts if part["wrong"]), parts[0]["id"]))
    if isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        options = field.subwidgets
        return options[0].id_for_label if options else ""
    return field.id_for_label


@register.filter
def problems(form: forms.BaseForm) -> list[dict[str, str]]:
    """Returns what the error summary lists, in the order of the form: each message, and the id it leads to or ""."""
    found = [{"text": str(text), "id": ""} for text in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else focus_id(field)
        found += [{"text": str(text), "id": target} for text in field.errors]
    return found


@register.filter
def button_classes(button: Any) -> str:
    """Returns the classes of a crispy button, without the Bootstrap ones that crispy's own Submit brings."""
    return " ".join(name for name in button.field_classes.split() if not name.startswith("btn"))
