// The date and hour, the ways to go further, and what happened meanwhile.

import { byId, disclosure, h } from "./dom.js";
import { avatar } from "./people.js";
import { spotOf, takesBack } from "./timeline.js";
import { announce, dropNews, toast } from "./toasts.js";
import { instantOf, t, wallOf, written } from "./words.js";
import { addressOf, ask, send, world, zone } from "./world.js";

const DAY = 86_400_000;
const MOST_PAGES = 20;
const steps = [...document.querySelectorAll("[data-travel]")];
const bar = byId("progress");
let leg = null;

export const travelling = () => leg !== null || world.state.clock.travelling;

export function showClock(iso = world.state.clock.iso) {
  const clock = byId("clock");
  clock.setAttribute("datetime", iso);
  byId("clock-day").textContent = written(iso, "clock", zone());
  byId("clock-short").textContent = written(iso, "short", zone());
  byId("clock-hour").textContent = written(iso, "hour", zone());
}

export function showTravel() {
  const { next } = world.state.clock;
  const going = travelling();
  showClock();
  byId("next-when").textContent = next ? written(next, "brief", zone()) : t("nothing_due");
  for (const button of steps) button.disabled = going || (button.dataset.travel === "next" && !next);
  byId("to-date").disabled = going;
  byId("stop").hidden = !going;
  byId("travel").classList.toggle("going", going);
  bar.hidden = !going;
}

/** Where the travel has come to, told by the server on the way. */
export function onTheWay({ at, done }) {
  showClock(at);
  if (leg?.to) bar.value = (Date.parse(at) - leg.from) / (leg.to - leg.from);
  else bar.removeAttribute("value");
  if (done && !leg) world.refresh();
}

function target(to) {
  if (to === "+1d" || to === "+1w") return Date.parse(world.state.clock.iso) + (to === "+1d" ? DAY : 7 * DAY);
  return Date.parse(to === "next" ? world.state.clock.next : to);
}

async function go(to) {
  if (travelling()) return;
  leg = { from: Date.parse(world.state.clock.iso), to: target(to) };
  byId("meanwhile").hidden = true;
  dropNews();
  showTravel();
  const focused = document.activeElement;
  const since = world.state.timeline ?? 0;
  const answer = await send("/travel", { to });
  await world.refresh();
  leg = null;
  showTravel();
  if (document.activeElement === document.body && !focused.disabled) focused.focus();
  if (answer.ok) tell(answer, await toldSince(since));
}

function told(one) {
  const href = one.kind === "person" ? addressOf(one.id, "dm") : addressOf(world.state.person, one.id);
  const name = one.kind === "person" ? one.name : `#${one.name}`;
  return h("li", {}, h("a", { href, "data-go": "yes" }, one.kind === "person" ? avatar(one.name) : h("span", { class: "avatar", "aria-hidden": "true" }, "#"), h("span", { class: "name" }, name), h("span", { class: "count" }, t("messages_n", { n: one.messages }))));
}

/** Who was told what after the entry `since` of the timeline: [{id, name, kind, messages}], the most first. */
async function toldSince(since) {
  const found = new Map();
  const taken = new Set();
  let before = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { entries } = await ask(`/timeline?${new URLSearchParams({ limit: 500, ...(before ? { before } : {}) })}`);
    entries.filter(takesBack).forEach((one) => taken.add(spotOf(one)));
    for (const one of entries) {
      if (one.id <= since || one.ok === false || /(update|delete)$/.test(one.method) || taken.has(spotOf(one))) continue;
      const row = found.get(one.to.id) ?? { ...one.to, messages: 0 };
      row.messages += 1;
      found.set(one.to.id, row);
    }
    before = Math.min(...entries.map((one) => one.id));
    if (entries.length < 500 || before <= since) break;
  }
  return [...found.values()].sort((one, other) => other.messages - one.messages || one.name.localeCompare(other.name));
}

function tell({ from, to }, people) {
  const said = people.reduce((total, one) => total + one.messages, 0);
  const span = t("from_to", { from: written(from, "brief", zone()), to: written(to, "brief", zone()) });
  const summary = people.length ? t("meanwhile", { messages: t("messages_n", { n: said }), people: t("people_n", { n: people.length }) }) : t("meanwhile_nothing");
  byId("meanwhile-span").textContent = span;
  byId("meanwhile-summary").textContent = summary;
  byId("meanwhile-list").replaceChildren(...people.map(told));
  byId("meanwhile").hidden = false;
  announce(`${span}. ${summary}`);
}

function toDate(event) {
  event.preventDefault();
  const wall = byId("date").value;
  if (!wall) return;
  const instant = instantOf(wall, zone());
  if (instant <= Date.parse(world.state.clock.iso)) return void toast({ text: t("only_forward"), kind: "bad" });
  picker.hide(false);
  go(new Date(instant).toISOString());
}

for (const button of steps) button.addEventListener("click", () => go(button.dataset.travel));
byId("stop").addEventListener("click", () => send("/travel/stop"));
byId("meanwhile-close").addEventListener("click", () => { byId("meanwhile").hidden = true; });
const picker = disclosure(byId("to-date"), byId("date-panel"));
byId("to-date").addEventListener("click", () => {
  const now = wallOf(world.state.clock.iso, zone());
  byId("date").min = now;
  byId("date").value = `${wallOf(Date.parse(world.state.clock.iso) + 30 * DAY, zone()).slice(0, 10)}T09:00`;
});
byId("date-panel").addEventListener("submit", toDate);
