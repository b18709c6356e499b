"""The app for INSTALLED_APPS: system checks, and `manage.py assetforge`."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class AssetforgeConfig(AppConfig):
    """`"assetforge.django"` in INSTALLED_APPS."""

    name = "assetforge.django"
    label = "assetforge"
    verbose_name = "assetforge"

    def ready(self) -> None:
        from assetforge.django import checks

        # collectstatic runs the checks that bear its tag, so a wrong setting stops it before it copies anything
        register(checks.check_settings, Tags.staticfiles)
        register(checks.check_ignored_setting, Tags.staticfiles)
        register(checks.check_file_hash, Tags.staticfiles)
        register(checks.check_deployment, Tags.staticfiles, deploy=True)
