import {
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  type ElementHandle,
  type Page,
  expect,
  test as base,
} from "@playwright/test";

import { accessibleAtLast } from "./axe";
import { type Aidoo, lookForPanics, start } from "./servers";

export { accessible, axe } from "./axe";

/** Two servers: one with the demonstration, and an empty one that may call its Odoo. */
interface Servers {
  demo: Aidoo;
  empty: Aidoo;
}

interface Fixtures {
  /** The servers of the test's own file. */
  servers: Servers;
  /**
   * Opens pages in a browser of somebody's own; every page's console is watched, and the server's log, and axe sees each page
   * that is open at last. `expected` is what the test itself makes the browser say there.
   */
  browserOf: (server: Aidoo, options?: BrowserContextOptions, expected?: RegExp) => Promise<BrowserContext>;
}

interface Shared {
  /** The servers of a file: new ones for each, so that no file finds what another has left, in whatever order they run. */
  serversOf: (file: string) => Promise<Servers>;
}

export const test = base.extend<Fixtures, Shared>({
  serversOf: [
    async ({}, use) => {
      let running: { file: string; servers: Partial<Servers> } | undefined;
      const stop = async () => {
        const { demo, empty } = running?.servers ?? {};
        running = undefined;
        try {
          await empty?.stop();
        } finally {
          await demo?.stop();
        }
      };
      await use(async (file) => {
        if (running?.file !== file) await stop();
        running ??= { file, servers: {} };
        // One by one: of two that were to start, the first is stopped although the second did not.
        const demo = (running.servers.demo ??= await start({ demo: true }));
        const odooAllow = new URL(demo.env.AIDOO_DEMO_ODOO_URL).host;
        const empty = (running.servers.empty ??= await start({ demo: false, odooAllow }));
        return { demo, empty };
      });
      await stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  servers: [async ({ serversOf }, use, { file }) => use(await serversOf(file)), { timeout: 90_000 }],
  browserOf: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    const complaints: string[] = [];
    const servers = new Set<Aidoo>();
    await use(async (server, options, expected) => {
      const context = await browser.newContext({ ...options, baseURL: server.url });
      const documents = new Set<string>();
      context.on("request", (request) => {
        if (request.isNavigationRequest()) documents.add(request.url());
      });
      context.on("console", (message) => {
        if (message.type() === "error" && !isExpected(message, documents) && !expected?.test(message.text())) {
          complaints.push(`${message.page()?.url()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      // Whoever closes it: a test that stops a server of its own does so before.
      const close = context.close.bind(context);
      context.close = async (how) => {
        try {
          // Where no script runs, nothing that axe waits for in the page would come.
          if (options?.javaScriptEnabled !== false) await accessibleAtLast(context, server.url);
        } finally {
          await close(how);
        }
      };
      opened.push(context);
      servers.add(server);
      return context;
    });
    for (const context of opened) await context.close();
    expect(complaints, "nothing on the console of any page").toEqual([]);
    // A server that goes on for other tests is looked at here too: this is the test that it panicked in.
    servers.forEach(lookForPanics);
  },
});

export { expect };

/**
 * The browser's own line about an answer of 4xx that the page expected and shows: of a server function, or of the page itself,
 * which was asked for as one of `documents`. A file that is not there is expected by nobody.
 */
function isExpected(message: ConsoleMessage, documents: Set<string>): boolean {
  const { url } = message.location();
  const isRefused = /^Failed to load resource: the server responded with a status of 4\d\d /.test(message.text());
  return isRefused && (documents.has(url.split("#")[0]) || /^https?:\/\/[^/]+\/api\//.test(url));
}

/**
 * Waits until the page at this path has been hydrated: clicks before that are lost. Pages before the sign-in load
 * the program when somebody moves over them.
 */
export async function hydrated(page: Page): Promise<void> {
  await page.mouse.move(1, 1);
  await page.mouse.move(2, 2);
  const path = new URL(page.url()).pathname;
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", path);
}

/** Goes to a path and waits until its page works. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** The stream of news, open. */
export function listening(page: Page): Promise<unknown> {
  // A page that has tried in vain for a while tries again after up to 30 s.
  return page.waitForResponse((response) => response.url().includes("/events?company=") && response.ok(), { timeout: 90_000 });
}

/** What was drawn has made room for what was asked for since: the address says that at once, the page when the answer comes. */
export async function isReplaced(before: ElementHandle | null): Promise<void> {
  expect(before).not.toBeNull();
  // It cannot be asked at all once its whole document is gone.
  await expect.poll(() => before!.evaluate((node) => node.isConnected).catch(() => false)).toBe(false);
}

/** Goes to a path and waits until its page works and hears news. */
export async function visitLive(page: Page, path: string): Promise<void> {
  // Not before the page has changed: the one that is left may hear news of its own until then.
  const heard = page.waitForEvent("framenavigated").then(() => listening(page));
  await visit(page, path);
  await heard;
}

/** The files of each part of the program, without their ending, and the folder that they lie in. */
export interface Parts {
  folder: string;
  files: Record<string, string[]>;
}

/** The parts that this program was cut into: a development build is in one piece, and so is one of cargo-leptos. */
export async function partsOf(page: Page): Promise<Parts | undefined> {
  const script = await page.evaluate(() => document.querySelector("script[type=module]")?.textContent ?? "");
  const folder = /\/pkg\/[\w/.-]+\//.exec(script)?.[0];
  const list = folder === undefined ? undefined : await page.request.get(`${folder}parts.json`);
  return folder !== undefined && list?.ok() ? { folder, files: await list.json() } : undefined;
}

/** Whether this program was cut apart. */
export async function hasParts(page: Page): Promise<boolean> {
  return (await partsOf(page)) !== undefined;
}
