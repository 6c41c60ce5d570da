// What somebody enters in a page before the program has come: it stays, and counts.

import type { Page } from "@playwright/test";

import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test } from "../support/test";

/** Keeps the program back until the returned function is called. */
async function holdProgram(page: Page): Promise<() => void> {
  let goOn = () => {};
  const free = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(/\.wasm(\?|$)/, async (route) => {
    await free;
    await route.continue();
  });
  return goOn;
}

test("a search that is typed early stays, and an order that is chosen early counts", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  await owner.key("Typed early", "query");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  const search = page.getByRole("searchbox");
  const typed = async () => {
    const goOn = await holdProgram(page);
    await page.goto("/api-keys");
    await search.pressSequentially("typed ea");
    return goOn;
  };

  await test.step("in the middle of a word", async () => {
    const goOn = await typed();
    goOn();
    await hydrated(page);
    await expect(search).toHaveValue("typed ea");
    await expect(search).toBeFocused();
    await search.pressSequentially("rly");
    await expect(search).toHaveValue("typed early");
    await search.press("Enter");
    await expect(page).toHaveURL(/q=typed(\+|%20)early/);
    await expect(keys.row("Typed early")).toBeVisible();
    await page.unrouteAll({ behavior: "wait" });
  });

  await test.step("and an order after it", async () => {
    const goOn = await typed();
    await page.getByRole("combobox", { name: "Order" }).selectOption("oldest");
    goOn();
    await expect(page).toHaveURL(/sort=oldest/);
    await expect(page).toHaveURL(/q=typed(\+|%20)ea/);
    await expect(page.getByRole("combobox", { name: "Order" })).toHaveValue("oldest");
    await expect(keys.row("Typed early")).toBeVisible();
  });
});

test("a day that is typed early stays", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo, await signedIn(await Session.of(demo, "OWNER")))).newPage();
  const goOn = await holdProgram(page);
  await page.goto("/activity");
  const since = page.getByLabel("From", { exact: true });
  await since.fill("2026-01-31");
  goOn();
  await hydrated(page);
  await expect(since).toHaveValue("2026-01-31");
  await since.press("Enter");
  await expect(page).toHaveURL(/since=2026-01-31/);
  await page.unrouteAll({ behavior: "wait" });

  // With a choice, which sends it at once.
  const goOnAgain = await holdProgram(page);
  await page.goto("/activity");
  await since.fill("2026-02-28");
  await page.getByLabel("Result", { exact: true }).selectOption("ok");
  goOnAgain();
  await expect(page).toHaveURL(/result=ok/);
  await expect(page).toHaveURL(/since=2026-02-28/);
});

test("another Odoo that is typed early is another one", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo, await signedIn(await Session.of(demo, "OWNER")))).newPage();
  const goOn = await holdProgram(page);
  await page.goto("/odoo");
  await page.getByText("Change or test the connection").click();
  await page.getByLabel("Address").fill("https://other.example");
  await page.getByLabel("Database").fill("elsewhere");
  goOn();
  await hydrated(page);
  await expect(page.getByLabel("Address")).toHaveValue("https://other.example");
  await expect(page.getByLabel("Database")).toHaveValue("elsewhere");
  // Everybody would have to link again, which is asked where the connection moves.
  await expect(page.getByRole("checkbox", { name: /^I understand/ })).toBeVisible();
});

test("a role that is chosen early is that of the invitation", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo, await signedIn(await Session.of(demo, "OWNER")))).newPage();
  const goOn = await holdProgram(page);
  await page.goto("/team?invite");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("early@nordwind.example");
  await dialog.getByRole("radio", { name: /^Admin/ }).check();
  goOn();
  await hydrated(page);
  await expect(dialog.getByLabel("E-mail")).toHaveValue("early@nordwind.example");
  await expect(dialog.getByRole("radio", { name: /^Admin/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(dialog).toBeHidden();
  await expect(new Team(page).row("early@nordwind.example")).toContainText("Admin");
});
