import { type Filled, fill } from "./fill";
import { type Aidoo, type Settings, start } from "./servers";
import { test } from "./test";

/** The server that a file has for itself, and what its company is filled with. */
export interface FilledServer extends Filled {
  server: Aidoo;
}

/**
 * A server for the tests of this file alone, with a company that has something of everything: it runs while they do, and
 * can be asked for nothing before.
 */
export function filledServer(settings: Settings = {}): FilledServer {
  const own = {} as FilledServer;
  test.beforeAll(async () => {
    own.server = await start({ demo: true, ...settings });
    Object.assign(own, await fill(own.server));
  });
  // It may not have started.
  test.afterAll(() => own.server?.stop());
  return own;
}
