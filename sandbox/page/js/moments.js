/* Moments in a text, as they are for whoever reads (Bot API: Date-time entity formatting). */
import { el } from "./dom.js";
import { locale, t } from "./i18n.js";

const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const DATES = { d: { day: "2-digit", month: "2-digit", year: "2-digit" }, D: { day: "numeric", month: "long", year: "numeric" } };
const TIMES = { t: { hour: "2-digit", minute: "2-digit" }, T: { hour: "2-digit", minute: "2-digit", second: "2-digit" } };
const WHOLE = { weekday: "long", ...DATES.D, ...TIMES.T, timeZoneName: "short" };

/** A moment with its words: they are shown where there is no format, the moment itself where there is. */
export function moment({ unix_time: at, date_time_format: form = "" }, words) {
  const node = el("time", { class: "moment", dateTime: new Date(at * 1000).toISOString(), title: written(at, WHOLE) });
  if (form === "r") node.dataset.counts = String(at);
  node.append(...form === "" ? words : [form === "r" ? relative(at) : written(at, options(form))]);
  return node;
}

const written = (at, shown) => new Intl.DateTimeFormat(locale(), shown).format(at * 1000);

function options(form) {
  const parts = [...form].map((letter) => (letter === "w" ? { weekday: "long" } : DATES[letter] ?? TIMES[letter]));
  return Object.assign({}, ...parts);
}

/** How far it is from now: «in 4 minutes», «2 hours ago»; seconds only within the last minute. */
function relative(at) {
  const far = at - Date.now() / 1000;
  const [unit, size] = STEPS.find(([, seconds]) => Math.abs(far) >= seconds) ?? ["second", 1];
  const whole = far < 0 ? Math.ceil(far / size) : Math.floor(far / size);
  if (!whole) return t("now");
  return new Intl.RelativeTimeFormat(locale(), { numeric: "always" }).format(whole, unit);
}

setInterval(() => {
  for (const node of document.querySelectorAll("[data-counts]")) {
    const words = relative(Number(node.dataset.counts));
    if (node.textContent !== words) node.textContent = words;
  }
}, 1_000);
