/* The bar over both sides: which pane, faults, the page's language and theme. */
import { Refused, fault, limits } from "./api.js";
import { el, fill, tool } from "./dom.js";
import { LANGUAGES, language, speak, t } from "./i18n.js";
import { icon } from "./icons.js";
import { menu, toast } from "./overlays.js";
import { refresh, world } from "./world.js";

const FAULTS = ["500", "429", "drop_before", "drop_after", "slow"];
const THEMES = { auto: "auto", light: "sun", dark: "moon" };

/** The bar, drawn into `root`; `translated()` is called after the language has changed. */
export class TopBar {
  constructor(root, stage, translated) {
    Object.assign(this, { root, stage, translated });
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
    this.faults = tool(
      icon("bolt"), t("faults"), () => this.#faultMenu(),
      { "aria-haspopup": "menu", class: world.limits === "telegram" || world.faults ? "warn" : "" },
    );
    this.globe = tool(
      icon("globe"), t("pageLanguage"), () => this.#languageMenu(),
      { "aria-haspopup": "menu", class: "globe" },
    );
    this.theme = tool(
      icon(THEMES[chosenTheme()]), t("theme"), () => this.#themeMenu(), { "aria-haspopup": "menu" },
    );
    fill(this.root,
      el(
        "div", { class: "brand" }, el("img", { src: "favicon.svg", alt: "" }), el("span", {}, "Topicdesk"),
        el("span", { class: "tag" }, t("sandbox")),
      ),
      this.#panes(), el("span", { class: "gap" }),
      el(
        "span", { class: `live ${this.online ? "" : "off"}`, role: "status" },
        el("span", {}, t(this.online ? "live" : "offline")),
      ),
      this.faults, this.#languages(), this.globe, this.theme);
  }

  #panes() {
    const pane = (name, text) => el(
      "button",
      {
        type: "button", "aria-pressed": String(this.stage.dataset.pane === name),
        on: { click: () => { this.stage.dataset.pane = name; this.changed(); } },
      },
      text,
    );
    return el(
      "div", { class: "segment panes", role: "group" }, pane("customer", t("customer")),
      pane("desk", t("operators")),
    );
  }

  #languages() {
    return el("div", {
      class: "segment languages", role: "group", "aria-label": t("pageLanguage"),
    }, Object.keys(LANGUAGES).map((code) => el("button", {
      type: "button", lang: code, title: LANGUAGES[code], "aria-pressed": String(code === language()),
      on: { click: () => this.#speak(code) },
    }, code === "uk" ? "УКР" : code === "ru" ? "РУС" : "ENG")));
  }

  #languageMenu() {
    menu(
      this.globe,
      Object.entries(LANGUAGES).map(([code, name]) => ({
        text: name, checked: code === language(), act: () => this.#speak(code),
      })),
    );
  }

  #speak(code) {
    speak(code);
    this.changed();
    this.translated();
  }

  #themeMenu() {
    menu(
      this.theme,
      Object.entries(THEMES).map(([name, sign]) => ({
        icon: sign, text: t(`theme.${name}`), checked: name === chosenTheme(), act: () => this.#paint(name),
      })),
    );
  }

  #paint(name) {
    localStorage.setItem("theme", name);
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    this.changed();
  }

  #faultMenu() {
    menu(this.faults, [
      el("div", { class: "title" }, t("faults.limits")),
      ...["off", "telegram"].map((mode) => ({
        text: t(`faults.${mode}`), checked: world.limits === mode,
        act: () => told(limits(mode), "faults.limitsSet"),
      })),
      "-",
      el("div", { class: "title" }, t("faults.next")),
      ...FAULTS.map((kind) => ({
        text: t(`faults.${kind}`), act: () => told(fault({ do: kind, method: "sendMessage" }), "faults.set"),
      })),
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
