"""The demonstration: two real consultations, their facts from public notices of 2022, the sentences our own.

Each app has a `demo.py` with `load(slug, clock)`; `manage.py load_demo` calls them in the order of INSTALLED_APPS.
What the notices do not say (a place, a date, an address) is not made up: the pages say that it is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.files.base import ContentFile

from consult import dates
from consult.models import Aim, Channel, Consultation, Document, KeyDate, Notice, Partner, Partnership, Tag, Update
from consult.models import Theme as ThemeRow

PLAN, VOICES = "police-and-crime-plan", "black-voices-on-policing"
STANDS_ON = {PLAN: date(2022, 1, 7), VOICES: date(2022, 10, 20)}  # the days that the notices speak from
TITLES = {PLAN: "Police and Crime Plan", VOICES: "Black Voices on Policing"}
MOPAC = "Mayor’s Office for Policing and Crime"


@dataclass(frozen=True)
class Clock:
    """Turns the dates of the notices into those of the demonstration: whole weeks later, same time of day."""

    weeks: int

    @classmethod
    def for_today(cls, slug: str, today: date) -> "Clock":
        """Moved so far that `today` falls into the week that begins with the day the notice speaks from."""
        return cls((today - STANDS_ON[slug]).days // 7)

    def day(self, year: int, month: int, day: int) -> date:
        return dates.shift(dates.at(date(year, month, day)), self.weeks).date()

    def at(self, year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
        return dates.shift(dates.at(date(year, month, day), time(hour, minute)), self.weeks)

    def months(self, first: date, last: date) -> str:
        """The months from `first` to `last` of the notice, in words: `October and November`."""
        start, end = self.day(*first.timetuple()[:3]), self.day(*last.timetuple()[:3])
        count = (end.year - start.year) * 12 + end.month - start.month + 1
        names = [date(2000, (start.month - 1 + number) % 12 + 1, 1).strftime("%B") for number in range(count)]
        return f"{', '.join(names[:-1])} and {names[-1]}" if count > 1 else names[0]


def stands(slug: str, clock: Clock) -> bool:
    """Whether this consultation is there already with these dates: then staff may have edited it, and it is left."""
    row = Consultation.objects.filter(slug=slug).first()
    wanted = dates.at(clock.day(*STANDS_ON[slug].timetuple()[:3]))
    return row is not None and row.publish_at == wanted


def load(slug: str, clock: Clock) -> None:
    """Create one consultation, or bring it back to the notice, with all that stands around it."""
    BUILDERS[slug](clock)


def announce(clocks: dict[str, Clock]) -> None:
    """Say at the top of every page that this is a demonstration, and by how much its dates were moved."""
    moved = [f"{TITLES[slug]} by {clock.weeks} weeks" for slug, clock in clocks.items() if clock.weeks]
    dates_are = f"dates moved ({', '.join(moved)})" if moved else "their real dates"
    body = f"**Demonstration.** Two real consultations of 2022 with {dates_are}."
    start = dates.at(min(STANDS_ON.values()))
    Notice.objects.update_or_create(key="demonstration", defaults={"body": body, "publish_at": start})


def _consultation(slug: str, clock: Clock, **fields: Any) -> Consultation:
    published = dates.at(clock.day(*STANDS_ON[slug].timetuple()[:3]))
    row, _ = Consultation.objects.update_or_create(slug=slug, defaults={"publish_at": published, **fields})
    return row


def _rows(consultation: Consultation, channels: list[dict[str, Any]], partners: list[dict[str, Any]]) -> None:
    for position, fields in enumerate(channels, start=1):
        Channel.objects.update_or_create(
            consultation=consultation,
            kind=fields["kind"],
            title=fields["title"],
            defaults=fields | {"position": position},
        )
    for about in partners:
        partner, _ = Partner.objects.get_or_create(name=about.pop("name"))
        Partnership.objects.update_or_create(consultation=consultation, partner=partner, defaults=about)


PLAN_THEMES = [
    (
        "Reducing and preventing violence",
        "reducing-and-preventing-violence",
        "Less violence against young people, a city safer for women and girls, hate crime and terrorism prevented.",
        "What would do most to reduce and prevent violence in London?",
        [
            "Prevent violence that affects young people, and reduce it.",
            "Make London a city in which women and girls are safer and feel safer.",
            "Reduce reoffending by the most violent people and by groups of the highest risk.",
            "Prevent hate crime.",
            "Work together to prevent terrorism.",
        ],
    ),
    (
        "Increasing trust and confidence",
        "increasing-trust-and-confidence",
        "A Met that treats Londoners fairly, that more of them trust, and that answers when a neighbourhood needs it.",
        "What would make you, or people you know, trust the police more?",
        [
            "Raise public trust in the Met, and narrow the gaps in confidence between groups of Londoners.",
            "Make sure that the Met engages with Londoners and treats them fairly.",
            "Have Met, boroughs and all safety partners respond to burglary, anti-social behaviour and the like.",
        ],
    ),
    (
        "Better supporting victims",
        "better-supporting-victims",
        "Better service, support and results for people who were harmed, and fewer who are harmed again.",
        "What do victims of crime in London need that they do not get now?",
        [
            "Improve the service and support that victims get from the Met and the criminal justice service.",
            "Give victims a better response and a better outcome from criminal justice.",
            "Reduce the number of people who suffer domestic abuse or sexual violence more than once.",
        ],
    ),
    (
        "Protecting people from being exploited or harmed",
        "protecting-people-from-exploitation-and-harm",
        "Fewer young people and adults exploited, and Londoners protected in public, in private and online.",
        "How can people be better protected from being exploited or harmed?",
        [
            "Reduce the number of young people and adults who are exploited or harmed.",
            "Keep young people in the justice system supported and safe.",
            "Make sure that Londoners are protected in public, in private and online.",
        ],
    ),
]


def _plan(clock: Clock) -> None:
    plan = _consultation(
        PLAN,
        clock,
        title="Draft Police and Crime Plan for London",
        summary="The draft Plan sets the Mayor’s priorities for policing and community safety in London for the next "
        "four years. Tell us what is right in it, what is missing and what would work where you live.",
        body=PLAN_BODY,
        decided_by="The Mayor of London",
        next_steps="When the consultation has closed, the Mayor’s Office for Policing and Crime analyses all that "
        "people said. Then it prepares the final Plan.",
        closes_at=dates.end_of(clock.day(2022, 1, 21)),
    )
    for position, (title, slug, summary, question, aims) in enumerate(PLAN_THEMES, start=1):
        theme, _ = ThemeRow.objects.update_or_create(
            consultation=plan,
            slug=slug,
            defaults={"position": position, "title": title, "summary": summary, "question": question},
        )
        for place, text in enumerate(aims, start=1):
            Aim.objects.get_or_create(theme=theme, text=text, defaults={"position": place})
    _rows(
        plan,
        PLAN_CHANNELS,
        [{"name": "YouGov", "role": "Polls a representative sample of Londoners", "paid_by": MOPAC}],
    )
    KeyDate.objects.update_or_create(
        consultation=plan,
        label="Final Police and Crime Plan published",
        defaults={"on": clock.day(2022, 3, 31), "is_promise": True, "date_note": ""},
    )
    _plan_documents(plan, clock)
    Update.objects.update_or_create(
        slug="two-online-meetings-for-black-londoners",
        defaults={
            "consultation": plan,
            "publish_at": plan.publish_at,
            "title": "Two online meetings for Black Londoners on the draft Plan",
            "summary": "Come to one of two meetings on Zoom and say what the Plan should do. Both begin at 6pm.",
            "body": PLAN_UPDATE,
        },
    )


def _plan_documents(plan: Consultation, clock: Clock) -> None:
    Document.objects.update_or_create(
        consultation=plan,
        title="Draft Police and Crime Plan",
        defaults={
            "position": 1,
            "kind": Document.Kind.PROPOSAL,
            "how_to_get": "It is not on this website yet. Write to us to get a copy.",
        },
    )
    if not plan.documents.filter(kind=Document.Kind.SUMMARY).exists():
        text = "\n\n".join(
            "\n".join([title.upper(), summary, *(f"- {aim}" for aim in aims)])
            for title, _, summary, _, aims in PLAN_THEMES
        )
        Document.objects.create(
            consultation=plan,
            position=2,
            kind=Document.Kind.SUMMARY,
            title="The four themes and their aims",
            summary="The themes on one page, as plain text that every device can read aloud.",
            file=ContentFile(f"DRAFT POLICE AND CRIME PLAN: THE FOUR THEMES\n\n{text}\n", name="four-themes.txt"),
        )
    plan.documents.filter(kind=Document.Kind.SUMMARY).update(published_on=clock.day(2022, 1, 7))


def _voices(clock: Clock) -> None:
    voices = _consultation(
        VOICES,
        clock,
        title="Black Voices on Policing",
        summary="Black Londoners redesign how communities and the police work together, and how the police are held to "
        "account. Come to a meeting, join the discussion online or send evidence.",
        body=VOICES_BODY,
        decided_by="The Mayor’s Office for Policing and Crime, which commissioned the consultation",
        next_steps="What people say informs how communities in London engage with the police and hold them to account.",
    )
    _rows(
        voices,
        VOICES_CHANNELS,
        [
            {
                "name": name,
                "role": "Holds the consultation with London’s Black communities",
                "paid_by": MOPAC,
                "since": clock.day(2022, 6, 1),
            }
            for name in ("Black Thrive Global", "PSi")
        ],
    )
    for name, slug in VOICES_TAGS.items():
        voices.tags.add(Tag.objects.get_or_create(slug=slug, defaults={"name": name})[0])
    Document.objects.update_or_create(
        consultation=voices,
        title="Film about Black Voices on Policing",
        defaults={
            "kind": Document.Kind.VIDEO,
            "how_to_get": "Its address is not announced here yet. When it is, you find a link and a transcript here.",
        },
    )
    _voices_dates(voices, clock)


def _voices_dates(voices: Consultation, clock: Clock) -> None:
    months = clock.months(date(2022, 10, 20), date(2022, 11, 30))
    milestones: dict[str, dict[str, Any]] = {
        "The Mayor publishes his Action Plan on trust in the Metropolitan Police": {"on": clock.day(2020, 11, 13)},
        "Meetings with Black communities and allies": {"date_note": f"{months}, days to be confirmed"},
    }
    for label, fields in milestones.items():
        KeyDate.objects.update_or_create(consultation=voices, label=label, defaults=fields)
    Update.objects.update_or_create(
        slug="redraw-the-blueprint",
        defaults={
            "consultation": voices,
            "publish_at": voices.publish_at,
            "title": "Redraw the blueprint with us",
            "summary": f"Meetings through {months}, an online discussion and a call for evidence.",
            "body": VOICES_UPDATE,
        },
    )


BUILDERS: dict[str, Callable[[Clock], None]] = {PLAN: _plan, VOICES: _voices}

PLAN_BODY = """\
The Police and Crime Plan says what the police and their partners in London should put first for the next four \
years. The Mayor has published a draft. Before it is final, Londoners say what they think of it.

