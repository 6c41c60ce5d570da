// Keys that their person should look at, though nobody has waited a month for them: where it is told, and what helps.

import { ApiKeys } from "../pages/apiKeys";
import { age, neverWrote } from "../support/aged";
import { dateIn } from "../support/days";
import { callTool, statusOf } from "../support/mcp";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, test, visit, visitLive } from "../support/test";

/** Each key with the badge in the list, what its page advises, and what a notice says. */
const KEYS = [
  {
    name: "Soon over",
    badge: "Expiring",
    advice: "It ends within a week. Rotate it, and put the new key into its client.",
    notice: /^Your API key “Soon over” ends on \d+ \w+ \d{4} \(UTC\)\. Generate a new one in time\.$/,
  },
  {
    name: "Left lying",
    badge: "Never used",
    advice: "It was made more than 30 days ago and never used. Revoke it if nobody needs it.",
    notice: /^Your API key “Left lying” has not been used in 30 days\. Revoke it if you do not need it\.$/,
  },
  {
    name: "Long in use",
    badge: "Rotate it",
    advice: "It is more than 90 days old. Rotate it, so that a copy that got lost is worth nothing.",
    notice: /^Your API key “Long in use” is 90 days old: rotate it\.$/,
  },
];

let server: Aidoo;
test.beforeAll(async () => {
  server = await start({ demo: true });
});
test.afterAll(() => server.stop());

test("a key that ends soon, an unused one and an old one say so in the list, on their pages and in notices", async ({ browserOf }) => {
  const owner = await Session.of(server, "OWNER");
  await owner.key("Soon over", "query", { expiry: { date: dateIn(3) } });
  age(server, (await owner.key("Left lying", "query")).id, { created_at: 40 });
  age(server, (await owner.key("Long in use", "query")).id, { created_at: 100, last_used_at: 1 });
  // Notices are told when the server starts, and every hour from then on.
  await server.stop();
  server = await start({ demo: true, again: server });

  const page = await (await browserOf(server, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  for (const { name, badge, advice } of KEYS) {
    await test.step(name, async () => {
      await keys.open();
      await expect(keys.row(name).getByText(badge, { exact: true })).toBeVisible();
      await accessible(page);
      await keys.openKey(name);
      await expect(page.getByRole("region", { name: "This key" }).getByText(advice)).toBeVisible();
      await accessible(page);
    });
  }
  await test.step("notices", async () => {
    await visit(page, "/notices");
    const notices = page.getByRole("list", { name: "Notices" });
    for (const { notice } of KEYS) await expect(notices.getByRole("link", { name: notice })).toHaveCount(1);
    await accessible(page);
    // Each leads to its key, and to no other.
    for (const { name, badge, notice } of KEYS) {
      await visit(page, "/notices");
      await notices.getByRole("link", { name: notice }).click();
      await expect(page).toHaveURL(/\/api-keys\?q=/);
      await expect(keys.row(name).getByText(badge, { exact: true })).toBeVisible();
      for (const other of KEYS.filter((key) => key.name !== name)) await expect(keys.row(other.name)).toHaveCount(0);
    }
  });
});

test("a key loses on its own page what it has not used in a month", async ({ browserOf }) => {
  const owner = await Session.of(server, "OWNER");
  const { id, key } = await neverWrote(owner, "Allowed too much");
  const page = await (await browserOf(server, await signedIn(owner))).newPage();
  const facts = page.getByRole("region", { name: "This key" });
  const dialog = page.getByRole("dialog", { name: "Remove write?" });
  await visit(page, `/api-keys/${id}`);
  await expect(facts).toContainText("Not used for 30 days: write.");
  await accessible(page);
  await facts.getByRole("link", { name: "Remove what is not used" }).click();
  await expect(dialog).toContainText(/It keeps\s*query\s+read/);
  await accessible(page);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "The key no longer allows write." })).toBeVisible();
  await expect(facts.getByRole("link", { name: "Remove what is not used" })).toHaveCount(0);
  await expect(facts.getByText("write", { exact: true })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "History" })).toContainText("Lost write by you");

  const write = { model: "res.partner", ids: [1], values: { city: "Ghent" } };
  const refused = await callTool(server.url, key, "aidoo_write", write);
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain("does not have the permission write");
});

test("a key that was rotated says that a client still uses it, and only then", async ({ browserOf }) => {
  const owner = await Session.of(server, "OWNER");
  const { company } = owner;
  const { id, key } = await owner.key("Rotated too early", "query");
  const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  const rotated = await owner.json<{ key: string }>("api_keys/rotate", { input: { company, key: id, request, grace: "hour" } });
  // Uses are kept to the minute: in that of the rotation nobody knows which was first.
  age(server, id, { rotated_at: 2 / 24 / 60 });
  const page = await (await browserOf(server, await signedIn(owner))).newPage();
  await visitLive(page, "/api-keys?q=Rotated+too+early");
  const rows = new ApiKeys(page).row("Rotated too early");
  const old = rows.filter({ hasText: "Retiring" });
  await expect(rows).toHaveCount(2);
  const badge = page.getByRole("link", { name: "Still in use" });

  // The new one is used as it should be.
  expect(await statusOf(server.url, rotated.key)).toBe(200);
  await expect(rows.filter({ hasText: "Active" })).not.toContainText("Never");
  await expect(old).toContainText("Never");
  await expect(badge).toHaveCount(0);

  expect(await statusOf(server.url, key)).toBe(200);
  await expect(badge).toHaveCount(1);
  await expect(old.getByRole("link", { name: "Still in use" })).toBeVisible();
  await accessible(page);
  await badge.click();
  const facts = page.getByRole("region", { name: "This key" });
  const advice = "A client has used this key after it was rotated. Put the new key into it before this one ends.";
  await expect(facts).toContainText(advice);
  await accessible(page);
});
