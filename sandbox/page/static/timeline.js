// Everything the app said, the latest first, by day, with to whom; each entry leads to its message.

import { h, reconcile } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { t, wallOf, written } from "./words.js";
import { addressOf, ask, world, zone } from "./world.js";

const PAGE = 100;
let entries = [];
let finished = false;
let parts = null;

/** Where a message is, as both what said it and what took it back tell it. */
export const spotOf = (one) => `${one.to.id} ${one.place} ${one.ts}`;
export const takesBack = (one) => one.method === "chat.delete" && one.ok !== false;

const latestFirst = (some) => some.sort((one, other) => other.id - one.id);
const known = (one) => entries.some((other) => other.id === one.id);

async function more(before) {
  const query = new URLSearchParams({ limit: PAGE, ...(before ? { before } : {}) });
  const found = latestFirst((await ask(`/timeline?${query}`)).entries);
  if (before) {
    finished = found.length < PAGE;
    entries.push(...found.filter((one) => !known(one)));
  } else {
    const joined = found.some(known) || entries.length === 0;
    if (entries.length === 0) finished = found.length < PAGE;
    entries = joined ? [...found.filter((one) => !known(one)), ...entries.map((one) => found.find((other) => other.id === one.id) ?? one)] : found;
  }
  show();
}

function entry({ one, gone }) {
  const channel = one.to.kind === "channel";
  const href = channel ? addressOf(world.state.person, one.to.id, one.ts) : addressOf(one.to.id, one.place ?? "dm", one.ts);
  const name = channel ? `#${one.to.name}` : one.to.name;
  return h("li", { class: one.ok === false ? "entry bad" : "entry" },
    h("time", { datetime: one.at }, written(one.at, "hour", zone())),
    channel ? h("span", { class: "avatar", "aria-hidden": "true" }, "#") : avatar(one.to.name),
    h("div", { class: "words" },
      h("a", { href, "data-go": "yes", class: "name" }, name),
      one.method?.endsWith("update") ? h("span", { class: "edited" }, t("changed_message")) : null,
      gone ? h("span", { class: "edited" }, t("deleted_message")) : h("div", { class: "gist laid" }, mrkdwn(one.text)),
      one.ok === false ? h("p", { class: "error" }, one.error) : null));
}

function grouped() {
  const words = parts.filter.value.toLocaleLowerCase();
  const found = [];
  const taken = new Set(entries.filter(takesBack).map(spotOf));
  const shown = entries.filter((one) => !takesBack(one)).map((one) => ({ one, gone: taken.has(spotOf(one)) }));
  let day = null;
  for (const { one, gone } of shown.filter((it) => `${it.one.to.name} ${it.gone ? "" : it.one.text}`.toLocaleLowerCase().includes(words))) {
    const own = wallOf(one.at, zone()).slice(0, 10);
    if (own !== day) found.push({ key: `day-${own}`, sign: own, day: own, at: one.at });
    day = own;
    found.push({ key: `entry-${one.id}`, sign: JSON.stringify([one, gone, world.state.names]), one, gone });
  }
  return found;
}

function show() {
  reconcile(parts.list, grouped(), (item) => (item.day ? h("li", { class: "day" }, h("h2", {}, written(item.at, "clock", zone()))) : entry(item)));
  parts.more.hidden = finished;
  parts.none.hidden = entries.length > 0;
}

function build(root) {
  parts = {
    filter: h("input", { type: "search", placeholder: t("filter_timeline"), "aria-label": t("filter_timeline"), oninput: show }),
    list: h("ol", { class: "feed timeline", "aria-label": t("timeline") }),
    more: h("button", { type: "button", class: "button", onclick: () => more(entries.at(-1)?.id) }, t("earlier")),
    none: h("p", { class: "empty" }, t("nothing_said")),
  };
  root.replaceChildren(h("div", { class: "filter" }, parts.filter), parts.none, parts.list, parts.more);
}

/** Show what was said in `root`, and what was said since it was last shown. */
export function showTimeline(root) {
  if (parts?.list.parentElement !== root) build(root);
  return more(null);
}
