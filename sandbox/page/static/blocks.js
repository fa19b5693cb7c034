// Block Kit to DOM nodes. Reference: docs.slack.dev/reference/block-kit/blocks

import { chart, table } from "./charts.js";
import { h, newId, reconcile } from "./dom.js";
import { PRESSED, plainText, textNodes } from "./elements.js";
import { FILLED, field, isGroup } from "./fields.js";
import { markdown } from "./markdown.js";
import { link } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./words.js";

/** A picture, or its description alone when it cannot be had (offline, everything from elsewhere). */
function picture(of, className) {
  const url = of.image_url ?? of.slack_file?.url ?? (of.slack_file?.id ? `/files/${encodeURIComponent(of.slack_file.id)}` : "");
  const here = url.startsWith("/") || url.startsWith(`${location.origin}/`);
  const absent = () => h("span", { class: "absent" }, "🖼 ", /^https?:/.test(url) && !here ? link(url, of.alt_text) : of.alt_text);
  if (!here) return absent();
  const node = h("img", { class: className, src: url, alt: of.alt_text, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(absent()));
  return node;
}

const PICTURED = { image: (element) => picture(element, "thumb") };

function acting(element, block, ctx, label = null) {
  if (PRESSED[element.type]) return PRESSED[element.type](element, block, ctx);
  if (FILLED[element.type]) return field(element, block, ctx, { acts: true, label: plainText(element.placeholder) || label });
  return PICTURED[element.type]?.(element) ?? unknown(element);
}

function section(block, ctx) {
  const label = (block.text?.text ?? "").slice(0, 80);
  return h("div", { class: block.accessory ? "section beside" : "section" },
    h("div", { class: "words" },
      block.text ? h("div", { class: "laid" }, textNodes(block.text)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((one) => h("div", { class: "laid" }, textNodes(one)))) : null),
    block.accessory ? h("div", { class: "accessory" }, acting(block.accessory, block, ctx, label)) : null);
}

/** A label, its field, its hint, and room for what is wrong with it. */
function input(block, ctx) {
  const element = block.element;
  const [id, labelId, hintId, errorId] = ["field", "label", "hint", "error"].map(newId);
  const label = [plainText(block.label), block.optional ? h("small", {}, ` ${t("optional")}`) : null];
  const described = [block.hint ? hintId : null, errorId].filter(Boolean).join(" ");
  const control = field(element, block, ctx, { acts: Boolean(block.dispatch_action), id, labelled: labelId, described, required: !block.optional });
  return h("div", { class: "input", "data-input": block.block_id },
    isGroup(element) ? h("div", { id: labelId, class: "label" }, label) : h("label", { id: labelId, for: id, class: "label" }, label),
    control,
    h("p", { id: errorId, class: "error", hidden: true }),
    block.hint ? h("p", { id: hintId, class: "hint" }, plainText(block.hint)) : null);
}

/** Say under its field what is wrong with it; nothing takes it back. */
export function complain(root, blockId, text) {
  const node = root.querySelector(`[data-input="${CSS.escape(blockId)}"]`);
  if (!node) return null;
  const said = node.querySelector(".error");
  said.textContent = text ?? "";
  said.hidden = !text;
  const control = node.querySelector("input, select, textarea, button");
  if (text) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
  return control;
}

const BLOCKS = {
  section,
  input,
  header: (block, ctx) => h(`h${Math.min(6, (ctx.level ?? 3) + (block.level ?? 1) - 1)}`, { class: "header" }, textNodes(block.text)),
  context: (block) => h("div", { class: "context" }, block.elements.map((one) => (one.type === "image" ? picture(one, "tiny") : h("span", { class: "laid" }, textNodes(one))))),
  divider: () => h("hr"),
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, plainText(block.title)) : null, picture(block, "picture")),
  actions: (block, ctx) => h("div", { class: "actions" }, block.elements.map((element) => acting(element, block, ctx))),
  context_actions: (block, ctx) => h("div", { class: "actions" }, block.elements.map((element) => acting(element, block, ctx))),
  rich_text: (block) => richText(block),
  markdown: (block, ctx) => h("div", { class: "rich" }, markdown(block.text, ctx.level ?? 3)),
  table,
  data_table: table,
  data_visualization: chart,
  video: (block) => h("figure", {}, h("figcaption", {}, link(block.title_url ?? block.video_url, `▶ ${plainText(block.title)}`)), picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "picture")),
  file: (block) => h("p", {}, `📎 ${block.external_id}`),
  alert: (block) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textNodes(block.text)),
  card: (block, ctx) => h("div", { class: "card" },
    block.hero_image ? picture(block.hero_image, "picture") : null,
    block.title ? h("strong", {}, textNodes(block.title)) : null,
    block.subtitle ? h("div", { class: "context" }, textNodes(block.subtitle)) : null,
    block.body ? h("div", { class: "laid" }, textNodes(block.body)) : null,
    block.actions ? h("div", { class: "actions" }, block.actions.map((element) => acting(element, block, ctx))) : null),
  carousel: (block, ctx) => h("div", { class: "carousel" }, block.elements.map((one) => BLOCKS.card(one, ctx))),
  container: (block, ctx) => h("div", { class: "card" },
    h("strong", {}, block.title ? plainText(block.title) : richText(block.rich_text_title)),
    block.subtitle ? h("div", { class: "context" }, textNodes(block.subtitle)) : null,
    block.child_blocks.map((one) => shown(one, ctx))),
  task_card: (block) => h("div", { class: "card" }, h("strong", {}, block.title), [block.details, block.output].filter(Boolean).map(richText)),
  plan: (block, ctx) => h("div", { class: "card" }, h("strong", {}, block.title), (block.tasks ?? []).map((one) => BLOCKS.task_card(one, ctx))),
};

const unknown = (one) => h("pre", { class: "unknown" }, JSON.stringify(one, null, 1));
const shown = (block, ctx) => (BLOCKS[block.type] ?? unknown)(block, ctx);
const LIVELY = new Set(["actions", "input", "context_actions"]);

/** A block's name from one version of its surface to the next: ids that Slack made up change each time. */
function keys(blocks) {
  const seen = new Map();
  return blocks.map((block) => {
    const { block_id: id, ...rest } = block;
    const stem = LIVELY.has(block.type) ? id : JSON.stringify(rest);
    const times = seen.get(stem) ?? 0;
    seen.set(stem, times + 1);
    return times ? `${stem}#${times}` : stem;
  });
}

/** Make `parent` show these blocks, rebuilding only those that changed. */
export function showBlocks(parent, blocks, ctx) {
  const named = keys(blocks);
  const items = blocks.map((block, at) => ({ key: named[at], sign: LIVELY.has(block.type) || block.accessory ? JSON.stringify(block) : "", block }));
  reconcile(parent, items, (item) => h("div", { class: `block ${item.block.type}` }, shown(item.block, ctx)));
}
