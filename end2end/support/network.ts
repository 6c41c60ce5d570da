import { type BrowserContext, type Locator, type Page, type Route, expect } from "@playwright/test";

import { accessible } from "./test";

/** What a form says when no answer comes. */
export const UNREACHABLE = /Aidoo cannot be reached: check your connection, then try again\. Nothing that you typed is lost\./;

/** What a form says that leads away and has nothing typed in it. */
export const UNREACHABLE_HERE = "Aidoo cannot be reached: check your connection, then try again.";

/** What stands on the console when there is no network: of the browser, and of a part that did not come. */
export const OFFLINE =
  /^(Failed to load resource: )?net::ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK_CHANGED)|^TypeError: Failed to fetch/;

/** So long, in milliseconds, the answer to what asks no Odoo is waited for: `patience` of `app/src/wire.rs`. */
export const PATIENCE = 30_000;

/** Lets pages have no program from now on; what the browser says of that is {@link OFFLINE}. */
export async function blockProgram(context: BrowserContext): Promise<void> {
  await context.route(/\.(wasm|js)(\?|$)/, (route) => route.abort());
}

/** A form, and what becomes of it. */
export interface Form {
  /** The server function, as `team/invite`. */
  endpoint: string;
  /** Where its problem is told: the dialog or region that it stands in; the page otherwise. */
  around: Page | Locator;
  /** What was typed or chosen. */
  typed: Locator[];
  /** Sends it. */
  send: () => Promise<void>;
}

/**
 * Sends the form three times: without a network, then with the answer lost on its way back, then whole. Each of the
 * first two says what is the matter and leaves everything as it was typed.
 */
export async function survivesCuts(page: Page, form: Form): Promise<void> {
  await survivesSilence(page, form);
  await survivesLoss(page, form);
  await form.send();
}

/** Sends the form without a network, sees that what it says suits everybody, and leaves it to be sent again. */
export async function survivesSilence(page: Page, form: Form): Promise<void> {
  await page.context().setOffline(true);
  try {
    await attempt(failing(page, form));
    await accessible(page);
  } finally {
    await page.context().setOffline(false);
  }
}

/**
 * Sends the form, which is carried out and whose answer gets lost, sees that what it says suits everybody, and leaves it to
 * be sent again.
 */
export async function survivesLoss(page: Page, form: Form): Promise<void> {
  await losesAnswer(page, form.endpoint);
  await attempt(failing(page, form));
  await accessible(page);
}

/**
 * Sends the form into a network that swallows what it is given, until that has taken too long; sees that what it says then
 * suits everybody, and leaves it to be sent again. Time is moved on by the page's clock, which has to be installed before the
 * page is opened.
 */
export async function survivesStall(page: Page, form: Form): Promise<void> {
  const address = `**/api/${form.endpoint}`;
  await page.route(address, () => {});
  const send = async () => {
    const [request] = await Promise.all([page.waitForRequest(address), form.send()]);
    const ended = page.waitForEvent("requestfailed", (failed) => failed === request);
    await page.clock.fastForward(PATIENCE);
    await ended;
  };
  await attempt({ ...form, send });
  await page.unroute(address);
  await accessible(page);
}

/** The next request to `endpoint`, which an address may end with, arrives and is carried out, and its answer gets lost. */
export async function losesAnswer(page: Page, endpoint: string): Promise<void> {
  await page.route(`**/${endpoint}*`, loseAnswer, { times: 1 });
}

/** The form, sent until the request has failed: what an earlier one has told stands there until then. */
function failing(page: Page, form: Form): Form {
  const send = async () => {
    const failed = page.waitForEvent("requestfailed", (request) => request.url().includes(form.endpoint));
    await Promise.all([failed, form.send()]);
  };
  return { ...form, send };
}

async function attempt({ around, typed, send }: Form): Promise<void> {
  const before = await Promise.all(typed.map(value));
  await send();
  await expect(around.getByRole("alert").filter({ hasText: UNREACHABLE })).toBeVisible();
  expect(await Promise.all(typed.map(value))).toEqual(before);
}

async function value(field: Locator): Promise<string | boolean> {
  const box = await field.evaluate((node) => ["checkbox", "radio"].includes((node as HTMLInputElement).type));
  return box ? field.isChecked() : field.inputValue();
}

/** By a request of our own: one of the browser's would keep the cookies of the answer. */
async function loseAnswer(route: Route): Promise<void> {
  const request = route.request();
  const headers = await request.allHeaders();
  for (const name of Object.keys(headers)) {
    if (name.startsWith(":") || ["host", "connection", "content-length"].includes(name)) delete headers[name];
  }
  const answer = await fetch(request.url(), { method: request.method(), headers, body: request.postData() });
  await answer.arrayBuffer();
  expect(answer.status, `${request.url()} was carried out`).toBeLessThan(400);
  await route.abort("internetdisconnected");
}
