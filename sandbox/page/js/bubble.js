/* One message, or one album, as a bubble with all that hangs on it. */
import { isAside } from "./aside.js";
import { avatar, button, el, face, fill, span, tone, tool } from "./dom.js";
import { clock, t } from "./i18n.js";
import { icon } from "./icons.js";
import { inlineKeys } from "./keys.js";
import { album, frame, media, mediaKind, summary } from "./media.js";
import { isOnlyEmoji, rich } from "./rich.js";

/** A person's or chat's name as shown over a bubble. */
export function author(message) {
  if (message.sender_chat) {
    const { id, title } = message.sender_chat;
    return { id, name: title, sign: message.author_signature ?? t("anonymous") };
  }
  const { id, first_name: first, last_name: last, is_bot: bot } = message.from;
  const sign = message.sender_tag ?? (bot ? t("bot") : "");
  return { id, name: [first, last].filter(Boolean).join(" "), sign, bot };
}

const TAILED = new Set(["voice", "audio", "document", "contact", "poll"]);
const NOTED = /^\s*([/／⁄∕⧸╱]\s*[/／⁄∕⧸╱]|[⫽⫻]|[/／⁄∕⧸╱]note(@\w+)?(\s|$))/u;
const COMMAND = /^\/\p{L}/u;

/** How what a visitor of the site has said stands with the desk. */
const SIGNS = { going: "clock", taken: "check", refused: "alert" };

const marked = (message) => NOTED.test(message.text ?? message.caption ?? "");

/** Whether somebody of the group says it, and not the bot. */
const isOperators = (message) => !message.from.is_bot || Boolean(message.sender_chat);

/** Whether the customer has it: the bot sets its mark, or the customer's own, then and only then. */
const isDelivered = (message, bot) => !COMMAND.test(message.text ?? "")
  && (message.reactions ?? []).some((one) => one.by === bot);

/** Whether an operator's words are meant for colleagues: so marked, forwarded, or said to such words. */
function isNote(message) {
  const target = message.reply_to_message;
  return marked(message) || Boolean(message.forward_origin) || Boolean(target && marked(target));
}

/** Whether the one who looks wrote this, in the same guise: by name, or as the group. */
function isMine(message, context) {
  const writer = message.real_sender ?? message.from.id;
  return writer === context.me && Boolean(message.sender_chat) === context.anonymous;
}

/**
 * The list item of a group of messages (one, or an album's parts). `context` says who looks and
 * what can be done; `spot` whether the group begins or ends a run of one author.
 */
export function bubble(group, context, spot) {
  const [message] = group;
  const mine = isMine(message, context);
  const node = el("li", {
    class: ["msg", mine && "mine", isAside(message) && "alone", spot.first && "first", spot.last && "last"].filter(Boolean).join(" "),
    data: { id: String(message.message_id) },
    on: { contextmenu: (event) => openMenu(event, { x: event.clientX, y: event.clientY }) },
  });
  const look = { class: "more", "aria-haspopup": "menu" };
  const more = tool(icon("dots"), t("actions"), (event) => openMenu(event, more), look);
  const openMenu = (event, anchor) => {
    if (event.target.closest("a, textarea")) return;
    event.preventDefault();
    context.menu(anchor, message, { mine, selected: selection(node) });
  };
  const body = inside(group, context, { mine, first: spot.first, more });
  return fill(node,
    context.group && !mine ? portrait(message, spot.last) : null,
    el("div", { class: "body" }, body, inlineKeys(message, context),
      context.under?.(message)));
}

function portrait(message, shown) {
  const { id, name, bot } = author(message);
  if (!shown) return face("small ghost", []);
  if (bot) return face("small bot", icon("bot"));
  return avatar(name, id, `small ${message.sender_chat ? "mask" : ""}`);
}

