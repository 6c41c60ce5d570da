// The whole of the daily work with nothing but a keyboard.

import type { Locator, Page } from "@playwright/test";

import { Account, type Person } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { type Filled, fill } from "../support/fill";
import { Keyboard } from "../support/keyboard";
import { statusOf } from "../support/mcp";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test, visit } from "../support/test";

const other: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };

let server: Aidoo;
let filled: Filled;
test.beforeAll(async () => {
  server = await start({ demo: true, signup: "open" });
  filled = await fill(server);
});
test.afterAll(() => server.stop());

/** Opens a dialog by its link or button, looks that the focus is kept and given back, and leaves it open. */
async function opens(page: Page, keyboard: Keyboard, opener: Locator, heading: string | RegExp): Promise<Locator> {
  const dialog = page.getByRole("dialog", { name: heading });
  await keyboard.press(opener);
  await expect(dialog).toBeVisible();
  await expect.poll(() => dialog.evaluate((node) => node.contains(document.activeElement))).toBe(true);
  await keyboard.staysIn(dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  return dialog;
}

test("signing in, a key from its making to its end, and signing out, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(server)).newPage();
  const keyboard = new Keyboard(page);
  const { AIDOO_OWNER_EMAIL: email, AIDOO_OWNER_PASSWORD: password } = server.env;

  await test.step("signing in, wrongly first", async () => {
    await page.goto("/sign-in");
    await keyboard.type(page.getByLabel("E-mail"), email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "not the password");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText(/password is wrong/);
    await keyboard.type(page.getByLabel("Password", { exact: true }), password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/team$/);
    await hydrated(page);
  });

  await test.step("the menu is skipped", async () => {
    await keyboard.press(page.getByRole("link", { name: /^Skip/ }));
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.querySelector("main")!.contains(document.activeElement))).toBe(true);
  });

  const key = await test.step("a key is generated, copied, and its dialog closed", async () => {
    const opener = new Team(page).generating("(you)");
    const dialog = await opens(page, keyboard, opener, /Generate an API key/);
    await keyboard.type(dialog.getByLabel("Name", { exact: true }), "By keyboard");
    const create = dialog.getByRole("checkbox", { name: /^create / });
    await keyboard.to(create);
    await page.keyboard.press("Space");
    await expect(create).toBeChecked();
    await keyboard.press(dialog.getByRole("button", { name: "Create", exact: true }));
    const shown = page.getByRole("dialog", { name: "Copy your key now" });
    await expect(shown).toBeVisible();
    await keyboard.staysIn(shown);
    const text = ((await shown.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
    await keyboard.press(shown.getByRole("button", { name: "Copy the key" }));
    await expect(shown.getByRole("button", { name: "Copied the key" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    // The tabs of the clients are one stop, with arrows between them.
    await keyboard.to(shown.getByRole("tab", { selected: true }));
    await page.keyboard.press("ArrowRight");
    await expect(shown.getByRole("tab", { name: "Windsurf" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(shown).toBeVisible();
    await keyboard.press(shown.getByRole("button", { name: "I have copied it" }));
    await expect(shown).toBeHidden();
    // What opened the first dialog is long gone from the focus: the page's heading has it, not the void.
    await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    return text;
  });
  expect(await statusOf(server.url, key)).toBe(200);

  const keys = new ApiKeys(page);
  await test.step("the list of keys is searched, filtered and sorted", async () => {
    await keyboard.press(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }));
    await expect(page).toHaveURL(/\/api-keys$/);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await keyboard.type(page.getByRole("searchbox"), "by keyboard");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=by(\+|%20)keyboard/);
    await expect(keys.row("Windsurf - Anna")).toHaveCount(0);
    // Whoever filters goes on where they are.
    await expect(page.getByRole("searchbox")).toBeFocused();
    await keyboard.press(page.getByRole("list", { name: "State" }).getByRole("link", { name: "Live" }));
    await expect(page).toHaveURL(/state=live/);
    await keyboard.to(page.getByRole("combobox", { name: "Order" }));
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/sort=/);
    await expect(page.getByRole("combobox", { name: "Order" })).toBeFocused();
    await expect(keys.row("By keyboard")).toBeVisible();
    // The heads of columns sort too, and say how.
    const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
    await keyboard.press(head("Key").getByRole("link"));
    await expect(page).toHaveURL(/sort=name$/);
    await expect(head("Key")).toHaveAttribute("aria-sort", "ascending");
    await expect(head("Key").getByRole("link")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/sort=name_reversed$/);
    await expect(head("Key")).toHaveAttribute("aria-sort", "descending");
    await expect(head("Created")).not.toHaveAttribute("aria-sort");
  });

  await test.step("the key is revoked", async () => {
    const opener = keys.row("By keyboard").getByRole("link", { name: "Revoke By keyboard" });
    const dialog = await opens(page, keyboard, opener, /Revoke/);
    await keyboard.press(dialog.getByRole("button", { name: /^Revoke/ }));
    await expect(dialog).toBeHidden();
    expect(await statusOf(server.url, key)).toBe(401);
  });

  await test.step("signing out", async () => {
    const out = page.getByRole("button", { name: "Sign out" });
    await new Account(page).openMenu((target) => keyboard.press(target));
    await keyboard.press(out);
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test("people are invited, get another role, and every dialog about them is closed, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
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

test("every dialog about keys, Odoo and workflows keeps the focus and gives it back", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  const closes = async (opener: Locator, heading: RegExp) => {
    const dialog = await opens(page, keyboard, opener, heading);
    await keyboard.press(dialog.getByRole("link", { name: "Cancel" }));
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  };
  await visit(page, "/api-keys");
  const keys = new ApiKeys(page);
  await closes(keys.row("Cursor - Idris").getByRole("link", { name: "Revoke Cursor - Idris" }), /Cursor - Idris/);
  // What is in a row's menu gives the focus back to the button of the menu.
  for (const name of ["Rotate Cursor - Idris", "Edit Cursor - Idris"]) {
    await keyboard.press(keys.more("Cursor - Idris"));
    await keyboard.press(page.getByRole("link", { name }).locator("visible=true"));
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(keys.more("Cursor - Idris")).toBeFocused();
  }
  await visit(page, `/api-keys/${filled.keys.used}`);
  await closes(page.getByRole("link", { name: "Edit", exact: true }), /Everything/);
  await visit(page, "/odoo");
  await keyboard.press(page.locator("summary", { hasText: "Change or test the connection" }));
  await closes(page.getByRole("link", { name: /^Remove/ }), /Remove/);
  await visit(page, "/workflows");
  await closes(page.getByRole("link", { name: "Remove" }).first(), /Remove/);
});

/** The page that has the focus nowhere would begin at its top again with the next Tab. */
async function focusIsSomewhere(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
}

test("settings by keyboard alone: profile, colours, password, devices, and a company that is kept", async ({ browserOf }) => {
  const { AIDOO_ADMIN_PASSWORD: old } = server.env;
  const admin = await Session.of(server, "ADMIN");
  const page = await (await browserOf(server, await signedIn(admin))).newPage();
  const keyboard = new Keyboard(page);
  const settings = new Settings(page);
  await settings.open();

  await test.step("what is wrong has the focus, and Enter in a field saves", async () => {
    const name = settings.section("Profile").getByLabel("Your name");
    await keyboard.type(name, " ");
    await page.keyboard.press("Enter");
    await expect(settings.section("Profile").getByText("This field is required.")).toBeVisible();
    await expect(name).toBeFocused();
    await keyboard.type(name, "Anna Vogel");
    const zone = settings.section("Profile").getByLabel("Time zone");
    await keyboard.to(zone);
    await page.keyboard.type("Europe/Ber");
    await expect(zone).toHaveValue("Europe/Berlin");
    await keyboard.press(settings.section("Profile").getByRole("button", { name: "Save the profile" }));
    await settings.says("Your profile is saved.");
  });

  await test.step("colours, in the page and in the menu", async () => {
    const colors = page.getByRole("combobox", { name: "Colours" });
    await keyboard.to(colors);
    await page.keyboard.press("End");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(colors).toBeFocused();
    await new Account(page).openMenu((target) => keyboard.press(target));
    await keyboard.press(page.getByRole("button", { name: "Light", exact: true }));
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    await page.keyboard.press("Escape");
  });

  await test.step("the password", async () => {
    const section = settings.section("Password");
    await keyboard.type(section.getByLabel("Current password"), "not the password");
    await keyboard.type(section.getByLabel("New password"), old);
    await page.keyboard.press("Enter");
    await expect(page.getByText("This is not your password.")).toBeVisible();
    await expect(section.getByLabel("Current password")).toBeFocused();
    await keyboard.type(section.getByLabel("Current password"), old);
    await keyboard.press(section.getByRole("button", { name: "Change the password" }));
    await settings.says("Your password is changed");
  });

  await test.step("other devices", async () => {
    await Session.of(server, "ADMIN");
    await Session.of(server, "ADMIN");
    await settings.open();
    const others = page.getByRole("button", { name: /^Sign out .+, 127/ });
    await expect(others).toHaveCount(2);
    await keyboard.press(others.first());
    await expect(others).toHaveCount(1);
    await focusIsSomewhere(page);
    await keyboard.press(page.getByRole("button", { name: "Sign out everywhere else" }));
    await expect(others).toHaveCount(0);
    await focusIsSomewhere(page);
  });

  await test.step("a company that is deleted only by its name, typed", async () => {
    const owner = await (await browserOf(server, await signedIn(filled.owner))).newPage();
    const hands = new Keyboard(owner);
    const company = new Settings(owner).section("Company");
    await visit(owner, "/settings");
    await hands.press(company.locator("summary", { hasText: "Delete the company" }));
    await hands.type(company.getByLabel("To confirm, type"), "Nordwind");
    await owner.keyboard.press("Enter");
    await expect(company.getByText("Type the name of the company exactly as it is shown.")).toBeVisible();
    await expect(company.getByLabel("To confirm, type")).toBeFocused();
  });
});

test("policies by keyboard alone: each form is filled, saved, and says so", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/policies");
  const saved = page.getByText("Saved. It holds from the next call on.");

  const report = page.getByRole("group", { name: /Keys of members may/i }).getByRole("checkbox", { name: /^report/ });
  await keyboard.to(report);
  await page.keyboard.press("Space");
  await expect(report).not.toBeChecked();
  const ceilings = page.getByRole("button", { name: "Save the policies", exact: true });
  await keyboard.press(ceilings);
  await expect(saved).toHaveCount(1);
  await expect(ceilings).toBeFocused();

  const longest = page.getByLabel("At most, in days");
  await keyboard.type(longest, "0");
  await page.keyboard.press("Enter");
  await expect(longest).toHaveAttribute("aria-invalid", "true");
  await expect(longest).toBeFocused();
  await keyboard.type(longest, "400");
  const networks = page.getByLabel("Networks that keys may come from");
  await keyboard.type(networks, "127.0.0.0/8");
  // Enter makes a line there, and Tab leads out.
  await page.keyboard.press("Enter");
  await page.keyboard.type("::1");
  const rules = page.getByRole("button", { name: "Save the rules for keys", exact: true });
  await keyboard.press(rules);
  await expect(saved).toHaveCount(2);
  await expect(rules).toBeFocused();

  const writes = page.getByLabel("write", { exact: true }).last();
  await keyboard.to(writes);
  await page.keyboard.press("ArrowDown");
  await expect(writes).not.toHaveValue("preview");
  await keyboard.type(page.getByLabel("Methods to open"), "sale.order.message_post");
  const gateway = page.getByRole("button", { name: "Save the rules", exact: true });
  await keyboard.press(gateway);
  await expect(saved).toHaveCount(3);
  await expect(gateway).toBeFocused();
  await page.reload();
  await hydrated(page);
  await expect(longest).toHaveValue("400");
  await expect(networks).toHaveValue("127.0.0.0/8\n::1/128");
  await expect(report).not.toBeChecked();
});

test("a change is approved by keyboard alone, and the activity and the notices are read", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  const to = async (name: string, path: RegExp) => {
    await keyboard.press(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }));
    await expect(page).toHaveURL(path);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  };
  await visit(page, "/team");

  await test.step("approvals", async () => {
    await to("Approvals", /\/approvals$/);
    const change = page.getByRole("article").filter({ has: page.getByRole("button", { name: "Approve" }) });
    const heading = await change.getByRole("heading").textContent();
    await keyboard.to(change.getByRole("button", { name: "Refuse" }));
    await keyboard.to(change.getByRole("button", { name: "Approve" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    const decided = page.getByRole("article", { name: heading! });
    await expect(decided.getByText("Approved", { exact: true })).toBeVisible();
    await expect(decided.getByRole("heading")).toBeFocused();
  });

  await test.step("activity", async () => {
    await to("Activity", /\/activity$/);
    const what = page.getByRole("combobox", { name: "What", exact: true });
    await keyboard.to(what);
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/what=/);
    await expect(what).toBeFocused();
    const result = page.getByRole("combobox", { name: "Result", exact: true });
    await keyboard.to(result);
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/result=/);
    await expect(result).toBeFocused();
    await keyboard.to(page.getByRole("link", { name: "Export CSV" }), "Shift+Tab");
    await visit(page, "/activity");
    // What a call asked is behind a summary, and whose key it was is a link.
    await keyboard.press(page.getByRole("row").filter({ hasText: "Cursor - Idris" }).getByRole("link", { name: "Cursor - Idris" }).first());
    await expect(page).toHaveURL(/key=key_/);
    const key = page.getByRole("combobox", { name: "Key", exact: true });
    await keyboard.to(key);
    await page.keyboard.press("Home");
    await expect(page).not.toHaveURL(/key=key_/);
    await expect(key).toBeFocused();
  });

  await test.step("notices", async () => {
    const member = await (await browserOf(server, await signedIn(await Session.of(server, "MEMBER")))).newPage();
    const hands = new Keyboard(member);
    await visit(member, "/team");
    await hands.press(member.getByRole("link", { name: /^Notices \d+ unread/ }).first());
    await expect(member).toHaveURL(/\/notices$/);
    await hydrated(member);
    await expect(member.getByRole("heading", { level: 1 })).toBeFocused();
    await hands.press(member.getByRole("list", { name: "Notices" }).getByRole("link", { name: /made the API key “Cursor - Idris”/ }));
    await expect(member).not.toHaveURL(/\/notices$/);
    await hydrated(member);
    await expect(member.getByRole("heading", { level: 1 })).toBeFocused();
  });
});

test("Odoo is tested, saved, linked and unlinked by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/odoo");
  const connection = page.getByRole("region", { name: "The company’s Odoo" });
  const account = page.getByRole("region", { name: "Your Odoo account" });
  const address = connection.getByLabel("Address");

  await test.step("the connection", async () => {
    await keyboard.press(connection.locator("summary", { hasText: "Change or test the connection" }));
    await keyboard.type(address, "no address");
    await keyboard.press(connection.getByRole("button", { name: "Test", exact: true }));
    await expect(address).toHaveAttribute("aria-invalid", "true");
    await keyboard.type(address, server.env.AIDOO_DEMO_ODOO_URL);
    await keyboard.type(connection.getByLabel("Database"), server.env.AIDOO_DEMO_ODOO_DATABASE);
    const look = connection.getByRole("button", { name: "Test", exact: true });
    await keyboard.press(look);
    await expect(connection.getByText(/This is Odoo .+ which|answers over/).first()).toBeVisible();
    await focusIsSomewhere(page);
    await keyboard.press(connection.getByRole("button", { name: "Test and save" }));
    await expect(page.getByText("The connection works and is saved.")).toBeVisible();
    await focusIsSomewhere(page);
  });

  await test.step("the account", async () => {
    await keyboard.press(account.getByRole("button", { name: "Unlink" }));
    await expect(page.getByText("Your Odoo login is erased here.")).toBeVisible();
    await focusIsSomewhere(page);
    await keyboard.press(account.locator("summary", { hasText: "Where do I make" }));
    await keyboard.type(account.getByLabel("Login in Odoo"), server.env.AIDOO_OWNER_ODOO_LOGIN);
    await keyboard.type(account.getByLabel("Odoo API key", { exact: true }), server.env.AIDOO_OWNER_ODOO_KEY);
    await page.keyboard.press("Enter");
    await expect(page.getByText("Your Odoo account works and is linked.")).toBeVisible();
    await focusIsSomewhere(page);
  });
});

test("the company is switched by keyboard alone", async ({ browserOf }) => {
  const founder = await (await browserOf(server)).newPage();
  await new Account(founder).signUp(other, "Second Company");
  const theirs = new Team(founder);
  await theirs.open();
  const link = await theirs.invite(server.env.AIDOO_OWNER_EMAIL, "Member");

  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, link);
  await keyboard.press(page.getByRole("button", { name: /^Join/ }));
  await expect(page).not.toHaveURL(/invitation/);
  await visit(page, "/team");
  await expect(page.getByText("Zoe Adler").first()).toBeVisible();

  const switcher = page.getByRole("button", { name: /Second Company/ }).first();
  await keyboard.press(switcher);
  const choice = page.getByRole("button", { name: /Nordwind Bakery/ });
  await expect(choice).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(choice).toBeHidden();
  await expect(switcher).toBeFocused();
  await page.keyboard.press("Enter");
  await keyboard.press(choice);
  await expect(page.getByRole("row").filter({ hasText: "Anna Vogel" })).toBeVisible();
  await hydrated(page);
  await expect(page.getByText("Zoe Adler")).toHaveCount(0);
});

