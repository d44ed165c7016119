"""The addresses of the portal: nouns, stable, guessable."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from consult.feeds import UpdatesFeed
from consult.sitemaps import (
    ConsultationSitemap,
    MeetingSitemap,
    PageSitemap,
    QuestionnaireSitemap,
    ThemeSitemap,
    UpdateSitemap,
)
from consult.views import consultations, portal

handler400 = "consult.views.errors.bad_request"
handler403 = "consult.views.errors.permission_denied"
handler404 = "consult.views.errors.page_not_found"
handler500 = "consult.views.errors.server_error"

SITEMAPS = {
    "pages": PageSitemap,
    "consultations": ConsultationSitemap,
    "themes": ThemeSitemap,
    "questionnaires": QuestionnaireSitemap,
    "updates": UpdateSitemap,
    "meetings": MeetingSitemap,
}

urlpatterns = [
    path("", consultations.home, name="home"),
    path("consultations/", consultations.consultation_list, name="consultations"),
    path("consultations/<slug:slug>/", consultations.consultation, name="consultation"),
    path("consultations/<slug:slug>/themes/<slug:theme>/", consultations.theme, name="theme"),
    path("consultations/<slug:slug>/documents/<int:pk>/", consultations.document, name="document"),
    path("consultations/<slug:slug>/documents/<int:pk>/still/", consultations.still, name="still"),
    path("updates/", consultations.update_list, name="updates"),
    path("updates/<slug:slug>/", consultations.update, name="update"),
    path("updates.atom", UpdatesFeed(), name="updates_feed"),
    path("", include("events.urls")),
    path("", include("submissions.urls")),
    path("accessibility/", portal.accessibility, name="accessibility"),
    path("privacy/", portal.privacy, name="privacy"),
    path("cookies/", portal.cookies, name="cookies"),
    path("contact/", portal.contact, name="contact"),
    path("robots.txt", portal.robots, name="robots"),
    path(".well-known/security.txt", portal.security_txt, name="security_txt"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("healthz", portal.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
