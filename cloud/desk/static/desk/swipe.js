// A field for a card that a USB reader types. What is typed is held here and nowhere else: the input shows dots.
// What is no card of the club's is forgotten at once, with a word; a card's number goes into the form's body only.
import { LONGEST, isPayment, judge, latin } from "./card.js";

const QUIET = 300; // ms without a key after which a refused swipe is over
const ENDED = 200; // ms behind an end sentinel within which a further track begins
const DOT = "•";
// readers type key codes: under a Persian layout the characters would be others
const PLAIN = { Semicolon: ";", Equal: "=", Slash: "/", Space: " ", Minus: "-", Period: ".", Comma: ",", NumpadAdd: "+" };
const SHIFTED = { Semicolon: ":", Equal: "+", Slash: "?", Digit5: "%", Digit6: "^", Space: " " };

function character(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return "";
  if (/^[ -~]$/.test(event.key)) return event.key.toUpperCase();
  if (event.shiftKey && SHIFTED[event.code]) return SHIFTED[event.code];
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  if (digit && !event.shiftKey) return digit[1];
  const letter = /^Key([A-Z])$/.exec(event.code);
  return letter ? letter[1] : event.shiftKey ? "" : PLAIN[event.code] ?? "";
}

class Swipe {
  #typed = "";
  #taken = "";
  #muted = false;
  #timer = 0;

  constructor(field) {
    this.field = field;
    this.input = field.querySelector("input");
    this.said = field.querySelector("[role=alert]");
    const { fewest, most, prefix, check } = field.dataset;
    this.schema = { fewest: Number(fewest), most: Number(most), prefix, check };
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("beforeinput", (event) => this.come(event));
    this.input.addEventListener("input", () => this.slipped());
    this.input.form.addEventListener("submit", (event) => this.sending(event), true);
    this.input.form.addEventListener("formdata", (event) => this.hand(event.formData));
    window.addEventListener("pagehide", () => this.forget());
    this.input.value = "";
    this.input.disabled = false;
  }

  key(event) {
    const typed = character(event);
    if (this.#muted && (typed || event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      event.stopPropagation();
      this.mute();
    } else if (typed) {
      event.preventDefault();
      this.add(typed);
    } else if (event.key === "Enter" || (event.key === "Tab" && this.#typed)) {
      event.preventDefault();
      if (this.#typed) this.finish();
    } else if (event.key === "Backspace") {
      event.preventDefault();
      this.show(this.#typed.slice(0, -1));
    } else if (event.key === "Escape") {
      this.forget();
    }
  }

  // what comes without a key: pasted, or from a keyboard on the screen
  come(event) {
    event.preventDefault();
    if (event.data) this.add(event.data);
    else if (event.inputType?.startsWith("delete")) this.show(this.#typed.slice(0, -1));
  }

  // some keyboards on the screen cannot be kept from writing
  slipped() {
    const text = this.input.value.replaceAll(DOT, "");
    if (text) this.add(text);
    else this.show(this.#typed.slice(0, this.input.value.length));
  }

  add(text) {
    if (this.#muted) return this.mute();
    const typed = this.#typed + latin(text);
    if (isPayment(typed)) return this.refuse("payment-card", true);
    if (typed.length > LONGEST) return this.refuse("unreadable", true);
    this.said.hidden = true;
    this.show(typed);
    if (typed.endsWith("?")) this.#timer = setTimeout(() => this.finish(), ENDED);
  }

  show(typed) {
    clearTimeout(this.#timer);
    this.#typed = typed;
    this.input.value = DOT.repeat(typed.length);
  }

  finish() {
    if (this.judged()) this.input.form.requestSubmit();
  }

  judged() {
    const { number, reason } = judge(this.#typed, this.schema);
    if (reason) this.refuse(reason, false);
    else this.#taken = number;
    this.show("");
    return !reason;
  }

  refuse(reason, more) {
    this.forget();
    this.say(reason);
    if (more) this.mute();
  }

  say(reason) {
    this.said.textContent = this.said.getAttribute(`data-${reason}`);
    this.said.hidden = false;
  }

  mute() {
    this.#muted = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#muted = false; }, QUIET);
  }

  forget() {
    this.#taken = "";
    this.show("");
  }

  sending(event) {
    if (this.#taken || (this.#typed && this.judged()) || (!this.field.hasAttribute("data-required") && !this.#typed)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.said.hidden) this.say("unreadable");
  }

  hand(body) {
    body.set(this.input.name, this.#taken);
    setTimeout(() => this.forget()); // who sends a form by script may ask for its body more than once
  }
}

const swipes = new Map();

export function attach(root) {
  for (const field of root.querySelectorAll("[data-swipe]")) {
    if (!swipes.has(field)) swipes.set(field, new Swipe(field));
  }
}

// a card that is swiped while the focus is elsewhere: its start sentinel brings it here
function astray(event) {
  const words = event.target.closest?.("[data-words], [data-swipe]");
  const [field] = [...swipes.keys()].filter((each) => each.isConnected && each.hasAttribute("data-anywhere"));
  const typed = character(event);
  if (words || !field || (typed !== ";" && typed !== "%")) return;
  event.preventDefault();
  event.stopPropagation();
  field.querySelector("input").focus();
  swipes.get(field).add(typed);
}

// a reader that types digits alone: no other field of the page keeps as many as a bank card has
function guard(event) {
  const input = event.target;
  if (!input.matches?.("input, textarea") || input.closest("[data-swipe]")) return;
  const text = latin(input.value).replace(/[,٬،_]/g, "");
  if (!isPayment(text) || (input.type === "tel" && /^\s*(?:\+|00)/.test(text))) return;
  input.value = "";
  event.stopImmediatePropagation();
  const [swipe] = swipes.values();
  swipe?.say("payment-card");
}

attach(document);
document.addEventListener("keydown", astray, true);
document.addEventListener("input", guard, true);
document.addEventListener("htmx:load", (event) => attach(event.target));
