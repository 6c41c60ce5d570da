// The list of keys when it is long and of several people, and a button that is pressed twice.

import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { Session, signedIn } from "../support/session";
import { expect, test } from "../support/test";

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
