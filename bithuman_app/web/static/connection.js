// The socket to the server: it comes back by itself, and says what the messages mean.

const TICK = 1;
const HEADER_BYTES = 16;
export const STATES = ["idle", "listening", "thinking", "speaking"];

const FIRST_DELAY = 100;
const LONGEST_DELAY = 1000;
const REFUSED_DELAY = 3000;
const PING_MS = 2000;
const SILENCE_MS = 5000;
const REFUSALS = { 4001: "taken", 4002: "crowded", 4004: "login", 4005: "broken" };

export class Connection extends EventTarget {
  roundTripMs = null;
  key = "";
  #url;
  #socket = null;
  #delay = FIRST_DELAY;
  #timer = null;
  #pinging = null;
  #lastMessage = 0;
  #closed = false;

  constructor(base) {
    super();
    this.#url = new URL("socket", base);
    this.#url.protocol = this.#url.protocol === "https:" ? "wss:" : "ws:";
    this.#open();
    this.#pinging = setInterval(() => this.#ping(), PING_MS);
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(type, content = {}) {
    if (this.open) this.#socket.send(JSON.stringify({ type, ...content }));
  }

  sendSound(message) {
    // A connection that does not keep up gets no old sound.
    if (this.open && this.#socket.bufferedAmount < 32768) this.#socket.send(message);
  }

  // Try again now, if there is no connection or it seems dead.
  wake() {
    if (this.#closed) return;
    if (this.open) {
      if (performance.now() - this.#lastMessage > PING_MS * 2) {
        this.#lastMessage = performance.now() - SILENCE_MS + 1000;
        this.#ping();
        setTimeout(() => this.#ping(), 1100);
      }
    } else if (this.#socket?.readyState !== WebSocket.CONNECTING) {
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#pinging);
    this.#socket?.close();
  }

  #open() {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => (this.#lastMessage = performance.now());
    socket.onmessage = ({ data }) => {
      this.#lastMessage = performance.now();
      if (typeof data === "string") this.#control(JSON.parse(data));
      else this.#tick(data);
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  #lost(socket, code) {
    if (socket !== this.#socket || this.#closed) return;
    const refusal = REFUSALS[code] ?? null;
    this.#emit("lost", { refusal });
    const delay = refusal ? REFUSED_DELAY : this.#delay;
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  #ping() {
    if (!this.open) return;
    if (performance.now() - this.#lastMessage > SILENCE_MS) {
      const socket = this.#socket;
      socket.close();
      this.#lost(socket, 1006); // a dead connection takes long to say so
      this.#socket = null;
      this.wake();
    } else {
      this.send("ping", { time: performance.now() });
    }
  }

  #control(message) {
    if (message.type === "pong") {
      this.roundTripMs = performance.now() - message.time;
      return;
    }
    if (message.type === "welcome") {
      this.#delay = FIRST_DELAY;
      this.key = message.key;
    }
    this.#emit(message.type, message);
  }

  #tick(data) {
    const view = new DataView(data);
    if (view.getUint8(0) !== TICK) return;
    const samples = view.getUint32(8, true);
    this.#emit("tick", {
      state: STATES[view.getUint8(1)],
      epoch: view.getUint16(2, true),
      number: view.getUint32(4, true),
      sound: new Int16Array(data, HEADER_BYTES, samples),
      jpeg: new Uint8Array(data, HEADER_BYTES + 2 * samples, view.getUint32(12, true)),
    });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
