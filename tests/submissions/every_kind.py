"""A question of each kind, for tests of how they are asked."""

from submissions.models import Choice, Question, Section, Statement
from tests import factories


def every_kind(section: Section) -> dict[str, Question]:
    """One question of each kind in a section, none of which must be answered."""
    travel = factories.choice_set("Bus", "Walk", "Other", "None of these")
    Choice.objects.filter(choice_set=travel, identifier="other").update(asks_what=True)
    Choice.objects.filter(choice_set=travel, identifier="none-of-these").update(stands_alone=True)
    scale = factories.choice_set("Agree", "Neither", "Disagree")
    sets = {
        "one": travel,
        "many": travel,
        "agree": scale,
        "order": factories.choice_set("Lights", "Staff", "CCTV"),
        "safe": scale,
        "borough": factories.choice_set("Croydon", "Sutton"),
    }
    kinds = {
        "name": "short_text", "why": "long_text", "one": "one_choice", "many": "choices", "agree": "scale",
        "order": "ranking", "safe": "matrix", "times": "number", "when": "date", "borough": "borough",
        "note": "information",
    }  # fmt: skip
    made = {
        name: factories.question(
            section, identifier=name, kind=kind, text=f"About {name}?", help_text=f"Help on {name}.", position=number,
            choice_set=sets.get(name), max_length=40,
        )
        for number, (name, kind) in enumerate(kinds.items(), start=1)
    }  # fmt: skip
    for position, (name, text) in enumerate({"day": "By day", "night": "At night"}.items()):
        Statement.objects.create(question=made["safe"], identifier=name, text=text, position=position)
    return made
