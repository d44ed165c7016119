from django.contrib import admin
from django.urls import path

handler400 = "consult.views.errors.bad_request"
handler403 = "consult.views.errors.permission_denied"
handler404 = "consult.views.errors.page_not_found"
handler500 = "consult.views.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
]
