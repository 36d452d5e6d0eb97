"""How static files are kept and addressed."""

STATICFILES = "django.contrib.staticfiles.storage"


def storages(*, is_development: bool, is_demo: bool) -> dict[str, dict[str, str]]:
    """As they are in development; else under names that change with them, and compressed."""
    if is_development:
        kept_by = f"{STATICFILES}.StaticFilesStorage"
    elif is_demo:  # It compresses nothing, so that it starts sooner.
        kept_by = f"{STATICFILES}.ManifestStaticFilesStorage"
    else:
        kept_by = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": kept_by},
    }
