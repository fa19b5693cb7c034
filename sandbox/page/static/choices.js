// What a select offers, and the two ways to choose: one in a native select, several in a list that can be filtered.

import { disclosure, h, newId } from "./dom.js";
import { plainText } from "./elements.js";
import { t } from "./words.js";
import { world } from "./world.js";

const byLabel = (one, other) => one.label.localeCompare(other.label);
const offered = (option) => ({ value: option.value, label: plainText(option.text), note: plainText(option.description) });

function people(element) {
  const present = world.state.people.filter((one) => one.joined && !one.deactivated);
  return element.filter?.include && !element.filter.include.includes("im") ? [] : present.map((one) => ({ value: one.id, label: one.name })).sort(byLabel);
}

function channels(element) {
  const include = element.filter?.include;
  if (include && !include.includes("public") && !include.includes("private")) return [];
  const known = Object.entries(world.state.names ?? {}).filter(([id]) => id.startsWith("C"));
  return known.map(([id, name]) => ({ value: id, label: `#${name.replace(/^#/, "")}` })).sort(byLabel);
}

/** The groups of options of a select: [{label, options: [{value, label, note}]}]. */
export function groupsOf(element) {
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "users_select") return [{ options: people(element) }];
  if (kind === "channels_select") return [{ options: channels(element) }];
  if (kind === "conversations_select") return [{ options: channels(element) }, { options: people(element) }];
  if (kind === "external_select") return [{ options: [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map(offered) }];
  if (element.option_groups) return element.option_groups.map((group) => ({ label: plainText(group.label), options: group.options.map(offered) }));
  return [{ options: element.options.map(offered) }];
}

const asOption = (one, chosen) => h("option", { value: one.value, selected: one.value === chosen }, one.note ? `${one.label} – ${one.note}` : one.label);

/** A native select. `blank`: the words shown when nothing is chosen. */
export function single(element, chosen, props) {
  const groups = groupsOf(element);
  const known = groups.some((group) => group.options.some((one) => one.value === chosen));
  const lost = chosen && !known ? h("option", { value: chosen, selected: true }, world.state.names?.[chosen] ?? chosen) : null;
  const blank = h("option", { value: "", selected: !chosen }, plainText(element.placeholder) || t("choose"));
  return h("select", props, blank, lost, groups.map((group) => {
    const options = group.options.map((one) => asOption(one, chosen));
    return group.label ? h("optgroup", { label: group.label }, options) : options;
  }));
}

/** A button that says what is chosen, and its list of boxes to tick, with a filter when it is long. Gives {node, read}. */
export function several(element, chosen, { props, labelled, onDone }) {
  const options = groupsOf(element).flatMap((group) => group.options);
  const most = element.max_selected_items ?? Infinity;
  const said = h("span", { class: "chosen" });
  const textId = newId("chosen");
  said.id = textId;
  const opener = h("button", { ...props, type: "button", class: "button chooser", "aria-labelledby": labelled ? `${labelled} ${textId}` : textId, "aria-label": null }, said);
  const boxes = options.map((one) => h("input", { type: "checkbox", value: one.value, checked: chosen.includes(one.value), "data-field": `${props["data-field"]}:${one.value}` }));
  const rows = options.map((one, at) => h("div", {}, h("label", {}, boxes[at], " ", one.label, one.note ? h("small", {}, one.note) : null)));
  const filter = h("input", { type: "search", placeholder: t("filter"), "aria-label": t("filter"), hidden: options.length < 9 });
  const panel = h("div", { class: "menu boxes" }, filter, h("div", { role: "group", "aria-label": plainText(element.placeholder) || t("choose") }, rows));
  const read = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const show = () => {
    const labels = options.filter((one, at) => boxes[at].checked).map((one) => one.label);
    said.textContent = labels.join(", ") || plainText(element.placeholder) || t("choose_several");
    for (const box of boxes) box.disabled = !box.checked && labels.length >= most;
  };
  filter.addEventListener("input", () => {
    const words = filter.value.toLocaleLowerCase();
    rows.forEach((row, at) => { row.hidden = !options[at].label.toLocaleLowerCase().includes(words); });
  });
  panel.addEventListener("change", show);
  let before = JSON.stringify(read());
  disclosure(opener, panel, { onHide: () => {
    if (JSON.stringify(read()) === before) return;
    before = JSON.stringify(read());
    onDone(read());
  } });
  show();
  return { node: h("span", { class: "holder wide" }, opener, panel), read };
}
