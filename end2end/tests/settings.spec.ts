import { Account } from "../pages/account";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { statusOf } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

const password = "lantern quartz obey drift";

test("a person sets their name, zone and colours", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { AIDOO_MEMBER2_EMAIL: email, AIDOO_MEMBER2_PASSWORD: old } = demo.env;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(email, old);
  const settings = new Settings(page);
  await settings.open();
  await accessible(page);

  await test.step("what is wrong is said at the field", async () => {
    await settings.saveProfile("", "Europe/Paris");
    await expect(settings.section("Profile").getByText("This field is required.")).toBeVisible();
    await expect(settings.section("Profile").getByLabel("Your name")).toBeFocused();
    await accessible(page);
  });

  await test.step("and no more once it is changed, until an answer says it again", async () => {
    const name = settings.section("Profile").getByLabel("Your name");
    const problem = settings.section("Profile").getByText("This field is required.");
    await name.fill("T");
    await expect(problem).toHaveCount(0);
    await expect(name).not.toHaveAttribute("aria-invalid");
    await settings.saveProfile("", "Europe/Paris");
    await expect(problem).toBeVisible();
    await expect(name).toHaveAttribute("aria-invalid", "true");
    await expect(name).toBeFocused();
  });

  await test.step("the name is in the frame and times are told in the zone", async () => {
    await settings.saveProfile("Tomás Prieto Gil", "Europe/Paris");
    await settings.says("Your profile is saved.");
    await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Tomás Prieto Gil");
    await expect(settings.device("This device").locator("time").first()).toHaveAttribute("title", / CES?T$/);
  });

  await test.step("what was done is told once, and not beside what was refused later", async () => {
    const told = page.getByRole("status").filter({ hasText: "Your profile is saved." });
    await expect(page).toHaveURL(/\/settings$/);
    await expect(told).toBeVisible();
    await settings.saveProfile("", "Europe/Paris");
    await expect(settings.section("Profile").getByText("This field is required.")).toBeVisible();
    await expect(told).toHaveCount(0);
    await settings.open();
    await expect(told).toHaveCount(0);
  });

  await test.step("colours change at once and stay", async () => {
    const root = page.locator("html");
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.getByRole("combobox", { name: "Colours" }).selectOption("dark");
    await expect(root).toHaveAttribute("data-theme", "dark");
    const dark = await background();
    await accessible(page);
    await visit(page, "/team");
    await expect(root).toHaveAttribute("data-theme", "dark");
    await settings.open();
    await page.getByRole("combobox", { name: "Colours" }).selectOption("light");
    await expect(root).toHaveAttribute("data-theme", "light");
    expect(await background()).not.toBe(dark);
  });
});

test("a person signs another device out and changes their password", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { AIDOO_MEMBER2_EMAIL: email, AIDOO_MEMBER2_PASSWORD: old } = demo.env;
  const page = await (await browserOf(demo)).newPage();
  const elsewhere = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(email, old);
  await new Account(elsewhere).signIn(email, old);
  const settings = new Settings(page);
  await settings.open();

  await test.step("the other device is signed out on its next request", async () => {
    const others = page.getByRole("button", { name: /^Sign out .+, 127/ });
    await expect(others.first()).toBeVisible();
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await expect(others).toHaveCount(0);
    await elsewhere.goto("/team");
    await expect(elsewhere).toHaveURL(/\/sign-in\?next=/);
  });

  await test.step("the password changes, and the old one opens nothing", async () => {
    await settings.changePassword("not the password", password);
    await expect(page.getByText("This is not your password.")).toBeVisible();
    await settings.changePassword(old, password);
    await settings.says("Your password is changed");
    await elsewhere.getByLabel("E-mail").fill(email);
    await elsewhere.getByLabel("Password", { exact: true }).fill(old);
    await elsewhere.getByRole("button", { name: "Sign in" }).click();
    await expect(elsewhere.getByRole("alert")).toContainText(/password is wrong/);
  });

  await test.step("and is told among the notices", async () => {
    await page.getByRole("link", { name: /^Notices \d+ unread/ }).first().click();
    await expect(page).toHaveURL(/\/notices$/);
    await hydrated(page);
    await expect(page.getByRole("list", { name: "Notices" })).toContainText("Your password was changed.");
    await expect(page.getByText("New", { exact: true }).first()).toBeVisible();
    await accessible(page);
  });
});

