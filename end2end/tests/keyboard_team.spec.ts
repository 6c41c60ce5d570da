// What is done with people, with nothing but a keyboard.

import type { Locator, Page } from "@playwright/test";

import { Team } from "../pages/team";
import { filledServer } from "../support/filled";
import { Keyboard, focusStays, opens } from "../support/keyboard";
import { statusOf } from "../support/mcp";
import { Session, signedIn } from "../support/session";
import { accessible, expect, test, visit } from "../support/test";

const filled = filledServer();

test("people are invited, get another role, and every dialog about them is closed, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  const team = new Team(page);
  await team.open();

  await test.step("inviting", async () => {
    const dialog = await opens(page, keyboard, page.getByRole("link", { name: "Invite", exact: true }), /^Invite/);
    await keyboard.type(dialog.getByLabel("E-mail"), "kim@nordwind.example");
    await keyboard.choose(dialog.getByRole("radio", { name: "Admin" }));
    await keyboard.press(dialog.getByRole("button", { name: "Make the link" }));
    const link = page.getByRole("dialog").getByText(/\/invitation\//);
    await expect(link).toBeVisible();
    await keyboard.press(page.getByRole("dialog").getByRole("button", { name: "I have copied it" }));
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Invite", exact: true })).toBeFocused();
    await expect(team.row("kim@nordwind.example")).toContainText("Admin");
  });

  await test.step("a menu closes at Escape and gives the focus back", async () => {
    const more = team.row("Tomás Ruiz").getByRole("button", { name: /^More for/ });
    await keyboard.press(more);
    const choice = page.getByRole("link", { name: "Change role" }).locator("visible=true");
    await expect(choice).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(choice).toHaveCount(0);
    await expect(more).toBeFocused();
  });

  await test.step("another role", async () => {
    await keyboard.press(team.row("Tomás Ruiz").getByRole("button", { name: /^More for/ }));
    await keyboard.press(page.getByRole("link", { name: "Change role" }).locator("visible=true"));
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    // One unconsidered Enter changes nothing: no role is chosen, and the browser asks for one.
    await expect(dialog.getByRole("radio", { checked: true })).toHaveCount(0);
    await keyboard.press(dialog.getByRole("button", { name: "Change role" }));
    await expect(dialog).toBeVisible();
    await keyboard.staysIn(dialog);
    await keyboard.choose(dialog.getByRole("radio", { name: "Admin" }));
    await keyboard.press(dialog.getByRole("button", { name: "Change role" }));
    await expect(dialog).toBeHidden();
    await expect(team.row("Tomás Ruiz")).toContainText("Admin");
  });

  await test.step("the other dialogs of the page close at Escape, and at Cancel", async () => {
    for (const [row, name] of [
      ["Tomás Ruiz", "Link for a new password"],
      ["Tomás Ruiz", "Remove from the company"],
      ["kim@nordwind.example", "Withdraw the invitation"],
    ] as const) {
      const more = team.row(row).getByRole("button", { name: /^More for/ });
      await keyboard.press(more);
      await keyboard.press(page.getByRole("link", { name, exact: true }).locator("visible=true"));
      const dialog = page.getByRole("dialog");
      await expect(dialog).toBeVisible();
      await keyboard.staysIn(dialog);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await expect(more).toBeFocused();
    }
    const renew = team.row("kim@nordwind.example").getByRole("link", { name: /^New link/ });
    const dialog = await opens(page, keyboard, renew, /link/);
    await keyboard.press(dialog.getByRole("link", { name: "Cancel" }));
    await expect(dialog).toBeHidden();
    await expect(renew).toBeFocused();
  });
});

test("dialogs that close within one frame give the focus to what opened the first", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  await new Team(page).open();
  const invite = page.getByRole("link", { name: "Invite", exact: true });
  await invite.press("Enter");
  await page.getByRole("dialog").getByLabel("E-mail").fill("frame@nordwind.example");
  // A browser that is slow to draw.
  await page.evaluate(() => {
    const waiting: FrameRequestCallback[] = [];
    const request = window.requestAnimationFrame;
    window.requestAnimationFrame = (callback) => waiting.push(callback);
    Object.assign(window, {
      drawAtLast: () => {
        window.requestAnimationFrame = request;
        request((time) => waiting.forEach((callback) => callback(time)));
      },
    });
  });
  const presses = (name: string) => page.getByRole("dialog").getByRole("button", { name }).evaluate((button) => (button as HTMLElement).click());
  await presses("Make the link");
  await presses("I have copied it");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.evaluate("drawAtLast()");
  await expect(invite).toBeFocused();
});

