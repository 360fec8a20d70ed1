// The live stage: mount(element, options) puts it into any element, in a shadow tree of its own.
// docs/web.md ("In another page") describes options, methods, status and events.

import { Capture } from "./stage-capture.js";
import { Connection } from "./connection.js";
import { devices } from "./devices.js";
import { Figures } from "./figures.js";
import { Keyboard } from "./keyboard.js";
import { Microphone } from "./microphone.js";
import { Notices } from "./notices.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { Screen } from "./screen.js";
import { Sound } from "./sound.js";
import { Subtitles } from "./subtitles.js";
import { Talk } from "./talk.js";
import { TEMPLATE } from "./template.js";
import { Theme } from "./theme.js";
import { Uploads } from "./uploads.js";

const STYLES = ["stage.css", "controls.css", "panels.css", "compact.css"];
const HEARD_NOTE_MS = 250;
const STATE_TEXTS = { idle: "Idle", listening: "Listening", thinking: "Thinking", speaking: "Speaking" };
const REFUSED = {
  taken: "Somebody else is using this avatar. This page takes over when they leave.",
  crowded: "Too many pages are open here. Close one, and this one goes on.",
  broken: "The avatar cannot be loaded. The server's log tells why.",
};

export function mount(element, options = {}) {
  return new Stage(element, options);
}

class Stage {
  #base;
  #root;
  #element;
  #theme;
  #visible = null;
  #inView = true;
  #refusal = null;
  #announcing = false;
  #closing = new AbortController();

