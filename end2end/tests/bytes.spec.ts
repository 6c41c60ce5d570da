// What a page costs over the wire, on a first visit and by a link after one, and each part of the program by itself: each has
// a budget, and growing by more than a twentieth, or shrinking by as much, needs a new one in the same change.

import { readFileSync } from "node:fs";
import path from "node:path";

import type { Page } from "@playwright/test";

import { Account } from "../pages/account";
import { type Gates, openGates } from "../support/gates";
import { makeKeys } from "../support/keys";
import { type Aidoo, start } from "../support/servers";
import { expect, hydrated, partsOf, test, visit } from "../support/test";

const GROWTH = 1.05;
const budgets: Record<string, number> = JSON.parse(
  readFileSync(path.join(__dirname, "../budgets.json"), "utf8"),
);

// A server of its own: how much the pages have to tell would depend on the tests before this.
let server: Aidoo;
let gates: Gates;
test.beforeAll(async () => {
  server = await start({ demo: true });
  gates = await openGates();
});
test.afterAll(async () => {
  try {
    await gates.server.stop();
  } finally {
    await server.stop();
  }
});

/** Counts what comes over the wire for `page` from now on, bodies and headers as they were sent, each list once. */
async function counted(page: Page, visit: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  const open = new Set<string>();
  const read = new Set(LISTS_OF_FIRST);
  const isReadAgain = (path: string) => {
    const before = read.has(path);
    if (path.startsWith("/api/")) read.add(path);
    return before;
  };
  session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    const { pathname } = new URL(request.url);
    // The stream of news never ends, and how often it has a list read again is not for a budget; nor is when the browser
    // asks for the icon of its tab, which may be after the count.
    if (type === "EventSource" || pathname.startsWith("/favicon.") || isReadAgain(pathname)) return;
    open.add(requestId);
  });
  session.on("Network.loadingFailed", ({ requestId }) => open.delete(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    // What was asked for before is not this visit's.
    if (open.delete(requestId)) bytes += encodedDataLength;
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await visit();
  await expect.poll(() => open.size).toBe(0);
  await session.detach();
  return bytes;
}

function within(name: string, bytes: number): void {
  const budget = budgets[name];
  expect(budget, `${name} has a budget`).toBeGreaterThan(0);
  expect.soft(bytes, `${name}: ${bytes} bytes, budget ${budget}`).toBeLessThan(budget * GROWTH);
  // One above what is needed would let the page grow by more than that, unseen.
  const most = Math.floor(bytes * GROWTH);
  expect.soft(budget, `${name}: ${bytes} bytes, lower its budget of ${budget} to ${most} at most`).toBeLessThanOrEqual(most);
}

/** Where each page before the sign-in is, by the name of its budget: with a form, and where there is none. */
const GATES: Record<string, () => [Aidoo, string]> = {
  "/sign-in": () => [server, "/sign-in"],
  "/sign-up": () => [server, "/sign-up"],
  "/sign-up open": () => [gates.server, gates.paths["sign-up"]],
  "/invitation/none": () => [server, "/invitation/none"],
  "/invitation live": () => [gates.server, gates.paths.invitation],
  "/reset/none": () => [server, "/reset/none"],
  "/reset live": () => [gates.server, gates.paths.reset],
};

for (const [gate, place] of Object.entries(GATES)) {
  test(`${gate} needs no program on a first visit`, async ({ browserOf }) => {
    const [at, path] = place();
    const context = await browserOf(at);
    const page = await context.newPage();
    const files: string[] = [];
    page.on("request", (request) => files.push(request.url()));
    const bytes = await counted(page, async () => {
      await page.goto(path, { waitUntil: "networkidle" });
    });
    expect(files.filter((file) => /\.(js|wasm)$/.test(file))).toEqual([]);
    within(gate, bytes);

    // It comes when somebody begins.
    await hydrated(page);
  });
}

const FIRST = "/api-keys";
/** What the first page and its frame read again when there is news. */
const LISTS_OF_FIRST = [
  "/api/api_keys/list",
  "/api/api_keys/handovers",
  "/api/onboarding/steps",
  "/api/accounts/viewer",
];
const LATER = [
  "/team",
  "/workflows",
  "/approvals",
  "/activity",
  "/connect",
  "/odoo",
  "/policies",
  "/settings",
  "/notices",
  "/api-keys/one",
];

test("the API keys page keeps to its budget on a first visit, and each later page to its own", async ({
  browserOf,
}) => {
  const context = await browserOf(server);
  const setup = await context.newPage();
  const { AIDOO_OWNER_EMAIL: email, AIDOO_OWNER_PASSWORD: password } = server.env;
  await new Account(setup).signIn(email, password);
  await makeKeys(server, context, ["Weighed"]);

  for (const later of LATER) {
    const page = await context.newPage();
    const first = await counted(page, () => visit(page, FIRST));
    if (later === LATER[0]) within(FIRST, first);
    const link =
      later === "/api-keys/one"
        ? page.getByRole("link", { name: "Weighed", exact: true })
        : page.locator(`a[href="${later}"]`).filter({ visible: true }).first();
    const bytes = await counted(page, async () => {
      const path = await link.getAttribute("href");
      await link.click();
      await expect(page).toHaveURL(new RegExp(`${path}$`));
      await hydrated(page);
      await expect(page.locator(".skeleton")).toHaveCount(0);
    });
    within(`${later} by a link`, bytes);
    await page.close();
  }

  // The only one that another than the first page leads to.
  const page = await context.newPage();
  await visit(page, "/workflows");
  const bytes = await counted(page, async () => {
    await page.getByRole("link", { name: "New workflow" }).first().click();
    await expect(page.getByRole("region", { name: "New workflow" })).toBeVisible();
    await hydrated(page);
  });
  within("/workflows?edit=new by a link", bytes);
});

/** Before the name of a part in the list of budgets. */
const PART = "part ";

test("each part of the program keeps to its budget, whoever loads it", async ({ browserOf }) => {
  const page = await (await browserOf(server)).newPage();
  await page.goto("/sign-in");
  const parts = await partsOf(page);
  expect(parts, "a release is cut into parts").toBeDefined();
  const { folder, files } = parts!;
  const named = Object.keys(budgets).filter((name) => name.startsWith(PART));
  expect(named.sort()).toEqual(Object.keys(files).map((part) => PART + part).sort());
  const weights = new Map<string, number>();
  for (const file of new Set(Object.values(files).flat())) {
    const answer = await page.request.head(`${folder}${file}.wasm`, { headers: { "Accept-Encoding": "br" } });
    expect(answer.headers()["content-encoding"], file).toBe("br");
    weights.set(file, Number(answer.headers()["content-length"]));
  }
  for (const [part, own] of Object.entries(files)) within(PART + part, own.reduce((sum, file) => sum + weights.get(file)!, 0));
});
