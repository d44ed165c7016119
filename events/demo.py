"""The meetings of the demonstration. See consult/demo.py."""

from collections.abc import Callable
from datetime import date, timedelta

from consult import dates
from consult.demo import PLAN, VOICES, Clock
from consult.models import Consultation
from events.actions import tell_calendars
from events.models import AccessProvision, Event, EventChange, Format, JoinDetails, Provision, Registration, Venue

ZOOM = [
    (
        date(2022, 1, 13),
        "https://us06web.zoom.us/j/81545869151?pwd=dWpOVlBIZTArQzl3TXlDa244eVdBZz09",
        "815 4586 9151",
        "369100",
    ),
    (
        date(2022, 1, 20),
        "https://us06web.zoom.us/j/82212978318?pwd=cHpTYTQ3aVd6QjNsUFZOSDdQQnA2dz09",
        "822 1297 8318",
        "408243",
    ),
]


def load(slug: str, clock: Clock) -> None:
    """Create the meetings of one consultation, or bring them back to the notice."""
    BUILDERS[slug](Consultation.objects.get(slug=slug), clock)
    for event in Event.objects.filter(consultation__slug=slug):
        tell_calendars(event=event)


def _plan(plan: Consultation, clock: Clock) -> None:
    for number, (day, url, meeting_id, passcode) in enumerate(ZOOM, start=1):
        word = "First" if number == 1 else "Second"
        event = _event(
            plan,
            f"black-communities-and-the-police-and-crime-plan-{number}",
            title=f"{word} meeting: Black communities and the draft Police and Crime Plan",
            summary="An evening on Zoom to hear what Black communities think of the draft Plan.",
            body=PLAN_BODY,
            audience="Black Londoners and organisations of African Caribbean communities",
            format=Format.ONLINE,
            starts_at=clock.at(day.year, day.month, day.day, 18),
            host_name="Mayor’s Office for Policing and Crime",
        )
        JoinDetails.objects.update_or_create(
            event=event,
            defaults={
                "provider": JoinDetails.Provider.ZOOM,
                "url": url,
                "meeting_id": meeting_id,
                "passcode": passcode,
                "visibility": JoinDetails.Visibility.PUBLIC,
            },
        )
    _event(
        plan,
        "online-workshop-on-policing-and-crime-priorities",
        title="Online workshop: your policing and crime priorities",
        summary="Work out in a small group what the Plan should put first. You register to take part.",
        audience="Everybody in London",
        format=Format.ONLINE,
        date_note="Dates to be confirmed",
        host_name="Mayor’s Office for Policing and Crime",
    )
    _limited_workshop(plan, clock)


def _limited_workshop(plan: Consultation, clock: Clock) -> None:
    """A workshop with few places, made up: the notices name none with a date. People try booking with it."""
    workshop = _event(
        plan,
        "example-workshop-with-few-places",
        title="Example of a workshop with few places",
        summary="Made up to show how a place is booked here. It will not take place.",
        body="- 6pm: welcome and how we talk with each other\n- 6:15pm: in groups of five, one theme each\n"
        "- 7:15pm: what each group would put first\n- 7:30pm: end",
        audience="Everybody in London",
        format=Format.ONLINE,
        starts_at=clock.at(2022, 1, 18, 18),
        ends_at=clock.at(2022, 1, 18, 19, 30),
        host_name="Mayor’s Office for Policing and Crime",
        takes_registrations=True,
        capacity=20,
        most_places=2,
        is_illustrative=True,
    )
    JoinDetails.objects.update_or_create(
        event=workshop,
        defaults={
            "provider": JoinDetails.Provider.OTHER,
            "url": "https://meeting.example/workshop",
            "meeting_id": "",
            "passcode": "an-example",
            "visibility": JoinDetails.Visibility.REGISTERED,
            "hours_before": 24,
        },
    )


def _voices(voices: Consultation, clock: Clock) -> None:
    months = clock.months(date(2022, 10, 20), date(2022, 11, 30))
    thrive = voices.partnerships.get(partner__name="Black Thrive Global").partner
    _event(
        voices,
        "community-meetings",
        title="Community meetings: redraw the blueprint",
        summary="Black communities and allies come together to redesign how communities engage with the police and "
        "scrutinise them.",
        audience="Black Londoners and allies",
        format=Format.IN_PERSON,
        date_note=f"{months}, days and places to be confirmed",
        host=thrive,
        host_name="",
    )
    venue, _ = Venue.objects.update_or_create(
        name="Example Hall",
        postcode="ZZ99 9ZZ",
        defaults={
            "address": "1 Example Street\nLondon",
            "borough": "lambeth",
            "travel": "A real meeting names the nearest stations and stops here, and parking for Blue Badge holders.",
            "access": "A real meeting says here how wide the doors are and where the lift and the toilets are.",
            "is_step_free": True,
        },
    )
    meeting = _event(
        voices,
        "example-meeting-in-a-hall",
        title="Example of a meeting in a hall",
        summary="Made up to show how a meeting in person looks here. It will not take place.",
        body="- 6:30pm: welcome and food\n- 7pm: what people have lived through, in small groups\n"
        "- 8pm: what a new blueprint needs\n- 8:30pm: end",
        audience="Black Londoners and allies",
        format=Format.IN_PERSON,
        starts_at=clock.at(2022, 11, 3, 18, 30),
        ends_at=clock.at(2022, 11, 3, 20, 30),
        venue=venue,
        host=thrive,
        is_illustrative=True,
    )
    for kind, detail, ask_by in (
        (Provision.STEP_FREE, "From the street to the room, with an accessible toilet.", None),
        (Provision.BSL, "", clock.day(2022, 10, 27)),
        (Provision.CHILDCARE, "For children from 2 to 11.", clock.day(2022, 10, 27)),
        (Provision.EXPENSES, "Bring your ticket or tell us the journey.", None),
        (Provision.FOOD, "Halal and vegan.", None),
    ):
        AccessProvision.objects.update_or_create(
            event=meeting, kind=kind, defaults={"detail": detail, "ask_by": ask_by}
        )
    _made_up_states(voices, clock, venue)
    _full_and_over(voices, clock, venue)


