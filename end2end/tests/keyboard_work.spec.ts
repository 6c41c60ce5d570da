// Approvals, the activity, notices and workflows, with nothing but a keyboard.

import type { Locator } from "@playwright/test";

import { Workflows } from "../pages/workflows";
import { confirm } from "../support/fill";
import { filledServer } from "../support/filled";
import { Keyboard, focusIsSomewhere, focusStays, opens } from "../support/keyboard";
import { callTool } from "../support/mcp";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, isReplaced, test, visit } from "../support/test";

const filled = filledServer();

test("a change is approved by keyboard alone, and the activity and the notices are read", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  const to = async (name: string, path: RegExp) => {
    await keyboard.press(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }));
    await expect(page).toHaveURL(path);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  };
  await visit(page, "/team");

  await test.step("approvals", async () => {
    await to("Approvals", /\/approvals$/);
    const change = page.getByRole("article").filter({ has: page.getByRole("button", { name: "Approve" }) });
    const heading = await change.getByRole("heading").textContent();
    await keyboard.to(change.getByRole("button", { name: "Refuse" }));
    await keyboard.to(change.getByRole("button", { name: "Approve" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    const decided = page.getByRole("article", { name: heading! });
    await expect(decided.getByText("Approved", { exact: true })).toBeVisible();
    await expect(decided.getByRole("heading")).toBeFocused();
  });

  await test.step("activity", async () => {
    await to("Activity", /\/activity$/);
    const what = page.getByRole("combobox", { name: "What", exact: true });
    await keyboard.to(what);
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/what=/);
    await expect(what).toBeFocused();
    const result = page.getByRole("combobox", { name: "Result", exact: true });
    await keyboard.to(result);
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/result=/);
    await expect(result).toBeFocused();
    await keyboard.to(page.getByRole("link", { name: "Export CSV" }), "Shift+Tab");
    await visit(page, "/activity");
    // What a call asked is behind a summary, and whose key it was is a link.
    await keyboard.press(page.getByRole("row").filter({ hasText: "Cursor - Idris" }).getByRole("link", { name: "Cursor - Idris" }).first());
    await expect(page).toHaveURL(/key=key_/);
    const key = page.getByRole("combobox", { name: "Key", exact: true });
    // The bar comes anew with the list.
    await expect(key).toHaveValue(/^key_/);
    await keyboard.to(key);
    await page.keyboard.press("Home");
    await expect(page).not.toHaveURL(/key=key_/);
    await expect(key).toBeFocused();
  });

  await test.step("notices", async () => {
    const member = await (await browserOf(filled.server, await signedIn(await Session.of(filled.server, "MEMBER")))).newPage();
    const hands = new Keyboard(member);
    await visit(member, "/team");
    await hands.press(member.getByRole("link", { name: /^Notices \d+ unread/ }).first());
    await expect(member).toHaveURL(/\/notices$/);
    await hydrated(member);
    await expect(member.getByRole("heading", { level: 1 })).toBeFocused();
    await hands.press(member.getByRole("list", { name: "Notices" }).getByRole("link", { name: /made the API key “Cursor - Idris”/ }));
    await expect(member).not.toHaveURL(/\/notices$/);
    await hydrated(member);
    await expect(member.getByRole("heading", { level: 1 })).toBeFocused();
  });
});

test("a workflow is built, tried, saved and validated by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/workflows");
  await keyboard.press(page.getByRole("link", { name: "New workflow" }));
  await keyboard.type(page.getByLabel("Name", { exact: true }), "Look by keyboard");
  await keyboard.type(page.getByLabel("What it is for", { exact: true }), "Looks at partners.");
  await keyboard.press(page.getByRole("button", { name: "Add a step" }));
  const step = page.getByRole("group", { name: "Step 1", exact: true });
  await keyboard.pick(step.getByLabel("Does", { exact: true }), "Find records");
  await keyboard.type(step.getByLabel("Title", { exact: true }), "Find partners");
  await keyboard.type(step.getByLabel("What it is about", { exact: true }), "res.partner");
  await page.keyboard.press("Tab");
  await keyboard.press(step.getByRole("button", { name: "Try up to here" }));
  await expect(step.getByText(/records? found/)).toBeVisible();
  await expect(step.getByRole("button", { name: "Try up to here" })).toBeFocused();

  // A second one goes up, where it can only go down again, and away: the focus goes along.
  await keyboard.press(page.getByRole("button", { name: "Add a step" }));
  const second = page.getByRole("group", { name: "Step 2", exact: true });
  await keyboard.press(second.getByRole("button", { name: "Move the step up" }));
  await expect(step.getByRole("button", { name: "Move the step down" })).toBeFocused();
  await keyboard.press(step.getByRole("button", { name: "Remove the step" }));
  await expect(second).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add a step" })).toBeFocused();
  await keyboard.press(step.getByRole("button", { name: "Try up to here" }));
  await expect(step.getByText(/records? found/)).toBeVisible();
  await keyboard.press(page.getByRole("button", { name: "Save the draft" }));
  const card = page.getByRole("article", { name: "Look by keyboard", exact: true });
  await keyboard.press(card.getByRole("button", { name: "Validate" }));
  await expect(card.getByText("Version 1", { exact: true }).first()).toBeVisible();
  await focusIsSomewhere(page);
});

