import { Account } from "../pages/account";
import { Team } from "../pages/team";
import { statusOf } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { start } from "../support/servers";
import { Session } from "../support/session";
import { accessible, expect, test } from "../support/test";

test("sign in, list, revoke and sign out work while the wasm is blocked", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const setup = await browserOf(demo);
  const admin = await setup.newPage();
  await new Account(admin).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  const post = (path: string, data: object) =>
    setup.request.post(`/api/${path}`, { data, headers: { Origin: demo.url, Accept: "application/json" } });
  const viewer = await (
    await setup.request.post("/api/accounts/viewer", { form: {}, headers: { Origin: demo.url, Accept: "application/json" } })
  ).json();
  const { company, member } = viewer.current;
  const made = await post("api_keys/create", {
    input: {
      company,
      member,
      request: `req_${"0123456789abcdef".repeat(2)}`,
      name: "Plain form key",
      permissions: "query read",
      expiry: "never",
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  expect(made.headers()["cache-control"]).toContain("no-store");

  const context = await browserOf(demo, {}, OFFLINE);
  await blockProgram(context);
  const page = await context.newPage();

  const account = new Account(page);
  await account.signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  await page.goto("/api-keys");
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated", /./);
  const row = page.getByRole("row").filter({ hasText: "Plain form key" });
  await expect(row).toContainText("Active");
  await accessible(page);

  await row.getByRole("link", { name: "Revoke Plain form key" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Plain form key");
  await dialog.getByRole("button", { name: /^Revoke/ }).click();
  await expect(page.getByRole("row").filter({ hasText: "Plain form key" })).toContainText("Revoked");

  await account.signOut();
  await page.goto("/api-keys");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("a wrong password says so beside the form, with and without the wasm", async ({ servers, browserOf }) => {
  const { demo } = servers;
  for (const blocked of [false, true]) {
    const context = await browserOf(demo, {}, blocked ? OFFLINE : undefined);
    if (blocked) {
      await blockProgram(context);
    }
    const page = await context.newPage();
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill(demo.env.AIDOO_OWNER_EMAIL);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText(/e-mail or the password is wrong/i);
    await expect(page.getByLabel("E-mail")).toHaveValue(demo.env.AIDOO_OWNER_EMAIL);
    await accessible(page);
  }
});

test("sign in, list, revoke and sign out work with JavaScript off", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const admin = await Session.of(demo, "ADMIN");
  const { key } = await admin.key("Key without JavaScript", "query read");
  const page = await (await browserOf(demo, { javaScriptEnabled: false })).newPage();

  const account = new Account(page);
  await account.signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await page.getByRole("searchbox").fill("without JavaScript");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/q=without/);
  const row = page.getByRole("row").filter({ hasText: "Key without JavaScript" });
  await expect(row).toContainText("Active");

  await row.getByRole("link", { name: "Revoke Key without JavaScript" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("immediate and final");
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
  await row.getByRole("link", { name: "Revoke Key without JavaScript" }).click();
  await dialog.getByRole("button", { name: /^Revoke/ }).click();
  await expect(row).toContainText("Revoked");
  expect(await statusOf(demo.url, key)).toBe(401);

  // What cannot work by plain forms says so instead of doing nothing.
  await page.goto("/team");
  await new Team(page).generating("(you)").click();
  // The browser that runs tests shows no <noscript>; what it would show has been sent.
  expect(await (await page.request.get(page.url())).text()).toContain("Generating a key needs JavaScript");
  await expect(dialog.getByRole("button", { name: "Create", exact: true })).toBeDisabled();
  await dialog.getByRole("link", { name: "Cancel" }).click();

  await account.signOut();
  // A page is come back to with its query, as it was.
  await page.goto("/api-keys?q=50%25%20off&state=revoked");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("E-mail").fill(demo.env.AIDOO_ADMIN_EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(demo.env.AIDOO_ADMIN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/api-keys\?q=50%25%20off&state=revoked$/);
});

test("a company is founded, and joined by a link, without JavaScript", async ({ browserOf }) => {
  const own = await start({ demo: true, signup: "open" });
  const contexts = await Promise.all([0, 1].map(() => browserOf(own, { javaScriptEnabled: false })));
  try {
    const founder = await contexts[0]!.newPage();
    await founder.goto("/sign-up");
    await founder.getByLabel("Your name").fill("Zoe Adler");
    await founder.getByLabel("Company").fill("Second Company");
    await founder.getByLabel("E-mail").fill("zoe@second.example");
    await founder.getByLabel("Password", { exact: true }).fill("marble-pigeon-tulip-27");
    await founder.getByRole("button", { name: "Create the company" }).click();
    await expect(founder).toHaveURL(/\/odoo$/);
    await founder.goto("/team");
    await expect(founder.getByRole("row").filter({ hasText: "Zoe Adler" })).toContainText("Owner");

    const { url } = await (await Session.of(own, "OWNER")).invite("kim@nordwind.example");
    const guest = await contexts[1]!.newPage();
    await guest.goto(new URL(url).pathname);
    await expect(guest.getByText(/ invites you to /)).toContainText(/ as a member\.$/);
    await guest.getByLabel("Your name").fill("Kim Larsen");
    await guest.getByLabel("Choose a password", { exact: true }).fill("marble-pigeon-tulip-28");
    await guest.getByRole("button", { name: /^Join/ }).click();
    await expect(guest).toHaveURL(/\/odoo$/);
    await guest.goto("/team");
    await expect(guest.getByRole("row").filter({ hasText: "Kim Larsen" })).toBeVisible();
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await own.stop();
  }
});
