// Accounts: someone new, an account made or closed.

import { byId, disclosure } from "./dom.js";
import { t } from "./words.js";
import { person, send, world } from "./world.js";

const dialog = byId("newcomer");
const menu = disclosure(byId("account-opener"), byId("account"));

async function welcome(event) {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  const answer = await send("/people", Object.fromEntries(new FormData(form)));
  if (!answer.ok) return;
  form.reset();
  dialog.close();
  await world.refresh();
  const id = answer.id ?? answer.person?.id;
  if (id) world.go(id, "dm");
}

async function change(what) {
  menu.hide(true);
  await send(`/people/${encodeURIComponent(world.state.person)}/${what}`);
  await world.refresh();
}

byId("newcomer-opener").addEventListener("click", () => dialog.showModal());
byId("newcomer-cancel").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("submit", welcome);
byId("join").addEventListener("click", () => change("join"));
byId("deactivate").addEventListener("click", () => change("deactivate"));

export function showAccount() {
  const one = person();
  byId("join").hidden = !one || (one.joined && !one.deactivated);
  byId("join").textContent = t(one?.deactivated ? "reopen" : "join");
  byId("deactivate").hidden = !one?.joined || one.deactivated;
  byId("account-opener").setAttribute("aria-label", t("account_of", { name: one?.name ?? "" }));
}
