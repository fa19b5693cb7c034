// What is filled in: texts, numbers, dates, choices. In an input block they wait for the window to be sent; elsewhere they act.

import { several, single } from "./choices.js";
import { h, newId } from "./dom.js";
import { confirmed, plainText, textNodes } from "./elements.js";
import { instantOf, t, wallOf } from "./words.js";
import { zone } from "./world.js";

const readers = new WeakMap();
const chosenValue = (option) => option?.value;

/** What Slack's `state` says that a field holds, choices by their value. */
function heldIn(answer) {
  const name = Object.keys(answer).find((one) => one === "value" || one.startsWith("selected_") || one === "rich_text_value" || one === "files");
  const held = answer[name];
  return Array.isArray(held) ? held.map((one) => one?.value ?? one) : name === "selected_option" ? chosenValue(held) : held;
}

/** What a field holds first: what the person left there, else what the app gave. */
function first(element, block, ctx) {
  const entered = ctx.values?.[block.block_id];
  if (entered && element.action_id in entered) return heldIn(entered[element.action_id]);
  if (element.initial_options) return element.initial_options.map(chosenValue);
  if (element.initial_option) return chosenValue(element.initial_option);
  const name = Object.keys(element).find((one) => one.startsWith("initial_"));
  return name ? element[name] : null;
}

/** The values of all the fields in a node, as a window is sent: {block_id: {action_id: value}}. */
export function valuesIn(root) {
  const values = {};
  for (const node of root.querySelectorAll("[data-reads]")) {
    (values[node.dataset.inBlock] ??= {})[node.dataset.reads] = readers.get(node)();
  }
  return values;
}

function reading(node, element, block, read) {
  node.dataset.reads = element.action_id;
  node.dataset.inBlock = block.block_id;
  readers.set(node, read);
  return node;
}

/** Tell the app, at most once for one value; when the person thinks better of it, `restore`. */
function teller(element, block, ctx, initial, restore) {
  let told = JSON.stringify(initial ?? null);
  return async (value) => {
    const now = JSON.stringify(value ?? null);
    if (now === told) return;
    if (!(await confirmed(element.confirm))) return void restore();
    told = now;
    await ctx.act("select", block, element, value);
  };
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number", plain_text_input: "text", rich_text_input: "text" };

function counter(control, most) {
  const node = h("span", { class: "counter", "aria-hidden": "true" });
  const show = () => {
    const long = control.value.length;
    node.textContent = `${long} / ${most}`;
    node.hidden = control.tagName !== "TEXTAREA" && long < most * 0.75;
    node.classList.toggle("full", long >= most);
  };
  control.addEventListener("input", show);
  show();
  return node;
}

const asRichText = (text) => text && { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };

function typed(element, block, ctx, props, acts) {
  const long = element.multiline || element.type === "rich_text_input";
  const initial = first(element, block, ctx);
  const start = typeof initial === "string" ? initial : "";
  const bounds = { min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : null };
  const shared = { ...props, placeholder: plainText(element.placeholder) || null, maxlength: element.max_length, minlength: element.min_length, autocomplete: "off" };
  const control = long ? h("textarea", { ...shared, rows: 4 }, start) : h("input", { ...shared, ...bounds, type: TYPES[element.type], value: start });
  const read = () => (element.type === "rich_text_input" ? asRichText(control.value) : control.value) || null;
  if (acts) {
    const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const tell = teller(element, block, ctx, initial, () => {});
    if (on.includes("on_character_entered")) control.addEventListener("input", () => tell(read()));
    control.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && on.includes("on_enter_pressed")) { event.preventDefault(); tell(read()); } });
  }
  const node = h("span", { class: "typed" }, control, element.max_length ? counter(control, element.max_length) : null);
  return reading(node, element, block, read);
}

function select(element, block, ctx, props, acts) {
  const initial = first(element, block, ctx);
  const control = single(element, initial, acts ? { ...props, "aria-label": props["aria-label"] ?? plainText(element.placeholder) ?? t("choose") } : props);
  const read = () => control.value || null;
  if (acts) {
    const tell = teller(element, block, ctx, initial, () => { control.value = initial ?? ""; });
    control.addEventListener("change", () => tell(read()));
    control.addEventListener("keydown", (event) => {
      // Arrows would choose, and act, one option after the other: they open the list instead.
      if (!["ArrowDown", "ArrowUp"].includes(event.key) || !control.showPicker) return;
      event.preventDefault();
      control.showPicker();
    });
  }
  return reading(h("span", { class: "select" }, control), element, block, read);
}

