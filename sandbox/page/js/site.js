/* Visitors of the shop's site: choosing who writes, and the chat in the corner of its page. */
import { addVisitor } from "./api.js";
import { Cast } from "./cast.js";
import { button, el, face, fill, span, tool } from "./dom.js";
import { LANGUAGES, t } from "./i18n.js";
import { icon } from "./icons.js";
import { menu } from "./overlays.js";
import { front } from "./shopfront.js";
import { SiteChat, refusal, waiting } from "./sitechat.js";
import { disarm, told } from "./siteswitches.js";
import { refresh, visitor, world } from "./world.js";

/** The site as the chosen visitor sees it, drawn into `root`. */
export class Site {
  constructor(root) {
    this.chosen = localStorage.getItem("visitor") ?? "";
    this.cast = new Cast({
      people: () => world.site.visitors,
      add: addVisitor,
      choose: (id) => this.#choose(id),
      words: { choose: "chooseVisitor", add: "addVisitor" },
    });
    this.front = el("div", { class: "front" });
    this.bar = el("div", { class: "chatbar" });
    this.notes = el("div");
    this.instead = el("div", { class: "instead", hidden: true });
    this.talk = new SiteChat({ who: () => this.chosen, drawn: () => this.#drawn() });
    this.widget = el("section", { class: "widget" },
      this.bar, this.talk.feed.node, this.notes, this.talk.composer.node, this.instead);
    this.corner = el("div", { class: "corner" });
    fill(root, this.cast.node, el("div", { class: "site" }, this.front, this.widget, this.corner));
  }

  /** The state of the world, or the page's language, has changed. */
  changed() {
    if (!visitor(this.chosen)) this.chosen = world.site.visitors[0]?.id ?? "";
    if (this.shown !== this.chosen) this.#open();
    this.cast.draw(this.chosen);
    fill(this.front, front());
    this.#drawBar();
    this.#drawCorner();
    this.#drawn();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    if (!event || (event.type === "visit" && event.visitor === this.chosen)) this.talk.reload();
    if (event?.news) this.cast.missed(event.visitor);
  }

  /** How many answers have come to chats that were not on the screen. */
  get unread() {
    return this.cast.waiting;
  }

  /** Draws all again in the page's language. */
  translate() {
    this.talk.composer.translate();
    this.changed();
    this.talk.draw();
  }

  get #me() {
    return visitor(this.chosen) ?? {};
  }

  #choose(id) {
    this.chosen = id;
    localStorage.setItem("visitor", id);
    this.changed();
  }

  #open() {
    this.shown = this.chosen;
    this.talk.reload();
  }

  #drawBar() {
    this.more = tool(icon("dots"), t("more"), () => this.#menu(), { "aria-haspopup": "menu" });
    fill(this.bar,
      face("shop", icon("chat")),
      el("div", { class: "names" },
        el("b", { class: "clip" }, world.bot?.name ?? ""), el("small", { class: "clip" }, t("site.chat"))),
      this.more,
      tool(icon("close"), t("site.shut"), () => this.talk.does("shuts"), { disabled: !world.site.open }));
  }

  #menu() {
    const { language } = this.#me;
    const tongue = ([code, name]) => (
      { text: name, checked: code === language, act: () => this.talk.does("speaks", { language: code }) }
    );
    menu(this.more, [
      el("div", { class: "title" }, t("visitorLanguage")), ...Object.entries(LANGUAGES).map(tongue), "-",
      { icon: "close", text: t("site.shut"), danger: true, act: () => this.talk.does("shuts") },
    ]);
  }

  /** What stands in the corner when the chat is shut. */
  #drawCorner() {
    const { shut, name = "" } = this.#me;
    this.widget.hidden = Boolean(shut);
    this.corner.hidden = !shut;
    if (!shut) return;
    fill(this.corner,
      el("div", { class: "hint" }, el("b", {}, t("site.isShut", { name })), this.#untold() ?? span("", t("site.isShutText"))),
      button("push", () => this.talk.does("opens"), [icon("chat"), t("site.open")], { disabled: !world.site.open }));
  }

  #drawn() {
    const why = !world.site.open ? "site.closed" : !visitor(this.chosen) ? "site.nobody" : null;
    this.talk.composer.node.hidden = Boolean(why);
    fill(this.instead, why ? el("p", {}, t(why)) : null).hidden = !why;
    fill(this.notes, this.#untold(), why ? null : this.#armed());
    if (!this.talk.messages.length) this.talk.feed.instead(this.#greeting());
  }

  /** What the desk does not know yet, or has refused, and is about no message: that the chat is shut, or open. */
  #untold() {
    const { refused, shut, waits } = this.#me;
    if (shut && waits) return waiting(waits);
    return refused ? refusal(t("refused.visitor"), refused, () => this.talk.does("brings_again")) : null;
  }

  /** What is to go wrong next, as it was wished. */
  #armed() {
    return told().map((words) => el("div", { class: "armed" }, icon("bolt"), span("", words),
      button("again", () => disarm().then(refresh), t("cancel"))));
  }

  #greeting() {
    return el("div", { class: "hello" },
      face("shop", icon("chat")), el("h3", {}, t("site.hello")), el("p", {}, t("site.helloText")));
  }
}
