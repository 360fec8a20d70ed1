"""Everything that the server serves, put together: the live stage, and around it the page."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from ..stage import Stage, Wardrobe
from ..studio.workshop import Workshop
from .access import Access
from .app import create_app
from .page.front import create_front
from .page.loading import load_page

if TYPE_CHECKING:
    from ..settings import Settings
    from .hall import Hall
    from .page.context import PageContext


@contextmanager
def application(
    wardrobe: Wardrobe,
    access: Access,
    settings: "Settings",
    overrides: Mapping[str, object] | None = None,
    *,
    shared: Stage | None = None,
) -> Iterator[Starlette]:
    """Yield the application; its files are removed at the end.

    ``overrides`` are the settings that the command line gave. ``shared`` is a stage that a window shows
    too (see ``app.create_app``).
    """
    work_directory = Path(tempfile.mkdtemp(prefix="bithuman-app-"))

    def open_voice(stage: Stage) -> None:
        stage.choose_voice(settings.voice, settings.voice_speed)

    if shared is not None:
        open_voice(shared)
    stage_app = create_app(
        wardrobe, access, settings.sessions, on_stage=open_voice, shared=shared, home="../"
    )
    hall: Hall = stage_app.state.hall

    def find_stage(user: str | None) -> Stage | None:
        if user is not None:
            return hall.stage(user)
        stages = hall.stages()
        return stages[0] if len(stages) == 1 else None

    def make_context() -> "PageContext":
        from .page.context import PageContext

        return PageContext(
            settings=settings,
            overrides=overrides or {},
            wardrobe=wardrobe,
            workshop=workshop,
            work_directory=work_directory,
            find_user=access.user,
            find_stage=find_stage,
        )

    try:
        workshop = Workshop(settings.avatar_directory, work_directory / "workshop", settings.cache_directory)
        with closing(workshop):
            yield create_front(stage_app, access, lambda: load_page(make_context))
    finally:
        shutil.rmtree(work_directory, ignore_errors=True)
