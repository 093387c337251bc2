/* A voice message or a track: a button, a wave, the time. */
import { fileUrl } from "./api.js";
import { el, fill, hash } from "./dom.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { toast } from "./overlays.js";

const BARS = 34;
let playing = null;

/** The player of `message.voice` or `message.audio`. */
export function sound(file, message) {
  const player = new Audio();
  player.preload = "none";
  const bars = wave(file.file_unique_id);
  const time = el("small", {}, duration(file.duration ?? 0));
  const button = el(
    "button",
    {
      type: "button", class: "play", "aria-label": t("play"),
      on: { click: () => toggle(player, fileUrl(file)) },
    },
    icon("play"),
  );
  const show = () => {
    fill(button, icon(player.paused ? "play" : "pause"));
    button.setAttribute("aria-label", t(player.paused ? "play" : "pause"));
  };
  player.addEventListener("play", show);
  player.addEventListener("pause", show);
  player.addEventListener("error", () => { if (player.src) toast(t("noSound"), true); });
  player.addEventListener("timeupdate", () => {
    const heard = player.currentTime / (player.duration || file.duration || 1);
    bars.forEach((bar, at) => bar.classList.toggle("heard", at / BARS < heard));
    time.textContent = duration(player.currentTime || file.duration || 0);
  });
  const named = message.audio ? el("b", { class: "clip" }, title(file)) : el("span", { class: "wave" }, bars);
  return el("div", { class: "sound" }, button, el("span", { class: "facts" }, named, time));
}

function toggle(player, source) {
  if (!player.src) player.src = source;
  if (!player.paused) {
    player.pause();
    return;
  }
  playing?.pause();
  playing = player;
  player.play().catch(() => {});  // the player's own error event tells the person
}

const title = ({
  performer, title: name, file_name: file,
}) => [performer, name].filter(Boolean).join(" — ") || file || t("kind.audio");

function wave(seed) {
  let state = hash(seed ?? "");
  return Array.from({ length: BARS }, (_, at) => {
    state = (state * 1_103_515_245 + 12_345) >>> 0;
    const swell = .5 + .5 * Math.sin(at / 3 + (state % 7));
    return el("i", { css: { "--h": String(Math.round(4 + 18 * swell * ((state >>> 8) % 100) / 100)) } });
  });
}
