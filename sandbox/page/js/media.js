/* What a message carries besides words. Each kind of Bot API's Message has its drawing here. */
import { fileUrl } from "./api.js";
import { button, el, hash, span } from "./dom.js";
import { size, t } from "./i18n.js";
import { icon } from "./icons.js";
import { view } from "./overlays.js";
import { sound } from "./sound.js";

const DRAWINGS = {
  animation, live_photo: livePhoto, photo, video, video_note: round, voice: sound, audio: sound, sticker, document: chip,
  venue: map, location: map, contact, poll, dice,
};
const VISUAL = new Set(["photo", "live_photo", "video", "animation", "location", "venue"]);
const BARE = new Set(["sticker", "dice", "video_note"]);

/** The kind of media in a message, or undefined for mere words. */
export const mediaKind = (message) => Object.keys(DRAWINGS).find((kind) => message[kind]);

/** How a bubble wraps this: "visual" to its edges, "bare" without a bubble, or "". */
export function frame(message) {
  const kind = mediaKind(message);
  return VISUAL.has(kind) ? "visual" : BARE.has(kind) ? "bare" : "";
}

/** The drawing of a message's media, or null. `context.vote(message, options)` is called by polls. */
export function media(message, context) {
  const kind = mediaKind(message);
  return kind ? DRAWINGS[kind](message[kind], message, context) : null;
}

/** Several pictures or files sent as one: what is looked at stands together, and files below it. */
export function album(messages, context) {
  const seen = messages.filter((m) => m.photo || m.video).map((m) => media(m, context));
  const look = { class: "album", data: { count: String(seen.length) } };
  const files = messages.filter((m) => !(m.photo || m.video)).map((m) => media(m, context));
  return el("div", {}, seen.length > 1 ? el("div", look, seen) : seen, files);
}

const KIND_NAMES = [
  "photo", "video", "animation", "voice", "audio", "video_note", "sticker", "document", "location", "venue",
  "contact", "poll", "dice",
];

/** One line that says what a message is, for lists and replies; of `limit` letters at most. */
export function summary(message, limit = 200) {
  const words = message.text ?? message.caption;
  if (words) return shortened([...words.replace(/\s+/gu, " ")], limit);
  const kind = KIND_NAMES.find((name) => message[name]);
  if (kind === "sticker") return `${message.sticker.emoji ?? ""} ${t("kind.sticker")}`.trim();
  if (kind === "document") return message.document.file_name ?? t("kind.document");
  if (kind === "poll") return `📊 ${message.poll.question}`;
  if (kind === "dice") return message.dice.emoji;
  return kind ? t(`kind.${kind}`) : t("kind.other");
}

function shortened(letters, limit) {
  if (letters.length <= limit) return letters.join("");
  return `${letters.slice(0, limit).join("").trimEnd()}…`;
}

function picture(facts, node, message) {
  const width = Math.min(320, Math.max(200, facts.width ?? 280));
  const ratio = Math.min(2.4, Math.max(.62, (facts.width ?? 4) / (facts.height ?? 3)));
  const box = el("div", { class: "picture", css: { "--ratio": String(ratio), "--width": `${width}px` } }, node);
  node.addEventListener("error", () => node.replaceWith(span("lost", icon("photo"), t("noPicture"))));
  if (message.has_media_spoiler) veil(box);
  return box;
}

function veil(box) {
  box.classList.add("veiled");
  const lift = (event) => { event.stopPropagation(); box.classList.remove("veiled"); };
  box.addEventListener("click", lift, { capture: true, once: true });
}

function photo(sizes, message) {
  const best = sizes.at(-1);
  const image = still(best, message.caption ?? t("kind.photo"), { tabIndex: 0 });
  const open = () => view(image.src, image.alt);
  image.addEventListener("click", open);
  image.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
  return picture(best, image, message);
}

/** The still picture; a pointer on it, or a finger, lets it live. */
function livePhoto(file, message) {
  const box = photo(file.photo ?? message.photo, message);
  const film = moving(file, "video", { muted: true, preload: "none" });
  for (const end of ["ended", "error"]) film.addEventListener(end, () => film.remove());
  box.append(span("living", "LIVE"));
  box.addEventListener("pointerenter", () => {
    box.append(film);
    film.play().catch(() => film.remove());
  });
  return box;
}

const still = (file, alt, props = {}) => el("img", { src: fileUrl(file), alt, loading: "lazy", ...props });

const moving = (file, kind, props) =>
  el("video", { src: fileUrl(file), playsInline: true, "aria-label": t(`kind.${kind}`), ...props });

const PLAYED = { controls: true, preload: "metadata" };
const LOOPED = { autoplay: true, loop: true, muted: true };

function video(file, message) {
  return picture(file, moving(file, "video", PLAYED), message);
}

function animation(file, message) {
  const isGif = file.mime_type === "image/gif";
  return picture(file, isGif ? still(file, t("kind.animation")) : moving(file, "animation", LOOPED), message);
}

function round(file, message) {
  const box = picture({ width: 200, height: 200 }, moving(file, "video_note", PLAYED), message);
  box.classList.add("round");
  return box;
}

function sticker(file) {
  const image = still(file, file.emoji ?? t("kind.sticker"), { class: "sticker" });
  image.addEventListener("error", () => image.replaceWith(span("sticker", file.emoji ?? "🙂")));
  return image;
}

const FILE_TONES = ["#3d8fe0", "#34a06b", "#d9822b", "#b758c4", "#d0504b"];

function chip(file) {
  const name = file.file_name ?? t("kind.document");
  const ending = name.includes(".") ? name.split(".").at(-1).slice(0, 4) : "";
  const tone = FILE_TONES[hash(ending) % FILE_TONES.length];
  return el("a", { class: "file", href: fileUrl(file), download: name },
    el("span", { class: "kind", css: { "--tone": tone } }, ending || icon("file")),
    facts(name, size(file.file_size)));
}

const facts = (title, words) =>
  span("facts", el("b", { class: "clip" }, title), el("small", {}, words));

function map(place, message) {
  const { latitude, longitude } = place.location ?? place;
  const live = message.location?.live_period ? `${t("liveLocation")} · ` : "";
  const degrees = `${live}${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const words = place.title
    ? [el("b", {}, place.title), el("small", {}, place.address)]
    : el("small", {}, degrees);
  return el("div", {},
    el("div", { class: "map", role: "img", "aria-label": t("kind.location") }, icon("place", "pin")),
    el("div", { class: "place" }, words));
}

function contact(person) {
  const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
  return el("div", { class: "file" }, span("kind", icon("person")), facts(name, person.phone_number));
}

function poll(facts, message, context) {
  const total = facts.options.reduce((sum, option) => sum + option.voter_count, 0);
  const kind = facts.is_closed ? "poll.closed" : facts.is_anonymous ? "poll.anonymous" : "poll.open";
  const rows = facts.options.map((option, number) => {
    const share = total ? option.voter_count / total : 0;
    const inside = [span("", `${Math.round(share * 100)}%`), span("", option.text)];
    const look = { disabled: facts.is_closed, css: { "--share": String(share) } };
    return button("", () => context.vote(message, [number]), inside, look);
  });
  return el("div", { class: "poll" },
    el("b", {}, facts.question),
    el("small", {}, t(kind)),
    rows,
    el("small", {}, t("votes", { n: total })));
}

function dice({ emoji, value }) {
  return el("div", { class: "dice" }, emoji, el("small", {}, String(value)));
}
