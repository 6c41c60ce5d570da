// What happens to open pages when something changes elsewhere, and when nothing can be heard any more.

import type { Locator, Page } from "@playwright/test";

import { Account } from "../pages/account";
import { Team } from "../pages/team";
import { confirm, rename, tryOut, workflow } from "../support/fill";
import { hold, holdAlsoFirst } from "../support/hold";
import { makeKeys } from "../support/keys";
import { ApiKeys } from "../pages/apiKeys";
import { callTool } from "../support/mcp";
import { OFFLINE } from "../support/network";
import { Session, signedIn } from "../support/session";
import { start } from "../support/servers";
import { accessible, expect, hydrated, listening, test, visit, visitLive } from "../support/test";

const LOST = "This page is not live any more";

/** What stands on the console while nobody listens at the server's address. */
const WITHOUT_SERVER = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/;

/** Stops the clock of a page that is still to be opened: its rows come alive in turns of a timer, which then stands still. */
async function stopTheClock(page: Page): Promise<void> {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 30_000);
}

/** Asks for the elements that are drawn within this part of a page from now on. */
async function drawnIn(part: Locator): Promise<() => Promise<string[]>> {
  const drawn = await part.evaluateHandle((part) => {
    const drawn: string[] = [];
    const note = (changes: MutationRecord[]) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof Element) drawn.push(node.outerHTML);
      }
    };
    new MutationObserver(note).observe(part, { childList: true, subtree: true });
    return drawn;
  });
  return () => drawn.jsonValue();
}

test("signing out in another tab says so, and leaves what is on the page", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_ADMIN_EMAIL, demo.env.AIDOO_ADMIN_PASSWORD);
  await visitLive(page, "/team");

  const other = await context.newPage();
  await visit(other, "/activity");
  await new Account(other).signOut();
  const line = page.getByRole("status").filter({ hasText: "You are signed out" });
  await expect(line).toBeVisible();
  await expect(page.getByRole("table")).toContainText("Marie Lenoir");
  await accessible(page);
  await line.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a page that hears no news offers to reload, which brings it back", async ({ servers, browserOf }) => {
  const owner = await Session.of(servers.demo, "OWNER");
  const page = await (await browserOf(servers.demo, await signedIn(owner), OFFLINE)).newPage();
  await page.route("**/events?*", (route) => route.abort("internetdisconnected"));
  await visit(page, "/team");
  const line = page.getByRole("status").filter({ hasText: LOST });
  await expect(line).toBeVisible({ timeout: 40_000 });
  await page.unrouteAll();
  const again = listening(page);
  await line.getByRole("link", { name: "Reload" }).click();
  await again;
  await hydrated(page);
  await expect(line).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: "Anna Vogel" })).toBeVisible();
});

test("a page without the server says so, offers to reload, and is live again by itself", async ({ browserOf }) => {
  const demo = await start({ demo: true });
  const context = await browserOf(demo, undefined, WITHOUT_SERVER);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await visitLive(page, "/team?invite=");
  await page.getByLabel("E-mail").fill("half-typed@");

  await demo.stop();
  const line = page.getByRole("status").filter({ hasText: LOST });
  await expect(line).toBeVisible({ timeout: 40_000 });
  await accessible(page);
  await expect(line.getByRole("link", { name: "Reload", includeHidden: true })).toHaveAttribute("href", "/team?invite=");
  await expect(page.getByLabel("E-mail")).toHaveValue("half-typed@");

  const again = listening(page);
  const restarted = await start({ demo: true, again: demo });
  await again;
  await expect(line).toBeHidden();
  await expect(page.getByLabel("E-mail")).toHaveValue("half-typed@");
  await context.close();
  await restarted.stop();
});

test("an answer that is no stream is tried again", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const context = await browserOf(demo, await signedIn(owner), /status of 502/);
  const page = await context.newPage();
  let refused = 0;
  await page.route(/\/events\?/, (route) => {
    refused += 1;
    // As a proxy answers while the server behind it is replaced.
    return refused <= 2 ? route.fulfill({ status: 502, body: "bad gateway" }) : route.continue();
  });
  await visitLive(page, "/team");
  expect(refused).toBe(3);
  await expect(page.getByText(LOST)).toBeHidden();
});

