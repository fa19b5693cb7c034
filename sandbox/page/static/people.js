// Who may be played, and where: the list of people with what waits for them, and the places of the one who is played.

import { byId, h, hidden, reconcile } from "./dom.js";
import { t } from "./words.js";
import { addressOf, appName, person, world } from "./world.js";

const HUES = 8;
const sum = (text) => [...text].reduce((total, letter) => total + letter.codePointAt(0), 0);
const initials = (name) => name.split(/[\s-]+/).map((word) => [...word][0] ?? "").join("").slice(0, 2).toLocaleUpperCase();

export const avatar = (name, { app = false } = {}) =>
  h("span", { class: app ? "avatar app" : `avatar a${sum(name) % HUES}`, "aria-hidden": "true" }, initials(name));

const badge = (n) => (n > 0 ? h("span", { class: "badge" }, h("span", { "aria-hidden": "true" }, n > 99 ? "99+" : n), hidden(` ${t("unread", { n })}`)) : null);

function standing(one) {
  if (!one) return "";
  if (one.deactivated) return t("deactivated");
  return one.joined ? (one.title ?? "") : t("not_joined");
}

function someone({ one, current }) {
  return h("li", {}, h("a", { href: addressOf(one.id, "dm"), "data-go": "yes", "data-action": `person-${one.id}`, "aria-current": current ? "true" : null, class: one.joined && !one.deactivated ? "" : "absent" },
    avatar(one.name),
    h("span", { class: "who" }, h("span", { class: "name" }, one.name), h("small", {}, standing(one))),
    badge(one.unread)));
}

function filtered() {
  const words = byId("people-filter").value.toLocaleLowerCase();
  return world.state.people.filter((one) => `${one.name} ${one.handle} ${one.title ?? ""}`.toLocaleLowerCase().includes(words));
}

export function showPeople() {
  const { state } = world;
  byId("people-filter").hidden = state.people.length < 16;
  const items = filtered().map((one) => ({ key: one.id, sign: JSON.stringify([one, one.id === state.person]), one, current: one.id === state.person }));
  reconcile(byId("people-list"), items, someone);
  const others = state.people.filter((one) => one.id !== state.person).reduce((total, one) => total + (one.unread ?? 0), 0);
  byId("people-badge").replaceChildren(...[badge(others)].filter(Boolean));
}

const MARKS = { home: "⌂", dm: "✉", channel: "#", timeline: "☰" };
const placeName = (one) => ({ home: () => t("home"), dm: () => t("messages"), timeline: () => t("timeline") })[one.kind]?.() ?? one.name;

function somewhere({ one, current }) {
  const mark = one.kind === "channel" && one.private ? "🔒" : MARKS[one.kind];
  return h("li", {}, h("a", { href: addressOf(world.state.person, one.id), "data-go": "yes", "data-action": `place-${one.id}`, "aria-current": current ? "page" : null },
    h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", {}, placeName(one)), badge(one.unread)));
}

export function showPlaces() {
  const { state } = world;
  const places = [...state.places.filter((one) => one.kind !== "timeline"), { id: "timeline", kind: "timeline" }];
  const items = places.map((one) => ({ key: one.id, sign: JSON.stringify([state.person, one, one.id === state.place]), one, current: one.id === state.place }));
  reconcile(byId("places"), items, somewhere);
}

/** The head of the page's main part: who is played, and what may be done about their account. */
export function showWho() {
  const one = person();
  const here = world.state.places.find((place) => place.id === world.state.place);
  byId("who").textContent = one?.name ?? "";
  byId("who-avatar").replaceChildren(avatar(one?.name ?? "?"));
  byId("who-title").textContent = standing(one);
  document.title = [one?.name, here ? placeName(here) : t("timeline"), appName()].filter(Boolean).join(" · ");
}
