"""The questionnaires of the demonstration. See consult/demo.py. No views are made up: send the first one yourself."""

from typing import Any

from consult.demo import PLAN, VOICES, Clock
from consult.models import Consultation
from submissions import actions_building, choice_sets, papers_reading

Data = dict[str, Any]


def load(slug: str, clock: Clock) -> None:
    """Publish the questionnaire of a consultation, unless it has one: staff may have built another."""
    consultation = Consultation.objects.get(slug=slug)
    if consultation.questionnaires.exists():
        return
    paper = papers_reading.read(PAPERS[slug](consultation))
    made, _ = actions_building.import_paper(consultation=consultation, paper=paper, by=None)
    actions_building.publish_version(version=made.versions.get(), by=None)


# --- a short way to write a paper ---------------------------------------------------------------------


def section(identifier: str, title: str, *questions: Data, **more: Any) -> Data:
    return {"identifier": identifier, "title": title, "questions": list(questions), **more}


def ask(kind: str, identifier: str, text: str, help_text: str = "", **more: Any) -> Data:
    return {"kind": kind, "identifier": identifier, "text": text, "help_text": help_text, **more}


def after(question: str, *answers: str) -> Data:
    return {"question": question, "answers": list(answers)}


def rows(*texts: tuple[str, str]) -> list[Data]:
    return [{"identifier": identifier, "text": text} for identifier, text in texts]


def offer(name: str, *choices: tuple[str, str], what: str = "", alone: str = choice_sets.NOT_SAID[0]) -> Data:
    """A set of choices; `what` is the one that asks to say what, `alone` the one that goes with no other."""
    return {
        "name": name,
        "choices": [
            {"identifier": each, "label": label, "asks_what": each == what, "stands_alone": each == alone}
            for each, label in choices
        ],
    }


# Those that come with the portal.
FIXED = {identifier: offer(name, *choices) for identifier, name, choices in choice_sets.FIXED}


# --- the draft Police and Crime Plan ------------------------------------------------------------------

PLAN_CHOICES = {
    "agreement": FIXED["agreement"],
    "boroughs": FIXED["boroughs"],
    "yes-or-no": FIXED["yes-or-no"],
    "plan-themes": offer(
        "Themes of the draft Plan",
        ("violence", "Reducing and preventing violence"),
        ("trust", "Increasing trust and confidence"),
        ("victims", "Better supporting victims"),
        ("exploitation", "Protecting people from being exploited or harmed"),
    ),
    "plan-help": offer(
        "Help for victims",
        ("told", "Being told what happens with the case"),
        ("one-person", "One person to talk to from beginning to end"),
        ("counselling", "Counselling, or help with health"),
        ("safe-place", "A safe place to live"),
        ("court", "Help with going to court"),
        ("other", "Something else"),
        ("none", "I needed no help"),
        what="other",
        alone="none",
    ),
    "plan-where": offer(
        "In public, in private, online",
        ("public", "In public: streets, parks, transport"),
        ("private", "In private: at home, in care, at work"),
        ("online", "Online"),
    ),
    "plan-vawg": offer(
        "Where women and girls should be safer first",
        ("home", "At home"),
        ("transport", "On buses, trains and the Tube"),
        ("streets", "In streets and parks"),
        ("night", "In places that are open at night"),
        ("school-or-work", "At school, at college or at work"),
        ("online", "Online"),
        ("other", "Somewhere else"),
        what="other",
    ),
}


