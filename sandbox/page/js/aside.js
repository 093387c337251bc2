/* What one member of a group alone sees (Bot API: ephemeral messages): kept here, and nowhere else. */
const kept = new Map();  // messages by the group and their number: `{to, message}`

const name = (event, number) => `${event.chat}:${number}`;

/** Follows an event of the world. Whether it was about such a message. */
export function follow(event) {
  if (event?.type === "ephemeral") {
    kept.set(name(event, event.message.ephemeral_message_id), { to: event.to, message: event.message });
  } else if (event?.type === "dismissed") {
    kept.delete(name(event, event.ephemeral_message_id));
  } else return false;
  return true;
}

/** Whether it is such a message. */
export const isAside = (message) => Boolean(message.ephemeral_message_id);

/** The messages of a conversation, with what `me` alone sees there; some stand in another's place. */
export function withAsides(messages, { chat, thread = 1 }, me) {
  const mine = [...kept.values()]
    .filter(({ to, message }) => to === me && message.chat.id === chat && (message.message_thread_id ?? 1) === thread)
    .map(({ message }) => message);
  if (!mine.length) return messages;
  const replaced = new Set(mine.map(({ replaces }) => replaces).filter(Boolean));
  const others = messages.filter(({ message_id: id }) => !replaced.has(id));
  return [...others, ...mine].sort((one, other) => one.date - other.date);
}
