import { Account } from "../pages/account";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { callTool, statusOf } from "../support/mcp";
import { accessible, expect, hydrated, test, visit } from "../support/test";

test("the steps to the first answer tick themselves", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  // Nobody else makes a key for this person, and the test of a forgotten password comes later.
  await new Account(page).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);
  const team = new Team(page);
  await team.open();
  const list = page.getByRole("region", { name: "Your first question" });
  await expect(list).toContainText("Done: Link your own Odoo account");
  await expect(list).toContainText("To do: Make a key for yourself");
  await accessible(page);
  const generate = await team.startGenerating("(you)");
  const key = await generate.create("First steps");
  await generate.confirmCopied();
  await expect(list).toContainText("Done: Make a key for yourself");
  await callTool(demo.url, key, "aidoo_context", {});
  await expect(list).toBeHidden();
});
