// The markdown block to DOM nodes: headings, lists, quotes, code, tables, rules; bold, italics, links.
// Reference: docs.slack.dev/reference/block-kit/blocks/markdown-block

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";
import { t } from "./words.js";

const TOKENS = /\\([\\`*_~[\]()#>|-])|`([^`]+)`|!?\[([^\]]*)\]\((\S+?)\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s][^*]*)\*|(?<![\p{L}\p{N}])_([^_]+)_(?![\p{L}\p{N}])|(https?:\/\/[^\s<>)]+)/gu;

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(TOKENS)) {
    if (found.index > from) nodes.push(withEmoji(text.slice(from, found.index)));
    const [whole, escaped, code, label, url, bold, strong, strike, italic, emphasis, bare] = found;
    if (escaped) nodes.push(escaped);
    else if (code) nodes.push(h("code", {}, code));
    else if (url) nodes.push(link(url, label ? inline(label) : url));
    else if (bold ?? strong) nodes.push(h("strong", {}, inline(bold ?? strong)));
    else if (strike) nodes.push(h("s", {}, inline(strike)));
    else if (italic ?? emphasis) nodes.push(h("em", {}, inline(italic ?? emphasis)));
    else nodes.push(link(bare, bare));
    from = found.index + whole.length;
  }
  if (from < text.length) nodes.push(withEmoji(text.slice(from)));
  return nodes;
}

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ROW = /^\s*\|(.+)\|\s*$/;
const cells = (line) => ROW.exec(line)[1].split("|").map((cell) => cell.trim());

function fence(lines) {
  const code = [];
  while (lines.length && !lines[0].startsWith("```")) code.push(lines.shift());
  lines.shift();
  return h("pre", { tabindex: "0", role: "group", "aria-label": t("code") }, h("code", {}, code.join("\n")));
}

function list(lines) {
  const ordered = Boolean(ITEM.exec(lines[0])[1]);
  const node = h(ordered ? "ol" : "ul", { start: ordered ? ITEM.exec(lines[0])[1] : null });
  while (lines.length && ITEM.test(lines[0])) node.append(h("li", {}, inline(ITEM.exec(lines.shift())[2])));
  return node;
}

function table(lines) {
  const head = cells(lines.shift());
  lines.shift();
  const rows = [];
  while (lines.length && ROW.test(lines[0])) rows.push(cells(lines.shift()));
  const row = (tag, of) => h("tr", {}, of.map((cell) => h(tag, {}, inline(cell))));
  return h("table", {}, h("thead", {}, row("th", head)), h("tbody", {}, rows.map((one) => row("td", one))));
}

function taken(lines, test, clean) {
  const found = [];
  while (lines.length && test(lines[0])) found.push(clean(lines.shift()));
  return found;
}

const plain = (line) => line.trim() && !ITEM.test(line) && !HEADING.test(line) && !/^(```|>)/.test(line);

/** Markdown to nodes; `level` is the level of its highest heading in the page. */
export function markdown(text, level = 3) {
  const lines = String(text).split("\n");
  const nodes = [];
  while (lines.length) {
    const heading = HEADING.exec(lines[0]);
    if (!lines[0].trim()) lines.shift();
    else if (lines[0].startsWith("```")) { lines.shift(); nodes.push(fence(lines)); }
    else if (heading) { lines.shift(); nodes.push(h(`h${Math.min(6, level + heading[1].length - 1)}`, {}, inline(heading[2]))); }
    else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[0])) { lines.shift(); nodes.push(h("hr")); }
    else if (ITEM.test(lines[0])) nodes.push(list(lines));
    else if (lines[0].startsWith(">")) nodes.push(h("blockquote", {}, markdown(taken(lines, (it) => it.startsWith(">"), (it) => it.replace(/^> ?/, "")).join("\n"), level)));
    else if (ROW.test(lines[0]) && /^[\s|:-]+$/.test(lines[1] ?? "")) nodes.push(table(lines));
    else nodes.push(h("p", { class: "laid" }, inline([lines.shift(), ...taken(lines, plain, (it) => it)].join("\n"))));
  }
  return nodes;
}
