"""The avatar on a web page: pictures, sound, what it is told, and who is kept out."""

import asyncio
import io
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bithuman_app.errors import UnavailableError, UsageError
from bithuman_app.sdk import stream_server
from bithuman_app.sdk.stream_server import StreamServer

Client = TestClient[web.Request, web.Application]


def wav(seconds: float, rate: int = 24_000) -> bytes:
    samples = 8000 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * rate)) / rate)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype(np.int16).tobytes())
    return out.getvalue()


def with_client(server: StreamServer, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with TestClient(TestServer(server.create_app())) as client:
            return await asyncio.wait_for(work(client), 30)

    return asyncio.run(main())


@pytest.fixture
def server(model: Path) -> StreamServer:
    return StreamServer(str(model))


async def pictures(response: aiohttp.ClientResponse, count: int) -> list[np.ndarray]:
    reader = aiohttp.MultipartReader.from_response(response)
    taken = []
    while len(taken) < count:
        part = await reader.next()
        assert part is not None
        data = np.frombuffer(await part.read(), np.uint8)  # type: ignore[union-attr]
        taken.append(cv2.imdecode(data, cv2.IMREAD_COLOR))
    return taken


def test_it_listens_on_this_machine_only_by_default(model: Path) -> None:
    assert StreamServer(str(model)).host == "127.0.0.1"


def test_the_pictures_come_as_a_stream_of_jpegs(server: StreamServer) -> None:
    async def watch(client: Client) -> list[np.ndarray]:
        async with client.get("/stream") as response:
            assert response.content_type == "multipart/x-mixed-replace"
            return await pictures(response, 3)

    assert [picture.shape for picture in with_client(server, watch)] == [(160, 160, 3)] * 3


@pytest.mark.parametrize("form", ["body", "form"])
def test_a_sound_file_is_said_and_heard(server: StreamServer, form: str) -> None:
    async def speak(client: Client) -> tuple[Any, bytes]:
        async with client.ws_connect("/ws/audio") as socket:
            upload: Any = wav(0.5)
            if form == "form":
                upload = aiohttp.FormData()
                upload.add_field("audio", wav(0.5), filename="a.wav")
            async with client.post("/speak", data=upload) as response:
                answer = await response.json()
            sound = b""
            while len(sound) < 2 * answer["samples"]:
                sound += await socket.receive_bytes(timeout=10)
            return answer, sound

    answer, sound = with_client(server, speak)

    assert answer == {"status": "ok", "duration_seconds": 0.5, "samples": 8000}
    assert len(sound) == 16_000
    assert np.abs(np.frombuffer(sound, np.int16)).max() > 7000


def test_speech_passes_also_when_nobody_watches(server: StreamServer) -> None:
    async def speak(client: Client) -> bool:
        await client.post("/speak", data=wav(0.2))
        for _try in range(200):
            if not (await (await client.get("/health")).json())["speaking"]:
                return True
            await asyncio.sleep(0.05)
        return False

    assert with_client(server, speak)


def test_an_interruption_ends_the_speech(server: StreamServer) -> None:
    async def speak(client: Client) -> Any:
        await client.post("/speak", data=wav(20))
        await client.post("/interrupt")
        return await (await client.get("/health")).json()

    assert not with_client(server, speak)["speaking"]


def test_health_counts_who_watches_and_listens(server: StreamServer) -> None:
    async def look(client: Client) -> tuple[Any, Any]:
        async with client.get("/stream") as response, client.ws_connect("/ws/audio"):
            await pictures(response, 1)
            during = await (await client.get("/health")).json()
        for _try in range(200):
            after = await (await client.get("/health")).json()
            if after["watchers"] == after["listeners"] == 0:
                break
            await asyncio.sleep(0.05)
        return during, after

    during, after = with_client(server, look)

    assert during == {"status": "healthy", "speaking": False, "watchers": 1, "listeners": 1}
    assert after == {"status": "healthy", "speaking": False, "watchers": 0, "listeners": 0}


def test_nothing_is_rendered_while_nobody_watches(
    server: StreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = []
    monkeypatch.setattr(stream_server, "encode_image", lambda *arguments: encoded.append(arguments))

    async def wait(client: Client) -> int:
        await asyncio.sleep(0.3)
        assert server._runtime is not None
        assert server._runtime._engine is not None
        return server._runtime._engine.session.view().next().index

    assert with_client(server, wait) == 0
    assert encoded == []


def test_gestures_are_listed_and_played(server: StreamServer) -> None:
    async def act(client: Client) -> tuple[Any, int]:
        listed = await (await client.get("/videos")).json()
        return listed, (await client.post("/action", json={"action": "nod"})).status

    listed, status = with_client(server, act)

    assert "nod" in listed["actions"]
    assert status == 200


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/speak", b"", "empty"),
        ("/speak", b"this is no sound file", ""),
        ("/action", b"{", "nod"),
        ("/action", b"[]", "nod"),
        ("/action", b'{"action": 3}', "name"),
    ],
)
def test_bad_requests_are_refused_with_a_reason(
    server: StreamServer, path: str, body: bytes, reason: str
) -> None:
    async def ask(client: Client) -> tuple[int, str]:
        async with client.post(path, data=body) as response:
            return response.status, await response.text()

    status, text = with_client(server, ask)

    assert status == 400
    assert reason in text
    assert "/tmp" not in text
    assert len(text.splitlines()) == 1


