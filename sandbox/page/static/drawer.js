// The drawer at the side: the letters, the inspector or the faults, fetched the first time they are asked for.

import { byId } from "./dom.js";
import { t } from "./words.js";

const drawer = byId("drawer");
const ROOMS = {
  letters: async (root) => (await import("./letters.js")).showLetters(root),
  inspector: async (root) => (await import("./inspector.js")).showInspector(root),
  faults: async (root) => (await import("./faults.js")).showFaults(root),
};
const openers = [...document.querySelectorAll("[data-drawer]")];
let open = null;

function mark() {
  for (const one of openers) one.setAttribute("aria-expanded", String(one.dataset.drawer === open));
  drawer.hidden = open === null;
}

async function toggle(name) {
  const opener = openers.find((one) => one.dataset.drawer === (name ?? open));
  open = name === open ? null : name;
  mark();
  if (!open) return void opener?.focus();
  byId("drawer-title").textContent = t(open);
  byId("drawer-body").replaceChildren();
  drawer.focus();
  await showDrawer();
}

/** Bring what the drawer shows up to date. */
export async function showDrawer() {
  if (open) await ROOMS[open](byId("drawer-body"));
}

for (const one of openers) one.addEventListener("click", () => toggle(one.dataset.drawer));
byId("drawer-close").addEventListener("click", () => toggle(null));
drawer.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(null); });
