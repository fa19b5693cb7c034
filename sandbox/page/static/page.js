// The practice page: keeps what is shown in step with the server, and its address with what is shown.

import { showAccount } from "./account.js";
import { showBlocks } from "./blocks.js";
import { showComposer } from "./composer.js";
import { byId, h, keepingFocus, reconcile } from "./dom.js";
import { showDrawer } from "./drawer.js";
import { acting, showFeed, showMessage } from "./feed.js";
import { countLetters } from "./letters.js";
import { showModals } from "./modal.js";
import { showPeople, showPlaces, showWho } from "./people.js";
import { announce, tellOfOthers, toast } from "./toasts.js";
import { onTheWay, showTravel, travelling } from "./travel.js";
import { t } from "./words.js";
import { addressOf, appName, ask, gesture, person, place, world } from "./world.js";

const PAGE = 200;
const LEAST = 120; // milliseconds between two looks at a state that keeps changing
const rooms = { dm: byId("feed"), channel: byId("feed"), home: byId("home"), timeline: byId("timeline") };
let wanted = { person: world.state.person, place: world.state.place };
let shown = null;
let limit = PAGE;
const seen = new Set();

const kindOf = () => (world.state.place === "timeline" ? "timeline" : (place()?.kind ?? "dm"));

// ------------------------------------------------------------------------------------------------------ showing

function showHome() {
  const { home } = world.state;
  const root = byId("home");
  if (!home) return reconcile(root, [{ key: "none", sign: world.state.person }], () => h("p", { class: "empty" }, t("no_home", { app: appName() })));
  const ctx = acting({ kind: "home" }, { values: home.values, level: 2 });
  reconcile(root, [{ key: world.state.person, sign: "" }], () => h("div", { class: "blocks", "data-keeps-focus": "yes", tabindex: "-1" }));
  return keepingFocus(() => showBlocks(root.firstElementChild, home.blocks, ctx), byId("main"));
}

function showRoom(arriving) {
  const kind = kindOf();
  for (const node of new Set(Object.values(rooms))) node.hidden = node !== rooms[kind];
  if (kind === "home") showHome();
  else if (kind === "timeline") import("./timeline.js").then((it) => it.showTimeline(byId("timeline")));
  else showFeed(byId("feed"), arriving);
  if (arriving && kind !== "dm" && kind !== "channel") byId("view").scrollTop = 0;
  showComposer((kind === "dm" || kind === "channel") && Boolean(person()?.joined && !person().deactivated));
  if (kind !== "dm" && kind !== "channel") byId("earlier").hidden = true;
}

function showFound() {
  const found = world.state.faults_found ?? [];
  byId("found").hidden = found.length === 0;
  byId("found-count").textContent = t("found_n", { n: found.length });
  reconcile(byId("found-list"), found.map((text, at) => ({ key: `${at} ${text}`, sign: "", text })), ({ text }) => h("li", {}, text));
}

/** Say what Slack would have said did not work, once. */
function showNotices(arriving) {
  for (const one of world.state.notices ?? []) {
    const name = `${world.state.person} ${one.at} ${one.text}`;
    if (!seen.has(name) && !arriving) toast({ text: t("notice", { text: one.text }), kind: "bad" });
    seen.add(name);
  }
}

function hearNew(before) {
  const had = new Set(before.messages.map((one) => one.ts));
  const fresh = world.state.messages.filter((one) => !had.has(one.ts) && one.author.id !== world.state.person);
  if (fresh.length > 3) announce(t("new_messages", { n: fresh.length }));
  else for (const one of fresh) announce(`${one.author.name} : ${one.text.slice(0, 300)}`);
}

function show(before) {
  const { state } = world;
  const arriving = !shown || shown.person !== state.person || shown.place !== state.place;
  shown = { person: state.person, place: state.place };
  keepingFocus(() => { showPeople(); showPlaces(); });
  showWho();
  showAccount();
  showTravel();
  countLetters(before);
  showRoom(arriving);
  showModals();
  showFound();
  showNotices(arriving);
  if (before && !travelling()) tellOfOthers(before, state);
  if (before && !arriving) hearNew(before);
  read();
}

