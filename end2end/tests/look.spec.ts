// Every page and dialog, to every role, in both languages, light and dark, on a phone, a tablet and a desk: it opens
// and comes alive, nothing leaves its box, everything has a name and can be hit, and axe finds nothing.

import type { Locator, Page } from "@playwright/test";

import { ApiKeys } from "../pages/apiKeys";
import { Language } from "../pages/language";
import { crawl } from "../support/crawl";
import { filledServer } from "../support/filled";
import { openGates } from "../support/gates";
import { guarded, nonceOf } from "../support/headers";
import { fits, hittable, named, still } from "../support/look";
import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, axe, expect, hydrated, test } from "../support/test";

const WIDTHS = [1440, 768, 360];
/** Where a crawl begins; dialogs and single things are found by the links of these. */
const PAGES = [
  "/team",
  "/api-keys",
  "/api-keys?q=nothing+has+this+name",
  "/workflows",
  "/workflows?edit=new",
  "/approvals",
  "/activity",
  "/activity?since=2020-01-01&until=2020-01-02",
  "/activity?what=keys",
  "/connect",
  "/odoo",
  "/policies",
  "/settings",
  "/settings?done=profile",
  "/notices",
  "/pick-up/no-such-token",
  "/no-such-page",
];
const STRANGERS = ["/sign-in", "/sign-up", "/invitation/no-such-token", "/reset/no-such-token", "/reset/done"];

// They only look, and take as long as all other files together: each worker does some of them.
test.describe.configure({ mode: "parallel" });

const filled = filledServer();

/**
 * Looks at what the page shows now, at every width; axe sees it whole at these `widths`, from the widest, or its contrast
 * in the dark alone.
 */
async function look(page: Page, how: "whole" | "dark" | "both" = "both", widths = [1440, 360]): Promise<void> {
  await still(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    // A phone has a bar and menus that a desk has not.
    await named(page);
    await fits(page);
    await hittable(page);
    // A phone has menus and cards of its own; its colours are a desk's, so that once in the light is enough.
    if (how !== "dark" && widths.includes(width)) await accessible(page);
  }
  // What a phone leaves out is looked at in the dark too.
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  if (how !== "whole") await readableInTheDark(page);
}

/** Whatever the page shows now has enough contrast in the dark too. */
async function readableInTheDark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  const { violations } = await axe(page).withRules(["color-contrast"]).analyze();
  const found = violations.flatMap(({ nodes }) => nodes.map((node) => node.html));
  expect.soft(found, `contrast in the dark on ${page.url()} at ${page.viewportSize()?.width}`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
}

async function open(page: Page, path: string, language: string): Promise<void> {
  const answer = await page.goto(path);
  await hydrated(page);
  guarded(answer);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
}

const calm = { reducedMotion: "reduce", colorScheme: "light", viewport: { width: WIDTHS[0], height: 900 } } as const;

