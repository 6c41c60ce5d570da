// A server of their own for the clients: the program with its demonstration, on free ports.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const program = path.resolve(root, process.env.AIDOO_PROGRAM ?? "target/release/aidoo");

/** The five latest purchase orders, for `aidoo_query` as for Odoo. */
export const LATEST = { order: "date_order desc, id desc", limit: 5 };

/**
 * Starts it and gives its address, the ready key, what Odoo itself says are the latest purchase orders (id and number),
 * and a way to stop it, which fails when it has panicked.
 */
export async function startDemo() {
  const data = mkdtempSync(path.join(tmpdir(), "aidoo-mcp-"));
  const [port, odooPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const log = path.join(data, "aidoo.log");
  const out = openSync(log, "a");
  const { DATABASE_URL: _, ...environment } = process.env;
  const child = spawn(program, ["serve"], {
    // Not the repository: what a release serves, it carries.
    cwd: data,
    stdio: ["ignore", out, out],
    env: {
      ...environment,
      // A development build reads the pages from a folder.
      ...(path.basename(path.dirname(program)) === "debug" ? { LEPTOS_SITE_ROOT: path.join(root, "target/site") } : {}),
      AIDOO_DATA_DIR: data,
      AIDOO_LISTEN: `127.0.0.1:${port}`,
      AIDOO_DEMO: "true",
      AIDOO_DEMO_ODOO_LISTEN: `127.0.0.1:${odooPort}`,
    },
  });
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null || attempt > 300) {
      child.kill();
      throw new Error(`aidoo did not start:\n${readFileSync(log, "utf8").slice(-4000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const env = readFileSync(path.join(data, "demo.env"), "utf8");
  const variable = (name) => env.match(new RegExp(`^${name}=(.*)$`, "m"))[1];
  const key = variable("AIDOO_API_KEY");
  const latestOrders = async () => {
    const answer = await fetch(`${variable("AIDOO_DEMO_ODOO_URL")}/json/2/purchase.order/search_read`, {
      method: "POST",
      headers: {
        Authorization: `bearer ${variable("AIDOO_OWNER_ODOO_KEY")}`,
        "X-Odoo-Database": variable("AIDOO_DEMO_ODOO_DATABASE"),
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ fields: ["name"], ...LATEST }),
    });
    return (await answer.json()).map(({ id, name }) => ({ id, name }));
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    lookForPanics(log);
  };
  return { url, key, latestOrders, stop };
}

/** A client was answered with an error at most, which a test may have expected: only the log tells of a panic. */
function lookForPanics(log) {
  const lines = readFileSync(log, "utf8").split("\n");
  // What was wrong stands on the line after the place.
  const panics = lines.flatMap((line, at) => (line.includes("panicked") ? lines.slice(at, at + 2) : []));
  if (panics.length > 0) throw new Error(`aidoo panicked, see ${log}:\n${panics.join("\n").slice(0, 4000)}`);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
