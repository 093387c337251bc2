/* The customers' side: one channel of it is on the screen, the others count what they miss. */
import { el, fill, span, step } from "./dom.js";
import { t } from "./i18n.js";
import { Phone } from "./phone.js";
import { Site } from "./site.js";

const CHANNELS = { telegram: Phone, site: Site };

/** The channels and the choice of one, drawn into `root`. */
export class Customers {
  constructor(root) {
    this.tabs = el("div", { class: "segment channels", role: "tablist" });
    this.panels = {};
    this.channels = {};
    for (const [name, Channel] of Object.entries(CHANNELS)) {
      this.panels[name] = el("div", { class: "panel", role: "tabpanel", id: `channel-${name}` });
      this.channels[name] = new Channel(this.panels[name]);
    }
    this.shown = localStorage.getItem("channel") in CHANNELS ? localStorage.getItem("channel") : "telegram";
    fill(root, this.tabs, Object.values(this.panels));
  }

  /** How many messages have come that were not on the screen. */
  get unread() {
    return Object.values(this.channels).reduce((sum, one) => sum + one.unread, 0);
  }

  /** The state of the world, or the page's language, has changed. */
  changed() {
    for (const [name, panel] of Object.entries(this.panels)) panel.hidden = name !== this.shown;
    for (const one of Object.values(this.channels)) one.changed();
    this.#drawTabs();
  }

  /** An event of the world; null when some were missed. */
  heard(event) {
    for (const one of Object.values(this.channels)) one.heard(event);
  }

  /** Draws all again in the page's language. */
  translate() {
    for (const one of Object.values(this.channels)) one.translate();
    this.#drawTabs();
  }

  #show(name) {
    this.shown = name;
    localStorage.setItem("channel", name);
    this.changed();
  }

  #drawTabs() {
    this.tabs.setAttribute("aria-label", t("channels"));
    fill(this.tabs, Object.keys(CHANNELS).map((name) => this.#tab(name)));
  }

  #tab(name) {
    const n = name === this.shown ? 0 : this.channels[name].unread;
    const count = n ? el("span", { class: "badge", "aria-label": t("unread", { n }) }, String(n)) : null;
    return el("button", {
      type: "button", role: "tab", "aria-selected": String(name === this.shown), "aria-controls": `channel-${name}`,
      on: { click: () => this.#show(name), keydown: step },
    }, span("clip", t(`channel.${name}`)), count);
  }
}
