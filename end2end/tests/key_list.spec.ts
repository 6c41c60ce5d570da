// The list of keys when it is long and of several people, and a button that is pressed twice.

import { ApiKeys } from "../pages/apiKeys";
import { Generate, Team } from "../pages/team";
import { holdAlsoFirst, wasRead } from "../support/hold";
import { Session, signedIn } from "../support/session";
import { expect, isReplaced, test, visitLive } from "../support/test";

test("a long list has pages, and is narrowed to one person", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const idris = (await owner.members()).get(demo.env.AIDOO_MEMBER_EMAIL)!;
  for (let number = 1; number <= 55; number += 1) await owner.key(`Number ${String(number).padStart(2, "0")}`, "query");
  for (const name of ["Of Idris, one", "Of Idris, two"]) await owner.key(name, "query", { member: idris });

  // With the program, and by plain links and a form.
  for (const javaScriptEnabled of [true, false]) {
    const page = await (await browserOf(demo, { ...(await signedIn(owner)), javaScriptEnabled })).newPage();
    const keys = new ApiKeys(page);
    const [next, previous] = ["Next", "Previous"].map((name) => page.getByRole("link", { name, exact: true }));
    if (javaScriptEnabled) await keys.open();
    else await page.goto("/api-keys");
    await expect(page.locator("tbody tr")).toHaveCount(50);
    await expect(keys.row("Of Idris, two")).toBeVisible();
    await expect(previous).toHaveCount(0);
    await next.click();
    await expect(keys.row("Number 01")).toBeVisible();
    await expect(keys.row("Of Idris, two")).toHaveCount(0);
    await expect(next).toHaveCount(0);
    await previous.click();
    await expect(keys.row("Of Idris, two")).toBeVisible();

    await page.getByRole("combobox", { name: "Person" }).selectOption("Idris Benali");
    if (!javaScriptEnabled) await page.locator(".bar form").getByRole("button").first().click();
    await expect(page.locator("tbody tr")).toHaveCount(2);
    await expect(page.getByText("2 of 58 keys")).toBeVisible();
  }
});

test("what is chosen and typed while a list is on its way is not lost", async ({ servers, browserOf }) => {
  const owner = await Session.of(servers.demo, "OWNER");
  await owner.key("Chosen in haste", "query");
  const page = await (await browserOf(servers.demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  await keys.open();
  const { asked, goOn } = await holdAlsoFirst(page, "api_keys/list*");
  await page.getByRole("list", { name: "State" }).getByRole("link", { name: "Live" }).click();
  await asked;
  await page.getByRole("combobox", { name: "Order" }).selectOption("oldest");
  await expect(page).toHaveURL(/sort=oldest/);
  await expect(page).toHaveURL(/state=live/);
  const before = await page.locator("tbody tr").first().elementHandle();
  await page.getByRole("searchbox").pressSequentially("in haste");
  goOn();
  await isReplaced(before);
  await expect(page.getByRole("searchbox")).toHaveValue("in haste");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/q=in(\+|%20)haste/);
  await expect(page).toHaveURL(/state=live/);
  await expect(page).toHaveURL(/sort=oldest/);
  await expect(keys.row("Chosen in haste")).toBeVisible();
});

test("what somebody sorts and filters by keeps the focus, also while the list changes", async ({ servers, browserOf }) => {
  const owner = await Session.of(servers.demo, "OWNER");
  await owner.key("Sorted among news", "query");
  const page = await (await browserOf(servers.demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  await visitLive(page, "/api-keys?sort=oldest");
  await wasRead(page, "api_keys/list");
  // Each reading of the list is answered when it is its turn.
  const waiting: (() => void)[] = [];
  await page.route("**/api/api_keys/list*", async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await route.continue();
  });
  const answer = async () => {
    const answered = page.waitForResponse("**/api/api_keys/list*");
    waiting.shift()!();
    await (await answered).finished();
  };

  const head = page.getByRole("columnheader", { name: "Key", exact: true });
  const chip = page.getByRole("list", { name: "State" }).getByRole("link", { name: "Live" });
  for (const [one, choice, address] of [
    ["first", head.getByRole("link"), /sort=name$/],
    ["second", chip, /state=live/],
    ["third", head.getByRole("link"), /sort=name_reversed$/],
  ] as const) {
    // News comes, and while what it tells of is drawn, so is what is chosen.
    await owner.key(`Sorted among news, ${one}`, "query");
    await expect.poll(() => waiting.length).toBe(1);
    await choice.press("Enter");
    await expect(page).toHaveURL(address);
    await expect.poll(() => waiting.length).toBe(2);
    const before = await page.locator("tbody tr").first().elementHandle();
    await answer();
    await answer();
    await isReplaced(before);
    // For as long as it is looked where the focus is, and longer.
    const held = await choice.evaluate(async (link) => {
      for (let frame = 0; frame < 60; frame += 1) {
        await new Promise(requestAnimationFrame);
        if (document.activeElement !== link) return false;
      }
      return true;
    });
    expect(held, `${one} choice`).toBe(true);
  }
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await expect(keys.row("Sorted among news, third")).toBeVisible();
});

test("a key that is being made is not lost by Cancel or by Back", async ({ servers, browserOf }) => {
  const owner = await Session.of(servers.demo, "OWNER");
  const page = await (await browserOf(servers.demo, await signedIn(owner))).newPage();
  await new ApiKeys(page).open();
  await page.getByRole("link", { name: "Generate a key", exact: true }).click();
  const generate = new Generate(page);
  const { asked, goOn } = await holdAlsoFirst(page, "api_keys/create");
  await generate.dialog.getByLabel("Name", { exact: true }).fill("Made in haste");
  await generate.dialog.getByRole("button", { name: "Create", exact: true }).click();
  await asked;
  await generate.dialog.getByRole("link", { name: "Cancel" }).click();
  await page.goBack();
  await expect(page).toHaveURL(/\/team\?generate=/);
  goOn();
  await expect(generate.dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
  // Nor is it after that.
  await page.goBack();
  await expect(generate.dialog.getByRole("alert")).toContainText("Closing this would lose the key");
  await generate.confirmCopied();
  await expect(page).toHaveURL(/\/api-keys$/);
});

test("pressing Create twice makes one key", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { page, team } = await Team.of(await browserOf(demo), demo, "ADMIN");
  const generate = await team.startGenerating("(you)");
  await generate.dialog.getByLabel("Name", { exact: true }).fill("Pressed twice");
  await generate.dialog.getByRole("button", { name: "Create", exact: true }).dblclick();
  await expect(generate.dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
  await generate.confirmCopied();
  const keys = new ApiKeys(page);
  await keys.open();
  await expect(keys.row("Pressed twice")).toHaveCount(1);
});
