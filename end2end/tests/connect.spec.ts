// The way to the first answer: how each client is connected, the line that waits for it, and the list of steps.

import { crc32 } from "node:zlib";

import type { Locator, Page } from "@playwright/test";

import { Team } from "../pages/team";
import { age } from "../support/aged";
import { callTool, statusOf } from "../support/mcp";
import { OFFLINE, blockProgram } from "../support/network";
import { type Aidoo, start } from "../support/servers";
import { Session, signedIn } from "../support/session";
import { accessible, expect, hydrated, test, visit, visitLive } from "../support/test";

const CURSOR = "Cursor/2.4.1 (darwin arm64)";

let server: Aidoo;
test.beforeAll(async () => {
  server = await start({ demo: true });
});
test.afterAll(() => server.stop());

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test("each client has a link, its places, its block and its address, without the wasm", async ({ browserOf }) => {
  const context = await browserOf(server, await signedIn(await Session.of(server, "OWNER")), OFFLINE);
  await blockProgram(context);
  const page = await context.newPage();
  const clients: [string, string, string, RegExp][] = [
    ["cursor", "Cursor", "/sse", /~\/\.cursor\/mcp\.json/],
    ["windsurf", "Windsurf", "/sse", /\\\.codeium\\windsurf\\mcp_config\.json/],
    ["vscode", "VS Code", "/mcp", /~\/\.config\/Code\/User\/mcp\.json/],
    ["claude-code", "Claude Code", "/mcp", /run it once/],
    ["claude-desktop", "Claude Desktop", "/mcp", /%APPDATA%\\Claude/],
    ["zed", "Zed", "/mcp", /~\/\.config\/zed\/settings\.json/],
    ["gemini", "Gemini CLI", "/mcp", /%USERPROFILE%\\\.gemini/],
    ["jetbrains", "JetBrains", "/mcp", /AI Assistant/],
    ["continue", "Continue", "/mcp", /~\/\.continue\/config\.yaml/],
    ["other", "Other", "/mcp", /Authorization: Bearer/],
  ];
  await page.goto("/connect");
  await expect(page.getByText("The client says 429, or: too many calls")).toBeVisible();
  const choice = page.getByRole("navigation", { name: "Client" });
  for (const [slug, name, path, place] of clients) {
    await choice.getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`client=${slug}$`));
    await expect(choice.getByRole("link", { name, exact: true })).toHaveAttribute("aria-current", "page");
    const card = page.getByRole("region", { name: "Clients" });
    await expect(card.getByRole("group", { name: "The block" })).toContainText(`${server.url}${path}`);
    await expect(card).toContainText(place);
    // What tells the places apart is said of each.
    const systems = await card.locator(".places").first().locator("b").allTextContents();
    expect(new Set(systems).size, `${name}: ${systems.join(", ")}`).toBe(systems.length);
    const install = card.getByRole("link", { name: /^Install in/ });
    for (const link of await install.all()) {
      const href = (await link.getAttribute("href"))!;
      expect(href).toMatch(/^(cursor|vscode):/);
      expect(href).not.toContain("aid_live");
    }
    expect(await install.count(), name).toBe(["cursor", "vscode"].includes(slug) ? 1 : 0);
  }
});

