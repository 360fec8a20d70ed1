"""Keyword triggers and the few knobs of bitHuman's video script that programs turn."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Source = Literal["user", "agent", "both"]


@dataclass(frozen=True)
class TriggerData:
    """What happens when a trigger fires."""

    target_video: str | None = None
    actions: list[str] | str = field(default_factory=list)
    description: str = ""


@dataclass(frozen=True)
class KeywordTrigger:
    """Gestures for words that the user, the agent or either of them says."""

    keywords: list[str]
    trigger_data: TriggerData
    trigger_source: Source = "both"

    def check_trigger(self, text: str, source: Source) -> TriggerData | None:
        """Return what to do if ``text`` holds one of the keywords as whole words, in any case."""
        if self.trigger_source not in ("both", source) and source != "both":
            return None
        return self.trigger_data if any(_holds(text, word) for word in self.keywords) else None

    @classmethod
    def from_json(cls, json_str: str) -> list[Self]:
        """Read a list of triggers; raises ``ValueError`` that says what is wrong with it."""
        entries = json.loads(json_str)
        if not isinstance(entries, list):
            raise ValueError("it must be a list of triggers")
        return [cls._from_mapping(entry) for entry in entries]

    @classmethod
    def _from_mapping(cls, entry: Any) -> Self:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("trigger_data"), Mapping):
            raise ValueError('each trigger needs "keywords" and "trigger_data"')
        keywords = entry.get("keywords")
        if not isinstance(keywords, Sequence) or isinstance(keywords, str):
            raise ValueError('"keywords" must be a list of words')
        source = entry.get("trigger_source", "both")
        if source not in ("user", "agent", "both"):
            raise ValueError('"trigger_source" must be "user", "agent" or "both"')
        data = entry["trigger_data"]
        actions = data.get("actions", [])
        return cls(
            [str(word) for word in keywords],
            TriggerData(
                data.get("target_video"),
                actions if isinstance(actions, str) else [str(action) for action in actions],
                str(data.get("description", "")),
            ),
            source,
        )


def _holds(text: str, keyword: str) -> bool:
    return bool(keyword) and re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", text, re.IGNORECASE) is not None


@dataclass
class IdleAction:
    """Gestures that bitHuman's avatars play at random while idle; kept, and not played here."""

    actions: list[str] = field(default_factory=list)
    interval: float | tuple[float, float] = 60

    @property
    def min_interval(self) -> float:
        """The shorter end of the interval, seconds."""
        return self.interval if isinstance(self.interval, int | float) else min(self.interval)


@dataclass
class VideoScript:
    """What programs read and set on ``runtime.video_graph.videos_script``.

    The idle face here is always alive and plays no gesture of its own accord, so the values change
    nothing.
    """

    default_video: str | None = None
    action_hi_video: str | None = None
    emotions_map: list[Any] = field(default_factory=list)
    idle_video: str | None = None
    idle_actions: list[IdleAction] = field(default_factory=list)
    FPS: float = 25
    BACK_TO_IDLE: float = 10
    next_idle_action: IdleAction | None = None

    def set_next_idle_action(self, next_idle_action: IdleAction | None = None) -> None:
        """Keep the action; see the class."""
        self.next_idle_action = next_idle_action


@dataclass
class VideoGraph:
    """The object behind ``runtime.video_graph``."""

    videos_script: VideoScript = field(default_factory=VideoScript)
