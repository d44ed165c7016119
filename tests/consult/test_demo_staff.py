"""Demo staff: there after one command, the same after two, and nowhere near real people."""

import stat
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from consult.models import User
from consult.sign_in import recovery_codes

pytestmark = pytest.mark.django_db

NAMES = ["demo.administrator", "demo.analyst", "demo.editor", "demo.moderator", "demo.partner"]


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.SITE_URL = "http://127.0.0.1:8123"
    for name in ("Administrator", "Editor", "Moderator", "Analyst", "Partner"):
        Group.objects.get_or_create(name=name)
    return settings


def run(*args):
    out = StringIO()
    call_command("demo_staff", *args, stdout=out)
    return out.getvalue()


def kept_password(settings):
    return (settings.VAR_DIR / "demo-staff.txt").read_text().strip()


def test_one_user_for_each_role(settings):
    run()
    users = User.objects.order_by("username").prefetch_related("groups")
    assert [u.username for u in users] == NAMES
    assert [[g.name for g in u.groups.all()] for u in users] == [
        ["Administrator"], ["Analyst"], ["Editor"], ["Moderator"], ["Partner"],
    ]  # fmt: skip
    assert [u.is_superuser for u in users] == [True, False, False, False, False]
    assert all(u.is_staff and u.is_active and u.check_password(kept_password(settings)) for u in users)
    assert [len(recovery_codes(u)) for u in users] == [10] * 5


def test_prints_all_that_is_needed(settings):
    printed = run()
    codes = recovery_codes(User.objects.get(username="demo.administrator"))[-5:]
    assert printed == (
        "Staff pages (demo):\n"
        "  address        http://127.0.0.1:8123/admin/\n"
        "  user name      demo.administrator\n"
        "                 or demo.editor, demo.moderator, demo.analyst, demo.partner\n"
        f"  password       {kept_password(settings)}\n"
        f"  sign-in codes  {'  '.join(codes)}\n"
        "                 (for the administrator; each works once)\n"
        "  more codes     make code, or manage.py demo_staff --code USER for another user\n"
    )


def test_the_password_is_made_here_kept_and_readable_by_its_owner_only(settings, tmp_path):
    run()
    first = kept_password(settings)
    assert len(first) == 20
    assert stat.S_IMODE((settings.VAR_DIR / "demo-staff.txt").stat().st_mode) == 0o600
    run()
    assert kept_password(settings) == first
    settings.VAR_DIR = tmp_path / "another installation"
    run()
    assert kept_password(settings) != first
    assert User.objects.get(username="demo.editor").check_password(kept_password(settings))


def test_a_second_run_changes_nothing(settings):
    first = run()
    before = list(User.objects.order_by("pk").values())
    assert run() == first
    assert list(User.objects.order_by("pk").values()) == before


def test_a_second_run_sets_right_what_was_changed_and_tops_up_codes():
    run()
    user = User.objects.get(username="demo.editor")
    user.is_superuser, user.is_active = True, False
    user.save()
    user.groups.set(Group.objects.filter(name="Moderator"))
    used, *kept = recovery_codes(user)
    user.staticdevice_set.get().token_set.filter(token=used).delete()
    run()
    user.refresh_from_db()
    assert (user.is_superuser, user.is_active, user.is_staff) == (False, True, True)
    assert [g.name for g in user.groups.all()] == ["Editor"]
    assert recovery_codes(user)[:9] == kept
    assert len(recovery_codes(user)) == 10


def test_one_can_sign_in_with_what_is_printed(client, settings):
    run()
    codes = recovery_codes(User.objects.get(username="demo.administrator"))
    client.post("/admin/login/", {"username": "demo.administrator", "password": kept_password(settings)})
    assert client.post("/admin/login/code/", {"code": codes[-1]})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("args", "name"), [((), "demo.administrator"), (("demo.partner",), "demo.partner")])
def test_one_fresh_code(args, name):
    run()
    before = recovery_codes(User.objects.get(username=name))
    code = run("--code", *args).strip()
    assert recovery_codes(User.objects.get(username=name)) == [*before, code]


def test_no_codes_for_real_people():
    run()
    real = User.objects.create_user("real", is_staff=True)
    with pytest.raises(CommandError, match="There is no demo user real"):
        run("--code", "real")
    assert recovery_codes(real) == []


def test_no_code_before_there_are_staff():
    with pytest.raises(CommandError, match="There are no demo staff yet"):
        run("--code")


@pytest.mark.parametrize("args", [(), ("--code",)])
def test_refuses_where_it_looks_like_a_real_installation(settings, args):
    settings.HTTPS = True
    with pytest.raises(CommandError, match="looks like a real installation"):
        run(*args)
    assert not User.objects.exists()
    assert not settings.VAR_DIR.exists()
    run("--force")
    assert User.objects.count() == 5


def test_says_that_a_group_is_missing():
    Group.objects.filter(name="Analyst").delete()
    with pytest.raises(CommandError, match=r"The group Analyst is missing: run `manage.py migrate` first\."):
        run()
    assert not User.objects.exists()


def test_the_partner_of_the_demonstration_works_for_one_of_its_partners():
    call_command("load_demo", stdout=StringIO())
    call_command("demo_staff", stdout=StringIO())
    assert User.objects.get(username="demo.partner").partner.name == "Black Thrive Global"
