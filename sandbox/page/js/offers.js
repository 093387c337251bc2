/* What an inline bot offers for «@bot words» in the line, above it; a press posts one (Bot API: Inline mode). */
import { fileUrl } from "./api.js";
import { button, el, fill, span } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const PAUSE = 300;  // milliseconds without a key until the bot is asked
const NEAR = 60;  // pixels from the end of the list at which more is asked for
const LONGEST = 256;
const ASKED = /^@(\w+)\s([\s\S]*)$/u;
const SIGNS = { article: "chat", document: "file", photo: "photo", contact: "person", location: "place", venue: "place" };

/**
 * `bots()` gives those that answer in the line; `ask(username, query, offset)` resolves to
 * `{id, results, next_offset, button}`, without results when the bot is silent, or to false;
 * `start(username, parameter)` presses what stands above the list. `choose(offer)` takes one:
 * `{query, number, words}`.
 */
export class Offers {
  constructor({ bots, ask, start }, choose) {
    Object.assign(this, { bots, ask, start, choose });
    this.node = el("div", { class: "suggest offers", role: "listbox", hidden: true });
    this.node.addEventListener("scroll", () => this.#scrolled());
    this.close();
  }

  /** The words in the line have changed. */
  typed(text) {
    const [, name, query] = ASKED.exec(text) ?? [];
    const bot = name && this.bots().find(({ username }) => username.toLowerCase() === name.toLowerCase());
    if (!bot || query.length > LONGEST) {
      this.close();
      return;
    }
    if (this.bot?.username === bot.username && this.query === query) return;
    this.close();
    Object.assign(this, { bot, query });
    this.timer = setTimeout(() => this.#ask(""), PAUSE);
  }

  close() {
    clearTimeout(this.timer);
    Object.assign(this, { bot: null, query: null, found: [], next: "", more: null, at: 0, asking: false });
    this.node.hidden = true;
  }

  /** Handles a key of the line; true when it was meant for the list. */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const offer = this.found[this.at];
    if (event.key === "Escape") this.close();
    else if (!offer) return false;
    else if (step) this.at = (this.at + step + this.found.length) % this.found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.choose(offer);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.#draw();
    return true;
  }

  async #ask(offset) {
    const { bot, query } = this;
    this.asking = true;
    const answer = await this.ask(bot.username, query, offset);
    if (this.bot !== bot || this.query !== query) return;
    this.asking = false;
    if (!answer) return;
    const { id, results, next_offset: next = "", button: more } = answer;
    this.silent = !results;
    this.found.push(...(results ?? []).map((result, number) => ({ ...result, query: id, number })));
    this.next = next;
    this.more = more ?? this.more;
    this.#draw();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    if (this.next && !this.asking && scrollHeight - scrollTop - clientHeight < NEAR) this.#ask(this.next);
  }

  #draw() {
    this.node.hidden = false;
    this.node.setAttribute("aria-label", t("offers"));
    const nothing = t(this.silent ? "offers.silent" : "offers.none");
    fill(this.node,
      this.more ? button("above-offers", () => this.start(this.bot.username, this.more.start_parameter), this.more.text) : null,
      this.found.map((offer, nth) => this.#row(offer, nth)),
      this.found.length || this.more ? null : el("p", { class: "nothing" }, nothing));
    this.node.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #row(offer, nth) {
    const { title, description, words, thumbnail, type } = offer;
    const name = title || words || t(`kind.${type}`);
    const look = { role: "option", tabIndex: -1, "aria-selected": String(nth === this.at) };
    const sign = thumbnail ? el("img", { src: fileUrl({ file_id: thumbnail }), alt: "" }) : icon(SIGNS[type] ?? "file");
    const told = description || (title ? words : "");
    return button("offer", () => this.choose(offer),
      [span("sign", sign), span("what", el("b", { class: "clip" }, name), told ? el("small", {}, told) : null)], look);
  }
}
