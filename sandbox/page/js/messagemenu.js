/* What one can do with a message: react, answer, copy, edit, pin, delete. */
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
  menu(anchor, [
    reactionRow(conversation, message),
    "-",
    { icon: "reply", text: t("reply"), act: () => composer.reply(message) },
    selected && { icon: "quote", text: t("replyQuote"), act: () => composer.reply(message, selected) },
    words && { icon: "copy", text: t("copy"), act: () => copy(selected || words) },
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
    { icon: "trash", text: t("delete"), danger: true, act: () => remove(conversation, message) },
  ]);
}

function reactionRow(conversation, message) {
  const { id } = conversation.speaker();
  const own = (message.reactions ?? []).filter((one) => one.by === id).map((one) => one.emoji);
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

async function remove(conversation, message) {
  const sure = await ask({
    title: t("deleteAsk"), text: t("deleteBots"), confirm: t("delete"), danger: true,
  });
  if (sure) await conversation.doesTo(message, "deletes");
}