test("the block of a client, and the first question, are copied as they stand there", async ({ browserOf }) => {
  const page = await (await browserOf(server, await signedIn(await Session.of(server, "OWNER")))).newPage();
  for (const [client, path] of [
    ["cursor", "/sse"],
    ["claude-code", "/mcp"],
  ]) {
    await visit(page, `/connect?client=${client}`);
    await page.getByRole("button", { name: "Copy the block" }).click();
    const card = page.getByRole("region", { name: "Clients" });
    await expect(card.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
    const copied = await clipboard(page);
    expect(copied).toBe(await card.getByRole("group", { name: "The block" }).textContent());
    expect(copied).toContain(`${server.url}${path}`);
  }
  await page.getByRole("button", { name: "Copy the question" }).click();
  await expect.poll(() => clipboard(page)).toBe("What are my 5 latest purchase orders in Odoo?");
});

test("the line that waits becomes the client with its tools, and says what keeps one away", async ({ browserOf }) => {
  const idris = await Session.of(server, "MEMBER");
  const owner = await Session.of(server, "OWNER");
  const page = await (await browserOf(server, await signedIn(idris))).newPage();
  await visit(page, "/connect?client=cursor");
  await expect(page.getByText("Waiting for your client…")).toBeVisible();
  await accessible(page);
  const made = await idris.key("Cursor - Idris", "query read schema");
  expect(await statusOf(server.url, made.key, CURSOR)).toBe(200);
  const line = page.getByRole("status").filter({ hasText: "connected" });
  await expect(line).toContainText("Cursor 2.4.1 connected, 4 tools, with the key Cursor - Idris");
  await accessible(page);
  await owner.form("api_keys/revoke", { "input[company]": owner.company, "input[key]": made.id });
  expect(await statusOf(server.url, made.key, CURSOR)).toBe(401);
  await expect(page.getByText(/Your key Cursor - Idris was refused/)).toContainText("It was revoked, which is final.");
});

test("the dialog with a new key has a block for each client, and hears of the one that comes", async ({ browserOf }) => {
  const admin = await Session.of(server, "ADMIN");
  const page = await (await browserOf(server, await signedIn(admin))).newPage();
  const team = new Team(page);
  await team.open();
  const generate = await team.startGenerating("(you)");
  const key = await generate.create("Cursor - Anna");
  const { dialog } = generate;
  await expect(dialog.getByText("Waiting for your client…")).toBeVisible();
  const blocks: [string, string, string][] = [
    ["Cursor", "/sse", "~/.cursor/mcp.json"],
    ["Windsurf", "/sse", "~/.codeium/windsurf/mcp_config.json"],
    ["VS Code", "/mcp", "MCP: Open User Configuration"],
    ["Claude Code", "/mcp", "once in a terminal"],
  ];
  for (const [client, path, place] of blocks) {
    await dialog.getByRole("tab", { name: client, exact: true }).click();
    const panel = dialog.getByRole("tabpanel", { name: client, exact: true });
    await expect(panel).toContainText(place);
    await panel.getByRole("button", { name: `Copy the block for ${client}` }).click();
    await expect(panel.getByRole("status")).toHaveText("Copied.");
    const copied = await clipboard(page);
    expect(copied).toContain(`${server.url}${path}`);
    expect(copied).toContain(`Bearer ${key}`);
    await accessible(page);
  }

  await test.step("a browser that does not copy is spoken of, and what was meant is selected", async () => {
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
    });
    await dialog.getByRole("button", { name: "Copy the key" }).click();
    await expect(dialog.getByText(/Your browser did not let us copy the key/)).toBeVisible();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(key);
  });

  expect(await statusOf(server.url, key, CURSOR)).toBe(200);
  await expect(dialog.getByText(/Cursor 2\.4\.1 connected, 4 tools/)).toBeVisible();
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await generate.confirmCopied();
});

test("the steps go along to the pages where they are done, and stay folded for whoever folds them", async ({ browserOf }) => {
  const tomas = await Session.of(server, "MEMBER2");
  const state = await signedIn(tomas);
  const page = await (await browserOf(server, state)).newPage();
  const steps = page.getByRole("region", { name: "Your first question" });
  const shown = (list: Locator) => list.getByRole("listitem").filter({ visible: true });

  await test.step("they are there, and only those of a member", async () => {
    for (const path of ["/team", "/api-keys", "/odoo", "/connect"]) {
      await visit(page, path);
      await expect(steps).toContainText("To do: Generate a key for yourself");
      await expect(shown(steps)).toHaveCount(4);
      await expect(steps).not.toContainText("Connect your company’s Odoo");
      await accessible(page);
    }
    for (const path of ["/activity", "/settings"]) {
      await visit(page, path);
      await expect(steps).toHaveCount(0);
    }
  });

  await test.step("folded they say what comes next, on every page and in every browser of theirs", async () => {
    await visit(page, "/odoo");
    const kept = page.waitForResponse(/onboarding\/fold/);
    await steps.getByRole("button", { name: "Hide the steps" }).click();
    await expect(shown(steps)).toHaveCount(0);
    await expect(steps.getByRole("button", { name: "Show the steps" })).toBeFocused();
    await expect(steps).toContainText("Next: Generate a key for yourself");
    await kept;
    await visit(page, "/connect");
    await expect(steps).toContainText("Next: Generate a key for yourself");
    await expect(shown(steps)).toHaveCount(0);
    await accessible(page);
    const elsewhere = await (await browserOf(server, await signedIn(await Session.of(server, "MEMBER2")))).newPage();
    await visit(elsewhere, "/team");
    await expect(elsewhere.getByRole("button", { name: "Show the steps" })).toBeVisible();
  });

  await test.step("and open again without the wasm", async () => {
    const plain = await browserOf(server, state, OFFLINE);
    await blockProgram(plain);
    const other = await plain.newPage();
    await other.goto("/api-keys");
    await other.getByRole("button", { name: "Show the steps" }).click();
    await expect(other).toHaveURL(/\/api-keys\??$/);
    await expect(other.getByRole("button", { name: "Hide the steps" })).toBeVisible();
    await expect(shown(other.getByRole("region", { name: "Your first question" }))).toHaveCount(4);
  });

  await test.step("they tick themselves wherever one is, and go with the first answer", async () => {
    await visit(page, "/api-keys");
    const made = await tomas.key("Cursor - Tomás", "query read schema");
    await expect(steps).toContainText("Done: Generate a key for yourself");
    expect(await statusOf(server.url, made.key, CURSOR)).toBe(200);
    await expect(steps).toContainText("Done: Set your assistant up");
    await callTool(server.url, made.key, "aidoo_context", {});
    await expect(steps).toHaveCount(0);
    await expect(page.getByText("Your first question is answered. You are all set.")).toBeVisible();
    await hydrated(page);
  });
});

