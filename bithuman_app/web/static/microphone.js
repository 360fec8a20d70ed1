// The visitor's microphone, with the browser's cancelling of echo and noise.

const HEARD_RANGE_DB = 50;

export class Microphone {
  level = 0; // 0..1, for a meter
  onPiece = null; // called with each message of 20 ms
  #base;
  #stream = null;
  #source = null;
  #node = null;
  #context = null;

  constructor(base) {
    this.#base = base;
  }

  get on() {
    return this.#stream !== null;
  }

  // Ask for the microphone and listen. Throws an Error whose message can be shown.
  async start() {
    if (this.on) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Error("Browsers give the microphone only to https pages, or to pages of this computer.");
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      const reasons = {
        NotAllowedError: "The browser does not allow the microphone. Its settings for this page can change that.",
        NotFoundError: "There is no microphone.",
      };
      throw new Error(reasons[error.name] ?? "The microphone cannot be used; another program may be using it.");
    }
    // A context of its own, at the microphone's rate: not every browser joins different rates.
    this.#context = new AudioContext({ latencyHint: "interactive" });
    await this.#context.audioWorklet.addModule(new URL("microphone-worklet.js", this.#base));
    this.#source = this.#context.createMediaStreamSource(this.#stream);
    this.#node = new AudioWorkletNode(this.#context, "microphone");
    this.#source.connect(this.#node);
    this.#node.connect(this.#context.destination); // it gives silence; but what leads nowhere is not run
    this.#node.port.onmessage = ({ data: { message, peak } }) => {
      const db = 20 * Math.log10(Math.max(peak, 1e-5));
      const level = Math.max(0, 1 + db / HEARD_RANGE_DB);
      this.level = Math.max(level, this.level * 0.85);
      this.onPiece?.(message);
    };
    await this.#context.resume();
  }

  async stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    const context = this.#context;
    this.#stream = this.#source = this.#node = this.#context = null;
    this.level = 0;
    await context?.close();
  }
}
