// What is said in passing: to the eye in a corner, to the ear politely; never in the way, never stealing the focus.

import { byId, h } from "./dom.js";
import { t } from "./words.js";
import { addressOf, world } from "./world.js";

const SECONDS = 9;
const MOST = 3;

/** Say it to screen readers alone. */
export function announce(text) {
  const node = byId("announcer");
  node.append(h("p", {}, text));
  while (node.childElementCount > 3) node.firstElementChild.remove();
}

export function toast({ text, href = null, kind = "" }) {
  const close = h("button", { type: "button", class: "button quiet", "aria-label": t("dismiss") }, "×");
  const node = h("div", { class: `toast ${kind}` }, href ? h("a", { href, "data-go": "yes" }, text) : h("span", {}, text), close);
  const leave = () => node.remove();
  close.addEventListener("click", leave);
  let waiting = setTimeout(leave, SECONDS * 1000);
  node.addEventListener("pointerenter", () => clearTimeout(waiting));
  node.addEventListener("focusin", () => clearTimeout(waiting));
  node.addEventListener("pointerleave", () => { waiting = setTimeout(leave, SECONDS * 1000); });
  const rack = byId("toasts");
  rack.append(node);
  while (rack.childElementCount > MOST) rack.firstElementChild.remove();
  announce(text);
}

/** Say who else has just been written to. */
export function tellOfOthers(before, now) {
  const had = new Map(before.people.map((one) => [one.id, one.unread ?? 0]));
  const told = now.people.filter((one) => one.id !== now.person && (one.unread ?? 0) > (had.get(one.id) ?? 0));
  if (told.length > 2) return toast({ text: t("told_many", { n: told.length }), href: addressOf(now.person, "timeline") });
  for (const one of told) {
    const n = one.unread - (had.get(one.id) ?? 0);
    toast({ text: t("told_one", { n, name: one.name }), href: addressOf(one.id, "dm") });
  }
  return null;
}

world.toast = toast;
