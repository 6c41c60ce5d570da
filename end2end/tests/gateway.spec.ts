import { Account } from "../pages/account";
import { confirm } from "../support/fill";
import { everything } from "../support/keys";
import { callTool } from "../support/mcp";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

interface Answer {
  status?: string;
  confirm?: string;
  records?: { id: number }[];
  workflows?: { name: string }[];
}

test("a change waits for a person, is approved on screen, runs once and is on record", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const key = await everything(page, demo.url);
  const call = async (tool: string, args: Record<string, unknown>) => callTool(demo.url, key, tool, args);

  await visit(page, "/policies");
  await page.getByLabel("write", { exact: true }).last().selectOption("dashboard");
  await page.getByRole("button", { name: "Save the rules for calls", exact: true }).click();
  await expect(page.getByText("Saved. It applies from the next call on.")).toBeVisible();
  await accessible(page);

  const found = (await call("aidoo_query", { model: "res.partner", limit: 1 })).structured as Answer;
  const change = { model: "res.partner", ids: [found.records![0].id], values: { city: "Liège" } };
  const asked = (await call("aidoo_write", change)).structured as Answer;
  expect(asked.status).toBe("pending");

  // The menu hears of it without a reload.
  const waiting = page.getByRole("link", { name: /Approvals 1 waiting/ });
  await expect(waiting).toBeVisible();
  await waiting.click();
  await expect(page).toHaveURL(/\/approvals$/);
  await hydrated(page);
  await expect(page.getByRole("cell", { name: "Liège" })).toBeVisible();
  // As Odoo calls what is changed; its technical name comes after that.
  await expect(page.getByRole("heading", { name: "Change a record of Contact (res.partner)" }).first()).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Approved", { exact: true })).toBeVisible();
  await accessible(page);

  const confirmed = { ...change, confirm: asked.confirm };
  expect(((await call("aidoo_write", confirmed)).structured as Answer).status).toBe("done");
  expect((await call("aidoo_write", confirmed)).text).toContain("used before");
  await expect(page.getByText("Done", { exact: true })).toBeVisible();

  await visit(page, "/activity?tool=aidoo_write");
  await expect(page.getByText("approved in the dashboard")).toBeVisible();
  // Among the causes and with its call in the words of the page; what the client was told is one of the details.
  await expect(page.getByText("The confirmation is not valid for this change.")).toHaveCount(2);
  const told = page.getByText(/it was used before/);
  await expect(told).toBeHidden();
  await page.getByRole("row").filter({ has: told }).locator("summary").first().click();
  await expect(told).toBeVisible();
  await expect(told).toHaveAttribute("lang", "en");
  await accessible(page);

  await visit(page, "/policies");
  await page.getByLabel("write", { exact: true }).last().selectOption("preview");
  await page.getByRole("button", { name: "Save the rules for calls", exact: true }).click();
  await expect(page.getByText("Saved. It applies from the next call on.")).toBeVisible();
});

test("a workflow is made, tried, validated, accepted and run", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const key = await everything(page, demo.url);
  const call = async (args: Record<string, unknown>) => callTool(demo.url, key, "aidoo_workflow", args);
  const domain = [["state", "=", "draft"]];
  const drafts = await callTool(demo.url, key, "aidoo_query", { model: "sale.order", domain });
  const record = (drafts.structured as Answer).records![0].id;

  await visit(page, "/workflows");
  await page.getByLabel("Action", { exact: true }).selectOption("sale.order.action_confirm");
  await page.getByRole("button", { name: "Make a draft" }).click();
  await expect(page.getByRole("heading", { name: "Confirm a quotation" })).toBeVisible();
  expect(((await call({})).structured as Answer).workflows).toEqual([]);

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).first().fill("Confirm it");
  await page.getByLabel("Try with").fill(String(record));
  // News comes while somebody types: it takes nothing away.
  const reads = page.waitForResponse(/workflows\/page/);
  await call({});
  await reads;
  await expect(page.getByLabel("Try with")).toHaveValue(String(record));
  await page.getByRole("button", { name: "Try up to here" }).last().click();
  await expect(page.getByText(/nothing has changed/).first()).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByRole("heading", { name: "Confirm it" })).toBeVisible();

  await page.getByRole("button", { name: "Validate" }).click();
  await expect(page.getByText("Version 1").first()).toBeVisible();
  const run = { workflow: "Confirm it", inputs: { record } };
  expect((await call(run)).text).toContain("has not let it run as them");
  await page.getByRole("button", { name: "Let it run as me" }).click();
  await expect(page.getByText("runs as you: accepted")).toBeVisible();
  await accessible(page);

  const asked = (await call(run)).structured as Answer;
  const done = (await call({ ...run, confirm: asked.confirm })).structured as Answer;
  expect(done.status).toBe("done");
  await expect(page.getByRole("table", { name: /Runs/ })).toContainText("Confirm it");

  // Removing asks first, and what ran stays on the page.
  await page.getByRole("link", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove Confirm it?" });
  await expect(dialog).toContainText("Keys cannot run it any more");
  await accessible(page);
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { name: "Confirm it" })).toBeVisible();
  await page.getByRole("link", { name: "Remove" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Confirm it" })).toHaveCount(0);
  expect((await call(run)).isError).toBe(true);
});

test("of many changes that wait, the page says how many it does not show, until enough are decided", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  await confirm(owner, { write: "dashboard" });
  // As many as the page shows, and one more; no key has more than a hundred of them.
  const ids = [(await found(demo.url, (await owner.key("Finds", "query")).key)).id];
  for (const name of ["First", "Second", "Third"]) {
    const { key } = await owner.key(name, "write");
    for (let at = 0; at < 67; at++) {
      const asked = await callTool(demo.url, key, "aidoo_write", { model: "res.partner", ids, values: { city: `${name} ${at}` } });
      expect((asked.structured as Answer).status).toBe("pending");
    }
  }
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  await visit(page, "/approvals");
  const more = page.getByText("1 more change waits for a decision.");
  await expect(more).toBeVisible();
  await accessible(page);
  // The page has those that wait longest, and the newest.
  const hidden = page.getByRole("article").filter({ hasText: "Second 33" });
  await expect(hidden).toHaveCount(0);
  const oldest = page.getByRole("article").filter({ hasText: "First 0" });
  await oldest.getByRole("button", { name: "Refuse" }).click();
  await expect(more).toHaveCount(0);
  await expect(hidden).toBeVisible();
  await confirm(owner, {});
});

/** The first partner. */
async function found(url: string, key: string): Promise<{ id: number }> {
  const answer = await callTool(url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  return (answer.structured as Answer).records![0];
}
