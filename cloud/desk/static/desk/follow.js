// Follows a stream: renews the parts of a page that changed, and says how the connection is.

const AGAIN = 3000; // ms before a refused stream is tried again
const link = document.getElementById("link");
const sent = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part.outerHTML]));
let connected = false;
let paused = false;

export function fragment(html) {
  return document.createRange().createContextualFragment(html);
}

export function pausing(now) {
  paused = now;
  show();
}

function show() {
  link.hidden = false;
  link.dataset.state = !connected ? "reconnecting" : paused ? "paused" : "live";
}

function renew(html) {
  for (const part of fragment(html).querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    const old = document.querySelector(`[data-part="${name}"]`);
    if (!old || sent.get(name) === part.outerHTML) continue;
    sent.set(name, part.outerHTML);
    replace(old, part);
  }
}

// what a person has opened, closed or stands on stays so
function replace(old, part) {
  const open = new Map([...old.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const id = focused && (focused.id || focused.closest("details[id]")?.id);
  old.replaceWith(part);
  for (const each of part.querySelectorAll("details[id]")) each.open = open.get(each.id) ?? each.open;
  const again = id && document.getElementById(id);
  if (again) (again.matches("details") ? again.querySelector("summary") : again).focus({ preventScroll: true });
}

// `take` is called with the HTML of each event, `stream` is where they come from
export function follow(stream, take) {
  const address = new URL(stream, location.href);
  const connect = () => {
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
  };
  // a stream that was refused does not come back by itself: signed out, no longer theirs, or the web is away
  const again = async () => {
    const page = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (page && !page.ok && page.status < 500) location.reload();
    else connect();
  };
  connect();
}
