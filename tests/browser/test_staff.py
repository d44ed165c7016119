"""Staff sign in and work in a real browser: by the pages alone, on a phone, without JavaScript, nothing inline."""

import re
from base64 import b32decode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django_otp.oath import totp

from consult import sign_in
from consult.models import Consultation, Theme, User
from tests import factories
from tests.browser.conftest import AXE_OPTIONS, describe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "plenty of words here"
# Without "preload": axe would read imported style sheets again and put them into the page, which the policy refuses.
OPTIONS = {**AXE_OPTIONS, "preload": False}
# What Django's own scripts write: the label in front of a filter_horizontal, and the boxes of select2.
DJANGOS_OWN = {
    ("aria-prohibited-attr", "search-label-icon"),
    ("label", "select2-search__field"),
    ("aria-input-field-name", "select2-selection"),
}


@pytest.fixture
def ada():
    user = User.objects.create_superuser("ada", password=PASSWORD, first_name="Ada", last_name="Okafor")
    sign_in.top_up_recovery_codes(user=user)
    return user


@pytest.fixture
def rows(ada):
    plan = Consultation.objects.create(
        title="Draft plan", slug="draft-plan", summary="What first?", decided_by="The Mayor"
    )
    plan.title = "Draft Police and Crime Plan"
    plan.save()
    # Drafts: what the public has seen cannot be deleted, and one of the pages is that for deleting.
    meeting = factories.event(plan, publish_at=None, format="hybrid", venue=factories.venue())
    factories.join_details(meeting)
    return [plan, Theme.objects.create(consultation=plan, title="Trust", slug="trust"), meeting, ada]


def sign_in_by_hand(page, visit, user):
    visit(page, "/admin/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").fill(sign_in.recovery_codes(user)[0])
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="What would you like to do?").wait_for()


def check(page):
    page.wait_for_load_state()
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    for found in violations:
        found["nodes"] = [n for n in found["nodes"] if not is_djangos_own(found["id"], n)]
    violations = [found for found in violations if found["nodes"]]
    assert not violations, f"{page.url}\n" + "\n".join(map(describe, violations))


def is_djangos_own(rule, node):
    return any(rule == known and name in node["html"] for known, name in DJANGOS_OWN)


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"


def pages_of(row):
    base = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"
    return [base + "change/", base + "history/", base + "delete/"]


@pytest.mark.parametrize("screen", ["page", "phone", "no_js"])
def test_the_first_sign_in(request, screen, visit):
    page = request.getfixturevalue(screen)
    check_here = (lambda: None) if screen == "no_js" else (lambda: (check(page), fits(page)))
    User.objects.create_user("new", password=PASSWORD, is_staff=True)
    visit(page, "/admin/")
    check_here()
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error: Staff sign in")
    check_here()
    page.get_by_role("link", name="Enter your user name").click()
    page.keyboard.type("new")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Set up your authenticator app").wait_for()
    check_here()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error: Set up")
    check_here()
    key = b32decode(page.locator("main code").inner_text().replace(" ", ""))
    page.get_by_label("Code from your app").fill(f"{totp(key):06d}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    assert page.locator("main li code").count() == 10
    check_here()
    page.get_by_role("button", name="I have kept my codes: continue").click()
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    page.get_by_role("link", name="Your security").click()
    page.get_by_role("heading", name="Your security").wait_for()
    check_here()
    visit(page, "/admin/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You have signed out").wait_for()
    check_here()


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_the_staff_pages_are_clean(request, screen, visit, rows):
    """No breach of the content security policy (the fixtures watch the console), nothing cut off, axe content."""
    page = request.getfixturevalue(screen)
    sign_in_by_hand(page, visit, rows[-1])
    paths = ["/admin/", "/admin/password_change/", *(path for row in rows for path in pages_of(row))]
    for model in admin.site._registry:
        paths.append(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
    submission = factories.submission(rows[0])
    promise = factories.key_date(rows[0])
    paths += [
        f"/admin/submissions/submission/{submission.pk}/change/",
        f"/admin/submissions/submission/{submission.pk}/decide/",
        f"/admin/consult/keydate/{promise.pk}/move/",
        "/admin/submissions/question/ask-themes/",
    ]
    for path in paths:
        visit(page, path)
        fits(page)
        check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_can_be_read(page, visit, rows, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in_by_hand(page, visit, rows[-1])
    for path in ["/admin/", "/admin/consult/consultation/", *pages_of(rows[0])]:
        visit(page, path)
        assert re.search(scheme, page.evaluate("getComputedStyle(document.documentElement).colorScheme"))
        check(page)


def test_forms_for_adding_open_and_their_scripts_run(page, visit, rows):
    sign_in_by_hand(page, visit, rows[-1])
    for model, model_admin in admin.site._registry.items():
        if type(model_admin).has_add_permission is admin.ModelAdmin.has_add_permission:
            visit(page, f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/")
    visit(page, "/admin/consult/consultation/add/")
    page.locator(".datetimeshortcuts a").nth(1).click()
    page.locator(".calendarbox").first.wait_for(state="visible")
