/* Service messages in words. */
import { t } from "./i18n.js";
import { summary } from "./media.js";

const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");
const names = (users) => users.map(nameOf).join(", ");

/** Each kind of service message: the values of its sentence. */
const KINDS = {
  forum_topic_created: (c) => ({ name: c.name }),
  forum_topic_edited: (c) => ({ name: c.name }),
  forum_topic_closed: () => ({}),
  forum_topic_reopened: () => ({}),
  general_forum_topic_hidden: () => ({}),
  general_forum_topic_unhidden: () => ({}),
  pinned_message: (c) => ({ what: c.date ? summary(c, 60) : "…" }),
  new_chat_members: (c) => ({ names: names(c) }),
  left_chat_member: (c) => ({ names: nameOf(c) }),
  new_chat_title: (c) => ({ name: c }),
  migrate_to_chat_id: () => ({}),
  migrate_from_chat_id: () => ({}),
  group_chat_created: () => ({}),
  supergroup_chat_created: () => ({}),
  delete_chat_photo: () => ({}),
  new_chat_photo: () => ({}),
};

/** The kind of a service message, or undefined for an ordinary one. */
export const serviceKind = (message) => Object.keys(KINDS).find((kind) => message[kind] !== undefined);

/** The sentence of a service message. */
export function serviceText(message) {
  const kind = serviceKind(message);
  const content = message[kind];
  const who = message.sender_chat?.title ?? nameOf(message.from);
  const renamed = kind === "forum_topic_edited" && content.name === undefined;
  return t(`service.${renamed ? "icon" : kind}`, { who, ...KINDS[kind](content) });
}
