import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./app.css";
import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { startTexts } from "@/shared/i18n";
import { App } from "./App";
import { loadTexts } from "./texts";

/** Applies the stylesheets that index.html only fetches. They stay before those of parts that come later. */
async function applyStyles(): Promise<void> {
  const fetched = document.querySelectorAll<HTMLLinkElement>("link[rel=preload][as=style]");
  await Promise.all([...fetched].map(applied));
}

function applied(fetched: HTMLLinkElement): Promise<unknown> {
  const sheet = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    crossOrigin: "",
    href: fetched.href,
  });
  fetched.after(sheet);
  return new Promise((resolve) => {
    sheet.onload = sheet.onerror = resolve;
  });
}

await Promise.all([startTexts(loadTexts), applyStyles()]);
const root = document.getElementById("root");
if (root !== null) {
  flushSync(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
  document.querySelector(".opening")?.remove(); // what index.html shows until now
}
