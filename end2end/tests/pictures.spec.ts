// Pictures of the pages, compared with references: `make screenshots` makes those anew.

import type { Page } from "@playwright/test";

import { Account } from "../pages/account";
import { Team } from "../pages/team";
import { neverWrote } from "../support/aged";
import { type Filled, allIsOnRecord, fill } from "../support/fill";
import { openGates } from "../support/gates";
import { looksAsBefore, needsTheReferencesFonts } from "../support/picture";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test, visit } from "../support/test";

const WIDTHS = [1440, 768, 360];
const THEMES = ["light", "dark"] as const;
const calm = { reducedMotion: "reduce", timezoneId: "UTC", locale: "en", permissions: [] as string[] } as const;

let server: Aidoo;
let filled: Filled;
test.beforeAll(async () => {
  server = await start({ demo: true });
  filled = await fill(server);
  await allIsOnRecord();
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

/** Two pictures, where more would show nothing new: on a desk by day, and on a phone by night. */
async function twoPictures(page: Page, name: string): Promise<void> {
  await pictures(page, name, [1440], ["light"]);
  await pictures(page, name, [360], ["dark"]);
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

test("forms before the sign-in look as they did", async ({ browserOf }) => {
  const gates = await openGates();
  const context = await browserOf(gates.server, calm);
  try {
    const page = await context.newPage();
    for (const [name, path] of Object.entries(gates.paths)) {
      await visit(page, path);
      await twoPictures(page, `${name}-open`);
    }
  } finally {
    await context.close();
    await gates.server.stop();
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
    ["dialog-remove", `/team?remove=${idris}`],
    ["dialog-reset", `/team?reset=${idris}`],
    ["dialog-revoke", `/api-keys?revoke=${filled.keys.admins}`],
    ["dialog-revoke-two", `/api-keys?revoke=${filled.keys.admins}&revoke=${filled.keys.members}`],
    ["dialog-rotate", `/api-keys?rotate=${filled.keys.expiring}`],
    ["dialog-edit", `/api-keys?edit=${filled.keys.expiring}`],
    ["dialog-odoo", "/odoo?remove"],
  ]) {
    await test.step(name, async () => {
      await visit(page, path);
      await twoPictures(page, name);
    });
  }
});

test("a workflow that is being built looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  await visit(page, "/workflows");
  await page.getByRole("article", { name: "Month-end quotations" }).getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("region", { name: "Edit the workflow" })).toBeVisible();
  await hydrated(page);
  await twoPictures(page, "builder-steps");
});

test("the pages of a company that has nothing yet look as they did", async ({ browserOf }) => {
  const empty = await start({ demo: false });
  const context = await browserOf(empty, calm);
  try {
    const page = await context.newPage();
    const founder = { name: "Zoe Adler", email: "zoe@second.example", password: "copper-meadow-lantern-27" };
    await new Account(page).signUp(founder, "Second Company");
    for (const name of ["team", "api-keys", "workflows", "approvals", "activity", "connect", "odoo", "notices"]) {
      await visit(page, `/${name}`);
      await twoPictures(page, `empty-${name}`);
    }
  } finally {
    await context.close();
    await empty.stop();
  }
});

test("an admin's pages look as they did, where they are not an owner's", async ({ browserOf }) => {
  const admin = await Session.of(server, "ADMIN");
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(admin)) })).newPage();
  for (const name of ["team", "api-keys"]) {
    await visit(page, `/${name}`);
    await twoPictures(page, `admin-${name}`);
  }
});

/** What a member's menu leads to. */
const MEMBERS = ["team", "api-keys", "workflows", "approvals", "activity", "odoo", "connect", "settings"];

test("a member's pages look as they did", async ({ browserOf }) => {
  const member = await Session.of(server, "MEMBER");
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(member)) })).newPage();
  // The last is not theirs, and says so.
  for (const name of [...MEMBERS, "policies"]) {
    await visit(page, `/${name}`);
    await twoPictures(page, `member-${name}`);
  }
});

/** Pages with words enough to be longer in French. */
const FRENCH = ["team", "api-keys", "workflows", "approvals", "activity", "odoo", "connect", "policies", "settings"];

test("French pages look as they did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, locale: "fr", ...(await signedIn(filled.owner)) })).newPage();
  for (const name of FRENCH) {
    await visit(page, `/${name}`);
    await twoPictures(page, `french-${name}`);
  }
});

// What follows makes keys and looks at notices, which other pages would show: it comes last.
test("a key that is shown once looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const team = new Team(page);
  await team.open();
  const generate = await team.startGenerating("Anna Vogel");
  await generate.create("Cursor - Anna - Accounting");
  await twoPictures(page, "dialog-key-made");
});

test("a key that is handed over looks as it did, until its person has it", async ({ browserOf }) => {
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const team = new Team(page);
  await team.open();
  const generate = await team.startGenerating("Idris Benali");
  const link = await generate.handOver("Cursor - Handed over");
  await twoPictures(page, "dialog-handed-over");
  await generate.confirmCopied();

  await visit(page, "/api-keys");
  await twoPictures(page, "api-keys-waiting");
  for (const [name, opener] of [
    ["dialog-new-link", /^New link for the key/],
    ["dialog-withdraw", /^Withdraw the key/],
  ] as const) {
    await page.getByRole("link", { name: opener }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await twoPictures(page, name);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }

  const idris = await Session.of(server, "MEMBER");
  const theirs = await (await browserOf(server, { ...calm, ...(await signedIn(idris)) })).newPage();
  await visit(theirs, new URL(link).pathname);
  await twoPictures(theirs, "pick-up");
  await theirs.getByRole("button", { name: "Show my key" }).click();
  await expect(theirs.getByRole("dialog", { name: "Copy your key now" })).toBeVisible();
  await twoPictures(theirs, "dialog-picked-up");
});

test("a key that loses what it does not use, and notices, look as they did", async ({ browserOf }) => {
  const { id } = await neverWrote(filled.owner, "Never wrote");
  await allIsOnRecord();
  const page = await (await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  await visit(page, `/api-keys/${id}?reduce=${id}`);
  await twoPictures(page, "dialog-reduce");
  await visit(page, "/notices");
  await twoPictures(page, "notices");
});