test("people found a company, join one, and come back with a new password, by keyboard alone", async ({ browserOf }) => {
  const joiner: Person = { name: "Ines Roth", email: "ines@nordwind.example", password: "saddle-comet-olive-36" };
  const founder: Person = { name: "Kurt Blum", email: "kurt@third.example", password: "ribbon-glacier-plum-72" };

  await test.step("founding", async () => {
    const page = await (await browserOf(server)).newPage();
    const keyboard = new Keyboard(page);
    await page.goto("/sign-up");
    await keyboard.type(page.getByLabel("Your name"), founder.name);
    await hydrated(page);
    await keyboard.type(page.getByLabel("Company"), "Third Company");
    await keyboard.type(page.getByLabel("E-mail"), founder.email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "short");
    await page.keyboard.press("Enter");
    // What is wrong has the focus, and is told with the field.
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/15 characters/);
    await keyboard.type(page.getByLabel("Password", { exact: true }), founder.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/odoo$/);
  });

  await test.step("joining", async () => {
    const { url } = await filled.owner.invite(joiner.email);
    const page = await (await browserOf(server)).newPage();
    const keyboard = new Keyboard(page);
    await visit(page, url);
    await keyboard.type(page.getByLabel("Your name"), joiner.name);
    await keyboard.type(page.getByLabel("Choose a password", { exact: true }), joiner.password);
    const shown = page.getByRole("button", { name: "Show" });
    await keyboard.press(shown);
    await expect(page.getByLabel("Choose a password", { exact: true })).toHaveAttribute("type", "text");
    await keyboard.press(page.getByRole("button", { name: /^Join/ }));
    await expect(page).toHaveURL(/\/odoo$/);
  });

  await test.step("a new password", async () => {
    const link = await filled.owner.resetLink(joiner.email);
    const page = await (await browserOf(server)).newPage();
    const keyboard = new Keyboard(page);
    // Before it is alive its form is posted as any form, and another page comes, with the focus nowhere yet.
    await visit(page, link);
    await keyboard.type(page.getByLabel("New password", { exact: true }), "kettle-aurora-fern-58");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Your password is set")).toBeVisible();
    await focusIsSomewhere(page);
    await page.goto("/sign-in");
    await keyboard.type(page.getByLabel("E-mail"), joiner.email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "kettle-aurora-fern-58");
    await keyboard.press(page.getByRole("button", { name: "Sign in" }));
    await expect(page).toHaveURL(/\/team$/);
  });
});

