// Is what was typed or swiped one of the club's cards? The same rule as cloud/club/card_schema.py, which judges again.

const PAN = /[0-9]{12}/; // from 12 digits on it could be a payment card's number
const NETWORKS = /^(?:4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|5[0678]|6|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])|220[0-4]|9792|207177|903769|991975|170019)/;
const SHORTEST_PART = 8;
const TRACKS = /^(?:%([ -$&-:<->@-_]+)\?[\r\n]*)?(?:;([0-:<->]+|E)\?[\r\n]*)?(?:[;+]([0-:<->]+|E)\?[\r\n]*)?$/;
const UNREAD = "E";
export const LONGEST = 240;

export function latin(text) {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

export function isPayment(text) {
  return text.startsWith("%B") || PAN.test(text.replace(/(?<=[0-9])[ -](?=[0-9])/g, ""));
}

// {number}, or {reason} without a digit; schema: {fewest, most, prefix, check}
export function judge(typed, schema) {
  const text = latin(typed).replace(/^[\r\n]+|[\r\n]+$/g, "");
  if (isPayment(text)) return { reason: "payment-card" };
  const tracks = taken(text);
  const [one, two] = [tracks.one ?? UNREAD, tracks.two ?? UNREAD];
  const numbers = new Set([two, one.replace(/^[^0-9]/, "")].filter((number) => holds(schema, number)));
  if (numbers.size === 1 && (two === UNREAD || holds(schema, two))) return { number: [...numbers][0] };
  return { reason: why(text, tracks, numbers) };
}

function taken(text) {
  if (/^[0-9]+$/.test(text)) return { two: text };
  const match = text.length <= LONGEST ? TRACKS.exec(text) : null;
  const tracks = match ? { one: match[1], two: match[2], three: match[3] } : {};
  return Object.fromEntries(Object.entries(tracks).filter(([, held]) => held));
}

function holds(schema, number) {
  return /^[0-9]+$/.test(number) && schema.fewest <= number.length && number.length <= schema.most
    && number.startsWith(schema.prefix) && (schema.check === "none" || luhn(number));
}

function luhn(number) {
  const doubled = [...number].reverse().map((digit, place) => Number(digit) * (1 + place % 2));
  return doubled.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}

function why(text, tracks, numbers) {
  const runs = text.match(/[0-9]+/g) ?? [];
  if (runs.some((run) => run.length >= SHORTEST_PART && NETWORKS.test(run))) return "payment-card";
  const held = Object.values(tracks);
  return !held.length || held.includes(UNREAD) || numbers.size > 1 ? "unreadable" : "not-ours";
}