/** Opens what a row's menu leads to. */
async function chooses(page: Page, keyboard: Keyboard, row: Locator, name: string): Promise<Locator> {
  await keyboard.press(row.getByRole("button", { name: /^More for/ }));
  await keyboard.press(page.getByRole("link", { name, exact: true }).locator("visible=true"));
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  return dialog;
}

test("an admin makes links anew, and takes an invitation back, by keyboard alone", async ({ browserOf }) => {
  const { page, team } = await Team.of(await browserOf(filled.server), filled.server, "ADMIN");
  const keyboard = new Keyboard(page);
  const grete = team.row("grete.sommer@nordwind.example");
  const reads = async (link: Locator) => {
    await expect(link).toBeVisible();
    const text = ((await link.textContent()) ?? "").trim();
    await keyboard.press(page.getByRole("dialog").getByRole("button", { name: "I have copied it" }));
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await focusStays(page);
    return text;
  };

  const link = await test.step("the invitation has a new link", async () => {
    const dialog = await opens(page, keyboard, grete.getByRole("link", { name: /^New link/ }), /^Make a new link/);
    await keyboard.press(dialog.getByRole("button", { name: "Make a new link" }));
    return reads(page.getByRole("dialog").getByText(/\/invitation\//));
  });

  await test.step("which works until the invitation is taken back", async () => {
    const stranger = await (await browserOf(filled.server)).newPage();
    await visit(stranger, link);
    await expect(stranger.getByRole("button", { name: /^Join/ })).toBeVisible();
    const dialog = await chooses(page, keyboard, grete, "Withdraw the invitation");
    await accessible(page);
    await keyboard.press(dialog.getByRole("button", { name: "Withdraw" }));
    await expect(grete).toHaveCount(0);
    // Not on the row that has come in its place.
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await stranger.reload();
    await expect(stranger.getByText("This invitation is no longer valid")).toBeVisible();
  });
});

test("an owner makes a link for a new password by keyboard alone", async ({ browserOf }) => {
  const { page, team } = await Team.of(await browserOf(filled.server), filled.server, "OWNER");
  const keyboard = new Keyboard(page);
  const dialog = await chooses(page, keyboard, team.row("Idris Benali"), "Link for a new password");
  await accessible(page);
  await keyboard.press(dialog.getByRole("button", { name: "Make the link" }));
  const link = page.getByRole("dialog").getByText(/\/reset\//);
  await expect(link).toBeVisible();
  const stranger = await (await browserOf(filled.server)).newPage();
  await visit(stranger, ((await link.textContent()) ?? "").trim());
  await expect(stranger.getByLabel("New password", { exact: true })).toBeVisible();
  await keyboard.press(page.getByRole("dialog").getByRole("button", { name: "I have copied it" }));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await focusStays(page);
});

test("an admin removes a person by keyboard alone, and their keys are refused", async ({ browserOf }) => {
  const idris = await Session.of(filled.server, "MEMBER");
  const { key } = await idris.key("Removed with its person", "query");
  expect(await statusOf(filled.server.url, key)).toBe(200);
  const { page, team } = await Team.of(await browserOf(filled.server), filled.server, "ADMIN");
  const keyboard = new Keyboard(page);
  const dialog = await chooses(page, keyboard, team.row("Idris Benali"), "Remove from the company");
  await expect(dialog).toContainText("Removing Idris Benali revokes their 2 keys at once.");
  await keyboard.press(dialog.getByRole("button", { name: "Remove" }));
  await expect(team.row("Idris Benali")).toHaveCount(0);
  expect(await statusOf(filled.server.url, key)).toBe(401);
  expect([...(await filled.owner.members()).keys()]).not.toContain(filled.server.env.AIDOO_MEMBER_EMAIL);
  // Not on the row that has come in its place.
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});
