// The network goes away in the middle of each form: what was typed stays, a line says so, and sending it again works
// and does nothing twice.

import { Account, type Person } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { type Filled, fill } from "../support/fill";
import { OFFLINE, UNREACHABLE, losesAnswer, survivesCuts, survivesSilence } from "../support/network";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test, visit } from "../support/test";

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

test("signing up, signing in and accepting an invitation", async ({ browserOf }) => {
  test.setTimeout(120_000);
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
    const { company } = filled.owner;
    const { url } = await filled.owner.form<{ url: string }>("team/invite", {
      "input[company]": company,
      "input[email]": joiner.email,
      "input[role]": "member",
    });
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
  const idris = (await filled.owner.members()).get(server.env.AIDOO_MEMBER_EMAIL)!;
  const { url } = await filled.owner.form<{ url: string }>("team/make_reset_link", {
    "input[company]": filled.owner.company,
    "input[member]": idris,
  });
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
  test.setTimeout(120_000);
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
