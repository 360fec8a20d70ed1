"""What programs may ask through Gradio's API, with Gradio's own clients."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from bithuman_app.avatar import open_avatar
from bithuman_app.resources import asset
from tests.media.sound_files import tone, write_sound
from tests.waiting import wait_until
from tests.web.page.conftest import Open, Start
from tests.web.page.opened import AppPage, AppServer, only_stage

PERSON = asset("artwork", "nora_1024.png")
CAT = asset("artwork", "ginger_1024.png")
PATIENCE = 180.0
Call = Callable[..., Any]


def connected(server: AppServer, folder: Path, **options: Any) -> Client:
    """Return a client of a server whose tabs are there."""
    headers = options.get("headers", {})
    wait_until(lambda: httpx.get(server.url + "config", headers=headers).status_code == 200, PATIENCE)
    return Client(server.url, verbose=False, download_files=folder / "fetched", **options)


@pytest.fixture
def call(app_server: AppServer, tmp_path: Path) -> Iterator[Call]:
    """Return what calls an endpoint by its name."""
    client = connected(app_server, tmp_path)

    def ask(endpoint: str, /, **arguments: Any) -> Any:
        return client.submit(api_name=endpoint, **arguments).result(timeout=PATIENCE)

    yield ask
    client.close()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "hello there.wav", tone(0.4, 16_000), 16_000, "pcm_s16le")


def frames(path: str) -> int:
    with av.open(path) as container:
        assert {stream.type for stream in container.streams} == {"video", "audio"}
        return sum(1 for _ in container.decode(video=0))


def refusal(call: Call, endpoint: str, /, **arguments: Any) -> str:
    with pytest.raises(AppError) as caught:
        call(endpoint, **arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_there_are_four_endpoints(app_server: AppServer, tmp_path: Path) -> None:
    described = connected(app_server, tmp_path).view_api(return_format="dict", print_info=False)

    assert isinstance(described, dict)
    assert sorted(described["named_endpoints"]) == ["/bake", "/list", "/render", "/say"]
    assert described["unnamed_endpoints"] == {}


def test_parameters_have_types_and_a_description(app_server: AppServer, tmp_path: Path) -> None:
    described = connected(app_server, tmp_path).view_api(return_format="dict", print_info=False)

    assert isinstance(described, dict)
    render = described["named_endpoints"]["/render"]
    types = {one["parameter_name"]: one["python_type"]["type"] for one in render["parameters"]}
    assert types["audio"] == "filepath"
    assert types["avatar"] == types["size"] == types["background"] == "str"
    assert render["description"].startswith("Make a video in which an avatar speaks a recording.")


def test_list_names_the_avatars(call: Call) -> None:
    avatars = {avatar["name"]: avatar for avatar in call("/list")}

    assert {"ginger", "iris", "leo", "maya", "nora"} <= set(avatars)
    assert avatars["maya"] == {
        "name": "maya", "title": "Maya", "sizes": ["512x512", "1024x1024"], "shipped": True,
    }  # fmt: skip


def test_render_makes_a_video(call: Call, recording: Path) -> None:
    path = call("/render", audio=handle_file(recording), avatar="leo", size="256", background="white")

    assert Path(path).name == "hello there.mp4"
    assert frames(path) == 10


def test_render_makes_a_transparent_video(call: Call, recording: Path) -> None:
    path = call("/render", audio=handle_file(recording), avatar="leo", size="256", background="transparent")

    assert Path(path).suffix == ".webm"


def test_progress_reaches_the_client(app_server: AppServer, tmp_path: Path) -> None:
    client = connected(app_server, tmp_path)
    job = client.submit(audio=handle_file(asset("audio", "speech.wav")), avatar="leo", api_name="/render")
    shares: list[float] = []

    def look() -> bool:
        for unit in job.status().progress_data or ():
            shares.append(unit.progress or 0.0)
        return job.done()

    wait_until(look, PATIENCE * 2)

    assert any(0 < share < 1 for share in shares)
    assert shares == sorted(shares)


def test_say_makes_a_video_of_a_text(call: Call) -> None:
    path = call("/say", text="Hello!", voice="deep", avatar="nora", size="256")

    assert frames(path) > 5


def test_say_lets_the_live_avatar_say_it(start: Start, open_app: Open, tmp_path: Path) -> None:
    server = start()
    page: AppPage = open_app(server)
    page.until_tabs()
    client = connected(server, tmp_path)

    answer = client.submit(text="Good morning to you.", live=True, api_name="/say").result(timeout=PATIENCE)

    assert answer is None
    page.until_speaking()
    page.until("said.some(([text]) => text.includes('Good morning'))")
    assert only_stage(server).voice == "heart"


def test_bake_makes_an_avatar_and_sends_its_file(call: Call) -> None:
    name, path, warnings = call("/bake", image=handle_file(PERSON), name="Called Ada", size="256")

    assert (name, warnings) == ("Called Ada", [])
    assert open_avatar(path).name == "Called Ada"
    assert any(avatar["name"] == "Called Ada" for avatar in call("/list"))


def test_bake_takes_marks(call: Call) -> None:
    _, path, _ = call(
        "/bake",
        image=handle_file(CAT),
        name="Called Tom",
        size="256",
        face=[300, 250, 430, 420],
        eyes=[380, 395, 75, 80, 645, 395, 75, 80],
        mouth=[470, 590, 555, 590],
    )

    assert open_avatar(path).style == "animal"


def test_bake_asks_for_marks_where_there_is_no_face(call: Call) -> None:
    assert "no face was found in the picture; mark it" in refusal(call, "/bake", image=handle_file(CAT))


@pytest.mark.parametrize(
    ("endpoint", "arguments", "line"),
    [
        ("/say", {"text": "Hi", "voice": "nobody"}, "There is no voice 'nobody'"),
        ("/say", {"text": "…", "avatar": "leo"}, "nothing that an English voice could read"),
        ("/say", {"text": "Hi", "avatar": "../leo"}, "There is no avatar called 'leo'"),
        ("/say", {"text": "Hi", "avatar": "leo", "size": "9x9"}, "Sides are 128 to 2048 pixels, not 9 x 9"),
        ("/say", {"text": "Hi", "avatar": "leo", "background": "plaid"}, "The background cannot be 'plaid'"),
        ("/render", {"audio": handle_file(asset("NOTICE.md"))}, "NOTICE.md: not a sound or video file"),
        ("/bake", {"image": handle_file(PERSON), "name": "../up"}, "A name has letters, digits"),
        ("/bake", {"image": handle_file(PERSON), "eyes": [1, 2, 3, 4] * 2}, "Mark the face with a rectangle"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(call: Call, endpoint: str, arguments: Any, line: str) -> None:
    assert line in refusal(call, endpoint, **arguments)


def test_a_file_of_the_server_cannot_be_named(call: Call) -> None:
    """A client that says it has sent a file must have sent it."""
    secret = {"path": str(asset("audio", "speech.wav")), "meta": {"_type": "gradio.FileData"}}

    with pytest.raises(AppError):
        call("/render", audio={**secret, "url": None, "orig_name": "x.wav", "is_stream": False})


def test_an_address_is_not_followed(app_server: AppServer, tmp_path: Path) -> None:
    connected(app_server, tmp_path)
    file = {"path": "http://127.0.0.1:1/x.wav", "meta": {"_type": "gradio.FileData"}}

    answer = httpx.post(app_server.url + "gradio_api/call/render", json={"data": [file]})

    assert answer.status_code == 400
    assert "addresses are not followed" in answer.text


def test_a_program_sends_the_password_with_every_request(
    start: Start, tmp_path: Path, recording: Path
) -> None:
    server = start(password="correct horse")
    client = connected(server, tmp_path, headers={"Authorization": "Bearer correct horse"})

    path = client.submit(
        audio=handle_file(recording), avatar="leo", size="256", api_name="/render"
    ).result(timeout=PATIENCE)  # fmt: skip

    assert frames(path) == 10


def test_without_the_password_nobody_may_ask(start: Start) -> None:
    server = start(password="correct horse")

    answer = httpx.post(server.url + "gradio_api/call/list", json={"data": []})

    assert answer.status_code == 401


def test_a_script_in_a_browser_does_as_gradios_client_for_javascript_does(
    app_page: AppPage, recording: Path
) -> None:
    """The page's bundle keeps that client to itself, so its three requests are made here."""
    answer = app_page.page.evaluate(
        """async (bytes) => {
          const form = new FormData();
          form.append("files", new File([new Uint8Array(bytes)], "hello.wav", { type: "audio/wav" }));
          const [path] = await (await fetch("gradio_api/upload", { method: "POST", body: form })).json();
          const audio = { path, orig_name: "hello.wav", meta: { _type: "gradio.FileData" } };
          const { event_id: event } = await (
            await fetch("gradio_api/call/v2/render", {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ audio, avatar: "leo", size: "256" }),
            })
          ).json();
          const said = await (await fetch(`gradio_api/call/render/${event}`)).text();
          const [video] = JSON.parse(said.split("event: complete\\ndata: ")[1].split("\\n")[0]);
          return [video.orig_name, (await (await fetch(video.url)).blob()).size];
        }""",
        list(recording.read_bytes()),
    )

    assert answer[0] == "hello.mp4"
    assert answer[1] > 1000


def test_plain_http_is_enough(app_server: AppServer, tmp_path: Path) -> None:
    connected(app_server, tmp_path)
    base = app_server.url + "gradio_api/call/list"

    event = httpx.post(base, json={"data": []}).json()["event_id"]
    answer = httpx.get(f"{base}/{event}", timeout=PATIENCE).text

    assert "event: complete" in answer
    assert '"maya"' in answer
