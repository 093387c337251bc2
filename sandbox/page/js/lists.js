/* What opens above the line by what is typed in it: commands, an inline bot's offers. One at a time. */

/** `lists` are those there are; each has `node`, `typed(text)`, `key(event)` and `close()`. */
export class Lists {
  constructor(...lists) {
    this.all = lists.filter(Boolean);
    this.nodes = this.all.map(({ node }) => node);
  }

  typed(text) {
    for (const list of this.all) list.typed(text);
  }

  /** Handles a key of the line; true when it was meant for a list. */
  key(event) {
    return this.all.some((list) => list.key(event));
  }

  close() {
    for (const list of this.all) list.close();
  }
}
