// Before anything is drawn: the colours that were chosen last, so that no white page flashes.
"use strict";
try {
  const chosen = localStorage.getItem("rigd-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* a browser that keeps nothing shows its own colours */ }
