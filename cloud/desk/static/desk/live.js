// The live page: the list of events, what of it is shown, and its pause.
import { follow, fragment, pausing } from "./follow.js";

const KEPT = 100; // rows of a kind on the page
const events = document.getElementById("events");
const figures = document.getElementById("figures");
const pause = document.getElementById("pause");
const waiting = document.getElementById("waiting");
const nothing = document.getElementById("nothing");
const kinds = document.getElementById("kinds");
const chips = [...kinds.querySelectorAll("[data-kind]")];

let held = null; // rows that came while paused, newest first; null: not paused
let only = new Set(); // the kinds that are shown; empty: all of them

const shown = (row) => !only.size || !row.dataset.kind || only.has(row.dataset.kind);

function put(rows) {
  events.prepend(...rows);
  trim([...events.children], (row) => row.remove());
  filter();
}

function filter() {
  const rows = [...events.children];
  rows.forEach((row) => { row.hidden = !shown(row); });
  nothing.hidden = !rows.length || rows.some((row) => !row.hidden);
}

// of each kind the newest are kept, so that what is rare is not pushed out by what is not
function trim(rows, drop) {
  const count = new Map();
  return rows.filter((row) => {
    const kind = row.dataset.kind ?? "";
    count.set(kind, (count.get(kind) ?? 0) + 1);
    if (count.get(kind) > KEPT) drop(row);
    return count.get(kind) <= KEPT;
  });
}

function take(html) {
  const row = fragment(html).firstElementChild;
  if (!held) {
    row.classList.add("new");
    put([row]);
    return;
  }
  held = trim([row, ...held], () => {});
  count();
}

function count() {
  const rows = (held ?? []).filter(shown).length;
  waiting.textContent = "(" + rows.toLocaleString(document.documentElement.lang) + ")";
  waiting.hidden = !rows;
}

pause.hidden = false;
pause.addEventListener("click", () => {
  const rows = held;
  held = held ? null : [];
  if (rows) put(rows);
  pause.setAttribute("aria-pressed", String(Boolean(held)));
  count();
  pausing(Boolean(held));
});

// which kinds are shown stands in the address, so that it can be kept and sent on
function choose() {
  const names = new URLSearchParams(location.hash.slice(1)).get("kinds")?.split(",") ?? [];
  only = new Set(chips.map((chip) => chip.dataset.kind).filter((kind) => kind && names.includes(kind)));
  for (const chip of chips) {
    const kind = chip.dataset.kind;
    chip.setAttribute("aria-pressed", String(kind ? only.has(kind) : !only.size));
  }
  filter();
  count();
}

kinds.hidden = false;
kinds.addEventListener("click", (click) => {
  const kind = click.target.closest("[data-kind]")?.dataset.kind;
  if (kind === undefined) return;
  if (!kind) only.clear();
  else if (!only.delete(kind)) only.add(kind);
  history.replaceState(null, "", only.size ? "#kinds=" + [...only].join(",") : location.pathname + location.search);
  choose();
});
addEventListener("hashchange", choose);

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

choose();
follow(events.dataset.stream, take);