def _made_up_states(voices: Consultation, clock: Clock, hall: Venue) -> None:
    """What the notices have none of, so that people see it: in person and online at once, cancelled, moved."""
    mopac = "Mayor’s Office for Policing and Crime"
    both = _event(
        voices,
        "example-meeting-in-a-hall-and-online",
        title="Example of a meeting in a hall and online",
        summary="Made up to show a meeting that people can come to or join from home. It will not take place.",
        body="- 6pm: doors open, and the call\n- 6:15pm: what was heard so far\n- 7pm: questions from both rooms",
        audience="Everybody in London",
        format=Format.HYBRID,
        starts_at=clock.at(2022, 11, 10, 18),
        ends_at=clock.at(2022, 11, 10, 20),
        venue=hall,
        host_name=mopac,
        languages="English and Somali",
        is_illustrative=True,
    )
    JoinDetails.objects.update_or_create(
        event=both,
        defaults={
            "provider": JoinDetails.Provider.OTHER,
            "url": "https://meeting.example/hall",
            "visibility": JoinDetails.Visibility.PUBLIC,
        },
    )
    for provision in (Provision.CAPTIONS, Provision.INTERPRETER, Provision.STEP_FREE):
        AccessProvision.objects.update_or_create(event=both, kind=provision)
    changed = [
        (
            EventChange.Kind.CANCELLED,
            clock.at(2022, 11, 15, 14),
            "Made up to show how a cancelled meeting looks: for example, the hall is flooded and no other was found.",
            "",
        ),
        (
            EventChange.Kind.MOVED,
            clock.at(2022, 11, 17, 19),
            "Made up to show how a moved meeting looks: for example, more people asked to come on this evening.",
            f"{dates.day_words(clock.day(2022, 11, 16))}, 6pm",
        ),
    ]
    for kind, starts_at, reason, was in changed:
        event = _event(
            voices,
            f"example-meeting-{kind}",
            title=f"Example of a meeting that was {kind}",
            summary=f"Made up to show how a meeting looks that was {kind}. It does not take place.",
            audience="Everybody in London",
            format=Format.IN_PERSON,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            venue=hall,
            host_name=mopac,
            is_illustrative=True,
        )
        EventChange.objects.update_or_create(
            event=event, kind=kind, defaults={"reason": reason, "was": was, "changed_at": clock.at(2022, 10, 20, 9)}
        )


def _full_and_over(voices: Consultation, clock: Clock, hall: Venue) -> None:
    """Made up as well: no place is left at the one, and of the other stands what came of it."""
    shared = {"format": Format.IN_PERSON, "venue": hall, "host_name": "Mayor’s Office for Policing and Crime"}
    starts_at = clock.at(2022, 11, 23, 18)
    full = _event(
        voices,
        "example-meeting-full",
        title="Example of a meeting that is full",
        summary="Made up to show how a meeting looks when all places are taken. It will not take place.",
        audience="Everybody in London",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        takes_registrations=True,
        capacity=1,
        is_illustrative=True,
        **shared,
    )
    booked_at = clock.at(2022, 10, 20, 9)
    Registration.objects.update_or_create(
        event=full,
        email="nobody@meeting.example",
        defaults={"state": Registration.State.CONFIRMED, "created_at": booked_at, "confirmed_at": booked_at},
    )
    starts_at = clock.at(2022, 10, 5, 18)
    _event(
        voices,
        "example-meeting-over",
        title="Example of a meeting that is over",
        summary="Made up to show what stands here after a meeting. It did not take place.",
        audience="Everybody in London",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        notes="People would read here what was said, in their own words, and what happens with it.\n\n"
        "- what most people spoke about\n- what they did not agree on\n- what the office answered",
        recording_url="https://video.example/meeting",
        slides_url="https://slides.example/meeting.pdf",
        attendance=34,
        is_illustrative=True,
        **shared,
    )


def _event(consultation: Consultation, slug: str, **fields: object) -> Event:
    defaults = {"consultation": consultation, "publish_at": consultation.publish_at, **fields}
    event, _ = Event.objects.update_or_create(slug=slug, defaults=defaults)
    return event


BUILDERS: dict[str, Callable[[Consultation, Clock], None]] = {PLAN: _plan, VOICES: _voices}

PLAN_BODY = """\
You hear in short what the draft Plan proposes. Then you say what you think: about violence, trust and confidence, \
support for victims, and protection from harm.

What is said goes into the consultation together with all written views."""
