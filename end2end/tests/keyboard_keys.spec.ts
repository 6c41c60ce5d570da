// What is done with keys, with nothing but a keyboard.

import { readFileSync } from "node:fs";

import type { Locator, Page } from "@playwright/test";

import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { neverWrote } from "../support/aged";
import { dateIn } from "../support/days";
import { filledServer } from "../support/filled";
import { Keyboard, focusIsSomewhere, focusStays, opens } from "../support/keyboard";
import { statusOf } from "../support/mcp";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

/** What of a key's page a test asks for. */
interface Detail {
  key: { name: string; permissions: string };
}

const filled = filledServer();

test("every dialog about keys, Odoo and workflows keeps the focus and gives it back", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  const closes = async (opener: Locator, heading: RegExp) => {
    const dialog = await opens(page, keyboard, opener, heading);
    await keyboard.press(dialog.getByRole("link", { name: "Cancel" }));
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  };
  await visit(page, "/api-keys");
  const keys = new ApiKeys(page);
  await closes(keys.row("Cursor - Idris").getByRole("link", { name: "Revoke Cursor - Idris" }), /Cursor - Idris/);
  // What is in a row's menu gives the focus back to the button of the menu.
  for (const name of ["Rotate Cursor - Idris", "Edit Cursor - Idris"]) {
    await keyboard.press(keys.more("Cursor - Idris"));
    await keyboard.press(page.getByRole("link", { name }).locator("visible=true"));
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(keys.more("Cursor - Idris")).toBeFocused();
  }
  await visit(page, `/api-keys/${filled.keys.used}`);
  await closes(page.getByRole("link", { name: "Edit", exact: true }), /Everything/);
  await visit(page, "/odoo");
  await keyboard.press(page.locator("summary", { hasText: "Change or test the connection" }));
  await closes(page.getByRole("link", { name: /^Remove/ }), /Remove/);
  await visit(page, "/workflows");
  await closes(page.getByRole("link", { name: "Remove" }).first(), /Remove/);
});

