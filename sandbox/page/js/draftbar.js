/* What hangs above the line: the message one answers or edits, and the files that wait. */
import { author } from "./bubble.js";
import { button, el, tool } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./media.js";

/** The message that is answered or edited, or null; `dismiss()` lets go of it. */
export function aboveBar({ reply, editing, quote }, dismiss) {
  const message = editing ?? reply;
  if (!message) return null;
  const title = editing ? t("editing") : author(message).name;
  return el("div", { class: "above" },
    icon(editing ? "edit" : quote ? "quote" : "reply"),
    el("div", { class: "words" },
      el("b", { class: "clip" }, title),
      el("div", { class: "clip" }, quote || summary(message))),
    tool(icon("close"), t("cancel"), dismiss));
}

/** The files that go with the next message, or null; `drop(item)` takes one out. */
export function heldStrip(held, drop) {
  if (!held.length) return null;
  return el("div", { class: "held" }, held.map((item) => el("div", { title: item.file.name },
    face(item),
    button("", () => drop(item), icon("close"), { "aria-label": t("remove") }))));
}

function face(item) {
  const { file, kind } = item;
  if (file.type.startsWith("image/")) {
    item.url ??= URL.createObjectURL(file);
    return el("img", { src: item.url, alt: file.name });
  }
  return [icon(kind === "document" ? "file" : "play"), el("span", { class: "clip" }, file.name)];
}
