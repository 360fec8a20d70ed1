import numpy as np
import pytest

from bithuman_app.avatar import bake as bake_room
from bithuman_app.avatar import open_avatar
from tests import faces
from tests.cli.workplace import Workplace, open_workplace

workplace = pytest.fixture(open_workplace)

SMALL = ("--size", "256")
#: Marks on ginger's picture at 512 x 512.
GINGER_EYES = "202,243,25,23,309,243,25,23"
GINGER_MOUTH = "218,306,294,306"


def test_a_picture_becomes_an_avatar_file_in_the_current_directory(workplace: Workplace) -> None:
    outcome = workplace.run("bake", workplace.portrait("leo"), *SMALL)

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("leo.imx: leo, 256x256, photo, ")
    avatar = open_avatar(workplace.folder / "leo.imx")
    assert (avatar.name, avatar.width, avatar.height) == ("leo", 256, 256)


def test_output_and_name_may_be_chosen(workplace: Workplace) -> None:
    workplace.portrait("leo")
    outcome = workplace.run("bake", "leo.png", "-o", "other.imx", "--name", "Leo the First", *SMALL)

    assert outcome.code == 0
    assert open_avatar(workplace.folder / "other.imx").name == "Leo the First"


def test_without_an_output_the_name_names_the_file(workplace: Workplace) -> None:
    workplace.portrait("leo")
    (workplace.folder / "avatars").mkdir()

    assert workplace.run("bake", "leo.png", "--name", "Zoë", *SMALL).code == 0
    assert workplace.run("bake", "leo.png", "-o", "avatars", *SMALL).code == 0
    assert (workplace.folder / "Zoë.imx").is_file()
    assert (workplace.folder / "avatars" / "leo.imx").is_file()


def test_json_tells_what_was_baked(workplace: Workplace) -> None:
    outcome = workplace.run("bake", workplace.portrait("nora"), "--json", *SMALL)

    report = outcome.json
    assert (outcome.code, outcome.err) == (0, "")
    assert report.pop("bake_seconds") > 0
    assert report.pop("file_bytes") == (workplace.folder / "nora.imx").stat().st_size
    assert report == {
        "output": "nora.imx", "name": "nora", "width": 256, "height": 256, "style": "photo", "warnings": [],
    }  # fmt: skip


def test_warnings_go_to_stderr_and_into_the_report(workplace: Workplace) -> None:
    people = [faces.on_canvas(faces.picture(name), 300, 300, 1) for name in ("leo", "nora")]
    workplace.save("both.png", np.hstack(people))
    outcome = workplace.run("bake", "both.png", "--json", *SMALL)

    warnings = outcome.json["warnings"]
    assert any("2 faces were found" in warning for warning in warnings)
    assert outcome.err == "".join(f"warning: {warning}\n" for warning in warnings)


def test_face_chooses_one_of_several_people(workplace: Workplace) -> None:
    people = [faces.on_canvas(faces.picture(name), 500, 500, 1) for name in ("leo", "nora")]
    workplace.save("both.png", np.hstack(people))
    crops = []
    for left in (130, 630):
        outcome = workplace.run("bake", "both.png", "--face", f"{left},90,240,260", "-o", "one.imx", *SMALL)
        assert outcome.code == 0
        assert "faces were found" not in outcome.err
        avatar = open_avatar(workplace.folder / "one.imx")
        assert avatar.style == "photo"
        crops.append(avatar.manifest["crop"])

    assert crops[0][0] + crops[0][2] / 2 < 500 < crops[1][0] + crops[1][2] / 2


def test_a_marked_animal_is_baked(workplace: Workplace) -> None:
    outcome = workplace.run(
        "bake", workplace.portrait("ginger"), "--eyes", GINGER_EYES, "--mouth", GINGER_MOUTH, "--json", *SMALL
    )

    assert outcome.code == 0
    assert outcome.json["style"] == "animal"
    assert outcome.json["warnings"] == []


def test_a_rectangle_alone_is_enough_for_an_animal_but_says_that_it_guesses(workplace: Workplace) -> None:
    outcome = workplace.run(
        "bake", workplace.portrait("ginger"), "--face", "160,190,192,160", "--json", *SMALL
    )

    assert outcome.code == 0
    assert any("guessed" in warning for warning in outcome.json["warnings"])


def test_the_style_may_be_chosen(workplace: Workplace) -> None:
    outcome = workplace.run("bake", workplace.portrait("nora"), "--style", "drawing", "--json", *SMALL)

    assert outcome.json["style"] == "drawing"


