// Where the person who is played writes: messages, replies, commands with what may be said in them, shortcuts.

import { byId, disclosure, h } from "./dom.js";
import { days, suggestions } from "./suggest.js";
import { announce, toast } from "./toasts.js";
import { t, wallOf, written } from "./words.js";
import { appName, gesture, place, world, zone } from "./world.js";

const box = byId("say");
const list = byId("suggestions");
const drafts = new Map();
let offered = { from: 0, items: [], sure: false };
let active = -1;
let where = null;
let thread = null;

// "/me" is Slack's own: what follows it is a message.
const inCommand = () => box.value.startsWith("/") && !box.value.startsWith("/me ");

function dates() {
  const words = Object.fromEntries(["today", "tomorrow", "next_monday", "in_a_week", "in_a_month"].map((name) => [name, t(name)]));
  return days(wallOf(world.state.clock.iso, zone()).slice(0, 10), { spoken: (day) => written(day, "day", "UTC"), words });
}

function point(at) {
  active = at;
  [...list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === at)));
  if (at >= 0) {
    box.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function hide() {
  offered = { from: 0, items: [], sure: false };
  list.hidden = true;
  list.replaceChildren();
  point(-1);
}

function suggest() {
  const before = box.value.slice(0, box.selectionStart);
  const found = suggestions(before, { commands: world.state.commands, people: world.state.people, dates: dates() });
  const whole = found.items.length === 1 && before.slice(found.from) === found.items[0].insert.trim();
  if (!found.items.length || whole) return hide();
  offered = found;
  list.replaceChildren(...found.items.map((one, at) => h("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); take(at); } },
    h("span", {}, one.label), h("small", {}, one.hint))));
  list.hidden = false;
  point(found.sure ? 0 : -1);
  return announce(t("suggested", { n: found.items.length }));
}

function take(at) {
  box.setRangeText(offered.items[at].insert, offered.from, box.selectionStart, "end");
  hide();
  grow();
  suggest();
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
  drafts.set(where, box.value);
}

const KEYS = {
  ArrowDown: () => point((active + 1) % offered.items.length),
  ArrowUp: () => point((active - 1 + offered.items.length) % offered.items.length),
  Tab: () => take(Math.max(active, 0)),
  Escape: hide,
};

box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const open = offered.items.length > 0;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (open && active >= 0) take(active);
    else say();
  } else if (open && KEYS[event.key] && !event.shiftKey) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
box.addEventListener("input", () => { grow(); suggest(); });
box.addEventListener("blur", hide);
byId("composer").addEventListener("submit", (event) => { event.preventDefault(); say(); });

async function say() {
  const text = box.value.trim();
  if (!text) return;
  const command = inCommand() ? world.state.commands.find((one) => one.command === text.split(/\s/)[0]) : null;
  if (inCommand() && !command) return void toast({ text: t("no_such_command", { command: text.split(/\s/)[0] }), kind: "bad" });
  hide();
  box.value = "";
  grow();
  const given = command ? { command: command.command, text: text.slice(command.command.length).trim() } : { place: world.state.place, text, thread_ts: thread };
  const answer = await gesture(command ? "command" : "write", given);
  if (!answer.ok && !box.value) { box.value = text; grow(); }
}

function replyTo(message) {
  thread = message?.ts ?? null;
  byId("replying").hidden = !thread;
  byId("replying-to").textContent = message ? t("replying_to", { text: message.text.slice(0, 80) }) : "";
  box.focus();
}

function showShortcuts() {
  const press = (one) => () => { menu.hide(true); gesture("shortcut", { callback_id: one.callback_id }); };
  byId("shortcuts").replaceChildren(...world.state.shortcuts.map((one) => h("li", {}, h("button", { type: "button", onclick: press(one) }, one.name))));
  byId("shortcuts-opener").hidden = world.state.shortcuts.length === 0;
}

const menu = disclosure(byId("shortcuts-opener"), byId("shortcuts"));
byId("stop-replying").addEventListener("click", () => replyTo(null));
world.reply = (message) => replyTo(message);

/** The composer of the place that is shown; each keeps its own draft. */
export function showComposer(usable) {
  byId("composer").hidden = !usable;
  const here = `${world.state.person} ${world.state.place}`;
  if (here !== where) {
    where = here;
    thread = null;
    byId("replying").hidden = true;
    box.value = drafts.get(here) ?? "";
    if (usable) grow();
    hide();
  }
  if (!usable) return;
  const to = place()?.kind === "channel" ? `#${place().name}` : appName();
  box.placeholder = t("write_to", { to });
  box.setAttribute("aria-label", t("write_to", { to }));
  showShortcuts();
}
