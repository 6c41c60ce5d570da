import { readFileSync } from "node:fs";

import { type BrowserContext } from "@playwright/test";

import { Account } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { DAY, dateIn } from "../support/days";
import { callTool, statusOf } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { type Aidoo } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visitLive } from "../support/test";

/** Makes keys of the admin's by hand, and gives each its text. */
async function make(demo: Aidoo, context: BrowserContext, names: string[]): Promise<string[]> {
  const headers = { Origin: demo.url, Accept: "application/json" };
  const viewer = await (await context.request.post("/api/accounts/viewer", { form: {}, headers })).json();
  const { company, member } = viewer.current;
  const keys: string[] = [];
  for (const name of names) {
    const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    const request = `req_${digits.join("")}`;
    const input = { company, member, request, name, permissions: "query read schema", expiry: "never" };
    const made = await context.request.post("/api/api_keys/create", { data: { input }, headers });
    expect(made.ok(), await made.text()).toBe(true);
    keys.push((await made.json()).key);
  }
  return keys;
}

test("each usual choice ticks exactly its permissions", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { page, team } = await Team.of(await browserOf(demo), demo, "ADMIN");
  const generate = await team.startGenerating("(you)");
  // From the most to the fewest and back, so that each also unticks.
  for (const [name, permissions] of [
    ["Full automation", "query read create write execute schema report workflow"],
    ["Consultation / Reporting", "query read schema report"],
    ["Day-to-day management", "query read create write schema"],
    ["Default", "query read schema"],
  ]) {
    await generate.preset(name).click();
    await expect.poll(() => generate.ticked(), name).toEqual(permissions.split(" "));
    await expect(generate.preset(name)).toHaveAttribute("aria-pressed", "true");
    await expect(generate.dialog.getByRole("button", { pressed: true })).toHaveCount(1);
  }
});

test("a key ends never, after 30 or 90 days or a year, or on a date, and the list says when", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { page, team } = await Team.of(await browserOf(demo), demo, "ADMIN");
  const inDays = (days: number) => new Date(Date.now() + days * DAY);
  const words = (date: Date) => date.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });

  const [earliest, latest] = await test.step("each choice says what it means, and 30 days make a key", async () => {
    const generate = await team.startGenerating("(you)");
    const choice = (name: string) => generate.expiry.getByRole("radio", { name, exact: true });
    await expect(generate.expiry.getByRole("radio")).toHaveCount(5);
    await expect(choice("Never")).toBeChecked();
    await expect(generate.expiry).toContainText("It works until somebody revokes it.");
    await choice("On a date…").check();
    await expect(generate.expiry).toContainText("It works until the end of that day, UTC.");
    for (const [name, days] of [["1 year", 365], ["90 days", 90], ["30 days", 30]] as const) {
      await choice(name).check();
      await expect(generate.expiry).toContainText(`It ends on ${words(inDays(days))} (UTC).`);
      await expect(generate.expiry.getByLabel("Day on which the key ends")).toHaveCount(0);
    }
    const before = inDays(30);
    await generate.create("Ends in a month");
    const after = inDays(30);
    await generate.confirmCopied();
    return [before, after];
  });

  const day = await test.step("a picked date makes another", async () => {
    const generate = await team.startGenerating("(you)");
    await generate.expiry.getByRole("radio", { name: "On a date…" }).check();
    const picked = dateIn(45);
    await generate.expiry.getByLabel("Day on which the key ends").fill(picked);
    await generate.create("Ends on a day");
    await generate.confirmCopied();
    return picked;
  });

  const keys = new ApiKeys(page);
  await keys.open("?q=Ends");
  const end = (name: string) => keys.row(name).getByText(/^ends in /).locator("time");
  const month = Date.parse((await end("Ends in a month").getAttribute("datetime")) ?? "");
  // It is told in whole seconds.
  expect(month).toBeGreaterThan(earliest.getTime() - 1000);
  expect(month).toBeLessThanOrEqual(latest.getTime());
  // The last moment of that day.
  await expect(end("Ends on a day")).toHaveAttribute("datetime", new RegExp(`^${day}T23:59:59`));
});

test("several keys are ticked and revoked at once, with and without the wasm", async ({ servers, browserOf }) => {
  const { demo } = servers;
  for (const blocked of [false, true]) {
    const context = await browserOf(demo, {}, blocked ? OFFLINE : undefined);
    const page = await context.newPage();
    await new Account(page).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
    if (blocked) {
      await blockProgram(context);
    }
    const names = ["one", "two"].map((name) => `Ticked ${name} ${blocked ? "plain" : "alive"}`);
    const keys = await make(demo, context, names);
    await page.goto("/api-keys");
    if (!blocked) await hydrated(page);
    await accessible(page);
    await new ApiKeys(page).revokeTicked(names);
    for (const key of keys) expect(await statusOf(demo.url, key)).toBe(401);
  }
});

