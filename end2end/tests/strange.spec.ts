// What people type is a text and nothing else, whatever it holds, and it stays in its box. What opens on a page is in
// strange_dialogs, what stands before the sign-in in strange_gates.

import { allIsOnRecord } from "../support/fill";
import { filledServer } from "../support/filled";
import { NAMES, STRANGE, exported, holds, isCalled, pageOf, typeStrangeThings } from "../support/strange";
import { expect, test, visit } from "../support/test";

/** Lists, which are rows on a desk and cards on what is narrower: they are pictured at every width, by day and by night. */
const EVERYWHERE = ["team", "api-keys"];

const filled = filledServer();
let keys: Map<string, string>;
test.beforeAll(async () => {
  keys = await typeStrangeThings(filled.owner);
  // Looking at notices changes them: here they are looked at before.
  await filled.owner.form("notices/open", { company: filled.owner.company });
  await allIsOnRecord();
});

test("strange names are texts and stay in their boxes, on a desk and on a phone", async ({ browserOf }) => {
  test.setTimeout(480_000);
  const page = await pageOf(browserOf, filled.server, filled.owner);
  const people = Object.entries(STRANGE).filter(([kind]) => kind !== "formula").map(([, name]) => name);
  const key = (kind: keyof typeof STRANGE) => keys.get(STRANGE[kind]);
  for (const [name, path, seen] of [
    ["team", "/team", people],
    ["api-keys", "/api-keys", NAMES],
    ["search", `/api-keys?q=${encodeURIComponent(STRANGE.arabic)}`, [STRANGE.arabic]],
    ["search-in-vain", `/api-keys?q=${encodeURIComponent(`nowhere ${STRANGE.script}`)}`, []],
    ["key", `/api-keys/${key("unbroken")}`, [STRANGE.unbroken]],
    ["key-arabic", `/api-keys/${key("arabic")}`, [STRANGE.arabic]],
    ["revoke", `/api-keys?revoke=${key("unbroken")}&revoke=${key("script")}&revoke=${key("arabic")}`, []],
    ["rotate", `/api-keys?rotate=${key("unbroken")}`, [STRANGE.unbroken]],
    ["edit", `/api-keys?edit=${key("unbroken")}`, [STRANGE.unbroken]],
    ["workflows", "/workflows", NAMES],
    ["approvals", "/approvals", NAMES],
    ["activity", "/activity", NAMES],
    ["connect", "/connect", []],
    ["settings", "/settings", [STRANGE.unbroken]],
    ["notices", "/notices", people.slice(0, 3)],
  ] as [string, string, string[]][]) {
    await test.step(name, async () => {
      await visit(page, path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      await holds(page, seen, { picture: name, isEverywhere: EVERYWHERE.includes(name) });
    });
  }
});

test("files of strange names hold no formula, whoever they are of", async () => {
  const { owner } = filled;
  await isCalled(owner, STRANGE.formula, STRANGE.formula);
  for (const [list, count] of [["api-keys", NAMES.length], ["activity", 1]] as const) {
    const { cells, text } = await exported(owner, list);
    expect(cells.length).toBeGreaterThan(count);
    for (const cell of cells) expect(cell, list).not.toMatch(/^"?[=+@\t\r-]/);
    expect(text, list).toContain("'=cmd()");
  }
});
