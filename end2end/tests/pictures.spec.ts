// Pictures of the pages, compared with references: `make screenshots` makes those anew.

import type { Page } from "@playwright/test";

import { Team } from "../pages/team";
import { type Filled, fill } from "../support/fill";
import { looksAsBefore, needsTheReferencesFonts } from "../support/picture";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { test, visit } from "../support/test";

const WIDTHS = [1440, 768, 360];
const THEMES = ["light", "dark"] as const;
const calm = { reducedMotion: "reduce", timezoneId: "UTC", locale: "en", permissions: [] as string[] } as const;

let server: Aidoo;
let filled: Filled;
test.beforeAll(async () => {
  server = await start({ demo: true });
  filled = await fill(server);
  // Calls are written within a second, and pages that are open hear of it.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
});
test.afterAll(() => server.stop());
test.beforeEach(needsTheReferencesFonts);

/** Pictures of what the page shows, at these widths, by day and by night. */
async function pictures(page: Page, name: string, widths = WIDTHS, themes: readonly ("light" | "dark")[] = THEMES): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      await looksAsBefore(page, `${name}-${width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** The pages and their names, whoever looks. Notices come last: looking at them changes the frame. */
const pages = (keys: Filled["keys"]): [string, string][] => [
  ["team", "/team"],
  ["api-keys", "/api-keys"],
  ["key", `/api-keys/${keys.used}`],
  ["workflows", "/workflows"],
  ["builder", "/workflows?edit=new"],
  ["approvals", "/approvals"],
  ["activity", "/activity"],
  ["connect", "/connect"],
  ["odoo", "/odoo"],
  ["policies", "/policies"],
  ["settings", "/settings"],
  ["not-found", "/no-such-page"],
];

test("pages before the sign-in look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(server, calm)).newPage();
  for (const [name, path] of [
    ["sign-in", "/sign-in"],
    ["sign-up", "/sign-up"],
    ["invitation-ended", "/invitation/no-such-token"],
    ["reset-ended", "/reset/no-such-token"],
  ]) {
    await visit(page, path);
    await pictures(page, name, [1440, 360]);
  }
});

test("an owner's pages look as they did, at every width, by day and by night", async ({ browserOf }) => {
  test.setTimeout(480_000);
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  for (const [name, path] of pages(filled.keys)) {
    await test.step(name, async () => {
      await visit(page, path);
      await pictures(page, name);
    });
  }
});

test("an owner's dialogs look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const members = await filled.owner.members();
  const idris = members.get(server.env.AIDOO_MEMBER_EMAIL);
  for (const [name, path] of [
    ["dialog-invite", "/team?invite"],
    ["dialog-generate", `/team?generate=${idris}`],
    ["dialog-role", `/team?role=${idris}`],
    ["dialog-revoke", `/api-keys?revoke=${filled.keys.admins}`],
    ["dialog-rotate", `/api-keys?rotate=${filled.keys.expiring}`],
  ]) {
    await test.step(name, async () => {
      await visit(page, path);
      await pictures(page, name, [1440], ["light"]);
      await pictures(page, name, [360], ["dark"]);
    });
  }
});

test("a member's pages look as they did", async ({ browserOf }) => {
  const member = await Session.of(server, "MEMBER");
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(member)) })).newPage();
  for (const name of ["team", "api-keys", "policies", "odoo"]) {
    await visit(page, `/${name}`);
    await pictures(page, `member-${name}`, [1440], ["light"]);
    await pictures(page, `member-${name}`, [360], ["dark"]);
  }
});

test("French pages look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, locale: "fr", ...(await signedIn(filled.owner)) })).newPage();
  for (const name of ["team", "api-keys", "activity", "policies"]) {
    await visit(page, `/${name}`);
    await pictures(page, `french-${name}`, [1440], ["light"]);
    await pictures(page, `french-${name}`, [360], ["dark"]);
  }
});

// It makes a key, which lists would show: it comes last.
test("a key that is shown once looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const team = new Team(page);
  await team.open();
  const generate = await team.startGenerating("Anna Vogel");
  await generate.create("Cursor - Anna - Accounting");
  await pictures(page, "dialog-key-made", [1440], ["light"]);
  await pictures(page, "dialog-key-made", [360], ["dark"]);
});