def plan(consultation: Consultation) -> Data:
    themes = {theme.slug: theme for theme in consultation.themes.all()}

    def about(slug: str, *questions: Data) -> Data:
        """A section about a theme: whether its aims are right, what else is asked, and the question of the theme."""
        theme = themes[slug]
        aims = rows(*((f"aim-{number}", aim.text) for number, aim in enumerate(theme.aims.all(), start=1)))
        rate = ask(
            "matrix",
            f"{slug[:40].strip('-')}-aims",
            "How far do you agree that these are the right aims?",
            choice_set="agreement",
            statements=aims,
        )
        return section(
            slug, theme.title, rate, *questions, ask("long_text", slug[:60].strip("-"), theme.question), theme=slug
        )

    return {
        "title": "Survey",
        "summary": "On the four themes of the draft Plan, and on violence against women and girls. Answer one section "
        "or all of them. The whole survey takes about 20 minutes.",
        "audience": "Everybody who lives, works or studies in London",
        "choice_sets": PLAN_CHOICES,
        "sections": [
            section(
                "first",
                "What should come first",
                ask(
                    "ranking",
                    "order-of-themes",
                    "Which theme matters most to you?",
                    "Give place 1 to the most important one. You do not have to place them all.",
                    choice_set="plan-themes",
                ),
                ask(
                    "borough",
                    "borough",
                    "Which borough do you know best?",
                    "So that we can see what is said in each part of London. We do not ask for your address.",
                    choice_set="boroughs",
                ),
            ),
            about("reducing-and-preventing-violence"),
            about(
                "increasing-trust-and-confidence",
                ask(
                    "one_choice",
                    "contact",
                    "Have you had to do with the police in London in the last 12 months?",
                    "For example you called them, they stopped you, or you spoke with an officer in your street.",
                    choice_set="yes-or-no",
                ),
                ask(
                    "scale",
                    "contact-fair",
                    "How far do you agree: I was treated fairly",
                    choice_set="agreement",
                    shown_if=after("contact", "yes"),
                ),
                ask(
                    "long_text",
                    "contact-better",
                    "What should have gone differently?",
                    "Please name nobody. This is no report of a crime and no complaint: nobody acts on it at once.",
                    max_length=3000,
                    shown_if=after("contact-fair", "neither", "disagree", "strongly-disagree"),
                ),
            ),
            about(
                "better-supporting-victims",
                ask(
                    "one_choice",
                    "harmed",
                    "Have you, or has somebody close to you, been a victim of crime in London in the last three years?",
                    "You need not say anything about what happened.",
                    choice_set="yes-or-no",
                ),
                ask(
                    "choices",
                    "help-wanted",
                    "Which help was missing?",
                    choice_set="plan-help",
                    shown_if=after("harmed", "yes"),
                ),
            ),
            about(
                "protecting-people-from-exploitation-and-harm",
                ask(
                    "choices",
                    "protect-where",
                    "Where should people be better protected first?",
                    "Choose one or two.",
                    choice_set="plan-where",
                    largest=2,
                ),
            ),
            section(
                "violence-against-women-and-girls",
                "Violence against women and girls",
                ask(
                    "choices",
                    "vawg-where",
                    "Where should women and girls be safer first?",
                    "Choose up to three.",
                    choice_set="plan-vawg",
                    largest=3,
                ),
                ask(
                    "long_text",
                    "vawg-transport",
                    "What would make journeys safer?",
                    max_length=3000,
                    shown_if=after("vawg-where", "transport"),
                ),
                ask(
                    "long_text",
                    "violence-against-women-and-girls",
                    "What should London’s next strategy on violence against women and girls do?",
                ),
                intro="What you say here is for a strategy of its own, the next one on violence against women and "
                "girls.",
            ),
            section(
                "anything-else",
                "Anything else",
                ask("long_text", "anything-else", "What else do you want to say about the draft Plan?"),
            ),
        ],
    }


# --- Black Voices on Policing -------------------------------------------------------------------------

