import { execFileSync } from "node:child_process";
import path from "node:path";

import { defineConfig } from "@playwright/test";

/** The first of these programs that is there. */
function program(...names: string[]): string | undefined {
  for (const name of names) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: "pipe" }).trim();
    } catch {
      continue;
    }
  }
  return undefined;
}

// Chromium as the system's packages bring it: Playwright's own build is a download of its own.
const chromium = program("chromium", "chromium-browser", "google-chrome");
// The same without windows around the pages: faster, and it draws all alike but emoji.
const shell = program("chromium-headless-shell") ?? chromium;
const isRoot = process.getuid?.() === 0;

function browser(executablePath?: string) {
  return {
    // On macOS, where it has no name on the path, Playwright finds Chrome by its channel.
    ...(executablePath ? {} : { channel: "chrome" }),
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // The same fonts on every machine, so that pictures of the same page are the same.
      env: { ...process.env, FONTCONFIG_FILE: path.join(__dirname, "support/fonts.conf") },
      args: [
        // The sandbox needs a user that is not root.
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  };
}

export default defineConfig({
  testDir: "tests",
  // Names of specs, where another program chooses how Playwright is called: `AIDOO_SPECS='journey|keys' cargo leptos end-to-end`.
  ...(process.env.AIDOO_SPECS ? { testMatch: new RegExp(`/(${process.env.AIDOO_SPECS})\\.spec\\.ts$`) } : {}),
  outputDir: "test-results",
  forbidOnly: true,
  // A test that passes at the second try hides a fault.
  retries: 0,
  // While one waits for its pages, the other goes on.
  workers: 2,
  // Journeys are long, and the machine that runs them may be busy.
  timeout: 300_000,
  expect: {
    timeout: 20_000,
    // Another Chromium draws edges a little differently. A small button that is gone is some 700 pixels, and no share of a
    // long page.
    toHaveScreenshot: { maxDiffPixels: 300, animations: "disabled", caret: "hide", scale: "css" },
  },
  snapshotPathTemplate: "{testDir}/../references/{arg}{ext}",
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  projects: [
    { name: "pages", testIgnore: /\/strange[^/]*$/, use: browser(shell) },
    { name: "strange", testIgnore: /\/(?!strange)[^/]*$/, use: browser(chromium) },
  ],
  use: {
    browserName: "chromium",
    permissions: ["clipboard-read", "clipboard-write"],
    screenshot: "only-on-failure",
    // Recording every step takes time that only a failure is worth: `TRACE=1 npx playwright test the.spec.ts`.
    trace: process.env.TRACE ? "retain-on-failure" : "off",
  },
});
