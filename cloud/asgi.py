"""The web as uvicorn runs it: the static files, and behind them Django, which gets no large body."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cloud.settings")
django = get_asgi_application()

# these need Django to be set up
from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # type: ignore[import-untyped]  # noqa: E402

from cloud.api.limit import App, Limited  # noqa: E402
from cloud.api.threads import OnThreads  # noqa: E402
from cloud.desk.headers import on_files  # noqa: E402

application = ServeStaticASGI(
    Limited(OnThreads(cast("App", django))),
    root=settings.BASE / "desk" / "static",
    prefix=settings.STATIC_URL,
    allow_all_origins=False,
    add_headers_function=on_files,
)
for prefix, folder in settings.STATICFILES_DIRS:
    application.add_files(str(folder), prefix=f"{settings.STATIC_URL}{prefix}/")