/** Asks for what has changed from now on in what is read aloud by itself. */
async function heardOn(page: Page): Promise<() => Promise<string[]>> {
  const heard = await page.evaluateHandle(() => {
    const heard: string[] = [];
    const note = (changes: MutationRecord[]) => {
      for (const { target } of changes) {
        const within = target instanceof Element ? target : target.parentElement;
        const region = within?.closest("[role=status], [role=alert], [aria-live]");
        if (region) heard.push(region.textContent ?? "");
      }
    };
    new MutationObserver(note).observe(document.body, { childList: true, characterData: true, subtree: true });
    return heard;
  });
  return () => heard.jsonValue();
}

test("what is read aloud of a client changes with the client, and not with the time or a call", async ({ browserOf }) => {
  const owner = await Session.of(server, "OWNER");
  const { key } = await owner.key("Heard once", "query read");
  await callTool(server.url, key, "aidoo_context", {});
  // The list of steps goes with the first answer, and says so.
  const steps = () => owner.form<{ steps: unknown[] }>("onboarding/steps", { company: owner.company });
  await expect.poll(async () => (await steps()).steps).toEqual([]);
  expect(await statusOf(server.url, key, CURSOR)).toBe(200);

  const page = await (await browserOf(server, await signedIn(owner))).newPage();
  await page.clock.install();
  await visitLive(page, "/connect");
  const region = page.getByRole("status").filter({ hasText: "Heard once" });
  const called = (tool: string) => page.getByRole("listitem").filter({ hasText: `called ${tool}` }).first();
  await expect(region).toHaveText(/^Cursor 2\.4\.1 connected, \d tools, with the key Heard once$/);
  await expect(called("aidoo_context")).toContainText("just now");

  const heard = await heardOn(page);
  await page.clock.runFor("03:00");
  await expect(called("aidoo_context")).toContainText(/[234] minutes ago/);
  expect(await heard()).toEqual([]);

  await callTool(server.url, key, "aidoo_query", { model: "res.partner", limit: 1 });
  await expect(called("aidoo_query")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "aidoo_" })).toHaveCount(0);
});

const asItIs = (key: string) => key;

/** The key with another secret and the checksum of that. */
function withAnotherSecret(key: string): string {
  const body = key.slice(0, -7) + (key.at(-7) === "a" ? "b" : "a");
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let checksum = "";
  for (let rest = crc32(body), at = 0; at < 6; at += 1, rest = Math.floor(rest / 62)) checksum = alphabet[rest % 62] + checksum;
  return body + checksum;
}

