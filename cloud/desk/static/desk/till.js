// The clerk's page: whom it serves, the sale that is typed, and what follows when it is confirmed.
import { latin } from "./card.js";
import * as kept from "./till-kept.js";
import { Away, SignedOut, form, post, word } from "./till-net.js";

const STAYS = 60_000; // ms that a member is shown who does nothing
const RESTS = 180_000; // ms after which a begun sale is put aside
const PAUSE = 180; // ms without a key before it is worked out
const AGAIN = 3000; // ms before a refused stream is tried again
const VISIT = 16; // characters of a visit's name: who came by one goes with it
const SOON = 5000; // the same, where the next one waits
const DONE = 20_000; // ms after which a booked sale makes room for the next customer

const find = (id) => document.getElementById(id);
const [till, sale, customer, booked, reckoned] = ["till", "sale", "customer", "booked", "reckoned"].map(find);
const { stream, login } = till.dataset;
const language = document.documentElement.lang;
const FIELDS = ["amount", "points", "coupon", "invoice"];
const ORDER = ["amount", "points", "coupon", "invoice", "confirm"];

let current = null; // who is served: {token, member, how, name, html}
let next = null; // who waits, while a sale is begun
let begun = null; // the sale's own number and when it began: {number, at}
let aside = null; // a sale that rested too long
let changing = null; // what the next card is for, besides finding: {action, which}
let asked = 0; // the newest question; older answers are not shown
let pay = null;
let finished = ""; // the visit of the last sale: who has paid does not come up again
const timers = {};

function after(name, ms, act) {
  clearTimeout(timers[name]);
  timers[name] = ms ? setTimeout(act, ms) : 0;
}

function number() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // where the page came without TLS
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Words

function tell(id, text, more = false) {
  const box = find(id);
  box.firstElementChild.textContent = text;
  box.hidden = !text;
  if (id === "said") find("again").hidden = !more;
}

function fault(field, text) {
  const said = find(`${field}-said`) ?? find("amount-said");
  said.textContent = text ?? "";
  said.hidden = !text;
  const input = find(field);
  if (input?.matches("input")) input.toggleAttribute("aria-invalid", Boolean(text));
  if (text) input?.setAttribute("aria-invalid", "true");
}

function faults(errors = {}) {
  for (const field of FIELDS) fault(field, errors[field]);
  for (const [field, text] of Object.entries(errors)) if (!FIELDS.includes(field)) fault("amount", text);
}

// Whom the page serves

function parsed(html) {
  return document.createRange().createContextualFragment(html).firstElementChild;
}

function serve(who) {
  current = { ...who, gone: false, until: Date.now() + (who.leaves ?? STAYS) };
  next = null;
  tell("waits", "");
  customer.replaceChildren(who.node);
  find("whose").textContent = who.member ? word("for", { name: who.name }) : "";
  after("leaves", who.leaves ?? STAYS, leave);
  if (who.member && booked.hidden && !isTyping()) find("amount").focus();
  if (!who.member) customer.querySelector("[data-do=join]")?.focus();
  if (begun) work();
}

function isTyping() {
  return begun || Boolean(document.activeElement?.value);
}

function leave() {
  if (begun || changing) return;
  current = null;
  customer.replaceChildren();
  find("whose").textContent = "";
}

// a sale that is begun stays with its member: who comes then waits
function arrive(who) {
  if (changing && !who.member && who.token) return change({ empty: who.token });
  if (current && who.member && who.member === current.member) current.token = who.token;
  else if ((begun || !booked.hidden) && current?.member) {
    if (!begun) after("over", SOON, over);
    next = who;
    tell("waits", word("waits", { name: who.name || word("unknown") }));
    find("serve").hidden = false;
  } else serve(who);
}

async function ask(address, fields, said) {
  try {
    const answer = await post(address, form(fields));
    const node = parsed(await answer.text());
    return { ...node.dataset, node, ok: "ok" in node.dataset };
  } catch (error) {
    if (error instanceof SignedOut) location.assign(login);
    else if (error instanceof Away) tell("said", word(said ?? "failed"));
    else throw error;
    return null;
  }
}

async function look(fields, more = {}) {
  const who = await ask(till.dataset.customer, fields);
  if (!who) return null;
  if (!who.ok && !who.token) return tell("said", who.node.querySelector(".name").textContent);
  tell("said", "");
  arrive({ ...who, ...more });
  return who;
}

