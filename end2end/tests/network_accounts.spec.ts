// The network goes away in the middle of a form about oneself: signing up and in, an invitation, the password, the devices, the
// profile. What was typed stays, a line says so, and sending it again works and does nothing twice.

import { Account, type Person } from "../pages/account";
import { Settings } from "../pages/settings";
import { filledServer } from "../support/filled";
import { OFFLINE, survivesCuts, survivesLoss, survivesSilence, survivesStall } from "../support/network";
import { Session, signedIn } from "../support/session";
import { expect, test, visit } from "../support/test";

const founder: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };
const joiner: Person = { name: "Kim Vale", email: "kim@nordwind.example", password: "cobalt-lantern-fig-83" };

const filled = filledServer({ signup: "open" });

test("signing up, signing in and accepting an invitation", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();

  await test.step("sign-up", async () => {
    await visit(page, "/sign-up");
    const typed = [
      page.getByLabel("Your name"),
      page.getByLabel("Company"),
      page.getByLabel("E-mail"),
      page.getByLabel("Password", { exact: true }),
    ];
    const values = [founder.name, "Second Company", founder.email, founder.password];
    for (const [at, field] of typed.entries()) await field.fill(values[at]);
    const send = () => page.getByRole("button", { name: "Create the company" }).click();
    await survivesCuts(page, { endpoint: "accounts/sign_up", around: page, typed, send });
    // It was done the first time, and is not done again.
    await expect(page.getByText("There is an account with this e-mail already: sign in instead.")).toBeVisible();
  });

  await test.step("sign-in", async () => {
    await visit(page, "/sign-in");
    const typed = [page.getByLabel("E-mail"), page.getByLabel("Password", { exact: true })];
    await typed[0].fill(founder.email);
    await typed[1].fill(founder.password);
    const send = () => page.getByRole("button", { name: "Sign in" }).click();
    await survivesCuts(page, { endpoint: "accounts/sign_in", around: page, typed, send });
    await expect(page).toHaveURL(/\/(team|odoo)$/);
    await expect(page.getByText("Second Company").first()).toBeVisible();
  });

  await test.step("invitation", async () => {
    const { url } = await filled.owner.invite(joiner.email);
    const other = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
    await visit(other, url);
    const typed = [other.getByLabel("Your name"), other.getByLabel("Choose a password", { exact: true })];
    await typed[0].fill(joiner.name);
    await typed[1].fill(joiner.password);
    const send = () => other.getByRole("button", { name: /^Join/ }).click();
    await survivesSilence(other, { endpoint: "accounts/accept_as_new", around: other, typed, send });
    await send();
    await expect(other).toHaveURL(/\/odoo$/);
  });
});

test("setting a new password by a link", async ({ browserOf }) => {
  const url = await filled.owner.resetLink(filled.server.env.AIDOO_MEMBER_EMAIL);
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  await visit(page, url);
  const typed = [page.getByLabel("New password")];
  await typed[0].fill("harvest-violin-ember-61");
  const send = () => page.getByRole("button", { name: "Set the password" }).click();
  await survivesSilence(page, { endpoint: "accounts/reset_password", around: page, typed, send });
  await send();
  await expect(page).toHaveURL(/\/reset\/done$/);
  await Session.signIn(filled.server, filled.server.env.AIDOO_MEMBER_EMAIL, "harvest-violin-ember-61");
});

