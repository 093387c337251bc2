/* What can be sent besides words: files, a place, a contact, a poll, dice, stickers. */
import { button, el } from "./dom.js";
import { t } from "./i18n.js";
import { ask, field, menu, toast } from "./overlays.js";

const DICE = ["🎲", "🎯", "🏀", "⚽", "🎳", "🎰"];
const STICKERS = emoji("👋👍🙏🎉❤️😂🥳😍🤔😢😡🔥☕🐱🚀💤");
const EMOJI = [
  ...emoji("😀😄😁😅😂🙂😉😊😍😘😎🤔😐😴😢😭😡👍👎👌🙏👏💪👋"),
  ...emoji("🎉🔥✨⭐💡✅❌❓❗⏰📦🚚💳🧾📷📎📞🔧🔒🏠🌻🌧☀️🍀"),
];

function emoji(row) {
  return row.match(/\p{RGI_Emoji}|\p{Extended_Pictographic}/gv);
}

/** How a file of this type is sent, unless it is sent «as a file». */
export function kindOf(file) {
  if (file.type === "image/gif") return "animation";
  if (/^image\/(png|jpe?g|webp)$/u.test(file.type)) return "photo";
  if (file.type.startsWith("video/")) return "video";
  return file.type.startsWith("audio/") ? "audio" : "document";
}

/** A file's bytes as base64, as the control API takes them. */
export async function base64(blob) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
  return reader.result.slice(reader.result.indexOf(",") + 1);
}

/** Files that wait in a line, as the control API takes them. */
export const packed = (held) => Promise.all(held.map(async ({ file, kind }) => (
  { kind, filename: file.name, mime: file.type, data: await base64(file) }
)));

/** Lets the person choose files; resolves to a list, empty when dismissed. */
export function choose(accept) {
  const input = el("input", { type: "file", multiple: true, accept });
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...input.files]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}

/** Files that are dropped on `node`, or pasted in it, are given to `hold`. */
export function receive(node, hold) {
  const mark = (on) => node.classList.toggle("dropping", on);
  node.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  node.addEventListener("dragleave", () => mark(false));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    hold([...event.dataTransfer.files]);
  });
  node.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    hold(files);
  });
}

/**
 * Opens the clip's menu. `hold(files, asFiles)` takes chosen files into the line;
 * `send(kind, fields)` sends anything else at once.
 */
export function attachMenu(anchor, { hold, send }) {
  menu(anchor, [
    { icon: "photo", text: t("attach.photo"), act: async () => hold(await choose("image/*,video/*"), false) },
    { icon: "file", text: t("attach.file"), act: async () => hold(await choose(""), true) },
    { icon: "sticker", text: t("attach.sticker"), act: () => stickerMenu(anchor, send) },
    "-",
    { icon: "place", text: t("attach.location"), act: () => sendLocation(send) },
    { icon: "person", text: t("attach.contact"), act: () => sendContact(send) },
    { icon: "poll", text: t("attach.poll"), act: () => sendPoll(send) },
    el("div", { class: "emoji", role: "group", "aria-label": t("attach.dice") },
      DICE.map((one) => glyph(one, () => send("dice", { emoji: one })))),
  ]);
}

const glyph = (one, act) => button("", act, one, { "aria-label": one, data: { closes: "" } });

/** The grid of emoji; `insert` takes the chosen one. */
export function emojiMenu(anchor, insert) {
  menu(anchor, [el("div", { class: "grid" }, EMOJI.map((one) => glyph(one, () => insert(one))))]);
}

function stickerMenu(anchor, send) {
  const act = async (one) => {
    send("sticker", { emoji: one, filename: "sticker.webp", data: await base64(await drawn(one)) });
  };
  menu(anchor, [el("div", { class: "grid" }, STICKERS.map((one) => glyph(one, () => act(one))))]);
}

/** An emoji painted as a 512-pixel picture: what stickers are made of. */
function drawn(emoji) {
  const canvas = el("canvas", { width: 512, height: 512 });
  const brush = canvas.getContext("2d");
  brush.font = "390px 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif";
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  brush.fillStyle = "#2486dc";
  brush.fillText(emoji, 256, 280);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/webp"));
}

async function sendLocation(send) {
  const answer = await ask({ title: t("attach.location"), confirm: t("send"), fields: [
    field(t("latitude"), "latitude", { ...degrees(90), value: "50.45030" }),
    field(t("longitude"), "longitude", { ...degrees(180), value: "30.52340" }),
    el("label", { class: "tick" }, el("input", { type: "checkbox", name: "live" }), t("live15")),
  ] });
  if (!answer) return;
  const place = { latitude: Number(answer.latitude), longitude: Number(answer.longitude) };
  send(answer.live ? "live_location" : "location", place);
}

const degrees = (most) => ({ type: "number", step: "any", min: -most, max: most, required: true });

async function sendContact(send) {
  const answer = await ask({ title: t("attach.contact"), confirm: t("send"), fields: [
    field(t("firstName"), "first_name", { required: true, maxLength: 64 }),
    field(t("phone"), "phone_number", { type: "tel", value: "+380", required: true }),
  ] });
  if (answer) send("contact", answer);
}

async function sendPoll(send) {
  const options = el("textarea", { name: "options", rows: 3, required: true });
  const answer = await ask({ title: t("attach.poll"), confirm: t("send"), fields: [
    field(t("question"), "question", { required: true, maxLength: 300 }),
    el("label", { class: "field" }, el("span", {}, t("options")), options),
  ] });
  const lines = answer?.options.split("\n").map((line) => line.trim()).filter(Boolean) ?? [];
  if (answer && lines.length < 2) toast(t("fewOptions"), true);
  else if (answer) send("poll", { question: answer.question, options: lines });
}
