import type { BrowserContext } from "@playwright/test";

import { Account } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { makeKeys } from "../support/keys";
import { statusOf } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { start } from "../support/servers";
import { Session, type Who, signedIn } from "../support/session";
import { accessible, expect, hydrated, isReplaced, test, visit } from "../support/test";

test("a key is handed over by a link that only its person can use, once", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const { page: owner, team } = await Team.of(await browserOf(demo), demo, "OWNER");
  const generate = await team.startGenerating("Idris");
  await generate.dialog.getByText("As a link", { exact: true }).click();
  await generate.dialog.getByLabel("Name", { exact: true }).fill("Cursor - Handed over");
  await accessible(owner);
  await generate.dialog.getByRole("button", { name: "Make the link" }).click();
  const shown = generate.dialog.getByText(/\/pick-up\//);
  await expect(shown).toBeVisible();
  await accessible(owner);
  const link = ((await shown.textContent()) ?? "").trim();
  await generate.confirmCopied();

  await visit(owner, "/api-keys");
  const waiting = owner.getByRole("region", { name: "Waiting to be picked up" });
  await expect(waiting).toContainText("Cursor - Handed over");
  await accessible(owner);
  // Whoever made the link has nothing by it.
  await visit(owner, new URL(link).pathname);
  await expect(owner.getByText(/There is no key for you behind this link/)).toBeVisible();
  await expect(owner.getByText(`You are signed in as ${demo.env.AIDOO_OWNER_EMAIL}.`)).toBeVisible();
  await expect(owner.getByRole("button", { name: "Sign out" })).toBeVisible();
  await accessible(owner);

  const memberContext = await browserOf(demo);
  const member = await memberContext.newPage();
  await member.goto(link);
  await expect(member).toHaveURL(/\/sign-in\?next=%2Fpick-up%2F/);
  await hydrated(member);
  await member.getByLabel("E-mail").fill(demo.env.AIDOO_MEMBER_EMAIL);
  await member.getByLabel("Password", { exact: true }).fill(demo.env.AIDOO_MEMBER_PASSWORD);
  await member.getByRole("button", { name: "Sign in" }).click();
  await expect(member.getByRole("heading", { name: "Pick up your API key" })).toBeVisible();
  await hydrated(member);
  await accessible(member);
  await member.getByRole("button", { name: "Show my key" }).click();
  const dialog = member.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
  const key = ((await dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
  // Outside the frame too the client that comes is told of.
  await expect(dialog.getByText("Waiting for your client…")).toBeVisible();
  expect(await statusOf(demo.url, key, "Cursor/2.4.1")).toBe(200);
  await expect(dialog.getByText(/Cursor 2\.4\.1 connected/)).toBeVisible();
  await accessible(member);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(dialog).toBeHidden();
  await expect(member.getByText("You have your key. The link no longer works.")).toBeVisible();
  await expect(member.getByText("Link ends")).toBeHidden();
  await accessible(member);
  expect(await statusOf(demo.url, key)).toBe(200);
  await member.reload();
  await expect(member.getByText(/This link is no longer valid/)).toBeVisible();
  expect(await member.content()).not.toContain(key);

  await visit(owner, "/api-keys");
  await expect(waiting).toHaveCount(0);
  await visit(owner, "/activity");
  await expect(owner.getByText(/picked up the key “Cursor - Handed over”/)).toBeVisible();
  await accessible(owner);
});

test("a link is replaced, and withdrawn without the wasm", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo, {}, OFFLINE);
  const { page, team } = await Team.of(context, demo, "OWNER");
  const generate = await team.startGenerating("Idris");
  const first = await generate.handOver("Withdrawn");
  await generate.confirmCopied();
  const shown = generate.dialog.getByText(/\/pick-up\//);

  await visit(page, "/api-keys");
  await page.getByRole("link", { name: "New link for the key Withdrawn" }).click();
  await accessible(page);
  await generate.dialog.getByRole("button", { name: "Make a new link" }).click();
  await expect(shown).toBeVisible();
  expect((await shown.textContent())?.trim()).not.toBe(first);
  await generate.confirmCopied();

  await blockProgram(context);
  await page.goto("/api-keys");
  await page.getByRole("link", { name: "Withdraw the key Withdrawn" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Withdraw the key “Withdrawn”?");
  await dialog.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByText("Waiting to be picked up")).toHaveCount(0);
});

test("somebody else's key is rotated by a link, and the old one works until its grace is over", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, idris] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER")];
  const name = "Rotated for Idris";
  const { id, key: old } = await idris.key(name, "query read");
  const { id: own } = await owner.key("Rotated for oneself", "query read");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  const delivery = page.getByRole("dialog").getByRole("group", { name: "How they get it" });
  await visit(page, `/api-keys?rotate=${own}`);
  await expect(page.getByRole("dialog").getByRole("button", { name: "Rotate key" })).toBeEnabled();
  await expect(delivery).toHaveCount(0);

  await keys.open("?q=Rotated+for+Idris");
  await keys.choose(name, `Rotate ${name}`);
  await expect(delivery.getByRole("radio", { name: "Show it to me" })).toBeChecked();
  await accessible(page);
  const link = await keys.rotateByLink("1 hour");
  await expect(keys.row("Retiring")).toContainText("in 1 hour");
  const waiting = page.getByRole("region", { name: "Waiting to be picked up" });
  await expect(waiting).toContainText(name);
  await visit(page, `/api-keys/${id}`);
  await expect(page.getByText(/by a key that nobody has picked up yet/)).toBeVisible();
  expect(await statusOf(demo.url, old)).toBe(200);

  const theirs = await (await browserOf(demo, await signedIn(idris))).newPage();
  await visit(theirs, new URL(link).pathname);
  await theirs.getByRole("button", { name: "Show my key" }).click();
  const dialog = theirs.getByRole("dialog", { name: "Copy your key now" });
  const key = ((await dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
  expect(key).not.toBe(old);
  for (const one of [old, key]) expect(await statusOf(demo.url, one)).toBe(200);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(dialog).toBeHidden();
  await theirs.reload();
  await expect(theirs.getByText(/This link is no longer valid/)).toBeVisible();

  // The old key's page leads to the new one.
  await visit(page, `/api-keys/${id}`);
  await page.getByRole("link", { name: "this key", exact: true }).click();
  await expect(page.getByRole("region", { name: "History" })).toContainText("Picked up by Idris");
});

test("whoever removes somebody chooses what becomes of the keys that they generated for others, also without JavaScript", async ({ browserOf }) => {
  const own = await start({ demo: true });
  const contexts: BrowserContext[] = [];
  try {
    const owner = await Session.of(own, "OWNER");
    const members = await owner.members();
    const memberOf = (who: Who) => members.get(own.env[`AIDOO_${who}_EMAIL`])!;
    const open = async (session: Session, path: string, javaScriptEnabled: boolean) => {
      const context = await browserOf(own, { ...(await signedIn(session)), javaScriptEnabled });
      contexts.push(context);
      const page = await context.newPage();
      await (javaScriptEnabled ? visit(page, path) : page.goto(path));
      return page;
    };
    // Who has generated nothing for others is removed without a question about it.
    const plain = await open(owner, `/team?remove=${memberOf("ADMIN")}`, true);
    await expect(plain.getByRole("dialog", { name: "Remove Anna Vogel?" })).toBeVisible();
    await expect(plain.getByRole("checkbox")).toHaveCount(0);
    // An admin generates keys for those who are no owners.
    for (const { who, role, name, whom, revokes, javaScriptEnabled } of [
      { who: "MEMBER", role: "admin", name: "Idris Benali", whom: "ADMIN", revokes: false, javaScriptEnabled: true },
      { who: "ADMIN", role: "admin", name: "Anna Vogel", whom: "MEMBER2", revokes: true, javaScriptEnabled: true },
      { who: "MEMBER2", role: "owner", name: "Tomás Ruiz", whom: "OWNER", revokes: true, javaScriptEnabled: false },
    ] as const) {
      const fields = { "input[company]": owner.company, "input[member]": memberOf(who), "input[role]": role };
      await owner.form("team/change_role", fields);
      const maker = await Session.of(own, who);
      const keyName = `Generated by ${name}`;
      const { key } = await maker.key(keyName, "query", { member: memberOf(whom) });
      expect(await statusOf(own.url, key)).toBe(200);
      const holder = await Session.of(own, whom);

      const page = await open(owner, `/team?remove=${maker.member}`, javaScriptEnabled);
      const dialog = page.getByRole("dialog");
      const box = dialog.getByRole("checkbox", { name: `Also revoke 1 API key that ${name} generated` });
      await expect(box).toBeChecked();
      if (javaScriptEnabled) await accessible(page);
      if (!revokes) await box.uncheck();
      await dialog.getByRole("button", { name: "Remove" }).click();
      await expect(dialog).toHaveCount(0);
      await expect(new Team(page).row(name)).toHaveCount(0);
      expect(await statusOf(own.url, key)).toBe(revokes ? 401 : 200);

      // Whoever revokes a key of their own knows it.
      if (whom === "OWNER") continue;
      const told = await open(holder, "/notices", true);
      const sentence = revokes
        ? `Marie Lenoir revoked your API key “${keyName}”: ${name}, who generated it for you, was removed`
        : `${name}, who generated your API key “${keyName}”, has left the company and may still have it: rotate it.`;
      await expect(told.getByRole("listitem").filter({ hasText: sentence })).toHaveCount(1);
      await told.context().close();
    }
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await own.stop();
  }
});

test("the activity tells what people did, and is narrowed to keys and calls", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await makeKeys(demo, context, ["Told"]);
  await visit(page, "/activity");
  await expect(page.getByText(/generated the key “Told”/)).toBeVisible();
  await page.getByLabel("What", { exact: true }).selectOption("team");
  await expect(page).toHaveURL(/what=team/);
  await expect(page.getByText(/generated the key/)).toHaveCount(0);
  await expect(page.getByText(/joined the company as a member/).first()).toBeVisible();
  await accessible(page);
});

test("the activity is narrowed by key and days, unfolded by keyboard, and shared by its address", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { id } = await owner.key("Followed key", "query");
  const form = { "input[company]": owner.company, "input[key]": id, "input[name]": "Followed key, renamed", "input[permissions][]": "query" };
  await owner.form("api_keys/edit", form);

  for (const javaScriptEnabled of [true, false]) {
    const page = await (await browserOf(demo, { ...(await signedIn(owner)), javaScriptEnabled })).newPage();
    await (javaScriptEnabled ? visit(page, "/activity") : page.goto("/activity"));
    const list = page.getByRole("region", { name: "Calls and what people did" });
    await list.getByLabel("Key", { exact: true }).selectOption(id);
    if (javaScriptEnabled) {
      await expect(page).toHaveURL(new RegExp(`key=${id}`));
      // The bar is drawn anew with the list.
      await expect(list.getByRole("row")).toHaveCount(3);
    }
    await list.getByLabel("From", { exact: true }).fill("2020-01-31");
    await list.getByLabel("To", { exact: true }).fill("2120-01-31");
    const before = await list.getByRole("row").first().elementHandle();
    await list.getByRole("button", { name: "Filter" }).click();
    await expect(page).toHaveURL(/since=2020-01-31&until=2120-01-31/);
    await expect(page).toHaveURL(new RegExp(`key=${id}`));
    // What was unfolded in the old list would be folded again.
    await isReplaced(before);
    await expect(list.getByRole("row")).toHaveCount(3);
    const renamed = list.getByRole("row").filter({ hasText: "renamed the key" });
    await renamed.getByText("Details", { exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect(renamed).toContainText("from Followed key to Followed key, renamed");
    await expect(renamed.getByText(/from Followed key to/)).toBeVisible();

    // A day that is none: one sentence, and what was asked for stays.
    await page.goto(`/activity?key=${id}&since=2026-02-30`);
    await expect(page.getByRole("alert")).toHaveText("This is not a date: write it as 2026-11-24, or leave it empty.");
    await expect(list.getByLabel("Key", { exact: true })).toHaveValue(id);
    await list.getByRole("button", { name: "Filter" }).click();
    await expect(list.getByRole("row")).toHaveCount(3);
  }
});
