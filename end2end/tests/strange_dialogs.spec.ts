// Names of all kinds in what opens on a page, in what waits for somebody, and in fields whose content is refused.

import { execFileSync } from "node:child_process";

import { Settings } from "../pages/settings";
import { Generate } from "../pages/team";
import { Step } from "../pages/workflows";
import { callTool } from "../support/mcp";
import { listing } from "../support/odoo";
import { type Aidoo, start } from "../support/servers";
import { Session } from "../support/session";
import {
  EMAIL,
  NAMES,
  STRANGE,
  TURNED,
  founds,
  handsOver,
  holds,
  isCalled,
  joins,
  mustBeAccepted,
  pageOf,
  shows,
  workflow,
} from "../support/strange";
import { expect, test, visit } from "../support/test";

/** One character more than a name may have. */
const LONG = `${STRANGE.unbroken}!`;

let server: Aidoo;
let owner: Session;
/** Members: for one of them keys wait. */
let turned: Session;
let unbroken: Session;
let script: Session;
/** Links to keys of some names that wait to be picked up. */
const links = new Map<string, string>();
test.beforeAll(async () => {
  server = await start({ demo: true });
  owner = await Session.of(server, "OWNER");
  await isCalled(owner, TURNED, TURNED);
  unbroken = await joins(owner, STRANGE.unbroken, `${"u".repeat(64)}@strange.example`);
  script = await joins(owner, STRANGE.script, "script@strange.example");
  turned = await joins(owner, TURNED, "turned@strange.example");
  await mustBeAccepted(owner);
  for (const name of NAMES) await owner.key(name, "query read", { member: turned.member });
  for (const name of [STRANGE.arabic, STRANGE.stacked, STRANGE.script, STRANGE.unbroken]) {
    links.set(name, await handsOver(owner, turned.member, name));
  }
});
test.afterAll(() => server.stop());

test("dialogs about a person name them, whatever they are called", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  const { invitation } = await owner.invite(EMAIL);
  for (const [name, query, seen, picture] of [
    ["generate", `generate=${unbroken.member}`, [STRANGE.unbroken], "generate"],
    ["role", `role=${turned.member}`, [TURNED], undefined],
    ["remove", `remove=${script.member}`, [STRANGE.script], "remove"],
    ["reset", `reset=${turned.member}`, [TURNED], undefined],
    ["renew", `renew=${invitation}`, [EMAIL], undefined],
    ["withdraw", `withdraw=${invitation}`, [EMAIL], "withdraw"],
  ] as const) {
    await test.step(name, async () => {
      await visit(page, `/team?${query}`);
      await expect(page.getByRole("dialog")).toBeVisible();
      await holds(page, [...seen], { picture });
    });
  }
  await test.step("invite", async () => {
    await visit(page, "/team?invite");
    const dialog = page.getByRole("dialog");
    const email = dialog.getByLabel("E-mail");
    for (const typed of [STRANGE.script, STRANGE.unbroken, STRANGE.arabic]) {
      await email.fill(typed);
      await dialog.getByRole("button", { name: "Make the link" }).click();
      await expect(dialog.getByText("This is not an e-mail address.")).toBeVisible();
      await expect(email).toHaveValue(typed);
      await expect(email).toBeFocused();
    }
    await holds(page, [], { picture: "invite" });
  });
});

test("keys that wait are listed for whoever made them, for their person and for an admin", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  await test.step("to an owner", async () => {
    await visit(page, "/api-keys");
    await expect(page.getByRole("region", { name: "Waiting to be picked up" })).toBeVisible();
    await holds(page, NAMES, { picture: "waiting" });
  });
  for (const [opener, name] of [["New link for the key", STRANGE.unbroken], ["Withdraw the key", STRANGE.arabic]]) {
    await test.step(opener, async () => {
      await page.getByRole("link", { name: `${opener} ${name}` }).first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await holds(page, [name]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    });
  }
  await test.step("to an admin", async () => {
    const admin = await pageOf(browserOf, server, await Session.of(server, "ADMIN"));
    await visit(admin, "/api-keys");
    await holds(admin, NAMES);
  });
  const person = await pageOf(browserOf, server, turned);
  await test.step("to their person", async () => {
    await visit(person, "/api-keys");
    await expect(person.getByRole("button", { name: /^Accept / })).toHaveCount(NAMES.length);
    await holds(person, NAMES, { picture: "member-api-keys" });
    await visit(person, "/team");
    await holds(person, [TURNED, STRANGE.unbroken, STRANGE.script]);
  });
  await test.step("behind their links", async () => {
    for (const kind of ["unbroken", "arabic"] as const) {
      await visit(person, links.get(STRANGE[kind])!);
      await holds(person, [STRANGE[kind], TURNED], { picture: kind === "unbroken" ? "pick-up" : undefined });
    }
  });
});

