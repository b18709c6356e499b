"""The app for INSTALLED_APPS: system checks, and `manage.py assetforge`."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class AssetforgeConfig(AppConfig):
    """`"assetforge.django"` in INSTALLED_APPS."""

    name = "assetforge.django"
    label = "assetforge"
    verbose_name = "assetforge"

    def ready(self) -> None:
        from assetforge.django.checks import check_deployment, check_file_hash, check_ignored_setting, check_settings
        from assetforge.django.template_checks import check_built, check_loaders

        # collectstatic runs the checks that bear its tag, so a wrong setting stops it before it copies anything
        register(check_settings, Tags.staticfiles)
        register(check_ignored_setting, Tags.staticfiles)
        register(check_file_hash, Tags.staticfiles)
        register(check_loaders, Tags.templates, Tags.staticfiles)
        register(check_built, Tags.templates, deploy=True)
        register(check_deployment, Tags.staticfiles, deploy=True)