test("devices, and a change that waits for a person", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await Session.of(filled.server, "OWNER");
  await Session.of(filled.server, "OWNER");
  await visit(page, "/settings");
  const devices = page.getByRole("region", { name: "Signed-in devices" });
  const others = devices.getByRole("button", { name: /^Sign out .+, 127/ });
  const before = await others.count();
  const one = () => others.first().click();
  await survivesSilence(page, { endpoint: "settings/end_session", around: devices, typed: [], send: one });
  await one();
  await expect(others).toHaveCount(before - 1);
  const all = () => devices.getByRole("button", { name: "Sign out everywhere else" }).click();
  await survivesCuts(page, { endpoint: "settings/end_other_sessions", around: devices, typed: [], send: all });
  await expect(others).toHaveCount(0);

  await visit(page, "/approvals");
  const decide = () => page.getByRole("button", { name: "Approve" }).click();
  await survivesSilence(page, { endpoint: "approvals/decide", around: page, typed: [], send: decide });
  await decide();
  await expect(page.getByText("Approved", { exact: true })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("the profile, the password and the company", async ({ browserOf }) => {
  const { AIDOO_ADMIN_EMAIL: email, AIDOO_ADMIN_PASSWORD: old } = filled.server.env;
  const admin = await Session.of(filled.server, "ADMIN");
  const page = await (await browserOf(filled.server, await signedIn(admin), OFFLINE)).newPage();
  const settings = new Settings(page);

  await test.step("profile", async () => {
    await settings.open();
    const profile = settings.section("Profile");
    const typed = [profile.getByLabel("Your name"), profile.getByLabel("Time zone")];
    await typed[0].fill("Anna Vogel-Krug");
    await typed[1].selectOption("Europe/Berlin");
    const send = () => profile.getByRole("button", { name: "Save the profile" }).click();
    await survivesCuts(page, { endpoint: "settings/save_profile", around: profile, typed, send });
    await settings.says("Your profile is saved.");
    await expect(profile.getByLabel("Your name")).toHaveValue("Anna Vogel-Krug");
  });

  await test.step("colours", async () => {
    const profile = settings.section("Profile");
    const colors = profile.getByRole("combobox", { name: "Colours" });
    const theme = (name: string) => expect(page.locator("html")).toHaveAttribute("data-theme", name);
    await theme("system");
    // Choosing sends by itself, and the button sends what is chosen already.
    const form = { endpoint: "settings/set_colors", around: profile };
    const choose = async () => {
      await colors.selectOption("dark");
    };
    await survivesSilence(page, { ...form, typed: [], send: choose });
    const send = () => profile.getByRole("button", { name: "Use these colours" }).click();
    await survivesCuts(page, { ...form, typed: [colors], send });
    await theme("dark");
    await expect(profile.getByRole("alert")).toHaveCount(0);

    // The menu shows them at once, and keeps what it can.
    await page.context().setOffline(true);
    await new Account(page).openMenu();
    await page.getByRole("button", { name: "Light", exact: true }).click();
    await theme("light");
    await page.context().setOffline(false);
    await settings.open();
    await theme("dark");
  });

  await test.step("password", async () => {
    const section = settings.section("Password");
    const typed = [section.getByLabel("Current password"), section.getByLabel("New password")];
    await typed[0].fill(old);
    await typed[1].fill("harvest-violin-ember-61");
    const send = () => section.getByRole("button", { name: "Change the password" }).click();
    await survivesSilence(page, { endpoint: "settings/change_password", around: section, typed, send });
    await send();
    await settings.says("Your password is changed");
    await Session.signIn(filled.server, email, "harvest-violin-ember-61");
  });

  await test.step("the company's name, and its end", async () => {
    const owner = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
    const company = new Settings(owner).section("Company");
    await visit(owner, "/settings");
    const name = company.getByLabel("Name of the company");
    await name.fill("Nordwind Bakery & Sons");
    const rename = () => company.getByRole("button", { name: "Rename" }).click();
    await survivesCuts(owner, { endpoint: "companies/rename", around: company, typed: [name], send: rename });
    await new Settings(owner).says("The company has its new name.");
    await company.getByText("Delete the company").first().click();
    const typed = company.getByLabel("To confirm, type");
    await typed.fill("Nordwind");
    const send = () => company.getByRole("button", { name: "Delete the company" }).click();
    await survivesSilence(owner, { endpoint: "companies/delete", around: company, typed: [typed], send });
    await send();
    await expect(company.getByText("Type the name of the company exactly as it is shown.")).toBeVisible();
  });
});

test("a profile that the network swallows is told as not saved, and saved at the next try", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await page.clock.install();
  const settings = new Settings(page);
  await settings.open();
  const profile = settings.section("Profile");
  const typed = [profile.getByLabel("Your name"), profile.getByLabel("Time zone")];
  await typed[0].fill("Marta Long-Road");
  await typed[1].selectOption("Europe/Berlin");
  const send = () => profile.getByRole("button", { name: "Save the profile" }).click();
  await survivesStall(page, { endpoint: "settings/save_profile", around: profile, typed, send });
  await send();
  await settings.says("Your profile is saved.");
  await expect(typed[0]).toHaveValue("Marta Long-Road");
});

// The server refuses what the same person has just done with the same words as what somebody else did.

test("an invitation whose answer got lost tells that one has joined, and to sign in", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  const email = "lost@nordwind.example";
  const { url } = await filled.owner.invite(email);
  await visit(page, url);
  const typed = [page.getByLabel("Your name"), page.getByLabel("Choose a password", { exact: true })];
  await typed[0].fill("Lou Stray");
  await typed[1].fill(joiner.password);
  const send = () => page.getByRole("button", { name: /^Join/ }).click();
  await survivesLoss(page, { endpoint: "accounts/accept_as_new", around: page, typed, send });
  await send();
  const joined = page.getByRole("heading", { name: "Odoo connection" });
  await expect(joined.or(page.getByRole("alert").filter({ hasText: /sign in/i }))).toBeVisible();
  await Session.signIn(filled.server, email, joiner.password);
});

