// Light or dark: as the place says, as a class of the page says, or as asked for.

const WATCHED = { attributes: true, attributeFilter: ["class"] };

export class Theme {
  #root;
  #theme = "inherit";
  #observer = new MutationObserver(() => this.#apply());

  constructor(root, theme) {
    this.#root = root;
    this.set(theme);
  }

  set(theme) {
    this.#theme = theme;
    this.#observer.disconnect();
    if (theme === "class") {
      this.#observer.observe(document.documentElement, WATCHED);
      if (document.body) this.#observer.observe(document.body, WATCHED);
    }
    this.#apply();
  }

  close() {
    this.#observer.disconnect();
  }

  #apply() {
    const dark = document.querySelector("html.dark, body.dark") !== null;
    const schemes = { inherit: "", class: dark ? "dark" : "light", light: "light", dark: "dark" };
    this.#root.style.colorScheme = schemes[this.#theme] ?? "";
  }
}
