"""Django: `collectstatic` runs the pipeline, and `{% static %}` answers with the names it made.

    INSTALLED_APPS = ["assetforge.django", "django.contrib.staticfiles", ...]
    STORAGES = {"staticfiles": {"BACKEND": "assetforge.django.storage.ManifestStaticFilesStorage"}, ...}
    ASSETFORGE = {...}                              # optional: the keys of assetforge.toml

`storage` is the half that a request needs: Django and nothing else of this package. `configuration`, `collected` and `writing` are
the other half; they are imported when collectstatic, `manage.py assetforge` or a system check runs. What must stay true: a running
site imports none of the pipeline, and what Django promises of its own `ManifestStaticFilesStorage` holds for this one.
"""
