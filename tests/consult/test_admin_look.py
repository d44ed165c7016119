"""The staff pages: ordered by task, in our colours, without anything inline, and with a history in words."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from consult import history_admin
from consult.admin_site import PortalAdminSite, by_task
from consult.history_admin import HistoryAdmin
from consult.models import Channel, Consultation, Tag, Theme, User

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|javascript:", re.I)
SCSS = Path(settings.BASE_DIR) / "static" / "scss" / "admin.scss"


def sign_in(client, user):
    """With a second factor, as the sign-in pages leave it."""
    device = StaticDevice.objects.create(user=user, confirmed=True)
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


@pytest.fixture
def administrator():
    return User.objects.create_superuser("boss", password="x", first_name="Bo", last_name="Adeyemi")


@pytest.fixture
def inside(client, administrator):
    return sign_in(client, administrator)


class TestByTask:
    def shown(self, client):
        return {
            task["name"]: [m["object_name"] for m in task["models"]]
            for task in client.get("/admin/").context["app_list"]
        }

    def test_every_model_is_there_once(self, inside):
        shown = [name for names in self.shown(inside).values() for name in names]
        assert sorted(shown) == sorted(str(model._meta.object_name) for model in admin.site._registry)

    def test_tasks_come_in_order_and_hold_what_belongs_to_them(self, inside):
        shown = self.shown(inside)
        order = ["Consultations", "Meetings", "Questionnaires", "Views received", "People and access", "Record"]
        assert list(shown) == [name for name in order if name in shown]
        assert {"Group", "TOTPDevice", "StaticDevice"} <= set(shown["People and access"])
        assert shown["Questionnaires"] == ["Questionnaire", "Version", "Section", "Question", "ChoiceSet"]
        assert {"AccessAttempt", "AccessLog"} <= set(shown["Record"])

    def test_a_model_that_nobody_placed_goes_where_its_app_belongs(self):
        def app(label, *names):
            return {"app_label": label, "models": [{"object_name": name, "name": name} for name in names]}

        apps = [
            app("consult", "Zebra", "Theme", "Ant", "Consultation"),
            app("submissions", "New"),
            app("other", "Thing"),
        ]
        assert [(task["name"], [m["name"] for m in task["models"]]) for task in by_task(apps)] == [
            ("Consultations", ["Consultation", "Theme", "Ant", "Zebra"]),
            ("Views received", ["New"]),
            ("Record", ["Thing"]),
        ]

    def test_people_see_only_what_they_may(self, client):
        user = User.objects.create_user("ed", is_staff=True)
        group = Group.objects.create(name="Trial role")
        group.permissions.set(Permission.objects.filter(codename="view_group"))
        user.groups.add(group)
        page = sign_in(client, user).get("/admin/")
        assert self.shown(client) == {"People and access": ["Group"]}
        assert "You are signed in as ed, trial role." in page.content.decode()

    def test_somebody_without_a_role_is_told_what_to_do(self, client):
        page = sign_in(client, User.objects.create_user("new", is_staff=True)).get("/admin/")
        assert "Ask an administrator for a role" in page.content.decode()

    def test_the_page_of_one_app_still_works(self, inside):
        assert inside.get("/admin/auth/").status_code == 200


class TestPages:
    def test_the_header_names_the_service_and_signs_out_by_post(self, inside):
        html = inside.get("/admin/").content.decode()
        assert "Policing in the open<span> staff pages</span>" in html
        assert '<form id="logout-form" method="post" action="/admin/logout/">' in html
        assert 'href="/admin/security/"' in html
        assert "Django" not in html

    def test_our_styles_come_last(self, inside):
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', inside.get("/admin/auth/group/").content.decode())
        assert "css/admin" in styles[-1]

    def test_no_page_of_any_model_has_anything_inline(self, inside):
        pages = ["/admin/", "/admin/password_change/", "/admin/auth/"]
        for model in admin.site._registry:
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            pages += [base, base + "add/"]
        for page in pages:
            answer = inside.get(page)
            may_not_be_added = page.endswith("add/") and answer.status_code in {403, 404}
            assert answer.status_code == 200 or may_not_be_added, page
            assert INLINE.findall(answer.content.decode()) == [], page
            assert "no-store" in answer["Cache-Control"], page

    def test_nobody_reads_the_keys_and_codes_of_others(self, inside, administrator):
        device = StaticDevice.objects.get(user=administrator)
        device.token_set.create(token="abcd2345")
        assert "abcd2345" not in inside.get(f"/admin/otp_static/staticdevice/{device.pk}/change/").content.decode()

    def test_an_address_without_its_scheme_is_taken_as_https(self, rf):
        class LinkAdmin(admin.ModelAdmin):
            pass

        field = LinkAdmin(Channel, admin.site).formfield_for_dbfield(
            Channel._meta.get_field("url"), request=rf.get("/")
        )
        assert field.clean("london.gov.uk/talk") == "https://london.gov.uk/talk"

    def test_date_and_time_have_labels_of_their_own(self):
        html = admin.widgets.AdminSplitDateTime().render("when", None, {"id": "id_when"})
        assert re.findall(r'<label for="(\w+)">([\w:]+)</label>', html) == [
            ("id_when_0", "Date:"),
            ("id_when_1", "Time:"),
        ]


class TestColours:
    # text on ground, for each theme
    PAIRS = [
        ("body-fg", "body-bg"), ("body-quiet-color", "body-bg"), ("body-quiet-color", "darkened-bg"),
        ("body-loud-color", "body-bg"), ("body-fg", "selected-bg"), ("body-fg", "selected-row"), ("link-fg", "body-bg"),
        ("link-fg", "darkened-bg"), ("link-fg", "selected-row"), ("link-hover-color", "body-bg"),
        ("header-link-color", "header-bg"), ("breadcrumbs-fg", "breadcrumbs-bg"),
        ("breadcrumbs-link-fg", "breadcrumbs-bg"), ("button-fg", "button-bg"), ("button-fg", "button-hover-bg"),
        ("button-fg", "default-button-bg"), ("button-fg", "default-button-hover-bg"), ("button-fg", "close-button-bg"),
        ("button-fg", "close-button-hover-bg"), ("button-fg", "delete-button-bg"), ("button-fg", "object-tools-bg"),
        ("button-fg", "object-tools-hover-bg"), ("error-fg", "body-bg"), ("primary-fg", "primary"),
        ("body-fg", "message-success-bg"), ("body-fg", "message-warning-bg"), ("body-fg", "message-error-bg"),
        ("header-link-color", "secondary"),
    ]  # fmt: skip
    SHAPES = [("border-color", "body-bg"), ("primary", "body-bg"), ("app-mark", "body-bg")]

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_every_pair_can_be_read(self, theme):
        text = SCSS.read_text().partition(f"@mixin {theme} {{")[2].partition("}")[0]
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))
        wanted = [(pair, 4.5) for pair in self.PAIRS] + [(pair, 3) for pair in self.SHAPES]
        faint = {pair: contrast(*(colours[name] for name in pair)) for pair, least in wanted if contrast(
            *(colours[name] for name in pair)) < least}  # fmt: skip
        assert faint == {}


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- history: on a site of its own, whatever the portal registers -------------------------------------

trial_site = PortalAdminSite(name="admin")
trial_site.register([Consultation, Theme, Tag, User], HistoryAdmin)
urlpatterns = [path("admin/", trial_site.urls)]


@pytest.mark.urls(__name__)
class TestHistory:
    SUMMER = datetime(2026, 7, 1, 17, 30, tzinfo=UTC)  # 18:30 in London

    @pytest.fixture
    def consultation(self, administrator):
        with time_machine.travel(self.SUMMER, tick=False):
            row = Consultation(title="Plan", slug="plan", summary="What first?", decided_by="The Mayor")
            row._history_user = None
            row.save()
        return row

    def change(self, row, user=None, reason="", hours=1, **values):
        with time_machine.travel(self.SUMMER + timedelta(hours=hours), tick=False):
            for name, value in values.items():
                setattr(row, name, value)
            row._history_user, row._change_reason = user, reason
            row.save()

    def page(self, client, row, query=""):
        return client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/{query}")

    def test_who_did_what_when_and_why_newest_first(self, inside, administrator, consultation):
        self.change(
            consultation,
            administrator,
            "Agreed on Tuesday",
            title="Draft plan",
            opens_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        )
        page = self.page(inside, consultation)
        assert page.status_code == 200
        assert page.context["entries"] == [
            history_admin.Entry(
                when=self.SUMMER + timedelta(hours=1),
                who="Bo Adeyemi",
                kind="Changed",
                reason="Agreed on Tuesday",
                changes=[
                    history_admin.Change("Title", "Plan", "Draft plan"),
                    history_admin.Change("Opens", "", "5 January 2026, 09:00"),
                ],
            ),
            history_admin.Entry(when=self.SUMMER, who="", kind="Created"),
        ]
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode().partition("<tbody>")[2]))
        assert "1 July 2026, 19:30 Bo Adeyemi Changed: Agreed on Tuesday Title: was Plan → became Draft plan" in text
        assert "Opens: was empty → became 5 January 2026, 09:00" in text
        assert "1 July 2026, 18:30 The portal Created" in text

    def test_foreign_keys_by_name_even_when_gone(self, inside, consultation):
        other = Consultation.objects.create(title="Other", slug="other", summary="x", decided_by="y")
        with time_machine.travel(self.SUMMER, tick=False):
            theme = Theme.objects.create(consultation=consultation, title="Trust", slug="trust")
        self.change(theme, consultation=other)
        changes = self.page(inside, theme).context["entries"][0].changes
        assert changes == [history_admin.Change("Consultation", "Plan", "Other")]
        gone = consultation.pk
        consultation.delete()
        changes = self.page(inside, theme).context["entries"][0].changes
        assert changes == [history_admin.Change("Consultation", f"number {gone}, which is gone", "Other")]

    def test_long_texts_open_on_request_and_are_whole(self, inside, consultation):
        body = "Words, many of them. " * 200
        self.change(consultation, body=body)
        html = self.page(inside, consultation).content.decode()
        assert "<summary>Body</summary>" in html
        assert body.strip() in html

    def test_what_people_wrote_is_escaped(self, inside, consultation):
        self.change(consultation, title="<script>alert(1)</script>", reason="<b>why</b>")
        html = self.page(inside, consultation).content.decode()
        assert "<script>alert" not in html
        assert "<b>why" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert INLINE.findall(html) == []

    def test_pages_do_not_lose_the_change_at_their_edge(self, inside, consultation, monkeypatch):
        monkeypatch.setattr(history_admin, "PER_PAGE", 2)
        for hours, title in enumerate(["One", "Two", "Three", "Four"], start=1):
            self.change(consultation, title=title, hours=hours)
        seen = []
        for number in (1, 2, 3):
            shown = self.page(inside, consultation, f"?p={number}").context["entries"]
            seen.append([[(c.old, c.new) for c in entry.changes] for entry in shown])
        assert seen == [
            [[("Three", "Four")], [("Two", "Three")]],
            [[("One", "Two")], [("Plan", "One")]],
            [[]],
        ]
        html = self.page(inside, consultation, "?p=2").content.decode()
        assert 'aria-current="page">2</span>' in html
        assert 'href="?p=3"' in html
        for nonsense in ("?p=x", "?p=0", "?p=-1", "?p=99"):
            assert self.page(inside, consultation, nonsense).status_code == 200

    def test_the_same_queries_for_one_entry_and_for_many(self, inside, consultation):
        theme = Theme.objects.create(consultation=consultation, title="Trust", slug="trust")
        self.page(inside, theme)  # the first request of a session notes when it began
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.page(inside, theme)
            counts.append(len(queries))
            for hours, title in enumerate(["One", "Two", "Three"], start=1):
                self.change(theme, User.objects.get(), title=title, hours=hours)
        assert counts[0] == counts[1]

    def test_a_model_without_a_history_shows_the_log_of_the_admin(self, inside, administrator):
        tag = Tag.objects.create(name="Trust")
        kind = ContentType.objects.get_for_model(Tag)
        for flag, message in ((ADDITION, [{"added": {}}]), (CHANGE, [{"changed": {"fields": ["Name"]}}])):
            LogEntry.objects.create(
                user=administrator, content_type=kind, object_id=tag.pk, action_flag=flag, change_message=message
            )
        LogEntry.objects.create(user=administrator, content_type=kind, object_id=tag.pk + 1, action_flag=CHANGE)
        LogEntry.objects.filter(action_flag=CHANGE).update(change_message='[{"changed": {"fields": ["Name"]}}]')
        LogEntry.objects.filter(action_flag=ADDITION).update(change_message='[{"added": {}}]')
        entries = self.page(inside, tag).context["entries"]
        assert [(e.who, e.kind, e.reason, e.changes) for e in entries] == [
            ("Bo Adeyemi", "Changed", "Changed Name.", []),
            ("Bo Adeyemi", "Created", "Added.", []),
        ]

    def test_nothing_recorded_yet(self, inside):
        tag = Tag.objects.create(name="Trust")
        assert "Nothing has been recorded yet" in self.page(inside, tag).content.decode()

    def test_hidden_from_people_who_may_not_see_the_row(self, client, consultation):
        sign_in(client, User.objects.create_user("ed", is_staff=True))
        assert self.page(client, consultation).status_code == 403

    def test_strangers_are_asked_to_sign_in(self, client, consultation):
        assert self.page(client, consultation).status_code == 302

    @pytest.mark.parametrize("key", ["999999", "x", "_3C"])
    def test_a_row_that_is_not_there(self, inside, key):
        assert inside.get(f"/admin/consult/consultation/{key}/history/").status_code == 302

    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [("title", None, ""), ("opens_at", datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "31 January 2026, 23:30")],
    )
    def test_values_as_people_read_them(self, name, value, text):
        assert history_admin.shown(Consultation._meta.get_field(name), value) == text

    def test_truth_and_dates_as_people_read_them(self):
        field = User._meta.get_field("is_staff")
        assert [history_admin.shown(field, v) for v in (True, False)] == ["Yes", "No"]
        assert history_admin.shown(field, datetime(2026, 3, 1, tzinfo=UTC).date()) == "1 March 2026"
