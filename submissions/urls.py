from django.urls import path

from submissions import views

RESPOND = "consultations/<slug:slug>/respond/"

urlpatterns = [
    path(RESPOND, views.respond, name="respond"),
    path(f"{RESPOND}<str:token>/", views.resume, name="respond_resume"),
    path(f"{RESPOND}<str:token>/check/", views.check, name="respond_check"),
    path(f"{RESPOND}<str:token>/receipt/", views.receipt, name="receipt"),
    path(f"{RESPOND}<str:token>/<slug:step>/", views.step, name="respond_step"),
    path("consultations/<slug:slug>/views/", views.published_views, name="published_views"),
]
