// Settings, policies, Odoo and the company itself, with nothing but a keyboard.

import { Account } from "../pages/account";
import { Settings } from "../pages/settings";
import { filledServer } from "../support/filled";
import { Keyboard, focusIsSomewhere, focusStays, opens } from "../support/keyboard";
import { statusOf } from "../support/mcp";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

const filled = filledServer();

test("settings by keyboard alone: profile, colours, password, devices, and a company that is kept", async ({ browserOf }) => {
  const { AIDOO_ADMIN_PASSWORD: old } = filled.server.env;
  const admin = await Session.of(filled.server, "ADMIN");
  const page = await (await browserOf(filled.server, await signedIn(admin))).newPage();
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
    await keyboard.type(section.getByLabel("New password"), "gravel-turnip-oboe-94");
    await page.keyboard.press("Enter");
    await expect(page.getByText("This is not your password.")).toBeVisible();
    await expect(section.getByLabel("Current password")).toBeFocused();
    await keyboard.type(section.getByLabel("Current password"), old);
    await keyboard.type(section.getByLabel("New password"), old);
    await keyboard.press(section.getByRole("button", { name: "Change the password" }));
    await settings.says("Your password is changed");
  });

  await test.step("other devices", async () => {
    await Session.of(filled.server, "ADMIN");
    await Session.of(filled.server, "ADMIN");
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
    const owner = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
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
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/policies");
  const saved = page.getByText("Saved. It applies from the next call on.");

  const report = page.getByRole("group", { name: /Keys of members may/i }).getByRole("checkbox", { name: /^report/ });
  await keyboard.to(report);
  await page.keyboard.press("Space");
  await expect(report).not.toBeChecked();
  const ceilings = page.getByRole("button", { name: "Save the permissions", exact: true });
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
  await keyboard.type(networks, "everywhere");
  const rules = page.getByRole("button", { name: "Save the rules for keys", exact: true });
  await keyboard.press(rules);
  // Beside what is wrong, and not at the button beneath it.
  await expect(networks).toHaveAttribute("aria-invalid", "true");
  await expect(networks).toBeFocused();
  await keyboard.type(networks, "127.0.0.0/8\n::1");
  await keyboard.press(rules);
  await expect(saved).toHaveCount(2);
  await expect(rules).toBeFocused();

  const writes = page.getByLabel("write", { exact: true }).last();
  await keyboard.to(writes);
  await page.keyboard.press("ArrowDown");
  await expect(writes).not.toHaveValue("preview");
  await keyboard.type(page.getByLabel("Methods to open"), "sale.order.message_post");
  const gateway = page.getByRole("button", { name: "Save the rules for calls", exact: true });
  await keyboard.press(gateway);
  await expect(saved).toHaveCount(3);
  await expect(gateway).toBeFocused();
  await page.reload();
  await hydrated(page);
  await expect(longest).toHaveValue("400");
  await expect(networks).toHaveValue("127.0.0.0/8\n::1/128");
  await expect(report).not.toBeChecked();
});

test("Odoo is tested, saved, linked and unlinked by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
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
    await keyboard.type(address, filled.server.env.AIDOO_DEMO_ODOO_URL);
    await keyboard.type(connection.getByLabel("Database"), filled.server.env.AIDOO_DEMO_ODOO_DATABASE);
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
    await keyboard.type(account.getByLabel("Login in Odoo"), filled.server.env.AIDOO_OWNER_ODOO_LOGIN);
    await keyboard.type(account.getByLabel("Odoo API key", { exact: true }), filled.server.env.AIDOO_OWNER_ODOO_KEY);
    await page.keyboard.press("Enter");
    await expect(page.getByText("Your Odoo account works and is linked.")).toBeVisible();
    await focusIsSomewhere(page);
  });
});

