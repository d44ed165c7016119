"""Pages on which staff sign in, and look after their second factor. All of them work without JavaScript."""

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from consult import sign_in
from consult.forms_sign_in import AppCodeForm, CodeForm, PasswordForm
from consult.models import User, is_verified_staff
from consult.sign_in import CodeRefused

WRONG_PASSWORD = "The user name or the password is wrong. Check both and try again"  # noqa: S105 (a sentence)

form_page = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_post_parameters("password")
@never_cache
@form_page
def password(request: HttpRequest) -> HttpResponse:
    """Step 1: who are you, and what is your password. Nobody is signed in by it."""
    next_page = sign_in.local_path(request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST" and is_verified_staff(request):
        return redirect(next_page or "admin:index")
    form = PasswordForm(request.POST or None, initial={"next": next_page})
    if request.method == "POST" and form.is_valid():
        user = sign_in.check_password(
            request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
        if user is not None:
            sign_in.begin(request, user, next_page)
            return redirect("admin:sign_in_code")
        form.add_error(None, WRONG_PASSWORD)
    return render(request, "staff/sign_in.html", {"form": form, "late": "late" in request.GET})


@sensitive_post_parameters("code")
@never_cache
@form_page
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: a code from the app, or a recovery code. Leads to setting up an app where there is nothing yet."""
    half = sign_in.half_session(request)
    if half is None:
        return _start_again()
    if not half.has_second_factor:
        return redirect("admin:sign_in_set_up")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = sign_in.check_code(half.user, form.cleaned_data["code"])
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_in.finish(request, half, device)
            return redirect(half.next_page or "admin:index")
    return render(request, "staff/code.html", {"form": form})


@sensitive_post_parameters("code")
@never_cache
@form_page
def set_up(request: HttpRequest) -> HttpResponse:
    """Step 2 for the first time: set up an authenticator app, then see the recovery codes."""
    half = sign_in.half_session(request)
    if half is None:
        return _start_again()
    if half.has_second_factor:
        return redirect("admin:sign_in_code")
    form = AppCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = sign_in.enrol(user=half.user, key=half.key, code=form.cleaned_data["code"])
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_in.finish(request, half, device)
            sign_in.allow_codes(request, half.next_page)
            return redirect("admin:recovery_codes")
    return _set_up_page(request, form, sign_in.authenticator(half.user, half.key), first=True)


def _start_again() -> HttpResponse:
    return redirect(reverse("admin:login") + "?late")


def _set_up_page(request: HttpRequest, form: AppCodeForm, device: TOTPDevice, *, first: bool) -> HttpResponse:
    shown = {"qr_code": sign_in.qr_code(device), "key": sign_in.key_in_groups(device), "first": first}
    return render(request, "staff/set_up.html", {"form": form, **shown})


@never_cache
def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """429 from django-axes, in place of the page: five failures lock this name at this address for 15 minutes."""
    sign_in.log.warning("Locked after repeated failures")
    return render(request, "staff/locked.html", status=429)


# --- for somebody who is signed in (PortalAdminSite lets nobody else through) -----------------------


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Your security: the authenticator, how many recovery codes are left, and what can be done."""
    user = cast(User, request.user)
    apps = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")
    context = {"apps": apps, "codes_left": len(sign_in.recovery_codes(user)), "done": request.GET.get("done")}
    return render(request, "staff/security.html", context)


@form_page
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shows the new recovery codes until the person goes on, for ten minutes at most."""
    allowed = sign_in.codes_allowed(request)
    if allowed is None:
        return redirect("admin:security")
    if request.method == "POST":
        sign_in.end_codes(request)
        return redirect(allowed["next"] or "admin:index")
    return render(request, "staff/recovery_codes.html", {"codes": sign_in.recovery_codes(cast(User, request.user))})


@sensitive_post_parameters("code")
@form_page
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Makes new recovery codes for somebody who can still give a code."""
    form = CodeForm(request.POST or None)
    if _code_accepted(request, form):
        sign_in.renew_recovery_codes(user=cast(User, request.user))
        sign_in.allow_codes(request, reverse("admin:security"))
        return redirect("admin:recovery_codes")
    return render(request, "staff/renew_codes.html", {"form": form})


@sensitive_post_parameters("code")
@form_page
def replace_authenticator(request: HttpRequest) -> HttpResponse:
    """Asks for a current code before a new app may be set up."""
    form = CodeForm(request.POST or None)
    if _code_accepted(request, form):
        sign_in.begin_replacing(request)
        return redirect("admin:set_up_authenticator")
    return render(request, "staff/replace_authenticator.html", {"form": form})


@sensitive_post_parameters("code")
@form_page
def set_up_authenticator(request: HttpRequest) -> HttpResponse:
    """Sets up the new app; the former one stops working when its first code is right."""
    user, key = cast(User, request.user), sign_in.replacement_key(request)
    if key is None:
        return redirect("admin:replace_authenticator")
    form = AppCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = sign_in.replace_authenticator(user=user, key=key, code=form.cleaned_data["code"])
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_in.end_replacing(request, device)
            return redirect(reverse("admin:security") + "?" + urlencode({"done": "authenticator"}))
    return _set_up_page(request, form, sign_in.authenticator(user, key), first=False)


def _code_accepted(request: HttpRequest, form: CodeForm) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        sign_in.check_code(cast(User, request.user), form.cleaned_data["code"])
    except CodeRefused as refused:
        form.add_error("code", str(refused))
        return False
    return True
