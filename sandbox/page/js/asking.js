/* Messages that ask whoever sees them for a reply (Bot API: ForceReply, and the like of keyboards). */

/** The newest message that asks `me` for a reply, or null; who has written since is asked no more. */
export function asking(messages, me) {
  for (const message of [...messages].reverse()) {
    const markup = message.reply_markup;
    if ((message.real_sender ?? message.from.id) === me) return null;
    if (markup?.force_reply && (!markup.selective || isMeant(message, me))) return message;
  }
  return null;
}

/** Whom a selective one means: who is mentioned in it, or written the message that it answers. */
function isMeant(message, me) {
  const named = (message.entities ?? []).some(({ user }) => user?.id === me);
  return named || message.reply_to_message?.from.id === me;
}
