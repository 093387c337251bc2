/* Customers in a row: who is writing, in which language, who has something unread. */
import { avatar, button, el, face, fill, named, span, step } from "./dom.js";
import { LANGUAGES, t } from "./i18n.js";
import { icon } from "./icons.js";
import { ask, field } from "./overlays.js";
import { refresh } from "./world.js";

const NEAREST = { block: "nearest", inline: "nearest" };

/**
 * The row. `people()` gives `{id, name, language}` of each; `choose(id)` is called with who is
 * wanted; `add({name, language})` makes one more; `words` are the keys of what is said of them.
 */
export class Cast {
  constructor({ people, choose, add, words }) {
    Object.assign(this, { people, choose, add, words });
    this.unread = new Map();
    this.node = el("div", { class: "cast", role: "tablist" });
  }

  /** How many messages wait unread. */
  get waiting() {
    return [...this.unread.values()].reduce((sum, one) => sum + one, 0);
  }

  /** A message has come to somebody; it is read as soon as they are drawn on the screen. */
  missed(id) {
    this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
  }

  /** Whether the row is on the screen: one side is shown at a time, and one channel of it. */
  get isSeen() {
    return this.node.checkVisibility();
  }

  /** Draws everybody, `chosen` being the one whose chat is open. */
  draw(chosen) {
    if (this.isSeen) this.unread.delete(chosen);
    this.node.setAttribute("aria-label", t(this.words.choose));
    const add = [face("", icon("plus")), span("clip", t("addShort"))];
    fill(this.node,
      this.people().map((one) => this.#person(one, one.id === chosen)),
      named(button("who add", () => this.#add(), add), t(this.words.add)));
    if (chosen !== this.chosen) this.node.querySelector("[aria-selected=true]")?.scrollIntoView(NEAREST);
    this.chosen = chosen;
  }

  #person(one, chosen) {
    const unread = this.unread.get(one.id);
    const inside = [
      avatar(one.name, one.id),
      el("span", { class: "tongue", title: LANGUAGES[one.language] ?? one.language }, one.language),
      span("clip", one.name.split(" ")[0]),
      unread ? el("span", { class: "badge", "aria-label": t("unread", { n: unread }) }, String(unread)) : null,
    ];
    return el("button", {
      type: "button",
      class: "who",
      role: "tab",
      title: one.name,
      "aria-selected": String(chosen),
      on: { click: () => this.choose(one.id), keydown: step },
    }, inside);
  }

  async #add() {
    const name = field(t("addName"), "name", { required: true, maxLength: 64 });
    const answer = await ask({ title: t(this.words.add), confirm: t("add"), fields: [name, tongues()] });
    if (!answer) return;
    const made = await this.add(answer);
    await refresh();
    this.choose(made.id);
  }
}

function tongues() {
  const options = Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code }, name));
  return el("label", { class: "field" }, span("", t("language")), el("select", { name: "language" }, options));
}
