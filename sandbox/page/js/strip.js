/* The strip at the foot: what the bot has just done, and how much Telegram lets it do yet. */
import { beginAnew } from "./anew.js";
import { deeds, limits } from "./api.js";
import { button, el, fill, span } from "./dom.js";
import { clock, t } from "./i18n.js";
import { begin, mayBegin } from "./hour.js";
import { menu } from "./overlays.js";
import { refresh, soon, world } from "./world.js";

const MINUTE = 20;
const AGAIN = 2_000;  // milliseconds between readings while the limits run

const WORDS = {
  createforumtopic: "topicOpened", editforumtopic: "topicChanged", closeforumtopic: "topicClosed",
  reopenforumtopic: "topicReopened", pinchatmessage: "pinned", setmessagereaction: "marked",
  answercallbackquery: "buttonAnswered", deletemessage: "deleted", deletemessages: "deleted",
};

/** The strip, drawn into `root`; `guide()` brings the guide back. */
export class Strip {
  constructor(root, guide) {
    Object.assign(this, { root, guide });
    this.said = { deeds: [], left: null, wait: 0 };
    this.read = soon(async () => {
      this.said = await deeds();
      this.draw();
    });
    setInterval(() => { if (world.limits !== "off" && !document.hidden) this.read(); }, AGAIN);
  }

  /** The state of the world has changed: the limits may be on or off. */
  changed() {
    this.read();
  }

  /** An event of the world. */
  heard() {
    this.read();
  }

  /** Draws all again in the page's language. */
  translate() {
    this.draw();
  }

  /** Draws it as things stand. */
  draw() {
    const [last] = this.said.deeds;
    const words = last ? [span("when", clock(last.time)), span("clip", told(last))] : span("clip", t("deed.none"));
    const open = { "aria-haspopup": "menu", title: t("deed.all"), disabled: !last };
    this.last = button("deed", () => this.#all(), words, open);
    fill(this.root,
      span("who", t("deed.bot")), this.last, this.#left(),
      mayBegin() ? button("again", begin, t("hour")) : null,
      button("again", beginAnew, t("anew")),
      localStorage.getItem("guide.closed") === "yes" ? button("again", () => this.#bringBack(), t("guide.again")) : null);
  }

  #left() {
    const { left, wait } = this.said;
    if (left === null) {
      return el("span", { class: "left" }, span("off", t("left.off")), button("", () => this.#set("telegram"), t("left.turnOn")));
    }
    const bars = Array.from({ length: MINUTE }, (_, at) => el("i", { class: at < left ? "full" : "" }));
    return el("span", { class: `left ${left ? "" : "spent"}` },
      el("span", { class: "gauge", "aria-hidden": "true" }, bars),
      span("", wait ? t("left.wait", { n: Math.ceil(wait) }) : t("left.of", { n: left })),
      button("", () => this.#set("off"), t("left.turnOff")));
  }

  #bringBack() {
    this.guide();
    this.draw();
  }

  async #set(mode) {
    await limits(mode);
    await refresh();
  }

  #all() {
    menu(this.last, this.said.deeds.map((one) => el("div", { class: "olddeed" }, span("when", clock(one.time)), told(one))));
  }
}

/** Whose topic it is: «#4 Anna Carter · What she asks» is too much for a line. */
const short = (topic) => topic.split(" · ")[0];

/** A call of the bot in words for people. */
function told(deed) {
  if (deed.status === 429) return t("deed.wait", { n: deed.retry_after ?? 1 });
  const values = { who: deed.person ?? "", topic: short(deed.topic ?? "General") };
  if (deed.status !== 200) return t("deed.refused", values);
  return t(`deed.${kind(deed)}`, values);
}

function kind({ method, in_group: inGroup, card, shows, alone }) {
  if (WORDS[method]) return WORDS[method];
  if (alone) return method.startsWith("edit") ? "whisperChanged" : "whispered";
  if (method.startsWith("edit")) return inGroup ? (card ? "cardChanged" : "changed") : "answerChanged";
  if (!inGroup) return "wrote";
  if (shows) return "copied";
  return card ? "carded" : "posted";
}
