/* Back to the first minute: the world is forgotten, and what the page remembers of it. */
import { wish } from "./api.js";
import { t } from "./i18n.js";
import { ask, veil } from "./overlays.js";
import { world } from "./world.js";

const KEPT = new Set(["language", "theme"]);  // of the visitor, not of the world
let left = null;  // the round that is to end

/** Asks, and begins anew: a new round follows, at the same address, when all is ready. */
export async function beginAnew() {
  const answer = await ask({ title: t("anew"), text: t("anew.ask"), confirm: t("anew.yes"), danger: true });
  if (!answer) return;
  left = world.round;
  const unveil = veil(t("anew.wait"));
  try {
    await wish("reset");
  } catch (error) {
    left = null;
    unveil();
    throw error;
  }
}

/** When the new beginning is there, the page is read anew as well. */
export function followAnew() {
  if (left === null || world.round === left) return;
  for (const name of Object.keys(localStorage)) if (!KEPT.has(name)) localStorage.removeItem(name);
  location.reload();
}
