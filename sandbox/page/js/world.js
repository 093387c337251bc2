/* What the page knows of the world, and who is told when it changes. */
import { listen, site, state } from "./api.js";

const PATIENCE = 20_000;  // milliseconds that a pressed button waits for the bot's answer
const KEPT = 100;

export const world = {
  bot: null, people: [], chats: [], limits: "off", faults: 0, ephemeral: "known", hour: null, round: "",
  site: { open: false, refuses: 0, visitors: [] },
  forges: false,  // whether what a visitor writes next is signed by somebody else
};
const watchers = new Set();
const waiting = new Map();
const answered = new Map();

/** A person or bot of the world by id. */
export const person = (id) => world.people.find((one) => one.id === id);

/** The name shown for a user id. */
export const nameOf = (id) => (id === world.bot?.id ? world.bot.name : person(id)?.name ?? "…");

/** A visitor of the shop's site by id. */
export const visitor = (id) => world.site.visitors.find((one) => one.id === id);

/** The operators' groups: the forums, else any. */
export const groups = () => {
  const living = world.chats.filter((chat) => !chat.upgraded_to && !chat.deleted);
  const forums = living.filter((chat) => chat.is_forum);
  return forums.length ? forums : living;
};

/** The group that is looked at: the chosen one, else the first; undefined when there is none. */
export const group = () => groups().find(({ id }) => String(id) === localStorage.getItem("group")) ?? groups()[0];

const RANKS = ["owner", "admin", "operator"];

/** Those who are in the group that is looked at, the owner first. */
export const operators = () => {
  const there = new Set(group()?.members.map(({ user }) => user));
  return world.people.filter((one) => there.has(one.id))
    .sort((a, b) => RANKS.indexOf(a.role) - RANKS.indexOf(b.role));
};

/** What stands beside a member's name in the group that is looked at, or undefined. */
export const tagOf = (id) => {
  const member = group()?.members.find(({ user }) => user === id);
  return member?.custom_title ?? member?.tag;
};

/** Those who are not. */
export const customers = () => world.people.filter((one) => one.role === "customer" && !one.deactivated);

/** How a person stands with the bot: `{started, blocked}`. */
export const standing = (one) => ({
  started: Boolean(
    one?.started?.includes(world.bot?.id),
  ), blocked: Boolean(one?.blocked?.includes(world.bot?.id)),
});

/**
 * Runs `work` soon and never twice at once; calls that come meanwhile make it run once more.
 * Bursts of events so cost one reading. Each call is done when a run that began after it is.
 */
export function soon(work) {
  let running = null;
  let again = false;
  const runs = async () => {
    while (again) {
      again = false;
      await work();
    }
  };
  return () => {
    again = true;
    running ??= runs().finally(() => { running = null; });
    return running;
  };
}

/** Reads the state anew and tells the watchers. */
export const refresh = soon(async () => {
  const [known, shop] = await Promise.all([state(), site()]);
  Object.assign(world, known, { site: shop });
  for (const watcher of watchers) watcher.changed();
});

/**
 * `changed()` is called after each reading of the state, `heard(event)` for each event, and
 * `own(said)`, where there is one, for what is said by this page.
 */
export const watch = (watcher) => watchers.add(watcher);

/** Tells the watchers what somebody has just said by this page: `{who, text, inGroup, inTopic}`. */
export function own(said) {
  for (const watcher of watchers) watcher.own?.(said);
}

/** Starts listening; `live(bool)` tells whether the line stands. */
export function follow(live) {
  listen(hear, (stands) => {
    live(stands);
    if (!stands) return;
    refresh();
    for (const watcher of watchers) watcher.heard(null);  // whatever was missed: read everything
  });
}

function hear(event) {
  if (event.type === "answer") keepAnswer(event);
  if (event.type === "hour") world.hour = event.hour;
  else if (event.type !== "action") refresh();
  for (const watcher of watchers) watcher.heard(event);
}

function keepAnswer(answer) {
  waiting.get(answer.id)?.(answer);
  answered.set(answer.id, answer);
  if (answered.size > KEPT) answered.delete(answered.keys().next().value);
}

/** What the bot answers to a pressed button (Bot API: answerCallbackQuery), or null if it does not. */
export function answerTo(query) {
  if (answered.has(query)) return Promise.resolve(answered.get(query));
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      waiting.delete(query);
      resolve(answer);
    };
    const timer = setTimeout(done, PATIENCE, null);
    waiting.set(query, done);
  });
}

