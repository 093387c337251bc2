/* The line one writes in: drafts, replies, edits, files, voice, /commands. */
import { attachMenu, choose, emojiMenu, kindOf, receive } from "./attach.js";
import { el, fill, named, tool } from "./dom.js";
import { aboveBar, heldStrip } from "./draftbar.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { Lists } from "./lists.js";
import { typed, untyped } from "./markup.js";
import { Offers } from "./offers.js";
import { toast } from "./overlays.js";
import { Recorder } from "./recorder.js";
import { Suggestions } from "./suggestions.js";

const WRAPS = { b: "**", i: "__" };
const empty = () => ({ text: "", reply: null, quote: "", editing: null, held: [] });

/**
 * `send({text, entities, reply, quote, editing, held})` and `special(kind, fields)` act and resolve
 * to true when the app accepted it; `commands()` resolves to Bot API BotCommands. `inline` is what
 * `Offers` takes, and `choose(offer, draft)`, which acts and resolves alike. Where there is no
 * `special`, words and files are all that can be sent; `most` files go with one message.
 */
export class Composer {
  constructor({ lead, trail, send, special = null, commands = null, inline = null, most = Infinity }) {
    Object.assign(this, { send, special, inline, most });
    this.drafts = new Map();
    this.key = "";
    this.draft = empty();
    this.recorder = null;
    this.input = this.#field();
    this.suggestions = new Suggestions(commands, (command) => this.#command(command));
    const offers = inline && new Offers(inline, (offer) => this.#choose(offer));
    this.lists = new Lists(commands && this.suggestions, offers);
    this.top = el("div");
    this.clip = tool(icon("attach"), "", () => this.#attach(), special ? { "aria-haspopup": "menu" } : {});
    this.emoji = tool(icon("smile"), "", () => this.#pickEmoji(), { "aria-haspopup": "menu" });
    this.go = tool(icon("send"), "", () => this.#go(), { class: "send" });
    this.node = el("div", { class: "composer" }, this.lists.nodes, this.top,
      el("div", { class: "line" }, lead, this.clip, this.input, this.emoji, trail, this.go));
    receive(this.node, (files) => this.hold(files));
    this.translate();
  }

  /** The page's language has changed. */
  translate() {
    named(this.clip, t("attach"));
    named(this.emoji, t("emoji"));
    this.input.placeholder = t("message");
    this.input.setAttribute("aria-label", t("message"));
    this.#draw();
  }

  /** Goes to another conversation; what was typed in the last one waits there. */
  goTo(key) {
    if (key === this.key) return;
    this.drafts.set(this.key, this.draft);
    this.key = key;
    this.draft = this.drafts.get(key) ?? empty();
    this.input.value = this.draft.text;
    this.lists.close();
    this.#draw();
  }

  /** Answers a message, quoting some of its words when given. */
  reply(message, quote = "") {
    Object.assign(this.draft, { reply: message, quote, editing: null });
    this.#draw();
    this.input.focus();
  }

  /** Answers a message that asks for it; who is writing elsewhere, or edits, is not disturbed. */
  asked(message) {
    if (this.draft.reply || this.draft.editing) return;
    Object.assign(this.draft, { reply: message, quote: "" });
    this.#draw();
    if (!document.activeElement?.matches("textarea, input")) this.input.focus();
  }

  /** Puts these words into the line, in the place of what was there. */
  take(words) {
    this.input.value = words;
    this.input.focus();
    this.#typed();
  }

  /** Takes a message of one's own back into the line. */
  edit(message) {
    const words = untyped(
      message.text ?? message.caption ?? "", message.entities ?? message.caption_entities,
    );
    this.draft = { ...empty(), editing: message, text: words };
    this.input.value = words;
    this.#draw();
    this.input.focus();
  }

  /** Puts a text where the cursor is. */
  insert(text) {
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, "end");
    this.input.focus();
    this.#typed();
  }

  /** Takes files into the line, to be sent with its words as the caption. */
  hold(files, asFiles = false) {
    if (this.draft.editing) {
      toast(t("filesStay"), true);
      return;
    }
    const { held } = this.draft;
    const room = this.most - held.length;
    if (files.length > room) toast(t("tooMany", { n: this.most }), true);
    held.push(...files.slice(0, room).map((file) => ({ file, kind: asFiles ? "document" : kindOf(file) })));
    this.#draw();
    this.input.focus();
  }

  /** Shows the list of commands. */
  showCommands() {
    this.suggestions.open("/");
    this.input.focus();
  }

  #field() {
    const on = {
      input: () => this.#typed(),
      keydown: (event) => this.#key(event),
    };
    return el("textarea", { rows: 1, dir: "auto", on });
  }

  async #attach() {
    if (!this.special) this.hold(await choose(""));
    else attachMenu(this.clip, {
      hold: (files, asFiles) => this.hold(files, asFiles),
      send: (kind, fields) => this.#special(kind, fields),
    });
  }

  #pickEmoji() {
    emojiMenu(this.emoji, (emoji) => this.insert(emoji));
  }

  #typed() {
    this.draft.text = this.input.value;
    this.lists.typed(this.draft.text);
    this.#draw();
  }

