import { type Page, expect } from "@playwright/test";

/** A server function that is held, and what lets its answer go. */
export interface Held {
  /** When it has been asked for. */
  asked: Promise<unknown>;
  goOn: () => void;
}

/**
 * Waits until this was answered once. After the stream's first word, which comes where something has just happened, a page
 * reads again: until then an answer is on its way that nobody can hold.
 */
export async function wasRead(page: Page, endpoint: string): Promise<void> {
  const read = () =>
    page.evaluate(
      (name) => performance.getEntriesByType("resource").some((one) => one.name.includes(name)),
      `/api/${endpoint.replace("*", "")}`,
    );
  await expect.poll(read).toBe(true);
}

/** Lets a server function be asked for, which it tells, and answers nobody until it may go on. */
export async function hold(page: Page, endpoint: string): Promise<Held> {
  await wasRead(page, endpoint);
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
