import { Account } from "../pages/account";
import { Odoo } from "../pages/odoo";
import { OFFLINE, UNREACHABLE } from "../support/network";
import { listing } from "../support/odoo";
import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, test } from "../support/test";

test("another address or database is saved only once it is understood that the linked logins are erased", async ({
  servers,
  browserOf,
}) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const odoo = new Odoo(page);
  const form = page.getByRole("region", { name: "The company’s Odoo" });
  const understood = form.getByRole("checkbox", { name: "I understand that they have to link their accounts again" });
  const save = form.getByRole("button", { name: "Test and save" });

  // Nothing is sent: the tests that follow need the connection as it is.
  for (const [field, other] of [
    ["Address", "https://elsewhere.example"],
    ["Database", "elsewhere"],
  ]) {
    await test.step(field, async () => {
      await odoo.open();
      await expect(page.getByRole("button", { name: "Unlink" })).toBeVisible();
      await page.getByText("Change or test the connection").click();
      const input = form.getByLabel(field);
      const now = await input.inputValue();
      expect(now).not.toBe("");
      await expect(save).toBeEnabled();
      await expect(understood).toHaveCount(0);

      await input.fill(other);
      await expect(form.getByText(/^Another address or database erases the Odoo logins? that/)).toBeVisible();
      await expect(understood).not.toBeChecked();
      await expect(save).toBeDisabled();
      await accessible(page);
      await understood.check();
      await expect(save).toBeEnabled();
      await understood.uncheck();
      await expect(save).toBeDisabled();

      // Where nothing moves, nothing is erased.
      await input.fill(now);
      await expect(understood).toHaveCount(0);
      await expect(save).toBeEnabled();
    });
  }
});

test("what is told of an Odoo is the answer that came last", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const page = await (await browserOf(demo, await signedIn(owner), OFFLINE)).newPage();
  await new Odoo(page).open();
  await page.getByText("Change or test the connection").click();
  const form = page.getByRole("region", { name: "The company’s Odoo" });
  const [address, pace] = [form.getByLabel("Address"), form.getByLabel("Calls at once")];
  const unreachable = form.getByRole("alert").filter({ hasText: UNREACHABLE });

  await page.route("**/api/connections/probe", (route) => route.abort("internetdisconnected"));
  await form.getByRole("button", { name: "Test", exact: true }).click();
  await expect(unreachable).toBeVisible();
  await pace.fill("65");
  await form.getByRole("button", { name: "Test and save" }).click();
  await expect(pace).toHaveAttribute("aria-invalid", "true");
  await expect(unreachable).toHaveCount(0);
  await accessible(page);
  await address.fill("https://elsewhere.example");
  await expect(pace).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByRole("alert")).toHaveCount(0);
});

test("a server with several databases offers them as a list, and the one that is chosen is connected", async ({
  servers: { demo },
  browserOf,
}) => {
  const { AIDOO_DEMO_ODOO_URL: behind, AIDOO_DEMO_ODOO_DATABASE: database } = demo.env;
  const odoo = await listing(behind, ["archive_2024", database, "tests"]);
  const server = await start({ demo: false, odooAllow: new URL(odoo.url).host });
  try {
    const page = await (await browserOf(server, {}, OFFLINE)).newPage();
    await page.goto("/");
    await new Account(page).signUp(
      { name: "Olga Stein", email: "olga@several.example", password: "gravel-turnip-oboe-94" },
      "Several Databases",
    );
    const connection = new Odoo(page);
    await connection.open();
    const field = page.getByLabel("Database");
    await page.getByLabel("Address").fill(odoo.url);

    await test.step("none is guessed: they are listed, to choose from and to type", async () => {
      await page.getByRole("button", { name: "Test and save" }).click();
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(page.getByText("Choose your database:")).toBeVisible();
      for (const name of ["archive_2024", database, "tests"]) {
        await expect(page.getByRole("button", { name, exact: true })).toHaveAttribute("aria-pressed", "false");
      }
      const offered = page.locator("#odoo-databases option");
      expect(await offered.evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))).toEqual(
        ["archive_2024", database, "tests"],
      );
      await accessible(page);
    });

    await test.step("the field takes the one that is pressed", async () => {
      await page.getByRole("button", { name: "archive_2024", exact: true }).click();
      await expect(field).toHaveValue("archive_2024");
      await expect(field).not.toHaveAttribute("aria-invalid");
    });

    await test.step("one that is not there is told, and nothing is saved", async () => {
      await field.fill("arkive_2024");
      await page.getByRole("button", { name: "Test and save" }).click();
      // The note stands above a form that is longer than the window.
      await expect(page.getByText(/no database with that name/)).toBeInViewport();
      await expect(page.getByText("No Odoo yet")).toBeVisible();
    });

    await test.step("what is looked up by itself and does not come is told, and leaves nothing earlier behind", async () => {
      const address = page.getByLabel("Address");
      await field.fill("");
      await page.route("**/api/connections/probe", (route) => route.abort("internetdisconnected"));
      await page.getByRole("button", { name: "Test and save" }).click();
      await expect(page.getByRole("alert").filter({ hasText: UNREACHABLE })).toBeVisible();
      await page.unrouteAll();
      await address.fill("https://elsewhere.example");
      await expect(page.getByRole("alert")).toHaveCount(0);
      await expect(field).not.toHaveAttribute("aria-invalid");
      await address.fill(odoo.url);
    });

    await test.step("a look lists them too", async () => {
      await field.fill("");
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await expect(page.getByText("Choose your database:")).toBeVisible();
    });

    await test.step("the right one is connected", async () => {
      await page.getByRole("button", { name: database, exact: true }).click();
      await expect(page.getByRole("button", { name: database, exact: true })).toHaveAttribute("aria-pressed", "true");
      await page.getByRole("button", { name: "Test and save" }).click();
      await expect(page.getByRole("heading", { name: "Odoo 19.0" })).toBeVisible();
      await connection.link(demo.env.AIDOO_OWNER_ODOO_LOGIN, demo.env.AIDOO_OWNER_ODOO_KEY);
    });
    await page.context().close();
  } finally {
    await server.stop();
    await odoo.stop();
  }
});

