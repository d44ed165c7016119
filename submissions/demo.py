"""The questions of the demonstration. See consult/demo.py. No views are made up: send the first one yourself."""

from consult.demo import PLAN, VOICES, Clock
from consult.models import Consultation, Theme
from submissions.models import Question

GENERAL = {
    PLAN: [
        (
            "violence-against-women-and-girls",
            "What should London’s next strategy on violence against women and girls do?",
            "This question informs a strategy of its own.",
        ),
        ("anything-else", "What else do you want to say about the draft Plan?", ""),
    ],
    VOICES: [
        (
            "engagement",
            "How should Black communities and the police work together where you live?",
            "Tell us what works, what does not, and what you would build instead.",
        ),
        (
            "scrutiny",
            "How should the police be held to account for how Black communities are policed?",
            "For example for stop and search, detention under the Mental Health Act or the use of force.",
        ),
        (
            "evidence",
            "What experience, research or other evidence should be on record?",
            "Please do not name other people.",
        ),
    ],
}


def load(slug: str, clock: Clock) -> None:
    """Ask about each theme and in general."""
    consultation = Consultation.objects.get(slug=slug)
    themes = list(consultation.themes.all())
    rows: list[tuple[str, str, str, Theme | None]] = [
        (theme.slug[:60].strip("-"), theme.question, "", theme) for theme in themes
    ]
    rows += [(identifier, text, help_text, None) for identifier, text, help_text in GENERAL[slug]]
    for position, (identifier, text, help_text, theme) in enumerate(rows, start=1):
        Question.objects.update_or_create(
            consultation=consultation,
            identifier=identifier,
            defaults={"position": position, "text": text, "help_text": help_text, "theme": theme},
        )
