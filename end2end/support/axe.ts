// axe on the pages: where a test asks for it, and on whatever a test leaves open.

import { setTimeout } from "node:timers/promises";

import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, expect, test } from "@playwright/test";

/** So long, in milliseconds, a page that a test leaves open is waited for. */
const PATIENCE = 20_000;

/** What Playwright says of a page that is no more. */
const GONE = /has been closed|context was destroyed|crashed|detached/;

/** The structures that axe has looked at in this process. */
const seen = new Set<string>();

/** axe in the page itself: what it does else, for the sake of frames, takes a page of its own each time, and ours have none. */
export function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode();
}

/** No rule of axe is violated on the page as it stands, once what is moving has come to rest. */
export async function accessible(page: Page): Promise<void> {
  await page.evaluate(() => {
    const running = document.getAnimations().filter(({ playState }) => playState === "running");
    const ending = running.filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    // One that is broken off is over too.
    return Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });
  const looked = await page.evaluate(structure);
  const { violations } = await axe(page).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`);
  expect.soft(found, `axe on ${page.url()} at ${page.viewportSize()?.width}`).toEqual([]);
  if (looked !== undefined) seen.add(looked);
}

/**
 * The same of every page of the server at `url` that a test leaves open, but for those that are built as one that axe has
 * seen: its rules ask for elements, roles, states, colours, and whether something has a text, all of which is in the
 * structure. What a text says, and which id or address it is, they do not ask, and the same component wrote them. A test that
 * has failed is left with what it says itself.
 */
export async function accessibleAtLast(context: BrowserContext, url: string): Promise<void> {
  for (const page of context.pages()) {
    if (test.info().status !== "passed") return;
    if (!page.url().startsWith(`${url}/`)) continue;
    let hasLeft = false;
    page.once("framenavigated", () => (hasLeft = true));
    const looked = accessibleOnce(page).catch((error: Error) => {
      // The test ended while its page went to another: half of each is nobody's page.
      if (!hasLeft && !GONE.test(error.message)) throw error;
    });
    // One that hangs is the matter of a test of its own.
    await Promise.race([looked, setTimeout(PATIENCE, undefined, { ref: false })]);
  }
}

async function accessibleOnce(page: Page): Promise<void> {
  await page.waitForLoadState();
  const built = await page.evaluate(structure);
  if (built !== undefined && !seen.has(built)) await accessible(page);
}

/**
 * How the page is built: its elements with their classes, roles and states, and whether there is a text in them; its width,
 * and its ground, which each theme has of its own. Nothing of a file that the browser shows, and of a page that is on its
 * way to another. Runs in the page.
 */
function structure(): string | undefined {
  const { dataset } = document.documentElement;
  // One without the program names no path, and stays as it came.
  const isOnItsWay = document.readyState !== "complete" || (dataset.hydrated ?? location.pathname) !== location.pathname;
  if (isOnItsWay || document.contentType !== "text/html") return undefined;
  // The values of all others are texts, ids and addresses.
  const isTold = /^(class|role|type|open|aria-(?!label|describedby|controls).*)$/;
  const built = (node: Element): string => {
    const attributes = [...node.attributes].map(({ name, value }) => (isTold.test(name) ? `${name}=${value}` : name));
    const states = [":checked", ":popover-open"].filter((state) => node.matches(state));
    const hasText = [...node.childNodes].some((one) => one instanceof Text && one.data.trim() !== "");
    // Ten rows are built as one is.
    const within = new Set([...node.children].map(built));
    const parts = [node.localName, ...attributes.sort(), ...states, ...(hasText ? ["text"] : [])];
    return `<${parts.join(" ")}>${[...within].join("")}</>`;
  };
  return [innerWidth, getComputedStyle(document.documentElement).backgroundColor, built(document.documentElement)].join(" ");
}
