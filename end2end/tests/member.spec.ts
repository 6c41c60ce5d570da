import { Account } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

test("a member sees no other person's key and no forbidden button", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);

  await visit(page, "/team");
  await accessible(page);
  await expect(page.getByRole("link", { name: "Invite" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /Generate an API key/ })).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Policies" })).toHaveCount(0);

  const keys = new ApiKeys(page);
  await keys.open();
  await accessible(page);
  await expect(keys.row("Cursor - Marie - Demonstration")).toHaveCount(0);
  await page.getByRole("link", { name: "Generate an API key for yourself" }).click();
  await expect(page.getByRole("dialog", { name: "Generate an API key for yourself" })).toBeVisible();
  await page.getByRole("dialog").getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/api-keys$/);

  await visit(page, "/odoo");
  await accessible(page);
  await expect(page.getByRole("button", { name: "Test and save" })).toHaveCount(0);
});

test("what a member may not do is refused when the request is made by hand", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const ownerContext = await browserOf(demo);
  const owner = await ownerContext.newPage();
  await new Account(owner).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  const call = (context: typeof ownerContext, path: string, body: object) =>
    context.request.post(`/api/${path}`, {
      data: body,
      headers: { Origin: demo.url, Accept: "application/json" },
    });
  const form = (context: typeof ownerContext, path: string, fields: Record<string, string>) =>
    context.request.post(`/api/${path}`, {
      form: fields,
      headers: { Origin: demo.url, Accept: "application/json" },
    });
  const viewer = await (await form(ownerContext, "accounts/viewer", {})).json();
  const company: string = viewer.current.company;
  const list = await (await call(ownerContext, "api_keys/list", { company, filter: {} })).json();
  const ownersKey: string = list.keys[0].id;

  const memberContext = await browserOf(demo);
  const member = await memberContext.newPage();
  await new Account(member).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);
  const mine = await (await call(memberContext, "api_keys/list", { company, filter: {} })).json();
  expect(mine.keys.map((key: { id: string }) => key.id)).not.toContain(ownersKey);

  const hidden = await form(memberContext, "api_keys/revoke", { "input[company]": company, "input[key]": ownersKey });
  expect(hidden.status()).toBe(404);
  const invite = await form(memberContext, "team/invite", {
    "input[company]": company,
    "input[email]": "eve@nordwind.example",
    "input[role]": "owner",
  });
  expect(invite.status()).toBe(403);
  const still = await (await call(ownerContext, "api_keys/list", { company, filter: {} })).json();
  expect(still.keys.find((key: { id: string }) => key.id === ownersKey).state).toBe("active");
});

test("every page of a member's frame opens by its link and directly, without a complaint", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const page = await (await browserOf(demo)).newPage();
  await new Account(page).signIn(demo.env.AIDOO_MEMBER_EMAIL, demo.env.AIDOO_MEMBER_PASSWORD);
  // The last page first, so that each of the others is gone to.
  await visit(page, "/settings");
  const heading = page.getByRole("heading", { level: 1 });
  const menu = page.getByRole("navigation", { name: "Main" }).getByRole("list").getByRole("link");
  const notices = page.getByRole("link", { name: /^Notices/ }).filter({ visible: true });
  const count = await menu.count();
  // All but the policies: a menu that did not come would be looked at in no time.
  expect(count).toBeGreaterThanOrEqual(8);
  for (let at = 0; at <= count; at += 1) {
    const link = at < count ? menu.nth(at) : notices;
    const path = (await link.getAttribute("href"))!;
    // Behind its name an entry may say how much waits there.
    const name = at < count ? await link.evaluate(ownText) : "Notices";
    await test.step(path, async () => {
      await link.click();
      await expect(page).toHaveURL(path);
      await hydrated(page);
      await expect(heading).toHaveText(name);
      await accessible(page);
      await visit(page, path);
      await expect(heading).toHaveText(name);
    });
  }
  await page.goto("/no-such-page");
  await expect(heading).toContainText(/not found|no such page/i);
  await accessible(page);
});

test("a key's page tells a member from where they worked themselves, and of nobody else", async ({ servers, browserOf }) => {
  const { demo } = servers;
  const [owner, member] = [await Session.of(demo, "OWNER"), await Session.of(demo, "MEMBER")];
  const { id } = await member.key("Named by its person", "query");
  await owner.form("api_keys/edit", {
    "input[company]": owner.company,
    "input[key]": id,
    "input[name]": "Named by the owner",
    "input[permissions][]": "query",
  });
  const from = "from 127.0.0.1";
  for (const session of [owner, member]) {
    const page = await (await browserOf(demo, await signedIn(session))).newPage();
    await visit(page, `/api-keys/${id}`);
    const entries = page.getByRole("region", { name: "History" }).getByRole("listitem");
    const renamed = entries.filter({ hasText: "Renamed from" });
    await expect(renamed).toContainText("Named by the owner");
    if (session === owner) await expect(renamed).toContainText(from);
    else await expect(renamed).not.toContainText(from);
    const generated = entries.filter({ hasText: "Generated by" });
    await expect(generated).toContainText(from);
    await accessible(page);
  }
});

/** Runs in the page: the first text that stands in the element itself. */
function ownText(node: Element): string {
  const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  return texts.map(({ textContent }) => textContent?.trim() ?? "").find((text) => text !== "") ?? "";
}
