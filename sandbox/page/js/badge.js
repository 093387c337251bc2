/* How many messages wait unread. */
import { el, span } from "./dom.js";
import { t } from "./i18n.js";

/** The number, or nothing where there are none. */
export function badge(count) {
  if (!count) return span("");
  return el("span", { class: "badge", "aria-label": t("unread", { n: count }) }, String(count));
}
