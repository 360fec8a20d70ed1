"""Say: text becomes speech."""

from tests.web.page.opened import AppPage, AppServer


def test_enter_says_the_text_with_its_words(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("Good morning, everybody.")
    tab.get_by_label("What shall it say?").press("Enter")

    app_page.until_speaking()
    app_page.until("said.length")
    assert app_page.page.evaluate("heard") == ["Good", "morning,", "everybody."]
    assert app_page.problems == []


def test_box_is_empty_and_the_text_is_remembered_when_it_was_said(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("Hello <b>there</b>.")
    tab.get_by_role("button", name="Say it").click()

    tab.get_by_role("button", name="Hello <b>there</b>.").wait_for()
    app_page.until("document.querySelector('#say-text textarea').value === ''")


def test_late_answer_leaves_what_was_typed_meanwhile(app_page: AppPage) -> None:
    answers = app_page.hold_answers()
    tab = app_page.open_tab("Say")
    box = tab.get_by_label("What shall it say?")
    box.fill("Hello.")
    box.press("Enter")
    app_page.until("said.length")

    box.fill("Not lost.")
    answers.let_go()
    tab.get_by_role("button", name="Hello.").wait_for()
    box.press("Enter")

    app_page.until("heard.at(-1) === 'lost.'")


def test_text_that_could_not_be_said_stays_in_the_box(app_page: AppPage) -> None:
    box = app_page.open_tab("Say").get_by_label("What shall it say?")

    box.fill("你好")
    box.press("Enter")

    app_page.toast()
    assert box.input_value() == "你好"


def test_remembered_text_is_said_again(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")
    tab.get_by_label("What shall it say?").fill("Once more.")
    tab.get_by_label("What shall it say?").press("Enter")
    app_page.until("said.length === 1")

    tab.get_by_role("button", name="Once more.").click()

    app_page.until("said.length === 2")
    assert app_page.page.evaluate("heard") == ["Once", "more.", "Once", "more."]


def test_stop_is_silence(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")
    tab.get_by_label("What shall it say?").fill("This goes on and on. " * 80)
    tab.get_by_role("button", name="Say it").click()
    app_page.until("heard.length > 2")

    tab.get_by_role("button", name="Stop").click()

    app_page.until_silent()
    assert app_page.page.evaluate("heard.length") < 400


def test_second_text_cuts_the_first(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")
    box = tab.get_by_label("What shall it say?")
    box.fill("The first goes on and on. " * 80)
    box.press("Enter")
    app_page.until("heard.length > 2")

    box.fill("Second.")
    box.press("Enter")

    app_page.until("heard.at(-1) === 'Second.'")
    assert app_page.page.evaluate("heard.length") < 480


def test_unreadable_text_is_one_clear_line(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("你好")
    tab.get_by_label("What shall it say?").press("Enter")

    assert "There is nothing that an English voice could read" in app_page.toast()


def test_voice_and_speed_are_those_of_the_stage(app_page: AppPage, app_server: AppServer) -> None:
    tab = app_page.open_tab("Say")

    tab.get_by_label("Robot").check()
    tab.get_by_label("number input for Speed").fill("1.5")
    tab.get_by_label("number input for Speed").press("Tab")
    tab.get_by_text("A machine's voice on one note.").wait_for()
    tab.get_by_label("What shall it say?").fill("Hello.")
    tab.get_by_label("What shall it say?").press("Enter")

    app_page.until("said.length")
    assert ("robot", 1.5) in [(stage.voice, stage.speed) for stage in app_server.hall.stages()]


def test_long_remembered_text_ends_where_the_box_ends(app_page: AppPage) -> None:
    tab = app_page.open_tab("Say")
    box = tab.get_by_label("What shall it say?")
    box.fill("This is " + "a long text " * 10 + "indeed.")
    box.press("Enter")

    entry = tab.get_by_role("button", name="This is a long text")
    entry.wait_for()

    entry_place, box_place = entry.bounding_box(), box.bounding_box()
    assert entry_place
    assert box_place
    assert entry_place["x"] + entry_place["width"] <= box_place["x"] + box_place["width"] + 1