for (const language of ["en", "fr"]) {
  test(`pages before the sign-in suit everybody: ${language}`, async ({ browserOf }) => {
    const page = await (await browserOf(filled.server, { ...calm, locale: language })).newPage();
    for (const path of STRANGERS) {
      await test.step(path, async () => {
        await open(page, path, language);
        await look(page, language === "en" ? "whole" : "dark");
        if (language === "fr") await new Language(page).isFrench();
      });
    }
  });

  test(`forms before the sign-in suit everybody: ${language}`, async ({ browserOf }) => {
    const gates = await openGates();
    const context = await browserOf(gates.server, { ...calm, locale: language });
    try {
      const page = await context.newPage();
      for (const [name, path] of Object.entries(gates.paths)) {
        await test.step(name, async () => {
          await open(page, path, language);
          await expect(page.locator("form input[type=password]")).toBeVisible();
          await look(page, language === "en" ? "whole" : "dark");
          if (language === "fr") await new Language(page).isFrench();
        });
      }
    } finally {
      await context.close();
      await gates.server.stop();
    }
  });

  for (const who of ["OWNER", "ADMIN", "MEMBER"] as const) {
    test(`every page and dialog suits everybody: ${who.toLowerCase()}, ${language}`, async ({ browserOf }) => {
      test.setTimeout(600_000);
      const session = who === "OWNER" ? filled.owner : await Session.of(filled.server, who);
      const context = await browserOf(filled.server, { ...calm, locale: language, ...(await signedIn(session)) });
      const page = await context.newPage();
      // Looking at notices changes them: here they are looked at before.
      await session.form("notices/open", { company: session.company });
      const visit = (path: string) =>
        test.step(path, async () => {
          await open(page, path, language);
          // Neither structure nor contrast depends on the language: each is seen in one of them. A tablet shows an owner
          // most.
          await look(page, language === "en" ? "whole" : "dark", who === "OWNER" ? WIDTHS : undefined);
          if (language === "fr") await new Language(page).isFrench();
        });
      // Each client of the connect page has sentences of its own.
      const each = who === "OWNER" && language === "fr" ? ["client"] : [];
      const seen = await crawl(page, PAGES, visit, each);
      const dialogs = {
        OWNER: ["?invite", "?generate", "?role", "?remove", "?reset", "?renew", "?withdraw", "?rotate", "?revoke", "?edit"],
        ADMIN: ["?invite", "?generate", "?role", "?remove", "?rotate", "?revoke", "?edit"],
        MEMBER: ["?generate", "?remove", "?rotate", "?revoke", "?edit"],
      }[who];
      for (const dialog of dialogs) expect([...seen].some((path) => path.includes(dialog)), dialog).toBe(true);
      if (who === "MEMBER") expect([...seen].filter((path) => /\?(invite|role|reset|renew)/.test(path))).toEqual([]);
    });
  }
}

test("menus suit everybody, on a desk and on a phone", async ({ browserOf }) => {
  const context = await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) });
  const page = await context.newPage();
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const [path, openers, least] of [
      ["/team", page.locator("[popovertarget]:visible"), 3],
      // The frame's were opened on the first page, and those of the other rows are like this one.
      ["/api-keys", new ApiKeys(page).more("Cursor - Idris"), 1],
    ] as const) {
      await open(page, path, "en");
      const count = await openers.count();
      expect(count, path).toBeGreaterThanOrEqual(least);
      for (let at = 0; at < count; at += 1) {
        const opener = openers.nth(at);
        const menu = page.locator(`[id="${await opener.getAttribute("popovertarget")}"]`);
        await opener.focus();
        await page.keyboard.press("Enter");
        await expect(menu).toBeVisible();
        await fits(page);
        await hittable(page);
        await named(page);
        await accessible(page);
        await readableInTheDark(page);
        await page.keyboard.press("Escape");
        await expect(opener).toBeFocused();
        await expect(page.locator(":popover-open")).toHaveCount(0);
      }
    }
  }
});

test("a form that was sent empty suits everybody", async ({ browserOf }) => {
  const context = await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) });
  const page = await context.newPage();
  const members = await filled.owner.members();
  const idris = members.get(filled.server.env.AIDOO_MEMBER_EMAIL);
  for (const [path, field, button] of [
    ["/team?invite", "E-mail", "Make the link"],
    [`/team?generate=${idris}`, "Name", "Create"],
    [`/api-keys?edit=${filled.keys.used}`, "Name", "Save"],
    ["/settings", "Your name", "Save the profile"],
  ] as const) {
    await test.step(path, async () => {
      await open(page, path, "en");
      const around = path.includes("?") ? page.getByRole("dialog") : page.getByRole("region", { name: "Profile" });
      await around.getByLabel(field, { exact: true }).fill("");
      await around.getByRole("button", { name: button }).click();
      await expect(around.getByLabel(field, { exact: true })).toBeFocused();
      await expect(around.getByLabel(field, { exact: true })).toHaveAttribute("aria-invalid", "true");
      await look(page);
    });
  }
});