function inside(group, context, { mine, first, more }) {
  const [message] = group;
  const told = group.find((m) => m.text ?? m.caption) ?? message;
  const words = told.text ?? told.caption ?? "";
  const entities = told.entities ?? told.caption_entities ?? [];
  const onlyEmoji = Boolean(message.text) && isOnlyEmoji(words, entities);
  const alone = isAside(message);
  const side = context.inTopic && isOperators(message) && !alone ? standing(group, context.bot) : null;
  const meta = mark(told, side ? side === "delivered" : mine, side);
  const wrapped = frame(message);
  const formatted = rich(words, entities, context.command);
  const text = words ? el("div", { class: "text", dir: "auto" }, formatted, meta) : null;
  if (!words && wrapped === "visual" && !message.location && !message.venue) meta.classList.add("over");
  const found = reactions(group, context);
  if (!words && !found && TAILED.has(mediaKind(message))) meta.classList.add("tail");
  const look = ["bubble", wrapped, onlyEmoji && "onlyemoji", side].filter(Boolean);
  return el("div", { class: look.join(" ") },
    side === "aside" ? el("div", { class: "note" }, icon("lock"), t("note")) : null,
    alone ? el("div", { class: "only" }, icon("eye"), t("onlyYou")) : null,
    context.group && !mine && first && wrapped !== "bare" ? from(message) : null,
    first ? label(context.label?.(message)) : null,
    via(message, context), origin(message), replied(message, context),
    group.length > 1 ? album(group, context) : media(message, context),
    text ?? (mediaKind(message) ? null : el("div", { class: "text" }, t("kind.other"))),
    found,
    text ? null : meta,
    more);
}

/** Where an operator's words in a topic stand: with the customer, aside as a note, or inside so far. */
function standing(group, bot) {
  if (group.some((one) => isDelivered(one, bot))) return "delivered";
  return group.some(isNote) ? "aside" : "inside";
}

/** To which of several conversations it belongs. */
function label(belongs) {
  if (!belongs) return null;
  return button("belongs clip", belongs.open, belongs.name, { title: belongs.name });
}

function from(message) {
  const { id, name, sign } = author(message);
  return el("div", { class: "from", css: { "--tone": tone(id) } },
    span("clip", name), sign ? el("small", {}, sign) : null);
}

/** The bot in whose name nothing is said, but whose words they are. */
function via({ via_bot: bot }, context) {
  if (!bot) return null;
  return button("via", () => context.line?.(`@${bot.username} `), t("via", { bot: `@${bot.username}` }));
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
  const quoted = message.quote?.text;
  if (!target && message.external_reply) return quoteBlock(t("elsewhere"), quoted ?? "", null);
  if (!target || target.forum_topic_created) return null;
  const go = () => context.jump(target.message_id);
  return quoteBlock(author(target).name, quoted ?? summary(target), go);
}

const quoteBlock = (name, words, go) =>
  button("reply", go, [el("b", { class: "clip" }, name), span("words", words)], { disabled: !go });

function mark(message, sent, side) {
  return el("span", { class: "meta" },
    message.pinned ? icon("pin") : null,
    message.automatic ? t("automatic") : null,
    message.edited ? t("edited") : null,
    el("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)),
    sent ? sentSign(message.stands, side) : null);
}

function sentSign(stands, side) {
  const told = stands ? t(`stands.${stands}`) : side ? t("delivered") : null;
  return el("span", { class: "sent", title: told, data: stands ? { stands } : {} }, icon(SIGNS[stands] ?? "check"));
}

function reactions(group, context) {
  const all = group.flatMap((one) => one.reactions ?? []);
  if (!all.length) return null;
  const target = group.find((one) => one.reactions?.length);
  const kinds = [...new Set(all.map(({ emoji }) => emoji))];
  return el("div", { class: "reactions" }, kinds.map((emoji) => {
    const by = all.filter((one) => one.emoji === emoji).map((one) => one.by);
    const who = by.map(context.nameOf);
    const shown = { "aria-pressed": String(by.includes(context.me)), title: who.join(", ") };
    const count = el("small", {}, by.length > 1 ? String(by.length) : who[0].split(" ")[0]);
    return button("", () => context.react(target, emoji), [emoji, count], shown);
  }));
}

/** The words selected inside this bubble, for a quote. */
function selection(node) {
  const chosen = getSelection();
  const text = node.querySelector(".text");
  return text && chosen.rangeCount && text.contains(chosen.anchorNode) ? chosen.toString().trim() : "";
}
