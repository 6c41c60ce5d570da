// Ways in and out, through the menu of each role, and between companies and languages, with nothing but a keyboard.

import { Account, type Person } from "../pages/account";
import { ApiKeys } from "../pages/apiKeys";
import { Language } from "../pages/language";
import { Team } from "../pages/team";
import { filledServer } from "../support/filled";
import { Keyboard, focusIsSomewhere, focusStays, opens } from "../support/keyboard";
import { statusOf } from "../support/mcp";
import { type Aidoo } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit } from "../support/test";

const other: Person = { name: "Zoe Adler", email: "zoe@second.example", password: "marble-pigeon-tulip-27" };

const filled = filledServer({ signup: "open" });

test("signing in, a key from its making to its end, and signing out, by keyboard alone", async ({ browserOf }) => {
  const page = await (await browserOf(filled.server)).newPage();
  const keyboard = new Keyboard(page);
  const { AIDOO_OWNER_EMAIL: email, AIDOO_OWNER_PASSWORD: password } = filled.server.env;

  await test.step("signing in, wrongly first", async () => {
    await page.goto("/sign-in");
    await keyboard.type(page.getByLabel("E-mail"), email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "not the password");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText(/password is wrong/);
    await keyboard.type(page.getByLabel("Password", { exact: true }), password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/team$/);
    await hydrated(page);
  });

  await test.step("the menu is skipped", async () => {
    await keyboard.press(page.getByRole("link", { name: /^Skip/ }));
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.querySelector("main")!.contains(document.activeElement))).toBe(true);
  });

  const key = await test.step("a key is generated, copied, and its dialog closed", async () => {
    const opener = new Team(page).generating("(you)");
    const dialog = await opens(page, keyboard, opener, /Generate an API key/);
    await keyboard.type(dialog.getByLabel("Name", { exact: true }), "By keyboard");
    const create = dialog.getByRole("checkbox", { name: /^create / });
    await keyboard.to(create);
    await page.keyboard.press("Space");
    await expect(create).toBeChecked();
    await keyboard.press(dialog.getByRole("button", { name: "Create", exact: true }));
    const shown = page.getByRole("dialog", { name: "Copy your key now" });
    await expect(shown).toBeVisible();
    await keyboard.staysIn(shown);
    const text = ((await shown.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
    await keyboard.press(shown.getByRole("button", { name: "Copy the key" }));
    await expect(shown.getByRole("button", { name: "Copied the key" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    // The tabs of the clients are one stop, with arrows between them.
    await keyboard.to(shown.getByRole("tab", { selected: true }));
    await page.keyboard.press("ArrowRight");
    await expect(shown.getByRole("tab", { name: "Windsurf" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(shown).toBeVisible();
    await keyboard.press(shown.getByRole("button", { name: "I have copied it" }));
    await expect(shown).toBeHidden();
    // What opened the first dialog is long gone from the focus: the page's heading has it, not the void.
    await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    return text;
  });
  expect(await statusOf(filled.server.url, key)).toBe(200);

  const keys = new ApiKeys(page);
  await test.step("the list of keys is searched, filtered and sorted", async () => {
    await keyboard.press(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys", exact: true }));
    await expect(page).toHaveURL(/\/api-keys$/);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    // It comes with the list.
    await expect(page.getByRole("searchbox")).toBeVisible();
    await page.keyboard.press("ControlOrMeta+k");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await keyboard.type(page.getByRole("searchbox"), "by keyboard");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=by(\+|%20)keyboard/);
    // The button that the search is sent by has no name, and no part of the address.
    await expect(page).not.toHaveURL(/[?&]=/);
    await expect(keys.row("Windsurf - Anna")).toHaveCount(0);
    // Whoever filters goes on where they are.
    await expect(page.getByRole("searchbox")).toBeFocused();
    await keyboard.press(page.getByRole("list", { name: "State" }).getByRole("link", { name: "Live" }));
    await expect(page).toHaveURL(/state=live/);
    await keyboard.to(page.getByRole("combobox", { name: "Order" }));
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(/sort=/);
    await expect(page.getByRole("combobox", { name: "Order" })).toBeFocused();
    await expect(keys.row("By keyboard")).toBeVisible();
    // The heads of columns sort too, and say how.
    const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
    await keyboard.press(head("Key").getByRole("link"));
    await expect(page).toHaveURL(/sort=name$/);
    await expect(head("Key")).toHaveAttribute("aria-sort", "ascending");
    await expect(head("Key").getByRole("link")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/sort=name_reversed$/);
    await expect(head("Key")).toHaveAttribute("aria-sort", "descending");
    await expect(head("Created")).not.toHaveAttribute("aria-sort");
  });

  await test.step("the key is revoked", async () => {
    const opener = keys.row("By keyboard").getByRole("link", { name: "Revoke By keyboard" });
    const dialog = await opens(page, keyboard, opener, /Revoke/);
    await keyboard.press(dialog.getByRole("button", { name: /^Revoke/ }));
    await expect(dialog).toBeHidden();
    expect(await statusOf(filled.server.url, key)).toBe(401);
  });

  await test.step("signing out", async () => {
    const out = page.getByRole("button", { name: "Sign out" });
    await new Account(page).openMenu((target) => keyboard.press(target));
    await keyboard.press(out);
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test("the company is switched by keyboard alone", async ({ browserOf }) => {
  const founder = await (await browserOf(filled.server)).newPage();
  await new Account(founder).signUp(other, "Second Company");
  const theirs = new Team(founder);
  await theirs.open();
  const link = await theirs.invite(filled.server.env.AIDOO_OWNER_EMAIL, "Member");

  const page = await (await browserOf(filled.server, await signedIn(filled.owner))).newPage();
  const keyboard = new Keyboard(page);
  await visit(page, link);
  await keyboard.press(page.getByRole("button", { name: /^Join/ }));
  await expect(page).not.toHaveURL(/invitation/);
  await visit(page, "/team");
  await expect(page.getByText("Zoe Adler").first()).toBeVisible();

  const switcher = page.getByRole("button", { name: /Second Company/ }).first();
  await keyboard.press(switcher);
  const choice = page.getByRole("button", { name: /Nordwind Bakery/ });
  await expect(choice).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(choice).toBeHidden();
  await expect(switcher).toBeFocused();
  await page.keyboard.press("Enter");
  await keyboard.press(choice);
  await expect(page.getByRole("row").filter({ hasText: "Anna Vogel" })).toBeVisible();
  await hydrated(page);
  await expect(page.getByText("Zoe Adler")).toHaveCount(0);
});

test("people found a company, join one, and come back with a new password, by keyboard alone", async ({ browserOf }) => {
  const joiner: Person = { name: "Ines Roth", email: "ines@nordwind.example", password: "saddle-comet-olive-36" };
  const founder: Person = { name: "Kurt Blum", email: "kurt@third.example", password: "ribbon-glacier-plum-72" };

  await test.step("founding", async () => {
    const page = await (await browserOf(filled.server)).newPage();
    const keyboard = new Keyboard(page);
    await page.goto("/sign-up");
    await keyboard.type(page.getByLabel("Your name"), founder.name);
    await hydrated(page);
    await keyboard.type(page.getByLabel("Company"), "Third Company");
    await keyboard.type(page.getByLabel("E-mail"), founder.email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "short");
    await page.keyboard.press("Enter");
    // What is wrong has the focus, and is told with the field; the hint beneath says the same before there is an answer.
    await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/15 characters/);
    await keyboard.type(page.getByLabel("Password", { exact: true }), founder.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/odoo$/);
  });

  await test.step("joining", async () => {
    const { url } = await filled.owner.invite(joiner.email);
    const page = await (await browserOf(filled.server)).newPage();
    const keyboard = new Keyboard(page);
    await visit(page, url);
    await keyboard.type(page.getByLabel("Your name"), joiner.name);
    await keyboard.type(page.getByLabel("Choose a password", { exact: true }), joiner.password);
    await keyboard.press(page.getByRole("button", { name: "Show what you typed", exact: true }));
    await expect(page.getByLabel("Choose a password", { exact: true })).toHaveAttribute("type", "text");
    const hide = page.getByRole("button", { name: "Hide what you typed", exact: true });
    await expect(hide).toBeFocused();
    await expect(hide).toHaveText("Hide");
    await expect(hide).not.toHaveAttribute("aria-pressed");
    await accessible(page);
    await keyboard.press(page.getByRole("button", { name: /^Join/ }));
    await expect(page).toHaveURL(/\/odoo$/);
  });

  await test.step("a new password", async () => {
    const link = await filled.owner.resetLink(joiner.email);
    const page = await (await browserOf(filled.server)).newPage();
    const keyboard = new Keyboard(page);
    // Before it is alive its form is posted as any form, and another page comes, with the focus nowhere yet.
    await visit(page, link);
    await keyboard.type(page.getByLabel("New password", { exact: true }), "kettle-aurora-fern-58");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Your password is set")).toBeVisible();
    await focusIsSomewhere(page);
    await page.goto("/sign-in");
    await keyboard.type(page.getByLabel("E-mail"), joiner.email);
    await keyboard.type(page.getByLabel("Password", { exact: true }), "kettle-aurora-fern-58");
    await keyboard.press(page.getByRole("button", { name: "Sign in" }));
    await expect(page).toHaveURL(/\/team$/);
  });
});

/** What the menu leads to, in its order. */
const PAGES = {
  Team: "/team",
  "API keys": "/api-keys",
  Workflows: "/workflows",
  Approvals: "/approvals",
  Activity: "/activity",
  "Odoo connection": "/odoo",
  "Connect a client": "/connect",
  Policies: "/policies",
  Settings: "/settings",
};
for (const [who, key] of [["ADMIN", "Windsurf - Anna"], ["MEMBER", "Cursor - Idris"]] as const) {
  // Members do not set the policies.
  const pages = Object.entries(PAGES).filter(([name]) => who === "ADMIN" || name !== "Policies");

  test(`every page of the menu is gone to and worked on by keyboard alone: ${who.toLowerCase()}`, async ({ browserOf }) => {
    const page = await (await browserOf(filled.server, await signedIn(await Session.of(filled.server, who)))).newPage();
    const keyboard = new Keyboard(page);
    const menu = page.getByRole("navigation", { name: "Main" });
    const heading = page.getByRole("heading", { level: 1 });
    const arrives = async (path: string | RegExp, name: string) => {
      await expect(page).toHaveURL(path);
      await hydrated(page);
      await expect(heading).toBeFocused();
      await expect(heading).toHaveText(name);
      await expect(page).toHaveTitle(`${name} · Aidoo`);
    };
    /** The next stop is on the page, where it has one, and not in the menu before it. */
    const goesOn = async () => {
      const stops = page.getByRole("main").locator("a[href], button:enabled, input:not([type=hidden]), select, summary");
      if ((await stops.count()) === 0) return;
      await page.keyboard.press("Tab");
      await keyboard.seesFocus();
      expect(await page.evaluate(() => document.activeElement?.closest("main")?.id), page.url()).toBe("main");
    };

    await test.step("past the menu", async () => {
      await visit(page, "/settings");
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("main")).toBeFocused();
      await goesOn();
    });

    await test.step("every entry, and no other", async () => {
      const links = menu.getByRole("list").getByRole("link");
      await expect(links).toHaveCount(pages.length);
      for (const [name, path] of pages) {
        const link = links.filter({ hasText: name });
        await keyboard.to(link, "Shift+Tab");
        await page.keyboard.press("Enter");
        await arrives(path, name);
        await expect(link).toHaveAttribute("aria-current", "page");
        await goesOn();
      }
    });

    await test.step("notices, and the page of a key and back", async () => {
      await keyboard.to(page.getByRole("link", { name: /^Notices/ }).locator("visible=true"), "Shift+Tab");
      await page.keyboard.press("Enter");
      await arrives("/notices", "Notices");
      await keyboard.to(menu.getByRole("link", { name: "API keys", exact: true }), "Shift+Tab");
      await page.keyboard.press("Enter");
      await arrives("/api-keys", "API keys");
      await keyboard.press(new ApiKeys(page).row(key).getByRole("link", { name: key, exact: true }));
      await arrives(/\/api-keys\/key_/, key);
      await goesOn();
      await keyboard.to(page.getByRole("navigation", { name: "Where you are" }).getByRole("link", { name: "API keys" }), "Shift+Tab");
      await page.keyboard.press("Enter");
      await arrives("/api-keys", "API keys");
    });

    await test.step("what is another role's says so, and leads on", async () => {
      if (who === "ADMIN") return;
      await visit(page, "/policies");
      await expect(page.getByRole("heading", { name: "Owners and admins set the policies" })).toBeVisible();
      await keyboard.press(page.getByRole("main").getByRole("link", { name: "API keys page" }));
      await arrives("/api-keys", "API keys");
    });

    await test.step("a key of their own", async () => {
      await keyboard.press(page.getByRole("link", { name: "Generate a key", exact: true }));
      const dialog = page.getByRole("dialog", { name: "Generate an API key for yourself" });
      await keyboard.type(dialog.getByLabel("Name", { exact: true }), "By its own person");
      await page.keyboard.press("Enter");
      const shown = page.getByRole("dialog", { name: "Copy your key now" });
      const text = ((await shown.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent()) ?? "").trim();
      await keyboard.press(shown.getByRole("button", { name: "I have copied it" }));
      await expect(shown).toBeHidden();
      expect(await statusOf(filled.server.url, text)).toBe(200);
      await expect(page).toHaveURL(/\/(api-keys|connect)$/);
      await focusStays(page);
    });
  });
}

test("the language is changed by keyboard alone: before the sign-in, in the menu, and in the settings", async ({ browserOf }) => {
  const { AIDOO_MEMBER2_EMAIL: email, AIDOO_MEMBER2_PASSWORD: password } = filled.server.env;
  const page = await (await browserOf(filled.server)).newPage();
  const keyboard = new Keyboard(page);
  const language = new Language(page);

  await test.step("before the sign-in", async () => {
    await visit(page, "/sign-in");
    await keyboard.press(page.getByRole("button", { name: "Français" }));
    await language.isFrench();
    await keyboard.type(page.getByLabel("E-mail"), email);
    await keyboard.type(page.getByLabel("Mot de passe", { exact: true }), password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/team$/);
    await hydrated(page);
  });

  await test.step("in the menu of the person", async () => {
    const account = page.getByRole("button", { name: /votre compte|your account/ }).locator("visible=true");
    for (const [name, code] of [["English", "en"], ["Français", "fr"]]) {
      await keyboard.press(account);
      await keyboard.press(page.getByRole("form", { name: /^(Language|Langue)$/ }).getByRole("button", { name }));
      await expect(page.locator("html")).toHaveAttribute("lang", code);
      await hydrated(page);
      await expect(page).toHaveURL(/\/team$/);
    }
    await language.isFrench();
  });

  await test.step("in the settings", async () => {
    await visit(page, "/settings");
    await keyboard.pick(page.getByRole("combobox", { name: "Langue" }), "English");
    await keyboard.press(page.getByRole("button", { name: "Enregistrer le profil" }));
    await expect(page.getByText("Your profile is saved.")).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await accessible(page);
  });
});
