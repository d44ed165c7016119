from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConsultConfig(AppConfig):
    name = "consult"
    verbose_name = "Consultations"
    default = True


class PortalAdminConfig(AdminConfig):
    """Django admin with our own site in place of the default one."""

    default = False
    default_site = "consult.admin_site.PortalAdminSite"
