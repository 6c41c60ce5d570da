// The network is slow or goes away while a page is looked at, or while a form leads to another: a line says so, and the next
// try works.

import type { Locator } from "@playwright/test";

import { Account, type Person } from "../pages/account";
import { Settings } from "../pages/settings";
import { Team } from "../pages/team";
import { dateIn } from "../support/days";
import { filledServer } from "../support/filled";
import { holdAlsoFirst } from "../support/hold";
import { OFFLINE, PATIENCE, UNREACHABLE, UNREACHABLE_HERE, losesAnswer, survivesLoss, survivesSilence } from "../support/network";
import { start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

const founder: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };

const filled = filledServer({ signup: "open" });

test("what is no answer of ours does not pass for success", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/settings");
  // As of a proxy that wants a password first.
  await page.route("**/api/companies/rename", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Who are you?</h1>" }));
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("The request could not be read: reload the page and try again.")).toBeVisible();
});

test("the list of first steps is folded at once, whether the server hears of it or not", async ({ browserOf }) => {
  const anna = await Session.of(filled.server, "ADMIN");
  const page = await (await browserOf(filled.server, await signedIn(anna), OFFLINE)).newPage();
  const list = page.getByRole("region", { name: "Your first question" });
  const button = (name: string) => list.getByRole("button", { name });
  const isFolded = async () => {
    await expect(button("Show the steps")).toBeVisible();
    await expect(list.getByRole("list")).toBeHidden();
  };
  const failed = () => page.waitForEvent("requestfailed", (request) => request.url().includes("/onboarding/fold"));

  await visit(page, "/team");
  const silence = failed();
  await page.context().setOffline(true);
  await button("Hide the steps").click();
  await silence;
  // How a list looks to one person is worth no line.
  await isFolded();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await accessible(page);
  await page.context().setOffline(false);

  await visit(page, "/team");
  await losesAnswer(page, "onboarding/fold");
  const loss = failed();
  await button("Hide the steps").click();
  await loss;
  await isFolded();
  await visit(page, "/team");
  await isFolded();
  await button("Show the steps").click();
  await expect(list.getByRole("list")).toBeVisible();
});

test("a page that cannot be read says so, and comes back by its button", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/team");
  // The list and the keys that wait: one sentence for both.
  await page.route(/\/api\/api_keys\/(list|handovers)/, (route) => route.abort("internetdisconnected"));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await accessible(page);
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();
});

test("what is looked for stays where it was typed, and the same again finds it", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();

  await test.step("keys", async () => {
    await visit(page, "/api-keys");
    const search = page.getByRole("searchbox", { name: "Search by name, identifier or person" });
    await search.fill("Windsurf");
    const send = () => search.press("Enter");
    await survivesSilence(page, { endpoint: "api_keys/list", around: page, typed: [search], send });
    await send();
    await expect(page.getByRole("row").filter({ hasText: "Windsurf - Anna" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toHaveCount(0);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(search).toHaveValue("Windsurf");
  });

  await test.step("entries", async () => {
    await visit(page, "/activity");
    const since = page.getByLabel("From", { exact: true });
    await since.fill(dateIn(-2));
    const send = () => page.getByRole("button", { name: "Filter", exact: true }).click();
    await survivesSilence(page, { endpoint: "activity/timeline", around: page, typed: [since], send });
    await send();
    await expect(page.getByRole("region", { name: "Calls and what people did" }).getByRole("row").nth(1)).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(since).toHaveValue(dateIn(-2));
  });
});

test("keys that wait and cannot be read are not left out in silence", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await visit(page, "/team");
  await page.route("**/api/api_keys/handovers", (route) => route.abort("internetdisconnected"));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
});

test("a page whose list is still on its way says so, and shows it when it comes", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  await visit(page, "/team");
  const { asked, goOn } = await holdAlsoFirst(page, "api_keys/list*");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }).click();
  await asked;
  const loading = page.getByRole("main").getByRole("status").filter({ hasText: "Loading…" });
  await expect(loading).toBeVisible();
  await accessible(page);
  goOn();
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();
  await expect(loading).toHaveCount(0);
});

test("a page whose list does not come at all says so after half a minute", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, await signedIn(filled.owner), OFFLINE)).newPage();
  await page.clock.install();
  await visit(page, "/team");
  await page.route("**/api/api_keys/list*", () => {});
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true });
  await Promise.all([page.waitForRequest("**/api/api_keys/list*"), link.click()]);
  await page.clock.fastForward(PATIENCE);
  await expect(page.getByRole("alert")).toContainText(UNREACHABLE);
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await hydrated(page);
  await expect(page.getByRole("row").filter({ hasText: "Cursor - Idris" })).toBeVisible();
});

