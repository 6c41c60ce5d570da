import { Account, type Person } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Odoo } from "../pages/odoo";
import { Team } from "../pages/team";
import { callTool, statusOf } from "../support/mcp";
import { accessible, expect, test } from "../support/test";

const owner: Person = { name: "Olga Stein", email: "olga@first.example", password: "gravel-turnip-oboe-94" };
const member: Person = { name: "Milo Brandt", email: "milo@first.example", password: "velvet-cactus-drum-58" };

test("from sign-up to an answered question, and to a refused one", async ({ servers, browserOf }) => {
  const { demo, empty } = servers;
  const context = await browserOf(empty);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();

  await test.step("the first person founds the company", async () => {
    await page.goto("/");
    await expect(page).toHaveURL(/\/sign-up$/);
    await accessible(page);
    await new Account(page).signUp(owner, "First Company");
  });

  await test.step("they connect Odoo and link their own account", async () => {
    const odoo = new Odoo(page);
    await accessible(page);
    await odoo.connect(demo.env.AIDOO_DEMO_ODOO_URL, demo.env.AIDOO_DEMO_ODOO_DATABASE);
    await odoo.link(demo.env.AIDOO_OWNER_ODOO_LOGIN, demo.env.AIDOO_OWNER_ODOO_KEY);
    await accessible(page);
  });

  const team = new Team(page);
  const link = await test.step("they invite somebody by a link", async () => {
    await team.open();
    await accessible(page);
    return team.invite(member.email, "Member");
  });

  await test.step("who accepts in a browser of their own", async () => {
    const other = await (await browserOf(empty)).newPage();
    await new Account(other).acceptInvitation(link, member);
    await accessible(other);
  });

  const key = await test.step("a key is generated for the member, shown once, and copied", async () => {
    await team.open();
    const generate = await team.startGenerating(member.name);
    for (const name of ["query", "read", "schema"]) await expect(generate.permission(name)).toBeChecked();
    for (const name of ["create", "write", "execute", "report", "workflow"]) {
      await expect(generate.permission(name)).not.toBeChecked();
    }
    await accessible(page);
    const made = await generate.create("Cursor - Milo");
    await expect(generate.dialog).toContainText(`Hand it to ${member.name} alone`);
    await expect(generate.dialog).not.toContainText("Then ask your assistant");
    await accessible(page);
    await page.keyboard.press("Escape");
    await expect(generate.dialog).toBeVisible();
    await expect(generate.dialog.getByRole("alert")).toContainText("Closing this would lose the key");
    await page.goBack();
    await expect(generate.dialog.getByRole("alert")).toContainText("Closing this would lose the key");
    await expect(page).toHaveURL(/\/team$/);
    expect(await page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })))).toBe(true);
    await generate.dialog.getByRole("button", { name: "Copy the key" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(made);
    await expect(generate.dialog.getByRole("group", { name: /block for Cursor/i })).toContainText(
      `"url": "${empty.url}/sse"`,
    );
    await generate.confirmCopied();
    return made;
  });

  await test.step("a reload never shows it again", async () => {
    await page.reload();
    expect(await page.content()).not.toContain(key);
  });

  await test.step("the client is told what is missing, and then its question is answered", async () => {
    const missing = await callTool(empty.url, key, "aidoo_query", { model: "purchase.order" });
    expect(missing.isError).toBe(true);
    expect(missing.text).toContain("/odoo");
    const other = await (await browserOf(empty)).newPage();
    await new Account(other).signIn(member.email, member.password);
    const odoo = new Odoo(other);
    await odoo.open();
    await odoo.link(demo.env.AIDOO_MEMBER_ODOO_LOGIN, demo.env.AIDOO_MEMBER_ODOO_KEY);
    const answer = await callTool(empty.url, key, "aidoo_query", {
      model: "purchase.order",
      order: "date_order desc",
      limit: 5,
    });
    expect(answer.isError ?? false).toBe(false);
    expect(answer.text).toMatch(/P\d{5}/);
  });

  await test.step("the key is revoked, and the next request is refused", async () => {
    const keys = new ApiKeys(page);
    await keys.open();
    await accessible(page);
    await expect(keys.row("Cursor - Milo")).toContainText("Active");
    await keys.revoke("Cursor - Milo");
    expect(await statusOf(empty.url, key)).toBe(401);
    await expect(keys.row("Cursor - Milo")).toContainText("Revoked");
    await expect(keys.row("Cursor - Milo")).toContainText(/by .*you|by Olga Stein/i);
  });
});