test("a call shows on the key's open page and in the figures", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { key } = await owner.key("Used for the figures", "query");
  const context = await browserOf(demo);
  const page = await context.newPage();
  await new Account(page).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const call = () => callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });

  const unheard = await owner.key("Used while looked at", "query");
  await visitLive(page, `/api-keys/${unheard.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Used while looked at");
  await expect(page.getByText("No calls in this time.")).toBeVisible();
  await callTool(demo.url, unheard.key, "aidoo_query", { model: "res.partner", limit: 1 });
  await expect(page.getByRole("img", { name: /1 done/ })).toBeVisible();

  await visitLive(page, "/activity");
  const figure = page.getByRole("img", { name: /^Calls in the last 30 days/ });
  const before = await figure.getAttribute("aria-label");
  const day = new Date().getUTCDate();
  await call();
  await expect(figure).not.toHaveAttribute("aria-label", before!);
  await expect(page.getByRole("table", { name: "Most used models" })).toContainText("res.partner");

  // The figures follow, and nothing folds them up beneath the eyes of whoever reads them.
  await page.getByText("The figures as a table", { exact: true }).click();
  const today = page.getByRole("table", { name: "Days with calls, the newest first" }).getByRole("row").nth(1);
  await expect(today.getByRole("rowheader")).toHaveText(new RegExp(`^(${day}|${new Date().getUTCDate()}) `));
  const done = today.getByRole("cell").first();
  const calls = Number(await done.textContent());
  expect(calls).toBeGreaterThan(0);
  await call();
  await expect(done).toHaveText(String(calls + 1));
  await expect(today).toBeVisible();
});

test("how long calls took is drawn in bars, and told in a number beside each", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const tomas = await Session.of(demo, "MEMBER2");
  const { key } = await tomas.key("Timed", "query");
  const call = () => callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  await call();
  const page = await (await browserOf(demo, await signedIn(tomas))).newPage();
  await visitLive(page, "/activity");
  const table = page.getByRole("table", { name: "How long calls took" });
  await expect(table.getByRole("columnheader")).toHaveText(["Time", "Calls"]);
  await expect(table.getByRole("rowheader")).toHaveText([
    "under 0.1 s",
    "0.1 s to 0.3 s",
    "0.3 s to 1.0 s",
    "1.0 s to 3.0 s",
    "3.0 s and more",
  ]);
  const rows = table.locator("tbody").getByRole("row");
  // The drawing is hidden from whoever is read to: of a row they hear its name and its number.
  for (const row of await rows.all()) await expect(row.getByRole("cell")).toHaveText(/^\d+$/);

  /** The sum of the numbers, and all calls as the drawing of the days is told: "… 30 days: 1 done, 0 refused, 0 failed". */
  const counted = async () => {
    const numbers = await rows.getByRole("cell").allTextContents();
    const told = await page.getByRole("img", { name: /^Calls in the last 30 days/ }).getAttribute("aria-label");
    const sum = (all: string[]) => all.reduce((sum, number) => sum + Number(number), 0);
    return { here: sum(numbers), inAll: sum((told ?? "").match(/\d+/g)?.slice(1) ?? []) };
  };
  // They are nobody else's: a member sees their own.
  await expect.poll(counted).toEqual({ here: 1, inAll: 1 });
  await call();
  await expect.poll(counted).toEqual({ here: 2, inAll: 2 });

  const bars = await rows.evaluateAll((all) =>
    all.map((row) => [row.querySelector("td.number")!.textContent, row.querySelector("rect")!.getAttribute("width")].map(Number)),
  );
  const most = Math.max(...bars.map(([calls]) => calls));
  for (const [calls, length] of bars) expect(length, `${calls} of ${most}`).toBe((calls / most) * 100);
});

test("news that changes nothing of what a page shows has nothing drawn anew", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, anna] = [await Session.of(demo, "OWNER"), await Session.of(demo, "ADMIN")];
  const { key } = await owner.key("Called beside the page", "query");
  const page = await (await browserOf(demo, await signedIn(anna))).newPage();
  await visitLive(page, "/team");
  await expect(page.getByRole("region", { name: "Your first question" })).toBeVisible();

  const { asked, goOn } = await hold(page, "team/team");
  const drawn = await drawnIn(page.getByRole("main"));
  await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  await asked;
  const answered = page.waitForResponse("**/api/team/team");
  goOn();
  await (await answered).finished();
  // What would be drawn anew is, within a moment.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  expect(await drawn()).toEqual([]);
});

test("what changes of the team is drawn in its row, and nothing of the others", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, anna] = [await Session.of(demo, "OWNER"), await Session.of(demo, "ADMIN")];
  const { page, team } = await Team.live(await browserOf(demo, await signedIn(anna)));
  const keys = team.keys(demo.env.AIDOO_OWNER_EMAIL);
  const before = Number(await keys.textContent());
  const inTable = await drawnIn(page.getByRole("table"));
  const others = [team.row("(you)"), team.row(demo.env.AIDOO_MEMBER_EMAIL), team.row(demo.env.AIDOO_MEMBER2_EMAIL)];
  const inOthers = await Promise.all(others.map(drawnIn));

  await owner.key("Counted in a row", "query");
  await expect(keys).toHaveText(String(before + 1));
  expect((await inTable()).filter((one) => one.startsWith("<tr"))).toEqual([]);
  for (const drawn of inOthers) expect(await drawn()).toEqual([]);

  const { invitation } = await owner.invite("row@nordwind.example");
  const invited = team.row("row@nordwind.example");
  await expect(invited).toBeVisible();
  const about = { "input[company]": owner.company, "input[invitation]": invitation };
  await owner.form("team/withdraw_invitation", about);
  await expect(invited).toHaveCount(0);
  for (const drawn of inOthers) expect(await drawn()).toEqual([]);
});

test("an open menu stays open while news comes, which is told afterwards", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  const { page, team } = await Team.of(context, demo, "OWNER");
  const keys = team.keys(demo.env.AIDOO_OWNER_EMAIL);
  const before = Number(await keys.textContent());
  const other = team.row(demo.env.AIDOO_MEMBER_EMAIL);
  await other.getByRole("button", { name: /^More for/ }).click();
  const action = page.getByRole("link", { name: "Link for a new password" }).locator("visible=true");
  await expect(action).toBeVisible();

  const told = page.waitForResponse((answer) => answer.url().includes("/api/accounts/viewer"));
  await makeKeys(demo, context, ["Beneath a menu"]);
  // The server has told it by now: another page of the same person shows it.
  const beside = await context.newPage();
  await beside.goto("/team");
  await expect(new Team(beside).keys(demo.env.AIDOO_OWNER_EMAIL)).toHaveText(String(before + 1));
  await expect(action).toBeVisible();
  await expect(keys).toHaveText(String(before));

  await page.bringToFront();
  await page.keyboard.press("Escape");
  await told;
  await expect(keys).toHaveText(String(before + 1));
});

test("a menu that is opened while its list is being read again stays open until it is closed", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const context = await browserOf(demo);
  // Of what is just over a stream begins with a word, and the list has been read once more by then.
  await (await Session.of(demo, "OWNER")).key("Heard at first", "query");
  const { page, team } = await Team.of(context, demo, "OWNER");
  const keys = team.keys(demo.env.AIDOO_OWNER_EMAIL);
  const before = Number(await keys.textContent());

  const { asked, goOn } = await hold(page, "team/team");
  await makeKeys(demo, context, ["While it is read"]);
  await asked;
  await team.row(demo.env.AIDOO_MEMBER_EMAIL).getByRole("button", { name: /^More for/ }).click();
  const action = page.getByRole("link", { name: "Link for a new password" }).locator("visible=true");
  await expect(action).toBeVisible();
  const answered = page.waitForResponse("**/api/team/team");
  goOn();
  await (await answered).finished();
  await expect(keys).toHaveText(String(before));
  await action.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keys).toHaveText(String(before + 1));
});

test("a dialog that is opened while its list is being read again stays as it is", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  await owner.key("Heard at first", "query");
  const { page, team } = await Team.live(await browserOf(demo, await signedIn(owner)));
  const opener = team.generating("(you)");
  const keys = team.keys("(you)");
  const before = Number(await keys.textContent());

  const { asked, goOn } = await hold(page, "team/team");
  await owner.key("While it is read", "query");
  await asked;
  await opener.press("Enter");
  const name = page.getByRole("dialog").getByLabel("Name", { exact: true });
  await name.fill("Half typed");
  const answered = page.waitForResponse("**/api/team/team");
  goOn();
  await (await answered).finished();
  // What would be drawn anew is, within a moment.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await expect(name).toHaveValue("Half typed");
  await expect(keys).toHaveText(String(before));
  await page.keyboard.press("Escape");
  await expect(keys).toHaveText(String(before + 1));
  await expect(opener).toBeFocused();
});

test("a list that is drawn anew leaves the focus on what it was on, also beneath a dialog", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { page, team } = await Team.live(await browserOf(demo, await signedIn(owner)));
  const opener = team.generating("(you)");
  const keys = team.keys("(you)");
  const before = Number(await keys.textContent());

  await opener.focus();
  await owner.key("Made beneath the focus", "query");
  await expect(keys).toHaveText(String(before + 1));
  await expect(opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();

  // What came while the dialog was open is drawn when it is closed, maybe before the focus is given back.
  await owner.key("Made beneath the dialog", "query");
  await page.keyboard.press("Escape");
  await expect(keys).toHaveText(String(before + 2));
  await expect(opener).toBeFocused();

  const more = team.row(demo.env.AIDOO_MEMBER_EMAIL).getByRole("button", { name: /^More for/ });
  await more.focus();
  await owner.key("Made beneath a button", "query");
  await expect(keys).toHaveText(String(before + 3));
  await expect(more).toBeFocused();
});

test("what is shown of a list works while it is being read again", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const anna = await Session.of(demo, "ADMIN");
  const page = await (await browserOf(demo, await signedIn(anna))).newPage();
  await visitLive(page, "/team");
  const list = page.getByRole("region", { name: "Your first question" });
  const step = list.getByRole("listitem").filter({ hasText: "Generate a key for yourself" });
  const isFolded = () => expect(list.getByRole("list")).toBeHidden();

  const { asked, goOn } = await hold(page, "onboarding/steps");
  await anna.key("While it is read", "query");
  await asked;
  await list.getByRole("button", { name: "Hide the steps" }).click();
  await isFolded();
  await list.getByRole("button", { name: "Show the steps" }).click();
  await expect(step).toContainText("To do");
  await list.getByRole("button", { name: "Hide the steps" }).click();
  await isFolded();
  await expect(list).toContainText("2 of 5");
  goOn();
  await expect(list).toContainText("3 of 5");
  await isFolded();
  await list.getByRole("button", { name: "Show the steps" }).click();
  await expect(step).toContainText("Done");
});

test("the open list of keys follows what others do, and takes nothing from beneath the hands", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { company } = owner;
  const used = await owner.key("Used beneath the list", "query");
  const ticked = await owner.key("Ticked meanwhile", "query");
  const ended = await owner.key("Ended by another", "query");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  const tick = (name: string) => page.getByRole("checkbox", { name: `Tick ${name}` });
  const revoke = (key: string) => owner.form("api_keys/revoke", { "input[company]": company, "input[key]": key });

  await test.step("ticks, a half-typed search, the focus and an open menu", async () => {
    await visitLive(page, "/api-keys");
    for (const name of ["Used beneath the list", "Ticked meanwhile", "Ended by another"]) await tick(name).check();
    await page.getByRole("searchbox").fill("half-typed");
    await keys.more("Used beneath the list").click();
    const choice = page.getByRole("link", { name: "Rotate Used beneath the list" });
    await choice.focus();

    await callTool(demo.url, used.key, "aidoo_query", { model: "res.partner", limit: 1 });
    await expect(keys.row("Used beneath the list")).not.toContainText("Never");
    await owner.key("Made by another", "query");
    await expect(keys.row("Made by another")).toBeVisible();
    await revoke(ended.id);
    await expect(keys.row("Ended by another")).toContainText("Revoked");

    await expect(choice).toBeFocused();
    await expect(page.getByRole("searchbox")).toHaveValue("half-typed");
    for (const name of ["Used beneath the list", "Ticked meanwhile"]) await expect(tick(name)).toBeChecked();
    // One that is over cannot be revoked any more.
    await expect(tick("Ended by another")).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Revoke 2 keys" })).toBeEnabled();
  });

  await test.step("an open dialog, and the list beneath it", async () => {
    await visitLive(page, `/api-keys?edit=${ticked.id}`);
    const name = page.getByRole("dialog").getByLabel("Name", { exact: true });
    await name.fill("Half a name");
    await owner.key("Made beside the dialog", "query");
    await expect(page.getByRole("row", { includeHidden: true }).filter({ hasText: "Made beside the dialog" })).toBeVisible();
    await expect(name).toHaveValue("Half a name");
    await expect(name).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(keys.row("Made beside the dialog")).toBeVisible();
  });

  await test.step("unfolded details of the activity", async () => {
    await visitLive(page, "/activity");
    const row = page.getByRole("row").filter({ hasText: "Made beside the dialog" }).first();
    await row.getByText("Details", { exact: true }).click();
    await expect(row.getByText("Permissions", { exact: true })).toBeVisible();
    await page.getByLabel("From", { exact: true }).fill("2026-01-31");
    await owner.key("Made beneath the details", "query");
    await expect(page.getByRole("row").filter({ hasText: "Made beneath the details" }).first()).toBeVisible();
    await expect(row.getByText("Permissions", { exact: true })).toBeVisible();
    await expect(page.getByLabel("From", { exact: true })).toHaveValue("2026-01-31");
  });
});

test("workflows and changes that wait follow what others do, each in its place", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { company } = owner;
  const about = (id: string) => ({ "input[company]": company, "input[workflow]": id });
  const mine = await workflow(owner, "sale.order.action_confirm", "Looked at");
  await tryOut(owner, mine);
  await owner.form("workflows/validate", about(mine));
  const theirs = await workflow(owner, "sale.order.action_cancel", "Validated by another");
  await tryOut(owner, theirs);
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const card = (name: string | RegExp) => page.getByRole("article", { name });

  await test.step("a chosen template, an unfolded history and the focus", async () => {
    await visitLive(page, "/workflows");
    const template = page.getByLabel("Action", { exact: true });
    await template.selectOption("purchase.order.button_confirm");
    await card("Looked at").getByText("Versions and who accepted them").click();
    const edit = card("Looked at").getByRole("link", { name: "Edit" });
    await edit.focus();

    await owner.form("workflows/validate", about(theirs));
    await expect(card("Validated by another")).toContainText("Version 1");
    const third = await workflow(owner, "purchase.order.button_confirm", "Made by another");
    await expect(card("Made by another")).toBeVisible();
    await owner.form("workflows/archive", about(theirs));
    await expect(card("Validated by another")).toHaveCount(0);

    // By name: the one that is looked at is moved about.
    for (const name of ["A first one", "The last one"]) {
      await rename(owner, third, name);
      await expect(card(name)).toBeVisible();
    }

    await expect(edit).toBeFocused();
    await expect(template).toHaveValue("purchase.order.button_confirm");
    await expect(card("Looked at").getByText("accepted by nobody")).toBeVisible();
    for (const id of [mine, third]) await owner.form("workflows/archive", about(id));
    await expect(card("Looked at")).toHaveCount(0);
    await expect(template).toHaveValue("purchase.order.button_confirm");
  });

  await test.step("a change that is being read", async () => {
    const { key } = await owner.key("Asks beneath the hands", "query write");
    await confirm(owner, { write: "dashboard" });
    const found = await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 2 });
    const [one, other] = (found.structured as { records: { id: number }[] }).records;
    const ask = (id: number, city: string) =>
      callTool(demo.url, key, "aidoo_write", { model: "res.partner", ids: [id], values: { city } });
    await ask(one.id, "Ghent");
    await visitLive(page, "/approvals");
    const first = page.getByRole("article").filter({ hasText: "Ghent" });
    const refuse = first.getByRole("button", { name: "Refuse" });
    await refuse.focus();
    await ask(other.id, "Namur");
    const second = page.getByRole("article").filter({ hasText: "Namur" });
    await expect(second).toContainText("Waiting");
    await expect(refuse).toBeFocused();
    const list = await owner.form<{ approvals: { id: string }[] }>("approvals/list", { company });
    const asked = list.approvals.find((approval) => JSON.stringify(approval).includes("Namur"))!;
    const decision = { "input[company]": company, "input[approval]": asked.id, "input[decision]": "refuse" };
    await owner.form("approvals/decide", decision);
    await expect(second).toContainText("Refused");
    await expect(refuse).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(first).toContainText("Refused");
    await confirm(owner, {});
  });
});

test("days that are being typed outlive another filter and news, and go with a period", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { key, id } = await owner.key("Typed beside", "query");
  await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  await visitLive(page, "/activity");
  const [since, until] = [page.getByLabel("From", { exact: true }), page.getByLabel("To", { exact: true })];
  const rows = page.getByRole("region", { name: "Calls and what people did" }).getByRole("row");

  // Typed while the list of the key is on its way.
  const { asked, goOn } = await hold(page, "activity/timeline*");
  await page.getByRole("combobox", { name: "Key" }).selectOption(id);
  await asked;
  await since.fill("2026-01-31");
  await until.fill("2026-02-28");
  goOn();
  await expect(page).toHaveURL(new RegExp(`key=${id}`));
  // The list of all is gone when what others did is.
  await expect(rows.filter({ hasText: "linked their Odoo account" })).toHaveCount(0);
  await expect(rows.filter({ hasText: "aidoo_query" })).toHaveCount(1);
  await expect(since).toHaveValue("2026-01-31");

  const before = await rows.count();
  await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  await expect(rows).toHaveCount(before + 1);
  await expect(since).toHaveValue("2026-01-31");
  await expect(until).toHaveValue("2026-02-28");

  // A period is another time: the days do not come back when the list is read again.
  await page.getByRole("combobox", { name: "Time" }).selectOption({ index: 1 });
  await expect(page).toHaveURL(/within=/);
  await expect(since).toHaveValue("");
  await callTool(demo.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  await expect(rows).toHaveCount(before + 2);
  await expect(since).toHaveValue("");

  // Days are another time than a period, and it does not come back either.
  await since.fill("2026-01-31");
  await expect(page.getByRole("combobox", { name: "Time" })).toHaveValue("");
});

test("the focus stays with a person when those above go", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const { team } = await Team.live(await browserOf(demo, await signedIn(owner)));
  const members = await owner.members();
  const remove = async (who: "ADMIN" | "MEMBER", name: string) => {
    const member = members.get(demo.env[`AIDOO_${who}_EMAIL`])!;
    await owner.form("team/remove_member", { "input[company]": owner.company, "input[member]": member });
    await expect(team.row(name)).toHaveCount(0);
  };
  // The rows below the one that goes stay those that they are.
  const idris = team.generating("Idris Benali");
  await idris.focus();
  await remove("ADMIN", "Anna Vogel");
  await expect(idris).toBeFocused();
  const tomas = team.generating("Tomás Ruiz");
  await tomas.focus();
  await remove("MEMBER", "Idris Benali");
  await expect(tomas).toBeFocused();
});

test("a list that changes before its rows are alive shows it, and its rows work then", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  const ended = await owner.key("Ended at once", "query");
  await owner.key("Ticked at once", "query");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  const keys = new ApiKeys(page);
  const tick = page.getByRole("checkbox", { name: "Tick Ticked at once" });
  const isAlive = () => page.locator("html").getAttribute("data-hydrated");

  await stopTheClock(page);
  // The page reads its list at the stream's first word, and gets it when it has changed.
  const { asked, goOn } = await holdAlsoFirst(page, "api_keys/list*");
  await page.goto("/api-keys");
  await asked;
  await tick.check();
  await expect(keys.row("Ended at once")).toContainText("Active");
  expect(await isAlive()).toBeNull();

  await owner.form("api_keys/revoke", { "input[company]": owner.company, "input[key]": ended.id });
  const read = page.waitForResponse("**/api/api_keys/list*");
  goOn();
  await (await read).finished();
  await expect(keys.row("Ended at once")).toContainText("Active");
  await page.clock.resume();
  await expect(keys.row("Ended at once")).toContainText("Revoked");
  expect(await isAlive()).toBe("/api-keys");
  await expect(page.getByRole("checkbox", { name: "Tick Ended at once" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Revoke 1 key" })).toBeEnabled();
  await tick.uncheck();
  await expect(page.getByRole("button", { name: "Revoke ticked keys" })).toBeDisabled();
});

test("a list that is sorted twice before its rows are alive works", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const owner = await Session.of(demo, "OWNER");
  await owner.key("Sorted early", "query");
  const page = await (await browserOf(demo, await signedIn(owner))).newPage();
  await stopTheClock(page);
  // What the page reads at the stream's first word, and then what each head asks for, is answered one by one.
  const waiting: (() => void)[] = [];
  await page.route("**/api/api_keys/list*", async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await route.continue().catch(() => undefined);
  });
  await page.goto("/api-keys");
  await expect.poll(() => waiting.length).toBe(1);
  const head = (name: string) => page.getByRole("columnheader", { name }).getByRole("link");
  await head("Key").click();
  await expect.poll(() => waiting.length).toBe(2);
  await head("Last used").click();
  await expect(page).toHaveURL(/sort=/);
  const answered = page.waitForResponse("**/api/api_keys/list*");
  waiting[1]!();
  await (await answered).finished();

  // The rows come alive, or do not, while what they belong to is gone.
  await page.clock.resume();
  await expect.poll(() => waiting.length).toBe(3);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  for (const goOn of waiting) goOn();
  await expect(page.getByRole("columnheader", { name: "Last used" })).toHaveAttribute("aria-sort", /./);
  await page.getByRole("checkbox", { name: "Tick Sorted early" }).check();
  await expect(page.getByRole("button", { name: "Revoke 1 key" })).toBeEnabled();
});

test("notices that are read before the frame is alive are counted once it is", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, tomas] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER2")];
  await owner.key("Read early", "query", { member: tomas.member });
  const page = await (await browserOf(demo, await signedIn(tomas))).newPage();
  await stopTheClock(page);
  const heard = listening(page);
  await page.goto("/notices");
  await expect(page.getByRole("list", { name: "Notices" })).toContainText("Read early");
  const bell = page.getByRole("link", { name: /^Notices/ }).filter({ visible: true });
  await expect(bell).toHaveAccessibleName(/unread$/);
  // What the page asks for at once is answered by then.
  await heard;
  await page.evaluate(() => fetch("/health"));
  await page.clock.resume();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "/notices");
  await expect(bell).toHaveAccessibleName("Notices");
});

test("the file of the activity has the filters that are chosen before the page is alive", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo, await signedIn(await Session.of(demo, "OWNER")))).newPage();
  await stopTheClock(page);
  // The filters are heard once the page listens for news.
  const heard = listening(page);
  await page.goto("/activity");
  await heard;
  await page.getByLabel("Result", { exact: true }).selectOption({ index: 1 });
  await expect(page).toHaveURL(/result=/);
  await expect(page.getByRole("link", { name: "Export CSV" })).toHaveAttribute("href", /result=/);
});

test("what changes after a list was read and before it is shown is shown too", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, tomas] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER2")];
  const page = await (await browserOf(demo, await signedIn(tomas))).newPage();
  await visitLive(page, "/settings");
  const bell = page.getByRole("link", { name: /^Notices/ }).filter({ visible: true });
  const before = (await bell.textContent())!;
  // The server has read, and its answer is on its way.
  let [read, goOn] = [() => {}, () => {}];
  const isRead = new Promise<void>((resolve) => (read = resolve));
  const free = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(
    "**/api/api_keys/list*",
    async (route) => {
      const response = await route.fetch();
      read();
      await free;
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await isRead;
  await owner.key("Made in between", "query", { member: tomas.member });
  // The news has come to the page.
  await expect(bell).not.toHaveText(before);
  goOn();
  await expect(page.getByRole("row").filter({ hasText: "Made in between" })).toBeVisible();
});
