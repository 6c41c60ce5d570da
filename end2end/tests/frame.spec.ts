// The frame around every page: the person menu, the bell, the focus, the way past the menu, and the style guide.

import type { Page } from "@playwright/test";

import { Account } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { holdAlsoFirst } from "../support/hold";
import { OFFLINE, blockProgram } from "../support/network";
import { Session, signedIn } from "../support/session";
import { accessible, expect, test, visit, visitLive } from "../support/test";

/** The button that opens the person menu: at the foot of the side menu, or in the top bar of a phone. */
const account = (page: Page) => page.getByRole("button", { name: /your account/ }).filter({ visible: true });

test("the person menu has name, e-mail, settings, colours, language and the way out", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await visit(page, "/team");
    await account(page).first().focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText(demo.env.AIDOO_OWNER_EMAIL).filter({ visible: true }).first()).toBeVisible();
    const dark = page.getByRole("button", { name: "Dark" });
    const box = await dark.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 800).toBe(true);
    await accessible(page);
    await page.keyboard.press("Escape");
    await expect(dark).toBeHidden();
    await expect(account(page).first()).toBeFocused();
  }

  // It acts at once, and is kept for the next page.
  const kept = page.waitForResponse((response) => response.url().includes("set_colors"));
  await account(page).first().click();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect((await kept).ok()).toBe(true);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the page behind a dialog stays where it is", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await page.setViewportSize({ width: 1024, height: 300 });
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const scrolled = () => page.evaluate(() => window.scrollY);
  await visit(page, "/team?invite");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.mouse.move(10, 150);
  await page.mouse.wheel(0, 400);
  // Nothing that could be waited for comes of it.
  await page.waitForTimeout(300);
  expect(await scrolled()).toBe(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.mouse.move(600, 150);
  // A turn that comes before the next frame is lost.
  await expect(async () => {
    await page.mouse.wheel(0, 400);
    await expect.poll(scrolled, { timeout: 1_000 }).toBeGreaterThan(0);
  }).toPass();
});

test("the person menu works while the wasm is blocked", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, {}, OFFLINE);
  await blockProgram(context);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await page.goto("/activity?tool=aidoo_query");
  await account(page).first().click();
  const html = page.locator("html");
  await expect(html).not.toHaveAttribute("data-theme", "light");
  await page.getByRole("button", { name: "Light" }).click();
  // Back on the same page, in the chosen colours.
  await expect(html).toHaveAttribute("data-theme", "light");
  await expect(page).toHaveURL(/\/activity\?tool=aidoo_query$/);
  await new Account(page).signOut();
});

test("following a link moves the focus to the new page's heading and says its title", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await visit(page, "/team");
  for (const name of ["API keys", "Workflows", "Approvals", "Activity", "Odoo connection", "Connect a client", "Policies", "Settings"]) {
    const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
    await link.click();
    const heading = page.getByRole("heading", { level: 1 });
    await expect(heading).toBeFocused();
    await expect(page).toHaveTitle(`${await heading.textContent()} · Aidoo`);
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(page.getByRole("navigation", { name: "Main" }).locator("[aria-current=page]")).toHaveCount(1);
  }
});

test("Back leads to where one was on a page, and a link to its top", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  for (let count = 1; count <= 30; count++) await owner.key(`Far down ${count}`, "query");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  await page.setViewportSize({ width: 1280, height: 600 });
  const heading = page.getByRole("heading", { level: 1 });
  // The newest come first.
  const link = page.getByRole("link", { name: "Far down 1", exact: true });
  const scrolled = () => page.evaluate(() => window.scrollY);
  const arrives = async (name: string) => {
    await expect(heading).toHaveText(name);
    await expect(heading).toBeFocused();
  };
  /** Opens the key far down, and gives where the list was as its link was pressed. */
  const open = async () => {
    const pressed = page.evaluate(
      () => new Promise<number>((resolve) => addEventListener("click", () => resolve(window.scrollY), { capture: true, once: true })),
    );
    await link.click();
    const place = await pressed;
    expect(place).toBeGreaterThan(600);
    await arrives("Far down 1");
    await expect.poll(scrolled).toBe(0);
    return place;
  };
  const isBackAt = async (place: number) => {
    await arrives("API keys");
    await expect(link).toBeInViewport();
    await expect.poll(async () => Math.abs((await scrolled()) - place)).toBeLessThanOrEqual(5);
  };
  await new ApiKeys(page).open();

  await test.step("Back", async () => {
    const place = await open();
    await page.goBack();
    await isBackAt(place);
  });

  await test.step("Back, where the list takes its time", async () => {
    const place = await open();
    const { asked, goOn } = await holdAlsoFirst(page, "api_keys/list*");
    await page.goBack();
    await asked;
    // Nothing that could be waited for comes of it.
    await page.waitForTimeout(1_500);
    goOn();
    await isBackAt(place);
    await page.unrouteAll({ behavior: "wait" });
  });

  await test.step("Back, and on by the wheel while the list takes its time", async () => {
    await open();
    const { asked, goOn } = await holdAlsoFirst(page, "api_keys/list*");
    await page.goBack();
    await asked;
    await arrives("API keys");
    await page.evaluate(() => addEventListener("wheel", () => document.documentElement.setAttribute("data-turned", ""), { once: true }));
    // A turn that comes before the next frame is lost. The program has listened before this.
    await expect(async () => {
      await page.mouse.wheel(0, -50);
      await expect(page.locator("html")).toHaveAttribute("data-turned", "", { timeout: 1_000 });
    }).toPass();
    goOn();
    await expect(link).toBeVisible();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(await scrolled()).toBeLessThan(300);
    await page.unrouteAll({ behavior: "wait" });
  });

  await test.step("a link", async () => {
    const menu = page.getByRole("navigation", { name: "Main" });
    await menu.getByRole("link", { name: "Team", exact: true }).click();
    await arrives("Team");
    await menu.getByRole("link", { name: "API keys", exact: true }).click();
    await arrives("API keys");
    await expect(link).toBeVisible();
    expect(await scrolled()).toBe(0);
  });
});

test("the first thing that the Tab key reaches leads past the menu", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await visit(page, "/team");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.activeElement?.closest("main") !== null);
  expect(inside, "the next stop is in the page").toBe(true);
});

test("the bell counts the notices that come while the page is open, until they are read", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, idris] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER")];
  const page = await (await browserOf(demo, await signedIn(idris))).newPage();
  // What was there before is read.
  await visit(page, "/notices");
  await visitLive(page, "/team");
  const bell = page.getByRole("link", { name: /^Notices/ }).filter({ visible: true });
  await expect(bell).toHaveAccessibleName("Notices");

  for (const count of [1, 2]) {
    await owner.key(`Counted ${count}`, "query", { member: idris.member });
    await expect(bell).toHaveAccessibleName(`Notices ${count} unread`);
  }
  await page.setViewportSize({ width: 360, height: 800 });
  await expect(bell).toHaveAccessibleName("Notices 2 unread");
  await bell.click();
  await expect(page.getByRole("list", { name: "Notices" })).toContainText("made the API key “Counted 2” for you.");
  await expect(bell).toHaveAccessibleName("Notices");
});