test("the parts of a workflow are added, filled and removed by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/workflows?edit=new");
  const [first, second] = [1, 2].map((number) => page.getByRole("group", { name: `Step ${number}`, exact: true }));
  const input = page.getByRole("group", { name: /^Input/ });
  const condition = first.getByRole("group", { name: "Condition", exact: true });
  const told = first.getByRole("group", { name: "Which fields are told" }).getByRole("listitem");
  const value = second.getByRole("group", { name: "Field and value", exact: true });
  /** Chooses a field, in a row that was added before the button that has the focus. */
  const chooseEmail = async (row: Locator) => {
    const field = row.getByLabel("Field", { exact: true });
    await keyboard.to(field, "Shift+Tab");
    await page.keyboard.type("Email");
    await expect(field).toHaveValue("email");
  };

  await test.step("an input", async () => {
    await keyboard.press(page.getByRole("button", { name: "Add an input" }));
    const question = input.getByLabel("Question", { exact: true });
    await keyboard.to(question, "Shift+Tab");
    await keyboard.type(question, "How many");
    await keyboard.pick(input.getByLabel("Answer", { exact: true }), "number");
    await keyboard.type(input.getByLabel("Try with"), "7");
  });

  await test.step("a condition and a field that is told", async () => {
    await keyboard.press(page.getByRole("button", { name: "Add a step" }));
    const title = first.getByLabel("Title", { exact: true });
    await keyboard.to(title, "Shift+Tab");
    await keyboard.type(title, "Find contacts");
    await keyboard.type(first.getByLabel("What it is about", { exact: true }), "res.partner");
    await page.keyboard.press("Tab");
    const tell = first.getByLabel("Add a field", { exact: true });
    await expect(tell.locator("option", { hasText: "Email" })).toHaveCount(1);
    await keyboard.press(first.getByRole("button", { name: "Add a condition" }));
    await chooseEmail(condition);
    await keyboard.pick(condition.getByLabel("Comparison", { exact: true }), "contains");
    await keyboard.type(condition.getByLabel("Email", { exact: true }), "@");
    await keyboard.to(tell);
    // The list only adds: the first of its fields is chosen, and it stands at its first line again.
    await page.keyboard.press("ArrowDown");
    await expect(told).toHaveCount(1);
    await expect(tell).toHaveValue("");
    await expect(tell).toBeFocused();
  });

  await test.step("a value", async () => {
    await keyboard.press(page.getByRole("button", { name: "Add a step" }));
    const does = second.getByLabel("Does", { exact: true });
    await keyboard.to(does, "Shift+Tab");
    await keyboard.pick(does, "Create records");
    await keyboard.type(second.getByLabel("Title", { exact: true }), "Make one more");
    await expect(second.getByLabel("What it is about", { exact: true })).toHaveValue("res.partner");
    await keyboard.press(second.getByRole("button", { name: "Set a field" }));
    await chooseEmail(value);
    await keyboard.type(value.getByLabel("Email", { exact: true }), "ada@partners.example");
  });
  await accessible(page);

  for (const [what, part, name] of [
    ["the value", value, "Remove the field"],
    ["the input", input, "Remove the input"],
    ["the condition", condition, "Remove the condition"],
    ["the field that is told", told, /^Remove /],
  ] as const) {
    await test.step(`${what} is removed`, async () => {
      await keyboard.press(part.getByRole("button", { name }));
      await expect(part).toHaveCount(0);
      await focusStays(page);
    });
  }
});

