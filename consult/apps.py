from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps  # as a module: Django counts every AppConfig named here


class ConsultConfig(AppConfig):
    name = "consult"
    verbose_name = "Consultations"
    default = True


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django admin with our own site in place of the default one."""

    default = False
    default_site = "consult.admin_site.PortalAdminSite"
