/* Keyboards: buttons under a message (Bot API: InlineKeyboardMarkup), keys in place of letters. */
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { toast } from "./overlays.js";

const SAFE = /^(https?|tg):/iu;
const STYLES = new Set(["danger", "success", "primary"]);

/**
 * The buttons of a message, or null. `context.press(message, button)` resolves when answered;
 * `context.line(words)` puts words into the line.
 */
export function inlineKeys(message, context) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el(
    "div", { class: "keys" },
    rows.map((row) => el("div", {}, row.map((button) => key(message, button, context)))),
  );
}

function key(message, button, context) {
  const look = STYLES.has(button.style) ? button.style : "";
  if (button.url && SAFE.test(button.url)) {
    return el(
      "a", { class: look, href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text,
      icon("link", "corner"),
    );
  }
  const node = el(
    "button", { type: "button", class: look, disabled: Boolean(button.disabled), on: { click: act } },
    button.text, sign(button),
  );
  async function act() {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      toast(t("copied"));
      return;
    }
    if (button.switch_inline_query_current_chat !== undefined) {
      context.line(`@${message.from.username} ${button.switch_inline_query_current_chat}`);
      return;
    }
    if (!button.callback_data) {
      toast(t("notHere"));
      return;
    }
    node.classList.add("busy");
    await context.press(message, button);
    node.classList.remove("busy");
  }
  return node;
}

/** What in a corner of a button says that it does more than tell the bot. */
function sign({ copy_text: copy, switch_inline_query_current_chat: query }) {
  if (copy) return icon("copy", "corner");
  return query === undefined ? null : icon("edit", "corner");
}

/** The message with the keyboard a bot has given last (Bot API: ReplyKeyboardMarkup), or null. */
export function lastKeyboard(messages) {
  for (const message of [...messages].reverse()) {
    const markup = message.reply_markup;
    if (markup?.remove_keyboard) return null;
    if (markup?.keyboard) return message;
  }
  return null;
}

/** The keys drawn; `choose(button)` is called with a Bot API KeyboardButton. */
export function replyKeys(markup, choose) {
  const named = (button) => (typeof button === "string" ? { text: button } : button);
  return el("div", { class: "replykeys", role: "group", "aria-label": t("keyboard") },
    markup.keyboard.map((row) => el("div", {}, row.map(named).map((button) =>
      el("button", { type: "button", on: { click: () => choose(button) } }, button.text)))));
}
