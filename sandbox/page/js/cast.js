/* The customers in a row: who is writing, in which language, who has something unread. */
import { addPerson } from "./api.js";
import { avatar, button, el, face, fill, named, span } from "./dom.js";
import { LANGUAGES, t } from "./i18n.js";
import { icon } from "./icons.js";
import { ask, field } from "./overlays.js";
import { customers, refresh } from "./world.js";

const NEAREST = { block: "nearest", inline: "nearest" };

/** The row; `choose(id)` is called with the customer whose phone is wanted. */
export class Cast {
  constructor(choose) {
    this.choose = choose;
    this.unread = new Map();
    this.node = el("div", { class: "cast", role: "tablist" });
  }

  /** A message has come to a phone that is not on the screen. */
  missed(id) {
    this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
  }

  /** Whether the customers' side is on the screen: a narrow window shows one side at a time. */
  get isSeen() {
    return this.node.checkVisibility();
  }

  /** Draws everybody, `chosen` having the phone. */
  draw(chosen) {
    if (this.isSeen) this.unread.delete(chosen);
    this.node.setAttribute("aria-label", t("chooseCustomer"));
    const add = [face("", icon("plus")), span("clip", t("addShort"))];
    fill(this.node,
      customers().map((one) => this.#person(one, one.id === chosen)),
      named(button("who add", () => this.#add(), add), t("addCustomer")));
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
      on: { click: () => this.choose(one.id), keydown: (event) => this.#step(event) },
    }, inside);
  }

  #step(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...this.node.querySelectorAll("[role=tab]")];
    if (step) tabs.at((tabs.indexOf(event.currentTarget) + step) % tabs.length).focus();
  }

  async #add() {
    const options = Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code }, name));
    const language = el("label", { class: "field" },
      span("", t("language")),
      el("select", { name: "language" }, options));
    const name = field(t("addName"), "name", { required: true, maxLength: 64 });
    const answer = await ask({ title: t("addCustomer"), confirm: t("add"), fields: [name, language] });
    if (!answer) return;
    const made = await addPerson(answer);
    await refresh();
    this.choose(made.id);
  }
}
