// The state last given by the server, and the ways to ask for more or to do something.

import { t } from "./words.js";

export const world = { state: JSON.parse(document.getElementById("state").textContent), toast: () => {} };

export const nameOf = (id) => world.state.names?.[id] ?? world.state.people.find((one) => one.id === id)?.name ?? id;
export const person = () => world.state.people.find((one) => one.id === world.state.person);
export const place = () => world.state.places.find((one) => one.id === world.state.place);
export const zone = () => world.state.clock.zone;
export const appName = () => world.state.app?.name ?? t("app");

export async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Do something; what could not be done is said to the person, and given back with ok: false. */
export async function send(path, body) {
  let answer;
  try {
    const headers = { "Content-Type": "application/json", "X-Sandbox": "1" };
    answer = await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body ?? {}) })).json();
  } catch {
    answer = { ok: false, error: "unreachable", text: t("unreachable") };
  }
  if (!answer.ok) world.toast({ text: answer.text || t("failed"), kind: "bad" });
  return answer;
}

export const gesture = (kind, more) => send("/gesture", { person: world.state.person, kind, ...more });
