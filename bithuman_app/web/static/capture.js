// Taking the stage along: a picture, a recording, a little window above all others.

const FRAMES_PER_SECOND = 25;
// The first that the browser can write; what every player reads comes first.
const FORMATS = ["mp4;codecs=avc1.640028,mp4a.40.2", "mp4;codecs=avc1.640028,opus", "webm;codecs=vp9,opus", "webm"].map(
  (format) => `video/${format}`
);

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function stamp() {
  const now = new Date();
  const pad = (value) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  return `${day} ${pad(now.getHours())}.${pad(now.getMinutes())}.${pad(now.getSeconds())}`;
}

export function saveSnapshot(canvas, title) {
  canvas.toBlob((blob) => save(blob, `${title} ${stamp()}.png`), "image/png");
}

export class Recorder {
  #recorder = null;

  get on() {
    return this.#recorder !== null;
  }

  start(canvas, player, title) {
    const type = FORMATS.find((format) => window.MediaRecorder?.isTypeSupported(format));
    if (!type) throw new Error("This browser cannot record.");
    const stream = canvas.captureStream(FRAMES_PER_SECOND);
    player.recordingStream()?.getAudioTracks().forEach((track) => stream.addTrack(track.clone()));
    const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 4_000_000 });
    const pieces = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      const name = `${title} ${stamp()}.${type.startsWith("video/mp4") ? "mp4" : "webm"}`;
      save(new Blob(pieces, { type: type.split(";")[0] }), name);
    };
    recorder.start(1000);
    this.#recorder = recorder;
  }

  stop() {
    this.#recorder?.stop();
    this.#recorder = null;
  }
}

export class PictureInPicture {
  #video = null;

  get on() {
    return this.#video !== null && document.pictureInPictureElement === this.#video;
  }

  async open(canvas, onChange) {
    if (!document.pictureInPictureEnabled) throw new Error("This browser has no picture-in-picture.");
    if (!this.#video) {
      this.#video = document.createElement("video");
      this.#video.muted = true;
      this.#video.srcObject = canvas.captureStream(FRAMES_PER_SECOND);
      this.#video.addEventListener("leavepictureinpicture", onChange);
    }
    await this.#video.play();
    await this.#video.requestPictureInPicture();
    onChange();
  }

  async close() {
    if (this.on) await document.exitPictureInPicture();
  }
}