test("what belongs together stands together, and what is open is seen whole", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, { ...calm, ...(await signedIn(filled.owner)) })).newPage();
  const box = async (of: Locator) => (await of.boundingBox())!;
  await test.step("what somebody did has the room of the person, whom it names", async () => {
    await open(page, "/activity", "en");
    const deed = page.getByRole("row").filter({ hasText: "changed the policies" }).first();
    expect((await box(deed.getByRole("cell").nth(1))).width).toBeGreaterThan(500);
  });
  await page.setViewportSize({ width: 360, height: 900 });
  await test.step("clients stand in one row, where the chosen one is in view", async () => {
    await open(page, "/connect?client=continue", "en");
    const clients = page.getByRole("navigation", { name: "Client" }).getByRole("link");
    await expect(clients.and(page.locator("[aria-current]"))).toBeInViewport({ ratio: 1 });
    expect((await box(clients.first())).y).toBe((await box(clients.last())).y);
  });
  await test.step("a menu keeps away from the edge", async () => {
    await open(page, "/api-keys", "en");
    await new ApiKeys(page).more("Cursor - Idris").click();
    expect((await box(page.locator(":popover-open"))).x).toBeGreaterThan(8);
    await page.keyboard.press("Escape");
  });
  await test.step("what removes an input stands beside its first field", async () => {
    await open(page, "/workflows?edit=new", "en");
    await page.getByRole("button", { name: "Add an input" }).click();
    const input = page.getByRole("group", { name: /^Input/ });
    const question = await box(input.getByLabel("Question", { exact: true }));
    const remove = await box(input.getByRole("button").last());
    expect(remove.y).toBeGreaterThanOrEqual(question.y - 1);
    expect(remove.y + remove.height).toBeLessThanOrEqual(question.y + question.height + 1);
  });
});

test("the pages of a company that has nothing yet suit everybody", async ({ browserOf }) => {
  const empty = await start({ demo: false });
  const context = await browserOf(empty, calm);
  try {
    const sent = await context.request.post("/api/accounts/sign_up", {
      headers: { Origin: empty.url, Accept: "application/json" },
      form: {
        "input[name]": "Olga Stein",
        "input[company]": "Nothing Yet",
        "input[email]": "olga@nothing.example",
        "input[password]": "gravel-turnip-oboe-94",
      },
    });
    expect(sent.ok(), await sent.text()).toBe(true);
    const page = await context.newPage();
    for (const path of ["/team", "/api-keys", "/workflows", "/approvals", "/activity", "/connect", "/odoo", "/notices"]) {
      await test.step(path, async () => {
        await open(page, path, "en");
        await look(page);
      });
    }
  } finally {
    await context.close();
    await empty.stop();
  }
});

test("what lets a page's own scripts run is another word each time", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const opened = async () => {
    const nonce = nonceOf(await page.goto("/team"));
    await hydrated(page);
    return nonce;
  };
  expect(await opened()).not.toBe(await opened());
});

test("what was let into a page runs no script", async ({ browserOf }) => {
  const refused = /Content Security Policy|javascript:|Failed to load resource/;
  const context = await browserOf(filled.server, await signedIn(filled.owner), refused);
  const page = await context.newPage();
  await open(page, "/team", "en");
  await page.evaluate(() => {
    const place = document.createElement("div");
    place.innerHTML = `<img src="/none" onerror="document.title = 'ran'"><a id="bad" href="javascript:void(document.title = 'ran')">x</a>`;
    document.body.append(place);
    document.getElementById("bad")!.click();
  });
  await page.waitForTimeout(500);
  expect(await page.title()).not.toBe("ran");
  // It is no part of the page that axe sees at last.
  await page.evaluate(() => document.getElementById("bad")!.parentElement!.remove());
});
