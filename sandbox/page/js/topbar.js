/* The bar over both sides: which pane, faults, the page's language and theme. */
import { Refused, fault, limits } from "./api.js";
import { button, el, fill, span, tool } from "./dom.js";
import { LANGUAGES, language, speak, t } from "./i18n.js";
import { icon } from "./icons.js";
import { menu, toast } from "./overlays.js";
import { isArmed, siteFaults } from "./siteswitches.js";
import { refresh, world } from "./world.js";

const FAULTS = ["500", "429", "drop_before", "drop_after", "slow"];
const ALONE = ["known", "lost", "unknown"];  // what becomes of messages that one alone sees
const SHORT = { uk: "УКР", ru: "РУС", en: "ENG" };
const THEMES = { auto: "auto", light: "sun", dark: "moon" };

/**
 * The bar, drawn into `root`. `sides` are the two panes by name, each with `unread` and `changed()`;
 * `translated()` is called after the language has changed.
 */
export class TopBar {
  constructor(root, stage, sides, translated) {
    Object.assign(this, { root, stage, sides, translated });
    this.online = true;
    this.changed();
  }

  /** Whether events arrive. */
  live(online) {
    this.online = online;
    this.changed();
  }

  /** Draws the bar as things stand. */
  changed() {
    const strained = world.limits === "telegram" || world.faults > 0 || world.ephemeral !== "known" || isArmed();
    const menuTool = (sign, name, open, look = "") =>
      tool(icon(sign), t(name), open, { class: look, "aria-haspopup": "menu" });
    this.faults = menuTool("bolt", "faults", () => this.#faultMenu(), strained ? "warn" : "");
    this.globe = menuTool("globe", "pageLanguage", () => this.#languageMenu(), "globe");
    this.theme = menuTool(THEMES[chosenTheme()], "theme", () => this.#themeMenu());
    fill(this.root,
      el("div", { class: "brand" },
        el("img", { src: "favicon.svg", alt: "" }), span("", "Topicdesk"), span("tag", t("sandbox"))),
      this.#panes(),
      span("gap"),
      this.#line(),
      this.faults, this.#languages(), this.globe, this.theme);
  }

  #line() {
    const [look, words] = this.online ? ["live", "live"] : ["live off", "offline"];
    return el("span", { class: look, role: "status" }, span("", t(words)));
  }

  #panes() {
    const pane = (name, text) => {
      const shown = { "aria-pressed": String(this.stage.dataset.pane === name) };
      return button("", () => this.#show(name), [span("clip", text), this.#count(name)], shown);
    };
    return el("div", { class: "segment panes", role: "group" },
      pane("customer", t("customer")), pane("desk", t("operators")));
  }

  /** What waits unread on the side that is not on the screen. */
  #count(name) {
    const n = this.stage.dataset.pane === name ? 0 : this.sides[name].unread;
    return n ? el("span", { class: "badge", "aria-label": t("unread", { n }) }, n > 99 ? "99+" : String(n)) : null;
  }

  #show(pane) {
    this.stage.dataset.pane = pane;
    this.sides[pane].changed();
    this.changed();
  }

  #languages() {
    const one = ([code, name]) => {
      const shown = { lang: code, title: name, "aria-pressed": String(code === language()) };
      return button("", () => this.#speak(code), SHORT[code], shown);
    };
    return el("div", { class: "segment languages", role: "group", "aria-label": t("pageLanguage") },
      Object.entries(LANGUAGES).map(one));
  }

  #languageMenu() {
    const one = ([code, name]) => ({ text: name, checked: code === language(), act: () => this.#speak(code) });
    menu(this.globe, Object.entries(LANGUAGES).map(one));
  }

  #speak(code) {
    speak(code);
    this.changed();
    this.translated();
  }

  #themeMenu() {
    menu(this.theme, Object.entries(THEMES).map(([name, sign]) => {
      const act = () => this.#paint(name);
      return { icon: sign, text: t(`theme.${name}`), checked: name === chosenTheme(), act };
    }));
  }

  #paint(name) {
    localStorage.setItem("theme", name);
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    this.changed();
  }

  #faultMenu() {
    const mode = (name) => {
      const act = () => told(limits(name), "faults.limitsSet");
      return { text: t(`faults.${name}`), checked: world.limits === name, act };
    };
    const failure = (kind) => {
      const act = () => told(fault({ do: kind, method: "sendMessage" }), "faults.set");
      return { text: t(`faults.${kind}`), act };
    };
    const alone = (name) => {
      const act = () => told(fault({ ephemeral: name }), "faults.aloneSet");
      return { text: t(`faults.${name}`), checked: world.ephemeral === name, act };
    };
    menu(this.faults, [
      el("div", { class: "title" }, t("faults.limits")), mode("off"), mode("telegram"), "-",
      el("div", { class: "title" }, t("faults.next")), ...FAULTS.map(failure), "-",
      el("div", { class: "title" }, t("faults.alone")), ...ALONE.map(alone),
      ...world.site.open ? siteFaults((request) => told(request, "site.faultSet")) : [],
    ]);
  }
}

const chosenTheme = () => document.documentElement.dataset.theme ?? "auto";

async function told(request, done) {
  try {
    await request;
    toast(t(done));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, true);
  }
  await refresh();
}
