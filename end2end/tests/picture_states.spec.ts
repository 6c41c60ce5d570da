// Pictures of states that a page passes through: open menus, wrong fields, a list that did not come, lines above the page.

import { ApiKeys } from "../pages/apiKeys";
import { Settings } from "../pages/settings";
import { allIsOnRecord } from "../support/fill";
import { filledServer } from "../support/filled";
import { OFFLINE, UNREACHABLE } from "../support/network";
import { calm, needsTheReferencesFonts, pictures, twoPictures } from "../support/picture";
import { signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

const filled = filledServer();
test.beforeAll(allIsOnRecord);
test.beforeEach(needsTheReferencesFonts);

test("open menus look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  for (const [name, path, opener] of [
    ["menu-of-a-member", "/team", page.getByRole("button", { name: "More for Idris Benali" })],
    ["menu-of-a-key", "/api-keys", page.getByRole("row").filter({ hasText: "Cursor - Idris" }).locator("[popovertarget]")],
    ["menu-of-me", "/team", page.locator("[popovertarget=person-menu]").filter({ visible: true })],
  ] as const) {
    await test.step(name, async () => {
      await visit(page, path);
      for (const [width, theme] of [[1440, "light"], [360, "dark"]] as const) {
        await page.setViewportSize({ width, height: 900 });
        await opener.click();
        await expect(page.locator(":popover-open")).toBeVisible();
        await pictures(page, name, [width], [theme], "window");
        await page.keyboard.press("Escape");
        await expect(page.locator(":popover-open")).toHaveCount(0);
      }
    });
  }
  await page.setViewportSize({ width: 360, height: 900 });
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await expect(page.locator(":popover-open")).toBeVisible();
  await pictures(page, "menu-of-pages", [360], undefined, "window");
});

test("what is wrong with a form looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const wrong = page.locator("[aria-invalid=true]").first();
  await visit(page, "/team?invite");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(wrong).toBeVisible();
  await twoPictures(page, "dialog-invite-wrong");

  const settings = new Settings(page);
  await settings.open();
  await settings.section("Profile").getByLabel("Your name").fill("");
  await settings.section("Profile").getByRole("button", { name: "Save the profile" }).click();
  await expect(wrong).toBeVisible();
  await settings.section("Password").getByRole("button", { name: "Change the password" }).click();
  await expect(settings.section("Password").locator("[aria-invalid=true]").first()).toBeVisible();
  await twoPictures(page, "settings-wrong", "window");

  await visit(page, "/activity?since=2026-11-24&until=2026-11-01");
  await expect(wrong).toBeVisible();
  await twoPictures(page, "activity-wrong");
});

test("lists that did not come look as they did, and keep what was asked for", async ({ browserOf }) => {
  const context = await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) }, OFFLINE);
  const page = await context.newPage();
  await visit(page, "/api-keys");
  const search = page.getByRole("searchbox");
  await page.route("**/api/**", (route) => route.abort("internetdisconnected"));
  await search.fill("Cursor");
  await search.press("Enter");
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await expect(search).toHaveValue("Cursor");
  await accessible(page);
  await page.getByRole("link", { name: "Reload" }).focus();
  await twoPictures(page, "api-keys-unread");
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(search).toHaveValue("Cursor");
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();

  await visit(page, "/activity");
  await page.route("**/api/activity/timeline*", (route) => route.abort("internetdisconnected"));
  const result = page.getByLabel("Result", { exact: true });
  await result.selectOption("refused");
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await expect(result.locator("option:checked")).toHaveAttribute("value", "refused");
  await accessible(page);
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(result.locator("option:checked")).toHaveAttribute("value", "refused");
});

test("lists that have nothing of what was asked for look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  for (const [name, path] of [
    ["api-keys-no-match", "/api-keys?q=nothing+has+this+name"],
    ["activity-no-match", "/activity?since=2020-01-01&until=2020-01-02"],
  ]) {
    await visit(page, path);
    await expect(page.getByRole("heading", { name: /match/ })).toBeVisible();
    await twoPictures(page, name);
  }
});

test("what is said at the foot and above a page looks as it did", async ({ browserOf }) => {
  const context = await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) });
  const page = await context.newPage();
  // A toast goes after some seconds, which the machine may take for a picture.
  await page.addInitScript(() => {
    const later = window.setTimeout;
    window.setTimeout = ((act: TimerHandler, after?: number, ...more: unknown[]) => later(act, after === 6_000 ? 1e8 : after, ...more)) as typeof setTimeout;
  });
  const keys = new ApiKeys(page);
  await keys.open();
  await keys.choose("Windsurf - Anna", "Revoke Windsurf - Anna");
  await page.getByRole("dialog").getByRole("button", { name: /^Revoke/ }).click();
  await expect(page.locator(".toast")).toBeVisible();
  await pictures(page, "toast", [360], ["dark"], "window");
  await accessible(page);

  // Last: it stands above every page of everybody.
  const settings = new Settings(page);
  await settings.open();
  const company = (await settings.section("Company").getByLabel("Name of the company").inputValue()).trim();
  await settings.deleteCompany(company);
  await settings.isDeleted();
  await visit(page, "/connect");
  await twoPictures(page, "company-that-goes");
  await page.getByRole("button", { name: "Undo" }).click();
  await settings.says("The company is kept");
});
