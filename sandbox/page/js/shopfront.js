/* The page of the shop behind the chat: an address, a name, a few things to buy. */
import { el, span } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const THINGS = ["lamp", "sofa", "plant", "cup"];

/** Its nodes; nothing of it can be pressed. */
export const front = () => [
  el("div", { class: "address", "aria-hidden": "true" },
    el("i"), el("i"), el("i"), span("clip", icon("lock"), "zatyshok.example")),
  el("div", { class: "goods", "aria-hidden": "true" },
    el("b", {}, t("shop.name")),
    el("div", { class: "banner" }, span("", t("shop.banner"))),
    el("div", { class: "things" }, THINGS.map((one) => el("div", {}, icon(one), span("", t(`shop.${one}`)))))),
];