  #key(event) {
    if (this.lists.key(event)) return;
    const wrap = (event.ctrlKey || event.metaKey) && WRAPS[event.key.toLowerCase()];
    if (wrap) this.#wrap(wrap);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit();
    else if (event.key === "Escape" && (this.draft.reply || this.draft.editing)) this.#dismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #wrap(sign) {
    const { selectionStart: from, selectionEnd: to, value } = this.input;
    this.insert(`${sign}${value.slice(from, to)}${sign}`);
    this.input.setSelectionRange(from + sign.length, to + sign.length);
  }

  #command({ command }) {
    this.input.value = `/${command}`;
    this.draft.text = this.input.value;
    this.#submit();
  }

  async #choose(offer) {
    const { draft, key } = this;
    this.#reset();
    if (!await this.inline.choose(offer, draft)) this.#restore(draft, key);
  }

  async #submit() {
    const { draft, key } = this;
    const words = typed(draft.text.trim());
    if (!words.text && !draft.held.length) return;
    this.#reset();
    if (!await this.send({ ...draft, ...words })) this.#restore(draft, key);
  }

  async #special(kind, fields) {
    const { reply } = this.draft;
    if (await this.special(kind, { ...fields, reply_to: reply?.message_id })) this.#dismiss();
  }

  #reset() {
    this.draft = empty();
    this.input.value = "";
    this.lists.close();
    this.#draw();
  }

  /** What the app refused stays in the line it was written in, unless the person has gone on writing there. */
  #restore(draft, key) {
    const waiting = key === this.key ? this.draft : this.drafts.get(key);
    if (waiting?.text) return;
    if (key !== this.key) {
      this.drafts.set(key, draft);
      return;
    }
    this.draft = draft;
    this.input.value = draft.text;
    this.#draw();
  }

  #dismiss() {
    if (this.draft.editing) this.#reset();
    else Object.assign(this.draft, { reply: null, quote: "" });
    this.#draw();
  }

  async #go() {
    if (this.recorder) await this.#stopRecording();
    else if (!this.#isEmpty) await this.#submit();
    else if (this.special) await this.#record();
  }

  async #record() {
    const recorder = new Recorder();
    try {
      await recorder.start();
    } catch (error) {
      toast(t(error instanceof DOMException || error instanceof TypeError ? "noMicrophone" : "failed"), true);
      return;
    }
    this.recorder = recorder;
    this.#draw();
  }

  async #stopRecording() {
    const { recorder } = this;
    this.recorder = null;
    this.#draw();
    await this.#special("voice", await recorder.stop());
  }

  #draw() {
    const { draft, recorder } = this;
    const [sign, name] = this.#next();
    named(fill(this.go, icon(sign)), t(name));
    this.go.classList.toggle("recording", Boolean(recorder));
    this.go.disabled = !this.special && this.#isEmpty;
    const dismiss = () => this.#dismiss();
    fill(this.top, aboveBar(draft, dismiss), heldStrip(draft.held, (item) => this.#drop(item)));
    this.input.style.height = "auto";
    this.input.style.height = `${Math.max(37, Math.min(168, this.input.scrollHeight))}px`;
  }

  /** What the round button does next: its icon and its name. */
  #next() {
    const { draft, recorder } = this;
    if (recorder) return ["stop", "stopRecording"];
    if (draft.editing) return ["check", "save"];
    return this.#isEmpty && this.special ? ["mic", "record"] : ["send", "send"];
  }

  get #isEmpty() {
    return !this.draft.text.trim() && !this.draft.held.length;
  }

  #drop(item) {
    this.draft.held = this.draft.held.filter((other) => other !== item);
    this.#draw();
  }
}
