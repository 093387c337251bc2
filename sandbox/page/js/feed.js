/* A scrolling list of messages that changes only where something changed. */
import { el, fill, named, tool } from "./dom.js";
import { isAside } from "./aside.js";
import { bubble } from "./bubble.js";
import { day, language, t } from "./i18n.js";
import { icon } from "./icons.js";
import { serviceKind, serviceText } from "./service.js";

const RUN = 300;  // seconds within which one author's messages stand together
const NEAR = 90;  // pixels from the end that still count as being there

/** One list. `draw` shows messages; the place's key tells a new conversation from a changed one. */
export class Feed {
  constructor() {
    this.list = el("ol", { class: "msgs" });
    this.scroll = el("div", { class: "scroll", role: "log", tabIndex: -1 }, this.list);
    this.scroll.addEventListener("scroll", () => this.#scrolled());
    this.missed = el("span", { class: "badge", hidden: true });
    this.down = tool(icon("down"), "", () => this.toEnd(true), { class: "down", hidden: true });
    this.down.append(this.missed);
    this.node = el("div", { class: "wall" }, this.scroll, this.down);
    this.drawn = new Map();
    this.key = null;
    this.stays = true;
    this.top = 0;
    const grown = new ResizeObserver(() => { if (this.stays) this.toEnd(); });
    grown.observe(this.scroll);
    grown.observe(this.list);
  }

  /** Shows `messages` of the conversation `key` to the one in `context`. */
  draw(key, messages, context) {
    const whole = `${key}|${context.me}|${context.anonymous}|${language()}`;
    const changed = whole !== this.key;
    const atEnd = changed || this.stays;
    if (changed) this.drawn.clear();
    const before = this.drawn;
    this.drawn = new Map();
    const nodes = items(messages, context).map((item) => this.#node(item, before, context, !changed));
    reconcile(this.list, nodes);
    this.key = whole;
    named(this.down, t("toEnd"));
    this.scroll.setAttribute("aria-label", t("messages"));
    if (atEnd) this.toEnd();
    else this.#count([...this.drawn.keys()].filter((name) => isMessage(name) && !before.has(name)).length);
  }

  /** Anything in place of the list: a greeting, a hint. */
  instead(node) {
    this.key = null;
    fill(this.list, el("li", { class: "alone" }, node));
  }

  /** Scrolls to the newest message. */
  toEnd(smooth = false) {
    this.stays = true;
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.#count(-Infinity);
  }

  /** Scrolls to a message and lets it flash. */
  jump(id) {
    const node = this.list.querySelector(`[data-id="${id}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  #node(item, before, context, animate) {
    const known = before.get(item.name);
    const entry = known?.sign === item.sign ? known : { sign: item.sign, node: item.make(context) };
    if (!known && animate) entry.node.classList.add("fresh");
    this.drawn.set(item.name, entry);
    return entry.node;
  }

  /** Who is at the end stays there when pictures load and keyboards open. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    const up = scrollTop < this.top;
    this.top = scrollTop;
    this.stays = scrollHeight - scrollTop - clientHeight < NEAR || (this.stays && !up);
    this.#showDown();
  }

  #count(more) {
    const sum = Math.max(0, Number(this.missed.textContent) + more);
    this.missed.textContent = String(sum);
    this.missed.hidden = sum === 0;
    this.#showDown();
  }

  #showDown() {
    this.down.hidden = this.stays;
    if (this.stays) { this.missed.textContent = "0"; this.missed.hidden = true; }
  }
}

const isMessage = (name) => /^[me]\d/u.test(name);
const called = (message) => (isAside(message) ? `e${message.ephemeral_message_id}` : `m${message.message_id}`);

/** Puts the wanted nodes in place, touching no node that already stands right. */
function reconcile(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach(
    (node, at) => { if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null); },
  );
}

/** Days, service messages and groups of messages, each with a name and a sign of its content. */
function items(messages, { label }) {
  const groups = grouped(messages);
  const found = [];
  groups.forEach((group, at) => {
    const [message] = group;
    const today = day(message.date);
    if (!at || day(groups[at - 1][0].date) !== today) found.push({
      name: `d${today}`, sign: today, make: () => el("li", { class: "day" }, today),
    });
    found.push(serviceKind(message) ? service(message) : words(
      group, groups[at - 1]?.[0], groups[at + 1]?.[0], label?.(message)?.name,
    ));
  });
  return found;
}

function service(message) {
  const text = serviceText(message);
  return {
    name: `m${message.message_id}`, sign: text,
    make: () => el("li", { class: "service", data: { id: String(message.message_id) } }, text),
  };
}

function words(group, before, after, label) {
  const [message] = group;
  const spot = { first: !together(before, message), last: !together(message, after) };
  return {
    name: called(message), sign: JSON.stringify([group, spot, label]),
    make: (context) => bubble(group, context, spot),
  };
}

const writer = (m) => `${m.from.id}:${m.sender_chat?.id ?? ""}`;
const together = (a, b) => Boolean(a && b)
  && !serviceKind(a)
  && !serviceKind(b)
  && isAside(a) === isAside(b)
  && writer(a) === writer(b)
  && a.message_thread_id === b.message_thread_id
  && b.date - a.date < RUN
  && day(a.date) === day(b.date);

function grouped(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.media_group_id && last?.[0].media_group_id === message.media_group_id) last.push(message);
    else groups.push([message]);
  }
  return groups;
}
