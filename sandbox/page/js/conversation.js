/* One conversation on either side: its messages and the line below. How it is read and what can be
   done in it is for its channel to say. */
import { Refused } from "./api.js";
import { Composer } from "./composer.js";
import { Feed } from "./feed.js";
import { toast } from "./overlays.js";
import { soon } from "./world.js";

/**
 * A channel's own says: `key`, the name of what is open, null when nothing is; `history()`, its
 * messages; `context()`, who looks and what can be done; `send(draft)`, as the composer asks it.
 */
export class Conversation {
  /** `line` is what the composer takes; `drawn(messages)` is called after each drawing. */
  constructor(line, drawn = () => {}) {
    this.drawn = drawn;
    this.messages = [];
    this.feed = new Feed();
    this.composer = new Composer({ ...line, send: (draft) => this.send(draft) });
    this.read = soon(() => this.#read());
  }

  /** What the line's draft belongs to. */
  get draftKey() {
    return this.key;
  }

  /** What stands on the screen. */
  get shown() {
    return this.messages;
  }

  /** Does it; what is refused is shown. Resolves to the result or false. */
  async tries(deed) {
    try {
      return await deed() ?? true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message, true);
      return false;
    }
  }

  /** Draws the messages as they are known now. */
  draw() {
    this.drawnKey = this.key;
    this.feed.draw(this.key, this.shown, this.context());
    this.drawn(this.shown);
  }

  /** Shows what is said here now. The line is here at once: whoever types does not wait for the history. */
  reload() {
    if (this.key) this.composer.goTo(this.draftKey);
    return this.read();
  }

  async #read() {
    const { key } = this;
    if (!key) return;
    const messages = await this.history();
    if (key !== this.key) return;
    this.messages = messages;
    this.draw();
  }
}
