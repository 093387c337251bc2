/* The start of the page: its three parts, and the line to the world. */
import { markEmoji } from "./emoji.js";
import { Refused, wish } from "./api.js";
import { followAnew } from "./anew.js";
import { Customers } from "./customers.js";
import { Forum } from "./forum.js";
import { Guide } from "./guide.js";
import { BusyHour } from "./hour.js";
import { language, speak, t } from "./i18n.js";
import { toast } from "./overlays.js";
import { Strip } from "./strip.js";
import { TopBar } from "./topbar.js";
import { follow, watch } from "./world.js";

const at = (id) => document.getElementById(id);

speak(language());
markEmoji();
const customers = new Customers(at("customer"));
const forum = new Forum(at("desk"));
const sides = { customer: customers, desk: forum };
const strip = new Strip(at("strip"), () => guide.show());
const guide = new Guide(at("guide"), () => strip.translate());
const hour = new BusyHour(at("hour"));
const bar = new TopBar(at("topbar"), document.querySelector(".stage"), sides, () => {
  for (const part of [customers, forum, strip, guide, hour]) part.translate();
  wish(language());
});

for (const part of [customers, forum, guide, strip, hour]) watch(part);
watch({ changed: () => { bar.changed(); followAnew(); }, heard: () => {} });
addEventListener("unhandledrejection", (event) => {
  const refused = event.reason instanceof Refused;
  if (refused) event.preventDefault();
  toast(refused ? event.reason.message : t("failed"), true);
});
follow((online) => {
  bar.live(online);
  if (online) wish(language());
});
