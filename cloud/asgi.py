"""The web as uvicorn runs it: the static files, and behind them Django, which gets no large body."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
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
from cloud.desk.statics import pack  # noqa: E402

packed = TemporaryDirectory(prefix="bashgah-static-")
pack(settings.STATICS, Path(packed.name))


def _lasts(_path: str, url: str) -> bool:
    return url.startswith(settings.STATIC_URL)


application = ServeStaticASGI(
    Limited(OnThreads(cast("App", django))),
    root=packed.name,
    prefix="static/",
    allow_all_origins=False,
    add_headers_function=on_files,
    immutable_file_test=_lasts,
)
application.add_files(packed.name, prefix=settings.STATIC_URL)