function many(element, block, ctx, props, acts, labelled) {
  const initial = first(element, block, ctx) ?? [];
  const tell = teller(element, block, ctx, initial, () => {});
  const { node, read } = several(element, initial, { props, labelled, onDone: (value) => acts && tell(value) });
  return reading(node, element, block, read);
}

function ticked(element, block, ctx, props, acts, labelled) {
  const radio = element.type === "radio_buttons";
  const initial = first(element, block, ctx);
  const name = newId("group");
  const inputs = element.options.map((option) => h("input", {
    type: radio ? "radio" : "checkbox", name, value: option.value, "data-field": `${props["data-field"]}:${option.value}`,
    "data-action": element.action_id, "data-block": block.block_id, "data-option": option.value,
    checked: radio ? option.value === initial : (initial ?? []).includes(option.value),
  }));
  inputs[0].id = props.id;
  const read = () => {
    const values = inputs.filter((one) => one.checked).map((one) => one.value);
    return radio ? (values[0] ?? null) : values;
  };
  const rows = element.options.map((option, at) => h("label", { class: "tick" }, inputs[at], h("span", {}, textNodes(option.text), option.description ? h("small", {}, textNodes(option.description)) : null)));
  const grouped = { role: radio ? "radiogroup" : "group", "aria-labelledby": labelled, "aria-label": labelled ? null : t("choices"), "aria-describedby": props["aria-describedby"], "aria-required": radio ? props["aria-required"] : null };
  const node = h("div", { class: "ticks", ...grouped }, rows);
  if (acts) {
    const restore = () => inputs.forEach((one) => { one.checked = [initial].flat().includes(one.value); });
    const tell = teller(element, block, ctx, initial, restore);
    node.addEventListener("change", () => tell(read()));
  }
  return reading(node, element, block, read);
}

const DATED = {
  datepicker: { type: "date", show: (value) => value, read: (text) => text },
  timepicker: { type: "time", show: (value) => value, read: (text) => text },
  datetimepicker: { type: "datetime-local", show: (value) => wallOf(value * 1000, zone()), read: (text) => Math.round(instantOf(text, zone()) / 1000) },
};

function dated(element, block, ctx, props, acts) {
  const form = DATED[element.type];
  const initial = first(element, block, ctx);
  const label = props["aria-label"] ?? (acts ? plainText(element.placeholder) || t("date") : null);
  const control = h("input", { ...props, "aria-label": label, type: form.type, value: initial ? form.show(initial) : "" });
  const read = () => (control.value ? form.read(control.value) : null);
  if (acts) {
    // A date typed by hand is told when it is whole and left; one picked in the calendar, at once.
    let byHand = false;
    const tell = teller(element, block, ctx, initial, () => { control.value = initial ? form.show(initial) : ""; });
    control.addEventListener("pointerdown", () => { byHand = false; });
    control.addEventListener("keydown", (event) => { byHand = true; if (event.key === "Enter") tell(read()); });
    control.addEventListener("change", () => { if (!byHand) tell(read()); });
    control.addEventListener("blur", () => { if (control.value) tell(read()); });
  }
  return reading(h("span", { class: "dated" }, control), element, block, read);
}

function files(element, block, ctx, props) {
  const node = h("span", {}, h("input", { ...props, type: "file", disabled: true }), h("small", {}, t("no_files")));
  return reading(node, element, block, () => []);
}

const GROUPED = new Set(["radio_buttons", "checkboxes"]);
export const isGroup = (element) => GROUPED.has(element.type) || element.type.startsWith("multi_");

export const FILLED = {
  ...Object.fromEntries(Object.keys(TYPES).map((type) => [type, typed])),
  ...Object.fromEntries(["static", "external", "users", "channels", "conversations"].flatMap((kind) => [[`${kind}_select`, select], [`multi_${kind}_select`, many]])),
  ...Object.fromEntries(Object.keys(DATED).map((type) => [type, dated])),
  radio_buttons: ticked,
  checkboxes: ticked,
  file_input: files,
};

/** The field of an element. `acts`: tell the app at each change. `labelled`: the id of its label, when it has one. */
export function field(element, block, ctx, { acts, id = newId("field"), labelled = null, described = null, required = false, label = null }) {
  const props = {
    id, "data-field": `${block.block_id}/${element.action_id}`, "data-action": element.action_id, "data-block": block.block_id,
    "aria-describedby": described, "aria-required": required ? "true" : null, "aria-label": labelled ? null : label,
    autofocus: element.focus_on_load ? true : null,
  };
  return FILLED[element.type](element, block, ctx, props, acts, labelled);
}
