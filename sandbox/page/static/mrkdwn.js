// Slack's mrkdwn to DOM nodes. Nothing written by anyone ever becomes HTML.
// Syntax: docs.slack.dev/messaging/formatting-message-text

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { t, written } from "./words.js";
import { nameOf, world, zone } from "./world.js";

const WORD = "[\\p{L}\\p{N}]";
const paired = (mark) => `(?<!${WORD}|${mark})${mark}(?!\\s|${mark})(.+?)(?<!\\s)${mark}(?!${WORD}|${mark})`;
const TOKENS = new RegExp(
  ["<([^<>\\n]+)>", "`([^`\\n]+)`", paired("[*]"), paired("_"), paired("~"), ":([a-z0-9_+'-]+):", "(https?://[^\\s<>|]+)"].join("|"), "gu");

export const unescaped = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);

/** A link that opens elsewhere; an address that is not for the web or for mail stays text. */
export function link(url, children) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return h("span", {}, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}

export const mention = (text, own = false) => h("span", { class: own ? "mention own" : "mention" }, text);
export const userMention = (id) => mention(`@${nameOf(id)}`, id === world.state.person);

function special(inside) {
  const [what, label] = inside.split(/\|(.*)/s);
  if (what.startsWith("@")) return userMention(what.slice(1));
  if (what.startsWith("#")) return mention(`#${world.state.names?.[what.slice(1)] ?? label ?? what.slice(1)}`);
  const date = /^!date\^(\d+)\^/.exec(what);
  if (date) return h("time", {}, label ? unescaped(label) : written(Number(date[1]) * 1000, "brief", zone()));
  if (what.startsWith("!")) return mention(`@${unescaped(label ?? what.slice(1)).replace(/^@/, "")}`, true);
  return link(unescaped(what), label ? inline(label) : unescaped(what));
}

/** One line (or a label) to nodes. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(TOKENS)) {
    if (found.index > from) nodes.push(unescaped(text.slice(from, found.index)));
    const [whole, inside, code, bold, italic, strike, name, url] = found;
    if (inside !== undefined) nodes.push(special(inside));
    else if (code !== undefined) nodes.push(h("code", {}, unescaped(code)));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic)));
    else if (strike !== undefined) nodes.push(h("s", {}, inline(strike)));
    else if (name !== undefined) nodes.push(emoji(name) ?? whole);
    else nodes.push(link(unescaped(url), unescaped(url)));
    from = found.index + whole.length;
  }
  if (from < text.length) nodes.push(unescaped(text.slice(from)));
  return nodes;
}

const QUOTE = /^(?:&gt;|>) ?/;
const BULLET = /^(?:[•◦▪–-]|\d{1,2}[.)]) /;

/** Lines to nodes: quotes together, lists with their marks hanging, the rest as it was laid out. */
function lines(text) {
  const nodes = [];
  const all = text.split("\n");
  for (let at = 0; at < all.length; at += 1) {
    if (QUOTE.test(all[at])) {
      const quoted = [];
      for (; at < all.length && QUOTE.test(all[at]); at += 1) quoted.push(all[at].replace(QUOTE, ""));
      at -= 1;
      nodes.push(h("blockquote", {}, lines(quoted.join("\n"))));
    } else if (BULLET.test(all[at])) nodes.push(h("span", { class: "bullet" }, inline(all[at])));
    else {
      const follows = nodes.length > 0 && (typeof nodes.at(-1) === "string" || nodes.at(-1).dataset?.line);
      nodes.push(h("span", { "data-line": "yes" }, follows ? "\n" : null, inline(all[at])));
    }
  }
  return nodes;
}

/** A whole mrkdwn text to nodes. */
export function mrkdwn(text) {
  return String(text ?? "").split(/```\n?([\s\S]*?)\n?```/).flatMap((piece, at) => {
    if (at % 2) return [h("pre", { tabindex: "0", role: "group", "aria-label": t("code") }, h("code", {}, unescaped(piece)))];
    return piece === "" ? [] : lines(at ? piece.replace(/^\n/, "") : piece);
  });
}