test("a secret goes to the Odoo that its page showed, and to no other", async ({ servers: { demo }, browserOf }) => {
  const database = demo.env.AIDOO_DEMO_ODOO_DATABASE;
  const other = await listing(demo.env.AIDOO_DEMO_ODOO_URL, [database]);
  const server = await start({ demo: true, odooAllow: new URL(other.url).host });
  const own = server.env.AIDOO_DEMO_ODOO_URL;
  const owner = await Session.of(server, "OWNER");
  const connect = (url: string) =>
    owner.form("connections/save", { "input[company]": owner.company, "input[url]": url, "input[database]": database });
  const changed = "The company’s Odoo connection has changed since this page was opened";
  const login = server.env.AIDOO_MEMBER_ODOO_LOGIN;
  try {
    const idris = await browserOf(server, await signedIn(await Session.of(server, "MEMBER")));
    const page = await idris.newPage();
    const company = page.getByRole("region", { name: "The company’s Odoo" });
    const account = page.getByRole("region", { name: "Your Odoo account" });
    const secret = account.getByLabel("Odoo API key", { exact: true });
    const refused = account.getByRole("alert").filter({ hasText: changed });
    await new Odoo(page).open();

    await test.step("one that replaces what is linked", async () => {
      await account.getByText("Replace the login or the API key").click();
      await account.getByLabel("Login in Odoo").fill(login.toUpperCase());
      await secret.fill("a secret for the own Odoo");
      await connect(other.url);
      const before = other.asked();
      await account.getByRole("button", { name: "Replace" }).click();
      await expect(company.getByText(other.url)).toBeVisible();
      await expect(refused).toBeVisible();
      await expect(account.getByRole("button", { name: "Link the account" })).toBeVisible();
      await expect(account.getByLabel("Login in Odoo")).toHaveValue(login.toUpperCase());
      await expect(secret).toHaveValue("");
      expect(other.asked(), "it is sent nowhere").toBe(before);
      await accessible(page);
    });

    await test.step("one that is the first", async () => {
      await account.getByLabel("Login in Odoo").fill(login);
      await secret.fill("a secret for the other Odoo");
      await connect(own);
      const before = other.asked();
      await account.getByRole("button", { name: "Link the account" }).click();
      await expect(company.getByText(own)).toBeVisible();
      await expect(refused).toBeVisible();
      await expect(account.getByLabel("Login in Odoo")).toHaveValue(login);
      await expect(secret).toHaveValue("");
      expect(other.asked()).toBe(before);
    });

    await test.step("one that is typed for what the page shows now", async () => {
      await secret.fill(server.env.AIDOO_MEMBER_ODOO_KEY);
      await account.getByRole("button", { name: "Link the account" }).click();
      await expect(page.getByText("Your Odoo account works and is linked.")).toBeVisible();
      await expect(refused).toHaveCount(0);
    });

    await test.step("one for a connection that is gone", async () => {
      await account.getByText("Replace the login or the API key").click();
      await secret.fill(server.env.AIDOO_MEMBER_ODOO_KEY);
      await owner.form("connections/remove", { "input[company]": owner.company });
      await account.getByRole("button", { name: "Replace" }).click();
      await expect(account.getByRole("alert")).toContainText("No Odoo is connected yet.");
      await expect(account).toContainText("Your Odoo account comes next");
      await connect(own);
    });
    await idris.close();

    await test.step("one that a plain form sends", async () => {
      const tomas = await Session.of(server, "MEMBER2");
      const without = await browserOf(server, { ...(await signedIn(tomas)), javaScriptEnabled: false });
      const plain = await without.newPage();
      await plain.goto("/odoo");
      await plain.getByLabel("Login in Odoo").fill(server.env.AIDOO_MEMBER2_ODOO_LOGIN);
      await plain.getByLabel("Odoo API key", { exact: true }).fill("a secret for the own Odoo");
      await connect(other.url);
      const before = other.asked();
      await plain.getByRole("button", { name: "Link the account" }).click();
      await expect(plain.getByRole("alert").filter({ hasText: changed })).toBeVisible();
      await expect(plain.getByText(other.url)).toBeVisible();
      expect(other.asked()).toBe(before);

      await plain.getByLabel("Login in Odoo").fill(demo.env.AIDOO_MEMBER2_ODOO_LOGIN);
      await plain.getByLabel("Odoo API key", { exact: true }).fill(demo.env.AIDOO_MEMBER2_ODOO_KEY);
      await plain.getByRole("button", { name: "Link the account" }).click();
      await expect(plain.getByRole("button", { name: "Unlink" })).toBeVisible();
      await without.close();
    });
  } finally {
    await server.stop();
    await other.stop();
  }
});
