"""Settings of an Umran deployment. Every environment variable is read here, once.

See docs/reference/settings.md for the variables and their defaults.
"""

from importlib.util import find_spec
from pathlib import Path

import environ

from gisapp.city import load_city

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

# --- the city -------------------------------------------------------------------------------
CITY = load_city(env.str("UMRAN_CITY", default="demo"))
METRIC_SRID = CITY.metric_srid

# --- security -------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses of the proxies whose X-Forwarded-For is believed; "*" when only they can reach the port.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", default=False)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = BEHIND_HTTPS
CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "gisapp",
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "pgtrigger",
    "pghistory",
    "ninja",
    "parcels",
    "zoning",
    "permits",
    "tiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gisapp.middleware.ContentSecurityPolicyMiddleware",
    "gisapp.middleware.OpenToOtherSitesMiddleware",
    "gisapp.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gisapp.rate.RateLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "gisapp.error_pages.ErrorPageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gisapp.urls"
WSGI_APPLICATION = "gisapp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gisapp.context.city",
            ],
        },
    },
]

# --- database -------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def bundled_library(package_name: str, name: str) -> str:
    """The shared library inside a wheel: newer, and better guarded, than Debian 12's own.

    The wheel of GDAL 3.9 and later can refuse file and network access, Debian's 3.6 can not.
    The package is looked up, not imported: pyogrio would bring pandas, a second of every start.
    """
    spec = find_spec(package_name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package_name} is not installed; run `bin/setup`.")
    package = Path(spec.origin).resolve().parent
    found = sorted((package.parent / f"{package.name}.libs").glob(f"lib{name}-*.so*"))
    if not found:
        raise FileNotFoundError(f"No lib{name} beside {package}; install with `bin/setup`.")
    return str(found[0])


GDAL_LIBRARY_PATH = bundled_library("pyogrio", "gdal")
GEOS_LIBRARY_PATH = bundled_library("shapely", "geos_c")

# --- people ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "gisapp.accounts.MunicipalAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- languages: Arabic, English and French are equals -----------------------------------------
LANGUAGES = [("ar", "العربية"), ("en", "English"), ("fr", "Français")]
LANGUAGE_CODE = "en"
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("en", "ar", "fr"), "ar": ("ar", "en", "fr")}
LOCALE_PATHS = [BASE_DIR / "gisapp" / "locale"]
FORMAT_MODULE_PATH = ["gisapp.formats"]
USE_I18N = True
TIME_ZONE = CITY.time_zone
USE_TZ = True

# --- files ----------------------------------------------------------------------------------
STATIC_URL = "static/"
# What the tiles kept in memory may take of it, in each server process; 0 keeps none.
TILE_MEMORY_MB = env.int("TILE_MEMORY_MB", default=128)
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gisapp.assets.VendorFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- limits -----------------------------------------------------------------------------------
# What one address may ask of the programs' addresses in a minute, per worker process; 0 is no end.
ANONYMOUS_REQUESTS_PER_MINUTE = env.int("ANONYMOUS_REQUESTS_PER_MINUTE", default=600)

# --- what is given away -----------------------------------------------------------------------
# Files of exports that were made in the background; the web server and the worker share it.
EXPORT_ROOT = Path(env.str("EXPORT_ROOT", default=str(VAR_DIR / "exports")))
# What is made while somebody waits takes so long at most; more is for the worker. A proxy in front
# must wait longer than that for the first byte.
EXPORT_MADE_WITHIN_S = env.int("EXPORT_MADE_WITHIN_S", default=30)
# A file is broken off whose reader takes longer.
EXPORT_SENT_WITHIN_S = env.int("EXPORT_SENT_WITHIN_S", default=1_800)
DATA_LICENCE = env.str("DATA_LICENCE", default="")

# --- background work ------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
