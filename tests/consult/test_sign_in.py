"""Staff sign in with a password and a code; nothing less opens the admin."""

import logging
import re
import time
from base64 import b32decode
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from consult import sign_in
from consult.middleware_sessions import SEEN
from consult.models import User

pytestmark = pytest.mark.django_db

LOGIN, CODE, SET_UP = "/admin/login/", "/admin/login/code/", "/admin/login/set-up/"
SECURITY, CODES, ADMIN = "/admin/security/", "/admin/security/recovery-codes/", "/admin/"
NAME, PASSWORD = "ada.lovelace", "plenty of words here"
KEY = "3132333435363738393031323334353637383930"
WRONG = "The user name or the password is wrong. Check both and try again"
WRONG_CODE = "That code is wrong or has been used."


@pytest.fixture(autouse=True)
def clock():
    """The tests stand at one instant; `clock.shift()` moves it."""
    with time_machine.travel("2026-03-02T09:00:10Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def user():
    return User.objects.create_user(NAME, password=PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def app(user):
    return TOTPDevice.objects.create(user=user, key=KEY, name="Authenticator app", confirmed=True)


@pytest.fixture
def recovery(user):
    device = StaticDevice.objects.create(user=user, name="Recovery codes", confirmed=True)
    StaticToken.objects.bulk_create(StaticToken(device=device, token=t) for t in ("abcd2345", "efgh6723"))
    return device


def give_password(client, username=NAME, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def code_now(key=KEY, steps=0):
    return f"{totp(bytes.fromhex(key), drift=steps):06d}"


def give_code(client, code=None):
    return client.post(CODE, {"code": code_now() if code is None else code})


def is_in(client):
    return client.get(ADMIN).status_code == 200


def refusals(response):
    return [str(e) for errors in response.context["form"].errors.values() for e in errors]


class TestPassword:
    def test_first_visit_asks_for_both_and_sets_no_session(self, client):
        page = client.get(LOGIN)
        assert page.status_code == 200
        html = page.content.decode()
        assert 'autocomplete="username"' in html
        assert 'autocomplete="current-password"' in html
        assert "onpaste" not in html
        assert "session" not in client.cookies

    def test_right_password_leads_to_the_code_and_signs_nobody_in(self, client, app):
        answer = give_password(client)
        assert (answer.status_code, answer["Location"]) == (302, CODE)
        assert SESSION_KEY not in client.session
        assert client.get(ADMIN)["Location"] == f"{LOGIN}?next=/admin/"
        assert client.get(SECURITY)["Location"] == f"{LOGIN}?next=/admin/security/"
        assert User.objects.get().last_login is None

    @pytest.mark.parametrize("missing", ["username", "password"])
    def test_says_what_is_missing_and_keeps_the_name(self, client, user, missing):
        page = client.post(LOGIN, {"username": NAME, "password": PASSWORD, missing: ""})
        assert refusals(page) == [{"username": "Enter your user name", "password": "Enter your password"}[missing]]
        assert page.content.decode().count("<title>Error: ") == 1
        assert PASSWORD not in page.content.decode()
        assert (NAME in page.content.decode()) == (missing == "password")

    @pytest.mark.parametrize("kind", ["unknown", "wrong password", "not staff", "not active", "no password"])
    def test_every_refusal_is_the_same(self, client, user, kind):
        User.objects.create_user("resident", password=PASSWORD)
        User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)
        User.objects.create_user("empty", is_staff=True)
        name, password = {
            "unknown": ("nobody", PASSWORD),
            "wrong password": (NAME, "wrong"),
            "not staff": ("resident", PASSWORD),
            "not active": ("gone", PASSWORD),
            "no password": ("empty", PASSWORD),
        }[kind]
        page = give_password(client, name, password)
        assert page.status_code == 200
        assert refusals(page) == [WRONG]
        assert client.get(CODE)["Location"] == f"{LOGIN}?late"

    def test_spaces_belong_to_the_password(self, client):
        User.objects.create_user(NAME, password=" spaced ", is_staff=True)
        assert refusals(give_password(client, password="spaced")) == [WRONG]
        assert give_password(client, password=" spaced ").status_code == 302

    @pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "é" * 200, "'; drop table --", "<script>"])
    def test_nasty_names_are_refused_in_words(self, client, user, name):
        page = give_password(client, name)
        assert page.status_code == 200
        assert len(refusals(page)) == 1
        assert "<script>" not in page.content.decode()

    @pytest.mark.parametrize("path", [LOGIN, CODE, SET_UP])
    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_refused(self, client, path, method):
        assert getattr(client, method)(path).status_code == 405

    @pytest.mark.parametrize("path", [LOGIN, CODE, SET_UP, "/admin/logout/", CODES])
    def test_a_form_from_elsewhere_is_refused(self, user, path):
        assert Client(enforce_csrf_checks=True).post(path, {"username": NAME, "password": PASSWORD}).status_code == 403

    def test_the_session_key_changes_at_both_steps(self, client, app):
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        keys = [session.session_key]
        give_password(client)
        keys.append(client.session.session_key)
        assert "planted" not in client.session
        give_code(client)
        keys.append(client.session.session_key)
        assert len(set(keys)) == 3
        assert is_in(client)

    def test_whoever_is_in_already_is_led_on(self, client, app):
        give_password(client)
        give_code(client)
        assert client.get(LOGIN)["Location"] == ADMIN
        assert client.get(LOGIN, {"next": SECURITY})["Location"] == SECURITY


