// The letters the app sent by e-mail, all in one box: whoever has no account, or no longer, reads theirs here.

import { byId, h, reconcile } from "./dom.js";
import { toast } from "./toasts.js";
import { t, written } from "./words.js";
import { ask, world, zone } from "./world.js";

const ADDRESS = /(https?:\/\/[^\s<>"]+)/;

/** Text, in which addresses of the web lead there. */
const linked = (text) => text.split(ADDRESS).map((piece, at) =>
  (at % 2 ? h("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece));

const letter = ({ one }) => h("li", { class: "letter" }, h("details", {},
  h("summary", {}, h("strong", {}, one.subject), h("span", { class: "to" }, t("letter_to", { to: one.to })),
    h("time", { datetime: one.at }, written(one.at, "brief", zone()))),
  h("p", { class: "letter-text" }, linked(one.text)),
  one.reply_to ? h("p", { class: "hint" }, t("letter_reply_to", { to: one.reply_to })) : null));

export async function showLetters(root) {
  const { letters } = await ask("/letters");
  let list = root.querySelector(".letters");
  if (!list) {
    list = h("ol", { class: "letters", "aria-label": t("letters") });
    root.replaceChildren(h("p", { class: "hint" }, t("letters_hint")), list);
  }
  reconcile(list, letters.map((one) => ({ key: one.number, sign: "", one })), letter);
}

/** Say how many letters there are, and that one has just come. */
export function countLetters(before) {
  const n = world.state.letters ?? 0;
  byId("letters-opener").hidden = n === 0;
  byId("letters-count").textContent = n;
  if (before && n > (before.letters ?? 0)) toast({ text: t("new_letters", { n: n - (before.letters ?? 0) }) });
}
