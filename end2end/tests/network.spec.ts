// The network goes away in the middle of each form: what was typed stays, a line says so, and sending it again works
// and does nothing twice.

import type { Locator } from "@playwright/test";

import { Account, type Person } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { neverWrote } from "../support/aged";
import { type Filled, fill } from "../support/fill";
import { OFFLINE, UNREACHABLE, UNREACHABLE_HERE, losesAnswer, survivesCuts, survivesSilence } from "../support/network";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hasParts, hydrated, test, visit } from "../support/test";

const founder: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };
const joiner: Person = { name: "Kim Vale", email: "kim@nordwind.example", password: "cobalt-lantern-fig-83" };

let server: Aidoo;
let filled: Filled;
test.beforeAll(async () => {
  server = await start({ demo: true, signup: "open" });
  filled = await fill(server);
});
test.afterAll(() => server.stop());

interface Keys {
  keys: { name: string; state: string }[];
}

async function keysCalled(name: string): Promise<Keys["keys"]> {
  const { company } = filled.owner;
  const list = await filled.owner.json<Keys>("api_keys/list", { company, filter: { search: name } });
  return list.keys.filter((key) => key.name === name);
}

test("what is no answer of ours does not pass for success", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/settings");
  // As of a proxy that wants a password first.
  await page.route("**/api/companies/rename", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Who are you?</h1>" }));
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("The request could not be read: reload the page and try again.")).toBeVisible();
});

test("signing up, signing in and accepting an invitation", async ({ browserOf }) => {
  const page = await (await browserOf(server, {}, OFFLINE)).newPage();

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
    const other = await (await browserOf(server, {}, OFFLINE)).newPage();
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
  const url = await filled.owner.resetLink(server.env.AIDOO_MEMBER_EMAIL);
  const page = await (await browserOf(server, {}, OFFLINE)).newPage();
  await visit(page, url);
  const typed = [page.getByLabel("New password")];
  await typed[0].fill("harvest-violin-ember-61");
  const send = () => page.getByRole("button", { name: "Set the password" }).click();
  await survivesSilence(page, { endpoint: "accounts/reset_password", around: page, typed, send });
  await send();
  await expect(page).toHaveURL(/\/reset\/done$/);
  await Session.signIn(server, server.env.AIDOO_MEMBER_EMAIL, "harvest-violin-ember-61");
});

