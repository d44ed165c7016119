"""What the demo lacks, around the present: closed, decided, to come, cancelled, moved, overdue, published, long."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from consult import actions as consult_actions
from consult.models import Tag
from events import actions as event_actions
from events.models import AccessProvision
from submissions import actions as submission_actions
from submissions.models import Decision, Draft, Questionnaire
from tests import factories
from tests.submissions.every_kind import every_kind

PLAN = "police-and-crime-plan"
WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"  # nowhere to break it
TITLE = f"How {WORD} and everyone else in all 32 boroughs of London should be asked, heard and answered about "
LONG = (TITLE + "stop and search, neighbourhood policing, custody and complaints, this year and next")[:200]
BODY = f"""\
First paragraph with https://www.london.gov.uk/{WORD}/{WORD}?and=a&very=long#address in it, and **bold** {WORD}.

## A heading of its own with {WORD}

| Borough | What people asked for | When | Who answers | What it costs | How it is measured |
| --- | --- | --- | --- | --- | --- |
| Barking and Dagenham | Youth clubs that are open on Friday evenings | 2026 | Borough council | £1,250,000 | Visits |
| Richmond upon Thames | Officers who stay | 2027 | Metropolitan Police | not known yet | Months in the same ward |

```
{WORD * 2}
```

> Somebody said: nothing about us without us.

