// What Lighthouse says of a page for certain: accessibility and best practices. How fast a page is depends on the
// machine: `make bench` asks for that.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { Account } from "../pages/account";
import { makeKeys } from "../support/keys";
import { expect, test } from "../support/test";

interface Said {
  path: string;
  accessibility: number[];
  best_practices: number[];
  failed: string[];
}

const script = path.join(__dirname, "../lighthouse/measure.mjs");

test("lighthouse finds nothing to say about the sign-in and a whole list of keys", async ({ servers, browserOf }) => {
  test.setTimeout(240_000);
  const { demo } = servers;
  const context = await browserOf(demo);
  await new Account(await context.newPage()).signIn(demo.env.AIDOO_OWNER_EMAIL, demo.env.AIDOO_OWNER_PASSWORD);
  await makeKeys(demo, context, Array.from({ length: 50 }, (_, number) => `Lighthouse ${number}`));
  const [session] = (await context.cookies()).filter(({ httpOnly, name }) => httpOnly && name.includes("session"));
  expect(session, "a session").toBeDefined();

  const said: Said[] = [];
  for (const [cookie, page] of [["-", "/sign-in"], [`${session?.name}=${session?.value}`, "/api-keys"]]) {
    const { stdout } = await promisify(execFile)("node", [script, "1", demo.url, cookie ?? "-", page ?? "/"]);
    said.push(...(JSON.parse(stdout) as Said[]));
  }
  expect(said.map(({ path }) => path)).toEqual(["/sign-in", "/api-keys"]);
  for (const { path, accessibility, best_practices, failed } of said) {
    expect(failed, path).toEqual([]);
    expect([...accessibility, ...best_practices], path).toEqual([100, 100]);
  }
});