test("generating, rotating, editing and revoking a key", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");

  await test.step("generating: nothing is lost, and the key is made once", async () => {
    const team = new Team(page);
    await team.open();
    const generate = await team.startGenerating("(you)");
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Cut off");
    await generate.permission("create").check();
    await dialog.getByText("90 days").click();
    const typed = [name, generate.permission("create"), dialog.getByRole("radio", { name: "90 days" })];
    const send = () => dialog.getByRole("button", { name: "Create", exact: true }).click();
    await survivesSilence(page, { endpoint: "api_keys/create", around: dialog, typed, send });
    expect(await keysCalled("Cut off")).toHaveLength(0);
    await send();
    await expect(dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    await generate.confirmCopied();
    expect(await keysCalled("Cut off")).toHaveLength(1);
  });

  await test.step("generating with the answer lost: it is said, and not made twice", async () => {
    const generate = await new Team(page).startGenerating("(you)");
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Answer lost");
    await losesAnswer(page, "api_keys/create");
    const send = () => dialog.getByRole("button", { name: "Create", exact: true }).click();
    await send();
    await expect(dialog.getByRole("alert")).toContainText(UNREACHABLE);
    await expect(name).toHaveValue("Answer lost");
    // By keyboard one goes on where one was.
    await expect(dialog.getByRole("button", { name: "Create", exact: true })).toBeFocused();
    await send();
    await expect(dialog.getByRole("alert")).toContainText("the answer got lost on its way here");
    await expect(dialog.getByRole("link", { name: /Revoke it/ })).toBeVisible();
    expect(await keysCalled("Answer lost")).toHaveLength(1);
    await page.keyboard.press("Escape");
    await expect(generate.dialog).toBeHidden();
  });

  const keys = new ApiKeys(page);
  await test.step("rotating", async () => {
    await keys.open("?q=Cut+off");
    await keys.choose("Cut off", "Rotate Cut off");
    const typed = [dialog.getByRole("radio", { name: "1 hour" })];
    await dialog.getByText("1 hour", { exact: true }).click();
    const send = () => dialog.getByRole("button", { name: "Rotate key" }).click();
    await survivesCuts(page, { endpoint: "api_keys/rotate", around: dialog, typed, send });
    await expect(dialog.getByRole("alert")).toContainText("the answer got lost on its way here");
    expect(await keysCalled("Cut off")).toHaveLength(2);
    await page.keyboard.press("Escape");
  });

  await test.step("editing", async () => {
    await visit(page, `/api-keys?edit=${filled.keys.expiring}`);
    const name = dialog.getByLabel("Name", { exact: true });
    const report = dialog.getByRole("checkbox", { name: /^report/ });
    await name.fill("Renamed in a tunnel");
    await report.uncheck();
    const send = () => dialog.getByRole("button", { name: "Save" }).click();
    await survivesCuts(page, { endpoint: "api_keys/edit", around: dialog, typed: [name, report], send });
    await expect(dialog).toBeHidden();
    expect(await keysCalled("Renamed in a tunnel")).toHaveLength(1);
  });

  await test.step("taking away what it has not used", async () => {
    const { id } = await neverWrote(filled.owner, "Reduced in a tunnel");
    await visit(page, `/api-keys/${id}`);
    await page.getByRole("link", { name: "Remove what is not used" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Remove" }).click();
    await survivesCuts(page, { endpoint: "api_keys/reduce", around: dialog, typed: [], send });
    await expect(dialog).toBeHidden();
    // It was done the first time, and is told once.
    await expect(page.getByText("Lost write by you")).toHaveCount(1);
  });

  await test.step("revoking", async () => {
    await visit(page, `/api-keys?revoke=${filled.keys.admins}`);
    const send = () => dialog.getByRole("button", { name: /^Revoke/ }).click();
    await survivesCuts(page, { endpoint: "api_keys/revoke", around: dialog, typed: [], send });
    await expect(dialog.getByRole("alert")).toContainText("already revoked");
    const [key] = await keysCalled("Windsurf - Anna");
    expect(key.state).toBe("revoked");
  });
});

test("inviting, changing a role and removing somebody", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  await team.open();

  await test.step("inviting makes one invitation", async () => {
    await page.getByRole("link", { name: "Invite", exact: true }).click();
    const typed = [dialog.getByLabel("E-mail"), dialog.getByRole("radio", { name: "Admin" })];
    await typed[0].fill("lost@nordwind.example");
    await typed[1].check();
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesCuts(page, { endpoint: "team/invite", around: dialog, typed, send });
    await expect(dialog.getByText(/\/invitation\//)).toBeVisible();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(team.row("lost@nordwind.example")).toHaveCount(1);
  });

  const members = await filled.owner.members();
  const tomas = members.get(server.env.AIDOO_MEMBER2_EMAIL);
  await test.step("a role", async () => {
    await visit(page, `/team?role=${tomas}`);
    const typed = [dialog.getByRole("radio", { name: "Admin" })];
    await typed[0].check();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesCuts(page, { endpoint: "team/change_role", around: dialog, typed, send });
    await expect(dialog).toBeHidden();
    await expect(team.row("Tomás Ruiz")).toContainText("Admin");
  });

  await test.step("removing", async () => {
    await visit(page, `/team?remove=${tomas}`);
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "team/remove_member", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(team.row("Tomás Ruiz")).toHaveCount(0);
  });
});

test("links: a new one for an invitation and for a password, and joining by one", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  const invited = await filled.owner.invite("tunnel@nordwind.example");
  const row = team.row("tunnel@nordwind.example");

  await test.step("a new link", async () => {
    await team.open();
    await row.getByRole("link", { name: /^New link/ }).click();
    // What it is made of is fetched first.
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Make a new link" }).click();
    await survivesSilence(page, { endpoint: "team/renew_invitation", around: dialog, typed: [], send });
    await send();
    await expect(dialog.getByText(/\/invitation\//)).toBeVisible();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
  });

  await test.step("withdrawing", async () => {
    await row.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("link", { name: "Withdraw the invitation" }).locator("visible=true").click();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "team/withdraw_invitation", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(row).toHaveCount(0);
    expect(invited.invitation).toMatch(/^inv_/);
  });

  await test.step("a link for a new password", async () => {
    const anna = (await filled.owner.members()).get(server.env.AIDOO_ADMIN_EMAIL);
    await visit(page, `/team?reset=${anna}`);
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesCuts(page, { endpoint: "team/make_reset_link", around: dialog, typed: [], send });
    await expect(dialog.getByText(/\/reset\//)).toBeVisible();
  });

  await test.step("joining as somebody who has an account", async () => {
    const zoe = await Session.signIn(server, founder.email, founder.password);
    const { url } = await filled.owner.invite(founder.email);
    const other = await (await browserOf(server, await signedIn(zoe), OFFLINE)).newPage();
    await visit(other, url);
    const send = () => other.getByRole("button", { name: /^Join/ }).click();
    await survivesSilence(other, { endpoint: "accounts/accept_as_me", around: other, typed: [], send });
    await send();
    await expect(other).not.toHaveURL(/invitation/);
  });
});

test("keys that are handed over, accepted, and revoked together", async ({ browserOf }) => {
  const { owner } = filled;
  const { company } = owner;
  const anna = await Session.signIn(server, server.env.AIDOO_ADMIN_EMAIL, server.env.AIDOO_ADMIN_PASSWORD);
  const page = await (await browserOf(server, await signedIn(owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const keys = new ApiKeys(page);

  const link = await test.step("a link that hands a key over, and a new one", async () => {
    const team = new Team(page);
    await team.open();
    const generate = await team.startGenerating(server.env.AIDOO_ADMIN_EMAIL);
    await dialog.getByText("As a link", { exact: true }).click();
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Handed over in a tunnel");
    const typed = [name, dialog.getByRole("radio", { name: /^As a link/ })];
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesSilence(page, { endpoint: "api_keys/hand_over", around: dialog, typed, send });
    await send();
    await expect(dialog.getByText(/\/pick-up\//)).toBeVisible();
    await generate.confirmCopied();
    await visit(page, "/api-keys");
    await page.getByRole("link", { name: "New link for the key Handed over in a tunnel" }).click();
    await expect(dialog).toBeVisible();
    const renew = () => dialog.getByRole("button", { name: "Make a new link" }).click();
    await survivesSilence(page, { endpoint: "api_keys/renew_handover", around: dialog, typed: [], send: renew });
    await renew();
    const shown = dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    const text = ((await shown.textContent()) ?? "").trim();
    await generate.confirmCopied();
    return text;
  });

  await test.step("picking it up", async () => {
    const other = await (await browserOf(server, await signedIn(anna), OFFLINE)).newPage();
    await visit(other, new URL(link).pathname);
    const send = () => other.getByRole("button", { name: "Show my key" }).click();
    await survivesSilence(other, { endpoint: "api_keys/pick_up", around: other, typed: [], send });
    await send();
    await expect(other.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    await other.getByRole("button", { name: "I have copied it" }).click();
    expect(await keysCalled("Handed over in a tunnel")).toHaveLength(1);
  });

  await test.step("withdrawing a link", async () => {
    const member = (await owner.members()).get(server.env.AIDOO_ADMIN_EMAIL);
    const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    const input = { company, member, request, name: "Never picked up", permissions: "query", expiry: "never" };
    await owner.json("api_keys/hand_over", { input });
    await visit(page, "/api-keys");
    await page.getByRole("link", { name: "Withdraw the key Never picked up" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Withdraw" }).click();
    await survivesSilence(page, { endpoint: "api_keys/withdraw_handover", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("link", { name: "Withdraw the key Never picked up" })).toHaveCount(0);
  });

  await test.step("accepting a key that somebody else made", async () => {
    const rules = { longest_days: "", unused_days: "", addresses: "", makers: "owners_and_admins" };
    const asked = Object.entries(rules).map(([name, value]): [string, string] => [`input[${name}]`, value]);
    await owner.form("policies/set_key_rules", [["input[company]", company], ...asked, ["input[must_accept]", "on"]]);
    const member = (await owner.members()).get(server.env.AIDOO_ADMIN_EMAIL);
    await owner.key("Made for Anna", "query", { member });
    const other = await (await browserOf(server, await signedIn(anna), OFFLINE)).newPage();
    await visit(other, "/api-keys?q=Made+for+Anna");
    const send = () => other.getByRole("button", { name: /Accept/ }).click();
    const accept = { endpoint: "api_keys/accept", around: other, typed: [], send };
    await survivesSilence(other, accept);
    // Another page that is open hears of it, and so does this one, although the answer got lost.
    const watching = await other.context().newPage();
    await visit(watching, "/api-keys?q=Made+for+Anna");
    await expect(watching.getByRole("button", { name: /Accept/ })).toBeVisible();
    await losesAnswer(other, "api_keys/accept");
    await send();
    await expect(other.getByRole("button", { name: /Accept/ })).toHaveCount(0);
    for (const one of [other, watching]) {
      await expect(one.getByRole("row").filter({ hasText: "Made for Anna" })).toContainText("Active");
    }
  });

  await test.step("revoking several", async () => {
    await owner.key("Ticked one", "query");
    await owner.key("Ticked two", "query");
    await keys.open("?q=Ticked");
    for (const box of await page.getByRole("checkbox", { name: /^Tick Ticked/ }).all()) await box.check();
    await page.getByRole("button", { name: "Revoke 2 keys" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "api_keys/revoke_many", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    for (const name of ["Ticked one", "Ticked two"]) expect((await keysCalled(name))[0].state).toBe("revoked");
  });
});

test("devices, and a change that waits for a person", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await Session.of(server, "OWNER");
  await Session.of(server, "OWNER");
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

test("the list of first steps is folded at once, whether the server hears of it or not", async ({ browserOf }) => {
  const anna = await Session.of(server, "ADMIN");
  const page = await (await browserOf(server, await signedIn(anna), OFFLINE)).newPage();
  const list = page.getByRole("region", { name: "Your first question" });
  const button = (name: string) => list.getByRole("button", { name });
  const isFolded = async () => {
    await expect(button("Show the steps")).toBeVisible();
    await expect(list.getByRole("list")).toBeHidden();
  };
  const failed = () => page.waitForEvent("requestfailed", (request) => request.url().includes("/onboarding/fold"));

  await visit(page, "/team");
  const silence = failed();
  await page.context().setOffline(true);
  await button("Hide the steps").click();
  await silence;
  // How a list looks to one person is worth no line.
  await isFolded();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await accessible(page);
  await page.context().setOffline(false);

  await visit(page, "/team");
  await losesAnswer(page, "onboarding/fold");
  const loss = failed();
  await button("Hide the steps").click();
  await loss;
  await isFolded();
  await visit(page, "/team");
  await isFolded();
  await button("Show the steps").click();
  await expect(list.getByRole("list")).toBeVisible();
});

test("the profile, the password and the company", async ({ browserOf }) => {
  const { AIDOO_ADMIN_EMAIL: email, AIDOO_ADMIN_PASSWORD: old } = server.env;
  const admin = await Session.of(server, "ADMIN");
  const page = await (await browserOf(server, await signedIn(admin), OFFLINE)).newPage();
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
    await Session.signIn(server, email, "harvest-violin-ember-61");
  });

  await test.step("the company's name, and its end", async () => {
    const owner = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
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

test("the policies, each form by itself", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/policies");
  const saved = page.getByText("Saved. It holds from the next call on.");
  const methods = page.getByLabel("Methods to open");
  const longest = page.getByLabel("At most, in days");
  const ceiling = page.getByRole("group", { name: /Keys of members may/i }).getByRole("checkbox", { name: /^report/ });
  // What stands unsaved in one form outlives the saving of the others.
  await methods.fill("sale.order.message_post");
  await longest.fill("400");
  await ceiling.uncheck();

  const around = (button: string) => page.locator("form").filter({ has: page.getByRole("button", { name: button, exact: true }) });
  const sends = (button: string) => () => page.getByRole("button", { name: button, exact: true }).click();
  const ceilings = { endpoint: "policies/set_ceilings", around: around("Save the policies"), typed: [ceiling, longest, methods] };
  await survivesCuts(page, { ...ceilings, send: sends("Save the policies") });
  await expect(saved).toHaveCount(1);
  await expect(longest).toHaveValue("400");
  await expect(methods).toHaveValue("sale.order.message_post");

  const keys = { endpoint: "policies/set_key_rules", around: around("Save the rules for keys"), typed: [longest, methods] };
  await survivesCuts(page, { ...keys, send: sends("Save the rules for keys") });
  await expect(saved).toHaveCount(2);
  await expect(methods).toHaveValue("sale.order.message_post");

  const gateway = { endpoint: "policies/set_gateway", around: around("Save the rules"), typed: [longest, methods] };
  await survivesCuts(page, { ...gateway, send: sends("Save the rules") });
  await expect(saved).toHaveCount(3);
  await page.reload();
  await hydrated(page);
  await expect(longest).toHaveValue("400");
  await expect(methods).toHaveValue("sale.order.message_post");
  await expect(ceiling).not.toBeChecked();
});

test("the Odoo connection and one's account there", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/odoo");
  await page.getByText("Change or test the connection").click();
  const connection = page.getByRole("region", { name: "The company’s Odoo" });
  const address = connection.getByLabel("Address");
  const database = connection.getByLabel("Database");
  await address.fill(server.env.AIDOO_DEMO_ODOO_URL);
  await database.fill(server.env.AIDOO_DEMO_ODOO_DATABASE);
  const typed = [address, database];
  const test1 = () => connection.getByRole("button", { name: "Test", exact: true }).click();
  await survivesSilence(page, { endpoint: "connections/probe", around: connection, typed, send: test1 });
  const save = () => connection.getByRole("button", { name: "Test and save" }).click();
  await survivesCuts(page, { endpoint: "connections/save", around: connection, typed, send: save });
  await expect(page.getByText("The connection works and is saved.")).toBeVisible();

  const account = page.getByRole("region", { name: "Your Odoo account" });
  const [login, secret] = [account.getByLabel("Login in Odoo"), account.getByLabel("Odoo API key", { exact: true })];
  await visit(page, "/odoo");
  await account.getByText("Replace the login or the API key").click();
  await login.fill(server.env.AIDOO_OWNER_ODOO_LOGIN);
  await secret.fill(server.env.AIDOO_OWNER_ODOO_KEY);
  const link = () => account.getByRole("button", { name: "Replace" }).click();
  await survivesCuts(page, { endpoint: "connections/link", around: account, typed: [login, secret], send: link });
  await expect(page.getByText("Your Odoo account works and is linked.")).toBeVisible();
});

test("a workflow that is being built", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/workflows");
  await page.getByRole("link", { name: "Edit" }).first().click();
  const builder = page.getByRole("region", { name: "Edit the workflow" });
  const name = builder.getByLabel("Name", { exact: true }).first();
  const about = builder.getByLabel("What it is for");
  await name.fill("Built in a tunnel");
  await about.fill("For the trains.");
  const send = () => builder.getByRole("button", { name: "Save the draft" }).click();
  // The stream of news breaks too, and what is typed outlives its return.
  const news = page.waitForResponse(/\/events/, { timeout: 20_000 });
  await survivesSilence(page, { endpoint: "workflows/save", around: builder, typed: [name, about], send });
  await news.catch(() => undefined);
  await expect(name).toHaveValue("Built in a tunnel");
  await losesAnswer(page, "workflows/save");
  await send();
  await expect(builder.getByRole("alert")).toContainText(UNREACHABLE);
  await send();
  await expect(page.getByRole("heading", { name: "Built in a tunnel" })).toHaveCount(1);
});

test("a workflow from a template: made, tried, validated, accepted and removed", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/workflows");
  // The part of the page that is fetched once somebody points at a button comes before the cut.
  if (await hasParts(page)) {
    const part = page.waitForResponse(/split_workflow_builder/);
    await page.getByRole("button", { name: "Make a draft" }).hover();
    await part;
  }

  await test.step("made", async () => {
    const action = page.getByLabel("Action", { exact: true });
    await action.selectOption("sale.order.action_cancel");
    const send = () => page.getByRole("button", { name: "Make a draft" }).click();
    const drafts = page.getByRole("article").filter({ has: page.getByText("Draft", { exact: true }) });
    const before = await drafts.count();
    await survivesSilence(page, { endpoint: "workflows/use_template", around: page, typed: [action], send });
    await send();
    await expect(drafts).toHaveCount(before + 1);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  await test.step("validated", async () => {
    const drafts = page.getByRole("button", { name: "Validate" });
    const before = await drafts.count();
    const send = () => drafts.first().click();
    await survivesSilence(page, { endpoint: "workflows/validate", around: page, typed: [], send });
    await send();
    await expect(drafts).toHaveCount(before - 1);
  });

  await test.step("accepted", async () => {
    const asked = page.getByRole("button", { name: "Let it run as me" });
    const before = await asked.count();
    const send = () => asked.first().click();
    await survivesSilence(page, { endpoint: "workflows/accept", around: page, typed: [], send });
    await losesAnswer(page, "workflows/accept");
    await send();
    // It was done, and the news says so.
    await expect(asked).toHaveCount(before - 1);
  });

  await test.step("tried", async () => {
    await page.getByRole("link", { name: "Edit" }).first().click();
    const builder = page.getByRole("region", { name: "Edit the workflow" });
    const name = builder.getByLabel("Name", { exact: true }).first();
    await name.fill("Tried in a tunnel");
    const send = () => builder.getByRole("button", { name: /^Try/ }).first().click();
    await survivesSilence(page, { endpoint: "workflows/try_steps", around: builder, typed: [name], send });
    await expect(name).toHaveValue("Tried in a tunnel");
  });

  await test.step("removed", async () => {
    await visit(page, "/workflows");
    const removes = page.getByRole("link", { name: "Remove" });
    const before = await removes.count();
    await removes.first().click();
    const dialog = page.getByRole("dialog");
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "workflows/archive", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(removes).toHaveCount(before - 1);
  });
});

test("an Odoo login that is erased, and a connection that is removed", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/odoo");
  const account = page.getByRole("region", { name: "Your Odoo account" });
  const unlink = () => account.getByRole("button", { name: "Unlink" }).click();
  await survivesSilence(page, { endpoint: "connections/unlink", around: account, typed: [], send: unlink });
  await unlink();
  await expect(page.getByText("Your Odoo login is erased here.")).toBeVisible();

  await page.getByText("Change or test the connection").click();
  await page.getByRole("link", { name: /^Remove/ }).click();
  const dialog = page.getByRole("dialog");
  const remove = () => dialog.locator("footer").getByRole("button").click();
  await survivesSilence(page, { endpoint: "connections/remove", around: dialog, typed: [], send: remove });
  await remove();
  await expect(page.getByText("The connection is removed.")).toBeVisible();
});

test("a page that cannot be read says so, and comes back by its button", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/team");
  await page.route("**/api/api_keys/list*", (route) => route.abort("internetdisconnected"));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();
});

test("forms that lead away stay on the page while nobody answers, and leave at the next try", async ({ browserOf }) => {
  const own = await start({ demo: true, signup: "open" });
  try {
    const first = await (await browserOf(own)).newPage();
    await new Account(first).signUp(founder, "Second Company");
    const theirs = new Team(first);
    await theirs.open();
    const link = await theirs.invite(own.env.AIDOO_OWNER_EMAIL, "Member");

    const owner = await Session.of(own, "OWNER");
    const context = await browserOf(own, await signedIn(owner), OFFLINE);
    const page = await context.newPage();
    await visit(page, new URL(link).pathname);
    await page.getByRole("button", { name: /^Join/ }).click();
    await expect(page).not.toHaveURL(/invitation/);
    await visit(page, "/team");

    /** Presses what leads away, without a network and with one; `open` shows it. */
    const leaves = async (open: () => Promise<void>, pressed: () => Locator, left: () => Promise<void>) => {
      await open();
      const path = new URL(page.url()).pathname;
      await context.setOffline(true);
      await pressed().click();
      await expect(page.getByRole("alert").filter({ hasText: UNREACHABLE_HERE })).toBeInViewport();
      expect(new URL(page.url()).pathname).toBe(path);
      await accessible(page);
      await context.setOffline(false);
      await pressed().click();
      await left();
    };
    const account = new Account(page);
    const companies = page.getByRole("button", { name: /Second Company/ }).first();

    await test.step("another company", () =>
      leaves(
        () => companies.click(),
        () => page.getByRole("button", { name: /Nordwind Bakery/ }).last(),
        () => expect(page.getByRole("row").filter({ hasText: "Anna Vogel" })).toBeVisible(),
      ));

    await test.step("a deletion that is undone", async () => {
      const settings = new Settings(page);
      await settings.open();
      await settings.deleteCompany("Nordwind Bakery");
      await expect(page.getByText("This company will be deleted")).toBeVisible();
      // The page has been loaded anew: before its program is there, the browser itself says that nobody answers.
      await hydrated(page);
      await leaves(
        async () => {},
        () => page.getByRole("button", { name: "Undo" }),
        () => expect(page.getByText("This company will be deleted")).toHaveCount(0),
      );
    });

    await test.step("the language", async () => {
      await hydrated(page);
      await leaves(
        () => account.openMenu(),
        () => page.getByRole("button", { name: "Français" }),
        () => expect(page.locator("html")).toHaveAttribute("lang", "fr"),
      );
      await hydrated(page);
      await page.locator("[popovertarget=person-menu]").filter({ visible: true }).click();
      await page.getByRole("button", { name: "English" }).click();
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
    });

    await test.step("the way out, while the network swallows what it is given, and pressed twice", async () => {
      await hydrated(page);
      await account.openMenu();
      const out = page.getByRole("button", { name: "Sign out", exact: true });
      await page.route("**/health", () => {});
      await out.click();
      await expect(page.locator("form[aria-busy=true]").filter({ has: out })).toBeVisible();
      await expect(page.getByRole("alert").filter({ hasText: UNREACHABLE_HERE })).toBeVisible();
      await page.unrouteAll();
      const sent: string[] = [];
      page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
      await out.dblclick();
      await expect(page).toHaveURL(/\/sign-in/);
      expect(sent.filter((path) => path.endsWith("sign_out"))).toHaveLength(1);
      await account.signIn(own.env.AIDOO_OWNER_EMAIL, own.env.AIDOO_OWNER_PASSWORD);
    });

    await test.step("the way out", async () => {
      await hydrated(page);
      await leaves(
        () => account.openMenu(),
        () => page.getByRole("button", { name: "Sign out", exact: true }),
        () => expect(page).toHaveURL(/\/sign-in/),
      );
      await visit(page, "/team");
      await expect(page).toHaveURL(/\/sign-in/);
    });
    await context.close();
    await first.context().close();
  } finally {
    await own.stop();
  }
});
