// Keeps the HQ page alive: takes what the stream sends, and says how the connection is.
"use strict";

const KEPT = 100; // rows on the page
const AGAIN = 3000; // ms before a refused stream is tried again

const events = document.getElementById("events");
const figures = document.getElementById("figures");
const link = document.getElementById("link");
const pause = document.getElementById("pause");
const waiting = document.getElementById("waiting");

let address = new URL(events.dataset.stream, location.href);
let held = null; // rows that came while paused, newest first; null: not paused
let connected = false;

function show() {
  link.hidden = false;
  link.dataset.state = !connected ? "reconnecting" : held ? "paused" : "live";
}

function put(rows) {
  events.prepend(...rows);
  while (events.children.length > KEPT) events.lastElementChild.remove();
}

function take(html) {
  const row = document.createRange().createContextualFragment(html).firstElementChild;
  if (!held) {
    row.classList.add("new");
    put([row]);
    return;
  }
  held.unshift(row);
  held.length = Math.min(held.length, KEPT);
  waiting.textContent = "(" + held.length.toLocaleString(document.documentElement.lang) + ")";
  waiting.hidden = false;
}

function renew(html) {
  const fresh = document.createRange().createContextualFragment(html);
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = figures.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!old) {
      figures.append(part);
    } else if (sent.get(part.dataset.part) !== part.outerHTML) {
      sent.set(part.dataset.part, part.outerHTML);
      replace(old, part);
    }
  }
}

// what a person has opened or stands on stays so
function replace(old, part) {
  const open = [...old.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(part);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

const sent = new Map([...figures.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part.outerHTML]));

function connect() {
  const source = new EventSource(address);
  source.onopen = () => { connected = true; show(); };
  source.onmessage = (message) => { address.searchParams.set("after", message.lastEventId); take(message.data); };
  source.addEventListener("skipped", (message) => take(message.data));
  source.addEventListener("figures", (message) => renew(message.data));
  source.onerror = () => {
    connected = false;
    show();
    if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN);
  };
}

// a stream that was refused does not come back by itself: signed out, or the web is away
async function again() {
  const page = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (page?.type === "opaqueredirect") location.reload();
  else connect();
}

pause.hidden = false;
pause.addEventListener("click", () => {
  const rows = held;
  held = held ? null : [];
  if (rows) put(rows);
  pause.setAttribute("aria-pressed", String(Boolean(held)));
  waiting.hidden = true;
  show();
});

// arrow keys walk along the days of a chart
figures.addEventListener("keydown", (press) => {
  const day = press.target.closest?.(".day");
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (!day || !(press.key in steps)) return;
  const days = [...day.parentElement.querySelectorAll(".day")];
  const step = steps[press.key] * (document.documentElement.dir === "rtl" ? -1 : 1);
  const next = days[days.indexOf(day) + step];
  if (!next) return;
  press.preventDefault();
  days.forEach((each) => each.setAttribute("tabindex", each === next ? "0" : "-1"));
  next.focus();
});

connect();
