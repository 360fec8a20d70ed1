// The buttons that take the stage along.

import { PictureInPicture, Recorder, saveSnapshot } from "./capture.js";

export class Capture {
  #root;
  #stage;
  #canvas;
  #recorder = new Recorder();
  #pictureInPicture = new PictureInPicture();

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
    this.#canvas = root.querySelector(".picture");
    document.addEventListener("fullscreenchange", () => this.#press("fullscreen", this.full));
  }

  get recording() {
    return this.#recorder.on;
  }

  get inPicture() {
    return this.#pictureInPicture.on;
  }

  get full() {
    return document.fullscreenElement === this.#root.getRootNode().host;
  }

  snapshot() {
    saveSnapshot(this.#canvas, this.#stage.panels.title);
    this.#root.classList.remove("flash");
    requestAnimationFrame(() => this.#root.classList.add("flash"));
  }

  async record() {
    if (this.recording) this.#recorder.stop();
    else {
      await this.#stage.sound.wake(); // no recording without sound
      await this.#try(() => this.#recorder.start(this.#canvas, this.#stage.player, this.#stage.panels.title));
    }
    this.#root.querySelector(".recording").hidden = !this.recording;
    this.#press("record", this.recording);
    this.#stage.tellVisible(); // a hidden page needs pictures while it records
  }

  async pip() {
    await this.#try(() => {
      if (this.inPicture) return this.#pictureInPicture.close();
      return this.#pictureInPicture.open(this.#canvas, () => {
        this.#press("pip", this.inPicture);
        this.#stage.tellVisible();
      });
    });
  }

  async fullscreen() {
    const { host } = this.#root.getRootNode();
    await this.#try(() => (this.full ? document.exitFullscreen() : host.requestFullscreen()));
  }

  close() {
    if (this.recording) this.#recorder.stop();
    this.#pictureInPicture.close();
  }

  async #try(action) {
    try {
      await action();
    } catch (error) {
      this.#stage.complain(error.message);
    }
  }

  #press(action, pressed) {
    this.#root.querySelector(`[data-action="${action}"]`).setAttribute("aria-pressed", pressed);
    this.#stage.changed();
  }
}
