// What is to be rendered: recordings, who speaks them, how large, before what background.

import { Refusal, address, ask, bar, icon, make, send, takeDrops } from "./workshop.js";

const BACKGROUNDS = [
  ["own", "Its own"],
  ["colour", "A colour"],
  ["picture", "A picture"],
  ["transparent", "Transparent"],
];
const GREEN = "#00b140"; // the usual green of screens behind people

export class RenderForm {
  // `sizes` are [value, text]; `ordered` is called when videos were ordered.
  constructor(root, notes, sizes, ordered) {
    this.notes = notes;
    this.ordered = ordered;
    this.recordings = [];
    this.picture = null;
    this.input = make("input.unseen", { type: "file", multiple: true, accept: "audio/*,video/*,.opus,.amr,.caf,.w64,.weba,.mka,.wma", id: "recordings" });
    this.input.addEventListener("change", () => (this.add([...this.input.files]), (this.input.value = "")));
    this.chosen = make("ul.chosen", { "aria-label": "Recordings to be rendered" });
    this.people = make("div.people", { role: "radiogroup", "aria-label": "Avatar" });
    this.size = make("select", { "aria-label": "Size in pixels" }, ...sizes.map(([value, text]) => make("option", { value }, text)));
    this.colour = make("input", { type: "color", value: GREEN, "aria-label": "Colour of the background" });
    this.pictureInput = make("input.unseen", { type: "file", accept: "image/jpeg,image/png,image/webp", id: "background-picture" });
    this.pictureInput.addEventListener("change", () => this.#takePicture(this.pictureInput.files[0]));
    this.pictureDoor = make("label.action", { htmlFor: "background-picture" }, "Choose a picture");
    this.extra = make("div.extra", { hidden: true });
    this.go = make("button.strong.wide", { type: "submit" }, "Render");
    const form = make(
      "form.render-form",
      { onsubmit: (event) => (event.preventDefault(), this.#order()) },
      make(
        "div.entrance",
        {},
        this.input,
        make(
          "label.door",
          { htmlFor: "recordings" },
          icon("add"),
          make("span", {}, make("b", {}, "Recordings"), "Drop one or many here, or choose them"),
          make("small", {}, "Sound files up to 50 MB, or videos with sound up to 100 MB"),
        ),
      ),
      this.chosen,
      field("Avatar", this.people),
      make("div.columns", {}, field("Size in pixels", this.size), field("Background", this.#choices())),
      this.extra,
      this.go,
    );
    root.append(form);
    takeDrops(form, (files) => this.add(files));
    this.#count();
  }

  // Offers the avatars there are; the one on stage is chosen at first.
  offer({ avatars, on_stage: onStage }) {
    const usable = avatars.filter((avatar) => !avatar.problem);
    const names = usable.map((avatar) => `${avatar.name}/${avatar.version}`).join();
    if (names === this.offered) return;
    this.offered = names;
    const before = this.avatar;
    const wanted = [before, onStage, usable[0]?.name].find((name) => usable.some((avatar) => avatar.name === name));
    this.people.replaceChildren(
      ...usable.map((avatar) => {
        const source = address(`avatars/${encodeURIComponent(avatar.name)}/still?v=${avatar.version}`);
        const radio = make("input.unseen", { type: "radio", name: "avatar", value: avatar.name, checked: avatar.name === wanted });
        return make("label.person", { title: avatar.title }, radio, make("img", { src: source, alt: "", loading: "lazy" }), make("span", {}, avatar.title));
      }),
    );
    this.people.querySelector(":checked")?.parentElement.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  get avatar() {
    return this.people.querySelector(":checked")?.value;
  }

  add(files) {
    for (const file of files) {
      const recording = { file, sent: null };
      const progress = bar(`${file.name}, being sent`);
      const remove = make("button.bare.round", { type: "button", "aria-label": `Leave out ${file.name}` }, icon("close"));
      const stopper = new AbortController();
      recording.row = make("li", {}, make("span.title", { title: file.name }, file.name), progress, remove);
      remove.addEventListener("click", () => (stopper.abort(), this.#drop(recording)));
      this.chosen.append(recording.row);
      this.recordings.push(recording);
      recording.sending = send(file, progress.show, stopper.signal).then(
        (sent) => ((recording.sent = sent), (progress.hidden = true)),
        (error) => {
          this.#drop(recording);
          if (error instanceof Refusal) this.notes.problem(error);
        },
      );
    }
    this.#count();
  }

  #drop(recording) {
    recording.row.remove();
    this.recordings = this.recordings.filter((one) => one !== recording);
    this.#count();
  }

  #count() {
    const { length } = this.recordings;
    this.go.disabled = length === 0;
    this.go.textContent = length > 1 ? `Render ${length} videos` : "Render";
  }

  #choices() {
    const choices = BACKGROUNDS.map(([value, text], i) => {
      const radio = make("input.unseen", { type: "radio", name: "background", value, checked: i === 0 });
      radio.addEventListener("change", () => this.#showExtra(value));
      return make("label", {}, radio, make("span", {}, text));
    });
    this.backgrounds = make("div.choices", { role: "radiogroup", "aria-label": "Background" }, ...choices);
    return this.backgrounds;
  }

  #showExtra(kind) {
    const content = {
      colour: [make("label.with", {}, this.colour, "Colour of the background")],
      picture: [this.pictureInput, this.pictureDoor],
      transparent: [make("p.hint", {}, "The person is cut out; the video is a WebM.")],
    }[kind];
    this.extra.replaceChildren(...(content ?? []));
    this.extra.hidden = !content;
  }

  #takePicture(file) {
    this.pictureInput.value = "";
    if (!file) return;
    this.picture = file;
    URL.revokeObjectURL(this.pictureShown);
    this.pictureShown = URL.createObjectURL(file);
    this.pictureDoor.replaceChildren(make("img", { src: this.pictureShown, alt: "" }), make("span.title", {}, file.name));
  }

  async #order() {
    const kind = this.backgrounds.querySelector(":checked").value;
    this.go.disabled = true;
    try {
      if (kind === "picture" && !this.picture) throw new Refusal("Choose the picture for the background first.");
      const wanted = [...this.recordings]; // more may come while these are on their way
      await Promise.all(wanted.map((recording) => recording.sending));
      const ready = wanted.filter((recording) => recording.sent && this.recordings.includes(recording));
      const files = ready.map((recording) => recording.sent);
      if (!files.length) return;
      const { problems } = await ask("orders", {
        files,
        avatar: this.avatar,
        size: this.size.value,
        background: { colour: this.colour.value, transparent: "transparent" }[kind] ?? "",
        picture: kind === "picture" ? await send(this.picture) : null,
      });
      ready.forEach((recording) => this.#drop(recording));
      if (problems.length) this.notes.say(problems.join(" "), { bad: true });
      this.ordered();
    } catch (error) {
      this.notes.problem(error);
    } finally {
      this.#count();
    }
  }
}

function field(name, content) {
  return make("div.entry", {}, make("span.label", { "aria-hidden": "true" }, name), content);
}
