/* What one can do with a message: react, answer, copy, edit, pin, delete. */
import { isAside } from "./aside.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { ask, menu, toast } from "./overlays.js";

const EMOJI = ["👍", "❤", "🔥", "🎉", "🤝", "😢", "👎"];
const CAPTIONED = ["text", "photo", "video", "animation", "document", "audio", "voice"];

/** Opens the menu of a message. `facts.selected` are words marked inside it. */
export function messageMenu(conversation, anchor, message, { mine, selected }) {
  const words = message.text ?? message.caption;
  const canEdit = mine && !message.forward_origin && CAPTIONED.some((kind) => message[kind] !== undefined);
  const { composer } = conversation;
  if (isAside(message)) {
    menu(anchor, [copyItem(words, selected)]);
    return;
  }
  menu(anchor, [
    reactionRow(conversation, message),
    "-",
    replyItem(composer, message),
    selected && { icon: "quote", text: t("replyQuote"), act: () => composer.reply(message, selected) },
    copyItem(words, selected),
    {
      icon: "send", text: t(conversation.inGroup ? "forwardHere" : "forward"),
      act: () => conversation.does("forwards", { from_message: message }),
    },
    mine && message.location?.live_period && {
      icon: "place", text: t("moveLive"), act: () => move(conversation, message),
    },
    canEdit && { icon: "edit", text: t("edit"), act: () => composer.edit(message) },
    conversation.inGroup && {
      icon: "pin", text: t(message.pinned ? "unpin" : "pin"),
      act: () => conversation.doesTo(message, message.pinned ? "unpins" : "pins"),
    },
    deleteItem(t("deleteBots"), () => conversation.doesTo(message, "deletes")),
  ]);
}

/** The same at the site: a visitor takes back what is theirs, and nobody forwards or pins. */
export function visitMenu(chat, anchor, message, { mine, selected }) {
  const { composer } = chat;
  const known = !isUnknown(message);
  menu(anchor, [
    known && reactionRow(chat, message),
    known && "-",
    known && replyItem(composer, message),
    copyItem(message.text ?? message.caption, selected),
    mine && { icon: "edit", text: t("edit"), act: () => composer.edit(message) },
    mine && deleteItem(t(known ? "deleteTold" : "deleteUnknown"), () => chat.doesTo(message, "deletes")),
  ]);
}

/** Whether the desk has never taken it. */
const isUnknown = ({ stands, what }) => stands === "refused" && what === "message";

const replyItem = (composer, message) => (
  { icon: "reply", text: t("reply"), act: () => composer.reply(message) }
);

const copyItem = (words, selected) => words && (
  { icon: "copy", text: t("copy"), act: () => copy(selected || words) }
);

const deleteItem = (told, act) => (
  { icon: "trash", text: t("delete"), danger: true, act: () => remove(told, act) }
);

function reactionRow(conversation, message) {
  const { me } = conversation.context();
  const own = (message.reactions ?? []).filter((one) => one.by === me).map((one) => one.emoji);
  return el("div", { class: "emoji" }, EMOJI.map((emoji) => el("button", {
    type: "button", "aria-label": emoji, "aria-pressed": String(own.includes(emoji)), data: { closes: "" },
    on: { click: () => conversation.react(message, emoji) },
  }, emoji)));
}

/** A few hundred metres on, as somebody walking would be. */
function move(conversation, message) {
  const { latitude, longitude } = message.location;
  const step = () => (Math.random() - .5) / 200;
  return conversation.doesTo(
    message, "moves", { latitude: latitude + step(), longitude: longitude + step() },
  );
}

async function copy(words) {
  await navigator.clipboard.writeText(words);
  toast(t("copied"));
}

async function remove(told, act) {
  const sure = await ask({ title: t("deleteAsk"), text: told, confirm: t("delete"), danger: true });
  if (sure) await act();
}