test("a key is handed over and picked up, and a client is connected, by keyboard alone", async ({ browserOf }) => {
  const { page: owner, team } = await Team.of(await browserOf(filled.server), filled.server, "OWNER");
  const hands = new Keyboard(owner);
  const link = await test.step("handing over", async () => {
    const generate = await team.startGenerating("Idris", (opener) => hands.press(opener));
    await hands.choose(generate.dialog.getByRole("radio", { name: /As a link/ }));
    await hands.type(generate.dialog.getByLabel("Name", { exact: true }), "Cursor - By keyboard");
    await hands.press(generate.dialog.getByRole("button", { name: "Make the link" }));
    const shown = generate.dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    const link = ((await shown.textContent()) ?? "").trim();
    await hands.staysIn(generate.dialog);
    await hands.press(generate.dialog.getByRole("button", { name: /I have copied it/ }));
    await expect(generate.dialog).toBeHidden();
    await expect(team.generating("Idris")).toBeFocused();
    return link;
  });

  await test.step("picking up", async () => {
    const idris = await Session.of(filled.server, "MEMBER");
    const page = await (await browserOf(filled.server, await signedIn(idris))).newPage();
    const keyboard = new Keyboard(page);
    await visit(page, new URL(link).pathname);
    await keyboard.press(page.getByRole("button", { name: "Show my key" }));
    const dialog = page.getByRole("dialog", { name: "Copy your key now" });
    const key = ((await dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
    await keyboard.staysIn(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeVisible();
    await keyboard.press(dialog.getByRole("button", { name: "I have copied it" }));
    await expect(dialog).toBeHidden();
    await focusIsSomewhere(page);
    expect(await statusOf(filled.server.url, key)).toBe(200);

    await keyboard.press(page.getByRole("link", { name: "Connect a client" }).first());
    await expect(page).toHaveURL(/\/connect/);
    await hydrated(page);
    await keyboard.press(page.getByRole("link", { name: "VS Code", exact: true }));
    await expect(page).toHaveURL(/client=/);
    await expect(page.getByRole("link", { name: "VS Code", exact: true })).toHaveAttribute("aria-current", /.+/);
    const block = page.getByRole("group", { name: /block|configuration/i }).first();
    await keyboard.to(block);
    expect(await block.textContent()).toContain(filled.server.url);
  });
});

/** Reads the key that is shown once, and closes its dialog by what says that it was copied. */
async function copies(page: Page, keyboard: Keyboard): Promise<string> {
  const shown = page.getByRole("dialog", { name: "Copy your key now" });
  await expect(shown).toBeVisible();
  const text = ((await shown.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
  await keyboard.staysIn(shown);
  await keyboard.press(shown.getByRole("button", { name: "I have copied it" }));
  await expect(shown).toBeHidden();
  return text;
}

/** A day as it is typed into a date field, one part after the other, in the order of the browser's language. */
function typed(iso: string): string {
  return iso.replace(/(\d+)-(\d+)-(\d+)/, "$2$3$1");
}

test("a usual choice of permissions and a day of its end are given to a key by keyboard alone", async ({ browserOf }) => {
  const { page, team } = await Team.of(await browserOf(filled.server), filled.server, "ADMIN");
  const keyboard = new Keyboard(page);
  const generate = await team.startGenerating("(you)", (opener) => keyboard.press(opener));
  const [name, day] = [generate.dialog.getByLabel("Name", { exact: true }), generate.expiry.getByLabel("Day on which the key ends")];
  await keyboard.press(generate.preset("Consultation / Reporting"));
  expect(await generate.ticked()).toEqual(["query", "read", "schema", "report"]);
  await keyboard.choose(generate.expiry.getByRole("radio", { name: "On a date…" }));
  await keyboard.to(day);
  await page.keyboard.type(typed(dateIn(-2)));
  await keyboard.press(generate.dialog.getByRole("button", { name: "Create", exact: true }));
  // One after the other, what is wrong has the focus.
  await expect(name).toHaveAccessibleDescription(/This field is required/);
  await expect(name).toBeFocused();
  await page.keyboard.type("Ends on a day");
  await page.keyboard.press("Enter");
  await expect(day).toHaveAccessibleDescription(/Choose a date after today/);
  await expect(day).toBeFocused();
  await accessible(page);
  // The year is the last of its parts: one more.
  for (const key of ["ArrowRight", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
  const end = await day.inputValue();
  await page.keyboard.press("Enter");
  await copies(page, keyboard);
  await focusStays(page);
  const keys = new ApiKeys(page);
  await keys.open("?q=Ends+on+a+day");
  await expect(keys.row("Ends on a day").locator(`time[datetime^="${end}T23:59:59"]`)).toBeVisible();
  await expect(keys.row("Ends on a day")).toContainText("report");
});

test("the month of a day that was typed is typed anew, and the rest of it stays", async ({ browserOf }) => {
  const { page, team } = await Team.of(await browserOf(filled.server), filled.server, "ADMIN");
  const keyboard = new Keyboard(page);
  const generate = await team.startGenerating("(you)", (opener) => keyboard.press(opener));
  await keyboard.choose(generate.expiry.getByRole("radio", { name: "On a date…" }));
  const day = generate.expiry.getByLabel("Day on which the key ends");
  await keyboard.to(day);
  await page.keyboard.type(typed("2030-12-24"));
  for (const key of ["ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
  // With the 0 alone the field holds no day for a moment.
  await page.keyboard.type("02");
  await expect(day).toHaveValue("2030-02-24");
});

test("a key is rotated by keyboard alone, and the old one ends when that was chosen", async ({ browserOf }) => {
  const admin = await Session.of(filled.server, "ADMIN");
  const { key: first } = await admin.key("Rotated", "query read");
  const page = await (await browserOf(filled.server, await signedIn(admin))).newPage();
  const keyboard = new Keyboard(page);
  const keys = new ApiKeys(page);
  await keys.open("?q=Rotated");
  const dialog = page.getByRole("dialog", { name: "Rotate “Rotated”?" });
  const rotates = async (row: string, grace: string) => {
    await keyboard.press(keys.more(row));
    await keyboard.press(page.getByRole("link", { name: "Rotate Rotated" }).locator("visible=true"));
    await expect(dialog).toBeVisible();
    await keyboard.choose(dialog.getByRole("radio", { name: grace }));
    await keyboard.press(dialog.getByRole("button", { name: "Rotate key" }));
    return copies(page, keyboard);
  };

  const second = await rotates("Rotated", "1 hour");
  expect(second).not.toBe(first);
  await expect(keys.row("Retiring")).toContainText("in 1 hour");
  for (const key of [first, second]) expect(await statusOf(filled.server.url, key)).toBe(200);
  await expect(page.locator(":focus")).toHaveAccessibleName(/^More for/);
  await focusStays(page);

  const third = await rotates("Active", "It stops at once");
  await expect(keys.row("Revoked")).toHaveCount(1);
  await focusStays(page);
  expect(await statusOf(filled.server.url, second)).toBe(401);
  expect(await statusOf(filled.server.url, third)).toBe(200);
});

test("a member renames a key and takes permissions from it by keyboard alone", async ({ browserOf }) => {
  const idris = await Session.of(filled.server, "MEMBER");
  const { id } = await idris.key("Named before", "query read schema");
  const page = await (await browserOf(filled.server, await signedIn(idris))).newPage();
  const keyboard = new Keyboard(page);
  const keys = new ApiKeys(page);
  await keys.open();
  await keyboard.press(keys.more("Named before"));
  await keyboard.press(page.getByRole("link", { name: "Edit Named before" }).locator("visible=true"));
  const dialog = page.getByRole("dialog", { name: /^Edit/ });
  const name = dialog.getByLabel("Name", { exact: true });
  const boxes = dialog.getByRole("checkbox");

  await test.step("what is wrong has the focus", async () => {
    await keyboard.type(name, " ");
    await page.keyboard.press("Enter");
    await expect(name).toHaveAccessibleDescription(/This field is required/);
    await expect(name).toBeFocused();
    await keyboard.type(name, "Named after");
    for (const box of await boxes.all()) {
      await keyboard.to(box);
      await page.keyboard.press("Space");
    }
    await expect(boxes.and(page.locator(":checked"))).toHaveCount(0);
    await keyboard.press(dialog.getByRole("button", { name: "Save" }));
    await expect(dialog.getByText("Choose at least one permission.")).toBeVisible();
    await expect.poll(() => dialog.evaluate((node) => node.contains(document.activeElement))).toBe(true);
    await accessible(page);
  });

  for (const kept of ["query", "schema"]) {
    await keyboard.to(dialog.getByRole("checkbox", { name: new RegExp(`^${kept}`) }));
    await page.keyboard.press("Space");
  }
  await keyboard.press(dialog.getByRole("button", { name: "Save" }));
  await expect(dialog).toBeHidden();
  await expect(keys.row("Named after")).toBeVisible();
  await focusStays(page);
  const { key } = await idris.json<Detail>("api_keys/detail", { company: idris.company, key: id });
  expect(key).toMatchObject({ name: "Named after", permissions: "query schema" });
});

test("a key loses by keyboard alone what it has not used", async ({ browserOf }) => {
  const { owner } = filled;
  const { id } = await neverWrote(owner, "Never wrote");
  const page = await (await browserOf(filled.server, await signedIn(owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, `/api-keys/${id}`);
  const remove = page.getByRole("link", { name: "Remove what is not used" });
  const dialog = await opens(page, keyboard, remove, "Remove write?");
  await accessible(page);
  await keyboard.press(dialog.getByRole("button", { name: "Remove" }));
  await expect(dialog).toBeHidden();
  await expect(remove).toHaveCount(0);
  await focusStays(page);
  const { key } = await owner.json<Detail>("api_keys/detail", { company: owner.company, key: id });
  expect(key.permissions).toBe("query read");
});

test("several keys are ticked and revoked by keyboard alone", async ({ browserOf }) => {
  const { owner } = filled;
  const made: string[] = [];
  for (const name of ["Ticked one", "Ticked two", "Ticked by mistake"]) made.push((await owner.key(name, "query")).key);
  const page = await (await browserOf(filled.server, await signedIn(owner))).newPage();
  const keyboard = new Keyboard(page);
  const keys = new ApiKeys(page);
  await keys.open("?q=Ticked");
  const tick = async (name: string) => {
    await keyboard.to(page.getByRole("checkbox", { name, exact: true }));
    await page.keyboard.press("Space");
  };
  await tick("Tick all keys of this page");
  await tick("Tick Ticked by mistake");
  const dialog = await opens(page, keyboard, page.getByRole("button", { name: "Revoke 2 keys" }), "Revoke these 2 keys?");
  for (const name of ["Ticked one", "Ticked two"]) await expect(dialog).toContainText(name);
  await expect(dialog).not.toContainText("Ticked by mistake");
  await accessible(page);
  await keyboard.press(dialog.getByRole("button", { name: /^Revoke/ }));
  await expect(dialog).toBeHidden();
  for (const name of ["Ticked one", "Ticked two"]) await expect(keys.row(name)).toContainText("Revoked");
  const [one, two, mistake] = made;
  for (const key of [one, two]) expect(await statusOf(filled.server.url, key)).toBe(401);
  expect(await statusOf(filled.server.url, mistake)).toBe(200);
  await expect(page.getByRole("button", { name: "Revoke ticked keys" })).toBeFocused();
  await focusStays(page);
});

test("a key that somebody else made is accepted by keyboard alone, and another is not", async ({ browserOf }) => {
  const { owner } = filled;
  const idris = await Session.of(filled.server, "MEMBER");
  const waits = async (must: boolean) => {
    const rules = { company: owner.company, longest_days: "", unused_days: "", addresses: "", makers: "owners_and_admins" };
    const fields = Object.entries(rules).map(([name, value]): [string, string] => [`input[${name}]`, value]);
    await owner.form("policies/set_key_rules", must ? [...fields, ["input[must_accept]", "on"]] : fields);
  };
  await waits(true);
  const { key: wanted } = await owner.key("Wanted", "query", { member: idris.member });
  const { key: unwanted } = await owner.key("Asked by nobody", "query", { member: idris.member });
  const page = await (await browserOf(filled.server, await signedIn(idris))).newPage();
  const keyboard = new Keyboard(page);
  const keys = new ApiKeys(page);
  await keys.open();
  for (const key of [wanted, unwanted]) expect(await statusOf(filled.server.url, key)).toBe(401);

  await keyboard.press(page.getByRole("button", { name: "Accept Wanted" }));
  await expect(keys.row("Wanted")).toContainText("Active");
  await expect(page.getByRole("button", { name: "Accept Wanted" })).toHaveCount(0);
  expect(await statusOf(filled.server.url, wanted)).toBe(200);
  await focusStays(page);

  // Whoever does not want it revokes it.
  await keyboard.press(keys.row("Asked by nobody").getByRole("link", { name: /^Revoke/ }));
  await keyboard.press(page.getByRole("dialog").getByRole("button", { name: /^Revoke/ }));
  await expect(keys.row("Asked by nobody")).toContainText("Revoked");
  await expect(page.getByRole("button", { name: "Accept Asked by nobody" })).toHaveCount(0);
  await waits(false);
  expect(await statusOf(filled.server.url, unwanted)).toBe(401);
  await focusStays(page);
});

test("the link of a key that waits is made anew and taken back by keyboard alone", async ({ browserOf }) => {
  const { owner } = filled;
  const idris = (await owner.members()).get(filled.server.env.AIDOO_MEMBER_EMAIL);
  const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  const input = { company: owner.company, member: idris, request, name: "Waiting", permissions: "query", expiry: "never" };
  const { url: old } = await owner.json<{ url: string }>("api_keys/hand_over", { input });
  const page = await (await browserOf(filled.server, await signedIn(owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, "/api-keys");

  const renew = await opens(page, keyboard, page.getByRole("link", { name: "New link for the key Waiting" }), /^Make a new link/);
  await keyboard.press(renew.getByRole("button", { name: "Make a new link" }));
  const shown = page.getByRole("dialog", { name: /^Send this link/ });
  const link = shown.getByText(/\/pick-up\//);
  await expect(link).toBeVisible();
  expect(((await link.textContent()) ?? "").trim()).not.toBe(old);
  await keyboard.press(shown.getByRole("button", { name: "I have copied it" }));
  await expect(shown).toBeHidden();
  await focusStays(page);

  const withdraw = page.getByRole("link", { name: "Withdraw the key Waiting" });
  const dialog = await opens(page, keyboard, withdraw, /^Withdraw/);
  await keyboard.press(dialog.getByRole("button", { name: "Withdraw" }));
  await expect(withdraw).toHaveCount(0);
  await focusStays(page);
});

// It comes last: the list is longer from here on.
test("a long list is leafed through, narrowed and fetched by keyboard alone", async ({ browserOf }) => {
  const { owner } = filled;
  for (let number = 1; number <= 51; number += 1) await owner.key(`Number ${String(number).padStart(2, "0")}`, "query");
  const page = await (await browserOf(filled.server, await signedIn(owner))).newPage();
  const keyboard = new Keyboard(page);
  const keys = new ApiKeys(page);
  await keys.open();
  const [next, previous] = ["Next", "Previous"].map((name) => page.getByRole("link", { name, exact: true }));
  await expect(keys.row("Number 01")).toHaveCount(0);
  // It stands at the end, and the list before it is long.
  await keyboard.to(next, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(keys.row("Number 01")).toBeVisible();
  await expect(next).toHaveCount(0);
  await focusStays(page);
  await keyboard.to(previous, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(keys.row("Number 51")).toBeVisible();
  await focusStays(page);

  const person = page.getByRole("combobox", { name: "Person" });
  await keyboard.pick(person, "Idris Benali");
  await expect(keys.row("Cursor - Idris")).toBeVisible();
  await expect(keys.row("Number")).toHaveCount(0);
  await expect(person).toBeFocused();
  const file = page.waitForEvent("download");
  await keyboard.to(page.getByRole("link", { name: "Export CSV" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const text = readFileSync(await (await file).path(), "utf8");
  expect(text).toContain("Cursor - Idris");
  expect(text).not.toContain("Number 51");
});
