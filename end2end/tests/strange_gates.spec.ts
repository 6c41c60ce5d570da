// Names of all kinds before the sign-in, and in the menus of somebody who works for many companies.

import { OFFLINE, blockProgram } from "../support/network";
import { calm } from "../support/picture";
import { type Aidoo, start } from "../support/servers";
import type { Session } from "../support/session";
import { EMAIL, NAMES, STRANGE, founds, holds, joins, pageOf, shows } from "../support/strange";
import { expect, test, visit } from "../support/test";

let server: Aidoo;
/** Of companies of all names, each by a founder who is called the same. */
let owners: Session[];
test.beforeAll(async () => {
  server = await start({ demo: false, signup: "open" });
  owners = [];
  for (const [at, name] of NAMES.entries()) owners.push(await founds(server, name, `founder${at}@strange.example`));
});
test.afterAll(() => server.stop());

const OTHER = "somebody.else@strange.example";
/** One character more than a name may have. */
const LONG = `${STRANGE.unbroken}!`;

/** An invitation to the company of this name. */
async function invitation(name: string, email: string): Promise<string> {
  return new URL((await owners[NAMES.indexOf(name)].invite(email)).url).pathname;
}

test("an invitation says by whom and whereto, and a name that is refused stays in its field", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server);
  for (const [kind, picture] of [
    ["unbroken", "invitation"],
    ["arabic", "invitation-arabic"],
    ["script", undefined],
  ] as const) {
    await test.step(kind, async () => {
      await visit(page, await invitation(STRANGE[kind], OTHER));
      const name = page.getByLabel("Your name");
      await name.fill(kind === "unbroken" ? LONG : STRANGE[kind]);
      await page.getByLabel("Choose a password", { exact: true }).fill("short");
      await page.getByRole("button", { name: "Join", exact: true }).click();
      await expect(page.getByText("Use at least 15 characters.")).toBeVisible();
      await expect(name).toHaveValue(kind === "unbroken" ? LONG : STRANGE[kind]);
      await holds(page, [STRANGE[kind]], { picture });
    });
  }
});

test("a sign-up that is refused shows what was typed", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server);
  for (const [picture, name, company, email, wrong] of [
    ["sign-up", LONG, STRANGE.script, STRANGE.arabic, ["Your name", "E-mail"]],
    ["sign-up-drawn", STRANGE.emoji, STRANGE.stacked, STRANGE.unbroken, ["E-mail"]],
  ] as const) {
    await test.step(picture, async () => {
      await visit(page, "/sign-up");
      const typed = { "Your name": name, Company: company, "E-mail": email };
      for (const [label, text] of Object.entries(typed)) await page.getByLabel(label).fill(text);
      await page.getByLabel("Password", { exact: true }).fill(STRANGE.formula);
      await page.getByRole("button", { name: "Create the company" }).click();
      for (const label of wrong) await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
      for (const [label, text] of Object.entries(typed)) await expect(page.getByLabel(label)).toHaveValue(text);
      await holds(page, [], { picture, isEverywhere: picture === "sign-up" });
    });
  }
});

test("a form that is refused without the program says so, and shows nothing as a part of the page", async ({ browserOf }) => {
  const context = await browserOf(server, calm, OFFLINE);
  await blockProgram(context);
  const page = await context.newPage();
  await page.goto("/sign-up");
  for (const label of ["Your name", "Company", "E-mail"]) await page.getByLabel(label).fill(STRANGE.script);
  await page.getByLabel("Password", { exact: true }).fill(STRANGE.formula);
  await page.getByRole("button", { name: "Create the company" }).click();
  await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await holds(page, []);
  // An address that somebody made up is no part of the page either.
  await page.goto(`/sign-in?next=${encodeURIComponent(STRANGE.script)}&__path=${encodeURIComponent(STRANGE.script)}`);
  await shows(page, []);
});

test("whoever has an account sees an address and companies of any name", async ({ browserOf }) => {
  const guest = await joins(owners[NAMES.indexOf(STRANGE.emoji)], STRANGE.unbroken, EMAIL);
  const opened = async (path: string, person?: Session) => {
    const page = await pageOf(browserOf, server, person);
    await visit(page, path);
    return page;
  };
  const link = await invitation(STRANGE.unbroken, EMAIL);
  await test.step("to sign in first", async () => {
    await holds(await opened(link), [EMAIL, STRANGE.unbroken]);
  });
  await test.step("signed in as somebody else", async () => {
    await holds(await opened(link, owners[0]), [EMAIL, STRANGE.unbroken]);
  });
  await test.step("to join with a click", async () => {
    const page = await opened(link, guest);
    await holds(page, [`Join ${STRANGE.unbroken}`], { picture: "join" });
    await visit(page, await invitation(STRANGE.arabic, EMAIL));
    await shows(page, [STRANGE.arabic]);
  });
  await test.step("a new password", async () => {
    const link = await owners[NAMES.indexOf(STRANGE.emoji)].resetLink(EMAIL);
    await holds(await opened(new URL(link).pathname), [EMAIL]);
  });
});

test("the menus of somebody in companies of all names show each whole", async ({ browserOf }) => {
  const email = `${"b".repeat(60)}@strange.example`;
  const person = await joins(owners[0], STRANGE.unbroken, email);
  for (const owner of owners.slice(1)) {
    const token = (await owner.invite(email)).url.split("/").pop()!;
    await person.form("accounts/accept_as_me", { "input[token]": token });
  }
  const page = await pageOf(browserOf, server, person);
  await visit(page, "/settings");
  const button = (name: RegExp) => page.getByRole("button", { name }).filter({ visible: true }).first();
  const opens = (name: RegExp) => async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    // On a phone companies stand in the side menu.
    if (/company/.test(name.source) && page.viewportSize()!.width < 720) await button(/^Menu$/).click();
    await button(name).click();
    await expect(page.locator(".menu:popover-open")).toBeInViewport({ ratio: 1 });
  };
  await test.step("companies", () => holds(page, NAMES, { picture: "companies", open: opens(/change company/) }));
  await test.step("person", () => holds(page, [STRANGE.unbroken, email], { picture: "person", open: opens(/your account/) }));
});