test("a member leaves the company by keyboard alone", async ({ browserOf }) => {
  const member = await Session.of(filled.server, "MEMBER2");
  const { key } = await member.key("Left behind", "query");
  expect(await statusOf(filled.server.url, key)).toBe(200);
  const page = await (await browserOf(filled.server, await signedIn(member))).newPage();
  const keyboard = new Keyboard(page);
  await new Settings(page).open();
  const leave = page.getByRole("link", { name: "Leave the company" });
  const dialog = page.getByRole("dialog", { name: /^Leave .+\?$/ });
  await keyboard.press(leave);
  await expect(dialog).toBeVisible();
  await keyboard.staysIn(dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await focusStays(page);
  expect(await statusOf(filled.server.url, key)).toBe(200);

  await page.goBack();
  await hydrated(page);
  await keyboard.press(leave);
  await keyboard.press(dialog.getByRole("button", { name: "Leave", exact: true }));
  await expect(page.getByRole("heading", { name: "You are not in any company" })).toBeVisible();
  expect(await statusOf(filled.server.url, key)).toBe(401);
  expect([...(await filled.owner.members()).keys()]).not.toContain(filled.server.env.AIDOO_MEMBER2_EMAIL);
  // The way out is all that is left.
  await hydrated(page);
  await keyboard.press(page.getByRole("button", { name: "Sign out" }));
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the connection to Odoo is removed and made again by keyboard alone", async ({ browserOf }) => {
  const { AIDOO_DEMO_ODOO_URL: url, AIDOO_DEMO_ODOO_DATABASE: database } = filled.server.env;
  const page = await (await browserOf(filled.server, await signedIn(await Session.of(filled.server, "ADMIN")))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/odoo");
  await keyboard.press(page.locator("summary", { hasText: "Change or test the connection" }));
  const dialog = await opens(page, keyboard, page.getByRole("link", { name: "Remove the connection" }), /^Remove/);
  await keyboard.press(dialog.getByRole("button", { name: /^Remove/ }));
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Connect your Odoo" })).toBeVisible();
  await focusStays(page);
  await accessible(page);

  await keyboard.type(page.getByLabel("Address"), url);
  await keyboard.type(page.getByLabel("Database"), database);
  await keyboard.press(page.getByRole("button", { name: "Test and save" }));
  await expect(page.getByText("The connection works and is saved.")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText("connected");
  await focusStays(page);
});

// It comes last: the company has another name after it.
test("an owner renames the company, has it deleted, and undoes that, by keyboard alone", async ({ browserOf }) => {
  const { owner } = filled;
  const { key } = await owner.key("Refused for a while", "query");
  const page = await (await browserOf(filled.server, await signedIn(owner))).newPage();
  const keyboard = new Keyboard(page);
  const settings = new Settings(page);
  const company = settings.section("Company");
  await settings.open();

  await test.step("renaming, wrongly first", async () => {
    const name = company.getByLabel("Name of the company");
    await keyboard.type(name, " ");
    await page.keyboard.press("Enter");
    await expect(name).toHaveAccessibleDescription(/This field is required/);
    await expect(name).toBeFocused();
    await accessible(page);
    await keyboard.type(name, "Nordwind & Daughters");
    await page.keyboard.press("Enter");
    await settings.says("The company has its new name.");
    await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Nordwind & Daughters");
  });

  await test.step("deleting, wrongly first", async () => {
    await keyboard.press(company.locator("summary", { hasText: "Delete the company" }));
    const typed = company.getByLabel("To confirm, type");
    await keyboard.type(typed, "Nordwind Bakery");
    await page.keyboard.press("Enter");
    await expect(typed).toHaveAccessibleDescription(/exactly as it is shown/);
    await expect(typed).toBeFocused();
    await accessible(page);
    expect(await statusOf(filled.server.url, key)).toBe(200);
    await keyboard.type(typed, "Nordwind & Daughters");
    await keyboard.press(company.getByRole("button", { name: "Delete the company" }));
    await settings.isDeleted();
    expect(await statusOf(filled.server.url, key)).toBe(401);
  });

  await test.step("the way back stands on every page", async () => {
    await visit(page, "/api-keys");
    await keyboard.press(page.getByRole("button", { name: "Undo" }));
    await settings.says("The company is kept");
    await expect(page.getByText("This company will be deleted")).toHaveCount(0);
    expect(await statusOf(filled.server.url, key)).toBe(200);
  });
});
