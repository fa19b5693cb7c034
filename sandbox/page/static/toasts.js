// What is said in passing: to the eye in a corner, to the ear politely; never in the way, never stealing the focus.

import { byId, h } from "./dom.js";
import { t } from "./words.js";
import { addressOf, world } from "./world.js";

const SECONDS = 9;
const MOST = 3;
const NAMED = 3;

/** Say it to screen readers alone. */
export function announce(text) {
  const node = byId("announcer");
  node.append(h("p", {}, text));
  while (node.childElementCount > 3) node.firstElementChild.remove();
}

/** Put it in the corner until it is dismissed, or has been there long enough; gives the function that takes it away. */
function raise(kind, ...content) {
  const node = h("div", { class: `toast ${kind}` }, h("span", {}, content), h("button", { type: "button", class: "button quiet", "aria-label": t("dismiss"), onclick: () => node.remove() }, "×"));
  const leave = () => node.remove();
  const wait = () => setTimeout(leave, SECONDS * 1000);
  let waiting = wait();
  for (const arriving of ["pointerenter", "focusin"]) node.addEventListener(arriving, () => clearTimeout(waiting));
  node.addEventListener("pointerleave", () => { waiting = wait(); });
  const rack = byId("toasts");
  rack.append(node);
  while (rack.childElementCount > MOST) rack.firstElementChild.remove();
  return node;
}

export function toast({ text, kind = "" }) {
  raise(kind, text);
  announce(text);
}

const waiting = new Map();
let shown = null;

const leading = (href, text) => h("a", { href, "data-go": "yes" }, text);

function news(state) {
  const some = [...waiting];
  if (some.length > NAMED) return [leading(addressOf(state.person, "timeline"), t("told_many", { n: some.length }))];
  if (some.length === 1) return [leading(addressOf(some[0][0], "dm"), t("told_one", some[0][1]))];
  return [`${t("told_some")} `, some.map(([id, { name }], at) => [at ? ", " : "", leading(addressOf(id, "dm"), name)])];
}

/** Forget what was said of others: nobody needs it any more. */
export function dropNews() {
  waiting.clear();
  shown?.remove();
}

/** Say who else has just been written to; whoever is visited is no news. */
export function tellOfOthers(before, now) {
  if (!shown?.isConnected) waiting.clear();
  const had = new Map(before.people.map((one) => [one.id, one.unread ?? 0]));
  const told = now.people.filter((one) => one.id !== now.person && (one.unread ?? 0) > (had.get(one.id) ?? 0));
  for (const one of told) waiting.set(one.id, { name: one.name, n: (waiting.get(one.id)?.n ?? 0) + one.unread - (had.get(one.id) ?? 0) });
  const visited = waiting.delete(now.person);
  if (!told.length && !visited) return;
  shown?.remove();
  if (!waiting.size) return;
  shown = raise("", news(now));
  if (told.length) announce(shown.firstElementChild.textContent);
}

world.toast = toast;