test("forms that lead away stay on the page while nobody answers, and leave at the next try", async ({ browserOf }) => {
  const own = await start({ demo: true, signup: "open" });
  try {
    const first = await (await browserOf(own)).newPage();
    await new Account(first).signUp(founder, "Second Company");
    const theirs = new Team(first);
    await theirs.open();
    const link = await theirs.invite(own.env.AIDOO_OWNER_EMAIL, "Member");

    const owner = await Session.of(own, "OWNER");
    const context = await browserOf(own, await signedIn(owner), OFFLINE);
    const page = await context.newPage();
    await visit(page, new URL(link).pathname);
    await page.getByRole("button", { name: /^Join/ }).click();
    await expect(page).not.toHaveURL(/invitation/);
    await visit(page, "/team");

    /** Presses what leads away, without a network and with one; `open` shows it. */
    const leaves = async (open: () => Promise<void>, pressed: () => Locator, left: () => Promise<void>) => {
      await open();
      const path = new URL(page.url()).pathname;
      await context.setOffline(true);
      await pressed().click();
      await expect(page.getByRole("alert").filter({ hasText: UNREACHABLE_HERE })).toBeInViewport();
      expect(new URL(page.url()).pathname).toBe(path);
      await accessible(page);
      await context.setOffline(false);
      await pressed().click();
      await left();
    };
    const account = new Account(page);
    const companies = page.getByRole("button", { name: /Second Company/ }).first();

    await test.step("another company", () =>
      leaves(
        () => companies.click(),
        () => page.getByRole("button", { name: /Nordwind Bakery/ }).last(),
        () => expect(page.getByRole("row").filter({ hasText: "Anna Vogel" })).toBeVisible(),
      ));

    await test.step("a deletion that is undone", async () => {
      const settings = new Settings(page);
      await settings.open();
      await settings.deleteCompany("Nordwind Bakery");
      // Before the program of the new page is there, the browser itself says that nobody answers.
      await settings.isDeleted();
      await leaves(
        async () => {},
        () => page.getByRole("button", { name: "Undo" }),
        () => settings.says("The company is kept"),
      );
    });

    await test.step("the language", async () => {
      await hydrated(page);
      await leaves(
        () => account.openMenu(),
        () => page.getByRole("button", { name: "Français" }),
        () => expect(page.locator("html")).toHaveAttribute("lang", "fr"),
      );
      await hydrated(page);
      await page.locator("[popovertarget=person-menu]").filter({ visible: true }).click();
      await page.getByRole("button", { name: "English" }).click();
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
    });

    await test.step("the way out, while the network swallows what it is given, and pressed twice", async () => {
      await hydrated(page);
      await account.openMenu();
      const out = page.getByRole("button", { name: "Sign out", exact: true });
      await page.route("**/health", () => {});
      await out.click();
      await expect(page.locator("form[aria-busy=true]").filter({ has: out })).toBeVisible();
      await expect(page.getByRole("alert").filter({ hasText: UNREACHABLE_HERE })).toBeVisible();
      await page.unrouteAll();
      const sent: string[] = [];
      page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
      await out.dblclick();
      await expect(page).toHaveURL(/\/sign-in/);
      expect(sent.filter((path) => path.endsWith("sign_out"))).toHaveLength(1);
      await account.signIn(own.env.AIDOO_OWNER_EMAIL, own.env.AIDOO_OWNER_PASSWORD);
    });

    await test.step("the way out", async () => {
      await hydrated(page);
      await leaves(
        () => account.openMenu(),
        () => page.getByRole("button", { name: "Sign out", exact: true }),
        () => expect(page).toHaveURL(/\/sign-in/),
      );
      await visit(page, "/team");
      await expect(page).toHaveURL(/\/sign-in/);
    });
    await context.close();
    await first.context().close();
  } finally {
    await own.stop();
  }
});

test("what leads away is done although its answer gets lost, and loading the page again shows it", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server, {}, OFFLINE)).newPage();
  const account = new Account(page);
  const settings = new Settings(page);
  await account.signUp(founder, "Second Company");
  const { url } = await filled.owner.invite(founder.email);
  await visit(page, url);
  await page.getByRole("button", { name: /^Join/ }).click();
  await expect(page).toHaveURL(/\/team$/);
  await hydrated(page);

  /** Presses what leads away, loses the answer, and loads again what the browser shows in its place. */
  const loses = async (path: string, pressed: Locator) => {
    await losesAnswer(page, path);
    await pressed.click();
    await expect(page).toHaveURL(/^chrome-error:/);
    await page.reload();
  };

  await test.step("another company", async () => {
    await page.getByRole("button", { name: /Nordwind Bakery/ }).first().click();
    await loses("api/accounts/switch_company", page.getByRole("button", { name: /Second Company/ }).last());
    await expect(page.getByRole("row").filter({ hasText: founder.name })).toContainText("Owner");
    await expect(page.getByText("Anna Vogel")).toHaveCount(0);
  });

  await test.step("the end of the company, which is no such form, and its undoing", async () => {
    await settings.open();
    const company = settings.section("Company");
    await company.getByText("Delete the company").first().click();
    const typed = company.getByLabel("To confirm, type");
    await typed.fill("Second Company");
    const send = () => company.getByRole("button", { name: "Delete the company" }).click();
    await survivesLoss(page, { endpoint: "companies/delete", around: company, typed: [typed], send });
    // The news tells it already, and the same once more is no fault.
    await expect(page.getByText("This company will be deleted")).toBeVisible();
    await send();
    await expect(company.getByText("Delete the company")).toHaveCount(0);
    await hydrated(page);
    await loses("api/companies/keep", page.getByRole("button", { name: "Undo" }));
    await settings.says("The company is kept, and its keys work again.");
    await expect(page.getByText("This company will be deleted")).toHaveCount(0);
  });

  await test.step("the way out, and the language", async () => {
    await account.openMenu();
    await loses("api/accounts/sign_out", page.getByRole("button", { name: "Sign out", exact: true }));
    await expect(page).toHaveURL(/\/sign-in$/);
    await visit(page, "/team");
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await loses("language", page.getByRole("button", { name: "Français" }));
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  });
});
