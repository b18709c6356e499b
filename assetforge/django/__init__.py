"""Django: `collectstatic` runs the pipeline, `{% static %}` answers with the names it made, and templates may be built too.

    INSTALLED_APPS = ["assetforge.django", "django.contrib.staticfiles", ...]
    STORAGES = {"staticfiles": {"BACKEND": "assetforge.django.storage.ManifestStaticFilesStorage"}, ...}
    TEMPLATES = [{..., "OPTIONS": {"loaders": ["assetforge.django.loader.Loader"]}}]   # optional: built templates
    ASSETFORGE = {...}                              # optional: the keys of assetforge.toml

`storage`, `loader` and `places` are the half that a request needs: Django, the manifest and nothing else of this package. All else
is imported when collectstatic, `manage.py assetforge` or a system check runs. What must stay true: a running site imports none of
the pipeline, and what Django promises of its own `ManifestStaticFilesStorage` and loaders holds for these.
"""
