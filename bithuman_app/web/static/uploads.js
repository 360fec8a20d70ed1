// Sound files: dropped on the stage or chosen.

const MOST_BYTES = 50 * 1024 * 1024;

export class Uploads {
  #root;
  #stage;
  #depth = 0;

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
    const chooser = root.querySelector(".chooser");
    chooser.addEventListener("change", () => {
      if (chooser.files.length) this.play(chooser.files[0]);
      chooser.value = "";
    });
    root.addEventListener("dragenter", (event) => this.#over(event, 1));
    root.addEventListener("dragleave", (event) => this.#over(event, -1));
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#depth = 0;
      root.classList.remove("dropping");
      const [file] = event.dataTransfer.files;
      if (file) this.play(file);
    });
  }

  choose() {
    this.#root.querySelector(".chooser").click();
  }

  // Play a File or Blob; return whether the server took it.
  async play(file) {
    const name = file.name ?? "The sound";
    if (file.size > MOST_BYTES) {
      this.#stage.complain(`${name} is larger than 50 MB.`);
      return false;
    }
    this.#stage.sound.wake();
    this.#stage.notices.show("upload", `Opening ${name}…`);
    try {
      const headers = { "X-Viewer": this.#stage.connection.key, "Content-Type": "application/octet-stream" };
      const answer = await fetch(new URL("audio", this.#stage.base), { method: "POST", headers, body: file });
      const content = await answer.json();
      if (!answer.ok) this.#stage.complain(`${name}: ${content.error}`);
      return answer.ok;
    } catch {
      this.#stage.complain(`${name} could not be sent.`);
      return false;
    } finally {
      this.#stage.notices.show("upload", null);
    }
  }

  #over(event, step) {
    event.preventDefault();
    this.#depth += step;
    this.#root.classList.toggle("dropping", this.#depth > 0);
  }
}
