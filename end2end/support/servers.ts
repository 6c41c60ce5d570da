import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** A running Aidoo. */
export interface Aidoo {
  /** Its address, without a slash at the end. */
  url: string;
  /** The data folder. */
  data: string;
  /** The variables of demo.env; empty without --demo. */
  env: Record<string, string>;
  /** Where its log is. */
  log: string;
  /** Stops it, and fails when it has panicked. */
  stop(): Promise<void>;
}

const program = path.resolve(process.env.AIDOO_PROGRAM ?? built());
/** Whether it is a development build, which reads the pages from a folder. */
export const isDevelopment = path.basename(path.dirname(program)) === "debug";
const site = path.join(__dirname, "../../target/site");

/** The release; where there is none, as with `cargo leptos end-to-end`, the development build. */
function built(): string {
  const [release, debug] = ["release", "debug"].map((name) => path.join(__dirname, "../../target", name, "aidoo"));
  return existsSync(release) ? release : debug;
}

/** What a program is started with. */
export interface Settings {
  odooAllow?: string;
  /** Who may found a company: `first`, which is the default, `invite` or `open`. */
  signup?: string;
}

/**
 * Starts the program on free ports, with an empty data folder, and waits until it answers. With `again` it is one that
 * was stopped: at the same address, with the same data.
 */
export async function start(options: Settings & { demo: boolean; again?: Aidoo }): Promise<Aidoo> {
  const { again } = options;
  const data = again?.data ?? mkdtempSync(path.join(tmpdir(), "aidoo-e2e-"));
  const [port, odooPort] = [again ? new URL(again.url).port : await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const log = path.join(data, "aidoo.log");
  const out = openSync(log, "a");
  const child = spawn(program, ["serve"], {
    // Not the repository: what a release serves, it carries.
    cwd: data,
    stdio: ["ignore", out, out],
    env: {
      ...process.env,
      ...(isDevelopment ? { LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT ?? site } : {}),
      AIDOO_DATA_DIR: data,
      AIDOO_LISTEN: `127.0.0.1:${port}`,
      AIDOO_PUBLIC_URL: url,
      AIDOO_DEMO: String(options.demo),
      AIDOO_DEMO_ODOO_LISTEN: `127.0.0.1:${odooPort}`,
      AIDOO_ODOO_ALLOW: options.odooAllow ?? "",
      AIDOO_SIGNUP: options.signup ?? "first",
      AIDOO_LOG: "trace",
      DATABASE_URL: "",
      AIDOO_MASTER_KEY: undefined,
    },
  });
  await ready(url, child, log);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    lookForPanics({ log });
  };
  return { url, data, log, stop, env: options.demo ? readEnv(path.join(data, "demo.env")) : {} };
}

/** The variables in a file of `NAME=value` lines. */
export function readEnv(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n");
  const pairs = lines.filter((line) => line.includes("=") && !line.startsWith("#"));
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Fails after a panic. Whoever asked was answered with an error at most, which a test may have expected: only the log tells. */
export function lookForPanics({ log }: Pick<Aidoo, "log">): void {
  const lines = readFileSync(log, "utf8").split("\n");
  // What was wrong stands on the line after the place.
  const panics = lines.flatMap((line, at) => (line.includes("panicked") ? lines.slice(at, at + 2) : []));
  if (panics.length > 0) throw new Error(`aidoo panicked, see ${log}:\n${panics.join("\n").slice(0, 4000)}`);
}

async function ready(url: string, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`aidoo did not start:\n${readFileSync(log, "utf8").slice(-4000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
