// The payloads both ways, as they were sent, and the rule of Slack's that each refused one broke.

import { h, reconcile } from "./dom.js";
import { announce } from "./toasts.js";
import { t, written } from "./words.js";
import { ask, zone } from "./world.js";

let parts = null;

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  button.textContent = t("copied");
  announce(t("copied"));
}

function payload(label, content) {
  if (content === null || content === undefined) return null;
  const text = JSON.stringify(content, null, 2);
  const button = h("button", { type: "button", class: "button quiet", onclick: () => copy(button, text) }, t("copy"));
  return h("div", { class: "payload" }, h("div", { class: "head" }, h("h4", {}, label), button), h("pre", { tabindex: "0", role: "group", "aria-label": label }, text));
}

const rule = (one) => h("li", {}, h("code", {}, one.path), " ", one.rule, " ",
  one.doc ? h("a", { href: one.doc.startsWith("http") ? one.doc : `https://docs.slack.dev/reference/${one.doc}`, target: "_blank", rel: "noopener noreferrer" }, t("the_rule")) : null);

/** One call or delivery; its payloads are written out when it is opened. */
function call({ one }) {
  const out = one.direction === "from_app";
  const inside = h("div", { class: "inside" });
  const node = h("details", { ontoggle: () => {
    if (!node.open || inside.childElementCount) return;
    inside.append(...[
      one.faults?.length ? h("ul", { class: "faults" }, one.faults.map(rule)) : null,
      payload(t("payload"), one.payload), payload(t("answer"), one.answer),
    ].filter(Boolean));
  } }, h("summary", {},
    h("span", { class: `way ${one.direction}`, title: t(one.direction) }, out ? "→" : "←", h("span", { class: "sr" }, t(one.direction))),
    h("code", {}, one.name),
    one.ok === false ? h("span", { class: "verdict bad" }, one.error || t("refused")) : null,
    h("time", { datetime: one.at }, written(one.at, "brief", zone()))), inside);
  return h("li", { class: one.ok === false ? "call bad" : "call" }, node);
}

function build(root) {
  parts = {
    root,
    filter: h("input", { type: "search", placeholder: t("filter_calls"), "aria-label": t("filter_calls"), oninput: () => showInspector(root) }),
    list: h("ol", { class: "calls", "aria-label": t("inspector") }),
    none: h("p", { class: "empty" }, t("no_calls")),
  };
  root.replaceChildren(h("div", { class: "filter" }, parts.filter), parts.none, parts.list);
}

let asked = 0;

export async function showInspector(root) {
  if (parts?.root !== root || !root.contains(parts.list)) build(root);
  const mine = (asked += 1);
  const { entries } = await ask(`/calls?${new URLSearchParams({ filter: parts.filter.value })}`);
  if (mine !== asked) return;
  entries.sort((one, other) => other.id - one.id);
  reconcile(parts.list, entries.map((one) => ({ key: one.id, sign: `${one.ok} ${Boolean(one.answer)}`, one })), call);
  parts.none.hidden = entries.length > 0;
}