  constructor(element, options) {
    const { base = new URL("..", import.meta.url), keys = element, controls = "full", theme = "inherit" } = options;
    this.#base = new URL(base, location.href);
    const scripts = new URL("static/", this.#base);
    const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const links = STYLES.map((name) => `<link rel="stylesheet" href="${new URL(name, scripts)}">`);
    shadow.innerHTML = links.join("") + TEMPLATE;
    this.#element = element;
    this.#root = shadow.querySelector(".stage");
    this.#showWhenStyled(shadow.querySelectorAll("link"));
    this.#root.dataset.controls = controls;
    this.#theme = new Theme(this.#root, theme);
    this.notices = new Notices(this.#find(".notices"));
    this.screen = new Screen(this.#find(".picture"));
    this.player = new Player(scripts);
    this.microphone = new Microphone(scripts);
    this.connection = new Connection(this.#base);
    this.figures = new Figures(this);
    this.panels = new Panels(this.#root, this);
    this.capture = new Capture(this.#root, this);
    this.uploads = new Uploads(this.#root, this);
    this.sound = new Sound(this.#root, this);
    this.talk = new Talk(this.#root, this);
    this.subtitles = new Subtitles(this.#find(".line > span"), this.#find(".transcript"), (name, detail) =>
      this.announce(name, detail)
    );
    this.#listenToServer();
    this.#listenToPage(new Keyboard(keys, this.#root, this, this.#closing.signal));
    requestAnimationFrame(this.#animate);
    this.player.onReport = () => document.hidden && this.#show();
  }

  // What the page around may ask and do; the buttons and keys do the same.

  get base() {
    return this.#base;
  }

  get status() {
    const { player, talk, sound, capture, connection } = this;
    return {
      connected: this.#root.dataset.connected === "yes",
      refusal: this.#refusal,
      key: connection.key,
      state: this.#root.dataset.state,
      title: this.panels.title,
      ...this.panels.described,
      microphone: talk.on,
      holding: talk.holding,
      echo: talk.echo,
      sensitivity: talk.sensitivity,
      level: this.microphone.level,
      volume: player.volume,
      muted: player.muted,
      audible: player.audible,
      sound: sound.place,
      chosenMicrophone: this.microphone.device,
      chosenLoudspeaker: sound.loudspeaker,
      recording: capture.recording,
      pictureInPicture: capture.inPicture,
      fullscreen: capture.full,
    };
  }

  // What a test or a curious person may want to know.
  diagnostics() {
    const { player, screen, connection } = this;
    return {
      position: player.position(),
      audible: player.audible,
      bufferedMs: player.bufferedMs,
      underruns: player.underruns,
      drawn: screen.drawn,
      dropped: screen.dropped,
      roundTripMs: connection.roundTripMs,
      connected: connection.open,
    };
  }

  on(name, handler) {
    const listener = ({ detail }) => handler(detail);
    this.#element.addEventListener(`stage-${name}`, listener);
    return () => this.#element.removeEventListener(`stage-${name}`, listener);
  }

  close() {
    this.#closing.abort();
    this.#theme.close();
    this.connection.close();
    this.microphone.stop();
    this.player.close();
    this.capture.close();
    this.#element.shadowRoot.innerHTML = "";
  }

  stop() {
    this.player.cut();
    this.connection.send("stop");
  }

  sample() {
    this.sound.wake();
    this.connection.send("sample");
  }

  play = (file) => this.uploads.play(file);
  chooseAvatar = (name) => this.panels.choose(name);
  gesture = (name) => this.connection.send("gesture", { name });
  emotion = (name) => this.connection.send("emotion", { name });

  toggleMicrophone = () => this.talk.toggle();
  hold = () => this.talk.hold();
  release = () => this.talk.release();
  setEcho = (on) => this.talk.setEcho(on);
  setSensitivity = (value) => this.talk.setSensitivity(value);
  devices = () => devices();
  chooseMicrophone = (id) => this.talk.choose(id);
  chooseLoudspeaker = (id) => this.sound.choose(id);

  setVolume = (value) => this.sound.setVolume(value);
  mute = (on) => this.sound.mute(on);
  toggleMute = () => this.sound.mute(!this.player.muted);
  takeSound = () => this.sound.take();
  wakeSound = () => this.sound.wake();

  snapshot = () => this.capture.snapshot();
  record = () => this.capture.record();
  pip = () => this.capture.pip();
  fullscreen = () => this.capture.fullscreen();
  showFigures = () => this.figures.toggle();
  setTheme = (theme) => this.#theme.set(theme);

  // What the parts of the stage tell each other.

  announce(name, detail) {
    this.#element.dispatchEvent(new CustomEvent(`stage-${name}`, { detail, bubbles: true }));
  }

  // Something of the status has changed; however much at once, it is announced once.
  changed() {
    if (this.#announcing) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      if (!this.#closing.signal.aborted) this.announce("change", this.status);
    });
  }

  complain(text) {
    this.notices.show("problem", text, { kind: "problem", passing: true });
    this.announce("problem", { text });
  }

  tellVisible() {
    const visible = (!document.hidden && this.#inView) || this.capture.inPicture || this.capture.recording;
    if (!document.hidden) this.connection.wake();
    if (visible === this.#visible || !this.connection.open) return;
    this.#visible = visible;
    this.connection.send("visible", { on: visible });
  }

  // What arrives

  #listenToServer() {
    const on = (type, handler) => this.connection.addEventListener(type, ({ detail }) => handler(detail));
    on("welcome", (message) => {
      this.#setConnected(true);
      this.screen.clear();
      this.player.reset(message.epoch);
      this.subtitles.cut();
      this.#visible = null;
      this.tellVisible();
      this.panels.describe(message);
      if (this.talk.on) this.talk.tell();
      this.sound.moved(message.options?.sound ?? "page");
    });
    on("avatar", (message) => {
      const { width, height } = this.status;
      this.panels.describe(message);
      // A video cannot change its size.
      if (this.capture.recording && (width !== message.width || height !== message.height)) this.record();
      this.changed();
    });
    on("tick", (tick) => {
      this.player.take(tick);
      this.screen.take(tick);
      if (document.hidden) this.#show(); // nothing is animated there, but a recording may go on
    });
    on("cut", ({ epoch }) => {
      this.player.cut(epoch);
      this.subtitles.cut();
    });
    on("word", (word) => this.subtitles.take(word));
    on("said", (end) => this.subtitles.take(end));
    on("options", ({ sound }) => this.sound.moved(sound));
    on("problem", ({ text }) => this.complain(text));
    on("lost", ({ refusal }) => {
      this.#setConnected(false, refusal);
      this.notices.show("sound", null);
      this.#showState("idle", refusal ? "Waiting" : "Connecting");
      if (refusal === "login") location.assign(new URL("login", this.#base));
    });
  }

  #listenToPage(keyboard) {
    const { signal } = this.#closing;
    const on = (target, types, handler) =>
      types.split(" ").forEach((type) => target.addEventListener(type, handler, { signal }));
    on(this.#root, "click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action && action !== "hold") keyboard.act(action);
      this.sound.wake();
    });
    on(this.#find(".volume"), "input", ({ target }) => this.setVolume(target.value / 100));
    on(this.#find("[name=echo]"), "change", ({ target }) => this.setEcho(target.checked));
    const talk = this.#find('[data-action="hold"]');
    on(talk, "pointerdown", (event) => {
      talk.setPointerCapture(event.pointerId);
      this.hold();
    });
    on(talk, "pointerup pointercancel blur", () => this.release());
    on(document, "visibilitychange", () => this.tellVisible());
    on(document, "resume", () => this.connection.wake());
    on(window, "online pageshow focus", () => this.connection.wake());
    on(window, "pointerdown keydown", () => this.player.context || this.sound.wake());
    if (navigator.mediaDevices) on(navigator.mediaDevices, "devicechange", () => this.changed());
    const watching = new IntersectionObserver(([entry]) => {
      this.#inView = entry.isIntersecting;
      this.tellVisible();
    });
    watching.observe(this.#find(".picture"));
    const notes = setInterval(() => this.#noteHeard(), HEARD_NOTE_MS);
    signal.addEventListener("abort", () => {
      watching.disconnect();
      clearInterval(notes);
    });
  }

  #noteHeard() {
    const position = this.player.audible ? this.player.position() : null;
    if (position !== null) this.connection.send("heard", { number: position });
    const meter = this.#find(".meter");
    meter.setAttribute("aria-valuenow", Math.round(this.microphone.level * 100));
  }

  #animate = () => {
    if (this.#closing.signal.aborted) return;
    requestAnimationFrame(this.#animate);
    this.#show();
    this.#root.style.setProperty("--level", this.microphone.level.toFixed(3));
    this.figures.frame();
  };

  #show() {
    const position = this.player.position();
    if (position === null) return;
    const tick = this.screen.draw(position);
    if (tick) this.#showState(tick.state);
    this.subtitles.show(position);
    this.panels.drawBackdrop(this.screen.drawn);
  }

  async #showWhenStyled(links) {
    this.#root.style.visibility = "hidden";
    const loaded = (link) => new Promise((done) => (link.onload = link.onerror = done));
    await Promise.all([...links].map(loaded));
    this.#root.style.visibility = "";
  }

  #setConnected(connected, refusal = null) {
    this.#refusal = refusal;
    this.#root.dataset.connected = connected ? "yes" : "no";
    this.#find("footer").inert = !connected;
    const text = connected ? null : (REFUSED[refusal] ?? "The connection is lost. Trying again…");
    this.notices.show("connection", text, { kind: "problem" });
    this.announce("connection", { connected, refusal });
    this.changed();
  }

  #showState(state, text = STATE_TEXTS[state]) {
    const shown = this.#find(".state");
    if (shown.textContent === text) return;
    shown.textContent = text;
    if (this.#root.dataset.state === state) return;
    this.#root.dataset.state = state;
    this.announce("state", { state });
    this.changed();
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }
}
