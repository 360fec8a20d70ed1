// Sound out, and with it the clock: `position()` is the tick being heard.

const TICKS_PER_SECOND = 25;
const BUFFERED = 2; // ticks kept by the clock without sound
const MOST_BUFFERED = 4;
const DUCKED_MS = 400; // what the server may take to decide that it falls silent
const FAST = 0.002; // seconds to come most of the way to another loudness
const SMOOTH = 0.01;
const GENTLE = 0.06;

// The clock while the browser does not allow sound yet, or there is none: time itself.
class SilentClock {
  #first = null;
  #newest = -1;
  #position = null;
  #since = 0;

  take(number) {
    this.#newest = number;
    this.#first ??= number;
    if (this.#position === null && number - this.#first + 1 >= BUFFERED) {
      this.#position = this.#first;
      this.#since = performance.now();
    }
  }

  position() {
    if (this.#position === null) return null;
    const now = performance.now();
    const passed = this.#position + ((now - this.#since) / 1000) * TICKS_PER_SECOND;
    this.#since = now;
    this.#position = Math.min(passed, this.#newest + 0.99);
    if (this.#newest - this.#position > MOST_BUFFERED) this.#position = this.#newest - BUFFERED;
    return this.#position;
  }

  get bufferedMs() {
    return this.#position === null ? 0 : Math.max(0, ((this.#newest + 1 - this.#position) * 1000) / TICKS_PER_SECOND);
  }
}

export class Player {
  context = null;
  underruns = 0;
  loudspeaker = ""; // which one; "" is the system's choice
  onReport = null; // called about 75 times a second while sound runs, also in a hidden page
  onStateChange = null; // called when sound begins or ends to run
  #base;
  #node = null;
  #gain = null;
  #making = null;
  #recording = null;
  #report = null;
  #silent = new SilentClock();
  #epoch = 0;
  #held = false;
  #muted = false;
  #elsewhere = false;
  #volume = 1;
  #ducked = null; // a timer

  constructor(base) {
    this.#base = base;
  }

  get audible() {
    return this.context?.state === "running" && this.#node !== null;
  }

  // Start sound; only works in answer to a click or a key. Returns whether it runs.
  async start() {
    this.#making ??= this.#make();
    await this.#making;
    if (this.context.state !== "running") await this.context.resume();
    return this.audible;
  }

  async #make() {
    this.context = new AudioContext({ sampleRate: 48000, latencyHint: "interactive" });
    this.context.onstatechange = () => this.onStateChange?.();
    this.#gain = this.context.createGain();
    this.#gain.connect(this.context.destination);
    this.#applyVolume();
    await this.context.audioWorklet.addModule(new URL("player-worklet.js", this.#base));
    this.#node = new AudioWorkletNode(this.context, "player", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#node.connect(this.#gain);
    this.#node.port.onmessage = ({ data }) => {
      this.#report = data;
      this.underruns = data.underruns;
      this.onReport?.();
    };
    this.onStateChange?.();
    if (this.loudspeaker) await this.setLoudspeaker(this.loudspeaker).catch(() => {}); // it may have gone since
  }

  // Let it sound from another loudspeaker. Throws an Error whose message can be shown.
  async setLoudspeaker(id) {
    this.loudspeaker = id;
    if (!this.context) return;
    if (!this.context.setSinkId) throw new Error("This browser cannot choose the loudspeaker.");
    try {
      await this.context.setSinkId(id);
    } catch {
      throw new Error("That loudspeaker cannot be used.");
    }
  }

  take({ number, epoch, sound }) {
    this.#silent.take(number);
    if (!this.audible) return;
    const stale = this.#held || epoch !== this.#epoch;
    const floats = sound.length && !stale ? Float32Array.from(sound, (value) => value / 32768) : null;
    this.#node.port.postMessage({ number, sound: floats }, floats ? [floats.buffer] : []);
  }

  // Fall silent now. Without an epoch nothing is heard until the server confirms with one.
  cut(epoch) {
    this.#held = epoch === undefined;
    if (epoch !== undefined) this.#epoch = epoch;
    this.#raise(SMOOTH);
    this.#node?.port.postMessage({ cut: true });
  }

  // Be silent for a moment, until cut() comes or it turns out that none does.
  duck() {
    if (this.#ducked !== null) return;
    this.#ducked = setTimeout(() => this.#raise(GENTLE), DUCKED_MS);
    this.#applyVolume(FAST);
  }

  #raise(seconds) {
    if (this.#ducked === null) return;
    clearTimeout(this.#ducked);
    this.#ducked = null;
    this.#applyVolume(seconds);
  }

  reset(epoch) {
    this.cut(epoch);
    this.#silent = new SilentClock();
    this.#report = null;
  }

  // The number of the tick that is heard at this moment, with its fraction; null before there is one.
  position() {
    if (!this.audible) return this.#silent.position();
    if (!this.#report) return null;
    const { number, fraction, running, time } = this.#report;
    if (fraction === undefined) return null;
    if (!running) return number + 0.99;
    const since = Math.max(-0.5, Math.min(0.1, this.#heardAt() - time));
    return number + fraction + since * TICKS_PER_SECOND;
  }

  // What the sound device plays at this moment, in the context's time.
  #heardAt() {
    const output = this.context.getOutputTimestamp();
    if (!output.performanceTime) return this.context.currentTime;
    return output.contextTime + (performance.now() - output.performanceTime) / 1000;
  }

  // How long sound takes from here to the loudspeaker, in seconds.
  #lag() {
    return Math.max(0, Math.min(1, this.context.currentTime - this.#heardAt()));
  }

  get bufferedMs() {
    return this.audible ? (this.#report?.waiting ?? 0) / 48 : this.#silent.bufferedMs;
  }

  get muted() {
    return this.#muted;
  }

  set muted(value) {
    this.#muted = value;
    this.#applyVolume();
  }

  // Whether another view plays the sound; it still runs here, as the clock.
  set elsewhere(value) {
    this.#elsewhere = value;
    this.#applyVolume();
  }

  get volume() {
    return this.#volume;
  }

  set volume(value) {
    this.#volume = Math.max(0, Math.min(1, value));
    this.#applyVolume();
  }

  // A stream of the sound as it is, whatever the volume here, as late as it is heard.
  recordingStream() {
    if (!this.#node) return null;
    if (!this.#recording) {
      const delay = new DelayNode(this.context, { delayTime: this.#lag() });
      this.#recording = this.context.createMediaStreamDestination();
      this.#node.connect(delay).connect(this.#recording);
    }
    return this.#recording.stream;
  }

  async close() {
    await this.context?.close();
  }

  #applyVolume(seconds = SMOOTH) {
    // Loudness is felt about as the square.
    const gain = this.#muted || this.#elsewhere || this.#ducked !== null ? 0 : this.#volume ** 2;
    this.#gain?.gain.setTargetAtTime(gain, this.context.currentTime, seconds);
  }
}
