// What is pressed rather than filled in: buttons, links, overflow menus, feedback; and the question some ask before.

import { disclosure, h, newId } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { t } from "./words.js";

export const textNodes = (text) => (!text ? [] : text.type === "mrkdwn" ? mrkdwn(text.text) : [withEmoji(text.text)]);
export const plainText = (text) => withEmoji(text?.text ?? "");

/** Ask what a `confirm` object asks; true when there is none. */
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const title = newId("confirm"), text = newId("confirm");
    const answer = (yes) => () => dialog.close(yes ? "yes" : "no");
    const dialog = h("dialog", { class: "window confirm", "aria-labelledby": title, "aria-describedby": text },
      h("h2", { id: title }, plainText(question.title)),
      h("div", { id: text, class: "laid" }, textNodes(question.text)),
      h("div", { class: "feet" },
        h("button", { type: "button", class: "button", onclick: answer(false) }, plainText(question.deny)),
        h("button", { type: "button", class: `button ${question.style === "danger" ? "danger" : "primary"}`, onclick: answer(true) }, plainText(question.confirm))));
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Do `act` once at a time: the control says it is busy meanwhile. */
async function busily(node, question, act) {
  if (node.getAttribute("aria-busy") === "true" || !(await confirmed(question))) return;
  node.setAttribute("aria-busy", "true");
  await act();
  node.removeAttribute("aria-busy");
}

const named = (element, block, more) => ({
  "data-action": element.action_id, "data-block": block.block_id, "aria-label": element.accessibility_label ?? null, ...more,
});

function button(element, block, ctx) {
  const label = plainText(element.text);
  const props = named(element, block, { class: `button ${element.style ?? ""}`.trim() });
  const press = () => busily(node, element.confirm, () => ctx.act("click", block, element, element.value));
  const safe = /^(https?:|mailto:)/i.test(element.url ?? "");
  const node = safe
    ? h("a", { ...props, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press }, label, h("span", { class: "away", "aria-hidden": "true" }, " ↗"))
    : h("button", { ...props, type: "button", onclick: press }, label);
  return node;
}

function overflow(element, block, ctx) {
  const opener = h("button", named(element, block, { type: "button", class: "button more", "aria-label": t("more") }), "⋯");
  const choose = (option) => async () => {
    menu.hide(true);
    if (option.url) window.open(option.url, "_blank", "noopener");
    await busily(opener, element.confirm, () => ctx.act("select", block, element, option.value));
  };
  const choices = element.options.map((option) => h("li", {}, h("button", { type: "button", onclick: choose(option) }, plainText(option.text),
    option.description ? h("small", {}, plainText(option.description)) : null)));
  const panel = h("ul", { class: "menu" }, choices);
  const menu = disclosure(opener, panel);
  return h("span", { class: "holder" }, opener, panel);
}

function feedback(element, block, ctx) {
  const one = (of, mark) => {
    const press = () => busily(node, null, () => ctx.act("click", block, element, of.value));
    const node = h("button", { ...named(element, block), type: "button", class: "button quiet", "aria-label": of.accessibility_label ?? plainText(of.text), onclick: press }, mark);
    return node;
  };
  return h("span", {}, one(element.positive_button, "👍"), one(element.negative_button, "👎"));
}

export const PRESSED = {
  button,
  overflow,
  workflow_button: button,
  feedback_buttons: feedback,
  icon_button: button,
};
