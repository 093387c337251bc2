/* One message, or one album, as a bubble with all that hangs on it. */
import { avatar, el, tone, tool } from "./dom.js";
import { clock, t } from "./i18n.js";
import { icon } from "./icons.js";
import { inlineKeys } from "./keys.js";
import { album, frame, media, mediaKind, summary } from "./media.js";
import { isOnlyEmoji, rich } from "./rich.js";

/** A person's or chat's name as shown over a bubble. */
export function author(message) {
  if (message.sender_chat) return {
    id: message.sender_chat.id, name: message.sender_chat.title,
    sign: message.author_signature ?? t("anonymous"),
  };
  const { id, first_name: first, last_name: last, is_bot: bot } = message.from;
  return { id, name: [first, last].filter(Boolean).join(" "), sign: bot ? t("bot") : "", bot };
}

/** Whether `viewer` (a user id, or "anonymous") wrote this. */
const isMine = (message, context) => (message.real_sender ?? message.from.id) === context.me
  && Boolean(message.sender_chat) === context.anonymous;

/**
 * The list item of a group of messages (one, or an album's parts). `context` says who looks and
 * what can be done; `spot` whether the group begins or ends a run of one author.
 */
export function bubble(group, context, spot) {
  const [message] = group;
  const mine = isMine(message, context);
  const node = el("li", {
    class: ["msg", mine && "mine", spot.first && "first", spot.last && "last"].filter(Boolean).join(" "),
    data: { id: String(message.message_id) },
    on: { contextmenu: (event) => openMenu(event, { x: event.clientX, y: event.clientY }) },
  });
  const more = tool(
    icon("dots"), t("actions"), (event) => openMenu(event, more), { class: "more", "aria-haspopup": "menu" },
  );
  const openMenu = (event, anchor) => {
    if (event.target.closest("a, textarea")) return;
    event.preventDefault();
    context.menu(anchor, message, { mine, selected: selection(node) });
  };
  if (context.group && !mine) node.append(face(message, spot.last));
  node.append(el(
    "div", { class: "body" }, inside(group, context, { mine, first: spot.first, more }),
    inlineKeys(message, context),
  ));
  return node;
}

function face(message, shown) {
  const { id, name, bot } = author(message);
  if (!shown) return el("span", { class: "avatar small ghost" });
  if (!bot) return avatar(name, id, `small ${message.sender_chat ? "mask" : ""}`);
  return el("span", { class: "avatar small bot", "aria-hidden": "true" }, icon("bot"));
}

function inside(group, context, { mine, first, more }) {
  const [message] = group;
  const told = group.find((m) => m.text ?? m.caption) ?? message;
  const words = told.text ?? told.caption ?? "";
  const entities = told.entities ?? told.caption_entities ?? [];
  const onlyEmoji = Boolean(message.text) && isOnlyEmoji(words, entities);
  const meta = mark(told, mine);
  const wrapped = frame(message);
  const text = words ? el(
    "div", { class: "text", dir: "auto" }, rich(words, entities, context.command), meta,
  ) : null;
  if (!words && wrapped === "visual" && !message.location && !message.venue) meta.classList.add("over");
  return el("div", { class: `bubble ${wrapped} ${onlyEmoji ? "onlyemoji" : ""}` },
    context.group && !mine && first && wrapped !== "bare" ? from(message) : null,
    origin(message), replied(message, context),
    group.length > 1 ? album(group, context) : media(message, context),
    text ?? (mediaKind(message) ? null : el("div", { class: "text" }, t("kind.other"))),
    reactions(group, context),
    text ? null : meta,
    more);
}

function from(message) {
  const { id, name, sign } = author(message);
  return el(
    "div", { class: "from", css: { "--tone": tone(id) } }, el("span", { class: "clip" }, name),
    sign ? el("small", {}, sign) : null,
  );
}

function origin(message) {
  const from = message.forward_origin;
  if (!from) return null;
  const user = from.sender_user;
  const name = user ? [user.first_name, user.last_name].filter(Boolean).join(" ")
    : from.sender_user_name ?? (from.sender_chat ?? from.chat)?.title;
  return el("div", { class: "forwarded" }, t("forwarded", { name: name ?? "" }));
}

function replied(message, context) {
  const target = message.reply_to_message;
  if (!target && message.external_reply) return quoteBlock(t("elsewhere"), message.quote?.text ?? "", null);
  if (!target || target.forum_topic_created) return null;
  return quoteBlock(
    author(target).name, message.quote?.text ?? summary(target), () => context.jump(target.message_id),
  );
}

const quoteBlock = (name, words, go) => el("button", {
  type: "button", class: "reply", disabled: !go, on: { click: go ?? (() => {}) },
},
  el("b", { class: "clip" }, name), el("span", { class: "words" }, words));

function mark(message, mine) {
  return el("span", { class: "meta" },
    message.pinned ? icon("pin") : null,
    message.edited ? t("edited") : null,
    el("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    mine ? icon("check") : null);
}

function reactions(group, context) {
  const found = new Map();
  for (const { emoji, by } of group.flatMap((m) => m.reactions ?? [])) found.set(
    emoji, [...(found.get(emoji) ?? []), by],
  );
  if (!found.size) return null;
  const target = group.find((m) => m.reactions?.length);
  return el("div", { class: "reactions" }, [...found].map(([emoji, by]) => el("button", {
    type: "button", "aria-pressed": String(by.includes(context.me)), title: by.map(context.nameOf).join(", "),
    on: { click: () => context.react(target, emoji) },
  }, emoji, el("small", {}, by.length > 1 ? String(by.length) : context.nameOf(by[0]).split(" ")[0]))));
}

/** The words selected inside this bubble, for a quote. */
function selection(node) {
  const chosen = getSelection();
  const text = node.querySelector(".text");
  return text && chosen.rangeCount && text.contains(chosen.anchorNode) ? chosen.toString().trim() : "";
}
