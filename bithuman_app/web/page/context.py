"""What a tab of the page is given, and how it shows what went wrong."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import gradio as gr
from gradio.events import Dependency
from starlette.requests import HTTPConnection

from ...errors import UnavailableError, UserError
from .layout import tab_being_built

if TYPE_CHECKING:
    from ...settings import Settings
    from ...stage import Stage, Wardrobe
    from ...studio.workshop import Workshop

#: For events that answer as soon as they can, however many there are, without a sign of being busy.
AT_ONCE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "concurrency_limit": None,
        "trigger_mode": "multiple",
        "show_progress": "hidden",
        "api_visibility": "private",
    }
)

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class PageContext:
    """What all tabs share. It is made once a server; what belongs to one user is found by a request.

    ``work_directory`` is this server's own and is removed when it ends. What a tab gives to a component as
    a path must lie in it.
    """

    settings: "Settings"
    #: The settings that the command line gave; None: not given.
    overrides: Mapping[str, object]
    wardrobe: "Wardrobe"
    workshop: "Workshop"
    work_directory: Path
    #: Which user sent a request, None for a program without our cookie.
    find_user: Callable[[HTTPConnection], str | None]
    #: The stage of a user; for None the one that is open, if there is exactly one. None: there is none.
    find_stage: Callable[[str | None], "Stage | None"]

    def user(self, request: gr.Request) -> str | None:
        """Return who sent a request, None for a program without our cookie."""
        sent = request.request
        return self.find_user(sent) if sent is not None else None

    def stage(self, request: gr.Request) -> "Stage":
        """Return the stage that the sender of a request sees.

        Raises ``UnavailableError`` if none is open, for instance as all places are taken.
        """
        stage = self.find_stage(self.user(request))
        if stage is None:
            raise UnavailableError("no avatar is on stage for you yet; open the page, or wait for a place")
        return stage

    def when_opened(self, show: Callable[[gr.Request], Any], *outputs: gr.components.Component) -> Dependency:
        """Fill components anew whenever the tab that is being built is opened; another page may differ.

        They must be such that nobody types into.
        """

        def fill(request: gr.Request) -> Any:
            return show(request)

        return tab_being_built().select(fill, outputs=list(outputs), **AT_ONCE)


def telling_problems(function: _Function) -> _Function:
    """Make an event's function show a ``UserError`` as one line on the page; generators may yield first."""
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def steps(*arguments: Any, **named: Any) -> Iterator[Any]:
            try:
                yield from function(*arguments, **named)
            except UserError as error:
                raise problem(error) from error

        return cast(_Function, steps)

    @functools.wraps(function)
    def whole(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except UserError as error:
            raise problem(error) from error

    return cast(_Function, whole)


def problem(error: UserError) -> gr.Error:
    """Return what makes Gradio show the one line of an error."""
    text = str(error)
    return gr.Error(text[:1].upper() + text[1:], title="That did not work", duration=8, print_exception=False)
