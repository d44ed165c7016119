from django.urls import path

from submissions import views

CONSULTATION = "consultations/<slug:slug>/"
RESPOND = f"{CONSULTATION}respond/"

urlpatterns = [
    path(RESPOND, views.respond, name="respond"),
    path(f"{CONSULTATION}questionnaires/<slug:questionnaire>/", views.questionnaire, name="questionnaire"),
    path(f"{RESPOND}<str:token>/", views.tasks, name="respond_tasks"),
    path(f"{RESPOND}<str:token>/check/", views.check, name="respond_check"),
    path(f"{RESPOND}<str:token>/receipt/", views.receipt, name="receipt"),
    path(f"{RESPOND}<str:token>/<slug:step>/", views.step, name="respond_step"),
    path(f"{CONSULTATION}views/", views.published_views, name="published_views"),
]
