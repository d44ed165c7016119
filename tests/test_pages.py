"""Every address for every role: what the portal answers, from the resolver itself, so that none is forgotten.

A new public page needs a line in PUBLIC; a new model in the admin needs a line in RIGHTS; the test says so.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from consult.models import Aim, Document, Notice, Partner, Partnership, Tag, User
from events import links
from events.actions import save_feed, tell_calendars
from submissions import actions, survey
from tests import factories
from tests.conftest import CAST
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

# --- public pages: the same for everybody ------------------------------------------------------------

PUBLIC: dict[str, list[str]] = {  # name: which facts of the world its address needs
    "home": [],
    "consultations": [],
    "consultation": ["slug"],
    "theme": ["slug", "theme"],
    "document": ["slug", "pk"],
    "still": ["slug", "still_pk"],
    "updates": [],
    "update": ["update_slug"],
    "updates_feed": [],
    "events": [],
    "events_this_month": [],
    "events_month": ["month"],
    "events_where": [],
    "event": ["event_slug"],
    "event_calendar": ["event_slug"],
    "join": ["event_slug"],
    "join_registered": ["event_slug", "signed_join"],
    "book": ["event_slug"],
    "booking_sent": ["event_slug"],
    "booking_confirm": ["event_slug", "signed_confirm"],
    "booking": ["event_slug", "signed_booking"],
    "booking_change": ["event_slug", "signed_booking"],
    "booking_cancel": ["event_slug", "signed_booking"],
    "consultation_calendar": ["slug"],
    "calendar": [],
    "portal_calendar": [],
    "save_calendar": [],
    "saved_calendar": ["feed_token"],
    "edit_saved_calendar": ["edit_token"],
    "respond": ["slug"],
    "questionnaire": ["slug", "questionnaire"],
    "respond_tasks": ["slug", "token"],
    "respond_step": ["slug", "token", "step"],
    "respond_check": ["slug", "token"],
    "receipt": ["slug", "sent_token"],
    "about_you": ["slug", "sent_token"],
    "about_you_thanks": ["slug", "sent_token"],
    "come_back": ["slug", "token"],
    "return": [],
    "return_by_link": ["code"],
    "published_views": ["slug"],
    "accessibility": [],
    "privacy": [],
    "cookies": [],
    "contact": [],
    "robots": [],
    "security_txt": [],
    "sitemap": [],
    "healthz": [],
}

TOKENS = ["sent_token", "feed_token", "edit_token"]
SIGNED = [f"signed_{purpose}" for purpose in links.ADDRESSES]
BUTTONS = {"booking_accept"}  # only sent to: tests/events/test_registration_waiting.py

# --- the admin: what each role may do to each model: v(iew) a(dd) c(hange) d(elete) --------------------

NOTHING = {"editor": "", "moderator": "", "analyst": "", "partner": "", "administrator": ""}
CONTENT = NOTHING | {"editor": "vacd", "moderator": "v", "analyst": "v", "administrator": "vacd"}
PARTNERS_TOO = CONTENT | {"partner": "v"}
# What the public has seen is cancelled or closed, never deleted.
KEPT = {role: rights.replace("d", "") for role, rights in PARTNERS_TOO.items()}
# What is published is only read, and its parts are made beside it: tests/submissions/test_building.py.
BUILT = NOTHING | {"editor": "vac", "moderator": "v", "analyst": "v", "partner": "v", "administrator": "vac"}
PART = dict.fromkeys(NOTHING, "v")
RIGHTS: dict[str, dict[str, str]] = {
    "consult_consultation": KEPT,
    "consult_theme": KEPT,
    "consult_keydate": KEPT,
    "consult_document": PARTNERS_TOO,
    "consult_channel": PARTNERS_TOO,
    "consult_update": KEPT | {"partner": ""},
    "consult_partner": CONTENT,
    "consult_tag": CONTENT,
    "consult_notice": NOTHING | {"editor": "vacd", "administrator": "vacd"},
    "consult_auditentry": NOTHING | {"administrator": "v"},
    "consult_letter": NOTHING | {"administrator": "v"},
    "consult_user": NOTHING | {"administrator": "vacd"},
    "events_event": KEPT,
    "events_venue": PARTNERS_TOO,
    "submissions_submission": NOTHING | {"moderator": "v", "analyst": "v", "partner": "v", "administrator": "v"},
    "submissions_questionnaire": BUILT,
    "submissions_version": PART,
    "submissions_section": PART,
    "submissions_question": PART,
    "submissions_choiceset": BUILT,
    "auth_group": NOTHING | {"administrator": "v"},
    "axes_accessattempt": NOTHING,
    "axes_accesslog": NOTHING,
    "axes_accessfailurelog": NOTHING,
    "otp_totp_totpdevice": NOTHING | {"administrator": "vd"},
    "otp_static_staticdevice": NOTHING | {"administrator": "vd"},
    "django_tasks_database_dbtaskresult": NOTHING,
}
VERBS = {"changelist": "v", "add": "a", "change": "v", "history": "v", "delete": "d"}
# Pages of the admin that are not Django's five: who gets a page (all others of the staff are refused).
EDITORS, MODERATORS = {"editor", "administrator"}, {"moderator", "administrator"}
SPECIAL: dict[str, set[str]] = {
    "consult_keydate_move": EDITORS,
    "consult_keydate_keep": EDITORS,
    "events_event_cancel": EDITORS,
    "events_event_reinstate": EDITORS,
    "events_event_move": EDITORS,
    "events_event_correct": EDITORS,
    "events_event_postpone": EDITORS,
    "events_event_paste": EDITORS,
    "events_event_attendance": {*EDITORS, "partner"},
    "events_event_checkin": {*EDITORS, "partner"},
    "events_event_needs": {*EDITORS, "partner"},
    "events_event_export": {*EDITORS, "partner"},
    "events_event_message": {*EDITORS, "partner"},
    "events_event_copy": EDITORS,
    "events_event_repeat": EDITORS,
    "consult_consultation_offline": {"administrator"},
    "consult_update_offline": {"administrator"},
    "events_event_offline": {"administrator"},
    "submissions_submission_withdraw": {"administrator"},
    "submissions_submission_contact": {"administrator"},
    "submissions_submission_erase": {"administrator"},
    "submissions_submission_decide": MODERATORS,
    "submissions_questionnaire_start": EDITORS,
    "submissions_questionnaire_copy": EDITORS,
    "submissions_version_publish": EDITORS,
    "submissions_version_themes": EDITORS,
    "submissions_version_back": EDITORS,
    "submissions_version_forget": EDITORS,
    "submissions_version_export": set(NOTHING),
    "submissions_version_try": set(NOTHING),
    "submissions_choiceset_copy": EDITORS,
    "submissions_equalityprofile_changelist": {"analyst", "administrator"},
    "auth_user_password_change": {"administrator"},
    "otp_totp_totpdevice_config": set(),
    "otp_totp_totpdevice_qrcode": set(),
}
EVERY_STAFF_PAGE = {"index", "password_change", "password_change_done", "jsi18n", "security", "replace_authenticator"}
# Tested below, where rows are their own and foreign.
BY_ROW = {"view_on_site"}
ADMIN_BUTTONS = {"events_event_count"}  # only sent to: tests/events/test_attendance.py
# Tested by tests/consult/test_sign_in.py, where the steps before them are walked, by test_building.py, or no pages of
# their own.
ELSEWHERE = {
    "login", "logout", "sign_in_code", "sign_in_set_up", "recovery_codes", "renew_codes", "set_up_authenticator",
    "autocomplete", "app_list", "submissions_questionnaire_import",
}  # fmt: skip


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        elif entry.name:
            yield f"{namespace}:{entry.name}" if namespace else entry.name


ALL = sorted(set(patterns(get_resolver())))
ADMIN = [name.removeprefix("admin:") for name in ALL if name.startswith("admin:")]


@pytest.fixture
def world() -> SimpleNamespace:
    """One row of each model that has a page, in a consultation that the partner of the cast runs."""
    row = factories.consultation()
    theme = factories.theme(row)
    Aim.objects.create(theme=theme, text="Fair treatment")
    asked = factories.questionnaire(row)
    question = factories.question(row, theme=theme)
    choices = factories.choice_set("Yes", "No", name="Ours")
    factories.question(question.section, kind="scale", choice_set=choices)
    event = factories.event(row, format="hybrid", venue=factories.venue(), takes_registrations=True)
    factories.join_details(event)
    signed = {
        f"signed_{purpose}": links.sign(purpose, factories.registration(event, state=state))
        for purpose, state in {
            links.CONFIRM: "unconfirmed",
            links.BOOKING: "confirmed",
            links.JOIN: "confirmed",
        }.items()
    }
    tell_calendars(event=event)
    document = Document.objects.create(
        consultation=row,
        title="D",
        file=ContentFile(b"words", name="d.txt"),
        still=ContentFile(b"picture", name="d.png"),
    )
    partner = Partner.objects.create(name="Partner")
    Partnership.objects.create(consultation=row, partner=partner, role="Runs it")
    sent = factories.submission(row)
    sent_token = actions.keys.new_token()
    sent.key = actions.keys.key_of(sent_token)
    sent.version = asked.current
    sent.save()
    token = actions.begin(questionnaire=asked)
    return SimpleNamespace(
        slug=row.slug,
        theme=theme.slug,
        pk=document.pk,
        still_pk=document.pk,
        month="2026-01",
        update_slug=factories.update(row).slug,
        event_slug=event.slug,
        questionnaire=asked.slug,
        token=token,
        code=actions.keys.code_of(token),
        step=survey.slug_of(question.section),
        sent_token=sent_token,
        feed_token=save_feed(filters={}, alarms=[], edit_token="of-the-tests").token,
        edit_token="of-the-tests",
        **signed,
        partner=partner,
        rows={
            "consult_consultation": row,
            "consult_theme": theme,
            "consult_keydate": factories.key_date(row),
            "consult_document": document,
            "consult_channel": factories.channel(row),
            "consult_update": factories.update(row),
            "consult_partner": partner,
            "consult_tag": Tag.objects.create(name="T", slug="t"),
            "consult_notice": Notice.objects.create(key="n", body="Words"),
            "consult_user": factories.user(username="somebody"),
            "events_event": event,
            "events_venue": event.venue,
            "submissions_submission": sent,
            "submissions_questionnaire": asked,
            "submissions_version": asked.current,
            "submissions_section": question.section,
            "submissions_question": question,
            "submissions_choiceset": choices,
        },
    )


def player(cast: Callable[[str], Client], name: str, world: SimpleNamespace) -> Client:
    client = cast(name)
    User.objects.filter(username="partner").update(partner=world.partner)
    return client


def test_no_address_is_forgotten() -> None:
    public = {name for name in ALL if not name.startswith("admin:")}
    assert public == set(PUBLIC) | BUTTONS
    known = (
        EVERY_STAFF_PAGE
        | BY_ROW
        | ADMIN_BUTTONS
        | ELSEWHERE
        | set(SPECIAL)
        | {f"{model}_{verb}" for model in RIGHTS for verb in VERBS}
    )
    assert set(ADMIN) == known


@pytest.mark.parametrize("name", CAST)
def test_public_pages_are_open_to_all(cast: Callable[[str], Client], world: SimpleNamespace, name: str) -> None:
    client = player(cast, name, world)
    for page, needs in PUBLIC.items():
        names = {"update_slug": "slug", "event_slug": "slug", "still_pk": "pk"}
        names |= dict.fromkeys(TOKENS, "token") | dict.fromkeys(SIGNED, "signed")
        address = reverse(page, kwargs={names.get(need, need): getattr(world, need) for need in needs})
        response = client.get(address)
        status = 302 if page in {"respond", "events_this_month", "return_by_link"} else 200
        assert response.status_code == status, (name, address)
        assert "default-src 'none'" in response["Content-Security-Policy"], address
        assert response["X-Content-Type-Options"] == "nosniff", address
        if response.streaming:  # a document: read to its end, it closes
            b"".join(response.streaming_content)


@pytest.mark.parametrize("name", CAST)
def test_admin_pages_by_role(cast: Callable[[str], Client], world: SimpleNamespace, name: str) -> None:
    client = player(cast, name, world)
    is_staff = name not in {"resident", "half_signed_in"}
    wrong = []
    for model, rights in RIGHTS.items():
        for verb, right in VERBS.items():
            row = world.rows.get(model)
            if verb not in {"changelist", "add"} and row is None:
                continue  # rows of libraries: their lists show who is let in
            address = reverse(f"admin:{model}_{verb}", args=[] if verb in {"changelist", "add"} else [row.pk])
            expected = 302 if not is_staff else 200 if right in rights[name] else 403
            wrong += look(client, address, expected)
    for special, allowed in SPECIAL.items():
        model = special.rsplit("_", 1)[0]
        row = world.rows["consult_user"] if special == "auth_user_password_change" else world.rows.get(model)
        args = [] if special.endswith(("ask_themes", "paste", "changelist")) else [row.pk if row else 1]
        address = reverse(f"admin:{special}", args=args)
        wrong += look(client, address, 302 if not is_staff else 200 if name in allowed else 403)
    for page in EVERY_STAFF_PAGE:
        wrong += look(client, reverse(f"admin:{page}"), 200 if is_staff else 302)
    assert wrong == []


def look(client: Client, address: str, expected: int) -> list[tuple[str, int, int]]:
    """What is wrong with the answer at this address: nothing, or the address with the expected and the real status."""
    response = client.get(address)
    if response.status_code == 302:
        assert response["Location"].startswith("/admin/login/"), (address, response["Location"])
    elif response.status_code == 200:
        assert "no-store" in response["Cache-Control"] or address.endswith("jsi18n/"), address
        assert "default-src 'none'" in response["Content-Security-Policy"], address
    return [] if response.status_code == expected else [(address, expected, response.status_code)]


@pytest.fixture
def foreign() -> dict[str, Any]:
    """A draft, with a row of each model, that the partner of the cast has nothing to do with."""
    row = factories.consultation(title="Foreign draft", slug="foreign-draft", publish_at=None)
    row.tags.add(Tag.objects.create(name="Foreign tag", slug="foreign-tag"))
    theme = factories.theme(row, title="Foreign theme")
    asked = factories.questionnaire(row, title="Foreign questions")
    section = factories.section(asked, title="Foreign section", theme=theme)
    choices = factories.choice_set("Yes", "No", name="Foreign choices")
    return {
        "consult_consultation": row,
        "consult_theme": theme,
        "consult_keydate": factories.key_date(row, label="Foreign date"),
        "consult_document": Document.objects.create(consultation=row, title="Foreign paper", how_to_get="Ask."),
        "consult_channel": factories.channel(row, title="Foreign survey"),
        "consult_update": factories.update(row, title="Foreign news"),
        "events_event": factories.event(row, title="Foreign meeting"),
        "submissions_questionnaire": asked,
        "submissions_version": asked.current,
        "submissions_section": section,
        "submissions_question": factories.question(section, text="Foreign question", kind="scale", choice_set=choices),
        "submissions_choiceset": choices,
        "submissions_submission": factories.submission(row, text="Foreign words"),
    }


SCOPED = [
    "consult_consultation", "consult_theme", "consult_keydate", "consult_document", "consult_channel", "events_event",
    "submissions_questionnaire", "submissions_version", "submissions_section", "submissions_question",
    "submissions_choiceset", "submissions_submission",
]  # fmt: skip


def test_a_partner_works_with_its_own_consultation_only(
    cast: Callable[[str], Client], world: SimpleNamespace, foreign: dict[str, Any]
) -> None:
    client = player(cast, "partner", world)
    for model in SCOPED:
        row = foreign[model]
        for verb in ("change", "history"):
            response = client.get(reverse(f"admin:{model}_{verb}", args=[row.pk]))
            assert response.status_code == 302, (model, verb)
            assert response["Location"] == "/admin/"
        assert str(world.rows[model]) in client.get(reverse(f"admin:{model}_changelist")).content.decode(), model
    for model, row in foreign.items():
        if hasattr(row, "get_absolute_url") and row.get_absolute_url():
            assert client.get(row.get_absolute_url()).status_code == 404, model


def test_no_list_names_what_is_foreign(
    cast: Callable[[str], Client], world: SimpleNamespace, foreign: dict[str, Any]
) -> None:
    """Neither in its rows nor in what it filters, searches or goes by date with."""
    client = player(cast, "partner", world)
    names = {str(row) for row in foreign.values()} | {"Foreign", "foreign-draft"}
    lists = [model for model, rights in RIGHTS.items() if "v" in rights["partner"]]
    assert set(lists) == {*SCOPED, "events_venue"}
    there = foreign["consult_consultation"].pk
    for model in lists:
        for query in ("", "?q=o", f"?consultation__id__exact={there}", "?_facets=True"):
            response = client.get(reverse(f"admin:{model}_changelist") + query, follow=True)
            assert [name for name in names if name in response.content.decode()] == [], (model, query)
    for model in ("consult_theme", "events_event", "submissions_questionnaire"):
        app, name = model.split("_")
        asked = {"app_label": app, "model_name": name, "field_name": "consultation", "term": "o"}
        found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert [each["text"] for each in found] == [world.rows["consult_consultation"].title]


def test_years_of_what_is_foreign_are_not_offered(cast: Callable[[str], Client], world: SimpleNamespace) -> None:
    foreign = factories.consultation(publish_at=None)
    ours = world.rows["events_event"].consultation
    for year in (2031, 2032):
        factories.event(foreign, starts_at=NOON.replace(year=year))
        factories.submission(foreign, received_at=NOON.replace(year=year))
        factories.event(ours, starts_at=NOON.replace(year=year - 10))
        factories.submission(ours, received_at=NOON.replace(year=year - 10))
    client = player(cast, "partner", world)
    for model, field in {"events_event": "starts_at", "submissions_submission": "received_at"}.items():
        text = client.get(reverse(f"admin:{model}_changelist")).content.decode()
        assert f"{field}__year=2021" in text, model
        assert "2031" not in text, model


@pytest.mark.parametrize("name", CAST)
def test_the_way_from_a_row_to_its_page(
    cast: Callable[[str], Client], world: SimpleNamespace, foreign: dict[str, Any], name: str
) -> None:
    """For who finds the row in its list; it tells nobody else the address of a draft."""
    client = player(cast, name, world)
    for rows in (world.rows, foreign):
        for model, row in rows.items():
            kind = ContentType.objects.get_for_model(row)
            response = client.get(reverse("admin:view_on_site", args=[kind.pk, row.pk]))
            if name in {"resident", "half_signed_in"}:
                assert response["Location"].startswith("/admin/login/")
                continue
            address = getattr(row, "get_absolute_url", str)()
            finds = "v" in RIGHTS[model][name] and (rows is world.rows or name != "partner")
            assert response.status_code == (302 if address and finds else 404), (model, row)
            if response.status_code == 302:
                assert response["Location"] == address
    if name == "editor":
        kind = ContentType.objects.get_for_model(Aim)  # a model without a list
        missing = [(kind.pk, 1), (999_999, 1), (ContentType.objects.get_for_model(foreign["consult_theme"]).pk, "x")]
        for args in missing:
            assert client.get(reverse("admin:view_on_site", args=args)).status_code == 404, args


def test_history_names_nothing_foreign(
    cast: Callable[[str], Client], world: SimpleNamespace, foreign: dict[str, Any]
) -> None:
    event = foreign["events_event"]
    event.consultation = world.rows["consult_consultation"]
    event.save()
    address = reverse("admin:events_event_history", args=[event.pk])
    text = player(cast, "partner", world).get(address).content.decode()
    assert "Foreign draft" not in text
    assert "one that you may not see" in text
    assert event.consultation.title in text
    assert "Foreign draft" in cast("editor").get(address).content.decode()


def test_a_partner_nobody_assigned_sees_nothing(cast: Callable[[str], Client], world: SimpleNamespace) -> None:
    client = cast("partner")
    text = client.get(reverse("admin:submissions_submission_changelist")).content.decode()
    assert world.rows["submissions_submission"].reference not in text


def test_nobody_makes_themselves_a_superuser(cast: Callable[[str], Client]) -> None:
    chief = User.objects.create_superuser("chief")
    client = cast("administrator")
    me = User.objects.get(username="administrator")
    address = reverse("admin:consult_user_change", args=[me.pk])
    text = client.get(address).content.decode()
    assert 'name="is_superuser"' not in text
    assert 'name="user_permissions"' not in text
    client.post(address, {"username": me.username, "is_superuser": "on", "is_active": "on", "is_staff": "on"})
    me.refresh_from_db()
    assert me.is_superuser is False
    assert client.post(reverse("admin:consult_user_change", args=[chief.pk]), {"username": "x"}).status_code == 403
    assert client.post(reverse("admin:consult_user_delete", args=[chief.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[chief.pk])).status_code == 403
