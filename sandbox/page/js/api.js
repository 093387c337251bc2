/* The control API of the sandbox, as the page uses it. */
import { t } from "./i18n.js";

/** An act that the app would not allow; the message says why. */
export class Refused extends Error {}

const PAUSE = 1_000;  // milliseconds until what could not be asked is asked again
const MOST = 50 * 2 ** 20;  // bytes that the sandbox takes at once; beyond, it hangs up
let away = false;
let back = () => {};
let wait = Promise.resolve();

/** The line of events has broken, or stands again: nothing is asked of a sandbox that is away. */
function stands(online) {
  if (online) back();
  else if (!away) wait = new Promise((resolve) => { back = resolve; });
  away = !online;
}

/** What is read is waited for as long as the sandbox is away. */
async function read(path) {
  await wait;
  try {
    return await answered(path);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    return read(path);
  }
}

async function answered(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** What is to be done is done now or refused: who asked for it may not want it later. */
async function write(path, body) {
  const sent = JSON.stringify(body);
  if (new Blob([sent]).size > MOST) throw new Refused(t("tooLarge"));
  const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: sent };
  const answer = away ? null : await fetch(path, how).catch(() => null);
  if (!answer) throw new Refused(t("away"));
  const said = await answer.json();
  if (!said.ok) throw new Refused(said.error);
  return said.result;
}

/** Lets a person do something: one of the public acts of `sandbox/people`. */
export const act = (who, what, args = {}, anonymous = false) => write(
  "/sandbox/act", { who, do: what, args, anonymous },
);

/** Who and what exists. */
export const state = () => read("/sandbox/state");

/** The messages of a conversation: `{person}` for a private chat, `{chat, thread}` for a topic. */
export const history = (place) => read(`/sandbox/history?${new URLSearchParams(place)}`);

/** The bot's commands for this person in this chat, as their app would show them. */
export const commands = (place) => read(`/sandbox/commands?${new URLSearchParams(place)}`);

/** The icons a topic can have: Bot API Stickers with `emoji` and `custom_emoji_id`. */
export const icons = () => read("/sandbox/icons");

/** What only the demo grants: the operators' language ("uk", "ru", "en"), "reset", "hour", "stop", "group". */
export const wish = (what) => write("/sandbox/wish", { wish: what });

/** What the bot has just done, newest first, and how much it may do yet: `{deeds, left, wait}`. */
export const deeds = () => read("/sandbox/deeds");

/** A new person: `{name, language}`. */
export const addPerson = (fields) => write("/sandbox/people", fields);

/** Lets the bot's next calls fail. */
export const fault = (fields) => write("/sandbox/faults", fields);

/** Switches flood limits: "off" or "telegram". */
export const limits = (mode) => write("/sandbox/limits", { mode });

/** The shop's site: `{open, refuses, visitors}`. */
export const site = () => read("/sandbox/visitors");

/** What stands in the chat of a visitor. */
export const visit = (visitor) => read(`/sandbox/visit?${new URLSearchParams({ visitor })}`);

/** Lets a visitor do something: one of the public acts of `sandbox/shop/acts.py`. */
export const actAtSite = (visitor, what, args = {}) => write("/sandbox/visit", { visitor, do: what, args });

/** A new visitor: `{name, language}`. */
export const addVisitor = (fields) => write("/sandbox/visitors", fields);

/** Lets the site refuse the desk's next call with this status; 0 takes it back. */
export const refusal = (status) => write("/sandbox/refusal", { status });

/** Where a file's bytes are. */
export const fileUrl = (file) => `/sandbox/file/${encodeURIComponent(file.file_id)}`;

/** Calls `heard(event)` for each event of the world, `live(bool)` when the line comes or goes. */
export function listen(heard, live) {
  const source = new EventSource("/sandbox/events");
  const tell = (online) => {
    stands(online);
    live(online);
  };
  source.addEventListener("open", () => tell(true));
  source.addEventListener("error", () => tell(false));
  source.addEventListener("message", (event) => heard(JSON.parse(event.data)));
}