test("a key is rotated, and both work until the grace is over", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  const [old] = await make(demo, context, ["Rotated"]);
  const keys = new ApiKeys(page);
  await keys.open("?q=Rotated");
  await keys.choose("Rotated", "Rotate Rotated");
  await accessible(page);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/The new key has these permissions: [a-z, ]+\. It never ends, like this one\./);
  await expect(dialog.getByRole("group", { name: /^How long aid_live_.+ goes on working$/ })).toBeVisible();
  const next = await keys.rotate("1 hour");
  expect(next).not.toBe(old);
  await expect(keys.row("Retiring")).toContainText("in 1 hour");
  for (const key of [old, next]) expect(await statusOf(demo.url, key)).not.toBe(401);

  await keys.choose("Active", "Rotate Rotated");
  const last = await keys.rotate("It stops at once");
  expect(await statusOf(demo.url, next)).toBe(401);
  expect(await statusOf(demo.url, last)).not.toBe(401);
});

test("a key is renamed and reduced on its own page, and never widened", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  await make(demo, context, ["Edited before"]);
  const keys = new ApiKeys(page);
  await keys.open("?q=Edited");
  await keys.openKey("Edited before");
  await accessible(page);
  await page.getByRole("link", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("checkbox", { name: /^write/ })).toHaveCount(0);
  await dialog.getByLabel("Name", { exact: true }).fill(" ");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("This field is required")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("Edited after");
  await dialog.getByRole("checkbox", { name: /^read/ }).uncheck();
  await accessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Edited after", level: 1 })).toBeVisible();
  const history = page.getByRole("region", { name: "History" });
  await expect(history).toContainText("Renamed from “Edited before” to “Edited after” by you");
  await expect(history).toContainText("Lost read by you");
});

test("a key's page tells what was refused, and divides its calls by tool", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const anna = await Session.of(demo, "ADMIN");
  const { id, key } = await anna.key("Only searches", "query");
  const refused = await callTool(demo.url, key, "aidoo_write", { model: "res.partner", ids: [1], values: { city: "Ghent" } });
  expect(refused.isError).toBe(true);
  const page = await (await browserOf(demo, await signedIn(anna))).newPage();
  await visitLive(page, `/api-keys/${id}`);
  const calls = page.getByRole("region", { name: "Calls", exact: true });
  await expect(calls.getByRole("heading", { name: "Last errors" })).toBeVisible();
  const problem = calls.getByRole("listitem").filter({ hasText: "aidoo_write" });
  await expect(problem).toContainText("Refused");
  await expect(problem).toContainText("The API key does not allow this.");
  await expect(calls.getByRole("link", { name: "All calls of this key" })).toHaveAttribute("href", `/activity?key=${id}`);

  const by = (name: string) => calls.getByRole("list", { name: "Divided by" }).getByRole("link", { name });
  await expect(by("By result")).toHaveAttribute("aria-current", "true");
  await expect(calls.getByRole("img", { name: /0 done, 1 refused, 0 failed$/ })).toBeVisible();
  await by("By tool").click();
  await expect(page).toHaveURL(/\?by=tool$/);
  await expect(by("By tool")).toHaveAttribute("aria-current", "true");
  await expect(by("By result")).not.toHaveAttribute("aria-current");
  await expect(calls.getByRole("img", { name: /by tool: aidoo_write 1$/ })).toBeVisible();
  await accessible(page);
});

test("a key's page says why a call was refused in its own words, and apart from them what the client was told", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const anna = await Session.of(demo, "ADMIN");
  const { id, key } = await anna.key("Names what is closed", "query");
  const refused = await callTool(demo.url, key, "aidoo_query", { model: "ir.mail_server" });
  expect(refused.isError).toBe(true);
  const page = await (await browserOf(demo, await signedIn(anna))).newPage();
  await visitLive(page, `/api-keys/${id}`);
  const calls = page.getByRole("region", { name: "Calls", exact: true });
  const problem = calls.getByRole("listitem").filter({ hasText: "aidoo_query" });
  await expect(problem).toContainText("An argument is wrong, or names what is closed.");
  await expect(problem).toContainText("Told to the client: argument model: ");
  const told = problem.getByText("argument model: ir.mail_server is closed to every tool", { exact: true });
  await expect(told).toHaveAttribute("lang", "en");
  await accessible(page);
});

test("another person's key has no page, and the list is a file", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const admin = await browserOf(demo);
  const page = await admin.newPage();
  await new Account(page).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  await make(demo, admin, ["=1+1 Formula"]);
  const keys = new ApiKeys(page);
  await keys.open("?q=Formula");
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const text = readFileSync(await (await file).path(), "utf8");
  expect(text.trim().split("\n")).toHaveLength(2);
  expect(text).toContain("'=1+1 Formula");
  const path = await keys.row("Formula").getByRole("link", { name: "=1+1 Formula", exact: true }).getAttribute("href");

  const member = await (await browserOf(demo)).newPage();
  await new Account(member).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);
  const answer = await member.goto(path ?? "");
  expect(answer?.status()).toBe(404);
  await expect(member.getByRole("alert")).toContainText(/not found/i);
});
