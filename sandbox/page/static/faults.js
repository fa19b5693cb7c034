// What may go wrong, asked for on purpose; and the proof that nothing was lost nor said twice.

import { h, newId } from "./dom.js";
import { t, written } from "./words.js";
import { ask, send, zone } from "./world.js";

const KINDS = ["rate_limit", "server_error", "timeout_after_success", "no_answer", "disconnect", "redelivery", "clock_change"];
const ON_CALLS = new Set(["rate_limit", "server_error", "timeout_after_success", "no_answer"]);
const METHODS = ["chat.postMessage", "chat.update", "views.open", "views.publish", "conversations.open", "users.info"];
let parts = null;

function labelled(text, control) {
  control.id = newId("fault");
  return h("div", { class: "input" }, h("label", { for: control.id, class: "label" }, text), control);
}

async function provoke(event) {
  event.preventDefault();
  const body = { kind: parts.kind.value };
  if (ON_CALLS.has(body.kind)) Object.assign(body, { method: parts.method.value, times: Number(parts.times.value) || 1 });
  await send("/fault", body);
  await showFaults(parts.root);
}

function build(root) {
  const options = (names, label = (it) => it) => names.map((name) => h("option", { value: name }, label(name)));
  parts = { root, kind: h("select", {}, options(KINDS, (it) => t(`fault_${it}`))), method: h("select", {}, options(METHODS)), times: h("input", { type: "number", min: 1, max: 20, value: 1 }) };
  const calls = h("div", { class: "pair" }, labelled(t("on_method"), parts.method), labelled(t("times"), parts.times));
  const hint = h("p", { class: "hint" });
  const show = () => { calls.hidden = !ON_CALLS.has(parts.kind.value); hint.textContent = t(`about_${parts.kind.value}`); };
  parts.kind.addEventListener("change", show);
  parts.last = h("div", { class: "proof", role: "status" });
  parts.waiting = h("ul", { class: "plain" });
  show();
  root.replaceChildren(
    h("form", { onsubmit: provoke }, labelled(t("fault_kind"), parts.kind), hint, calls, h("button", { type: "submit", class: "button primary" }, t("provoke"))),
    h("h3", {}, t("last_fault")), parts.last, h("h3", {}, t("waiting_faults")), parts.waiting);
}

const rows = (all, row) => (all.length ? all.map(row) : [h("li", { class: "hint" }, t("none"))]);
function verdict({ doubled, lost }) {
  if (doubled) return h("p", { class: "verdict bad" }, t("something_doubled"));
  return lost ? h("p", { class: "verdict" }, t("not_all_said")) : h("p", { class: "verdict well" }, t("nothing_lost"));
}

function outcome(last) {
  const about = ON_CALLS.has(last.kind) ? [" ", h("code", {}, last.method), last.times > 1 ? ` × ${last.times}` : ""] : [];
  return [
    h("p", {}, h("time", { datetime: last.at }, written(last.at, "brief", zone())), " · ", t(`fault_${last.kind}`), about),
    verdict(last),
    h("div", { class: "figures" }, count(last.said, t("said", { n: last.said })), count(last.doubled, t("doubled", { n: last.doubled }), last.doubled > 0), count(last.lost, t("lost", { n: last.lost }))),
  ];
}

const count = (n, words, bad) => h("div", { class: bad ? "figure bad" : "figure" }, h("strong", {}, n), h("span", {}, words));

export async function showFaults(root) {
  if (parts?.root !== root || !root.contains(parts.last)) build(root);
  const { waiting = [], last } = await ask("/faults");
  parts.waiting.replaceChildren(...rows(waiting, (one) => h("li", {}, t(`fault_${one.kind}`), " ", h("code", {}, one.method), one.times > 1 ? ` × ${one.times}` : "")));
  parts.last.replaceChildren(...(last ? outcome(last) : [h("p", { class: "hint" }, t("none"))]));
}
