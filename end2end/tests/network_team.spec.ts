// The network goes away in the middle of a form about the people of a company: inviting, roles, links, removing, leaving. What
// was typed stays, a line says so, and sending it again works and does nothing twice.

import { Account, type Person } from "../pages/account";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { OFFLINE, survivesCuts, survivesLoss, survivesSilence } from "../support/network";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, test, visit, visitLive } from "../support/test";

const founder: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };

let server: Aidoo;
let filled: { owner: Session };
test.beforeAll(async ({ browser }) => {
  server = await start({ demo: true, signup: "open" });
  filled = { owner: await Session.of(server, "OWNER") };
  const page = await browser.newPage({ baseURL: server.url });
  await new Account(page).signUp(founder, "Second Company");
  await page.close();
});
test.afterAll(() => server.stop());

test("inviting, changing a role and removing somebody", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  await team.open();

  await test.step("inviting makes one invitation", async () => {
    await page.getByRole("link", { name: "Invite", exact: true }).click();
    const typed = [dialog.getByLabel("E-mail"), dialog.getByRole("radio", { name: "Admin" })];
    await typed[0].fill("lost@nordwind.example");
    await typed[1].check();
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesCuts(page, { endpoint: "team/invite", around: dialog, typed, send });
    await expect(dialog.getByText(/\/invitation\//)).toBeVisible();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(team.row("lost@nordwind.example")).toHaveCount(1);
  });

  const members = await filled.owner.members();
  const tomas = members.get(server.env.AIDOO_MEMBER2_EMAIL);
  await test.step("a role", async () => {
    await visit(page, `/team?role=${tomas}`);
    const typed = [dialog.getByRole("radio", { name: "Admin" })];
    await typed[0].check();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesCuts(page, { endpoint: "team/change_role", around: dialog, typed, send });
    await expect(dialog).toBeHidden();
    await expect(team.row("Tomás Ruiz")).toContainText("Admin");
  });

  await test.step("removing", async () => {
    await visit(page, `/team?remove=${tomas}`);
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "team/remove_member", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(team.row("Tomás Ruiz")).toHaveCount(0);
  });
});

test("links: a new one for an invitation and for a password, and joining by one", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  const invited = await filled.owner.invite("tunnel@nordwind.example");
  const row = team.row("tunnel@nordwind.example");

  await test.step("a new link", async () => {
    await team.open();
    await row.getByRole("link", { name: /^New link/ }).click();
    // What it is made of is fetched first.
    await expect(dialog).toBeVisible();
    const send = () => dialog.getByRole("button", { name: "Make a new link" }).click();
    await survivesSilence(page, { endpoint: "team/renew_invitation", around: dialog, typed: [], send });
    await send();
    await expect(dialog.getByText(/\/invitation\//)).toBeVisible();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
  });

  await test.step("withdrawing", async () => {
    await row.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("link", { name: "Withdraw the invitation" }).locator("visible=true").click();
    const send = () => dialog.locator("footer").getByRole("button").click();
    await survivesSilence(page, { endpoint: "team/withdraw_invitation", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(row).toHaveCount(0);
    expect(invited.invitation).toMatch(/^inv_/);
  });

  await test.step("a link for a new password", async () => {
    const anna = (await filled.owner.members()).get(server.env.AIDOO_ADMIN_EMAIL);
    await visit(page, `/team?reset=${anna}`);
    const send = () => dialog.getByRole("button", { name: "Make the link" }).click();
    await survivesCuts(page, { endpoint: "team/make_reset_link", around: dialog, typed: [], send });
    await expect(dialog.getByText(/\/reset\//)).toBeVisible();
  });

  await test.step("joining as somebody who has an account", async () => {
    const zoe = await Session.signIn(server, founder.email, founder.password);
    const { url } = await filled.owner.invite(founder.email);
    const other = await (await browserOf(server, await signedIn(zoe), OFFLINE)).newPage();
    await visit(other, url);
    const send = () => other.getByRole("button", { name: /^Join/ }).click();
    await survivesSilence(other, { endpoint: "accounts/accept_as_me", around: other, typed: [], send });
    await send();
    await expect(other).not.toHaveURL(/invitation/);
  });
});

test("a new link that got lost is made anew, and no second invitation with it", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  const { url } = await filled.owner.invite("anew@nordwind.example");
  await team.open();
  await team.row("anew@nordwind.example").getByRole("link", { name: /^New link/ }).click();
  await expect(dialog).toBeVisible();
  const send = () => dialog.getByRole("button", { name: "Make a new link" }).click();
  await survivesLoss(page, { endpoint: "team/renew_invitation", around: dialog, typed: [], send });
  await send();
  const shown = ((await dialog.getByText(/\/invitation\//).textContent()) ?? "").trim();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(team.row("anew@nordwind.example")).toHaveCount(1);
  const stranger = await (await browserOf(server)).newPage();
  for (const [link, works] of [
    [url, false],
    [shown, true],
  ] as const) {
    await stranger.goto(link);
    await expect(stranger.getByText(/no longer valid/)).toHaveCount(works ? 0 : 1);
    await expect(stranger.getByRole("button", { name: /^Join/ })).toHaveCount(works ? 1 : 0);
  }
});

test("who leaves and does not hear of it sees that they have left, and the way on", async ({ browserOf }) => {
  const idris = await Session.of(server, "MEMBER");
  const page = await (await browserOf(server, await signedIn(idris), OFFLINE)).newPage();
  await visitLive(page, "/settings");
  const dialog = await new Settings(page).startLeaving();
  // What it is made of is fetched first.
  await expect(dialog).toBeVisible();
  const send = () => dialog.getByRole("button", { name: "Leave", exact: true }).click();
  const leaving = { endpoint: "team/remove_member", around: dialog, typed: [], send };
  // The stream of news breaks with the network: only an open one tells that they are no member any more.
  const news = page.waitForResponse(/\/events/, { timeout: 20_000 });
  await survivesSilence(page, leaving);
  await news.catch(() => undefined);
  await survivesLoss(page, leaving);
  const line = page.getByRole("status").filter({ hasText: "You are no longer a member of this company." });
  await expect(line).toBeVisible();
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await line.getByRole("link", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { name: "You are not in any company" })).toBeVisible();
  expect([...(await filled.owner.members()).keys()]).not.toContain(server.env.AIDOO_MEMBER_EMAIL);
});

test("who is removed, and what is withdrawn, is told as gone although the answer got lost", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(filled.owner), OFFLINE)).newPage();
  const dialog = page.getByRole("dialog");
  const team = new Team(page);
  const send = () => dialog.locator("footer").getByRole("button").click();

  await test.step("somebody", async () => {
    const anna = (await filled.owner.members()).get(server.env.AIDOO_ADMIN_EMAIL);
    await visit(page, `/team?remove=${anna}`);
    await survivesLoss(page, { endpoint: "team/remove_member", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(team.row("Anna Vogel")).toHaveCount(0);
  });

  await test.step("an invitation", async () => {
    const { invitation } = await filled.owner.invite("gone@nordwind.example");
    await visit(page, `/team?withdraw=${invitation}`);
    await survivesLoss(page, { endpoint: "team/withdraw_invitation", around: dialog, typed: [], send });
    await send();
    await expect(dialog).toBeHidden();
    await expect(team.row("gone@nordwind.example")).toHaveCount(0);
  });
});
