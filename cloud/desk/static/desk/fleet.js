"use strict";
// whoever is signed out meanwhile, or lost the page, is sent where the whole page leads
document.addEventListener("htmx:responseError", ({ detail }) => {
  if ([401, 403, 404].includes(detail.xhr.status)) window.location.reload();
});
