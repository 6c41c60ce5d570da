import { randomBytes } from "node:crypto";

import { type BrowserContext, type Page, expect } from "@playwright/test";

import type { Aidoo } from "./servers";

/** Makes keys of the person who is signed in, through the dashboard's own functions. */
export async function makeKeys(server: Aidoo, context: BrowserContext, names: string[]): Promise<void> {
  const headers = { Origin: server.url, Accept: "application/json" };
  const viewer = await context.request.post(`${server.url}/api/accounts/viewer`, { form: {}, headers });
  const { company, member } = (await viewer.json()).current;
  for (const name of names) {
    const input = {
      company,
      member,
      request: `req_${randomBytes(16).toString("hex")}`,
      name,
      permissions: "query read",
      expiry: "never",
    };
    const made = await context.request.post(`${server.url}/api/api_keys/create`, { data: { input }, headers });
    expect(made.ok(), await made.text()).toBe(true);
  }
}

/** A key of the signed-in owner that allows everything. */
export async function everything(page: Page, url: string): Promise<string> {
  const headers = { Origin: url, Accept: "application/json" };
  const viewer = await (await page.request.post("/api/accounts/viewer", { form: {}, headers })).json();
  const { company, member } = viewer.current;
  const input = {
    company,
    member,
    request: `req_${crypto.randomUUID().replaceAll("-", "")}`,
    name: "Month end",
    permissions: "query read create write execute schema report workflow",
    expiry: "never",
  };
  const made = await page.request.post("/api/api_keys/create", { data: { input }, headers });
  expect(made.status()).toBe(200);
  return (await made.json()).key;
}
