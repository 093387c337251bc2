/* The control API of the sandbox, as the page uses it. */

/** An act that the app would not allow; the message says why. */
export class Refused extends Error {}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function write(path, body) {
  const answer = await fetch(
    path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
  );
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

/** What only the demo grants: the operators' language ("uk", "ru", "en"), "reset", "hour", "stop". */
export const wish = (what) => write("/sandbox/wish", { wish: what });

/** What the bot has just done, newest first, and how much it may do yet: `{deeds, left, wait}`. */
export const deeds = () => read("/sandbox/deeds");

/** A new person: `{name, language}`. */
export const addPerson = (fields) => write("/sandbox/people", fields);

/** Lets the bot's next calls fail. */
export const fault = (fields) => write("/sandbox/faults", fields);

/** Switches flood limits: "off" or "telegram". */
export const limits = (mode) => write("/sandbox/limits", { mode });

/** Where a file's bytes are. */
export const fileUrl = (file) => `/sandbox/file/${encodeURIComponent(file.file_id)}`;

/** Calls `heard(event)` for each event of the world, `live(bool)` when the line comes or goes. */
export function listen(heard, live) {
  const source = new EventSource("/sandbox/events");
  source.addEventListener("open", () => live(true));
  source.addEventListener("error", () => live(false));
  source.addEventListener("message", (event) => heard(JSON.parse(event.data)));
}
