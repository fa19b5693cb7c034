// The windows the app opened: a stack in one dialog, of which the top is shown; what was typed below waits.

import { complain, showBlocks } from "./blocks.js";
import { byId, h, keepingFocus, newId, reconcile } from "./dom.js";
import { plainText } from "./elements.js";
import { acting } from "./feed.js";
import { valuesIn } from "./fields.js";
import { announce } from "./toasts.js";
import { t } from "./words.js";
import { gesture, world } from "./world.js";

const dialog = byId("modal");
const forms = new Map();
const CONTROLS = "input, select, textarea, button, a[href]";
let opener = null;

const words = (text) => (typeof text === "string" ? text : plainText(text));

const FAULTS = {
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) || t("not_an_email"),
  url: (text) => /^https?:\/\/[^\s/]+/.test(text) || t("not_a_url"),
  number: (_, control) => control.checkValidity() || control.validationMessage,
};

/** What Slack's own screen would not let go, by block id. */
function faultsIn(form, blocks) {
  const values = valuesIn(form);
  const faults = {};
  for (const { block_id: id, element, optional, type } of blocks) {
    if (type !== "input") continue;
    const control = form.querySelector(`[data-input="${CSS.escape(id)}"] :is(input, textarea)`);
    const value = values[id]?.[element.action_id];
    const empty = value === null || value === undefined || (typeof value === "string" && !value.trim()) || (Array.isArray(value) && !value.length);
    if (control?.validity?.badInput) faults[id] = control.validationMessage;
    else if (empty && !optional) faults[id] = t("required");
    else if (!empty && element.min_length && value.length < element.min_length) faults[id] = t("too_short", { n: element.min_length });
    else if (!empty && FAULTS[control?.type] && element.type !== "radio_buttons") {
      const verdict = FAULTS[control.type](value, control);
      if (verdict !== true) faults[id] = verdict;
    }
  }
  return faults;
}

function showFaults(form, blocks, faults) {
  let first = null;
  for (const { block_id: id, type } of blocks) {
    if (type !== "input") continue;
    const control = complain(form, id, faults[id]);
    if (faults[id] && !first) first = control;
  }
  if (!first) return;
  first.focus();
  announce(t("mend", { n: Object.keys(faults).length }));
}

async function submit(event, made) {
  event.preventDefault();
  const { form, modal, send } = made;
  if (send.getAttribute("aria-busy") === "true") return;
  const faults = faultsIn(form, modal.blocks);
  showFaults(form, modal.blocks, faults);
  if (Object.keys(faults).length) return;
  send.setAttribute("aria-busy", "true");
  made.answered = true;
  await gesture("submit", { view_id: modal.id, values: valuesIn(form) });
  await world.refresh();
  send.removeAttribute("aria-busy");
}

const leaving = new Set();

/** Escape may be told twice for one press, and a window is closed once. */
async function close(modal, whole) {
  if (leaving.has(modal.id)) return;
  leaving.add(modal.id);
  await gesture("close", { view_id: modal.id, whole });
  leaving.delete(modal.id);
}

function build(modal) {
  const title = newId("modal");
  const made = { title: h("h2", { id: title }), blocks: h("div", { class: "blocks" }), feet: h("div", { class: "feet" }) };
  made.send = h("button", { type: "submit", class: "button primary", "data-action": "submit" });
  made.leave = h("button", { type: "button", class: "button", "data-action": "close", onclick: () => close(made.modal, false) });
  made.cross = h("button", { type: "button", class: "button quiet cross", "data-action": "cross", onclick: () => close(made.modal, world.state.modals.length > 1) }, "×");
  made.body = h("div", { class: "scroll-body", role: "group", "aria-labelledby": title }, made.blocks);
  made.form = h("form", { novalidate: true, "aria-labelledby": title, "data-keeps-focus": "yes", tabindex: "-1", onsubmit: (event) => submit(event, made) },
    h("div", { class: "head" }, made.title, made.cross),
    made.body,
    made.feet);
  made.feet.append(made.leave, made.send);
  return made;
}

function refresh(made, modal, depth) {
  made.modal = modal;
  made.title.textContent = words(modal.title);
  made.send.textContent = words(modal.submit);
  made.send.hidden = !modal.submit;
  made.leave.textContent = words(modal.close) || t("close");
  made.cross.setAttribute("aria-label", depth > 1 ? t("close_all") : t("close"));
  const ctx = acting({ kind: "modal", view_id: modal.id }, { values: modal.values, level: 3 });
  showBlocks(made.blocks, modal.blocks, ctx);
  if (made.blocks.querySelector(CONTROLS)) made.body.removeAttribute("tabindex");
  else made.body.tabIndex = 0; // what is only read is scrolled with the keyboard
  const errors = JSON.stringify(modal.errors ?? {});
  if (errors === made.errors && !made.answered) return;
  if (errors !== made.errors || errors !== "{}") showFaults(made.form, modal.blocks, modal.errors ?? {});
  made.errors = errors;
  made.answered = false;
}

function focusFirst(form) {
  const wanted = form.querySelector("[autofocus]") ?? form.querySelector(`.scroll-body :is(${CONTROLS}), .scroll-body[tabindex]`);
  (wanted ?? form).focus();
}

function open() {
  opener = document.activeElement;
  dialog.showModal();
}

function shut() {
  dialog.close();
  if (opener?.isConnected) opener.focus();
  else byId("main").focus();
  opener = null;
}

/** Show the stack of windows of the person who is played. */
export function showModals() {
  const { modals } = world.state;
  const top = modals.at(-1);
  for (const [id] of forms) if (!modals.some((one) => one.id === id)) forms.delete(id);
  if (!top) {
    reconcile(dialog, [], () => null);
    if (dialog.open) shut();
    return;
  }
  const fresh = !forms.has(top.id);
  for (const modal of modals) if (!forms.has(modal.id)) forms.set(modal.id, build(modal));
  keepingFocus(() => {
    modals.forEach((modal, at) => refresh(forms.get(modal.id), modal, at + 1));
    reconcile(dialog, modals.map((modal) => ({ key: modal.id, sign: "" })), (item) => forms.get(item.key).form);
  });
  const hadFocus = dialog.contains(document.activeElement);
  for (const modal of modals) forms.get(modal.id).form.hidden = modal !== top;
  dialog.setAttribute("aria-labelledby", forms.get(top.id).title.id);
  if (!dialog.open) open();
  if (fresh || !hadFocus || document.activeElement.closest("form")?.hidden) {
    focusFirst(forms.get(top.id).form);
    announce(words(top.title));
  }
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  const top = world.state.modals.at(-1);
  if (top) close(top, false);
});