VOICES_CHOICES = {
    "agreement": FIXED["agreement"],
    "yes-or-no": FIXED["yes-or-no"],
    "voices-basis": offer(
        "What the evidence rests on",
        ("lived", "What I, or people close to me, have lived through"),
        ("community", "What people tell us in a community organisation or a faith group"),
        ("research", "Research, figures or case work"),
        ("policing", "Work in policing or in holding the police to account"),
        ("other", "Something else"),
        what="other",
    ),
    "voices-away": offer(
        "What keeps people away",
        ("unknown", "I did not know of any"),
        ("time-or-place", "The time or the place"),
        ("welcome", "I did not feel welcome or safe there"),
        ("no-change", "I did not think that anything would change"),
        ("other", "Something else"),
        what="other",
    ),
    "voices-powers": offer(
        "Police powers to watch",
        ("stop-and-search", "Stop and search"),
        ("mental-health", "Detention under the Mental Health Act"),
        ("force", "The use of force"),
        ("other", "Another power"),
        what="other",
    ),
    "voices-must-be": offer(
        "What scrutiny must be",
        ("strong", "Strong: it can demand answers and see them acted on"),
        ("visible", "Visible: people know of it and can follow it"),
        ("accountable", "Accountable: it answers to the communities it speaks for"),
        ("representative", "Representative: Black Londoners of all ages lead in it"),
    ),
}


def voices(consultation: Consultation) -> Data:
    return {
        "title": "Call for Evidence",
        "summary": "On how Black communities and the police work together where you live, and on how the police are "
        "held to account. It takes 15 to 30 minutes.",
        "audience": "Black Londoners and allies, and organisations of every size",
        "choice_sets": VOICES_CHOICES,
        "sections": [
            section(
                "basis",
                "What you bring",
                ask(
                    "choices",
                    "basis",
                    "What does your evidence rest on?",
                    "What you have lived through counts as much as research.",
                    choice_set="voices-basis",
                ),
            ),
            section(
                "engagement",
                "Working together where you live",
                ask(
                    "one_choice",
                    "took-part",
                    "Have you taken part in a group or meeting where local people and the police talk?",
                    choice_set="yes-or-no",
                ),
                ask(
                    "scale",
                    "listened",
                    "How far do you agree: people there listened to Black Londoners",
                    choice_set="agreement",
                    shown_if=after("took-part", "yes"),
                ),
                ask(
                    "choices",
                    "kept-away",
                    "What has kept you away?",
                    choice_set="voices-away",
                    shown_if=after("took-part", "no"),
                ),
                ask(
                    "long_text",
                    "engagement",
                    "How should Black communities and the police work together where you live?",
                    "Tell us what works, what does not, and what you would build instead.",
                ),
            ),
            section(
                "scrutiny",
                "Holding the police to account",
                ask(
                    "matrix",
                    "scrutiny-now",
                    "How far do you agree with these sentences?",
                    choice_set="agreement",
                    statements=rows(
                        ("know-how", "I know how local people can hold the police to account."),
                        ("represented", "Black Londoners are represented where that happens."),
                        ("influence", "What they say there changes what the police do."),
                    ),
                ),
                ask("choices", "powers", "Which powers need the closest look?", choice_set="voices-powers"),
                ask(
                    "long_text",
                    "stop-and-search",
                    "What should change about stop and search, and who should see to it?",
                    shown_if=after("powers", "stop-and-search"),
                ),
                ask(
                    "ranking",
                    "must-be",
                    "What must a new way of scrutiny be first of all?",
                    "Give place 1 to what matters most.",
                    choice_set="voices-must-be",
                ),
                ask(
                    "long_text",
                    "scrutiny",
                    "How should the police be held to account for how Black communities are policed?",
                ),
            ),
            section(
                "evidence",
                "Your evidence",
                ask(
                    "long_text",
                    "evidence",
                    "What experience, research or other evidence should be on record?",
                    "Please do not name other people.",
                ),
            ),
            section(
                "research",
                "Your research or case work",
                ask("short_text", "research-title", "What is it called?", max_length=200),
                ask("date", "research-date", "When was it published or finished?"),
                ask("number", "research-people", "How many people took part?", smallest=0),
                ask("long_text", "research-found", "What did it find?"),
                shown_if=after("basis", "community", "research", "policing"),
            ),
        ],
    }


PAPERS = {PLAN: plan, VOICES: voices}
