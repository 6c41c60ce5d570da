// Pictures of the pages, compared with references: `make screenshots` makes those anew.

import { Account } from "../pages/account";
import { Team } from "../pages/team";
import { neverWrote } from "../support/aged";
import { allIsOnRecord } from "../support/fill";
import { filledServer } from "../support/filled";
import { openGates } from "../support/gates";
import { calm, needsTheReferencesFonts, pictures, twoPictures } from "../support/picture";
import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { expect, hydrated, test, visit } from "../support/test";

const filled = filledServer();
test.beforeAll(allIsOnRecord);
test.beforeEach(needsTheReferencesFonts);

/** The pages and their names, whoever looks. Notices come last: looking at them changes the frame. */
const pages = (key: string): [string, string][] => [
  ["team", "/team"],
  ["api-keys", "/api-keys"],
  ["key", `/api-keys/${key}`],
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

/** The languages, and what the name of a picture begins with for each. */
const LANGUAGES = [
  ["en", ""],
  ["fr", "french-"],
] as const;

for (const [locale, french] of LANGUAGES) {
  test(`pages before the sign-in look as they did: ${locale}`, async ({ browserOf }) => {
    const page = await (await browserOf(filled.server, { ...calm, locale })).newPage();
    for (const [name, path] of [
      ["sign-in", "/sign-in"],
      ["sign-up", "/sign-up"],
      ["invitation-ended", "/invitation/no-such-token"],
      ["reset-ended", "/reset/no-such-token"],
      ["reset-done", "/reset/done"],
    ]) {
      await visit(page, path);
      await pictures(page, french + name);
    }
  });
}

test("forms before the sign-in look as they did", async ({ browserOf }) => {
  const gates = await openGates();
  const contexts = await Promise.all(LANGUAGES.map(([locale]) => browserOf(gates.server, { ...calm, locale })));
  try {
    for (const [at, [, french]] of LANGUAGES.entries()) {
      const page = await contexts[at]!.newPage();
      for (const [name, path] of Object.entries(gates.paths)) {
        await visit(page, path);
        await pictures(page, `${french}${name}-open`);
      }
    }
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await gates.server.stop();
  }
});

/** The sessions of those who are looked over the shoulder: another for each language would be another device in the settings. */
const sessions = new Map<string, Promise<Session>>();

function sessionOf(who: "owner" | "admin" | "member"): Promise<Session> {
  const known = sessions.get(who);
  if (known) return known;
  const session = who === "owner" ? Promise.resolve(filled.owner) : Session.of(filled.server, who === "admin" ? "ADMIN" : "MEMBER");
  sessions.set(who, session);
  return session;
}

for (const who of ["owner", "admin", "member"] as const) {
  for (const [locale, french] of LANGUAGES) {
    test(`pages look as they did at every width, by day and by night: ${who}, ${locale}`, async ({ browserOf }) => {
      test.setTimeout(480_000);
      const session = await sessionOf(who);
      const page = await (await browserOf(filled.server, { ...calm, locale, ...(await signedIn(session)) })).newPage();
      const key = who === "member" ? filled.keys.members : who === "admin" ? filled.keys.admins : filled.keys.used;
      const prefix = french + (who === "owner" ? "" : `${who}-`);
      for (const [name, path] of pages(key)) {
        await test.step(name, async () => {
          await visit(page, path);
          await pictures(page, prefix + name);
        });
      }
    });
  }
}

for (const [locale, french] of LANGUAGES) {
  test(`an owner's dialogs look as they did: ${locale}`, async ({ browserOf }) => {
    const page = await (await browserOf(filled.server, { ...calm, locale, ...(await signedIn(filled.owner)) })).newPage();
    const members = await filled.owner.members();
    const idris = members.get(filled.server.env.AIDOO_MEMBER_EMAIL);
    for (const [name, path] of [
      ["dialog-invite", "/team?invite"],
      ["dialog-generate", `/team?generate=${idris}`],
      ["dialog-role", `/team?role=${idris}`],
      ["dialog-remove", `/team?remove=${idris}`],
      ["dialog-reset", `/team?reset=${idris}`],
      ["dialog-revoke", `/api-keys?revoke=${filled.keys.admins}`],
      ["dialog-revoke-two", `/api-keys?revoke=${filled.keys.admins}&revoke=${filled.keys.members}`],
      ["dialog-rotate", `/api-keys?rotate=${filled.keys.expiring}`],
      ["dialog-rotate-another", `/api-keys?rotate=${filled.keys.members}`],
      ["dialog-edit", `/api-keys?edit=${filled.keys.expiring}`],
      ["dialog-odoo", "/odoo?remove"],
    ]) {
      await test.step(name, async () => {
        await visit(page, path);
        await twoPictures(page, french + name);
      });
    }
  });
}

test("a workflow that is being built looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
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

// What follows makes keys and looks at notices, which other pages would show: it comes last.
test("a key that is shown once looks as it did", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const team = new Team(page);
  await team.open();
  const generate = await team.startGenerating("Anna Vogel");
  await generate.create("Cursor - Anna - Accounting");
  await twoPictures(page, "dialog-key-made");
});

test("a key that is handed over looks as it did, until its person has it", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
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

  const idris = await Session.of(filled.server, "MEMBER");
  const theirs = await (await browserOf(filled.server, { ...calm, ...(await signedIn(idris)) })).newPage();
  await visit(theirs, new URL(link).pathname);
  await pictures(theirs, "pick-up");
  await theirs.getByRole("button", { name: "Show my key" }).click();
  await expect(theirs.getByRole("dialog", { name: "Copy your key now" })).toBeVisible();
  await twoPictures(theirs, "dialog-picked-up");
});

test("a key that loses what it does not use, and notices, look as they did", async ({ browserOf }) => {
  const { id } = await neverWrote(filled.owner, "Never wrote");
  await allIsOnRecord();
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  await visit(page, `/api-keys/${id}?reduce=${id}`);
  await twoPictures(page, "dialog-reduce");
  await visit(page, "/notices");
  await pictures(page, "notices");
});

// Last: the lists have one person less from here on.
test("what somebody sees who is in no company any more looks as it did", async ({ browserOf }) => {
  const tomas = await Session.of(filled.server, "MEMBER2");
  await tomas.form("team/remove_member", { "input[company]": tomas.company, "input[member]": tomas.member });
  for (const [locale, french] of LANGUAGES) {
    const page = await (await browserOf(filled.server, { ...calm, locale, ...(await signedIn(tomas)) })).newPage();
    await visit(page, "/team");
    await expect(page.getByText(filled.server.env.AIDOO_MEMBER2_EMAIL)).toBeVisible();
    await pictures(page, `${french}no-company`);
  }
});