/** What is before the eyes is read. */
function read() {
  const here = place();
  if (!person()?.joined) return;
  if (document.visibilityState === "visible" && here?.unread > 0) gesture("see", { place: here.id });
}

// --------------------------------------------------------------------------------------------------- keeping in step

let looking = null;
let again = false;

async function look() {
  const asked = { ...wanted };
  let state;
  try {
    state = await ask(`/state?${new URLSearchParams({ ...asked, limit })}`);
  } catch {
    return;
  }
  if (asked.person !== wanted.person || asked.place !== wanted.place) return void (again = true);
  const before = world.state;
  world.state = state;
  show(before);
}

/** Look at the state again; calls made meanwhile become one more look. */
async function refresh() {
  if (looking) {
    again = true;
    return looking;
  }
  looking = (async () => {
    do {
      again = false;
      await look();
      if (again && travelling()) await new Promise((resolve) => setTimeout(resolve, LEAST));
    } while (again);
  })();
  await looking;
  looking = null;
  return null;
}

let due = null;
const refreshSoon = () => { due ??= setTimeout(() => { due = null; refresh(); showDrawer(); }, travelling() ? 4 * LEAST : LEAST / 4); };

function listen() {
  const events = new EventSource("/events");
  events.addEventListener("changed", (event) => {
    const { travel } = JSON.parse(event.data);
    if (travel) onTheWay(travel);
    refreshSoon();
  });
  events.addEventListener("error", () => { byId("lost").hidden = false; });
  events.addEventListener("open", () => {
    byId("lost").hidden = true;
    refresh(); // what happened while nobody listened
  });
  addEventListener("pagehide", () => events.close());
}

// --------------------------------------------------------------------------------------------------------- moving

const narrow = () => getComputedStyle(byId("people-toggle")).display !== "none";

const asWanted = (address) => {
  const query = new URL(address, location.href).searchParams;
  return { person: query.get("person") ?? world.state.person, place: query.get("place") ?? "dm" };
};

/** The app hears that its Home is looked at. */
async function openHome() {
  const one = person();
  if (world.state.place === "home" && one?.joined && !one.deactivated) await gesture("open_home");
}

async function arrive(next, { hash = "", focus = false } = {}) {
  wanted = next;
  limit = PAGE;
  byId("people").classList.remove("open");
  byId("people-toggle").setAttribute("aria-expanded", "false");
  if (narrow()) byId("meanwhile").hidden = true;
  await refresh();
  await openHome();
  if (hash.startsWith("#m-") && showMessage(decodeURIComponent(hash.slice(3)))) return;
  if (focus) byId("main").focus({ preventScroll: true });
}

/** Go to a person and a place; `focus`: from a link elsewhere than in the lists of people and places. */
function go(who, where, { hash = "", focus = true } = {}) {
  const next = { person: who, place: where };
  history.pushState(null, "", `${addressOf(who, where)}${hash}`);
  return arrive(next, { hash, focus });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const next = asWanted(link.href);
  go(next.person, next.place, { hash: new URL(link.href).hash, focus: !link.closest("#places, #people") || narrow() });
});
addEventListener("popstate", () => arrive(asWanted(location.href), { hash: location.hash }));
document.addEventListener("visibilitychange", read);
byId("earlier").addEventListener("click", async () => {
  const scroller = byId("view");
  const below = scroller.scrollHeight - scroller.scrollTop;
  limit += PAGE;
  await refresh();
  scroller.scrollTop = scroller.scrollHeight - below;
});
byId("people-filter").addEventListener("input", showPeople);
byId("people-toggle").addEventListener("click", () => {
  const open = byId("people").classList.toggle("open");
  byId("people-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("people").querySelector("a[aria-current]")?.focus();
});
byId("people").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !byId("people").classList.contains("open")) return;
  byId("people-toggle").click();
  byId("people-toggle").focus();
});

Object.assign(world, { refresh, go });
if (world.state.person) history.replaceState(null, "", `${addressOf(world.state.person, world.state.place)}${location.hash}`);
show(null);
listen();
openHome();
if (world.state.earlier && world.state.messages.length < PAGE) refresh();
if (location.hash.startsWith("#m-")) showMessage(decodeURIComponent(location.hash.slice(3)));
document.documentElement.dataset.ready = "yes";
