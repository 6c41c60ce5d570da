import { type BrowserContext, type BrowserContextOptions, type Page, expect } from "@playwright/test";

import { fits } from "./look";
import { callTool } from "./mcp";
import { calm, canCompare, looksAsBefore } from "./picture";
import type { Aidoo } from "./servers";
import { Session, signedIn } from "./session";
import { accessible } from "./test";

/** Names of at most 80 characters: written from the right, drawn, stacked, unbroken, and made to run. */
export const STRANGE = {
  arabic: "مفتاح المحاسبة ‏(الربع الرابع) عبد الرحمن بن محمد",
  emoji: "🧾👩‍💻🏳️‍🌈🇧🇪 receipts 🥐🥖🍞",
  stacked: `Z${"̴̧̛͎̗".repeat(6)}a${"̸̢͓".repeat(8)}lgo`,
  unbroken: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  script: "<script>document.title='ran'</script><img src=x onerror=document.title='ran'>",
  formula: "=cmd()|'/C calc'!A0",
};
/** All of them. */
export const NAMES = Object.values(STRANGE);
/** A short one from the right, whose last sign changes sides where nothing sets it apart. */
export const TURNED = "شركة الشمال!";
/** An address as strange as one may be: it runs from the right, then from the left, and no line holds it. */
export const EMAIL = `ضيف.${"a".repeat(50)}@strange.example`;
const PASSWORD = "harvest-violin-ember-61";
const EVERYTHING = "query read create write execute schema report workflow";

/** A page in a browser of its own that shows the same each time, of this person or of somebody who is not signed in. */
export async function pageOf(
  browserOf: (server: Aidoo, options: BrowserContextOptions) => Promise<BrowserContext>,
  server: Aidoo,
  person?: Session,
): Promise<Page> {
  return (await browserOf(server, { ...calm, ...(person ? await signedIn(person) : {}) })).newPage();
}

/** Every text is on the page as it was typed, in its own direction, and none of it ran. */
export async function shows(page: Page, names: string[]): Promise<void> {
  const text = await page.evaluate(() => document.body.innerText.normalize());
  for (const name of names) expect(text, page.url()).toContain(name.normalize());
  expect(await page.title()).not.toContain("ran");
  expect(await page.locator("img[src=x]").count()).toBe(0);
  const typed: [string[], string] = [[...NAMES, TURNED], EMAIL];
  expect.soft(await page.evaluate(turned, typed), `directions on ${page.url()}`).toEqual([]);
}

interface Looks {
  /** The name of its pictures. */
  picture?: string;
  /** Whether there is one at every width, by day and by night; otherwise on a desk and on a phone, by day. */
  isEverywhere?: boolean;
  /** Opens what does not stay open when the width changes. */
  open?: () => Promise<void>;
  /** The narrowest width at which nothing is there to be scrolled aside. */
  from?: number;
  /** How far down its pictures go, in pixels. What lies over the page is seen in the window alone. */
  depth?: number;
}

/**
 * The page shows these texts, keeps whatever it shows in its box at every width, and can be read by everybody; with a
 * picture it looks as it did.
 */
export async function holds(page: Page, names: string[], looks: Looks = {}): Promise<void> {
  const { picture, isEverywhere = false, open, from = 360, depth = open ? 900 : 1800 } = looks;
  for (const width of [1440, 768, 360]) {
    await page.setViewportSize({ width, height: 900 });
    await open?.();
    if (width === 1440) await shows(page, names);
    if (width >= from) await fits(page);
    if (!picture || (width === 768 && !isEverywhere) || !canCompare()) continue;
    // Where the page stood decides where its menu is drawn.
    await page.evaluate(() => window.scrollTo(0, 0));
    await looksAsBefore(page, `strange-${picture}-${width}`, depth);
    if (!isEverywhere) continue;
    await page.emulateMedia({ colorScheme: "dark" });
    await looksAsBefore(page, `strange-${picture}-${width}-dark`, depth);
    await page.emulateMedia({ colorScheme: "light" });
  }
  await accessible(page);
}

/**
 * Texts from right to left that nothing sets apart: signs at their ends, and the words around them, may change places.
 * Runs in the page.
 */
function turned([names, email]: [string[], string]): string[] {
  const found: string[] = [];
  const isTurned = (text: string) => /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]/.test(text);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement!;
    if (parent.closest("script, noscript, pre, textarea, svg, option, .visually-hidden, .avatar")) continue;
    if (!parent.checkVisibility()) continue;
    // Marks around a name set it apart; an address ends from left to right, as the words around it.
    const apart = (walker.currentNode.textContent ?? "").replace(/\u2068[^\u2069]*\u2069/g, "");
    // In a list it may break behind its at sign.
    const text = apart.replace(email, "").replace(`${email.split("@")[0]}@`, "").trim();
    const isApart = names.includes(text) && parent.closest("bdi, [dir=auto]") !== null;
    if (isTurned(text) && !isApart) found.push(`<${parent.localName} class="${parent.className}">: ${text}`);
  }
  // Its name stands before what is in it, whichever way that runs.
  for (const cell of document.querySelectorAll<HTMLElement>("td[data-l]")) {
    if (getComputedStyle(cell).direction === "rtl") found.push(`<td>: ${cell.textContent}`);
  }
  for (const field of document.querySelectorAll<HTMLInputElement>("input:not([type=hidden], [type=search])")) {
    const isLeft = field.dir !== "auto" && field.checkVisibility();
    if (isLeft && isTurned(field.value)) found.push(`<input id="${field.id}">: ${field.value}`);
  }
  return found;
}

