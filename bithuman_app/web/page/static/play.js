// The place to drop a recording, and the list of those played before.

const MB = 1024 * 1024;
const MOST = { audio: 50 * MB, video: 100 * MB };

export function start(element, { upload, trigger }) {
  const find = (selector) => element.querySelector(selector);
  const zone = find(".drop");
  const chooser = find("input[type=file]");
  const said = find("[role=status]");
  let depth = 0;
  let busy = false;

  const complain = (text) => {
    said.textContent = text;
    said.dataset.kind = "problem";
  };

  const play = async (file) => {
    if (!file || busy) return;
    const kind = file.type.startsWith("video/") ? "video" : "audio";
    if (file.size > MOST[kind]) {
      const noun = kind === "video" ? "a video" : "a sound file";
      complain(`${file.name} is too large: ${noun} may have ${MOST[kind] / MB} MB.`);
      return;
    }
    busy = true;
    delete said.dataset.kind;
    said.textContent = `Opening ${file.name}…`;
    window.stage.wakeSound?.();
    try {
      const { path } = await upload(file);
      trigger("upload", { path, orig_name: file.name });
      said.textContent = "";
    } catch {
      complain(`${file.name} could not be sent.`);
    } finally {
      busy = false;
    }
  };

  const choose = find("button");
  choose.disabled = false; // until now nobody would have heeded it
  choose.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    play(chooser.files[0]);
    chooser.value = "";
  });
  const over = (event, step) => {
    event.preventDefault();
    depth += step;
    zone.classList.toggle("over", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => over(event, 1));
  zone.addEventListener("dragleave", (event) => over(event, -1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    depth = 0;
    over(event, 0);
    play(event.dataTransfer.files[0]);
  });
}
