// DOM nodes without HTML: every text becomes a text node, whoever wrote it. Updates keep what has not changed.

const SVG = "http://www.w3.org/2000/svg";

function set(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function filled(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const h = (tag, props, ...children) => filled(document.createElement(tag), props, children);
export const svg = (tag, props, ...children) => filled(document.createElementNS(SVG, tag), props, children);
export const byId = (id) => document.getElementById(id);
export const hidden = (text) => h("span", { class: "sr" }, text);

let made = 0;
export const newId = (stem) => `${stem}-${++made}`;

const signatures = new WeakMap();
const keys = new WeakMap();

/** Make `parent` hold one node an item, in order. An item is {key, sign, …}; `update` (or a new node) only where `sign` changed. */
export function reconcile(parent, items, make, update = null) {
  const nodes = new Map([...parent.children].map((node) => [keys.get(node), node]));
  const wanted = new Set(items.map((item) => item.key));
  for (const node of [...parent.children]) if (!wanted.has(keys.get(node))) node.remove();
  let place = parent.firstElementChild;
  for (const item of items) {
    let node = nodes.get(item.key);
    if (!node || (signatures.get(node) !== item.sign && !update)) {
      const fresh = make(item);
      keys.set(fresh, item.key);
      if (node) {
        keepTyped(node, fresh);
        if (place === node) place = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    } else if (signatures.get(node) !== item.sign) update(node, item);
    signatures.set(node, item.sign);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}

const editable = (root) => [...root.querySelectorAll("input, textarea, select")].filter((control) => control.dataset.field);

/** What was typed in the old node's controls and not sent stays in the new one's. */
function keepTyped(old, fresh) {
  const typed = new Map(editable(old).filter((control) => control.dataset.touched).map((it) => [it.dataset.field, it]));
  for (const control of editable(fresh)) {
    const was = typed.get(control.dataset.field);
    if (!was || was.type !== control.type) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = was.checked;
    else control.value = was.value;
    control.dataset.touched = "yes";
  }
}

document.addEventListener("input", (event) => { if (event.target.dataset?.field) event.target.dataset.touched = "yes"; }, true);

const selectorOf = (node, names) =>
  names.filter((name) => node.dataset[name] !== undefined).map((name) => `[data-${name}="${CSS.escape(node.dataset[name])}"]`).join("");

/** Run `change`, then give the focus back to the same control if its node was replaced, else to `otherwise`. */
export function keepingFocus(change, otherwise = null) {
  const was = document.activeElement;
  const within = was?.closest("[data-keeps-focus]");
  const caret = was && "selectionStart" in was ? [was.selectionStart, was.selectionEnd] : null;
  change();
  if (!was || was === document.body || was.isConnected) return;
  const same = [["block", "action", "option"], ["action", "option"], ["action"]]
    .map((names) => selectorOf(was, names)).filter(Boolean)
    .map((selector) => (within?.isConnected ? within : document).querySelector(selector)).find(Boolean);
  const next = same ?? (within?.isConnected ? within : otherwise);
  next?.focus({ preventScroll: true });
  if (same && caret && caret[0] !== null) try { same.setSelectionRange(...caret); } catch { /* not a text field */ }
}

/** A button that shows or hides a panel beside it; Escape and a click elsewhere hide it. */
export function disclosure(button, panel, { onHide = () => {} } = {}) {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  const elsewhere = (event) => { if (!panel.contains(event.target) && !button.contains(event.target)) hide(false); };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    hide(true);
  };
  function hide(refocus) {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    if (refocus) button.focus();
    onHide();
  }
  function show() {
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", elsewhere, true);
    (panel.querySelector("input, button, a") ?? panel).focus();
  }
  for (const node of [button, panel]) {
    node.addEventListener("keydown", (event) => { if (!panel.hidden) escape(event); });
    node.addEventListener("focusout", (event) => { if (event.relatedTarget && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) hide(false); });
  }
  button.addEventListener("click", () => (panel.hidden ? show() : hide(true)));
  return { hide };
}
