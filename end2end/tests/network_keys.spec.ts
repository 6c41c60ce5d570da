// The network goes away in the middle of a form about keys: generating, rotating, editing, revoking, handing over. What was typed
// stays, a line says so, and sending it again works and does nothing twice.

import { ApiKeys } from "../pages/apiKeys";
import { Team } from "../pages/team";
import { neverWrote } from "../support/aged";
import { filledServer } from "../support/filled";
import { OFFLINE, UNREACHABLE, losesAnswer, survivesCuts, survivesLoss, survivesSilence, survivesStall } from "../support/network";
import { Session, signedIn } from "../support/session";
import { expect, test, visit } from "../support/test";

const filled = filledServer();

interface Keys {
  keys: { name: string; state: string }[];
}

async function keysCalled(name: string): Promise<Keys["keys"]> {
  const { company } = filled.owner;
  const list = await filled.owner.json<Keys>("api_keys/list", { company, filter: { search: name } });
  return list.keys.filter((key) => key.name === name);
}

test("generating, rotating, editing and revoking a key", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");

  await test.step("generating: nothing is lost, and the key is made once", async () => {
    const team = new Team(page);
    await team.open();
    const generate = await team.startGenerating("(you)");
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Cut off");
    await generate.permission("create").check();
    await dialog.getByText("90 days").click();
    const typed = [name, generate.permission("create"), dialog.getByRole("radio", { name: "90 days" })];
    const send = () => dialog.getByRole("button", { name: "Create", exact: true }).click();
    await survivesSilence(page, { endpoint: "api_keys/create", around: dialog, typed, send });
    expect(await keysCalled("Cut off")).toHaveLength(0);
    await send();
    await expect(dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    await generate.confirmCopied();
    expect(await keysCalled("Cut off")).toHaveLength(1);
  });

  await test.step("generating with the answer lost: it is said, and not made twice", async () => {
    const generate = await new Team(page).startGenerating("(you)");
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Answer lost");
    await losesAnswer(page, "api_keys/create");
    const send = () => dialog.getByRole("button", { name: "Create", exact: true }).click();
    await send();
    await expect(dialog.getByRole("alert")).toContainText(UNREACHABLE);
    await expect(name).toHaveValue("Answer lost");
    // By keyboard one goes on where one was.
    await expect(dialog.getByRole("button", { name: "Create", exact: true })).toBeFocused();
    await send();
    await expect(dialog.getByRole("alert")).toContainText("the answer got lost on its way here");
    await expect(dialog.getByRole("link", { name: /Revoke it/ })).toBeVisible();
    expect(await keysCalled("Answer lost")).toHaveLength(1);
    await page.keyboard.press("Escape");
    await expect(generate.dialog).toBeHidden();
  });

  const keys = new ApiKeys(page);
  await test.step("rotating", async () => {
    await keys.open("?q=Cut+off");
    await keys.choose("Cut off", "Rotate Cut off");
    const typed = [dialog.getByRole("radio", { name: "1 hour" })];
    await dialog.getByText("1 hour", { exact: true }).click();
    const send = () => dialog.getByRole("button", { name: "Rotate key" }).click();
    await survivesCuts(page, { endpoint: "api_keys/rotate", around: dialog, typed, send });
    await expect(dialog.getByRole("alert")).toContainText("the answer got lost on its way here");
    expect(await keysCalled("Cut off")).toHaveLength(2);
    await page.keyboard.press("Escape");
  });

  await test.step("editing", async () => {
    await visit(page, `/api-keys?edit=${filled.keys.expiring}`);
    const name = dialog.getByLabel("Name", { exact: true });
    const report = dialog.getByRole("checkbox", { name: /^report/ });
    await name.fill("Renamed in a tunnel");
    await report.uncheck();
    const send = () => dialog.getByRole("button", { name: "Save" }).click();
    await survivesCuts(page, { endpoint: "api_keys/edit", around: dialog, typed: [name, report], send });
    await expect(dialog).toBeHidden();
    expect(await keysCalled("Renamed in a tunnel")).toHaveLength(1);
  });

  await test.step("taking away what it has not used", async () => {
    const { id } = await neverWrote(filled.owner, "Reduced in a tunnel");
    await visit(page, `/api-keys/${id}`);
    await page.getByRole("link", { name: "Remove what is not used" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Remove" }).click();
    await survivesCuts(page, { endpoint: "api_keys/reduce", around: dialog, typed: [], send });
    await expect(dialog).toBeHidden();
    // It was done the first time, and is told once.
    await expect(page.getByText("Lost write by you")).toHaveCount(1);
  });

  await test.step("revoking", async () => {
    await visit(page, `/api-keys?revoke=${filled.keys.admins}`);
    const send = () => dialog.getByRole("button", { name: /^Revoke/ }).click();
    await survivesCuts(page, { endpoint: "api_keys/revoke", around: dialog, typed: [], send });
    await expect(dialog.getByRole("alert")).toContainText("already revoked");
    const [key] = await keysCalled("Windsurf - Anna");
    expect(key.state).toBe("revoked");
  });
});

test("generating and revoking a key while the network swallows what it is given", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await page.clock.install();
  const dialog = page.getByRole("dialog");

  await test.step("generating", async () => {
    const team = new Team(page);
    await team.open();
    const generate = await team.startGenerating("(you)");
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Swallowed");
    const send = () => dialog.getByRole("button", { name: "Create", exact: true }).click();
    await survivesStall(page, { endpoint: "api_keys/create", around: dialog, typed: [name], send });
    expect(await keysCalled("Swallowed")).toHaveLength(0);
    await send();
    await expect(dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    await generate.confirmCopied();
    expect(await keysCalled("Swallowed")).toHaveLength(1);
  });

  await test.step("revoking, which can be left or tried again", async () => {
    const open = () => page.getByRole("link", { name: "Revoke Swallowed" }).click();
    const send = () => dialog.getByRole("button", { name: /^Revoke/ }).click();
    const revoking = { endpoint: "api_keys/revoke", around: dialog, typed: [], send };
    await visit(page, "/api-keys?q=Swallowed");
    await open();
    await survivesStall(page, revoking);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await open();
    await survivesStall(page, revoking);
    await send();
    await expect(dialog).toBeHidden();
    expect((await keysCalled("Swallowed"))[0].state).toBe("revoked");
  });
});

test("keys that are handed over, accepted, and revoked together", async ({ browserOf }) => {
  const { owner } = filled;
  const { company } = owner;
  const anna = await Session.signIn(filled.server, filled.server.env.AIDOO_ADMIN_EMAIL, filled.server.env.AIDOO_ADMIN_PASSWORD);
  const page = await (await browserOf(filled.server, await signedIn(owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const keys = new ApiKeys(page);

  const link = await test.step("a link that hands a key over, and a new one", async () => {
    const team = new Team(page);
    await team.open();
    const generate = await team.startGenerating(filled.server.env.AIDOO_ADMIN_EMAIL);
    await dialog.getByText("As a link", { exact: true }).click();
    const name = dialog.getByLabel("Name", { exact: true });
    await name.fill("Handed over in a tunnel");
    const typed = [name, dialog.getByRole("radio", { name: /^As a link/ })];
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesSilence(page, { endpoint: "api_keys/hand_over", around: dialog, typed, send });
    await send();
    await expect(dialog.getByText(/\/pick-up\//)).toBeVisible();
    await generate.confirmCopied();
    await visit(page, "/api-keys");
    await page.getByRole("link", { name: "New link for the key Handed over in a tunnel" }).click();
    await expect(dialog).toBeVisible();
    const renew = () => dialog.getByRole("button", { name: "Make a new link" }).click();
    await survivesSilence(page, { endpoint: "api_keys/renew_handover", around: dialog, typed: [], send: renew });
    await renew();
    const shown = dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    const text = ((await shown.textContent()) ?? "").trim();
    await generate.confirmCopied();
    return text;
  });

  await test.step("picking it up", async () => {
    const other = await (await browserOf(filled.server, await signedIn(anna), OFFLINE)).newPage();
    await visit(other, new URL(link).pathname);
    const send = () => other.getByRole("button", { name: "Show my key" }).click();
    await survivesSilence(other, { endpoint: "api_keys/pick_up", around: other, typed: [], send });
    await send();
    await expect(other.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    await other.getByRole("button", { name: "I have copied it" }).click();
    expect(await keysCalled("Handed over in a tunnel")).toHaveLength(1);
  });

  await test.step("withdrawing a link", async () => {
    const member = (await owner.members()).get(filled.server.env.AIDOO_ADMIN_EMAIL);
    const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    const input = { company, member, request, name: "Never picked up", permissions: "query", expiry: "never" };
    await owner.json("api_keys/hand_over", { input });
    await visit(page, "/api-keys");
    await page.getByRole("link", { name: "Withdraw the key Never picked up" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Withdraw" }).click();
    await survivesSilence(page, { endpoint: "api_keys/withdraw_handover", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("link", { name: "Withdraw the key Never picked up" })).toHaveCount(0);
  });

  await test.step("accepting a key that somebody else made", async () => {
    const rules = { longest_days: "", unused_days: "", addresses: "", makers: "owners_and_admins" };
    const asked = Object.entries(rules).map(([name, value]): [string, string] => [`input[${name}]`, value]);
    await owner.form("policies/set_key_rules", [["input[company]", company], ...asked, ["input[must_accept]", "on"]]);
    const member = (await owner.members()).get(filled.server.env.AIDOO_ADMIN_EMAIL);
    await owner.key("Made for Anna", "query", { member });
    const other = await (await browserOf(filled.server, await signedIn(anna), OFFLINE)).newPage();
    await visit(other, "/api-keys?q=Made+for+Anna");
    const send = () => other.getByRole("button", { name: /Accept/ }).click();
    const accept = { endpoint: "api_keys/accept", around: other, typed: [], send };
    await survivesSilence(other, accept);
    // Another page that is open hears of it, and so does this one, although the answer got lost.
    const watching = await other.context().newPage();
    await visit(watching, "/api-keys?q=Made+for+Anna");
    await expect(watching.getByRole("button", { name: /Accept/ })).toBeVisible();
    await losesAnswer(other, "api_keys/accept");
    await send();
    await expect(other.getByRole("button", { name: /Accept/ })).toHaveCount(0);
    for (const one of [other, watching]) {
      await expect(one.getByRole("row").filter({ hasText: "Made for Anna" })).toContainText("Active");
    }
  });

  await test.step("accepting it on its own page", async () => {
    const member = (await owner.members()).get(filled.server.env.AIDOO_ADMIN_EMAIL);
    const { id } = await owner.key("Made for Anna to look at", "query", { member });
    const other = await (await browserOf(filled.server, await signedIn(anna), OFFLINE)).newPage();
    await visit(other, `/api-keys/${id}`);
    const button = other.getByRole("button", { name: "Accept", exact: true });
    const send = () => button.click();
    await survivesSilence(other, { endpoint: "api_keys/accept", around: other, typed: [], send });
    await send();
    await expect(button).toHaveCount(0);
    await expect(other.getByRole("alert")).toHaveCount(0);
    await expect(other.getByText("Active", { exact: true }).first()).toBeVisible();
  });

  await test.step("revoking several", async () => {
    await owner.key("Ticked one", "query");
    await owner.key("Ticked two", "query");
    await keys.open("?q=Ticked");
    for (const box of await page.getByRole("checkbox", { name: /^Tick Ticked/ }).all()) await box.check();
    await page.getByRole("button", { name: "Revoke 2 keys" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "api_keys/revoke_many", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    for (const name of ["Ticked one", "Ticked two"]) expect((await keysCalled(name))[0].state).toBe("revoked");
  });
});

/** Prepares a key for Idris, as the page would, and gives the path of its link. */
async function prepare(name: string): Promise<string> {
  const { owner } = filled;
  const { company } = owner;
  const member = (await owner.members()).get(filled.server.env.AIDOO_MEMBER_EMAIL);
  const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  const input = { company, member, request, name, permissions: "query", expiry: "never" };
  return new URL((await owner.json<{ url: string }>("api_keys/hand_over", { input })).url).pathname;
}

test("a key that was picked up and got lost on its way is told as made, with the way to revoke it", async ({ browserOf }) => {
  const path = await prepare("Lost on its way");
  const idris = await Session.of(filled.server, "MEMBER");
  const page = await (await browserOf(filled.server, await signedIn(idris), OFFLINE)).newPage();
  await visit(page, path);
  const send = () => page.getByRole("button", { name: "Show my key" }).click();
  await survivesLoss(page, { endpoint: "api_keys/pick_up", around: page, typed: [], send });
  await send();
  const told = page.getByRole("alert");
  await expect(told).toContainText("This key was made already, but the answer got lost on its way here");
  expect(await keysCalled("Lost on its way")).toHaveLength(1);
  await told.getByRole("link", { name: /Revoke it/ }).click();
  await new ApiKeys(page).revoke("Lost on its way");
  expect((await keysCalled("Lost on its way"))[0].state).toBe("revoked");
});

test("a new link that got lost is made anew, and keys that were revoked are told as revoked", async ({ browserOf }) => {
  const first = await prepare("Linked anew");
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");

  await test.step("a new link", async () => {
    await visit(page, "/api-keys");
    await page.getByRole("link", { name: "New link for the key Linked anew" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Make a new link" }).click();
    await survivesLoss(page, { endpoint: "api_keys/renew_handover", around: dialog, typed: [], send });
    await send();
    const shown = dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    expect(await shown.textContent()).not.toContain(first);
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(page.getByRole("link", { name: "New link for the key Linked anew" })).toHaveCount(1);
  });

  await test.step("revoking several", async () => {
    const names = ["Lost with others", "Lost beside them"];
    for (const name of names) await filled.owner.key(name, "query");
    await visit(page, "/api-keys?q=Lost+");
    for (const name of names) await page.getByRole("checkbox", { name: `Tick ${name}` }).check();
    await page.getByRole("button", { name: "Revoke 2 keys" }).click();
    await expect(dialog).toBeVisible();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesLoss(page, { endpoint: "api_keys/revoke_many", around: dialog, typed: [], send });
    await send();
    await expect(dialog.getByRole("alert")).toContainText("already revoked");
    for (const name of names) expect((await keysCalled(name))[0].state).toBe("revoked");
  });
});

test("a link that hands a key over and got lost is told as a link, or shown", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  await team.open();
  await team.startGenerating(filled.server.env.AIDOO_MEMBER_EMAIL);
  await dialog.getByText("As a link", { exact: true }).click();
  const name = dialog.getByLabel("Name", { exact: true });
  await name.fill("Link got lost");
  const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
  await survivesLoss(page, { endpoint: "api_keys/hand_over", around: dialog, typed: [name], send });
  await send();
  await expect(dialog.getByRole("alert").filter({ hasText: UNREACHABLE })).toHaveCount(0);
  await expect(dialog.getByText(/\/pick-up\//).or(dialog.getByRole("alert").filter({ hasText: /new link/ }))).toBeVisible();
  await expect(dialog.getByText("This key was made already")).toHaveCount(0);
  await visit(page, "/api-keys");
  await expect(page.getByRole("link", { name: "New link for the key Link got lost" })).toHaveCount(1);
});

test("a link that is withdrawn is told as gone, although the answer got lost", async ({ browserOf }) => {
  await prepare("Withdrawn unheard");
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  await visit(page, "/api-keys");
  await page.getByRole("link", { name: "Withdraw the key Withdrawn unheard" }).click();
  await expect(dialog).toBeVisible();
  const send = () => dialog.getByRole("button", { name: "Withdraw" }).click();
  await survivesLoss(page, { endpoint: "api_keys/withdraw_handover", around: dialog, typed: [], send });
  await send();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("link", { name: "Withdraw the key Withdrawn unheard" })).toHaveCount(0);
});
