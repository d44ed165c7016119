from django.urls import path

from submissions import views, views_equality, views_return

CONSULTATION = "consultations/<slug:slug>/"
RESPOND = f"{CONSULTATION}respond/"

urlpatterns = [
    path(RESPOND, views.respond, name="respond"),
    path(f"{CONSULTATION}questionnaires/<slug:questionnaire>/", views.questionnaire, name="questionnaire"),
    path(f"{RESPOND}<str:token>/", views.tasks, name="respond_tasks"),
    path(f"{RESPOND}<str:token>/check/", views.check, name="respond_check"),
    path(f"{RESPOND}<str:token>/receipt/", views.receipt, name="receipt"),
    path(f"{RESPOND}<str:token>/about-you/", views_equality.about_you, name="about_you"),
    path(f"{RESPOND}<str:token>/about-you/thanks/", views_equality.about_you_thanks, name="about_you_thanks"),
    path(f"{RESPOND}<str:token>/come-back/", views_return.come_back, name="come_back"),
    path(f"{RESPOND}<str:token>/<slug:step>/", views.step, name="respond_step"),
    path(f"{CONSULTATION}views/", views.published_views, name="published_views"),
    path("return/", views_return.enter, name="return"),
    path("return/<str:code>/", views_return.by_link, name="return_by_link"),
]
