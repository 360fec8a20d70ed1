// The visitor's microphone, with the browser's cancelling of echo and noise.

const HEARD_RANGE_DB = 50;
const REASONS = {
  NotAllowedError: "The browser does not allow the microphone. Its settings for this page can change that.",
  NotFoundError: "There is no microphone.",
};

export class Microphone {
  level = 0; // 0..1, for a meter
  device = ""; // which one; "" is the system's choice
  onPiece = null; // called with each message of 20 ms
  onOnset = null; // called when sound begins, speech or not
  onLost = null; // called when it was unplugged or taken away
  #base;
  #stream = null;
  #context = null;
  #starting = null;

  constructor(base) {
    this.#base = base;
  }

  get on() {
    return this.#stream !== null;
  }

  // Ask for the microphone and listen. Throws an Error whose message can be shown.
  start() {
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start() {
    if (this.on) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Error("Browsers give the microphone only to https pages, or to pages of this computer.");
    }
    this.#stream = await this.#ask();
    const [track] = this.#stream.getAudioTracks();
    track.onended = () => this.onLost?.();
    try {
      await this.#listen(this.#stream);
    } catch {
      await this.stop();
      throw new Error("The microphone cannot be used.");
    }
  }

  async stop() {
    this.#stream?.getTracks().forEach((track) => {
      track.onended = null;
      track.stop();
    });
    const context = this.#context;
    this.#stream = this.#context = null;
    this.level = 0;
    await context?.close();
  }

  async #ask() {
    const cleaned = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const chosen = this.device ? { ...cleaned, deviceId: { exact: this.device } } : cleaned;
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: chosen });
    } catch (error) {
      const gone = this.device && ["OverconstrainedError", "NotFoundError"].includes(error.name);
      if (gone) return await navigator.mediaDevices.getUserMedia({ audio: cleaned }).catch(explain);
      return explain(error);
    }
  }

  async #listen(stream) {
    // A context of its own, at the microphone's rate: not every browser joins different rates.
    const context = new AudioContext({ latencyHint: "interactive" });
    this.#context = context;
    await context.audioWorklet.addModule(new URL("microphone-worklet.js", this.#base));
    if (context !== this.#context) return; // closed meanwhile
    const node = new AudioWorkletNode(context, "microphone");
    context.createMediaStreamSource(stream).connect(node);
    node.connect(context.destination); // it gives silence; but what leads nowhere is not run
    node.port.onmessage = ({ data: { onset, message, peak } }) => {
      if (context !== this.#context) return;
      if (onset) return this.onOnset?.();
      const db = 20 * Math.log10(Math.max(peak, 1e-5));
      const level = Math.max(0, 1 + db / HEARD_RANGE_DB);
      this.level = Math.max(level, this.level * 0.85);
      this.onPiece?.(message);
    };
    await context.resume();
  }
}

function explain(error) {
  throw new Error(REASONS[error.name] ?? "The microphone cannot be used; another program may be using it.");
}