def test_a_form_without_a_file_is_refused(server: StreamServer) -> None:
    async def ask(client: Client) -> int:
        form = aiohttp.FormData({"text": "hello"}, default_to_multipart=True)
        async with client.post("/speak", data=form) as response:
            return response.status

    assert with_client(server, ask) == 400


@pytest.mark.parametrize("form", [False, True])
def test_an_upload_that_is_too_large_is_refused(
    server: StreamServer, form: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_server, "MOST_UPLOAD_BYTES", 1000)

    async def ask(client: Client) -> int:
        data: Any = b"x" * 200_000
        if form:
            data = aiohttp.FormData()
            data.add_field("audio", b"x" * 200_000, filename="a.wav")
        async with client.post("/speak", data=data) as response:
            return response.status

    assert with_client(server, ask) == 413


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://elsewhere.example", 403), ("null", 403), ("https://friend.example", 200), (None, 200)],
)
def test_pages_of_other_sites_are_kept_out(model: Path, origin: str | None, status: int) -> None:
    server = StreamServer(str(model), allowed_origins=["https://friend.example"])

    async def ask(client: Client) -> int:
        headers = {"Origin": origin} if origin else {}
        async with client.post("/action", json={"action": "nod"}, headers=headers) as response:
            return response.status

    assert with_client(server, ask) == status


def test_its_own_page_may_use_it(server: StreamServer) -> None:
    async def ask(client: Client) -> tuple[int, str]:
        own = f"http://{client.host}:{client.port}"
        async with client.post("/action", json={"action": "nod"}, headers={"Origin": own}) as response:
            status = response.status
        async with client.get("/") as response:
            return status, await response.text()

    status, page = with_client(server, ask)

    assert status == 200
    assert "/stream" in page


def test_only_so_many_may_watch(server: StreamServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_server, "MOST_WATCHERS", 1)

    async def crowd(client: Client) -> int:
        async with client.get("/stream") as first:
            await pictures(first, 1)
            async with client.get("/stream") as second:
                return second.status

    assert with_client(server, crowd) == 503


def test_subclasses_add_routes_and_load_their_own_runtime(model: Path) -> None:
    class Kiosk(StreamServer):
        def create_app(self) -> web.Application:
            app = super().create_app()
            app.router.add_get("/viewer", self.view)
            return app

        async def _init_runtime(self) -> None:
            self.key_seen = self.api_key
            await super()._init_runtime()

        async def view(self, request: web.Request) -> web.Response:
            return web.Response(text="kiosk")

    kiosk = Kiosk(model_path=str(model), api_key="secret", host="127.0.0.1", port=0, jpeg_quality=70)

    async def ask(client: Client) -> str:
        async with client.get("/viewer") as response:
            return await response.text()

    assert with_client(kiosk, ask) == "kiosk"
    assert kiosk.key_seen == "secret"


def test_a_port_in_use_is_told_in_one_line(model: Path) -> None:
    async def main() -> None:
        taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = taken.sockets[0].getsockname()[1]
        async with taken:
            await asyncio.wait_for(StreamServer(str(model), port=port).run_async(), 20)

    with pytest.raises(UnavailableError, match=r"cannot serve on 127\.0\.0\.1"):
        asyncio.run(main())


@pytest.mark.parametrize("arguments", [{"port": 70_000}, {"jpeg_quality": 0}])
def test_impossible_arguments_are_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        StreamServer("maya", **arguments)  # type: ignore[arg-type]