class TestLockOut:
    @pytest.fixture(autouse=True)
    def axes(self, settings):
        settings.AXES_ENABLED = True

    def fail(self, client, times, username=NAME, **headers):
        statuses = []
        for _ in range(times):
            answer = client.post(LOGIN, {"username": username, "password": "wrong"}, **headers)
            statuses.append(answer.status_code)
        return statuses

    def test_five_failures_lock_the_name_at_the_address_for_fifteen_minutes(self, client, app, clock):
        assert self.fail(client, 5) == [200, 200, 200, 200, 429]
        locked = give_password(client)
        assert locked.status_code == 429
        assert "Sign in is locked for 15 minutes" in locked.content.decode()
        assert "no-store" in locked["Cache-Control"]
        assert NAME not in locked.content.decode()
        clock.shift(timedelta(minutes=14, seconds=59))
        assert give_password(client).status_code == 429
        clock.shift(timedelta(seconds=2))
        assert give_password(client)["Location"] == CODE

    @pytest.mark.parametrize("kind", ["unknown", "not staff"])
    def test_names_that_cannot_sign_in_are_locked_alike(self, client, user, kind):
        User.objects.create_user("resident", password="wrong")
        assert self.fail(client, 6, "resident" if kind == "not staff" else "nobody") == [200] * 4 + [429] * 2

    def test_others_are_not_locked(self, client, app):
        User.objects.create_user("other", password=PASSWORD, is_staff=True)
        self.fail(client, 5)
        assert give_password(client, "other").status_code == 302
        elsewhere = client.post(LOGIN, {"username": NAME, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
        assert elsewhere.status_code == 302

    def test_another_browser_does_not_help(self, client, app):
        self.fail(client, 4, headers={"user-agent": "one"})
        assert self.fail(client, 1, headers={"user-agent": "two"}) == [429]

    def test_a_sign_in_forgets_earlier_failures_but_a_password_alone_does_not(self, client, app):
        self.fail(client, 4)
        give_password(client)
        give_code(client)
        assert is_in(client)
        client.post("/admin/logout/")
        self.fail(client, 3)
        give_password(client)
        assert self.fail(client, 2) == [200, 429]


class TestCode:
    def test_the_code_of_the_app_signs_in(self, client, app):
        give_password(client)
        page = client.get(CODE)
        assert page.status_code == 200
        assert 'autocomplete="one-time-code"' in page.content.decode()
        answer = give_code(client)
        assert (answer.status_code, answer["Location"]) == (302, ADMIN)
        assert is_in(client)
        assert sign_in.HALF_SESSION not in client.session

    @pytest.mark.parametrize("written", ["{0} {1}", " {0}{1} ", "{0}-{1}"])
    def test_spaces_do_not_matter(self, client, app, written):
        give_password(client)
        code = code_now()
        assert give_code(client, written.format(code[:3], code[3:])).status_code == 302

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_old_and_future_codes_are_refused(self, client, app, steps):
        give_password(client)
        assert refusals(give_code(client, code_now(steps=steps)))[0].startswith(WRONG_CODE)
        assert not is_in(client)

    @pytest.mark.parametrize("code", ["000000", "abcdefgh", "12345", "1" * 500, "\0", "١٢٣٤٥٦", "-12345", "<b>"])
    def test_nonsense_is_refused_in_words(self, client, app, code):
        give_password(client)
        page = give_code(client, code)
        assert page.status_code == 200
        assert len(refusals(page)) == 1
        assert "<title>Error: " in page.content.decode()
        assert not is_in(client)

    def test_nothing_entered(self, client, app):
        give_password(client)
        assert refusals(give_code(client, "")) == ["Enter the code from your app, or a recovery code"]
        app.refresh_from_db()
        assert app.throttling_failure_count == 0

    def test_a_code_is_good_once(self, client, app):
        code = code_now()
        give_password(client)
        give_code(client, code)
        again = Client()
        give_password(again)
        assert refusals(give_code(again, code))[0].startswith(WRONG_CODE)
        assert not is_in(again)

    def test_each_wrong_code_doubles_the_wait_and_the_count_outlives_the_session(self, client, app, clock):
        give_password(client)
        assert refusals(give_code(client, "000000"))[0].startswith(WRONG_CODE)
        # Even the right code has to wait now.
        assert refusals(give_code(client)) == ["Too many wrong codes. Wait 1 second, then enter a new code"]
        clock.shift(1)
        assert refusals(give_code(client, "000000"))[0].startswith(WRONG_CODE)
        fresh = Client()
        give_password(fresh)
        assert refusals(give_code(fresh)) == ["Too many wrong codes. Wait 2 seconds, then enter a new code"]
        app.refresh_from_db()
        assert app.throttling_failure_count == 2
        clock.shift(2)
        assert give_code(fresh).status_code == 302
        app.refresh_from_db()
        assert app.throttling_failure_count == 0

    def test_a_long_wait_is_told_in_minutes(self, client, app):
        TOTPDevice.objects.update(throttling_failure_count=8, throttling_failure_timestamp="2026-03-02T09:00:10Z")
        give_password(client)
        assert refusals(give_code(client)) == ["Too many wrong codes. Wait 3 minutes, then enter a new code"]

    def test_a_recovery_code_works_once(self, client, app, recovery):
        give_password(client)
        assert give_code(client, " ABCD 2345 ").status_code == 302
        assert is_in(client)
        assert sign_in.recovery_codes(app.user) == ["efgh6723"]
        again = Client()
        give_password(again)
        assert refusals(give_code(again, "abcd2345"))[0].startswith(WRONG_CODE)

    def test_recovery_codes_alone_are_a_second_factor(self, client, recovery):
        give_password(client)
        assert client.get(SET_UP)["Location"] == CODE
        assert give_code(client, "abcd2345")["Location"] == ADMIN
        assert is_in(client)

    def test_wrong_recovery_codes_are_slowed_down_too(self, client, recovery):
        give_password(client)
        give_code(client, "000000")  # looks like an app's code, and counts where there is no app
        assert refusals(give_code(client, "abcd2345")) == ["Too many wrong codes. Wait 1 second, then enter a new code"]
        assert len(sign_in.recovery_codes(recovery.user)) == 2

    def test_somebody_elses_codes_do_not_work(self, client, app):
        other = User.objects.create_user("other", password=PASSWORD, is_staff=True)
        StaticToken.objects.create(device=StaticDevice.objects.create(user=other, confirmed=True), token="zzzz2222")
        give_password(client)
        assert refusals(give_code(client, "zzzz2222"))[0].startswith(WRONG_CODE)
        assert sign_in.recovery_codes(other) == ["zzzz2222"]

    def test_a_device_that_is_not_confirmed_does_not_count(self, client, user):
        TOTPDevice.objects.create(user=user, key=KEY, confirmed=False)
        give_password(client)
        assert client.get(CODE)["Location"] == SET_UP
        assert give_code(client)["Location"] == SET_UP
        assert not is_in(client)


class TestHalfSession:
    def expect_start_again(self, client):
        for path in (CODE, SET_UP):
            assert client.get(path)["Location"] == f"{LOGIN}?late"
            assert client.post(path, {"code": code_now()})["Location"] == f"{LOGIN}?late"
        assert not is_in(client)

    def test_without_a_password_there_is_no_step_two(self, client, app):
        self.expect_start_again(client)

    def test_it_ends_after_ten_minutes(self, client, app, clock):
        give_password(client)
        clock.shift(timedelta(minutes=10))
        assert client.get(CODE).status_code == 200
        clock.shift(timedelta(seconds=1))
        self.expect_start_again(client)
        assert "10 minutes" in client.get(f"{LOGIN}?late").content.decode()

    @pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
    def test_it_ends_with_the_persons_rights(self, client, app, change):
        give_password(client)
        User.objects.update(**change)
        self.expect_start_again(client)

    def test_it_ends_when_the_password_changes(self, client, app):
        give_password(client)
        app.user.set_password("another password altogether")
        app.user.save()
        self.expect_start_again(client)

    def test_it_ends_with_the_account(self, client, user):
        give_password(client)
        user.delete()
        self.expect_start_again(client)

    @pytest.mark.parametrize("forged", ["", "x", "e30:1abc:def"])
    def test_it_cannot_be_forged(self, client, app, forged):
        session = client.session
        session[sign_in.HALF_SESSION] = forged
        session.save()
        self.expect_start_again(client)

    def test_it_is_spent_by_signing_in(self, client, app):
        give_password(client)
        half = Client()
        half.cookies["session"] = client.cookies["session"].value
        give_code(client)
        self.expect_start_again(half)

    def test_somebody_whose_rights_end_is_out_at_once(self, client, app):
        give_password(client)
        give_code(client)
        User.objects.update(is_staff=False)
        assert not is_in(client)

    def test_a_session_without_a_second_factor_does_not_reach_the_admin(self, client, user):
        client.force_login(user)
        assert client.get(ADMIN).status_code == 302


class TestSetUp:
    def shown_key(self, page):
        text = re.search(r"<code translate=\"no\">([A-Z2-7 ]+)</code>", page.content.decode())[1]
        assert all(len(group) == 4 for group in text.split())
        return b32decode(text.replace(" ", "")).hex()

    def test_from_password_to_admin(self, client, user):
        give_password(client, next=SECURITY)
        assert client.get(CODE)["Location"] == SET_UP
        page = client.get(SET_UP)
        key = self.shown_key(page)
        html = page.content.decode()
        assert "<svg" in html
        assert " style=" not in html
        assert client.post(SET_UP, {"code": code_now(key)})["Location"] == CODES
        device = TOTPDevice.objects.get(user=user)
        assert (device.key, device.confirmed, device.name) == (key, True, "Authenticator app")
        codes = sign_in.recovery_codes(user)
        assert len(set(codes)) == 10
        shown = client.get(CODES).content.decode()
        assert re.findall(r"<li><code>(\w+)</code></li>", shown) == codes
        assert client.post(CODES)["Location"] == SECURITY
        assert client.get(CODES)["Location"] == SECURITY
        assert is_in(client)

    def test_the_code_of_setting_up_does_not_sign_in_again(self, client, user):
        give_password(client)
        key = self.shown_key(client.get(SET_UP))
        client.post(SET_UP, {"code": code_now(key)})
        again = Client()
        give_password(again)
        assert refusals(give_code(again, code_now(key)))[0].startswith(WRONG_CODE)

    def test_a_wrong_code_stores_nothing_and_keeps_the_key(self, client, user):
        give_password(client)
        key = self.shown_key(client.get(SET_UP))
        page = client.post(SET_UP, {"code": "000000"})
        assert refusals(page) == ["That is not the code that your app shows for this key. Enter the newest one"]
        assert self.shown_key(page) == key
        assert not TOTPDevice.objects.exists()
        assert not StaticDevice.objects.exists()
        assert not is_in(client)

    def test_each_sign_in_has_its_own_key(self, client, user):
        give_password(client)
        first = self.shown_key(client.get(SET_UP))
        give_password(client)
        assert self.shown_key(client.get(SET_UP)) != first

    def test_two_at_once_make_one_authenticator(self, client, user):
        other = Client()
        give_password(client)
        give_password(other)
        mine, theirs = (self.shown_key(c.get(SET_UP)) for c in (client, other))
        client.post(SET_UP, {"code": code_now(mine)})
        assert other.post(SET_UP, {"code": code_now(theirs)})["Location"] == CODE
        assert [d.key for d in TOTPDevice.objects.all()] == [mine]
        with pytest.raises(sign_in.CodeRefused, match="set up meanwhile"):
            sign_in.enrol(user=user, key=theirs, code=code_now(theirs))

    def test_recovery_codes_are_shown_for_ten_minutes_at_most(self, client, user, clock):
        give_password(client)
        client.post(SET_UP, {"code": code_now(self.shown_key(client.get(SET_UP)))})
        clock.shift(timedelta(minutes=10, seconds=1))
        assert client.get(CODES)["Location"] == SECURITY
        assert client.post(CODES)["Location"] == SECURITY


class TestNext:
    HOSTILE = (
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http://testserver/admin/",
        "\x08//evil.example",
        " //evil.example",
    )

    @pytest.mark.parametrize("address", HOSTILE)
    def test_leads_nowhere_else(self, client, app, address):
        give_password(client, next=address)
        assert give_code(client)["Location"] == ADMIN
        assert client.get(LOGIN, {"next": address})["Location"] == ADMIN

    @pytest.mark.parametrize("address", HOSTILE)
    def test_is_not_written_into_the_form(self, client, address):
        html = client.get(LOGIN, {"next": address}).content.decode()
        assert "evil" not in html
        assert "javascript:" not in html

    def test_leads_back_to_the_page_that_was_asked_for(self, client, app):
        asked = client.get("/admin/auth/group/?q=x")
        assert asked["Location"] == "/admin/login/?next=/admin/auth/group/%3Fq%3Dx"
        page = client.get(asked["Location"])
        assert page.context["form"].initial["next"] == "/admin/auth/group/?q=x"
        give_password(client, next="/admin/auth/group/?q=x")
        assert give_code(client)["Location"] == "/admin/auth/group/?q=x"


class TestSignOut:
    def test_by_get_is_refused_and_changes_nothing(self, client, app):
        give_password(client)
        give_code(client)
        assert client.get("/admin/logout/").status_code == 405
        assert is_in(client)

    def test_by_post_ends_the_session(self, client, app):
        give_password(client)
        give_code(client)
        old = client.cookies["session"].value
        answer = client.post("/admin/logout/")
        assert answer.status_code == 200
        assert "You have signed out" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        stolen = Client()
        stolen.cookies["session"] = old
        assert not is_in(stolen)
        assert not is_in(client)


class TestLimits:
    @pytest.fixture
    def inside(self, client, app):
        give_password(client)
        give_code(client)
        assert is_in(client)
        return client

    def test_a_session_ends_after_two_hours_without_use(self, inside, clock):
        clock.shift(timedelta(hours=2))
        assert is_in(inside)
        clock.shift(timedelta(hours=2, seconds=1))
        assert inside.get("/admin/auth/group/")["Location"] == f"{LOGIN}?next=/admin/auth/group/"
        assert SESSION_KEY not in inside.session

    def test_a_session_ends_after_twelve_hours_in_any_case(self, inside, clock):
        for _ in range(24):
            clock.shift(timedelta(minutes=30))
            assert is_in(inside)
        clock.shift(timedelta(seconds=1))
        assert not is_in(inside)

    def test_signing_in_again_begins_anew(self, inside, clock):
        clock.shift(timedelta(hours=3))
        assert not is_in(inside)
        give_password(inside)
        give_code(inside)
        assert is_in(inside)

    def test_not_every_request_writes_the_session(self, inside, clock):
        is_in(inside)
        clock.shift(timedelta(seconds=59))
        seen = inside.session[SEEN]
        is_in(inside)
        assert inside.session[SEEN] == seen
        clock.shift(timedelta(seconds=1))
        is_in(inside)
        assert inside.session[SEEN] == seen + 60

    def test_a_stale_cookie_of_a_resident_does_no_harm(self, client):
        client.cookies["session"] = "long-gone"
        assert client.get(LOGIN).status_code == 200


class TestSecurityPage:
    @pytest.fixture
    def inside(self, client, app, recovery, clock):
        give_password(client)
        give_code(client)
        clock.shift(60)
        return client

    def test_shows_what_there_is(self, inside):
        html = inside.get(SECURITY).content.decode()
        assert "Set up on" in html
        assert "2 not used yet" in html
        assert KEY not in html
        assert "abcd2345" not in html

    @pytest.mark.parametrize("name", ["renew_codes", "replace_authenticator"])
    def test_asks_for_a_code_first(self, inside, name):
        url = reverse(f"admin:{name}")
        assert inside.get(url).status_code == 200
        assert refusals(inside.post(url, {"code": "000000"}))[0].startswith(WRONG_CODE)
        assert refusals(inside.post(url, {"code": code_now()})) == [
            "Too many wrong codes. Wait 1 second, then enter a new code"
        ]
        assert len(sign_in.recovery_codes(User.objects.get())) == 2
        assert inside.get(CODES)["Location"] == SECURITY
        assert inside.get(reverse("admin:set_up_authenticator"))["Location"] == reverse("admin:replace_authenticator")

    def test_new_recovery_codes_end_the_old_ones(self, inside):
        assert inside.post(reverse("admin:renew_codes"), {"code": code_now()})["Location"] == CODES
        codes = sign_in.recovery_codes(User.objects.get())
        assert len(codes) == 10
        assert not {"abcd2345", "efgh6723"} & set(codes)
        assert all(f"<code>{code}</code>" in inside.get(CODES).content.decode() for code in codes)
        assert inside.post(CODES)["Location"] == SECURITY

    def test_replacing_the_authenticator(self, inside, app):
        elsewhere = Client()
        elsewhere.cookies["session"] = inside.cookies["session"].value
        set_up = reverse("admin:set_up_authenticator")
        assert inside.post(reverse("admin:replace_authenticator"), {"code": code_now()})["Location"] == set_up
        key = TestSetUp().shown_key(inside.get(set_up))
        assert inside.post(set_up, {"code": "000000"}).status_code == 200
        assert TOTPDevice.objects.get().key == KEY
        done = inside.post(set_up, {"code": code_now(key)})
        assert done["Location"] == f"{SECURITY}?done=authenticator"
        assert TOTPDevice.objects.get().key == key
        assert "Your new authenticator app is in use" in inside.get(done["Location"]).content.decode()
        assert is_in(inside)
        assert not is_in(elsewhere)
        assert len(sign_in.recovery_codes(app.user)) == 2

    def test_the_offer_to_replace_ends_after_ten_minutes(self, inside, clock):
        inside.post(reverse("admin:replace_authenticator"), {"code": code_now()})
        clock.shift(timedelta(minutes=10, seconds=1))
        assert inside.get(reverse("admin:set_up_authenticator"))["Location"] == reverse("admin:replace_authenticator")

    @pytest.mark.parametrize(
        "name", ["security", "recovery_codes", "renew_codes", "replace_authenticator", "set_up_authenticator"]
    )
    def test_strangers_are_asked_to_sign_in(self, client, name):
        url = reverse(f"admin:{name}")
        for answer in (client.get(url), client.post(url, {"code": "123456"})):
            assert answer["Location"] == f"{LOGIN}?next={url}"

    def test_changing_the_password_keeps_the_session_and_ends_the_others(self, inside, client):
        other = Client()
        give_password(other)
        give_code(other)
        assert is_in(other)
        new = "something quite different 7"
        answer = inside.post(
            "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        )
        assert answer.status_code == 302
        assert is_in(inside)
        assert not is_in(other)


class TestHeadersAndLogs:
    def test_no_page_may_be_kept(self, client, app):
        pages = [client.get(LOGIN), give_password(client, password="wrong"), give_password(client), client.get(CODE)]
        pages += [give_code(client, "000000"), client.get(SET_UP)]
        time_later = time.time() + 60
        with time_machine.travel(time_later, tick=False):
            pages += [give_code(client), *(client.get(p) for p in (SECURITY, ADMIN, CODES, "/admin/password_change/"))]
        assert is_in(client)
        assert [p["Cache-Control"] for p in pages if "no-store" not in p["Cache-Control"]] == []

    def test_the_content_security_policy_is_strict(self, client, app):
        pages = [client.get(LOGIN)]
        give_password(client)
        pages.append(client.get(CODE))
        give_code(client)
        pages += [client.get(p) for p in (SECURITY, ADMIN, "/admin/auth/group/", "/admin/password_change/")]
        for page in pages:
            policy = {directive.strip() for directive in page["Content-Security-Policy"].split(";")}
            assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"} <= policy
            assert "unsafe" not in page["Content-Security-Policy"]
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page.content.decode())

    def test_the_log_tells_what_happened_and_names_nobody(self, client, app, recovery, settings, caplog):
        settings.AXES_ENABLED = True
        caplog.set_level(logging.INFO)
        give_password(client, "resident.unknown", "secret-one")
        give_password(client, password="secret-two")
        give_password(client)
        give_code(client, "000000")
        give_code(client, "abcd2345")
        client.post("/admin/logout/")
        for _ in range(5):
            give_password(client, password="secret-two")
        ours = [r.getMessage() for r in caplog.records if r.name == "consult.sign_in"]
        pk = app.user.pk
        assert ours == [
            "Password refused for account unknown",
            f"Password refused for account {pk}",
            f"Password accepted for account {pk}",
            f"Code refused for account {pk}",
            f"Signed in account {pk} with recovery codes",
            f"Signed out account {pk}",
            *[f"Password refused for account {pk}"] * 5,
            "Locked after repeated failures",
        ]
        for secret in (NAME, "resident.unknown", "127.0.0.1", "secret-one", "secret-two", "abcd2345"):
            assert secret not in caplog.text
