// What people type is a text and nothing else, whatever it holds, and it stays in its box.

import type { Page } from "@playwright/test";

import { type Filled, allIsOnRecord, fill } from "../support/fill";
import { fits } from "../support/look";
import { canCompare, looksAsBefore } from "../support/picture";
import { type Aidoo, start } from "../support/servers";
import { signedIn } from "../support/session";
import { NAMES, STRANGE, typeStrangeThings } from "../support/strange";
import { accessible, expect, test, visit } from "../support/test";

let server: Aidoo;
let filled: Filled;
let keys: Map<string, string>;
test.beforeAll(async () => {
  server = await start({ demo: true });
  filled = await fill(server);
  keys = await typeStrangeThings(filled.owner);
  // Looking at notices changes them: here they are looked at before.
  await filled.owner.form("notices/open", { company: filled.owner.company });
  await allIsOnRecord();
});
test.afterAll(() => server.stop());

/** Every text is on the page as it was typed, and none of it ran. */
async function shows(page: Page, names: string[]): Promise<void> {
  const text = await page.evaluate(() => document.body.innerText.normalize());
  for (const name of names) expect(text, page.url()).toContain(name.normalize());
  expect(await page.title()).not.toContain("ran");
  expect(await page.locator("img[src=x]").count()).toBe(0);
}

test("strange names are texts and stay in their boxes, on a desk and on a phone", async ({ browserOf }) => {
  test.setTimeout(480_000);
  const calm = { reducedMotion: "reduce", timezoneId: "UTC", colorScheme: "light" } as const;
  const context = await browserOf(server, { ...calm, ...(await signedIn(filled.owner)) });
  const page = await context.newPage();
  const people = Object.entries(STRANGE).filter(([kind]) => kind !== "formula").map(([, name]) => name);
  const key = (kind: keyof typeof STRANGE) => keys.get(STRANGE[kind]);
  for (const [name, path, seen] of [
    ["team", "/team", people],
    ["api-keys", "/api-keys", NAMES],
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
      await shows(page, seen);
      for (const width of [1440, 768, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await fits(page);
        if (width !== 768 && canCompare()) await looksAsBefore(page, `strange-${name}-${width}`, 1800);
      }
      await accessible(page);
    });
  }
});

test("files of strange names hold no formula", async () => {
  for (const [path, count] of [["api-keys", NAMES.length], ["activity", 1]] as const) {
    const answer = await filled.owner.request.get(`/exports/${path}.csv?company=${filled.owner.company}`);
    expect(answer.headers()["content-type"]).toContain("text/csv");
    const text = await answer.text();
    const cells = [...text.matchAll(/(?:^|,|\n)("(?:[^"]|"")*"|[^,\n]*)/g)].map(([, cell]) => cell);
    expect(cells.length).toBeGreaterThan(count);
    for (const cell of cells) expect(cell, path).not.toMatch(/^"?[=+@\t\r-]/);
    expect(text, path).toContain("'=cmd()");
  }
});