test("a member refuses a change by keyboard alone", async ({ browserOf }) => {
  const { owner } = filled;
  const idris = await Session.of(filled.server, "MEMBER");
  const { key } = await idris.key("Asks before it writes", "query read write");
  const found = await callTool(filled.server.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  const ids = [(found.structured as { records: { id: number }[] }).records[0].id];
  const change = { model: "res.partner", ids, values: { city: "Namur by keyboard" } };
  await confirm(owner, { write: "dashboard" });
  const asked = (await callTool(filled.server.url, key, "aidoo_write", change)).structured as { confirm: string };
  const page = await (await browserOf(filled.server, await signedIn(idris))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/approvals");
  const article = page.getByRole("article").filter({ hasText: "Namur by keyboard" });
  await keyboard.press(article.getByRole("button", { name: "Refuse" }));
  await expect(article.getByText("Refused", { exact: true })).toBeVisible();
  await expect(article.getByRole("heading")).toBeFocused();
  await focusStays(page);
  expect((await callTool(filled.server.url, key, "aidoo_write", { ...change, confirm: asked.confirm })).isError).toBe(true);
  await confirm(owner, {});
});

test("the activity is narrowed to days and to nothing, and widened again, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/activity");
  const list = page.getByRole("region", { name: "Calls and what people did" });
  const [since, until] = ["From", "To"].map((name) => list.getByLabel(name, { exact: true }));
  const rows = list.getByRole("row");

  await test.step("the days are in the wrong order, and mended", async () => {
    await keyboard.to(since);
    await page.keyboard.type("11242030");
    await keyboard.to(until);
    await page.keyboard.type("12312020");
    await keyboard.press(list.getByRole("button", { name: "Filter" }));
    await expect(page.getByRole("alert")).toHaveText("The end date is before the start date.");
    await expect(rows).toHaveCount(0);
    await focusStays(page);
    await accessible(page);
    // The year is the last of its parts.
    await keyboard.to(until);
    for (const key of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    await page.keyboard.type("2031");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/since=2030-11-24&until=2031-12-31/);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  await test.step("nothing is so late, and the filters are cleared", async () => {
    await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
    await focusStays(page);
    await keyboard.press(page.getByRole("link", { name: "Clear the filters" }));
    await expect(page).toHaveURL(/\/activity$/);
    await expect.poll(() => rows.count()).toBeGreaterThan(5);
    await expect(since).toHaveValue("");
    await focusStays(page);
  });

  await test.step("a person and a period are chosen, and a call is unfolded", async () => {
    const person = list.getByRole("combobox", { name: "Person", exact: true });
    await keyboard.pick(person, "Idris Benali");
    await expect(page).toHaveURL(/person=mem_/);
    await expect(list.getByRole("row").filter({ hasText: "Marie Lenoir" })).toHaveCount(0);
    await expect(person).toBeFocused();
    const within = list.getByRole("combobox", { name: "Time", exact: true });
    await keyboard.to(within);
    const before = await rows.first().elementHandle();
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/within=/);
    await isReplaced(before);
    await expect(within).toBeFocused();
    const call = rows.filter({ hasText: "purchase.order" }).first();
    await keyboard.press(call.locator("summary").first());
    await expect(call.getByRole("definition").filter({ hasText: "purchase.order" }).first()).toBeVisible();
    await focusStays(page);
  });
});

test("the month of a day in the filter is typed anew, and the rest of it stays", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/activity");
  const since = page.getByLabel("From", { exact: true });
  await keyboard.to(since);
  await page.keyboard.type("12242020");
  for (const key of ["ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
  // With the 0 alone the field holds no day for a moment.
  await page.keyboard.type("02");
  await expect(since).toHaveValue("2020-02-24");
});

test("a workflow is begun from an action, renamed and removed, and one is let run, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(await Session.of(filled.server, "ADMIN")))).newPage();
  const keyboard = new Keyboard(page);
  const workflows = new Workflows(page);
  await workflows.open();
  let draft = "";

  await test.step("from an action of Odoo", async () => {
    const action = page.getByLabel("Action", { exact: true });
    await keyboard.to(action);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    // What Odoo calls it stands behind its name.
    draft = ((await action.locator("option:checked").textContent()) ?? "").split(" — ")[0];
    await keyboard.press(page.getByRole("button", { name: "Make a draft" }));
    await expect(workflows.card(draft)).toBeVisible();
    await focusStays(page);
  });

  await test.step("edited", async () => {
    await keyboard.press(workflows.card(draft).getByRole("link", { name: "Edit" }));
    await hydrated(page);
    const name = page.getByLabel("Name", { exact: true });
    await keyboard.type(name, " ");
    await keyboard.press(page.getByRole("button", { name: "Save the draft" }));
    await expect(name).toHaveAccessibleDescription(/This field is required/);
    await expect(name).toBeFocused();
    await accessible(page);
    await keyboard.type(name, "Confirm by keyboard");
    await keyboard.press(page.getByRole("button", { name: "Save the draft" }));
    await expect(workflows.card("Confirm by keyboard")).toBeVisible();
    await expect(name).toHaveCount(0);
    await focusStays(page);
  });

  await test.step("removed", async () => {
    const remove = workflows.card("Confirm by keyboard").getByRole("link", { name: "Remove" });
    const dialog = await opens(page, keyboard, remove, /^Remove .+\?$/);
    await accessible(page);
    await keyboard.press(dialog.getByRole("button", { name: "Remove" }));
    await expect(workflows.card("Confirm by keyboard")).toHaveCount(0);
    await focusStays(page);
    await workflows.open();
    await expect(workflows.card("Month-end quotations")).toBeVisible();
    await expect(workflows.card("Confirm by keyboard")).toHaveCount(0);
  });

  await test.step("a validated one runs as a member too", async () => {
    const member = await (await browserOf(filled.server, await signedIn(await Session.of(filled.server, "MEMBER")))).newPage();
    const hands = new Keyboard(member);
    await visit(member, "/workflows");
    const card = new Workflows(member).card("Month-end quotations");
    await hands.press(card.getByRole("button", { name: "Let it run as me" }));
    await expect(card).toContainText("runs as you: accepted");
    await focusStays(member);
  });
});
