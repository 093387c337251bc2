/* Text with entities (Bot API: MessageEntity; offsets in UTF-16 units, as JavaScript counts). */
import { el } from "./dom.js";
import { moment } from "./moments.js";

const SAFE = /^(https?|tg|mailto|tel):/iu;
const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

/** Nodes for a text and its entities. `command` is called when a /command is pressed. */
export function rich(text, entities = [], command = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return slice(text, sorted, 0, text.length, command);
}

function slice(text, entities, start, end, command) {
  const nodes = [];
  let at = start;
  while (entities.length) {
    const entity = entities.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    const inner = [];
    while (entities.length && entities[0].offset < to) inner.push(entities.shift());
    const block = isBlock(entity);
    const before = text.slice(at, from);
    nodes.push(block ? before.replace(/\n$/u, "") : before);
    nodes.push(wrap(entity, text.slice(from, to), slice(text, inner, from, to, command), command));
    at = block && text[to] === "\n" ? to + 1 : to;  // a block begins and ends its own line
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

const isBlock = ({ type }) => type === "pre" || type.endsWith("blockquote");

function wrap(entity, words, inner, command) {
  const { type } = entity;
  if (PLAIN[type]) return el(PLAIN[type], {}, inner);
  if (type === "pre") return el(
    "pre", entity.language ? { data: { language: entity.language } } : {}, el("code", {}, inner),
  );
  if (type.endsWith("blockquote")) return el("blockquote", {}, inner);
  if (type === "spoiler") return spoiler(inner);
  if (type === "bot_command") return el(
    "button", { type: "button", class: "link", on: { click: () => command(words) } }, inner,
  );
  if (type === "date_time") return moment(entity, inner);
  const address = target(entity, words);
  if (address && SAFE.test(address)) return el(
    "a", { href: address, target: "_blank", rel: "noopener noreferrer" }, inner,
  );
  return el("span", { class: type === "custom_emoji" ? "" : "link" }, inner);
}

function target({ type, url }, words) {
  if (type === "text_link") return url;
  if (type === "url") return SAFE.test(words) ? words : `https://${words}`;
  if (type === "email") return `mailto:${words}`;
  if (type === "phone_number") return `tel:${words}`;
  return null;
}

function spoiler(inner) {
  const node = el("span", { class: "spoiler", role: "button", tabIndex: 0 }, inner);
  const show = (event) => { if (!event.key || event.key === "Enter") node.classList.add("shown"); };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}

const EMOJI_ONLY = /^(?:\p{RGI_Emoji}\s?){1,3}$/v;

/** Whether a text is one to three emoji, which are shown large. */
export const isOnlyEmoji = (text, entities = []) => entities.every(
  (e) => e.type === "custom_emoji",
) && EMOJI_ONLY.test(text);