async function told({ visit: of, token, leaves, said }) {
  if (of && of === finished) return;
  if (token) {
    await look([["token", token]], { leaves });
  } else if (said) {
    tell("said", said);
  } else {
    if (next?.how.length === VISIT) { next = null; tell("waits", ""); }
    if (current?.how.length === VISIT) {
      current.gone = true;
      leave();
    }
  }
}

function listen() {
  const link = find("link");
  link.hidden = false;
  link.dataset.state = "reconnecting";
  const source = new EventSource(stream);
  source.onopen = () => { link.dataset.state = "live"; kept.send(); };
  source.addEventListener("customer", (message) => told(JSON.parse(message.data)));
  source.onerror = () => {
    link.dataset.state = "reconnecting";
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  };
}

// Cards

function change(card) {
  const { action, which } = changing;
  stop();
  return cards([["action", action], ["which", which], ...Object.entries(card)]);
}

async function cards(fields) {
  const who = await ask(till.dataset.card, [["token", current.token], ...fields]);
  if (who?.ok) serve(who);
  else if (who) tell("said", who.node.querySelector(".name").textContent);
}

function start(action, which) {
  changing = { action, which };
  label(word(action, { name: current.name }));
  find("find-card").classList.add("asked");
  find("swipe-card").focus();
}

function stop() {
  changing = null;
  label(word("find"));
  find("find-card").classList.remove("asked");
}

function label(text) {
  find("find-card").querySelector("label span").textContent = text;
}

async function act(button) {
  const { do: what, which } = button.dataset;
  if (what === "join") {
    const who = await ask(till.dataset.join, [["token", current.token]]);
    if (who?.ok) serve(who);
    else if (who) tell("said", who.node.querySelector(".name").textContent);
  } else if (what === "block" && !button.dataset.sure) {
    button.dataset.sure = "1";
    button.textContent = word("sure");
  } else if (what === "block") {
    await cards([["action", "block"], ["which", which]]);
  } else {
    start(what, which);
  }
}

// The sale

function typed() {
  const data = new FormData(sale);
  const names = data.getAll("line_name");
  const amounts = data.getAll("line_amount");
  const lines = names.flatMap((name, at) => (name || amounts[at] ? [["line_name", name], ["line_amount", amounts[at]]] : []));
  return [...FIELDS.map((field) => [field, data.get(field) === find("all").textContent ? "all" : data.get(field)]), ...lines];
}

function isBegun() {
  return typed().some(([, value]) => value);
}

function body() {
  begun ??= { number: number(), at: Date.now() };
  return [["token", current.token], ["member", current.member], ["document", begun.number], ["typed_at", String(begun.at)], ...typed()];
}

function changed() {
  if (!isBegun()) {
    clear();
    return settle();
  }
  begun ??= { number: number(), at: Date.now() };
  pay = null;
  reckoned.classList.add("old");
  after("rests", RESTS, rest);
  after("work", PAUSE, work);
}

async function work() {
  if (!current?.member || !isBegun()) return;
  const mine = ++asked;
  try {
    const answer = await post(till.dataset.quote, form(body()));
    const found = await answer.json();
    if (mine !== asked) return;
    faults(found.errors ?? (found.said ? { amount: found.said } : {}));
    show(found.html ? found : null);
  } catch (error) {
    if (mine !== asked) return;
    if (!(error instanceof Away || error instanceof SignedOut)) throw error;
    show(null);
    reckoned.textContent = word("offline");
  }
}

function show(found) {
  pay = found?.pay ?? null;
  reckoned.classList.remove("old");
  reckoned.replaceChildren(...(found ? [parsed(found.html)] : []));
}

async function confirm() {
  if (!current?.member) return tell("said", word("nobody"));
  if (!isBegun()) return find("amount").focus();
  clearTimeout(timers.work);
  asked++;
  const fields = [...body(), ["shown", pay === null ? "" : String(pay)]];
  const sent = begun.number;
  kept.keep(sent, fields, total(fields));
  find("confirm").disabled = true;
  try {
    const answer = await post(till.dataset.sale, form(fields));
    const found = await answer.json();
    kept.done(sent);
    if (answer.ok) book(parsed(found.html));
    else if (found.errors) { faults(found.errors); renumber(); work(); }
    else tell("said", found.said);
  } catch (error) {
    if (!(error instanceof Away || error instanceof SignedOut)) throw error;
    kept.late(sent);
    clear();
    if (current) current.gone = true;
    settle();
    tell("said", word("keeping"));
    if (error instanceof SignedOut) kept.send();
  } finally {
    find("confirm").disabled = false;
  }
}

