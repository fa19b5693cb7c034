// The state last given by the server, and the ways to ask for more or to do something.

import { known, t } from "./words.js";

const NOBODY = {
  clock: { iso: "1970-01-01T00:00:00Z", zone: "UTC", next: null, travelling: false }, people: [], places: [], messages: [], modals: [],
  person: "", place: "dm", home: null, notices: [], names: {}, commands: [], shortcuts: [], faults_found: [], earlier: 0, timeline: 0,
};

export const world = { state: JSON.parse(document.getElementById("state").textContent) ?? NOBODY, toast: () => {} };

export const nameOf = (id) => world.state.names?.[id] ?? world.state.people.find((one) => one.id === id)?.name ?? id;
export const person = () => world.state.people.find((one) => one.id === world.state.person);
export const place = () => world.state.places.find((one) => one.id === world.state.place);
export const zone = () => world.state.clock.zone;
/** The address of a person and a place on this page, in the language it is shown in. */
export function addressOf(who, where, ts = null) {
  const language = new URLSearchParams(location.search).get("lang");
  const query = new URLSearchParams({ person: who, place: where, ...(language ? { lang: language } : {}) });
  return `?${query}${ts ? `#m-${ts}` : ""}`;
}

export const appName = () => world.state.app?.name ?? t("app");

export async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const said = ({ error, text }) => (known(`error_${error}`) ? t(`error_${error}`) : text || t("failed"));

/** Do something; what could not be done is said to the person, and given back with ok: false. */
export async function send(path, body) {
  let answer;
  try {
    const headers = { "Content-Type": "application/json", "X-Sandbox": "1" };
    answer = await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body ?? {}) })).json();
  } catch {
    answer = { ok: false, error: "unreachable", text: t("unreachable") };
  }
  if (!answer.ok && answer.error !== "not_acknowledged") world.toast({ text: said(answer), kind: "bad" });
  return answer;
}

export const gesture = (kind, more) => send("/gesture", { person: world.state.person, kind, ...more });
