// Chromium, started for a measurement and driven by puppeteer.

import { execFileSync } from "node:child_process";

import { launch } from "chrome-launcher";
import puppeteer from "puppeteer-core";

/**
 * Starts it, gives `use` a page that is signed in by `cookie` (`-` is nobody's) and the port of the browser, and ends it
 * again.
 */
export async function withPage(url, cookie, use) {
  const chrome = await launch({
    chromePath: process.env.CHROME_PATH ?? chromium(),
    chromeFlags: ["--headless=new", "--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  try {
    const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });
    const page = await browser.newPage();
    if (cookie !== "-") {
      const at = cookie.indexOf("=");
      await browser.setCookie({ name: cookie.slice(0, at), value: cookie.slice(at + 1), domain: new URL(url).hostname });
    }
    const made = await use(page, chrome.port);
    await browser.disconnect();
    return made;
  } finally {
    chrome.kill();
  }
}

/** Chromium as the system's packages bring it. */
function chromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      continue;
    }
  }
  return undefined;
}