// what was refused was not booked: it may be another sale now
function renumber() {
  begun = { number: number(), at: begun?.at ?? Date.now() };
}

function total(fields) {
  const of = (name) => fields.filter(([field]) => field === name).map(([, value]) => Number(latin(value ?? "").replace(/[^0-9]/g, "")));
  return of("line_amount").reduce((sum, each) => sum + each, 0) || of("amount")[0];
}

function book(node) {
  finished = current.how;
  clear();
  sale.hidden = true;
  booked.replaceChildren(node);
  booked.hidden = false;
  find("next").focus();
  renew(current);
  after("over", DONE, over);
}

// what they have changed by the sale
async function renew(who) {
  const fresh = await ask(till.dataset.customer, [["token", who.token]]);
  if (fresh?.ok && current?.member === fresh.member && !booked.hidden) customer.replaceChildren(fresh.node);
}

function over() {
  after("over", 0);
  booked.replaceChildren();
  booked.hidden = true;
  sale.hidden = false;
  const who = next;
  leave();
  if (who) serve(who);
}

function clear() {
  after("work", 0);
  after("rests", 0);
  asked++;
  sale.reset();
  begun = null;
  pay = null;
  faults();
  reckoned.classList.remove("old");
  reckoned.replaceChildren();
}

// with no sale begun: who waits is served, and who is gone is not shown
function settle() {
  if (next) serve(next);
  else if (current?.gone || Date.now() > current?.until) leave();
}

function rest() {
  aside = { who: current, fields: typed(), at: Date.now() };
  const who = next;
  next = null;
  clear();
  leave();
  tell("said", word("aside"), Boolean(aside.who));
  if (who) serve(who);
}

function again() {
  const { who, fields } = aside;
  if (begun) return;
  for (const [field, value] of fields) if (FIELDS.includes(field)) find(field).value = value;
  tell("said", "");
  changed();
  serve(who);
}

function grouped(input) {
  const digits = latin(input.value).replace(/[^0-9]/g, "");
  const last = input.selectionStart === input.value.length;
  if (last && digits && /^[\s0-9۰-۹٠-٩,٬،.]*$/.test(input.value)) input.value = Number(digits).toLocaleString(language);
}

// Keys: everything without a mouse

const KEYS = {
  F2: () => find("phone").focus(),
  F3: () => find("swipe-card").focus(),
  F4: () => find("amount").focus(),
  F6: () => next && !find("serve").hidden && find("serve").click(),
  F7: () => location.assign(document.querySelector("[data-key=F7]").href),
  F8: () => all(),
  F9: () => (booked.hidden ? confirm() : over()),
  F10: () => find("print")?.click(),
};

function all() {
  find("points").value = find("all").textContent;
  find("points").focus();
  changed();
}

function back() {
  if (!booked.hidden) return over();
  if (changing) return stop();
  tell("said", "");
  if (!isBegun()) return leave();
  clear();
  settle();
}

function onward(event) {
  const place = ORDER.indexOf(event.target.id);
  const line = event.target.closest(".line");
  if (event.key !== "Enter" || (place < 0 && !line) || event.target.id === "confirm") return;
  event.preventDefault();
  if (line) (event.target.nextElementSibling ?? line.nextElementSibling?.firstElementChild ?? find("confirm")).focus();
  else find(ORDER[place + 1]).focus();
}

document.addEventListener("keydown", (event) => {
  const act = event.key === "Escape" ? back : KEYS[event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  act();
});
sale.addEventListener("keydown", onward);
sale.addEventListener("input", (event) => {
  if (event.target.inputMode === "numeric") grouped(event.target);
  changed();
});
sale.addEventListener("submit", (event) => { event.preventDefault(); confirm(); });
find("find-card").addEventListener("submit", (event) => {
  event.preventDefault();
  const card = new FormData(event.target).get("card");
  if (changing) change({ card });
  else look([["card", card]]);
});
find("find-phone").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = find("phone");
  const phone = input.value;
  input.value = "";
  await look([["phone", phone]]);
});
customer.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.do) act(button);
  else if (button?.dataset.coupon) { find("coupon").value = button.dataset.coupon; changed(); find("coupon").focus(); }
});
booked.addEventListener("click", (event) => { if (event.target.closest("#next")) over(); });
find("all").addEventListener("click", all);
find("clear").addEventListener("click", back);
find("again").addEventListener("click", again);
find("serve").addEventListener("click", () => { const who = next; next = null; clear(); serve(who); });
window.addEventListener("beforeunload", (event) => { if (begun) event.preventDefault(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

kept.begin();
if (stream) listen();