Black Londoners are affected by crime more than most, and have not always been asked when policing is planned. \
So there are two meetings to hear their views, beside all the other ways to take part.

## Violence against women and girls

We also ask what London should do about violence against women and girls. What you say informs the next London \
strategy on it."""

PLAN_CHANNELS = [
    {
        "kind": "survey",
        "title": "Survey",
        "suits": "you want to answer in your own time, on one theme or on all.",
        "body": "A question on each theme. It takes from 5 to 20 minutes, and you can come back to it. There is also a "
        "survey on Talk London, the Mayor’s online community.",
    },
    {
        "kind": "discussion",
        "title": "Discussion on Talk London",
        "suits": "you want to read what others think and talk with them.",
        "body": "Talk London is the Mayor’s online community. The address of the discussion is not announced here yet.",
    },
    {
        "kind": "workshop",
        "title": "Online workshop",
        "suits": "you want to work on priorities for policing and crime in a small group.",
        "body": "You register first. The days are not announced yet.",
    },
    {
        "kind": "meeting",
        "title": "Meeting on Zoom",
        "suits": "you want to be heard in person, with others from Black communities.",
        "body": "Two evenings, hosted by the Mayor’s Office for Policing and Crime.",
    },
    {
        "kind": "email",
        "title": "E-mail",
        "suits": "you want to write freely or to attach something.",
        "email": "consultation@mopac.london.gov.uk",
    },
    {
        "kind": "post",
        "title": "Post",
        "suits": "you would rather write on paper.",
        "postal_address": "MOPAC\n169 Union Street\nLondon\nSE1 0LL",
    },
    {
        "kind": "polling",
        "title": "Polling",
        "suits": "YouGov asks you: nobody can sign up for it.",
        "body": "YouGov polls a representative sample of Londoners for this consultation.",
    },
]

PLAN_UPDATE = """\
The Mayor’s Office for Policing and Crime hosts two meetings to hear what Black communities think of the draft \
Police and Crime Plan. For reasons of health and safety both take place on Zoom.