/** The cells of a list's file, and all of it. */
export async function exported(session: Session, list: "api-keys" | "activity"): Promise<{ cells: string[]; text: string }> {
  const answer = await session.request.get(`/exports/${list}.csv?company=${session.company}`);
  expect(answer.headers()["content-type"]).toContain("text/csv");
  const text = await answer.text();
  const cells = [...text.matchAll(/(?:^|,|\n)("(?:[^"]|"")*"|[^,\n]*)/g)].map(([, cell]) => cell);
  return { cells, text };
}

const fields = (more: Record<string, string>) =>
  Object.fromEntries(Object.entries(more).map(([name, value]) => [`input[${name}]`, value]));

/** Makes an account by one of the forms before the sign-in, and signs it in. */
async function account(server: Aidoo, form: string, email: string, more: Record<string, string>): Promise<Session> {
  const answer = await fetch(`${server.url}/api/accounts/${form}`, {
    method: "POST",
    headers: { Origin: server.url, Accept: "application/json" },
    body: new URLSearchParams(fields({ ...more, password: PASSWORD })),
  });
  expect(answer.ok, await answer.text()).toBe(true);
  return Session.signIn(server, email, PASSWORD);
}

/** Founds a company of a person who is called the same. */
export function founds(server: Aidoo, name: string, email: string): Promise<Session> {
  return account(server, "sign_up", email, { name, company: name, email });
}

/** Lets somebody join who has no account yet. */
export async function joins(owner: Session, name: string, email: string): Promise<Session> {
  const { url } = await owner.invite(email);
  return account(owner.server, "accept_as_new", email, { token: url.split("/").pop()!, name });
}

/** Gives the person this name, and their company another. */
export async function isCalled(owner: Session, person: string, company: string): Promise<void> {
  await owner.form("settings/save_profile", fields({ name: person, time_zone: "", language: "en" }));
  await owner.form("companies/rename", fields({ company: owner.company, name: company }));
}

/** Makes a workflow that is called so in all its parts, and gives its id. */
export function workflow(owner: Session, name: string): Promise<string> {
  const { company } = owner;
  const definition = {
    inputs: [{ name: "who", label: name, kind: "text" }],
    steps: [
      {
        name: "find",
        title: name,
        action: "query",
        arguments: { model: "res.partner", domain: [["name", "=", { $: "input.who" }]], limit: 1 },
      },
    ],
  };
  return owner.json("workflows/save", { input: { company, workflow: null, name, description: name, definition } });
}

/** Gives a company all of that to show, wherever somebody can type. Gives the keys' ids by their names. */
export async function typeStrangeThings(owner: Session): Promise<Map<string, string>> {
  const { company, server } = owner;
  const made = new Map<string, string>();
  let everything = "";
  for (const name of NAMES) {
    const { id, key } = await owner.key(name, EVERYTHING);
    made.set(name, id);
    everything = key;
  }
  // People, who choose their own names; the last is still invited.
  for (const [at, name] of NAMES.entries()) {
    const email = `${"a".repeat(at * 10 + 1)}@strange.example`;
    await (at === NAMES.length - 1 ? owner.invite(email) : joins(owner, name, email));
  }
  await isCalled(owner, STRANGE.unbroken, STRANGE.unbroken);

  // Workflows, with their inputs and steps.
  for (const name of NAMES) await workflow(owner, name);

  // Records of Odoo, in calls that are shown, refused and waiting.
  const call = (tool: string, args: Record<string, unknown>) => callTool(server.url, everything, tool, args);
  const found = (await call("aidoo_query", { model: "res.partner", limit: 1 })).structured as { records: { id: number }[] };
  const ids = [found.records[0].id];
  const { gateway } = await owner.form<{ gateway: Record<string, unknown> }>("policies/policies", { company });
  const rules = (write: string) =>
    owner.form("policies/set_gateway", {
      ...fields({ company, create: "preview", write, execute: "preview", workflow: "preview" }),
      ...fields({ calls_per_minute: String(gateway.calls_per_minute), writes_per_minute: String(gateway.writes_per_minute) }),
      ...fields({ record_arguments: "on", open_models: "", closed_models: "", secret_fields: "", open_methods: "" }),
    });
  await rules("dashboard");
  for (const name of NAMES) await call("aidoo_write", { model: "res.partner", ids, values: { name, city: name } });
  await rules("preview");
  for (const name of NAMES) await call("aidoo_query", { model: name, domain: [["name", "=", name]] });
  return made;
}

/** Prepares a key that this member picks up, and gives the path of its link. */
export async function handsOver(owner: Session, member: string, name: string): Promise<string> {
  const { company } = owner;
  const request = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  const input = { company, member, request, name, permissions: "query read", expiry: "never" };
  return new URL((await owner.json<{ url: string }>("api_keys/hand_over", { input })).url).pathname;
}

/** Lets keys that somebody makes for others wait until these accept them. */
export async function mustBeAccepted(owner: Session): Promise<void> {
  const rules = { longest_days: "", unused_days: "", addresses: "", makers: "owners_and_admins", must_accept: "on" };
  await owner.form("policies/set_key_rules", fields({ company: owner.company, ...rules }));
}