test("each reason for which a key is refused is told to its person, with what to do", async ({ browserOf }) => {
  const [owner, idris] = [await Session.of(server, "OWNER"), await Session.of(server, "MEMBER")];
  const { company } = owner;
  const about = { "input[company]": company };
  const rules = (changed: Record<string, string>) => {
    const free = { unused_days: "", longest_days: "", addresses: "", makers: "owners_and_admins" };
    const fields = Object.entries({ ...free, ...changed }).map(([name, value]): [string, string] => [`input[${name}]`, value]);
    return owner.form("policies/set_key_rules", [["input[company]", company], ...fields]);
  };
  const page = await (await browserOf(server, await signedIn(idris))).newPage();
  await visit(page, "/connect");
  const told = page.getByText(/^Your key .+ was refused/);

  /** Makes a key, lets something become of it, and presents it. */
  const refused = (name: string, why: string, spoil: (id: string) => unknown, { by = idris, present = asItIs } = {}) =>
    test.step(name, async () => {
      const { id, key } = await by.key(name, "query", { member: idris.member });
      await spoil(id);
      expect(await statusOf(server.url, present(key))).toBe(401);
      await expect(told).toContainText(`Your key ${name} was refused, just now. ${why}`);
    });

  const mistyped = "The client sent it with a mistake in it. Copy it again from where you keep it, or generate another.";
  await refused("Not its secret", mistyped, () => {}, { present: withAnotherSecret });
  await accessible(page);
  const times = { created_at: 40, expires_at: 1 };
  await refused("Past its end", "It has expired. Generate another and put it into the client.", (id) => age(server, id, times));
  const address = "It came from an address outside the networks that your company’s policies name.";
  await refused("From elsewhere", address, () => rules({ addresses: "203.0.113.0/24" }));
  const unused = "It was not used for longer than your company’s policies allow. Generate another.";
  await refused("Left alone", unused, async (id) => {
    await rules({ unused_days: "30" });
    age(server, id, { created_at: 40 });
  });
  const unaccepted = "Somebody else made it for you, and it waits for you: accept it on the page API keys.";
  await refused("By another", unaccepted, () => rules({ must_accept: "on" }), { by: owner });
  const deleting = "Your company is to be deleted, and no key works until an owner undoes that.";
  await refused("Of no company", deleting, async () => {
    await rules({});
    await owner.form("companies/delete", { ...about, "input[name]": "Nordwind Bakery" });
  });
  await owner.form("companies/keep", about);
  await expect(told).toHaveCount(0);
});

test("a key with a letter wrong, or cut short, is told as mistyped", async ({ browserOf }) => {
  const tomas = await Session.of(server, "MEMBER2");
  const page = await (await browserOf(server, await signedIn(tomas))).newPage();
  await visit(page, "/connect");
  for (const [name, spoil] of [
    ["Cut short", (key: string) => key.slice(0, -3)],
    ["A letter wrong", (key: string) => key.slice(0, -9) + (key.at(-9) === "a" ? "b" : "a") + key.slice(-8)],
  ] as const) {
    const { key } = await tomas.key(name, "query");
    expect(await statusOf(server.url, spoil(key))).toBe(401);
    const told = page.getByText(new RegExp(`^Your key ${name} was refused`));
    await expect(told).toContainText("The client sent it with a mistake in it.");
  }
});

test("a key that is not where it belongs is told to its person alone, with what to do", async ({ browserOf }) => {
  const [anna, tomas] = [await Session.of(server, "ADMIN"), await Session.of(server, "MEMBER2")];
  const page = await (await browserOf(server, await signedIn(tomas))).newPage();
  const anothers = await (await browserOf(server, await signedIn(anna))).newPage();
  await visit(page, "/connect");
  await visit(anothers, "/connect");
  for (const [name, status, send, why] of [
    [
      "In another header",
      401,
      (key: string) => fetch(`${server.url}/mcp`, { method: "POST", headers: { "X-Api-Key": key } }),
      "The client did not send it as it has to. Its header reads Authorization: Bearer, a space, and the key, without quotation marks;",
    ],
    [
      "In the address",
      400,
      (key: string) => fetch(`${server.url}/sse?token=${key}`),
      "It stood in the address, which logs may have kept. Revoke it and generate another,",
    ],
  ] as const) {
    const { key } = await tomas.key(name, "query");
    const answer = await send(key);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain("Authorization: Bearer aid_live_…");
    await expect(page.getByText(new RegExp(`^Your key ${name} was refused`))).toContainText(why);
    await accessible(page);
    await anothers.reload();
    await expect(anothers.getByText(`Your key ${name} was refused`)).toHaveCount(0);
  }
});