test("joining with an account tells that one has joined, although the answer got lost", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  const person: Person = { ...founder, email: "tess@third.example" };
  await new Account(page).signUp(person, "Third Company");
  const { url } = await filled.owner.invite(person.email);
  await visit(page, url);
  const send = () => page.getByRole("button", { name: /^Join/ }).click();
  await survivesLoss(page, { endpoint: "accounts/accept_as_me", around: page, typed: [], send });
  await send();
  const joined = page.getByRole("heading", { name: "Team" });
  await expect(joined.or(page.getByRole("alert").filter({ hasText: /If you have joined with it/ }))).toBeVisible();
});

test("a password that is set by a link is told as set, although the answer got lost", async ({ browserOf }) => {
  const { AIDOO_MEMBER2_EMAIL: email } = filled.server.env;
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  await visit(page, await filled.owner.resetLink(email));
  const typed = [page.getByLabel("New password")];
  await typed[0].fill(joiner.password);
  const send = () => page.getByRole("button", { name: "Set the password" }).click();
  await survivesLoss(page, { endpoint: "accounts/reset_password", around: page, typed, send });
  await send();
  await expect(page.getByRole("alert").filter({ hasText: /If you have set your password with it, sign in/ })).toBeVisible();
  await Session.signIn(filled.server, email, joiner.password);
});

test("a password that is changed is told as changed, although the answer got lost", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  const person: Person = { ...founder, email: "udo@fourth.example" };
  await new Account(page).signUp(person, "Fourth Company");
  const settings = new Settings(page);
  await settings.open();
  const section = settings.section("Password");
  const typed = [section.getByLabel("Current password"), section.getByLabel("New password")];
  await typed[0].fill(person.password);
  await typed[1].fill(joiner.password);
  const send = () => section.getByRole("button", { name: "Change the password" }).click();
  await survivesLoss(page, { endpoint: "settings/change_password", around: section, typed, send });
  await send();
  await settings.says("Your password is changed");
  await Session.signIn(filled.server, person.email, joiner.password);
});

test("a device that is signed out is gone from the list, although the answer got lost", async ({ browserOf }) => {
  const owner = await Session.of(filled.server, "OWNER");
  await Session.of(filled.server, "OWNER");
  const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
  await visit(page, "/settings");
  const devices = page.getByRole("region", { name: "Signed-in devices" });
  const others = devices.getByRole("button", { name: /^Sign out .+, 127/ });
  const before = await others.count();
  const send = () => others.first().click();
  await survivesLoss(page, { endpoint: "settings/end_session", around: devices, typed: [], send });
  await send();
  await expect(others).toHaveCount(before - 1);
  await expect(devices.getByRole("alert")).toHaveCount(0);
});
