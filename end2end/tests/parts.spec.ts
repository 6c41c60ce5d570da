// In a release each page is a part of the program of its own: every page comes alive, whether it is opened by its
// address or by a link, and a part that does not come leaves nobody on a dead page.

import type { BrowserContext, Page } from "@playwright/test";

import { Account } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { makeKeys } from "../support/keys";
import { OFFLINE } from "../support/network";
import { type Aidoo, isDevelopment } from "../support/servers";
import { accessible, expect, hasParts, hydrated, test, visit } from "../support/test";

const PAGES = [
  "/team",
  "/api-keys",
  "/workflows",
  "/approvals",
  "/activity",
  "/connect",
  "/odoo",
  "/policies",
  "/settings",
  "/notices",
];

/** The owner's page of the demonstration, with a key of theirs. */
async function owner(server: Aidoo, context: BrowserContext, key: string): Promise<Page> {
  const page = await context.newPage();
  await new Account(page).signIn(server.env.AIDOO_OWNER_EMAIL, server.env.AIDOO_OWNER_PASSWORD);
  await makeKeys(server, context, [key]);
  return page;
}

/** Follows a link of the page. The mark on the window is gone when the browser has loaded another document. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await page.locator(`a[href="${path}"]`).filter({ visible: true }).first().click();
  await expect(page).toHaveURL(new RegExp(`${path}$`));
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
}

/** Leaves the test out on a development build, which is in one piece. A release has to be cut. */
async function needsParts(page: Page): Promise<void> {
  if (isDevelopment) test.skip(!(await hasParts(page)), "a build in one piece has no parts");
  else expect(await hasParts(page), "a release is cut into parts").toBe(true);
}

const isSameDocument = (page: Page) => page.evaluate(() => "sameDocument" in window);

test("every page comes alive when its address is opened", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo);
  const page = await owner(servers.demo, context, "By address");
  for (const path of PAGES) {
    await visit(page, path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  await visit(page, "/api-keys");
  const own = await page.getByRole("link", { name: "By address", exact: true }).getAttribute("href");
  await visit(page, own ?? "");
  await visit(page, "/");
});

test("every page comes alive when a link leads to it, in the same document", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo);
  const page = await owner(servers.demo, context, "By link");
  await visit(page, "/settings");
  for (const path of PAGES.filter((path) => path !== "/settings")) {
    await follow(page, path);
    expect(await isSameDocument(page), path).toBe(true);
  }
  await follow(page, "/api-keys");
  const own = await page.getByRole("link", { name: "By link", exact: true }).getAttribute("href");
  await follow(page, own ?? "");
  expect(await isSameDocument(page)).toBe(true);
});

test("pages before the sign-in come alive, and the page behind them does too", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo);
  const page = await context.newPage();
  for (const path of ["/sign-in", "/sign-up", "/invitation/none", "/reset/none"]) await visit(page, path);
  await visit(page, "/sign-in");
  const { AIDOO_OWNER_EMAIL: email, AIDOO_OWNER_PASSWORD: password } = servers.demo.env;
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/team$/);
  await hydrated(page);
});

test("a part that the server no longer has is fetched with its page", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "Newer server");
  await visit(page, "/team");
  const asked = new Promise((resolve) => page.once("requestfailed", resolve));
  await context.route(/split_policies.*\.wasm$/, (route) => route.abort());
  await needsParts(page);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await page.locator('a[href="/policies"]').filter({ visible: true }).first().click();
  await asked;
  // By the browser itself, and whole without its part.
  await expect(page).toHaveURL(/\/policies$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await isSameDocument(page)).toBe(false);
});

test("dialogs that the server no longer has are fetched with their page", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "Newer dialogs");
  await visit(page, "/api-keys");
  await needsParts(page);
  let documents = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  const lost = new Promise<void>((resolve) => {
    void context.route(/split_key_dialogs.*\.wasm$/, async (route) => {
      await route.abort();
      if (documents === 1) resolve();
    });
  });
  const keys = new ApiKeys(page);
  const opener = keys.row("Newer dialogs").getByRole("link", { name: "Revoke Newer dialogs" });
  await opener.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: /Newer dialogs/ })).toBeVisible();
  expect(documents).toBe(1);

  // As the server drew it: what leads elsewhere does so by itself, and what sends does too.
  await lost;
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/api-keys$/);
  await expect(dialog).toHaveCount(0);
  await hydrated(page);
  expect(documents).toBe(2);
  await opener.click();
  await expect(dialog).toBeVisible();
  expect(documents).toBe(3);
  await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  // What opens no dialog needs no part of them.
  await visit(page, "/api-keys?state=revoked");
  await expect(keys.row("Newer dialogs")).toBeVisible();
});

test("a first page whose part did not come says what cannot be done, and how it can", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "Half loaded");
  await visit(page, "/api-keys");
  await needsParts(page);
  const rotate = page.locator("a[href*='rotate=']").first();
  const address = (await rotate.getAttribute("href")) ?? "";
  const said = page.getByRole("dialog").getByText("This page has not loaded completely");

  for (const part of [/split_key_dialogs.*\.wasm$/, /aidoo\.wasm$/]) {
    await context.route(part, (route) => route.abort());
    await page.goto(address);
    await expect(said).toBeVisible();
    await accessible(page);
    await context.unroute(part);
    await page.getByRole("dialog").getByRole("link", { name: "Reload" }).click();
    await hydrated(page);
    await expect(said).toBeHidden();
    await expect(page.getByRole("dialog").getByRole("button", { name: "Rotate key" })).toBeEnabled();
  }
});

test("a dialog that is not there yet leaves the page as it is while the server is away", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "Server away");
  await visit(page, "/api-keys?q=Server");
  await needsParts(page);
  const search = page.getByRole("searchbox");
  await search.fill("Half typed");
  await context.route("**", (route) => route.abort());
  await new ApiKeys(page).row("Server away").getByRole("link", { name: "Revoke Server away" }).click();
  await expect(page.getByRole("link", { name: "Reload" })).toBeFocused();
  await expect(search).toHaveValue("Half typed");
  await accessible(page);
});

test("without a network a dialog that is not there yet says so where it is seen", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "No dialog yet");
  await visit(page, "/api-keys");
  await needsParts(page);
  await context.setOffline(true);
  await new ApiKeys(page).row("No dialog yet").getByRole("link", { name: "Revoke No dialog yet" }).click();
  const again = page.getByRole("link", { name: "Reload" });
  await expect(again).toBeFocused();
  await expect(again).toBeInViewport();
  await accessible(page);
  await context.setOffline(false);
  await again.press("Enter");
  await expect(page.getByRole("dialog").getByRole("heading", { name: /No dialog yet/ })).toBeVisible();
});

test("without a network a link says so and the way back works", async ({ servers, browserOf }) => {
  const context = await browserOf(servers.demo, undefined, OFFLINE);
  const page = await owner(servers.demo, context, "No network");
  await visit(page, "/team");
  await context.setOffline(true);
  await page.locator('a[href="/policies"]').filter({ visible: true }).first().click();
  await expect(page).toHaveURL(/\/policies$/);
  // A page whose part did not come says the first, one that only lacks its data the second.
  await expect(page.getByText(/Aidoo (is not available right now|cannot be reached)/)).toBeVisible();
  await accessible(page);
  await context.setOffline(false);
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
