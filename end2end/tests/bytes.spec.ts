// What a page costs on a first visit, over the wire: each has a budget, and growing by more than a twentieth needs
// a new one in the same change.

import { readFileSync } from "node:fs";
import path from "node:path";

import type { Page } from "@playwright/test";

import { Account } from "../pages/account";
import { expect, hydrated, test } from "../support/test";

const GROWTH = 1.05;
const budgets: Record<string, number> = JSON.parse(
  readFileSync(path.join(__dirname, "../budgets.json"), "utf8"),
);

/** Counts what comes over the wire for `page` from now on, bodies and headers as they were sent. */
async function counted(page: Page, visit: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await visit();
  await session.detach();
  return bytes;
}

function within(name: string, bytes: number): void {
  const budget = budgets[name];
  expect(budget, `${name} has a budget`).toBeGreaterThan(0);
  expect(bytes, `${name}: ${bytes} bytes, budget ${budget}`).toBeLessThan(budget * GROWTH);
  // A budget far above what is needed would let a page grow unseen.
  expect(bytes, `${name}: ${bytes} bytes, lower its budget of ${budget}`).toBeGreaterThan(budget / 1.25);
}

for (const gate of ["/sign-in", "/sign-up", "/invitation/none", "/reset/none"]) {
  test(`${gate} needs no program on a first visit`, async ({ servers, browserOf }) => {
    const context = await browserOf(servers.demo);
    const page = await context.newPage();
    const files: string[] = [];
    page.on("request", (request) => files.push(request.url()));
    const bytes = await counted(page, async () => {
      await page.goto(gate, { waitUntil: "networkidle" });
    });
    expect(files.filter((file) => /\.(js|wasm)$/.test(file))).toEqual([]);
    within(gate, bytes);

    // It comes when somebody begins.
    await hydrated(page);
  });
}

test("the API keys page keeps to its budget on a first visit", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo);
  const page = await context.newPage();
  const { AIDOO_OWNER_EMAIL: email, AIDOO_OWNER_PASSWORD: password } = servers.demo.env;
  await new Account(page).signIn(email, password);
  const bytes = await counted(page, async () => {
    await page.goto("/api-keys");
    await hydrated(page);
  });
  within("/api-keys", bytes);
});
