// Esc goes back to the till.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") location.assign(document.querySelector("[data-back]").href);
});