test("a workflow is built of any text, and what is wrong with one is told", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  const [arabic, long] = [await workflow(owner, STRANGE.arabic), await workflow(owner, STRANGE.unbroken)];
  const step = new Step(page, 1).box;
  const opens = async (id: string) => {
    await visit(page, `/workflows?edit=${id}`);
    await expect(step.getByLabel("What it is about", { exact: true })).toHaveValue("res.partner");
    await expect(step.getByLabel("Field", { exact: true })).toHaveValue("name");
  };
  await test.step("opened", async () => {
    await opens(arabic);
    await expect(page.getByLabel("Name", { exact: true }).first()).toHaveValue(STRANGE.arabic);
    await holds(page, [STRANGE.arabic], { picture: "builder" });
  });
  await test.step("typed", async () => {
    await opens(long);
    await page.getByRole("checkbox", { name: "Advanced" }).check();
    await page.getByLabel("Technical name").first().fill(STRANGE.formula);
    await step.getByLabel("Title", { exact: true }).fill(STRANGE.script);
    await step.getByLabel("What it is about", { exact: true }).fill(STRANGE.script);
    await step.getByLabel("What it is about", { exact: true }).press("Tab");
    await step.getByRole("button", { name: "Try up to here" }).click();
    await expect(page.getByText("Fix what is marked up to this step first")).toBeVisible();
    await holds(page, [STRANGE.unbroken, STRANGE.script], { picture: "builder-typed" });
  });
  await test.step("as JSON", async () => {
    await step.getByRole("button", { name: "Edit as JSON" }).click();
    await step.getByLabel("Arguments, as JSON").fill(STRANGE.script);
    await expect(step.getByText(/the arguments are not a JSON object/i)).toBeVisible();
    await holds(page, [STRANGE.unbroken]);
  });
  await test.step("removed", async () => {
    await visit(page, `/workflows?remove=${long}`);
    await expect(page.getByRole("dialog")).toBeVisible();
    await holds(page, [STRANGE.unbroken]);
  });
});

test("an Odoo is asked by any database and login, and offers databases of any name", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  await test.step("refused", async () => {
    await visit(page, "/odoo");
    await page.getByText("Change or test the connection").click();
    await page.getByLabel("Database").fill(STRANGE.unbroken);
    await page.getByRole("checkbox", { name: /^I understand/ }).check();
    await page.getByRole("button", { name: "Test and save" }).click();
    await expect(page.getByText("Nothing was saved.")).toBeVisible();
    await page.getByText("Replace the login or the API key").click();
    await page.getByLabel("Login in Odoo").fill(STRANGE.arabic);
    await page.getByLabel("Odoo API key").fill(STRANGE.script);
    await page.getByRole("button", { name: "Replace", exact: true }).click();
    await expect(page.getByRole("alert")).toHaveCount(2);
    await expect(page.getByLabel("Database")).toHaveValue(STRANGE.unbroken);
    await expect(page.getByLabel("Login in Odoo")).toHaveValue(STRANGE.arabic);
    await holds(page, [], { picture: "odoo" });
  });

  // What an Odoo calls its databases is written from the left.
  const databases = NAMES.filter((name) => name !== STRANGE.arabic);
  const odoo = await listing(server.env.AIDOO_DEMO_ODOO_URL, databases);
  const empty = await start({ demo: false, odooAllow: new URL(odoo.url).host });
  try {
    await test.step("offered", async () => {
      const founder = await founds(empty, STRANGE.emoji, "founder@strange.example");
      const page = await pageOf(browserOf, empty, founder);
      await visit(page, "/odoo");
      await page.getByLabel("Address").fill(odoo.url);
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await page.getByRole("button", { name: STRANGE.unbroken, exact: true }).click();
      await expect(page.getByLabel("Database")).toHaveValue(STRANGE.unbroken);
      await holds(page, databases);
      await page.getByRole("button", { name: "Test and save" }).click();
      await expect(page.getByText("Connected", { exact: true })).toBeVisible();
      await holds(page, [STRANGE.unbroken]);
      await page.context().close();
    });
  } finally {
    await empty.stop();
    await odoo.stop();
  }
});

