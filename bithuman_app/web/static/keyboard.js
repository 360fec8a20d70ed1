// One name for each thing that can be done, and a key for it.

const KEYS = {
  v: "microphone",
  s: "stop",
  x: "sample",
  o: "file",
  m: "mute",
  arrowup: "louder",
  arrowdown: "quieter",
  a: "avatars",
  g: "moods",
  c: "snapshot",
  r: "record",
  p: "pip",
  f: "fullscreen",
  i: "figures",
  "?": "help",
  escape: "leave",
};
const STEP = 0.1;

export class Keyboard {
  #root;
  #actions;

  constructor(target, root, stage, signal) {
    this.#root = root;
    this.#actions = {
      microphone: () => stage.toggleMicrophone(),
      stop: () => stage.stop(),
      sample: () => stage.sample(),
      file: () => stage.uploads.choose(),
      mute: () => stage.toggleMute(),
      louder: () => stage.changeVolume(STEP),
      quieter: () => stage.changeVolume(-STEP),
      avatars: () => stage.panels.toggle("avatars"),
      moods: () => stage.panels.toggle("moods"),
      snapshot: () => stage.capture.snapshot(),
      record: () => stage.capture.record(),
      pip: () => stage.capture.pip(),
      fullscreen: () => stage.capture.fullscreen(),
      figures: () => stage.figures.toggle(),
      help: () => root.querySelector("dialog").showModal(),
      leave: () => stage.panels.closeAll() || stage.stop(),
    };
    target.addEventListener("keydown", (event) => this.#down(event, stage), { signal });
    target.addEventListener("keyup", ({ key }) => key.toLowerCase() === "t" && stage.release(), { signal });
  }

  act(action) {
    this.#actions[action]?.();
  }

  #down(event, stage) {
    const field = event.composedPath()[0];
    const typing = field instanceof HTMLElement && field.matches("textarea, select, input:not([type=checkbox])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || this.#root.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "t" && !event.repeat) stage.hold();
    const action = KEYS[key];
    if (!action || (event.repeat && !key.startsWith("arrow"))) return;
    event.preventDefault();
    this.act(action);
  }
}
