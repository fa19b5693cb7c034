// The rich_text block to DOM nodes. Reference: docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention, userMention } from "./mrkdwn.js";
import { t, written } from "./words.js";
import { nameOf, zone } from "./world.js";

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u", highlight: "mark", client_highlight: "mark" };

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => link(leaf.url, leaf.text || leaf.url),
  user: (leaf) => userMention(leaf.user_id),
  usergroup: (leaf) => mention(`@${leaf.usergroup_id}`),
  channel: (leaf) => mention(`#${nameOf(leaf.channel_id)}`),
  team: (leaf) => mention(leaf.team_id),
  broadcast: (leaf) => mention(`@${leaf.range}`, true),
  emoji: (leaf) => emoji(leaf.name) ?? (leaf.unicode ? String.fromCodePoint(...leaf.unicode.split("-").map((it) => parseInt(it, 16))) : `:${leaf.name}:`),
  color: (leaf) => h("code", {}, leaf.value),
  date: (leaf) => h("time", {}, leaf.fallback || written(leaf.timestamp * 1000, "brief", zone())),
};

function shown(leaf) {
  const bare = LEAVES[leaf.type]?.(leaf) ?? leaf.text ?? "";
  return Object.keys(STYLES).filter((name) => leaf.style?.[name]).reduce((inner, name) => h(STYLES[name], {}, inner), bare);
}

const leaves = (part) => (part.elements ?? []).map(shown);

const PARTS = {
  rich_text_section: (part) => h("div", { class: "laid" }, leaves(part)),
  rich_text_quote: (part) => h("blockquote", { class: "laid" }, leaves(part)),
  rich_text_preformatted: (part) => h("pre", { tabindex: "0", role: "group", "aria-label": t("code") }, h("code", {}, leaves(part))),
  rich_text_list: (part) => {
    const start = part.style === "ordered" && part.offset ? part.offset + 1 : null;
    const items = part.elements.map((item) => h("li", { class: "laid" }, leaves(item)));
    return h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}`, start }, items);
  },
};

export const richText = (block) => h("div", { class: "rich" }, (block.elements ?? []).map((part) => PARTS[part.type]?.(part)));
