// Sales that were typed while the network was away: kept in this browser, sent once each when it is back.
// A kept sale has amounts, a signed token and its own number; no name, no card, no telephone number.
import { Away, SignedOut, post, word } from "./till-net.js";

const KEY = "till.kept";
const EVERY = 5000; // ms between two tries
const list = document.getElementById("kept");
const { till, clerk, sale: address, login } = document.getElementById("till").dataset;
const language = document.documentElement.lang;
const ended = []; // what became of the others, until it is dismissed
let signedOut = false;
let busy = false;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

function write(sales) {
  if (sales.length) localStorage.setItem(KEY, JSON.stringify(sales));
  else localStorage.removeItem(KEY);
  draw();
}

export function keep(document_, body, amount) {
  const sale = { document: document_, till, clerk, at: Date.now(), amount, body: [...body], late: false };
  write([...read().filter((each) => each.document !== document_), sale]);
}

export function done(document_) {
  write(read().filter((each) => each.document !== document_));
}

export function late(document_) {
  write(read().map((each) => (each.document === document_ ? { ...each, late: true } : each)));
}

// what a page that was closed had not heard the answer to is as late as what it could not send
export function begin() {
  write(read().map((each) => ({ ...each, late: true })));
  window.addEventListener("online", send);
  setInterval(send, EVERY);
  send();
}

export async function send() {
  if (busy) return;
  busy = true;
  try {
    for (const sale of read().filter((each) => each.late && each.till === till && each.clerk === clerk)) await one(sale);
    signedOut = false;
  } catch (error) {
    if (error instanceof SignedOut) signedOut = true;
    else if (!(error instanceof Away)) throw error;
  } finally {
    busy = false;
    draw();
  }
}

async function one(sale) {
  const answer = await post(address, new URLSearchParams([...sale.body, ["kept", "1"]]));
  const { said } = await answer.json();
  ended.push({ ...sale, state: answer.ok ? "sent" : "refused", why: said ?? "" });
  done(sale.document);
}

function draw() {
  const waiting = read().filter((each) => each.late);
  const rows = [...waiting.map(row), ...ended.map(row)];
  list.replaceChildren(...rows);
  list.hidden = !rows.length;
}

function row(sale) {
  const own = sale.till === till && sale.clerk === clerk;
  const state = sale.state ?? (!own ? "others" : signedOut ? "signed-out" : "kept");
  const time = new Date(sale.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const line = document.createElement("li");
  line.dataset.state = state;
  line.dataset.document = sale.document;
  const said = document.createElement("span");
  said.textContent = word(state, { amount: Number(sale.amount).toLocaleString(language), time, why: sale.why });
  line.append(said);
  if (sale.state) line.append(button("dismiss", () => { ended.splice(ended.indexOf(sale), 1); draw(); }));
  if (state === "signed-out") {
    const link = document.createElement("a");
    link.href = login;
    link.className = "button";
    link.textContent = word("sign-in");
    line.append(link);
  }
  return line;
}

function button(name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = word(name);
  made.addEventListener("click", act);
  return made;
}