1. first
2. second, with [a link to {WORD}](https://www.london.gov.uk/)
"""
VIEW = f"We need youth clubs that stay open.\n\n  Indented, and {WORD * 2}.\n\n" + "They work. " * 120


def demo():
    call_command("load_demo", verbosity=0)


def all_states():
    """One of everything that a page can show and the demo has not. Returns the consultations by what they show."""
    now = timezone.now()
    days = lambda number: now + timedelta(days=number)  # noqa: E731 - shorter than its name
    staff = factories.user(is_staff=True)

    closed = factories.consultation(
        slug="closed",
        title="Safer journeys at night",
        opens_at=days(-90),
        closes_at=days(-10),
        publish_at=days(-90),
        next_steps="We read every view. In spring we publish **a summary** of what people said.",
    )
    factories.question(closed, text="What would make you feel safer on the way home?")
    promise = factories.key_date(closed, label="Summary of views published", on=days(-5).date())
    consult_actions.move_key_date(
        key_date=promise, to=days(-2).date(), reason="More views came than we expected.", by=staff
    )
    factories.key_date(closed, label="Answer to each theme", on=days(60).date())
    for number in range(25):
        view = factories.submission(closed, f"View {number}. {VIEW if number == 24 else ''}", received_at=days(-20))
        submission_actions.decide(submission=view, outcome=Decision.Outcome.PUBLISH, by=staff)
    factories.submission(closed, "A word that nobody may see.", received_at=days(-20))
    factories.event(closed, slug="past", title="What happened at night", starts_at=days(-30))

    decided = factories.consultation(
        slug="decided",
        title="Cameras on officers",
        opens_at=days(-200),
        closes_at=days(-120),
        publish_at=days(-200),
        outcome="## What we did\n\nOfficers switch cameras on **before** they stop anybody.\n\n- from March",
        outcome_at=days(-20),
    )
    kept = factories.key_date(decided, label="Decision published", on=days(-20).date())
    consult_actions.keep_promise(key_date=kept, on=days(-20).date(), evidence_url="/consultations/decided/", by=staff)

    coming = factories.consultation(slug="coming", title="A hate crime strategy", opens_at=days(20), closes_at=days(80))
    factories.question(coming)

    long = factories.consultation(
        slug="long", title=LONG, summary=(LONG * 2)[:400], body=BODY, opens_at=days(-3), closes_at=days(30),
        next_steps=BODY, decided_by=LONG,
    )  # fmt: skip
    long.tags.add(Tag.objects.create(name=WORD[:60], slug="long-tag"))
    theme = factories.theme(long, slug="long-theme", title=LONG[:120], summary=(LONG * 2)[:400], question=LONG)
    theme.aims.create(text=(LONG * 2)[:300])
    factories.question(long, identifier="long", theme=theme, text=(LONG * 2)[:300], help_text=LONG, max_length=40)
    factories.channel(long, title=LONG[:120], suits=LONG, body=LONG)
    factories.channel(long, kind="phone", title="Phone", phone="020 7946 0000", suits="you would rather talk.")
    factories.channel(long, kind="email", title="E-mail", email=f"{WORD[:50]}@{WORD[:60].lower()}.example")
    factories.channel(long, kind="survey", title="Survey elsewhere", url=f"https://survey.example/{WORD}{WORD}")
    factories.key_date(long, label=LONG, on=days(40).date())
    factories.update(long, slug="long-news", title=f"News: {LONG}"[:200], summary=(LONG * 2)[:400], body=BODY)
    organisation = factories.submission(long, VIEW, respondent="organisation", organisation=LONG, received_at=days(-1))
    submission_actions.decide(submission=organisation, outcome=Decision.Outcome.PUBLISH, by=staff)

    cancelled = factories.event(long, slug="cancelled", title="A meeting that is off", starts_at=days(5))
    event_actions.cancel_event(event=cancelled, reason="The speaker is ill. We are sorry.", by=staff)
    factories.join_details(cancelled)
    moved = factories.event(
        long, slug="moved", title=LONG, summary=(LONG * 2)[:400], body=BODY, format="hybrid", starts_at=days(6),
        venue=factories.venue(name=LONG[:120], address=LONG[:90]),
        audience=LONG, host_name=LONG[:120], languages=LONG[:120],
    )  # fmt: skip
    factories.join_details(moved, url=f"https://us06web.zoom.us/j/81545869151?pwd={WORD}", dial_in="0203 481 5240")
    moved.changes.create(
        kind="moved", reason="The hall is being mended.", was="Thursday, 6pm", changed_at=days(-1), changed_by=staff
    )
    for kind in ("step_free", "bsl", "captions", "hearing_loop", "quiet_room", "childcare", "interpreter"):
        AccessProvision.objects.create(event=moved, kind=kind, detail=LONG[:90], ask_by=days(2).date())
    factories.join_details(
        factories.event(long, slug="registered", title="For people who registered", starts_at=days(7)),
        visibility="registered",
    )
    return {"closed": closed, "decided": decided, "coming": coming, "long": long}


def questionnaire() -> Questionnaire:
    """An open one: a section on a theme, one with every kind of question, one whose answers bring more up, and that."""
    now = timezone.now()
    row = factories.consultation(
        slug="streets", title="Safer streets", opens_at=now - timedelta(days=3), closes_at=now + timedelta(days=30),
        next_steps="The office reads every view.",
    )  # fmt: skip
    asked = factories.questionnaire(row, slug="survey", title="Survey", summary="Ten minutes.", audience="everybody")
    theme = factories.theme(row, title="Trust", slug="trust", summary="Officers who listen.")
    theme.aims.create(text="Fair treatment")
    trust = factories.section(
        asked, identifier="trust", title="Trust in officers", theme=theme, intro="In **your** words."
    )
    factories.question(trust, identifier="trust", text="What would raise trust?", help_text="All of it counts.")
    kinds = factories.section(asked, identifier="kinds", title="Your street")
    every_kind(kinds)
    yes_no, rating = factories.choice_set("Yes", "No"), factories.choice_set("Good", "Bad")
    met = factories.section(asked, identifier="met", title="Officers you met")
    used = factories.question(met, identifier="used", kind="one_choice", text="Did you meet one?", choice_set=yes_no)
    how = factories.question(
        met, identifier="how", kind="one_choice", text="How was it?", choice_set=rating, shown_if=used, shown_for="yes"
    )
    factories.question(met, identifier="bad", text="Why was it bad?", shown_if=how, shown_for="bad")
    later = factories.section(asked, identifier="later", title="Next time", shown_if=used, shown_for="yes")
    factories.question(later, identifier="next", text="What should be different?")
    return asked


def begun(questionnaire: Questionnaire, **typed: dict[str, str]) -> str:
    """A response that somebody has begun: the address of its pages up to the name of the step."""
    token = submission_actions.begin(questionnaire=questionnaire)
    draft = Draft.objects.filter(version__questionnaire=questionnaire).latest("id")
    for step, fields in typed.items():
        kept = {name: [value] for name, value in fields.items()}
        submission_actions.keep(draft=draft, step=step, typed=kept)
    return f"/consultations/{questionnaire.consultation.slug}/respond/{token}/"