test("a forgotten password is set by a link that works once, without the wasm", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { page: owner, team } = await Team.of(await browserOf(demo), demo, "OWNER");
  const row = team.row(demo.env.AIDOO_MEMBER_EMAIL);
  await row.getByRole("button", { name: /^More for/ }).click();
  await owner.getByRole("link", { name: "Link for a new password" }).locator("visible=true").click();
  const dialog = owner.getByRole("dialog");
  await accessible(owner);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = ((await dialog.getByText(/\/reset\//).textContent()) ?? "").trim();
  await accessible(owner);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(dialog).toBeHidden();

  const plain = await browserOf(demo, {}, OFFLINE);
  await blockProgram(plain);
  const page = await plain.newPage();
  await page.goto(link);
  await accessible(page);
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Use at least 15 characters.")).toBeVisible();
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page).toHaveURL(/\/reset\/done$/);
  await accessible(page);
  await page.goto(link);
  await expect(page.getByText(/no longer valid/)).toBeVisible();
  await new Account(page).signIn(demo.env.AIDOO_MEMBER_EMAIL, password);
  await page.goto("/notices");
  await expect(page.getByText("Your password was set by a link.")).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByRole("heading", { name: "Signed-in devices" })).toBeVisible();
  await accessible(page);
});

test("who leaves the company has it no more, and their keys are refused", async ({ browserOf }) => {
  const demo = await start({ demo: true });
  const [owner, member] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER2")];
  const context = await browserOf(demo, await signedIn(member));
  try {
    const { key } = await member.key("Left behind", "query read");
    expect(await statusOf(demo.url, key)).toBe(200);
    const page = await context.newPage();
    const settings = new Settings(page);
    await settings.open();
    const dialog = await settings.startLeaving();
    await expect(dialog).toContainText("Leaving revokes your key at once.");
    await accessible(page);

    await test.step("nothing happens to whoever thinks better of it", async () => {
      await dialog.getByRole("link", { name: "Cancel" }).click();
      await expect(dialog).toBeHidden();
      expect(await statusOf(demo.url, key)).toBe(200);
      await settings.open();
      await settings.startLeaving();
    });

    await dialog.getByRole("button", { name: "Leave", exact: true }).click();
    await expect(page.getByRole("heading", { name: "You are not in any company" })).toBeVisible();
    await accessible(page);
    expect(await statusOf(demo.url, key)).toBe(401);
    const viewer = await member.form<{ current: unknown; companies: unknown[] }>("accounts/viewer", {});
    expect(viewer).toMatchObject({ current: null, companies: [] });
    const team = await member.request.post("/api/team/team", { form: { company: member.company } });
    expect(team.status()).toBe(404);
    expect([...(await owner.members()).keys()]).not.toContain(demo.env.AIDOO_MEMBER2_EMAIL);
  } finally {
    await context.close();
    await demo.stop();
  }
});

test("a company that is to be deleted refuses its keys until an owner undoes it", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const settings = new Settings(page);
  await settings.open();
  const own = (await settings.section("Company").getByLabel("Name of the company").inputValue()).trim();
  await settings.deleteCompany("another name");
  await expect(page.getByText("Type the name of the company exactly as it is shown.")).toBeVisible();
  await settings.section("Company").getByLabel("To confirm, type").fill(own);
  await settings.section("Company").getByRole("button", { name: "Delete the company" }).click();
  await settings.isDeleted();
  await accessible(page);
  expect(await statusOf(demo.url, demo.env.AIDOO_API_KEY)).toBe(401);
  await visit(page, "/api-keys");
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Marie - Demonstration" })).toContainText("Refused");
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Marie - Demonstration" })).not.toContainText("Active");
  await visit(page, "/team");
  await page.getByRole("button", { name: "Undo" }).click();
  await settings.says("The company is kept");
  expect(await statusOf(demo.url, demo.env.AIDOO_API_KEY)).toBe(200);
});