def test_without_a_face_the_message_tells_how_to_mark_one(workplace: Workplace) -> None:
    outcome = workplace.run("bake", workplace.portrait("ginger"))

    assert outcome.code == 65
    assert "--face X,Y,W,H" in outcome.err
    assert outcome.err.count("\n") == 1
    assert workplace.files() == {"ginger.png"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--face", "1,2,3"], "--face cannot be '1,2,3': those are 3 numbers, not 4; give X,Y,W,H"),
        (["--face", "a,b,c,d"], "those are not numbers; give X,Y,W,H"),
        (["--face", "1,2,nan,4"], "those are not numbers"),
        (["--face", ""], "--face cannot be ''"),
        (["--face", "10,10,0,50"], "width and height must be more than 0"),
        (["--face", "10,10,50,-5"], "width and height must be more than 0"),
        (["--face", "-5,10,50,50"], "reaches out of the picture, which has 512 x 512 pixels"),
        (["--face", "400,400,200,50"], "--face X,Y,W,H: the rectangle reaches out of the picture"),
        (["--eyes", GINGER_EYES], "--eyes needs --mouth X,Y,X,Y"),
        (["--mouth", GINGER_MOUTH], "--mouth needs --eyes X,Y,RX,RY,X,Y,RX,RY"),
        (["--eyes", "1,2,3,4", "--mouth", GINGER_MOUTH], "those are 4 numbers, not 8"),
        (["--eyes", "202,243,0,23,309,243,25,23", "--mouth", GINGER_MOUTH], "must be more than 0"),
        (["--eyes", "202,243,25,23,203,243,25,23", "--mouth", GINGER_MOUTH], "lie upon each other"),
        (["--face", "160,190,192,160", "--eyes", "202,243,25,23,609,243,25,23"], "an eye lies outside"),
        (["--eyes", GINGER_EYES, "--mouth", "218,306,218,306"], "the two corners lie upon each other"),
        (["--eyes", GINGER_EYES, "--mouth", "218,906,294,906"], "a corner lies outside the picture"),
        (["--eyes", GINGER_EYES, "--mouth", "218,100,294,100"], "the mouth must lie below the eyes"),
        (["--size", "big"], "--size cannot be 'big'"),
        (["--size", "20"], "--size cannot be '20'"),
        (["--name", ""], "--name must have 1 to 200 characters"),
        (["--name", "x" * 201], "--name must have 1 to 200 characters"),
        (["--name", "../x"], "--name cannot be '../x'"),
        (["-o", "avatar.png"], "must end in .imx"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_one_line_that_names_it(
    workplace: Workplace, arguments: list[str], complaint: str
) -> None:
    outcome = workplace.run("bake", workplace.portrait("ginger"), *arguments)

    assert (outcome.code, outcome.out) == (64, "")
    assert complaint in outcome.err
    assert outcome.err.count("\n") == 1
    assert workplace.files() == {"ginger.png"}


def test_an_unknown_style_is_a_mistake_in_the_command_line(workplace: Workplace) -> None:
    assert workplace.run("bake", workplace.portrait("leo"), "--style", "oil").code == 2


def test_a_missing_picture_has_exit_code_66(workplace: Workplace) -> None:
    outcome = workplace.run("bake", "nobody.png")

    assert (outcome.code, outcome.err) == (66, "bithuman-app: nobody.png: no such file\n")


def test_what_is_no_picture_has_exit_code_65(workplace: Workplace) -> None:
    (workplace.folder / "notes.png").write_text("not a picture")

    assert workplace.run("bake", "notes.png").code == 65


def test_an_output_without_a_folder_is_refused_before_the_bake(workplace: Workplace) -> None:
    outcome = workplace.run("bake", workplace.portrait("leo"), "-o", "nowhere/leo.imx")

    assert outcome.code == 73
    assert "nowhere does not exist" in outcome.err


def test_a_picture_is_not_overwritten_by_its_own_avatar(workplace: Workplace) -> None:
    image = workplace.portrait("leo").rename(workplace.folder / "leo.imx")
    before = image.read_bytes()

    assert workplace.run("bake", image).code == 64
    assert image.read_bytes() == before


def test_an_interrupted_bake_leaves_an_older_file_as_it_was(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    (workplace.folder / "leo.imx").write_bytes(b"older")
    monkeypatch.setattr(bake_room, "bake", interrupted)
    outcome = workplace.run("bake", workplace.portrait("leo"))

    assert outcome.code == 130
    assert (workplace.folder / "leo.imx").read_bytes() == b"older"
    assert workplace.files() == {"leo.imx", "leo.png"}
