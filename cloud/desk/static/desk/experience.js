// Copies a view's address, hides days that are not asked for, and walks along a chart by arrow keys.
"use strict";

const form = document.querySelector("form.filters");
const period = form?.querySelector("[name=period]");
const copy = document.getElementById("copy");
const copied = document.getElementById("copied");

function showDays() {
  form.dataset.period = period.value;
}

if (period) {
  showDays();
  period.addEventListener("change", showDays);
  // an address without what is empty is one that people can read
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    if (period.value !== "dates") for (const name of ["since", "until"]) form.elements[name].disabled = true;
  });
  addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}

if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const address = new URL(copy.dataset.link, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      copied.textContent = copied.dataset.done;
    } catch {
      history.replaceState(null, "", address);
      copied.textContent = copied.dataset.failed;
    }
  });
}

document.addEventListener("keydown", (press) => {
  const point = press.target.closest?.(".control .day");
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (!point || !(press.key in steps)) return;
  const points = [...point.parentElement.querySelectorAll(".day")];
  const step = steps[press.key] * (document.documentElement.dir === "rtl" ? -1 : 1);
  const next = points[points.indexOf(point) + step];
  if (!next) return;
  press.preventDefault();
  points.forEach((each) => each.setAttribute("tabindex", each === next ? "0" : "-1"));
  next.focus();
});
