/* The list of the bot's commands over the line, chosen by pointer or arrows. */
import { el, fill } from "./dom.js";
import { t } from "./i18n.js";

/** `load()` resolves to Bot API BotCommands; `choose` takes one of them. */
export class Suggestions {
  constructor(load, choose) {
    Object.assign(this, { load, choose });
    this.node = el("div", { class: "suggest", role: "listbox", hidden: true });
    this.found = [];
    this.at = 0;
  }

  /** The words in the line have changed. */
  typed(text) {
    if (/^\/\w*$/u.test(text)) this.open(text);
    else this.close();
  }

  /** Shows the commands that begin as typed. */
  async open(typed) {
    const asked = typed;
    this.asked = asked;
    const commands = await this.load();
    if (this.asked !== asked) return;
    this.found = commands.filter(({ command }) => `/${command}`.startsWith(typed.toLowerCase()));
    this.at = 0;
    this.node.setAttribute("aria-label", t("commands"));
    this.#draw();
  }

  close() {
    this.asked = null;
    this.found = [];
    this.node.hidden = true;
  }

  /** Handles a key of the line; true when it was meant for the list. */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + this.found.length) % this.found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.found[this.at]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.#draw();
    return true;
  }

  #draw() {
    this.node.hidden = !this.found.length;
    fill(this.node, this.found.map((command, nth) => el("button", {
      type: "button", role: "option", tabIndex: -1, "aria-selected": String(nth === this.at),
      on: { click: () => this.choose(command) },
    }, el("b", {}, `/${command.command}`), el("span", {}, command.description))));
    this.node.children[this.at]?.scrollIntoView({ block: "nearest" });
  }
}