test("lists of the policies say what is wrong with any text, and keep it", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  await visit(page, "/policies");
  const typed = NAMES.join("\n");
  for (const [labels, button, problem] of [
    [["Networks that keys may come from"], "Save the rules for keys", /203\.0\.113\.0\/24/],
    [["Methods to open", "Models to close", "Fields to keep secret", "Closed models to open"], "Save the rules for calls", /./],
  ] as const) {
    for (const label of labels) await page.getByLabel(label, { exact: true }).fill(typed);
    await page.getByRole("button", { name: button, exact: true }).click();
    for (const label of labels) {
      const field = page.getByLabel(label, { exact: true });
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(field).toHaveValue(typed);
      await expect(field.locator("xpath=following-sibling::span[1]")).toHaveText(problem);
    }
  }
  // On a phone the last of them stand below what roles may do, and what is confirmed.
  await holds(page, [], { picture: "policies", depth: 6000 });
});

// What follows makes keys, which the pages above would show.
test("a key is refused, made and handed over by any name", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  const generate = new Generate(page);
  await test.step("refused", async () => {
    await visit(page, `/team?generate=${turned.member}`);
    const name = generate.dialog.getByLabel("Name", { exact: true });
    await name.fill(LONG);
    await generate.dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(generate.dialog.getByText("Use at most 80 characters.")).toBeVisible();
    await expect(name).toHaveValue(LONG);
    await holds(page, [TURNED]);
  });
  await test.step("made", async () => {
    await generate.create(STRANGE.script);
    // On a phone the clients' names are scrolled.
    await holds(page, [STRANGE.script, TURNED], { picture: "key-made", from: 768 });
    await generate.confirmCopied();
  });
  await test.step("handed over", async () => {
    await visit(page, `/team?generate=${unbroken.member}`);
    const link = await generate.handOver(STRANGE.arabic);
    await holds(page, [STRANGE.arabic, STRANGE.unbroken]);
    await generate.confirmCopied();
    const person = await pageOf(browserOf, server, unbroken);
    await visit(person, new URL(link).pathname);
    await person.getByRole("button", { name: "Show my key" }).click();
    await expect(person.getByRole("dialog", { name: "Copy your key now" })).toBeVisible();
    await holds(person, [STRANGE.arabic, STRANGE.unbroken], { from: 768 });
  });
  await test.step("edited", async () => {
    const { id } = await owner.key(TURNED, "query");
    await visit(page, `/api-keys?edit=${id}`);
    const name = generate.dialog.getByLabel("Name", { exact: true });
    const save = generate.dialog.getByRole("button", { name: "Save", exact: true });
    await name.fill(LONG);
    await save.click();
    await expect(generate.dialog.getByText("Use at most 80 characters.")).toBeVisible();
    await expect(name).toHaveValue(LONG);
    await holds(page, [TURNED]);
    await name.fill(STRANGE.arabic);
    await save.click();
    await expect(generate.dialog).toBeHidden();
    // What it was called before stands in its history.
    await visit(page, `/api-keys/${id}`);
    await holds(page, [STRANGE.arabic, TURNED]);
  });
  await test.step("a link for a new password", async () => {
    await visit(page, `/team?reset=${unbroken.member}`);
    await generate.dialog.getByRole("button", { name: "Make the link" }).click();
    await expect(generate.dialog.getByText(/\/reset\//)).toBeVisible();
    await holds(page, [STRANGE.unbroken]);
    await generate.confirmCopied();
  });
});

test("what was done is told of any name, and stays in its box", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  // A phone has the least room for it.
  await page.setViewportSize({ width: 360, height: 900 });
  await handsOver(owner, turned.member, TURNED);
  const revoked = async (name: string) => `/api-keys?revoke=${(await owner.key(name, "query")).id}`;
  for (const [name, path, verb] of [
    [STRANGE.unbroken, await revoked(STRANGE.unbroken), /^Revoke/],
    [TURNED, await revoked(TURNED), /^Revoke/],
    [TURNED, "/api-keys", /^Withdraw/],
  ] as const) {
    await visit(page, path);
    if (path === "/api-keys") await page.getByRole("link", { name: `Withdraw the key ${name}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb }).click();
    const toast = page.locator(".toast");
    await expect(toast).toContainText(name);
    const box = await toast.boundingBox();
    expect(box!.x >= 0 && box!.x + box!.width <= 360, `told of ${name}`).toBe(true);
    await shows(page, [name]);
  }
});

test("what is looked for is a text, found or not", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  await visit(page, `/api-keys?q=${encodeURIComponent(STRANGE.script)}`);
  const field = page.getByRole("searchbox");
  await expect(field).toHaveValue(STRANGE.script);
  const found = page.getByRole("region", { name: "API keys", exact: true }).getByRole("row");
  for (const name of NAMES) {
    await test.step(name, async () => {
      await field.fill(name);
      await field.press("Enter");
      await expect(found.nth(1)).toContainText(name);
      await field.fill(`nowhere ${name}`);
      await field.press("Enter");
      await expect(page.getByText("No key matches")).toBeVisible();
      await expect(field).toHaveValue(`nowhere ${name}`);
      await shows(page, []);
    });
  }
  await holds(page, []);

  const { id } = await owner.key(STRANGE.arabic, "query");
  await visit(page, `/activity?key=${id}&person=${turned.member}&since=${encodeURIComponent(STRANGE.script)}`);
  await expect(page.getByRole("alert")).toContainText("This is not a date");
  await holds(page, []);
});

test("a person and a company are called anything in the settings, and what is refused stays in its field", async ({ browserOf }) => {
  const page = await pageOf(browserOf, server, owner);
  const settings = new Settings(page);
  const fields = [
    ["Your name", "Save the profile", "Your profile is saved."],
    ["Name of the company", "Rename", "The company has its new name."],
  ].map(([label, button, done]) => ({ name: page.getByLabel(label), save: page.getByRole("button", { name: button }), done }));
  await test.step("refused", async () => {
    await settings.open();
    for (const { name, save } of fields) {
      await name.fill(LONG);
      await save.click();
      await expect(name).toHaveAccessibleDescription("Use at most 80 characters.");
      await expect(name).toBeFocused();
      await expect(name).toHaveValue(LONG);
    }
    await holds(page, [TURNED]);
  });
  for (const typed of [STRANGE.script, STRANGE.arabic]) {
    await test.step(typed, async () => {
      for (const { name, save, done } of fields) {
        await name.fill(typed);
        await save.click();
        await settings.says(done);
        await expect(name).toHaveValue(typed);
      }
      await holds(page, [typed]);
    });
  }
  await isCalled(owner, TURNED, TURNED);
});

/** The formulas, and the texts, of a book of Excel; in Python, which the tests need anyhow. */
const READ = `
import io, json, re, sys, zipfile
book = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
parts = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
print(json.dumps({"formulas": re.findall(r"<f[ >]", parts), "text": parts}))
`;

test("a formula is a text in a file of Excel", async () => {
  const { key } = await owner.key("Extracts", "query create report");
  const call = (tool: string, args: object) => callTool(server.url, key, tool, args as Record<string, unknown>);
  const values = { name: STRANGE.formula };
  const asked = (await call("aidoo_create", { model: "res.partner", values })).structured as { confirm: string };
  await call("aidoo_create", { model: "res.partner", values, confirm: asked.confirm });
  const domain = [["name", "=", STRANGE.formula]];
  const extract = { action: "extract", model: "res.partner", domain, fields: ["name"], format: "xlsx" };
  const { url } = (await call("aidoo_report", extract)).structured as { url: string };
  const file = Buffer.from(await (await fetch(url, { headers: { Authorization: `Bearer ${key}` } })).arrayBuffer());
  const book = JSON.parse(execFileSync(process.env.PYTHON ?? "python3", ["-c", READ], { input: file, encoding: "utf8" }));
  expect(book.formulas).toEqual([]);
  expect(book.text).toContain("=cmd()|");
});
