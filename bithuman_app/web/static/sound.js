// Loud or quiet, here or elsewhere: the controls around the player.

import { isShare, isText, recall, remember } from "./memory.js";

const NO_DEVICE = "There is no sound device. The avatar goes on in silence.";
const TURN_ON = "Turn the sound on";

export class Sound {
  place = "page"; // or "window", which then plays it instead of all pages
  loudspeaker = recall("loudspeaker", isText, "");
  #root;
  #stage;
  #player;

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
    this.#player = stage.player;
    this.#player.loudspeaker = this.loudspeaker;
    this.#player.onStateChange = () => stage.changed();
    this.setVolume(recall("volume", isShare, 1));
  }

  async wake() {
    try {
      if (await this.#player.start()) this.#stage.notices.show("sound", null);
    } catch {
      this.#stage.notices.show("sound", NO_DEVICE, { kind: "problem" });
    }
  }

  // Browsers allow no sound before the first click: say that one is wanted, if it is.
  invite() {
    const wanted = !this.#player.audible && this.place === "page";
    this.#stage.notices.show("sound", wanted ? TURN_ON : null, { kind: "action", action: "wake" });
  }

  mute(on) {
    this.#player.muted = on;
    this.#root.querySelector('[data-action="mute"]').setAttribute("aria-pressed", on);
    this.#stage.changed();
  }

  setVolume(value) {
    this.#player.volume = value;
    if (value > 0 && this.#player.muted) this.mute(false);
    const { volume } = this.#player;
    this.#root.querySelector(".volume").value = Math.round(volume * 100);
    remember("volume", volume);
    this.#stage.changed();
  }

  // The server said where the sound comes from.
  moved(place) {
    if (place !== "page" && place !== "window") return;
    this.place = place;
    this.#player.elsewhere = place === "window";
    this.#root.querySelector(".elsewhere").hidden = place === "page";
    this.invite();
    this.#stage.changed();
  }

  take() {
    this.#stage.connection.send("sound", { on: "page" });
    return this.wake();
  }

  async choose(id) {
    await this.#player.setLoudspeaker(id);
    this.loudspeaker = id;
    remember("loudspeaker", id);
    this.#stage.changed();
  }
}
