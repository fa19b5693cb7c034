// What to propose while a person types: commands, people after @, days as a command takes them. Pure.

const DAY = 86_400_000;

const iso = (day) => day.toISOString().slice(0, 10);

/** The days people name, in the page's own words. `today` is an ISO date; `spoken` says a day (milliseconds) as people write it. */
export function days(today, { spoken, words }) {
  const from = new Date(`${today}T00:00:00Z`);
  const after = (n) => new Date(from.getTime() + n * DAY);
  const monday = after(((8 - from.getUTCDay()) % 7) || 7);
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, Math.min(from.getUTCDate(), 28)));
  return [[words.today, from], [words.tomorrow, after(1)], [words.next_monday, monday], [words.in_a_week, after(7)], [words.in_a_month, month]]
    .map(([label, day]) => ({ insert: `${iso(day)} `, label, hint: spoken(day.getTime()) }));
}

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const begins = (text, start) => folded(text).split(/[\s.@-]+/).some((word) => word.startsWith(start)) || folded(text).startsWith(start);

function people(start, all) {
  return all.filter((one) => one.joined && !one.deactivated && (begins(one.name, start) || begins(one.handle, start)))
    .slice(0, 8).map((one) => ({ insert: `@${one.handle} `, label: one.name, hint: `@${one.handle}` }));
}

function commands(start, all) {
  return all.filter((one) => one.command.startsWith(start))
    .map((one) => ({ insert: `${one.command} `, label: `${one.command} ${one.usage ?? ""}`.trim(), hint: one.description ?? "" }));
}

/** `{from, items, sure}`: what may replace the text from `from` to the caret; `sure`: the first is chosen by Enter. */
export function suggestions(text, { commands: known, people: all, dates }) {
  const nothing = { from: text.length, items: [], sure: false };
  if (/^\/\S*$/.test(text)) return { from: 0, items: commands(text, known), sure: true };
  const word = /(?:^|\s)(\S*)$/.exec(text)[1];
  const from = text.length - word.length;
  if (word.startsWith("@")) return { from, items: people(folded(word.slice(1)), all), sure: true };
  if (!text.startsWith("/")) return nothing;
  if (word === "" && /@\S+\s$/.test(text)) return { from, items: dates, sure: false };
  if (/^\d/.test(word) && word.length < 10) return { from, items: dates.filter((one) => one.insert.startsWith(word)), sure: true };
  if (word.length < 2) return nothing;
  return { from, items: dates.filter((one) => begins(one.label, folded(word)) || begins(one.hint, folded(word))), sure: true };
}
