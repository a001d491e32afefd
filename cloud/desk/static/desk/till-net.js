// What the till's page asks the web, with one answer for every way in which it can fail.

const TIMEOUT = 8000; // ms: a line that swallows everything counts as none
const till = document.getElementById("till");
const token = till.querySelector("[name=csrfmiddlewaretoken]").value;

export class Away extends Error {} // no answer: the network or the web is away
export class SignedOut extends Error {} // the session ended

export async function post(address, body) {
  let answer;
  try {
    const headers = { "X-CSRFToken": token };
    answer = await fetch(address, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
  } catch {
    throw new Away();
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Away();
  return answer;
}

export function form(fields) {
  const body = new URLSearchParams();
  for (const [name, value] of fields) body.append(name, value ?? "");
  return body;
}

export function word(name, parts = {}) {
  const text = document.querySelector(`[data-word="${name}"]`).textContent;
  return text.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
}
