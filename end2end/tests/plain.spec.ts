import { Account } from "../pages/account";
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

  const context = await browserOf(demo);
  await context.route(/\.(wasm|js)(\?|$)/, (route) => route.abort());
  const page = await context.newPage();
  // What was blocked complains; that is this test's own doing.
  context.removeAllListeners("console");

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
    const context = await browserOf(demo);
    if (blocked) {
      await context.route(/\.(wasm|js)(\?|$)/, (route) => route.abort());
      context.removeAllListeners("console");
    }
    const page = await context.newPage();
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill(demo.env.AIDOO_OWNER_EMAIL);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText(/e-mail or the password is wrong/i);
    await accessible(page);
  }
});
