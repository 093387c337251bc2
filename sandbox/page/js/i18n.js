/* The page's own words in three languages, with plurals and dates as each has them. */
import en from "./texts/en.js";
import ru from "./texts/ru.js";
import uk from "./texts/uk.js";

const TEXTS = { uk, ru, en };
export const LANGUAGES = { uk: "Українська", ru: "Русский", en: "English" };

let current = initial();

function initial() {
  const wanted = [localStorage.getItem("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => code in TEXTS) ?? "en";
}

/** The page's language code. */
export const language = () => current;

/** Chooses the page's language and remembers it. */
export function speak(code) {
  current = code;
  localStorage.setItem("language", code);
  document.documentElement.lang = code;
}

/** A text of the page. `{name}` is filled from `values`; `values.n` picks the plural form. */
export function t(key, values = {}) {
  let text = TEXTS[current][key] ?? en[key];
  if (typeof text === "object") text = text[new Intl.PluralRules(current).select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/gu, (_, name) => values[name] ?? "");
}

/** A message's time of day. */
export const clock = (seconds) => new Intl.DateTimeFormat(
  locale(), { hour: "2-digit", minute: "2-digit" },
).format(seconds * 1000);

/** The page's language as dates and numbers are written in it. */
export const locale = () => (current === "en" ? "en-GB" : current);
const sameDay = (a, b) => a.toDateString() === b.toDateString();

/** «Today», «Yesterday» or a date. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  const now = new Date();
  if (sameDay(date, now)) return t("today");
  if (sameDay(date, new Date(now - 86_400_000))) return t("yesterday");
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year }).format(date);
}

/** The time of a topic's last message: of day for today, else a short date. */
export function lately(seconds) {
  const date = new Date(seconds * 1000);
  if (sameDay(date, new Date())) return clock(seconds);
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short" }).format(date);
}

/** Bytes for people. */
export function size(bytes) {
  if (!bytes) return "";
  const step = Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(bytes / 1024 ** step);
  return `${number} ${t("units").split(" ")[step]}`;
}

/** Seconds as 1:05. */
export function duration(seconds) {
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest}`;
}
