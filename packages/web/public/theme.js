// Runs before the first paint, so that a remembered theme or language never flashes the other one.
(() => {
  try {
    const theme = localStorage.getItem("tidewire.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
    const language = localStorage.getItem("tidewire.language");
    if (language === "en") document.documentElement.lang = "en";
    if (language === "zh") document.documentElement.lang = "zh-Hans";
  } catch {
    // Storage may be forbidden; the system's theme and the browser's language hold then.
  }
})();
