// The page's own words, given by the shell, and how dates are written in its language.

const table = JSON.parse(document.getElementById("words").textContent);
export const locale = document.documentElement.lang || "fr";
const plurals = new Intl.PluralRules(locale);

export const known = (key) => key in table;

/** The words of `key`; {name} takes values.name, and {one, other} words follow values.n. */
export function t(key, values = {}) {
  const found = table[key] ?? key;
  const text = typeof found === "string" ? found : (found[plurals.select(values.n ?? 0)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const FORMS = {
  clock: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  short: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  hour: { hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long" },
  brief: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
};
const made = new Map();

/** An instant (ISO 8601 or milliseconds) as people write it in that zone; `form` is a name of FORMS. */
export function written(instant, form, zone) {
  const name = `${form} ${zone}`;
  if (!made.has(name)) made.set(name, new Intl.DateTimeFormat(locale, { ...FORMS[form], timeZone: zone, hourCycle: "h23" }));
  return made.get(name).formatToParts(new Date(instant)).map(spelled).join("");
}

// French people write "1er février", which Intl does not know.
const spelled = ({ type, value }) => (locale.startsWith("fr") && type === "day" && value === "1" ? "1er" : value);

const walls = new Map();

/** The wall clock at that instant in that zone, as datetime-local inputs hold it: 2026-04-28T09:00. */
export function wallOf(instant, zone) {
  if (!walls.has(zone)) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    walls.set(zone, new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone: zone, hourCycle: "h23" }));
  }
  return walls.get(zone).format(new Date(instant)).replace(" ", "T");
}

/** The instant (milliseconds) of a wall clock in that zone; around a clock change, the nearest that exists. */
export function instantOf(wall, zone) {
  const asked = Date.parse(`${wall}Z`);
  let guess = asked;
  for (let turn = 0; turn < 2; turn += 1) guess += asked - Date.parse(`${wallOf(guess, zone)}Z`);
  return guess;
}
