// The messages of a place, by day, as the person who is played sees them.

import { complain, showBlocks } from "./blocks.js";
import { byId, h, keepingFocus, reconcile } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { t, wallOf, written } from "./words.js";
import { appName, gesture, person, world, zone } from "./world.js";

const CLOSE = 5 * 60_000;
const dayOf = (message) => wallOf(message.at, zone()).slice(0, 10);

/** How the blocks of a surface tell the app what was done in them. */
export function acting(surface, more) {
  return {
    ...more,
    act: (kind, block, element, value) => gesture(kind, { surface, action_id: element.action_id, block_id: block.block_id, value: value ?? null }),
  };
}

function attached(file) {
  if (file.mimetype?.startsWith("image/")) return h("img", { class: "picture", src: file.url, alt: file.alt || file.title || file.name, loading: "lazy" });
  return h("a", { class: "attached", href: file.url, download: file.name }, `📎 ${file.title || file.name}`);
}

function reacted(one) {
  const n = one.count ?? one.users?.length ?? 1;
  return h("li", {}, `${emoji(one.name) ?? `:${one.name}:`} ${n}`);
}

const parts = new WeakMap();

function build(item) {
  const { message } = item;
  const made = { blocks: h("div", { class: "blocks" }), head: h("div", { class: "said-by" }), after: h("div", { class: "after" }), thread: h("ol", { class: "thread" }) };
  const node = h("li", { class: "message", id: `m-${message.ts}`, tabindex: "-1", "data-keeps-focus": "yes" },
    avatar(message.author.name, { app: message.author.is_app }),
    h("div", { class: "body" }, made.head, made.blocks, made.after, made.thread));
  parts.set(node, made);
  refresh(node, item);
  return node;
}

function refresh(node, { message, follows, replies, place }) {
  const made = parts.get(node);
  node.classList.toggle("follows", Boolean(follows));
  node.classList.toggle("whispered", message.ephemeral);
  made.head.replaceChildren(
    h("span", { class: "author" }, message.author.name),
    message.author.is_app ? h("span", { class: "tag" }, t("app_tag")) : "",
    h("time", { datetime: message.at }, written(message.at, "hour", zone())),
    message.edited ? h("span", { class: "edited" }, t("edited")) : "",
    message.ephemeral ? h("span", { class: "edited" }, t("ephemeral")) : "");
  const ctx = acting({ kind: "message", channel: place, ts: message.ts }, { values: message.values, level: 3 });
  if (message.blocks?.length) {
    showBlocks(made.blocks, message.blocks, ctx);
    for (const [block, text] of Object.entries(message.errors ?? {})) complain(made.blocks, block, text);
  } else reconcile(made.blocks, [{ key: "text", sign: message.text }], () => h("div", { class: "block laid" }, mrkdwn(message.text)));
  made.after.replaceChildren(
    ...(message.files ?? []).map(attached),
    ...(message.reactions?.length ? [h("ul", { class: "reactions" }, message.reactions.map(reacted))] : []),
    ...(message.ephemeral || message.in_thread ? [] : [replying(message)]));
  reconcile(made.thread, replies.map((one) => itemOf(one, { place })), build, refresh);
  made.thread.hidden = replies.length === 0;
}

function replying(message) {
  const label = t("reply_to", { name: message.author.name, hour: written(message.at, "hour", zone()) });
  return h("button", { type: "button", class: "button quiet reply", "data-action": `reply-${message.ts}`, "aria-label": label, onclick: () => world.reply?.(message) }, t("reply"));
}

function itemOf(message, { place, follows = false, replies = [] }) {
  return { key: message.ts, sign: JSON.stringify([message, follows, replies, world.state.names]), message, follows, replies, place };
}

function items(messages, place) {
  const found = [];
  let before = null;
  const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts && messages.some((other) => other.ts === one.thread_ts);
  for (const message of messages.filter((one) => !isReply(one))) {
    const day = dayOf(message);
    if (!before || dayOf(before) !== day) {
      found.push({ key: `day-${day}`, sign: day, day, at: message.at });
      before = null;
    }
    const near = before && before.author.id === message.author.id && !message.ephemeral && !before.ephemeral && Date.parse(message.at) - Date.parse(before.at) < CLOSE;
    const replies = messages.filter((one) => isReply(one) && one.thread_ts === message.ts).map((one) => ({ ...one, in_thread: true }));
    found.push(itemOf(message, { place, follows: near, replies }));
    before = message;
  }
  return found;
}

const make = (item) => (item.day
  ? h("li", { class: "day" }, h("h2", {}, h("time", { datetime: item.day }, written(item.at, "clock", zone()))))
  : build(item));

/** At the bottom, and still there when pictures have come, unless somebody has scrolled meanwhile. */
function stayLow(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
  const at = scroller.scrollTop;
  for (const image of scroller.querySelectorAll("img")) {
    if (!image.complete) image.addEventListener("load", () => { if (scroller.scrollTop === at) stayLow(scroller); }, { once: true });
  }
}

/** Show the messages of the place; stay at the bottom if one was there. `arriving`: another person or place than before. */
export function showFeed(feed, arriving) {
  const scroller = byId("view");
  const low = arriving || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const { messages, place } = world.state;
  byId("earlier").hidden = !world.state.earlier;
  if (messages.length) keepingFocus(() => reconcile(feed, items(messages, place), make, refresh), byId("main"));
  else reconcile(feed, [{ key: "none", sign: world.state.person }], () => h("li", { class: "empty" }, person()?.joined === false ? t("no_account") : t("no_messages", { app: appName() })));
  if (low) stayLow(scroller);
}

/** Bring a message into sight, and the focus to it. */
export function showMessage(ts) {
  const node = byId(`m-${ts}`);
  if (!node) return false;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("found");
  node.addEventListener("animationend", () => node.classList.remove("found"), { once: true });
  return true;
}
