import { Account, type Person } from "../pages/account";
import { Odoo } from "../pages/odoo";
import { Team } from "../pages/team";
import { callTool } from "../support/mcp";
import { start } from "../support/servers";
import { accessible, expect, test, visitLive } from "../support/test";

const founder: Person = { name: "Vera Lund", email: "vera@steps.example", password: "pebble-violin-mango-36" };

test("the steps to the first answer tick themselves", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  // Nobody else makes a key for this person, and the test of a forgotten password comes later.
  await new Account(page).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);
  const team = new Team(page);
  await team.open();
  const list = page.getByRole("region", { name: "Your first question" });
  await expect(list).toContainText("Done: Link your own Odoo account");
  await expect(list).toContainText("To do: Generate a key for yourself");
  await accessible(page);
  const generate = await team.startGenerating("(you)");
  const key = await generate.create("First steps");
  await generate.confirmCopied();
  await expect(list).toContainText("Done: Generate a key for yourself");
  await callTool(demo.url, key, "aidoo_context", {});
  await expect(list).toBeHidden();
});

test("the first two steps tick on a page that stays open while they are done in another browser", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const server = await start({ demo: false, odooAllow: new URL(demo.env.AIDOO_DEMO_ODOO_URL).host });
  const [staying, working] = [await browserOf(server), await browserOf(server)];
  try {
    const page = await staying.newPage();
    await new Account(page).signUp(founder, "First Steps");
    await visitLive(page, "/team");
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const list = page.getByRole("region", { name: "Your first question" });
    for (const step of ["Connect your company’s Odoo", "Link your own Odoo account"]) {
      await expect(list).toContainText(`To do: ${step}`);
    }

    const elsewhere = await working.newPage();
    await new Account(elsewhere).signIn(founder.email, founder.password);
    const odoo = new Odoo(elsewhere);
    await odoo.open();
    await odoo.connect(demo.env.AIDOO_DEMO_ODOO_URL, demo.env.AIDOO_DEMO_ODOO_DATABASE);
    await expect(list).toContainText("Done: Connect your company’s Odoo");
    await expect(list).toContainText("To do: Link your own Odoo account");
    await expect(list.getByRole("listitem").nth(1)).toHaveAttribute("aria-current", "step");

    await odoo.link(demo.env.AIDOO_OWNER_ODOO_LOGIN, demo.env.AIDOO_OWNER_ODOO_KEY);
    await expect(list).toContainText("Done: Link your own Odoo account");
    await expect(list).toContainText("To do: Generate a key for yourself");
    expect(await page.evaluate(() => "sameDocument" in window), "no reload").toBe(true);
  } finally {
    await staying.close();
    await working.close();
    await server.stop();
  }
});
