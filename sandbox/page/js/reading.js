/* How far the operators' side has read each topic; kept in the browser. */

const key = (chat) => `read:${chat}`;
const load = (chat) => JSON.parse(localStorage.getItem(key(chat)) ?? "{}");

/** How many messages of a topic have not been on the screen yet. */
export function unread(chat, { thread, messages }) {
  return Math.max(0, messages - (load(chat)[thread] ?? 0));
}

/** How many messages of all topics of a group have not been. */
export const unreadIn = ({ id, topics }) => topics.filter(({ hidden }) => !hidden)
  .reduce((sum, topic) => sum + unread(id, topic), 0);

/** The topic is on the screen now. */
export function markRead(chat, { thread, messages }) {
  const seen = load(chat);
  if (seen[thread] === messages) return;
  localStorage.setItem(key(chat), JSON.stringify({ ...seen, [thread]: messages }));
}
