"""Coming, going and what admins do with members."""

from __future__ import annotations

from sandbox.accounts import Bot
from sandbox.chats import ADMIN_RIGHTS, Chat, Member
from sandbox.errors import ApiError, Refused
from sandbox.membership import change_member
from sandbox.people.acting import Acting
from sandbox.tags import tag_member

USUAL_RIGHTS = frozenset(ADMIN_RIGHTS) - {"can_promote_members"}


class InGroups(Acting):
    """Membership of groups."""

    def joins(self, chat: int) -> None:
        """Join a group; a banned person can't."""
        found = self.world.chat(chat)
        if found.member(self.id).status == "kicked":
            raise Refused("You are banned in this group.")
        if not found.has(self.id):
            change_member(self.world, found, self.id, Member(self.id))

    def leaves(self, chat: int) -> None:
        """Leave a group."""
        change_member(self.world, self._chat(chat), self.id, Member(self.id, "left"))

    def adds(self, person: Acting, chat: int) -> None:
        """Bring another person in."""
        self._brings(person.id, chat)

    def adds_bot(self, bot: Bot, chat: int) -> None:
        """Bring a bot in as a plain member."""
        self._brings(bot.id, chat)

    def _brings(self, user: int, chat: int) -> None:
        found = self._chat(chat)
        if not found.may(self.id, "can_invite_users"):
            raise Refused("You are not allowed to add members.")
        if not found.has(user):
            change_member(self.world, found, self.id, Member(user))

    def kicks(self, who: Acting | Bot, chat: int) -> None:
        """Ban a person or remove a bot."""
        found = self._chat(chat)
        self._check_over(found, who.id, "can_restrict_members")
        change_member(self.world, found, self.id, Member(who.id, "kicked"))

    def unbans(self, who: Acting | Bot, chat: int) -> None:
        """Take a ban back; it brings nobody in."""
        found = self._chat(chat)
        self._check_over(found, who.id, "can_restrict_members")
        if found.member(who.id).status == "kicked":
            change_member(self.world, found, self.id, Member(who.id, "left"))

    def promotes(
        self, user: Acting, chat: int, *, anonymous: bool = False, title: str = "", **rights: bool
    ) -> None:
        """Make an admin, or change an admin's rights: see `sets_bot_rights`."""
        self._grants(user.id, chat, rights, anonymous, title)

    def sets_bot_rights(self, bot: Bot, chat: int, **rights: bool) -> None:
        """Make the bot an admin with the usual rights, or with its present ones, changed by these.

        Example: `owner.sets_bot_rights(bot, group, can_pin_messages=False)`.
        """
        self._grants(bot.id, chat, rights, False, "")

    def demotes(self, who: Acting | Bot, chat: int) -> None:
        """Make an admin a plain member."""
        found = self._chat(chat)
        self._check_over(found, who.id, "can_promote_members")
        change_member(self.world, found, self.id, Member(who.id))

    def tags(self, user: Acting, chat: int, tag: str) -> None:
        """Give a regular member a tag, or oneself where members may; "" takes it away."""
        found = self._chat(chat)
        own = user.id == self.id and found.may(self.id, "can_edit_tag")
        if not own and not found.admin_may(self.id, "can_manage_tags"):
            raise Refused("You are not allowed to give tags.")
        try:
            tag_member(self.world, found, user.id, tag)
        except ApiError as error:
            raise Refused(error.description) from None

    def _grants(
        self, user: int, chat: int, rights: dict[str, bool], anonymous: bool, title: str
    ) -> None:
        found = self._chat(chat)
        if unknown := rights.keys() - set(ADMIN_RIGHTS):
            raise Refused(f"There are no such rights: {', '.join(sorted(unknown))}.")
        self._check_over(found, user, "can_promote_members")
        if not found.has(user):
            raise Refused("Only members can become admins.")
        old = found.member(user)
        granted = old.rights if old.status == "administrator" else USUAL_RIGHTS
        granted = granted | {name for name, given in rights.items() if given}
        granted = granted - {name for name, given in rights.items() if not given}
        new = Member(user, "administrator", granted, anonymous, title or old.title)
        change_member(self.world, found, self.id, new)

    def _check_over(self, chat: Chat, user: int, right: str) -> None:
        if not chat.admin_may(self.id, right):
            raise Refused("You are not an admin with this right.")
        if chat.member(user).status == "creator":
            raise Refused("Nobody can change the owner.")
