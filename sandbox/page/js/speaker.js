/* Which operator speaks: any of the group, admins also as the group itself. */
import { avatar, button, el, face, fill, span } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { menu } from "./overlays.js";
import { operators, person, tagOf } from "./world.js";

/** The choice; `changed()` is called when another speaks. */
export class Speaker {
  constructor(changed) {
    this.tell = changed;
    this.chosen = { id: Number(localStorage.getItem("operator")), anonymous: false };
    this.node = button("speakas", () => this.#open(), [], { "aria-haspopup": "menu" });
  }

  /** People or the page's language have changed. */
  changed() {
    const found = operators();
    if (found.length && !found.some(({ id }) => id === this.chosen.id)) this.#choose(found[0].id, false);
    this.#draw();
  }

  #choose(id, anonymous) {
    this.chosen = { id, anonymous };
    localStorage.setItem("operator", String(id));
    this.#draw();
    this.tell();
  }

  #draw() {
    const { id, anonymous } = this.chosen;
    const name = person(id)?.name ?? "";
    this.node.setAttribute("aria-label", `${t("speakAs")}: ${anonymous ? t("anonymously") : name}`);
    fill(this.node,
      anonymous ? face("small mask", icon("mask")) : avatar(name, id, "small"),
      span("clip", anonymous ? t("anonymously") : name.split(" ")[0]),
      icon("down"));
  }

  #open() {
    const { id } = this.chosen;
    const mayHide = person(id)?.role !== "operator";
    const hide = () => this.#choose(id, true);
    const hiding = { icon: "mask", text: t("anonymously"), checked: this.#is(id, true), act: hide };
    menu(this.node, [
      el("div", { class: "title" }, t("speakAs")),
      ...operators().map((one) => this.#item(one)),
      ...mayHide ? ["-", hiding] : [],
    ]);
  }

  #item({ id, name, role }) {
    const hint = tagOf(id) ?? t(role === "operator" ? "member" : role);
    return { text: name, hint, checked: this.#is(id, false), act: () => this.#choose(id, false) };
  }

  #is(id, anonymous) {
    return id === this.chosen.id && anonymous === this.chosen.anonymous;
  }
}