test("a key is handed over and picked up, and a client is connected, by keyboard alone", async ({ browserOf }) => {
  const { page: owner, team } = await Team.of(await browserOf(server), server, "OWNER");
  const hands = new Keyboard(owner);
  const link = await test.step("handing over", async () => {
    const generate = await team.startGenerating("Idris", (opener) => hands.press(opener));
    await hands.choose(generate.dialog.getByRole("radio", { name: /As a link/ }));
    await hands.type(generate.dialog.getByLabel("Name", { exact: true }), "Cursor - By keyboard");
    await hands.press(generate.dialog.getByRole("button", { name: "Make the link" }));
    const shown = generate.dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    const link = ((await shown.textContent()) ?? "").trim();
    await hands.staysIn(generate.dialog);
    await hands.press(generate.dialog.getByRole("button", { name: /I have copied it/ }));
    await expect(generate.dialog).toBeHidden();
    await focusIsSomewhere(owner);
    return link;
  });

  await test.step("picking up", async () => {
    const idris = await Session.of(server, "MEMBER");
    const page = await (await browserOf(server, await signedIn(idris))).newPage();
    const keyboard = new Keyboard(page);
    await visit(page, new URL(link).pathname);
    await keyboard.press(page.getByRole("button", { name: "Show my key" }));
    const dialog = page.getByRole("dialog", { name: "Copy your key now" });
    const key = ((await dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
    await keyboard.staysIn(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeVisible();
    await keyboard.press(dialog.getByRole("button", { name: "I have copied it" }));
    await expect(dialog).toBeHidden();
    await focusIsSomewhere(page);
    expect(await statusOf(server.url, key)).toBe(200);

    await keyboard.press(page.getByRole("link", { name: "Connect a client" }).first());
    await expect(page).toHaveURL(/\/connect/);
    await hydrated(page);
    await keyboard.press(page.getByRole("link", { name: "VS Code", exact: true }));
    await expect(page).toHaveURL(/client=/);
    await expect(page.getByRole("link", { name: "VS Code", exact: true })).toHaveAttribute("aria-current", /.+/);
    const block = page.getByRole("group", { name: /block|configuration/i }).first();
    await keyboard.to(block);
    expect(await block.textContent()).toContain(server.url);
  });
});

test("a workflow is built, tried, saved and validated by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/workflows");
  await keyboard.press(page.getByRole("link", { name: "New workflow" }));
  await keyboard.type(page.getByLabel("Name", { exact: true }), "Look by keyboard");
  await keyboard.type(page.getByLabel("What it is for", { exact: true }), "Looks at partners.");
  await keyboard.press(page.getByRole("button", { name: "Add a step" }));
  const step = page.getByRole("group", { name: "Step 1", exact: true });
  await keyboard.pick(step.getByLabel("Does", { exact: true }), "Find records");
  await keyboard.type(step.getByLabel("Title", { exact: true }), "Find partners");
  await keyboard.type(step.getByLabel("What it is about", { exact: true }), "res.partner");
  await page.keyboard.press("Tab");
  await keyboard.press(step.getByRole("button", { name: "Try up to here" }));
  await expect(step.getByText(/records? found/)).toBeVisible();
  await expect(step.getByRole("button", { name: "Try up to here" })).toBeFocused();

  // A second one goes up, where it can only go down again, and away: the focus goes along.
  await keyboard.press(page.getByRole("button", { name: "Add a step" }));
  const second = page.getByRole("group", { name: "Step 2", exact: true });
  await keyboard.press(second.getByRole("button", { name: "Move the step up" }));
  await expect(step.getByRole("button", { name: "Move the step down" })).toBeFocused();
  await keyboard.press(step.getByRole("button", { name: "Remove the step" }));
  await expect(second).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add a step" })).toBeFocused();
  await keyboard.press(step.getByRole("button", { name: "Try up to here" }));
  await expect(step.getByText(/records? found/)).toBeVisible();
  await keyboard.press(page.getByRole("button", { name: "Save the draft" }));
  const card = page.getByRole("article", { name: "Look by keyboard", exact: true });
  await keyboard.press(card.getByRole("button", { name: "Validate" }));
  await expect(card.getByText("Version 1", { exact: true }).first()).toBeVisible();
  await focusIsSomewhere(page);
});