The Plan sets the priorities for policing and community safety in London for four years. What African Caribbean \
communities and organisations say now goes into it before it is final.

The links and passcodes stand on the page of each meeting. If you cannot come, there are other ways to take \
part: the survey, a discussion, workshops, e-mail and post."""

VOICES_BODY = """\
The Mayor’s Action Plan of 2020 set out to raise trust and confidence in the Metropolitan Police. It answered \
concerns that police powers are used more against Black Londoners than against others. The figures of the \
Mayor’s office still show a lack of trust, and that Black communities are missing where local communities and \
the police meet.

Everybody should be able to hold the police to account for what they do, and Black communities above all. That \
takes something strong, visible and representative, with real influence on stop and search, on detention under \
the Mental Health Act and on the use of force.

## A new blueprint

An architect draws a blueprint, and it decides what is built. Black communities should be the architects of how \
Black communities are policed. People know from what they have lived through and what they share what is needed \
before they can trust the police. This consultation collects that knowledge. It adds to the work of many \
activists and organisations."""

VOICES_CHANNELS = [
    {
        "kind": "meeting",
        "title": "Meeting in person",
        "suits": "you want to think together in one room. Allies are welcome too.",
        "body": "The partners list the places on a website of their own. Its address is not announced here yet.",
    },
    {
        "kind": "discussion",
        "title": "Online discussion",
        "suits": "you cannot come to a meeting.",
        "body": "The address of the discussion is not announced here yet.",
    },
    {
        "kind": "evidence",
        "title": "Call for evidence",
        "suits": "you have experience, research or ideas to put on record.",
        "body": "Questions on how communities and police should meet, and on how the police are held to account.",
    },
]

VOICES_TAGS = {
    "A Service not a Force": "a-service-not-a-force",
    "Black Community": "black-community",
    "Black Thrive": "black-thrive",
    "Black Voices on Policing": "black-voices-on-policing",
    "Brixton Local": "brixton-local",
    "Mayor of London": "mayor-of-london",
}

VOICES_UPDATE = """\
Black Thrive Global and PSi make room for Black communities and allies to come together. The aim is a new \
blueprint for how communities and the police work together in London, and for how policing is scrutinised.

Come to a meeting. If you cannot, join the discussion online. Either way, answer the call for evidence."""
