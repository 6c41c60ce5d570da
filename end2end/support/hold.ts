import { type Page, expect } from "@playwright/test";

/** A server function that is held, and what lets its answer go. */
export interface Held {
  /** When it has been asked for. */
  asked: Promise<unknown>;
  goOn: () => void;
}

/** Lets a server function be asked for, which it tells, and answers nobody until it may go on. */
export async function hold(page: Page, endpoint: string): Promise<Held> {
  // Once the page has heard the stream's first word it reads again: an answer that is on its way is not held.
  const read = () =>
    page.evaluate(
      (name) => performance.getEntriesByType("resource").some((one) => one.name.includes(name)),
      endpoint.replace("*", ""),
    );
  await expect.poll(read).toBe(true);
  return holdAlsoFirst(page, endpoint);
}

/** The same from the beginning on, before the page has asked for anything. */
export async function holdAlsoFirst(page: Page, endpoint: string): Promise<Held> {
  let goOn = () => {};
  const free = new Promise<void>((resolve) => (goOn = resolve));
  const address = `**/api/${endpoint}`;
  await page.route(address, async (route) => {
    await free;
    await route.continue();
  });
  return { asked: page.waitForRequest(address), goOn };
}
