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
      louder: () => stage.setVolume(stage.status.volume + STEP),
      quieter: () => stage.setVolume(stage.status.volume - STEP),
      avatars: () => stage.panels.toggle("avatars"),
      moods: () => stage.panels.toggle("moods"),
      snapshot: () => stage.snapshot(),
      record: () => stage.record(),
      pip: () => stage.pip(),
      fullscreen: () => stage.fullscreen(),
      figures: () => stage.showFigures(),
      wake: () => stage.sound.wake(),
      take: () => stage.takeSound(),
      help: () => root.querySelector("dialog").showModal(),
      leave: () => stage.panels.closeAll() || stage.stop(),
    };
    target.addEventListener("keydown", (event) => this.#down(event, stage), { signal });
    target.addEventListener("keyup", ({ key }) => key.toLowerCase() === "t" && stage.release(), { signal });
    this.#holdByKey(root.querySelector('[data-action="hold"]'), stage);
  }

  act(action) {
    this.#actions[action]?.();
  }

  // The button that is held down by a pointer is held down by Space and Enter too.
  #holdByKey(button, stage) {
    const isPress = ({ key }) => key === " " || key === "Enter";
    button.addEventListener("keydown", (event) => {
      if (!isPress(event)) return;
      event.preventDefault();
      if (!event.repeat) stage.hold();
    });
    button.addEventListener("keyup", (event) => isPress(event) && stage.release());
  }

  #down(event, stage) {
    const [field] = event.composedPath();
    const busy = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (busy || isTyping(field) || this.#root.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key.startsWith("arrow") && this.#isForeign(field)) return;
    if (key === "t" && !event.repeat) stage.hold();
    const action = KEYS[key];
    if (!action || (event.repeat && !key.startsWith("arrow"))) return;
    event.preventDefault();
    this.act(action);
  }

  // Whether it is something of the page around the stage, which may want arrows for itself.
  #isForeign(field) {
    return field !== document.body && field.getRootNode?.() !== this.#root.getRootNode();
  }
}

function isTyping(field) {
  if (!(field instanceof HTMLElement)) return false;
  return field.isContentEditable || field.matches("textarea, select, input:not([type=checkbox])");
}
