/* What can be made to go wrong between the shop's site and the desk, once. */
import { refusal } from "./api.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { refresh, world } from "./world.js";

const REFUSALS = [410, 422, 503];

/** Whether anything is to go wrong. */
export const isArmed = () => world.forges || world.site.refuses > 0;

/** What is to go wrong, in words. */
export const told = () => [
  ...world.forges ? [t("site.forges")] : [],
  ...world.site.refuses ? [t("site.refuses", { n: world.site.refuses })] : [],
];

/** Nothing is to go wrong any more. */
export function disarm() {
  world.forges = false;
  return refusal(0);
}

/** The part of the faults' menu about the site; `does(request)` makes one of them so. */
export function siteFaults(does) {
  const forge = async () => {
    world.forges = !world.forges;
    await refresh();
  };
  const refuse = (status) => {
    const next = world.site.refuses === status ? 0 : status;
    const act = () => does(refusal(next));
    return { text: t(`site.refuse.${status}`), checked: world.site.refuses === status, act };
  };
  return [
    "-", el("div", { class: "title" }, t("site.faults")),
    { text: t("site.forge"), checked: world.forges, act: forge },
    el("div", { class: "title" }, t("site.refusals")),
    ...REFUSALS.map(refuse),
  ];
}
