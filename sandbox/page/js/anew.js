/* Back to the first minute: the world is forgotten, and what the page remembers of it. */
import { wish } from "./api.js";
import { t } from "./i18n.js";
import { ask } from "./overlays.js";

const KEPT = new Set(["language", "theme"]);  // of the visitor, not of the world
let asked = false;

/** Asks, and begins anew: the line to the world breaks, and stands again when all is ready. */
export async function beginAnew() {
  const answer = await ask({ title: t("anew"), text: t("anew.ask"), confirm: t("anew.yes"), danger: true });
  if (!answer) return;
  asked = true;
  await wish("reset");
}

/** Whether the line stands again after a new beginning; then the page is read anew as well. */
export function begunAnew() {
  if (!asked) return false;
  for (const name of Object.keys(localStorage)) if (!KEPT.has(name)) localStorage.removeItem(name);
  location.reload();
  return true;
}
