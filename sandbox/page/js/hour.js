/* The busy hour: what is happening, and the count that ends at what was lost. */
import { wish } from "./api.js";
import { button, el, fill, span, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { world } from "./world.js";

const WRITING = new Set(["rush", "flood", "down", "back"]);

/** Whether one can be played now: a sandbox alone has no desk to kill. */
export const mayBegin = () => ["ready", "over"].includes(world.hour?.phase);

/** Lets it begin. */
export const begin = () => wish("hour");

/** The line over the strip, drawn into `root`; it is there while an hour goes, and until it is put away. */
export class BusyHour {
  constructor(root) {
    this.root = root;
    this.draw();
  }

  /** The state of the world has been read. */
  changed() {
    this.draw();
  }

  /** An event of the world. */
  heard(event) {
    if (event?.type === "hour") this.draw();
  }

  /** Draws all again in the page's language. */
  translate() {
    this.draw();
  }

  /** Draws it as things stand. */
  draw() {
    const { phase, number } = world.hour ?? {};
    this.root.hidden = !phase || phase === "ready" || (phase === "over" && number === putAway());
    if (this.root.hidden) return;
    this.root.setAttribute("aria-label", t("hour"));
    this.root.dataset.phase = phase;
    fill(this.root,
      el("span", { class: "phase", role: "status" }, t(`hour.${phase}`)),
      ...count(world.hour),
      WRITING.has(phase) ? button("end", () => wish("stop"), t("hour.stop")) : null,
      phase === "over" ? tool(icon("close"), t("hour.close"), () => this.#close()) : null);
  }

  #close() {
    localStorage.setItem("hour.closed", String(world.hour.number));
    this.draw();
  }
}

const putAway = () => Number(localStorage.getItem("hour.closed"));

/** What is under way is lost only when nothing more is waited for. */
function count({ written, arrived, again, lost }) {
  const missing = lost === null
    ? span("", t("hour.underWay", { n: written - arrived }))
    : span(lost ? "lost" : "whole", t("hour.lost", { n: lost }));
  return [
    el("span", { class: "gauge", "aria-hidden": "true", css: { "--done": written ? arrived / written : 0 } }, el("i")),
    el("span", { class: "counts" },
      span("", t("hour.written", { n: written })), span("", t("hour.arrived", { n: arrived })), missing,
      again ? span("again", t("hour.again", { n: again })) : null),
  ];
}
